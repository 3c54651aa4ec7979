//! How sure it is that a text with a credential's shape is one.
//!
//! | | checksum holds | fails, or cannot be known |
//! |---|---|---|
//! | boundary, structure | not asked | must be right |
//! | stand-in (`xxxx…`) | not asked | rejected |
//! | words around it | not asked | asked where the rule has `[context]` |
//! | confidence | `verified` | `suspect`, or `context` where words had to speak for it |
//!
//! Never more than the rule's `max_confidence`.

use uuid::Uuid;

use super::{Proof, boundary, context, placeholder};
use crate::rule::{Boundary, Captures, Confidence, Content, Rule};
use crate::token::{RemoteConfig, is_random_id, token_id};

/// Reason why a candidate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It is part of a longer word.
    Boundary,
    /// Its alias does not stand for a random UUID.
    TokenId,
    /// Its content cannot be read.
    Content,
    /// It was typed by a person: one character over and over, the alphabet.
    Placeholder,
    /// No word around it says that it is a credential.
    Context,
    /// It is assigned to no name that is one of a key.
    Unnamed,
    /// The name that it is assigned to is one of a hash.
    Hash,
    /// The name that it is assigned to is one of an identifier.
    Identifier,
    /// It can be used only by who can decrypt it.
    Encrypted,
    /// Its name, or the text around it, is about another product.
    Foreign,
    /// It is some key, but nothing around it speaks of Datadog.
    Unrelated,
}

impl Reason {
    /// The name in reports.
    ///
    /// A contract: `--explain` and the JSON report use these words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boundary => "boundary",
            Self::TokenId => "token_id",
            Self::Content => "content",
            Self::Placeholder => "placeholder",
            Self::Context => "context",
            Self::Unnamed => "unnamed",
            Self::Hash => "hash",
            Self::Identifier => "identifier",
            Self::Encrypted => "encrypted",
            Self::Foreign => "foreign",
            Self::Unrelated => "unrelated",
        }
    }

    /// The reason in words, to follow "because".
    pub fn explain(self) -> &'static str {
        match self {
            Self::Boundary => "it is part of a longer word and no checksum holds",
            Self::TokenId => "its alias is no random UUID and no checksum holds",
            Self::Content => "what it should hold cannot be read",
            Self::Placeholder => "it is a stand-in (repeats, sequences, or a known example)",
            Self::Context => "no word around it says that it is a credential",
            Self::Unnamed => "no name of a key stands before it",
            Self::Hash => "its name is that of a hash",
            Self::Identifier => "its name is that of an identifier",
            Self::Encrypted => "its name says that it is encrypted",
            Self::Foreign => "its name, or the text around it, is about another product",
            Self::Unrelated => "nothing around it speaks of Datadog",
        }
    }
}

/// Facts of a candidate that counts.
#[derive(Debug)]
pub(super) struct Graded {
    /// Confidence that it is one.
    pub(super) confidence: Confidence,
    /// Answer of the checksum.
    pub(super) proof: Proof,
    /// Public id, where the kind has one.
    pub(super) token_id: Option<Uuid>,
}

/// Judges a match of the rule's pattern at `at`.
///
/// A checksum that holds settles it: nothing else happens to hold a right one.
/// A checksum that fails settles nothing, since it is not public what Datadog's
/// covers; then boundary and structure must be right.
///
/// # Errors
///
/// The reason why it does not count.
pub(super) fn grade_match(
    rule: &Rule,
    window: &[u8],
    at: usize,
    captures: &Captures<'_>,
) -> Result<Graded, Reason> {
    let span = at..at + captures.len();
    let text = &window[span.clone()];
    let id = || {
        let alias = captures.get(rule.pattern(), rule.token_id_group()?)?;
        token_id(&text[alias])
    };
    let proof = prove_checksum(rule, text, captures);
    if rule.content() == Some(Content::RemoteConfig) {
        /// Of the shorter of the two forms: 40 characters, both.
        const APP_KEY_LEN: usize = 40;
        if RemoteConfig::decode_key(text).is_none_or(|held| held.app_key.expose().len() != APP_KEY_LEN) {
            return Err(Reason::Content);
        }
        return Ok(Graded { confidence: rule.max_confidence(), proof, token_id: id() });
    }
    let confidence = match &proof {
        Proof::Holds(_) => Confidence::Verified,
        Proof::Fails | Proof::None => {
            if rule.boundary() == Boundary::Word && !boundary::is_word(window, &span) {
                return Err(Reason::Boundary);
            }
            if rule.token_id_group().is_some() && !id().is_some_and(is_random_id) {
                return Err(Reason::TokenId);
            }
            if looks_typed(rule, text, captures) {
                return Err(Reason::Placeholder);
            }
            match rule.context() {
                Some(words) if proof == Proof::None => {
                    if !context::speaks_for(words, window, &span) {
                        return Err(Reason::Context);
                    }
                    Confidence::Context
                }
                _ => Confidence::Suspect,
            }
        }
    };
    Ok(Graded { confidence: confidence.min(rule.max_confidence()), proof, token_id: id() })
}

/// Returns what is known of a key that only its name tells.
pub(super) fn by_name(rule: &Rule) -> Graded {
    let confidence = Confidence::Context.min(rule.max_confidence());
    Graded { confidence, proof: Proof::None, token_id: None }
}

/// Returns what is known of an application key that another credential holds.
pub(super) fn grade_held(rule: &Rule, text: &[u8], captures: &Captures<'_>) -> Graded {
    Graded { confidence: rule.max_confidence(), proof: prove_checksum(rule, text, captures), token_id: None }
}

fn prove_checksum(rule: &Rule, text: &[u8], captures: &Captures<'_>) -> Proof {
    match rule.checksum() {
        None => Proof::None,
        Some(scheme) => match scheme.holding_reading(rule.pattern(), text, captures) {
            Some(covered) => Proof::Holds(covered.name.clone()),
            None => Proof::Fails,
        },
    }
}

/// Returns whether the secret bytes are a stand-in.
fn looks_typed(rule: &Rule, text: &[u8], captures: &Captures<'_>) -> bool {
    let visible = rule.visible_bytes(text, captures);
    let secret: Vec<u8> =
        text.iter().zip(visible).filter_map(|(&byte, shown)| (!shown).then_some(byte)).collect();
    placeholder::is_placeholder(&secret)
}
