//! What a credential looks like, as data: rule files, their schema, and the rules compiled from them.
//!
//! A rule is a TOML file. It says which literal begins a match, what the whole match looks like, where a checksum
//! stands in it and what that covers, and it carries its proof: texts in which it must match, and texts in which it
//! must not. See `docs/rules.md`.

mod builtin;
mod checksum;
mod compile;
mod pattern;
mod sample;
mod schema;
mod set;

pub use checksum::{Covered, Scheme};
pub use compile::{Boundary, Context, MAX_MATCH_LEN, Rule};
pub use pattern::{Captures, Pattern};
pub use schema::{Bare, Confidence, Content, CounterExample, Example, Expiry, Severity};
pub use set::RuleSet;
