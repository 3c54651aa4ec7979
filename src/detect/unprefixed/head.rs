//! The names in the heads of the blocks around a value.

use std::ops::Range;

use super::blocks::headers;
use super::scope::Scope;
use crate::lexicon::{Lexicon, Sense};
use crate::rule::Unprefixed;

/// What the names in the heads of the three innermost blocks say.
pub(super) fn named_by_head(
    lexicon: &Lexicon,
    text: &[u8],
    shape: Unprefixed,
    span: &Range<usize>,
) -> Option<Scope> {
    for head in headers(text, span.start).into_iter().take(3) {
        let name = &text[head];
        if [&b"!vault"[..], b"ENC[", b"ANSIBLE_VAULT"]
            .iter()
            .any(|mark| memchr::memmem::find(name, mark).is_some())
        {
            return None;
        }
        let name = name.iter().position(|byte| *byte == b'#').map_or(name, |at| &name[..at]);
        let words = lexicon.words_of(name);
        if words.len() > 12 {
            return None;
        }
        match lexicon.sense(&words) {
            Sense::OwnedKey => return Some(Scope::Name),
            Sense::Key => return Some(Scope::Block),
            // `"https://app.datadoghq.com":` of `additional_endpoints`.
            Sense::Owner if shape == Unprefixed::Hex32 && name.trim_ascii_end().ends_with(b":") => {
                return Some(Scope::Name);
            }
            Sense::Hash | Sense::Identifier | Sense::Encrypted | Sense::Foreign | Sense::Pretended => {
                return None;
            }
            Sense::ClientToken if shape == Unprefixed::PubHex32 => return Some(Scope::Name),
            Sense::Secret | Sense::Qualified | Sense::Owner | Sense::Other | Sense::ClientToken => {}
        }
    }
    None
}
