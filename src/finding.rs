//! A finding is one distinct secret with all the places where it stands.
//!
//! ```text
//! Match (detect)  one place in one text  → Finding with one Location
//! merge           one secret and rule    → Finding with all of them, sorted
//! pair            an application key and the API key beside it
//! suppress        a person's decisions   → Location::suppressed, Finding::suppressed
//! verify          Datadog's answers      → Finding::liveness
//! ```
//!
//! Two findings are the same if rule and secret are: that is what the
//! fingerprint says, wherever the secret stands.

mod age;
mod fingerprint;
mod found;
mod liveness;
mod merge;
mod pair;

pub use fingerprint::{FINGERPRINT_PREFIX, fingerprint_secret, is_fingerprint, short_fingerprint};
pub(crate) use found::KNOWN;
pub use found::{Finding, Location, MAX_PLACES, MAX_TIPS, SUPPRESSORS, Suppression};
pub use liveness::{Liveness, State};
pub use merge::merge_findings;
pub(crate) use pair::pair_keys;
