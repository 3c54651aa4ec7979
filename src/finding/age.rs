//! The age of a credential: when the last of its kind that was there by then has expired.

use super::Finding;

const DAY: i64 = 24 * 60 * 60;

impl Finding<'_> {
    /// Returns when it has expired at the latest, in seconds since 1970: by its rule's expiry, from the first commit that holds it.
    pub fn expired_by(&self) -> Option<i64> {
        let expiry = self.rule.expiry()?;
        Some(self.first_seen?.saturating_add(i64::from(expiry.max_days) * DAY))
    }

    /// Returns whether that is past.
    pub fn must_have_expired(&self) -> bool {
        self.expired_by().is_some_and(|end| end < jiff::Timestamp::now().as_second())
    }
}
