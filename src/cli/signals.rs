//! Requests to end a run: Ctrl-C, a closed terminal, a supervisor.
//!
//! ```text
//! first SIGINT                    the scan ends, what was found is reported, the rest is a gap: exit status 2
//! another one, or no end by then  temporary files are removed, and the program ends as the signal would end it
//! SIGTERM, SIGHUP, …              the same, but a run is given a second and a half only
//! ```
//!
//! A signal that whoever started the program ignores (`nohup`) stays ignored.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

/// Set once somebody asks the program to end.
static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Lets a request to end, end the scans of this run with a report of what was
/// found by then; what is returned is set then. The second request, or a run
/// that waits for something, ends the program.
pub(super) fn stop_when_asked() -> Arc<AtomicBool> {
    let stop = STOP.get_or_init(|| {
        let stop = Arc::default();
        platform::watch_signals(&stop, platform::Patience::ForTheReport);
        stop
    });
    Arc::clone(stop)
}

/// Lets a request to end, end the program, without the files that it was about
/// to write.
pub(super) fn end_when_asked() {
    STOP.get_or_init(|| {
        let stop = Arc::default();
        platform::watch_signals(&stop, platform::Patience::None);
        stop
    });
}

#[cfg(unix)]
mod platform {
    use std::fs::File;
    use std::io::{BufRead, BufReader};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::flag::register;
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::exit;

    use crate::cli::leftovers;

    /// Signals that ask a program to end.
    const SIGNALS: [i32; 5] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU];

    /// The time that a run is given to come to its end.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Patience {
        /// None: there is nothing to report.
        None,
        /// As long as a report takes.
        ForTheReport,
    }

    /// Time that a run is given to come to its end, except after Ctrl-C: there
    /// a person waits.
    const FOR_THE_REPORT: Duration = Duration::from_millis(1500);
    /// Time between two looks for another signal.
    const TICK: Duration = Duration::from_millis(20);

    /// Watches signals on a thread of their own. Where there are no threads to
    /// be had, they only set the flag.
    pub(super) fn watch_signals(stop: &Arc<AtomicBool>, patience: Patience) {
        // A file that becomes too large is an error of writing it, which is told of.
        let _ = register(SIGXFSZ, Arc::default());
        let ignored = ignored_signals();
        let is_heeded = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
        let wanted: Vec<i32> = SIGNALS.into_iter().filter(is_heeded).collect();
        let watched = Signals::new(&wanted).and_then(|signals| {
            let stop = Arc::clone(stop);
            let wait = move || wait_for_signals(signals, &stop, patience);
            std::thread::Builder::new().name("signals".to_owned()).spawn(wait)
        });
        if watched.is_err() && patience == Patience::ForTheReport {
            // No more threads to be had. Where signals cannot be handled at all, they do what they always did.
            for signal in wanted {
                let _ = register(signal, Arc::clone(stop));
            }
        }
    }

    /// Waits for signals while the program runs.
    fn wait_for_signals(mut signals: Signals, stop: &AtomicBool, patience: Patience) {
        let Some(first) = signals.forever().next() else { return };
        stop.store(true, Ordering::Relaxed);
        let start = Instant::now();
        loop {
            let again = signals.pending().next();
            // A person who waits presses Ctrl-C again.
            let is_late = first != SIGINT && start.elapsed() > FOR_THE_REPORT;
            if again.is_some() || is_late || patience == Patience::None {
                leftovers::remove_all_for_good();
                // As shells say that a signal ended a program. Other threads may wait for anything: nothing is cleaned up.
                exit(128 + again.unwrap_or(first));
            }
            std::thread::sleep(TICK);
        }
    }

    /// Returns the signals that whoever started the program wants to do
    /// nothing, as `nohup` does: signal 1 is the lowest bit.
    fn ignored_signals() -> u64 {
        let Ok(status) = File::open("/proc/self/status") else { return 0 };
        let mut lines = BufReader::new(status).lines().map_while(Result::ok);
        let mask = lines.find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
        mask.unwrap_or(0)
    }
}

#[cfg(not(unix))]
mod platform {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag::{register, register_conditional_shutdown};

    /// The time that a run is given to come to its end: here only until the
    /// second Ctrl-C.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Patience {
        None,
        ForTheReport,
    }

    pub(super) fn watch_signals(stop: &Arc<AtomicBool>, patience: Patience) {
        /// As shells say that a program was ended by Ctrl-C.
        const INTERRUPTED: i32 = 130;
        if patience == Patience::None {
            return;
        }
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the first time, the flag is not set yet.
            let _ = register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(stop));
            let _ = register(signal, Arc::clone(stop));
        }
    }
}
