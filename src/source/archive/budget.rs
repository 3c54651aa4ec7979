//! How much an archive may unfold to: memory and time are bounded, whatever its headers say.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that one input may unfold to.
const MAX_BYTES: u64 = 4 << 30;

/// What any input may unfold to, however small it is, in bytes.
const FREE_BYTES: u64 = 256 << 20;

/// How many times larger an input may become beyond that. Logs become 20 times larger, zeros 1,000 times.
const MAX_RATIO: u64 = 100;

/// The most members in one input, those of archives in it included.
const MAX_MEMBERS: u64 = 1_000_000;

/// What is left for one input; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    bytes: Arc<AtomicU64>,
    members: Arc<AtomicU64>,
}

/// A budget that is spent.
#[derive(Debug)]
struct Spent;

const WHY: &str = "skipped: budget (it unfolds to more than its size justifies)";

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WHY)
    }
}

impl Error for Spent {}

/// What a budget said, where an error is its.
pub(super) fn said(error: &io::Error) -> Option<&'static str> {
    // Decoders wrap the errors of their sources.
    let mut cause: Option<&(dyn Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(error) = cause {
        if error.is::<Spent>() || error.to_string().contains(WHY) {
            return Some(WHY);
        }
        cause = error.source();
    }
    None
}

impl Budget {
    /// For an input of that size.
    pub(super) fn new(size: u64) -> Self {
        let bytes = FREE_BYTES.saturating_add(size.saturating_mul(MAX_RATIO)).min(MAX_BYTES);
        Self { bytes: Arc::new(AtomicU64::new(bytes)), members: Arc::new(AtomicU64::new(MAX_MEMBERS)) }
    }

    /// For an input whose size nobody knows.
    pub(super) fn unknown() -> Self {
        Self::new(MAX_BYTES)
    }

    /// Takes one member.
    pub(super) fn member(&self) -> Result<(), &'static str> {
        let left =
            self.members.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| "skipped: budget (too many members)")
    }

    /// Whether nothing more can be read.
    pub(super) fn is_spent(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) == 0 || self.members.load(Ordering::Relaxed) == 0
    }

    fn take(&self, count: u64) -> Result<(), Spent> {
        let before = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_sub(count)));
        if before.is_ok_and(|left| left >= count) { Ok(()) } else { Err(Spent) }
    }
}

/// A reader that takes what it reads from a budget.
pub(super) struct Budgeted<R> {
    reader: R,
    budget: Budget,
}

impl<R> Budgeted<R> {
    pub(super) fn new(reader: R, budget: Budget) -> Self {
        Self { reader, budget }
    }
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.is_spent() {
            return Err(io::Error::other(Spent));
        }
        let count = self.reader.read(buffer)?;
        self.budget.take(count as u64).map_err(io::Error::other)?;
        Ok(count)
    }
}
