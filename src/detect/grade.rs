//! How sure it is that a text with a credential's shape is one.

use uuid::Uuid;

use super::{Proof, boundary, context, placeholder};
use crate::rule::{Boundary, Captures, Confidence, Rule};
use crate::token::{is_random_id, token_id};

/// Why a candidate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It is part of a longer word.
    Boundary,
    /// Its alias does not stand for a random UUID.
    TokenId,
    /// It was typed by a person: one character over and over, the alphabet.
    Placeholder,
    /// No word around it says that it is a credential.
    Context,
}

impl Reason {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Boundary => "boundary",
            Self::TokenId => "token_id",
            Self::Placeholder => "placeholder",
            Self::Context => "context",
        }
    }

    /// The reason in words, to follow "because".
    pub fn explain(self) -> &'static str {
        match self {
            Self::Boundary => "it is part of a longer word and no checksum holds",
            Self::TokenId => "its alias is no random UUID and no checksum holds",
            Self::Placeholder => "it is a stand-in (repeats or sequences) and no checksum holds",
            Self::Context => "no word around it says that it is a credential",
        }
    }
}

/// What is known of a candidate that counts.
#[derive(Debug)]
pub(super) struct Graded {
    pub(super) confidence: Confidence,
    pub(super) proof: Proof,
    pub(super) token_id: Option<Uuid>,
}

/// Judges a match of the rule's pattern at `at`.
///
/// A checksum that holds settles it: nothing else happens to hold a right one. A checksum that fails settles
/// nothing, since it is not public what Datadog's covers; then boundary and structure must be right.
pub(super) fn grade(rule: &Rule, window: &[u8], at: usize, captures: &Captures) -> Result<Graded, Reason> {
    let span = at..at + captures.len();
    let text = &window[span.clone()];
    let id = rule
        .token_id_group()
        .and_then(|name| captures.get(rule.pattern(), name))
        .and_then(|group| token_id(&text[group]));
    let proof = prove(rule, text, captures);
    let confidence = match &proof {
        Proof::Holds(_) => Confidence::Verified,
        Proof::Fails | Proof::None => {
            if rule.boundary() == Boundary::Word && !boundary::is_word(window, &span) {
                return Err(Reason::Boundary);
            }
            if rule.token_id_group().is_some() && !id.is_some_and(is_random_id) {
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
    Ok(Graded { confidence: confidence.min(rule.max_confidence()), proof, token_id: id })
}

fn prove(rule: &Rule, text: &[u8], captures: &Captures) -> Proof {
    match rule.checksum() {
        None => Proof::None,
        Some(scheme) => match scheme.holding(rule.pattern(), text, captures) {
            Some(covered) => Proof::Holds(covered.name.clone()),
            None => Proof::Fails,
        },
    }
}

/// Whether the secret bytes are a stand-in.
fn looks_typed(rule: &Rule, text: &[u8], captures: &Captures) -> bool {
    let visible = rule.visible(text, captures);
    let secret: Vec<u8> =
        text.iter().zip(visible).filter_map(|(&byte, shown)| (!shown).then_some(byte)).collect();
    placeholder::is_placeholder(&secret)
}
