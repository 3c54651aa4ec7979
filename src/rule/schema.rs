//! The shape of a rule file. An unknown key is an error: a misspelt one must
//! not weaken a rule unseen.
//!
//! `docs/rules.md` describes the keys; the structs here are what serde reads,
//! before anything is checked (`compile` does that).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Confidence that a match is a credential; the order is that of certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// No checksum exists; the words around it say what it is.
    Context,
    /// Exactly the shape of a credential, but the checksum does not hold, or
    /// there is none.
    Suspect,
    /// The checksum holds, or what the match holds proves it.
    Verified,
}

impl Confidence {
    /// The word in reports and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Suspect => "suspect",
            Self::Verified => "verified",
        }
    }
}

/// Harm that a credential can do; the order is that of harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// None: it is public by design.
    Info,
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// Whatever its owner can do.
    Critical,
}

impl Severity {
    /// Returns one step less, down to `low`. `info` stays: it says that there
    /// is no harm at all.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::rule::Severity;
    /// assert_eq!(Severity::Critical.one_lower(), Severity::High);
    /// assert_eq!(Severity::Info.one_lower(), Severity::Info);
    /// ```
    pub fn one_lower(self) -> Self {
        match self {
            Self::Info => Self::Info,
            Self::Low | Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }

    /// The word in reports and rule files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A text in which the rule must find a credential.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Example {
    /// The text; `{{token}}` stands for a fake credential that is minted when
    /// the example is tried, and `{{broken}}` for one whose checksum is off.
    pub text: String,
    /// Confidence that the rule must have.
    pub confidence: Confidence,
}

/// `[expiry]`: how long a credential of this kind can live.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Expiry {
    /// After how many days at the latest it has expired.
    pub max_days: u32,
    /// For which credentials of the same look that does not hold, as the rest
    /// of a sentence.
    pub except: String,
}

/// `content`: what a match must hold to count. One that does is proven by it,
/// as by a checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// The fields of a remote-configuration key; the application key in it is a
    /// finding of its own.
    RemoteConfig,
}

/// `unprefixed`: the shape of a key that nothing begins. Only the name that it
/// is assigned to tells it from a hash, so that at most one rule can have each
/// shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unprefixed {
    /// 32 hexadecimal digits.
    Hex32,
    /// 40 hexadecimal digits.
    Hex40,
    /// `pub` and 32 hexadecimal digits.
    PubHex32,
}

/// A text in which the rule must find nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CounterExample {
    /// The text, with the same stand-ins as [`Example::text`].
    pub text: String,
    /// Reason why this is no credential.
    pub why: String,
}

/// A rule file as it is written. [`Rule`](super::Rule) says what the keys mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// The id, unique among all rules; part of every fingerprint, so that a
    /// rename orphans allow entries.
    pub(super) id: String,
    /// Name of such credentials, for people.
    pub(super) name: String,
    /// Description of such a credential, in a few sentences.
    pub(super) description: String,
    /// One of Datadog's kinds, or a name for another.
    pub(super) credential: Option<String>,
    /// Life of such a credential, as its issuer documents it.
    pub(super) lifetime: Option<String>,
    /// Harm that it can do.
    pub(super) severity: Severity,
    /// Literals of which one begins every match.
    #[serde(default)]
    pub(super) anchors: Vec<String>,
    /// Content that a match must have to count.
    pub(super) content: Option<Content>,
    /// For keys that no anchor begins: their shape.
    pub(super) unprefixed: Option<Unprefixed>,
    /// Regular expression of the whole match, in the syntax of the `regex`
    /// crate, over bytes.
    pub(super) pattern: String,
    /// Characters that may stand beside a match.
    #[serde(default)]
    pub(super) boundary: BoundaryName,
    /// The named group that is the public id of the token.
    pub(super) token_id: Option<String>,
    /// The named groups that reports may show.
    #[serde(default)]
    pub(super) public: Vec<String>,
    /// The most that this rule may claim.
    pub(super) max_confidence: Option<Confidence>,
    /// After how many days at the latest a credential of this kind has expired,
    /// and who is excepted.
    pub(super) expiry: Option<Expiry>,
    /// Its checksum, where it has one.
    pub(super) checksum: Option<ChecksumTable>,
    /// Words of which one must stand near.
    pub(super) context: Option<ContextTable>,
    /// Steps for when one got loose.
    pub(super) remediation: String,
    /// Pages to read more.
    #[serde(default)]
    pub(super) references: Vec<String>,
    /// Texts in which the rule must match; one at least.
    #[serde(rename = "example", default)]
    pub(super) examples: Vec<Example>,
    /// Texts in which it must not match.
    #[serde(rename = "counter_example", default)]
    pub(super) counter_examples: Vec<CounterExample>,
}

/// `boundary`: what may stand beside a match.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BoundaryName {
    /// Nothing that would continue a word.
    #[default]
    Word,
    /// Anything.
    None,
}

/// `[checksum]`; see `checksum.rs`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChecksumTable {
    /// Its algorithm; there is one.
    pub(super) algorithm: Algorithm,
    /// `base62`, or the digits in the order of their values.
    pub(super) alphabet: String,
    /// Number of its digits.
    pub(super) width: usize,
    /// Named group that holds it.
    pub(super) group: String,
    /// Readings of what it covers, in the order in which they are tried.
    pub(super) covers: Vec<CoversTable>,
}

/// `algorithm` of a checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Algorithm {
    /// CRC-32/ISO-HDLC, that of zlib.
    Crc32,
}

/// One entry of `covers`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoversTable {
    /// Name in reports (`checksum.covers`).
    pub(super) name: String,
    /// Bytes that are covered: text, and named groups in braces.
    pub(super) input: String,
}

/// `[context]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextTable {
    /// The words, in any case.
    pub(super) words: Vec<String>,
    /// Distance to the match, in bytes.
    #[serde(default = "default_within")]
    pub(super) within: usize,
}

/// Bytes around a match in which a word of its context is looked for: about a
/// line.
fn default_within() -> usize {
    80
}
