//! Requests to end a run: Ctrl-C, a closed terminal, a supervisor.

use std::sync::Arc;

use dogcatcher::scan::Progress;

/// Lets a request to end, end the scan with a report of what was found by then; the second one, or a run that waits for something,
/// ends the program.
#[cfg(unix)]
pub(super) fn end_when_asked(progress: &Progress) {
    use signal_hook::flag::register;
    use signal_hook::iterator::Signals;
    let wanted: Vec<i32> = unix::SIGNALS.into_iter().filter(|signal| !unix::is_ignored(*signal)).collect();
    let stop = Arc::clone(progress.stop());
    let watched = Signals::new(&wanted).and_then(|signals| {
        let watch = move || unix::watch(signals, &stop);
        std::thread::Builder::new().name("signals".to_owned()).spawn(watch)
    });
    if watched.is_err() {
        // No more threads to be had. Where signals cannot be handled at all, they do what they always did.
        for signal in wanted {
            let _ = register(signal, Arc::clone(progress.stop()));
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::exit;

    use crate::cli::leftovers;

    pub(super) const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

    /// How long a run may take to come to its end.
    const PATIENCE: Duration = Duration::from_millis(1500);
    const TICK: Duration = Duration::from_millis(20);

    /// Waits for signals while the program runs.
    pub(super) fn watch(mut signals: Signals, stop: &AtomicBool) {
        let Some(first) = signals.forever().next() else { return };
        stop.store(true, Ordering::Relaxed);
        let start = Instant::now();
        loop {
            let again = signals.pending().next();
            // A person who waits presses Ctrl-C again.
            let is_late = first != SIGINT && start.elapsed() > PATIENCE;
            if again.is_some() || is_late {
                leftovers::remove_all();
                // As shells say that a signal ended a program. Other threads may wait for anything: nothing is cleaned up.
                exit(128 + again.unwrap_or(first));
            }
            std::thread::sleep(TICK);
        }
    }

    /// Whether whoever started the program wants a signal to do nothing, as `nohup` does.
    pub(super) fn is_ignored(signal: i32) -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        mask >> (signal - 1) & 1 == 1
    }
}

/// Lets Ctrl-C end the scan with a report of what was found by then; the second time the program.
#[cfg(not(unix))]
pub(super) fn end_when_asked(progress: &Progress) {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag::{register, register_conditional_shutdown};
    /// As shells say that a program was ended by Ctrl-C.
    const INTERRUPTED: i32 = 130;
    for signal in [SIGINT, SIGTERM] {
        // The order matters: the first time, the flag is not set yet.
        let _ = register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(progress.stop()));
        let _ = register(signal, Arc::clone(progress.stop()));
    }
}
