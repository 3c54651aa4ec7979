//! Finding runs of hexadecimal digits without looking at every byte.

use std::ops::Range;

use crate::text::Form;

/// The digits of the shortest key.
pub(super) const SHORTEST: usize = 32;

/// Gives `on` every run of at least 32 hexadecimal digits that begins in `core`, in order.
///
/// Of such a run at least one digit lies on a multiple of 32, so only every 32nd byte is looked at. What lies right
/// beside an escape (`%3D`, `\u003d`) is no part of the run.
pub(super) fn each_run(text: &[u8], core: Range<usize>, on: &mut dyn FnMut(Range<usize>)) {
    let hex = |at: usize| text.get(at).is_some_and(u8::is_ascii_hexdigit);
    // A run that begins in the core may have its first multiple after it.
    let last = text.len().min(core.end + SHORTEST);
    let mut probe = core.start + SHORTEST - 1;
    while probe < last {
        if !hex(probe) {
            probe += SHORTEST;
            continue;
        }
        let before = text[..probe].iter().rposition(|byte| !byte.is_ascii_hexdigit());
        let start = before.map_or(0, |at| at + 1);
        let length = text[probe..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let end = probe + length;
        probe = end + SHORTEST;
        if end - start < SHORTEST {
            continue;
        }
        let run = start + escape_len(text, start)..end;
        if run.len() >= SHORTEST && core.contains(&run.start) {
            on(run);
        }
    }
}

/// Returns how many of the digits at `start` are the end of an escape, of which the rest stands before.
fn escape_len(text: &[u8], start: usize) -> usize {
    /// `\x`, `\u`, `\U`.
    const LONGEST: usize = 2;
    let ends = |length: usize| {
        let at = start.checked_sub(length)?;
        let escape = Form::ALL.into_iter().find_map(|form| form.read_escape(&text[at..]))?;
        let is_sure = match escape.form {
            // `=3D` is the sign of quoted-printable mail; any other `=` is just that.
            Form::QuotedPrintable => text[at..].starts_with(b"=3D"),
            // `\123` may be the name of a folder.
            Form::Backslash => length == LONGEST || escape.ascii_sign().is_some(),
            Form::Percent | Form::Entity => true,
        };
        // `%253D`: an escape in an escape.
        let inner = if escape.character == Some('%') { 2 } else { 0 };
        (is_sure && escape.len > length).then_some(escape.len - length + inner)
    };
    // `\b` and `\f` of a string.
    let letter = text[..start].ends_with(b"\\") && matches!(text.get(start), Some(b'b' | b'f'));
    (1..=LONGEST).find_map(ends).unwrap_or(usize::from(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn runs(text: &[u8], core: Range<usize>) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        each_run(text, core, &mut |run| runs.push(run));
        runs
    }

    #[test]
    fn escapes_are_no_part_of_a_run() {
        let digits = "0a".repeat(16);
        for (before, expected) in [
            ("=", 1),
            ("%3D", 3),
            ("%253D", 5),
            ("\\u003d", 6),
            ("\\x3d", 4),
            ("\\U0000003d", 10),
            ("\\u{3d}", 6),
            ("\\075", 4),
            ("&#x3d;", 6),
            ("=3D", 3),
            ("\\b", 2),
            ("pub", 2),
        ] {
            let text = format!("{before}{digits}");
            assert_eq!(runs(text.as_bytes(), 0..text.len())[0].start, expected, "{before}");
        }
        // A key that begins with `3d`.
        let text = format!("x=3d{}", &digits[2..]);
        assert_eq!(runs(text.as_bytes(), 0..text.len()), vec![2..text.len()]);
    }

    proptest! {
        #[test]
        fn finds_what_a_naive_search_finds(
            parts in proptest::collection::vec(("[g-z =\"\n]{0,40}", "[0-9a-f]{0,50}"), 0..8),
            start in 0usize..200, length in 0usize..400,
        ) {
            let text: String = parts.iter().flat_map(|(noise, digits)| [noise.as_str(), "x", digits]).collect();
            let text = text.as_bytes();
            let core = start.min(text.len())..(start + length).min(text.len());
            let naive: Vec<Range<usize>> = regex::bytes::Regex::new("[0-9a-f]{32,}").expect("a pattern")
                .find_iter(text)
                .map(|found| found.range())
                .filter(|run| core.contains(&run.start))
                .collect();
            prop_assert_eq!(runs(text, core), naive);
        }
    }
}
