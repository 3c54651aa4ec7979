//! Threads, as many as the user wants and the system gives: the one place where
//! any is started for work.
//!
//! ```text
//! on_threads     the same work on each of several threads, this one included
//! in_parallel    one piece of work for each item, the results in order
//! run_beside     something small beside the work of this thread
//! set_up_pool    the pool that `rayon` uses, bounded likewise
//! ```
//!
//! Where the system gives no more threads (containers bound them), the work is
//! done with those that there are.
//!
//! Every thread here is scoped: it ends before the call returns, borrows what
//! it needs, and a panic in it is the caller's. That leaves no thread behind
//! that could hold a secret.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{Builder, scope};

/// Returns how many threads are meant; 0 is one for each processor.
pub(crate) fn thread_count(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        count => count,
    }
}

/// Returns how many of so many threads can be had beside this one. Where that
/// is fewer, one is left for others.
///
/// They are tried out: a limit of a container (`pids.max`) or of the user
/// (`RLIMIT_NPROC`) is in no file that says it for sure. The trials wait for
/// each other, so that one is not counted twice.
pub(crate) fn available_threads(wanted: usize) -> usize {
    let gate = Mutex::new(());
    let had = scope(|scope| {
        let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = || drop(gate.lock());
        let trials = std::iter::repeat_with(|| Builder::new().spawn_scoped(scope, wait));
        let trials: Vec<_> = trials.take(wanted).map_while(Result::ok).collect();
        drop(closed);
        // Joined, they are gone for the system, too; none of them can have failed.
        trials.into_iter().filter_map(|trial| trial.join().ok()).count()
    });
    if had < wanted { had.saturating_sub(1) } else { had }
}

/// Sets up the one pool, this thread included, before it is used for the first
/// time.
///
/// Called again, it does nothing: `rayon` has one global pool for the life of
/// the process.
pub(crate) fn set_up_pool(threads: usize) {
    /// Set once this was done.
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let pool =
            |count| rayon::ThreadPoolBuilder::new().num_threads(count).use_current_thread().build_global();
        let count = thread_count(threads);
        let extra = available_threads(count - 1);
        // One thread is this one, which is there. Somebody else's pool is as good.
        let _ = pool(extra + 1).or_else(|_| pool(1));
    });
}

/// Runs `work` once on each of so many threads, or of as many as can be had; 0
/// is one for each processor.
///
/// `work` has to share the items out itself, by an atomic counter say;
/// [`in_parallel`] does it for a slice.
pub fn on_threads(threads: usize, work: impl Fn() + Sync) {
    scope(|scope| {
        for _ in 1..thread_count(threads) {
            if Builder::new().spawn_scoped(scope, &work).is_err() {
                break;
            }
        }
        work();
    });
}

/// Does something with each item on so many threads, or on as many as can be
/// had, this one included, and returns the results in order; 0 is this one
/// alone.
///
/// Items are taken one by one, so that a slow one holds up only its thread.
///
/// # Examples
///
/// ```
/// use dogcatcher::threads::in_parallel;
///
/// assert_eq!(in_parallel(4, &["a", "bc"], |text| text.len()), [1, 2]);
/// ```
pub fn in_parallel<T: Sync, R: Send>(jobs: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    on_threads(jobs.min(items.len()).max(1), || {
        while let Some((at, item)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does this thread's work while another one does something beside it, unless
/// there is no thread for that.
///
/// The other one has to end by itself once the work is done.
pub fn run_beside<T>(other: impl FnOnce() + Send, work: impl FnOnce() -> T) -> T {
    scope(|scope| {
        // A courtesy: the work does not depend on it.
        let _ = Builder::new().spawn_scoped(scope, other);
        work()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_are_wanted_where_there_is_no_limit() {
        assert_eq!((available_threads(0), available_threads(3)), (0, 3));
        assert_eq!((thread_count(5), thread_count(0) > 0), (5, true));
        let count = Mutex::new(0);
        on_threads(3, || *count.lock().expect("a number") += 1);
        assert_eq!(count.into_inner().expect("a number"), 3);
    }

    #[test]
    fn results_are_in_order() {
        let items: Vec<u64> = (0..50).collect();
        for jobs in [0, 1, 7, 100] {
            assert_eq!(in_parallel(jobs, &items, |n| n * 2), items.iter().map(|n| n * 2).collect::<Vec<_>>());
        }
        assert!(in_parallel(4, &[0; 0], |n| *n).is_empty());
    }
}
