//! What a credential looks like, as data: rule files, their schema, and the
//! rules compiled from them.
//!
//! A rule is a TOML file. It says which literal begins a match, what the whole
//! match looks like, where a checksum stands in it and what that covers, and it
//! carries its proof: texts in which it must match, and texts in which it must
//! not. See `docs/rules.md`.
//!
//! ```toml
//! id = "acme-api-token"
//! name = "Acme API token"
//! description = "Opens Acme's API."
//! severity = "high"
//! anchors = ["acme_"]                     # every match begins with one of these; the search looks for nothing else
//! pattern = "acme_(?<secret>[0-9A-Za-z]{24})(?<check>[0-9A-Za-z]{6})"
//! remediation = "Revoke it at …"
//!
//! [checksum]
//! algorithm = "crc32"
//! alphabet = "base62"
//! width = 6
//! group = "check"
//! covers = [{ name = "secret", input = "{secret}" }]
//!
//! [[example]]
//! text = "ACME_TOKEN={{token}}"           # a fake one is minted from the pattern and the checksum
//! confidence = "verified"
//! ```
//!
//! From this alone follow the search for it, plain and in every encoding
//! (`decode` computes what an anchor becomes), the grade, what reports may show
//! of it ([`Rule::visible_bytes`]), and fake ones ([`Rule::mint_sample`]).
//!
//! # From file to verdict
//!
//! ```text
//! schema    TOML                 → RuleFile, unknown keys refused
//! compile   RuleFile             → Rule, every mistake named
//! pattern   regular expression   → table of byte sets, or a regex
//! checksum  [checksum]           → Scheme: group, alphabet, readings
//! set       rules of a run       → RuleSet, ids unique
//! sample    Rule and a seed      → a fake credential that the rule finds
//! ```

mod builtin;
mod checksum;
mod compile;
mod pattern;
mod sample;
mod schema;
mod set;

pub use checksum::{Covered, Scheme};
pub use compile::{Boundary, Context, Rule};
pub use pattern::{Captures, MAX_MATCH_LEN, Pattern};
pub use schema::{Confidence, Content, CounterExample, Example, Expiry, Severity, Unprefixed};
pub use set::RuleSet;
