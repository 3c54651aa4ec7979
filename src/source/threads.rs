//! Threads, as many as the user wants and the system gives.

use std::sync::{Mutex, Once, PoisonError};
use std::thread::{Builder, scope};

/// Returns how many threads are meant; 0 is one for each processor.
pub(super) fn meant(threads: usize) -> usize {
    match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        count => count,
    }
}

/// Returns how many of so many threads can be had beside this one. Where that is fewer, one is left for others.
pub(super) fn available(wanted: usize) -> usize {
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

/// Sets up the one pool, this thread included, before it is used for the first time.
pub(super) fn set_up_pool(threads: usize) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let pool =
            |count| rayon::ThreadPoolBuilder::new().num_threads(count).use_current_thread().build_global();
        let count = meant(threads);
        let extra = available(count - 1);
        // One thread is this one, which is there. Somebody else's pool is as good.
        let _ = pool(extra + 1).or_else(|_| pool(1));
    });
}

/// Runs `work` once on each of so many threads, or of as many as can be had; 0 is one for each processor.
pub(super) fn on_threads(threads: usize, work: impl Fn() + Sync) {
    scope(|scope| {
        for _ in 1..meant(threads) {
            if Builder::new().spawn_scoped(scope, &work).is_err() {
                break;
            }
        }
        work();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_are_wanted_where_there_is_no_limit() {
        assert_eq!((available(0), available(3)), (0, 3));
        assert_eq!((meant(5), meant(0) > 0), (5, true));
        let count = Mutex::new(0);
        on_threads(3, || *count.lock().expect("a number") += 1);
        assert_eq!(count.into_inner().expect("a number"), 3);
    }
}
