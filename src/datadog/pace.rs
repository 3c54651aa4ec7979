//! As fast as a site allows, and no faster: what the headers `x-ratelimit-…`
//! say, kept for all threads.
//!
//! ```text
//! limit 100, period 3600, remaining 0, reset 3000   use it up, then wait for the reset
//! limit 1000, period 1                              one request each 1.05 ms
//! ```
//!
//! The headers: <https://docs.datadoghq.com/api/latest/rate-limits/>.
//!
//! One request goes at a time only as far as its moment is concerned: each
//! takes its turn under the lock, moves the next one on by a step, and sleeps
//! without the lock. So eight threads keep the same limit as one.

use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A limit over a longer time is used up at once, and then waited for; a short
/// one is kept to evenly.
const SHORT: Duration = Duration::from_secs(10);

/// A little slower than allowed: the site's clock and ours begin a period at
/// different moments, and to be refused costs a whole one.
const MARGIN: f64 = 1.05;

/// The moment from which on the next request to a site may be sent.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

/// The state behind the lock.
#[derive(Debug, Default)]
struct State {
    /// Moment of the next request; none while nothing was said of limits.
    next: Option<Instant>,
    /// Time between two requests.
    step: Duration,
}

/// The limits of a site as one answer tells of them. What it does not say is
/// `None`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Limits {
    /// Requests in a period.
    pub(super) limit: Option<u64>,
    /// Length of a period, in seconds.
    pub(super) period: Option<u64>,
    /// Requests that are left in this period.
    pub(super) remaining: Option<u64>,
    /// Seconds until the period ends.
    pub(super) reset: Option<u64>,
}

impl Pace {
    /// Waits for one's turn, but no longer than `longest`. Returns whether it
    /// came; if not, it is taken from nobody.
    ///
    /// ```text
    /// step 100 ms, three threads ask at 0 ms      turns at 0, 100, 200 ms
    /// longest 150 ms                              the third gets none, and its turn stays free
    /// ```
    pub(super) fn wait_for_turn(&self, longest: Duration) -> bool {
        let mut state = self.lock_state();
        let now = Instant::now();
        let turn = state.next.map_or(now, |next| next.max(now));
        let wait = turn.saturating_duration_since(now);
        if wait > longest {
            return false;
        }
        state.next = Some(turn + state.step);
        drop(state);
        thread::sleep(wait);
        true
    }

    /// Takes over what an answer says of the limits. An answer that says
    /// nothing changes nothing.
    ///
    /// Short periods set the step; long ones only count once they are used up.
    /// A limit of 0 is taken for none: it would stop everything for ever.
    pub(super) fn heed_limits(&self, limits: Limits) {
        let (Some(limit), Some(period)) = (limits.limit.filter(|limit| *limit > 0), limits.period) else {
            return;
        };
        let period = Duration::from_secs(period);
        if period <= SHORT {
            self.lock_state().step = period.div_f64(limit as f64).mul_f64(MARGIN);
        } else if limits.remaining == Some(0) {
            self.pause_for(Duration::from_secs(limits.reset.unwrap_or(1)));
        }
    }

    /// Lets nobody send anything for so long; a longer pause that was asked for
    /// before stands.
    pub(super) fn pause_for(&self, wait: Duration) {
        let mut state = self.lock_state();
        let until = Instant::now() + wait;
        state.next = Some(state.next.map_or(until, |next| next.max(until)));
    }

    /// Locks the state; a thread that panicked left it whole.
    fn lock_state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_not_waited_for() {
        let pace = Pace::default();
        let limits = Limits { limit: Some(100), period: Some(3600), remaining: Some(0), reset: Some(3000) };
        assert!(pace.wait_for_turn(Duration::ZERO));
        pace.heed_limits(limits);
        assert!(!pace.wait_for_turn(Duration::from_secs(60)));
        assert!(!pace.wait_for_turn(Duration::from_secs(2900)));
    }

    #[test]
    fn short_periods_are_kept_to_evenly() {
        let pace = Pace::default();
        pace.heed_limits(Limits { limit: Some(1000), period: Some(1), remaining: Some(0), reset: Some(1) });
        let start = Instant::now();
        (0..50).for_each(|_| assert!(pace.wait_for_turn(Duration::from_secs(9))));
        assert!(start.elapsed() >= Duration::from_millis(49));
    }
}
