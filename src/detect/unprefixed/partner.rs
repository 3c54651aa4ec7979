//! Values whose name stands under the partner of their own: `header.name = 'DD-API-KEY'`, then `header.value = …`.

use std::ops::Range;

use memchr::memmem;

use super::record::sense_of_name;
use crate::lexicon::{Lexicon, Sense};

/// How far from a value its partner may stand, in bytes.
const NEAR: usize = 400;

/// The longest name, in bytes.
const LONGEST: usize = 120;

/// The word for a value in each case, and those that its partner has in its stead.
const FORMS: [(&[u8], [&[u8]; 4]); 3] = [
    (b"value", [b"name", b"key", b"header", b"field"]),
    (b"Value", [b"Name", b"Key", b"Header", b"Field"]),
    (b"VALUE", [b"NAME", b"KEY", b"HEADER", b"FIELD"]),
];

/// Returns what the name says that the partner of its own name holds: `ApiKeyName: DD-API-KEY` beside `ApiKeyValue: …`,
/// `setName("DD-API-KEY")` before `setValue("…")`, `keyValue` before `valueValue`.
pub(super) fn sense_by_partner(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    let own = own_name(text, span)?;
    let (before, after) = (
        &text[span.start.saturating_sub(NEAR)..span.start],
        &text[span.end..text.len().min(span.end + NEAR)],
    );
    let partners = FORMS.iter().flat_map(|(value, names)| {
        memmem::find_iter(own, value).flat_map(move |at| {
            names.iter().map(move |name| [&own[..at], name, &own[at + value.len()..]].concat())
        })
    });
    let (mut below, mut nearest) = (None, None);
    for partner in partners {
        let above =
            memmem::rfind_iter(before, &partner).find_map(|at| Some((at, held(before, at, partner.len())?)));
        nearest = above.into_iter().chain(nearest).max_by_key(|(at, _)| *at);
        let held_below = || memmem::find_iter(after, &partner).find_map(|at| held(after, at, partner.len()));
        below = below.or_else(held_below);
    }
    nearest.map(|(_, name)| name).or(below).map(|name| sense_of_name(lexicon, name))
}

/// The name that a value is given to, with what it is reached by: `headers(2).value`; nothing for `value` alone, whose record names it.
fn own_name<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let is_sign = |byte: &u8| {
        matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'\\' | b'=' | b':' | b'(' | b'@' | b'>' | b'[')
    };
    let signs = before.iter().rev().take_while(|byte| is_sign(byte)).count();
    let name = &before[..before.len() - signs];
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'(' | b')' | b'[' | b']')
    };
    let name = &name[name.len() - name.iter().rev().take_while(|byte| is_part(byte)).count()..];
    let is_pair = FORMS.iter().any(|(value, _)| memmem::find(name, value).is_some());
    (signs > 0 && name.len() > FORMS[0].0.len() && is_pair).then_some(name)
}

/// The name that a partner at a place holds: `header.name := 'NAME'`, `setName("NAME")`.
fn held(text: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let rest = &text[at + length..];
    let signs = rest.iter().take_while(|byte| !is_name(byte)).count();
    let is_whole = !at.checked_sub(1).is_some_and(|before| text[before].is_ascii_alphanumeric());
    let joins = rest[..signs].iter().any(|byte| matches!(byte, b'=' | b':' | b'(' | b'>'));
    let name = &rest[signs..signs + rest[signs..].iter().take_while(|byte| is_name(byte)).count()];
    (is_whole && joins && !rest[..signs].contains(&b'\n') && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partner_of_a_name_names_its_value() {
        for (text, expected) in [
            ("h(2).name := 'DD-API-KEY';\nh(2).value := '@'", Some(Sense::OwnedKey)),
            ("h(2).name := 'DD-API-KEY';\nh(3).value := '@'", None),
            ("ApiKeyName: DD-API-KEY\nApiKeyValue: @", Some(Sense::OwnedKey)),
            ("headerValue: @\nheaderName: X-Token", Some(Sense::Foreign)),
            ("x.setName(\"DD-API-KEY\");\nx.setValue(\"@\");", Some(Sense::OwnedKey)),
            (
                "{\"keyValue\": \"DD-API-KEY\", \"valueType\": \"x\", \"valueValue\": \"@\"}",
                Some(Sense::OwnedKey),
            ),
            ("HEADER_1_NAME=dd-api-key\nHEADER_1_VALUE=@", Some(Sense::OwnedKey)),
            ("name: DD_API_KEY\nvalue: @", None),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(
                sense_by_partner(&Lexicon::default(), text.as_bytes(), &(at..at + 1)),
                expected,
                "{text}"
            );
        }
    }
}
