//! A line on the terminal for scans that take long: after a second, and only
//! where standard error is a terminal.
//!
//! ```text
//! ⠋ 41 files, 120,000 of 480,000 objects, 1.2 GB, 400 MB/s, 2 found, about 3 seconds left
//! ```
//!
//! The numbers are counters that the scan adds to without a lock; reading them
//! costs the scan nothing.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use dogcatcher::scan::Progress;
use dogcatcher::threads::run_beside;
use indicatif::{DecimalBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// Time that a scan may take before anything is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two pictures.
const TICK: Duration = Duration::from_millis(100);

/// Runs `work` and meanwhile shows how far it is. The line is gone before
/// anything else is printed.
///
/// Where no thread can be had for it, the work is done without a line.
pub(super) fn with_progress<T>(quiet: bool, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if quiet || !std::io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = channel::<()>();
    let show = move || {
        let mut bar: Option<ProgressBar> = None;
        let start = Instant::now();
        let mut wait = PATIENCE;
        while waiting.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            let bar = bar.get_or_insert_with(one_line);
            bar.set_message(progress_message(progress, start.elapsed()));
            bar.tick();
            wait = TICK;
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    };
    run_beside(show, || {
        let result = work();
        drop(done);
        result
    })
}

/// Makes a spinner whose text ends where the terminal does.
fn one_line() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {wide_msg}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

/// Returns the text of the line.
fn progress_message(progress: &Progress, elapsed: Duration) -> String {
    let bytes = progress.bytes();
    let rate = bytes as f64 / elapsed.as_secs_f64();
    let (objects, expected) = progress.objects();
    let files = match progress.files() {
        0 if objects + expected > 0 => String::new(),
        files => format!("{} files, ", HumanCount(files)),
    };
    let history = match (objects, expected) {
        (0, 0) => String::new(),
        (_, 0) => format!("{} objects, ", HumanCount(objects)),
        _ => format!("{} of {} objects, ", HumanCount(objects), HumanCount(expected)),
    };
    let left = time_left(objects, expected, elapsed)
        .map_or_else(String::new, |left| format!(", about {} left", HumanDuration(left)));
    format!(
        "{files}{history}{}, {}/s, {} matches{left}",
        DecimalBytes(bytes),
        DecimalBytes(rate as u64),
        HumanCount(progress.found())
    )
}

/// Returns how long the objects that are still to come take, if they take as
/// long as those before them.
fn time_left(objects: u64, expected: u64, elapsed: Duration) -> Option<Duration> {
    let more = expected.checked_sub(objects).filter(|&more| more > 0 && objects > 0)?;
    Some(elapsed.mul_f64(more as f64 / objects as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_estimated() {
        let second = Duration::from_secs(1);
        assert_eq!(time_left(100, 300, second), Some(2 * second));
        assert_eq!(time_left(0, 300, second), None);
        assert_eq!(time_left(300, 300, second), None);
        assert_eq!(time_left(5, 0, second), None);
    }
}
