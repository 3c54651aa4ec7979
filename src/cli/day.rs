//! The day by which entries expire.

use jiff::civil::Date;

/// Returns the day that it is, in UTC, so that an entry expires everywhere at
/// once.
pub(super) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
}
