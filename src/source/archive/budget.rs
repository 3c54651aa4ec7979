//! How much an archive may unfold to: memory and time are bounded, whatever its
//! headers say.
//!
//! ```text
//! an input of N bytes    256 MiB + 100 · N, 4 GiB at most; a million members; two minutes
//! standard input         the same, growing with what is read
//! a pack of git          64 GiB: deltas tell of the same lines many times
//! ```
//!
//! One budget is for one input with all archives in it: nesting multiplies
//! nothing. That it is spent is said once, as a gap; what was unpacked by then
//! counts.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bytes that one input may unfold to at most.
const MAX_BYTES: u64 = 4 << 30;

/// Bytes that any input may unfold to, however small it is.
const FREE_BYTES: u64 = 256 << 20;

/// Times by which an input may grow beyond that. Logs become 20 times larger,
/// zeros 1,000 times.
const MAX_RATIO: u64 = 100;

/// Members in one input at most, those of archives in it included.
const MAX_MEMBERS: u64 = 1_000_000;

/// Bytes that the objects of one pack of git may unfold to at most: deltas tell
/// of the same lines many times.
const MAX_HISTORY: u64 = 64 << 30;

/// Time that one input may take. 4 GiB take xz 40 s; what takes longer was made
/// to.
const MAX_TIME: Duration = Duration::from_secs(120);

/// The rest of what one input may take; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Left>);

/// The rest of each bound.
#[derive(Debug)]
struct Left {
    /// Bytes that may still be unpacked.
    bytes: AtomicU64,
    /// Bytes that may be added for what has been read.
    more: AtomicU64,
    /// Members that may still be read.
    members: AtomicU64,
    /// Moment at which the time is over.
    until: Instant,
    /// True where somebody was told that there is nothing left.
    told: AtomicBool,
}

/// The bound by which a budget is spent.
///
/// Its words begin with `skipped: budget`, which users search logs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spent {
    /// More bytes than the size of the input justifies.
    Bytes,
    /// Too many members.
    Members,
    /// Too much time.
    Time,
    /// A name, or what else is said of a member, that is too long.
    Headers,
    /// More memory than a decoder may take.
    Memory,
}

impl Spent {
    /// Every bound.
    const ALL: [Self; 5] = [Self::Bytes, Self::Members, Self::Time, Self::Headers, Self::Memory];

    /// Returns the words in reports.
    pub(super) fn report_words(self) -> &'static str {
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
        f.write_str(self.report_words())
    }
}

impl Error for Spent {}

