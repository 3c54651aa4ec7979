//! Finding runs of hexadecimal digits without looking at every byte.

use std::ops::Range;

/// The digits of the shortest key.
const SHORTEST: usize = 32;

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
        let run = start + escape_len(text, start)..end;
        if run.len() >= SHORTEST && core.contains(&run.start) {
            on(run);
        }
        probe = end + SHORTEST;
    }
}

/// How many of the digits at `start` are the end of an escape, of which the rest stands before.
fn escape_len(text: &[u8], start: usize) -> usize {
    const FORMS: [(&[u8], usize); 5] = [(b"%", 2), (b"\\x", 2), (b"\\u", 4), (b"\\U", 8), (b"=", 2)];
    let (before, run) = text.split_at(start);
    match FORMS.iter().find(|(introducer, _)| before.ends_with(introducer)) {
        // `=3D` is the sign of quoted-printable mail; any other `=` is just that.
        Some((b"=", length)) if run.starts_with(b"3D") => *length,
        Some((b"=", _)) => 0,
        // `%253D`: an escape in an escape.
        Some((b"%", length)) => {
            if run.starts_with(b"25") {
                2 * length
            } else {
                *length
            }
        }
        Some((_, length)) => *length,
        // `\b` and `\f` of a string.
        None if before.ends_with(b"\\") && matches!(run.first(), Some(b'b' | b'f')) => 1,
        None => 0,
    }
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
            ("=3D", 3),
            ("\\b", 2),
            ("pub", 2),
        ] {
            let text = format!("{before}{digits}");
            assert_eq!(runs(text.as_bytes(), 0..text.len())[0].start, expected, "{before}");
        }
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
