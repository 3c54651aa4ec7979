//! The forms that the beginning of a token takes in each encoding, computed for rules that bring anchors of their own.
//!
//! Those of the rules that are compiled in are [`CLUES`](super::CLUES) and [`TWICE`](super::TWICE), chosen and ordered by hand
//! so that one search finds them all at full speed.

use super::Encoding;

/// The longest form, in bytes: in history, what may hold one is searched so far to either side of each seam.
const LONGEST: usize = 12;

/// What `anchor` becomes in each encoding, and the encoding.
pub fn forms(anchor: &[u8]) -> Vec<(Vec<u8>, Encoding)> {
    let mut forms = broken_anchors(anchor);
    forms.extend(base64_forms(anchor).iter().flat_map(wrapped));
    forms.extend(base64_forms(anchor));
    forms.extend(broken_anchors(anchor).iter().flat_map(|(broken, _)| base64_forms(broken)));
    forms.extend(base64_forms(&wide(anchor, 2)));
    forms.extend(base64_forms(anchor).iter().flat_map(|(once, _)| base64_forms(once)));
    forms.extend(escaped_forms(anchor));
    for width in [2, 4] {
        forms.push((wide(anchor, usize::from(width)), Encoding::Wide(width)));
    }
    for (form, _) in &mut forms {
        form.truncate(LONGEST);
    }
    forms.sort_by(|one, other| one.0.cmp(&other.0));
    forms.dedup();
    forms
}

/// An anchor whose first punctuation is escaped: `ghp%5F`, `ghp\x5f`.
fn broken_anchors(anchor: &[u8]) -> Vec<(Vec<u8>, Encoding)> {
    const SHORTEST: usize = 2;
    const SIGNS: [(u8, Encoding); 4] = [
        (b'%', Encoding::Percent),
        (b'\\', Encoding::Backslash),
        (b'&', Encoding::Entities),
        (b'=', Encoding::QuotedPrintable),
    ];
    let head = anchor.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if head < SHORTEST || head == anchor.len() {
        return Vec::new();
    }
    SIGNS.map(|(sign, encoding)| ([&anchor[..head], &[sign]].concat(), encoding)).to_vec()
}

/// The digits of base64 that `text` determines, at each of the three places that it can have in a group.
fn base64_forms(text: &[u8]) -> Vec<(Vec<u8>, Encoding)> {
    const ALPHABETS: [&[u8; 64]; 2] = [
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    ];
    /// Shorter ones stand in any word.
    const SHORTEST: usize = 3;
    let mut forms = Vec::new();
    for (before, alphabet) in (0..3).flat_map(|before| ALPHABETS.map(|alphabet| (before, alphabet))) {
        let bits = 8 * before..8 * (before + text.len());
        let digits = bits.start.div_ceil(6)..bits.end / 6;
        let bit = |at: usize| text[at / 8 - before] >> (7 - at % 8) & 1;
        let digit = |index: usize| (6 * index..6 * index + 6).fold(0, |value, at| value << 1 | bit(at));
        let phase = [0, 2, 3][before];
        let form: Vec<u8> = digits.map(|index| alphabet[usize::from(digit(index))]).collect();
        if form.len() >= SHORTEST {
            forms.push((form, Encoding::Base64(phase)));
        }
    }
    forms
}

/// Digits of base64 with the end of a line between any two of them.
fn wrapped((form, encoding): &(Vec<u8>, Encoding)) -> Vec<(Vec<u8>, Encoding)> {
    let digits = &form[..form.len().min(LONGEST - 1)];
    let wrap = |at: usize| ([&digits[..at], b"\n", &digits[at..]].concat(), *encoding);
    (1..digits.len()).map(wrap).collect()
}

/// What each byte becomes as an escape, as far as a search needs it.
fn escaped_forms(anchor: &[u8]) -> Vec<(Vec<u8>, Encoding)> {
    let Some(first) = anchor.first() else { return Vec::new() };
    let all = |write: &dyn Fn(&u8) -> String| anchor.iter().map(write).collect::<String>();
    let texts = [
        (all(&|byte| format!("{byte:02x}")), Encoding::Hex),
        (all(&|byte| format!("{byte:02X}")), Encoding::Hex),
        (format!("%{first:02x}%"), Encoding::Percent),
        (format!("%{first:02X}%"), Encoding::Percent),
        (format!("={first:02X}="), Encoding::QuotedPrintable),
        (format!("={first:02x}="), Encoding::QuotedPrintable),
        // With or without `\u` and `\U0000` before it.
        (format!("00{first:02x}\\"), Encoding::Backslash),
        (format!("00{first:02X}\\"), Encoding::Backslash),
        (format!("x{first:02x}\\"), Encoding::Backslash),
        (format!("x{first:02X}\\"), Encoding::Backslash),
        (format!("u{{{first:x}}}"), Encoding::Backslash),
        (format!("u{{{first:X}}}"), Encoding::Backslash),
        (format!("{first:03o}\\"), Encoding::Backslash),
        (format!("#{first};"), Encoding::Entities),
        (format!("#x{first:x};"), Encoding::Entities),
        (format!("#x{first:X};"), Encoding::Entities),
        (format!("#X{first:X};"), Encoding::Entities),
    ];
    texts.into_iter().map(|(text, encoding)| (text.into_bytes(), encoding)).collect()
}

/// Characters of `width` bytes, without the zeros before the first and after the last one.
fn wide(text: &[u8], width: usize) -> Vec<u8> {
    let gap = vec![0; width - 1];
    text.iter().map(|byte| vec![*byte]).collect::<Vec<_>>().join(&gap[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_for_each_place_in_a_group() {
        let forms = forms(b"ghp_");
        let phase_of = |text: &str| {
            forms.iter().find(|(form, _)| form == text.as_bytes()).map(|(_, encoding)| *encoding)
        };
        assert_eq!(phase_of("Z2hwX"), Some(Encoding::Base64(0)));
        assert_eq!(phase_of("docF"), Some(Encoding::Base64(2)));
        assert_eq!(phase_of("naHBf"), Some(Encoding::Base64(3)));
        assert_eq!(phase_of("ghp%"), Some(Encoding::Percent));
        assert_eq!(phase_of("6768705f"), Some(Encoding::Hex));
        assert_eq!(phase_of("g\0h\0p\0_"), Some(Encoding::Wide(2)));
        assert!(forms.iter().all(|(form, _)| (3..=LONGEST).contains(&form.len())), "{forms:?}");
    }
}
