//! How much an archive may unfold to: memory and time are bounded, whatever its headers say.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The most bytes that one input may unfold to.
const MAX_BYTES: u64 = 4 << 30;

/// What any input may unfold to, however small it is, in bytes.
const FREE_BYTES: u64 = 256 << 20;

/// How many times larger an input may become beyond that. Logs become 20 times larger, zeros 1,000 times.
const MAX_RATIO: u64 = 100;

/// The most members in one input, those of archives in it included.
const MAX_MEMBERS: u64 = 1_000_000;

/// The most bytes that the objects of one pack of git may unfold to: deltas tell of the same lines many times.
const MAX_HISTORY: u64 = 64 << 30;

/// How long one input may take. 4 GiB take xz 40 s; what takes longer was made to.
const MAX_TIME: Duration = Duration::from_secs(120);

/// What is left for one input; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Left>);

#[derive(Debug)]
struct Left {
    bytes: AtomicU64,
    /// How many more bytes may be added for what has been read.
    more: AtomicU64,
    members: AtomicU64,
    until: Instant,
    /// Whether somebody was told that there is nothing left.
    told: AtomicBool,
}

/// A budget that is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spent {
    Bytes,
    Members,
    Time,
    Headers,
    Memory,
}

impl Spent {
    const ALL: [Self; 5] = [Self::Bytes, Self::Members, Self::Time, Self::Headers, Self::Memory];

    /// Returns what people read of it.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Bytes => "skipped: budget (it unfolds to more than its size justifies)",
            Self::Members => "skipped: budget (too many members)",
            Self::Time => "skipped: budget (unpacking takes more than two minutes)",
            Self::Headers => {
                "skipped: budget (a name, or what else is said of a member, has more than 1 MiB)"
            }
            Self::Memory => "skipped: budget (unpacking takes too much memory)",
        }
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl Error for Spent {}

