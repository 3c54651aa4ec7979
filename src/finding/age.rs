//! The age of a credential: when the last of its kind that was there by then
//! has expired.
//!
//! ```text
//! rule: [expiry] max_days = 365      first commit that holds it: 2024-03-01      → expired by 2025-03-01
//! ```
//!
//! This is known offline, and lowers the severity. It is no proof of death: the
//! date of a commit is what its author's clock said.

use super::found::Finding;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

impl Finding<'_> {
    /// Returns when it has expired at the latest, in seconds since 1970: by its
    /// rule's expiry, from the first commit that holds it.
    ///
    /// `None` where the rule knows no limit, or the finding stands in no
    /// commit.
    pub fn expired_by(&self) -> Option<i64> {
        let expiry = self.rule.expiry()?;
        Some(self.first_seen?.saturating_add(i64::from(expiry.max_days) * DAY))
    }

    /// Returns whether that is past.
    pub fn must_have_expired(&self) -> bool {
        self.expired_by().is_some_and(|end| end < jiff::Timestamp::now().as_second())
    }
}