/// Returns the bound that an error tells of, where it is the error of a budget.
/// Decoders wrap the errors of their sources, some as text, so it is known by
/// its words.
pub(super) fn spent_in(error: &io::Error) -> Option<Spent> {
    // Decoders wrap the errors of their sources.
    let mut cause: Option<&(dyn Error + 'static)> = error.get_ref().map(|inner| inner as _);
    while let Some(error) = cause {
        let text = error.to_string();
        if let Some(spent) = Spent::ALL.into_iter().find(|spent| text.contains(spent.report_words())) {
            return Some(spent);
        }
        cause = error.source();
    }
    None
}

impl Budget {
    /// Makes one for an input of that size.
    pub(super) fn new(size: u64) -> Self {
        Self::for_time(MAX_TIME, size)
    }

    /// Makes one for a pack of git that is a file of its own.
    pub(super) fn of_history() -> Self {
        Self::with_limits(MAX_TIME, MAX_HISTORY)
    }

    /// Makes one for an input whose size nobody knows: it grows with what is
    /// read.
    pub(super) fn of_unknown_size() -> Self {
        let budget = Self::new(0);
        budget.0.more.store(MAX_BYTES - FREE_BYTES, Ordering::Relaxed);
        budget
    }

    /// Takes note that so many bytes of the input were read.
    ///
    /// Relaxed ordering will do: the counters bound resources, and nothing is
    /// read because of their values.
    fn grow_by(&self, read: u64) {
        let wanted = read.saturating_mul(MAX_RATIO);
        let take = |left: u64| Some(left.saturating_sub(wanted));
        let before = self.0.more.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or(0);
        self.0.bytes.fetch_add(before.min(wanted), Ordering::Relaxed);
    }

    /// Makes one for an input of that size, and this time.
    fn for_time(time: Duration, size: u64) -> Self {
        Self::with_limits(time, FREE_BYTES.saturating_add(size.saturating_mul(MAX_RATIO)).min(MAX_BYTES))
    }

    /// Makes one of these bounds.
    fn with_limits(time: Duration, bytes: u64) -> Self {
        Self(Arc::new(Left {
            bytes: AtomicU64::new(bytes),
            more: AtomicU64::new(0),
            members: AtomicU64::new(MAX_MEMBERS),
            until: Instant::now() + time,
            told: AtomicBool::new(false),
        }))
    }

    /// Takes that many bytes.
    ///
    /// # Errors
    ///
    /// There are fewer left; then there are none, and [`Self::is_spent`] is
    /// true from now on.
    pub(super) fn spend_bytes(&self, bytes: u64) -> Result<(), Spent> {
        self.in_time()?;
        self.take_from(&self.0.bytes, bytes, Spent::Bytes)
    }

    /// Returns the bytes that may still be taken.
    pub(super) fn bytes_left(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Takes one member.
    pub(super) fn spend_member(&self) -> Result<(), Spent> {
        self.in_time()?;
        self.take_from(&self.0.members, 1, Spent::Members)
    }

    /// Returns whether somebody was told that nothing more can be read.
    pub(super) fn is_spent(&self) -> bool {
        self.0.told.load(Ordering::Relaxed)
    }

    /// Checks the time.
    pub(super) fn in_time(&self) -> Result<(), Spent> {
        if Instant::now() < self.0.until { Ok(()) } else { Err(self.mark_told(Spent::Time)) }
    }

    /// Takes from one of the bounds.
    ///
    /// A bound that is exceeded is set to zero, so that everything else stops,
    /// too.
    fn take_from(&self, left: &AtomicU64, count: u64, spent: Spent) -> Result<(), Spent> {
        let take = |left: u64| Some(left.saturating_sub(count));
        match left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(before) if before >= count => Ok(()),
            _ => Err(self.mark_told(spent)),
        }
    }

    /// Takes note that somebody is told that nothing more can be read.
    fn mark_told(&self, spent: Spent) -> Spent {
        self.0.told.store(true, Ordering::Relaxed);
        spent
    }
}

/// A reader that takes what it reads from a budget; a read that would go beyond
/// it is an error.
pub(super) struct Budgeted<R> {
    /// Source of the bytes.
    reader: R,
    /// Budget that they are taken from.
    budget: Budget,
}

impl<R> Budgeted<R> {
    /// Reads from `reader`, as far as the budget goes.
    ///
    /// Source of the bytes.
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

/// Bytes of an input that are kept, in case that it only begins as an archive
/// does.
const MAX_KEPT: usize = 1 << 20;

/// A reader of an input whose [size nobody knows](Budget::of_unknown_size), and
/// that cannot be read again.
pub(super) struct Growing<R> {
    reader: R,
    /// Budget that grows with them.
    budget: Budget,
    /// All that was read; nothing once that is too much.
    kept: Option<Vec<u8>>,
}

impl<R> Growing<R> {
    /// Reads from `reader`, as far as the budget goes.
    pub(super) fn new(reader: R, budget: Budget) -> Self {
        Self { reader, budget, kept: Some(Vec::new()) }
    }

    /// Returns whether all that was read is still there.
    pub(super) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Returns what was read so far, if it is still there; from now on nothing
    /// is kept.
    pub(super) fn take_kept(&mut self) -> Vec<u8> {
        self.kept.take().unwrap_or_default()
    }
}

impl<R: Read> Read for Growing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.budget.grow_by(count as u64);
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

    fn read_through(budget: &Budget, length: u64) -> io::Result<u64> {
        io::copy(&mut Budgeted::new(io::repeat(0).take(length), budget.clone()), &mut io::sink())
    }

    #[test]
    fn time_runs_out_for_readers_and_members() {
        let budget = Budget::for_time(Duration::ZERO, 1);
        assert!(!budget.is_spent(), "nobody was told");
        assert_eq!(budget.spend_member(), Err(Spent::Time));
        assert!(budget.is_spent());
        let error = read_through(&Budget::for_time(Duration::ZERO, 1), 1).expect_err("no time");
        assert_eq!(spent_in(&error), Some(Spent::Time));
        // As decoders wrap it.
        assert_eq!(spent_in(&io::Error::other(format!("in block 3: {error}"))), Some(Spent::Time));
        assert_eq!(spent_in(&io::Error::other("something else")), None);
    }

    #[test]
    fn what_is_read_of_an_input_justifies_more() {
        let budget = Budget::of_unknown_size();
        let mut input = Growing::new(io::repeat(0), budget.clone());
        io::copy(&mut input.by_ref().take(1000), &mut io::sink()).expect("zeros");
        assert_eq!(budget.spend_bytes(FREE_BYTES + 1000 * MAX_RATIO), Ok(()));
        assert_eq!(budget.spend_bytes(1), Err(Spent::Bytes));
        io::copy(&mut input.take(MAX_BYTES / MAX_RATIO + 1), &mut io::sink()).expect("zeros");
        assert_eq!(budget.spend_bytes(MAX_BYTES - FREE_BYTES - 1000 * MAX_RATIO), Ok(()));
        assert_eq!(budget.spend_bytes(1), Err(Spent::Bytes), "and not without end");
    }

    #[test]
    fn the_last_byte_is_still_read() {
        let budget = Budget::new(0);
        assert_eq!(read_through(&budget, FREE_BYTES).expect("within the budget"), FREE_BYTES);
        assert!(!budget.is_spent(), "what follows is told of, not left out in silence");
        let error = read_through(&budget, 1).expect_err("one too many");
        assert_eq!(spent_in(&error), Some(Spent::Bytes));
        assert!(budget.is_spent());
    }
}