/// Returns what a budget said, where an error is its.
pub(super) fn said(error: &io::Error) -> Option<Spent> {
    // Decoders wrap the errors of their sources.
    let mut cause: Option<&(dyn Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(error) = cause {
        let text = error.to_string();
        if let Some(spent) = Spent::ALL.into_iter().find(|spent| text.contains(spent.why())) {
            return Some(spent);
        }
        cause = error.source();
    }
    None
}

impl Budget {
    /// For an input of that size.
    pub(super) fn new(size: u64) -> Self {
        Self::within(MAX_TIME, size)
    }

    /// For a pack of git that is a file of its own.
    pub(super) fn of_history() -> Self {
        Self::of(MAX_TIME, MAX_HISTORY)
    }

    /// For an input whose size nobody knows: it grows with what is read.
    pub(super) fn unknown() -> Self {
        let budget = Self::new(0);
        budget.0.more.store(MAX_BYTES - FREE_BYTES, Ordering::Relaxed);
        budget
    }

    /// Takes note that so many bytes of the input were read.
    fn grow(&self, read: u64) {
        let wanted = read.saturating_mul(MAX_RATIO);
        let take = |left: u64| Some(left.saturating_sub(wanted));
        let before = self.0.more.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or(0);
        self.0.bytes.fetch_add(before.min(wanted), Ordering::Relaxed);
    }

    fn within(time: Duration, size: u64) -> Self {
        Self::of(time, FREE_BYTES.saturating_add(size.saturating_mul(MAX_RATIO)).min(MAX_BYTES))
    }

    fn of(time: Duration, bytes: u64) -> Self {
        Self(Arc::new(Left {
            bytes: AtomicU64::new(bytes),
            more: AtomicU64::new(0),
            members: AtomicU64::new(MAX_MEMBERS),
            until: Instant::now() + time,
            told: AtomicBool::new(false),
        }))
    }

    /// Takes that many bytes.
    pub(super) fn take(&self, bytes: u64) -> Result<(), Spent> {
        self.in_time()?;
        self.take_from(&self.0.bytes, bytes, Spent::Bytes)
    }

    /// Returns how many bytes may still be taken.
    pub(super) fn bytes_left(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Takes one member.
    pub(super) fn member(&self) -> Result<(), Spent> {
        self.in_time()?;
        self.take_from(&self.0.members, 1, Spent::Members)
    }

    /// Returns whether somebody was told that nothing more can be read.
    pub(super) fn is_spent(&self) -> bool {
        self.0.told.load(Ordering::Relaxed)
    }

    /// Returns whether there is time left.
    pub(super) fn in_time(&self) -> Result<(), Spent> {
        if Instant::now() < self.0.until { Ok(()) } else { Err(self.tell(Spent::Time)) }
    }

    fn take_from(&self, left: &AtomicU64, count: u64, spent: Spent) -> Result<(), Spent> {
        let take = |left: u64| Some(left.saturating_sub(count));
        match left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(before) if before >= count => Ok(()),
            _ => Err(self.tell(spent)),
        }
    }

    fn tell(&self, spent: Spent) -> Spent {
        self.0.told.store(true, Ordering::Relaxed);
        spent
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
        self.budget.in_time().map_err(io::Error::other)?;
        let count = self.reader.read(buffer)?;
        self.budget.take_from(&self.budget.0.bytes, count as u64, Spent::Bytes).map_err(io::Error::other)?;
        Ok(count)
    }
}

/// How much of an input is kept, in bytes, in case that it only begins as an archive does.
const MAX_KEPT: usize = 1 << 20;

/// A reader of an input whose [size nobody knows](Budget::unknown), and that cannot be read again.
pub(super) struct Growing<R> {
    reader: R,
    budget: Budget,
    /// What was read; nothing once that is too much.
    kept: Option<Vec<u8>>,
}

impl<R> Growing<R> {
    pub(super) fn new(reader: R, budget: Budget) -> Self {
        Self { reader, budget, kept: Some(Vec::new()) }
    }

    /// Returns whether all that was read is still there.
    pub(super) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Returns what was read so far, if it is still there; from now on nothing is kept.
    pub(super) fn kept(&mut self) -> Vec<u8> {
        self.kept.take().unwrap_or_default()
    }
}

impl<R: Read> Read for Growing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.budget.grow(count as u64);
        self.kept = self.kept.take().filter(|kept| kept.len() + count <= MAX_KEPT);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&buffer[..count]);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(budget: &Budget, length: u64) -> io::Result<u64> {
        io::copy(&mut Budgeted::new(io::repeat(0).take(length), budget.clone()), &mut io::sink())
    }

    #[test]
    fn time_runs_out_for_readers_and_members() {
        let budget = Budget::within(Duration::ZERO, 1);
        assert!(!budget.is_spent(), "nobody was told");
        assert_eq!(budget.member(), Err(Spent::Time));
        assert!(budget.is_spent());
        let error = read(&Budget::within(Duration::ZERO, 1), 1).expect_err("no time");
        assert_eq!(said(&error), Some(Spent::Time));
        // As decoders wrap it.
        assert_eq!(said(&io::Error::other(format!("in block 3: {error}"))), Some(Spent::Time));
        assert_eq!(said(&io::Error::other("something else")), None);
    }

    #[test]
    fn what_is_read_of_an_input_justifies_more() {
        let budget = Budget::unknown();
        let mut input = Growing::new(io::repeat(0), budget.clone());
        io::copy(&mut input.by_ref().take(1000), &mut io::sink()).expect("zeros");
        assert_eq!(budget.take(FREE_BYTES + 1000 * MAX_RATIO), Ok(()));
        assert_eq!(budget.take(1), Err(Spent::Bytes));
        io::copy(&mut input.take(MAX_BYTES / MAX_RATIO + 1), &mut io::sink()).expect("zeros");
        assert_eq!(budget.take(MAX_BYTES - FREE_BYTES - 1000 * MAX_RATIO), Ok(()));
        assert_eq!(budget.take(1), Err(Spent::Bytes), "and not without end");
    }

    #[test]
    fn the_last_byte_is_still_read() {
        let budget = Budget::new(0);
        assert_eq!(read(&budget, FREE_BYTES).expect("within the budget"), FREE_BYTES);
        assert!(!budget.is_spent(), "what follows is told of, not left out in silence");
        let error = read(&budget, 1).expect_err("one too many");
        assert_eq!(said(&error), Some(Spent::Bytes));
        assert!(budget.is_spent());
    }
}
