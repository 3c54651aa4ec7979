//! Secret bytes: they cannot be printed, and they are wiped when they are
//! dropped; and a last line of defence for text that is about to be printed.
//!
//! ```text
//! Secret::new(b"hunter2")        Debug: Secret(7 bytes); no Display, no Serialize
//! hide_tokens("bad key ddapp_Zx9Zx9…")   → "bad key ddapp_…"
//! ```
//!
//! The second part knows only what is compiled in. Reports hide what the rules
//! of the run find, too ([`Masker`](crate::detect::Masker)).
//!
//! There is a third place that hides secrets, and it is the last one on
//! purpose: an [`Error`](crate::error::Error) passes its words through
//! [`hide_tokens`] when it is made, so that even a message of another library
//! that quotes its input cannot print a key.

use std::ops::Range;

use zeroize::Zeroizing;

/// The bytes of a credential.
///
/// Deliberately without `Display` and `Serialize`; its `Debug` shows the length
/// only. [`Secret::expose`] is the one way to the bytes, so that a search for
/// that word lists every place where a secret is used.
///
/// # Examples
///
/// ```
/// use dogcatcher::secret::Secret;
/// let secret = Secret::new(b"hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(7 bytes)");
/// assert_eq!(secret.expose(), b"hunter2");
/// ```
///
/// Equality compares the bytes in time that depends on them. That is no
/// weakness here: nobody outside can have a comparison made again and again and
/// measure it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Keeps a copy of `bytes`.
    ///
    /// The original stays where it was: a window of a file is overwritten by
    /// the next one, not wiped.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes themselves. Never log, format or send what this returns
    /// without having been asked to.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns the last four characters, by which Datadog's pages and API name
    /// a key; `None` of what is shorter, or ends in something else than letters
    /// and digits.
    ///
    /// Four of 32 hexadecimal digits are shared by one key in 65,536: a hint to
    /// a person, and never proof that two keys are the same.
    pub fn last4(&self) -> Option<&str> {
        let four = self.0.last_chunk::<4>()?;
        std::str::from_utf8(four).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// Anchors of the rules that are compiled in, for where no rules are at hand;
/// `build.rs` reads them from `rules/`.
pub(crate) const ANCHORS: &[&str] = include!(concat!(env!("OUT_DIR"), "/anchors.rs"));

/// Beginnings of keys that are told by their names (`pub` of a client token),
/// from the same files.
pub(crate) const UNPREFIXED_BEGINNINGS: &[&str] = include!(concat!(env!("OUT_DIR"), "/unprefixed.rs"));

/// The shortest run that is hidden, in bytes: shorter ones (`ddpat_test`) are
/// no credential.
pub(crate) const MIN_HIDDEN: usize = 32;

/// Replaces whatever has the look of a Datadog credential by `…`, but for its
/// beginning.
///
/// For text of other people's making that is about to be printed: an argument
/// that was refused, a line that a parser quotes. See [`credential_like`];
/// where the rules of a run are known, [`Masker`](crate::detect::Masker) hides
/// what those find, too, and what is encoded.
///
/// # Examples
///
/// ```
/// use dogcatcher::secret::hide_tokens;
/// let text = format!("unexpected argument 'ddapp_{}'", "Zx9".repeat(12));
/// assert_eq!(hide_tokens(&text), "unexpected argument 'ddapp_…'");
/// assert_eq!(hide_tokens("no such file: ddpat_test"), "no such file: ddpat_test");
/// ```
///
/// The result is as safe as the rules that are compiled in are complete: it is
/// meant for text that should hold no secret, not for one that does.
pub fn hide_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for hidden in credential_like(text.as_bytes()) {
        out.push_str(&text[from..hidden.start]);
        out.push_str(of_a_sum(&text[hidden.clone()]));
        out.push('…');
        from = hidden.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Returns what may be shown of what has the look of a credential: ten digits
/// of 64, which are no key but a sum of SHA-256, and the name of a layer of a
/// container's image.
fn of_a_sum(hidden: &str) -> &str {
    /// Hexadecimal digits of 32 bytes.
    const DIGITS: usize = 64;
    let is_sum = hidden.len() == DIGITS && hidden.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_sum { &hidden[..10] } else { "" }
}

/// Returns the parts of a text that have the look of a Datadog credential's
/// secret, in order.
///
/// In runs of letters, digits and `_` of at least 32 bytes, what follows one of
/// the prefixes; and every row of at least 32 hexadecimal digits, as API keys
/// and older application keys are. Too much is hidden rather than too little:
/// names of git's own files are all that is let through.
///
/// # Examples
///
/// ```
/// use dogcatcher::secret::credential_like;
/// let text = format!("a=ddpat_{};", "x1".repeat(29));
/// assert_eq!(credential_like(text.as_bytes()), [8..66]);
/// assert!(credential_like(b"ddpat_test").is_empty());
/// ```
///
/// The parts do not overlap. Time is linear in the length of the text, but for
/// the search for anchors within long runs.
pub fn credential_like(text: &[u8]) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if len >= MIN_HIDDEN && !is_object_name(text, at..at + len) {
            hidden_in_run(&text[at..at + len], at, &mut hidden);
        }
        at += len.max(1);
    }
    hidden
}

/// Returns whether digits are the name that git gave to a file of its own:
/// `pack-….idx`, or `objects/xx/…`.
///
/// ```text
/// objects/ab/ + 38 digits        a loose object of SHA-1, 62 of SHA-256
/// objects/pack/pack- + 40 .idx   a pack, its index, and what git keeps beside it
/// ```
fn is_object_name(text: &[u8], run: Range<usize>) -> bool {
    /// Files that git keeps beside a pack, by `gitformat-pack(5)`.
    const ENDS: [&[u8]; 7] = [b".pack", b".idx", b".rev", b".bitmap", b".mtimes", b".keep", b".promisor"];
    let is_hex = |bytes: &[u8]| bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let (before, after) = (&text[..run.start], &text[run.end..]);
    if !is_hex(&text[run.clone()]) {
        return false;
    }
    match run.len() {
        40 | 64 => {
            let ends = |end: &&[u8]| {
                after
                    .strip_prefix(*end)
                    .is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphanumeric))
            };
            before.ends_with(b"pack-") && ENDS.iter().any(ends)
        }
        38 | 62 => {
            let folder = before.len().checked_sub(3).map(|at| before.split_at(at));
            folder.is_some_and(|(above, folder)| {
                above.ends_with(b"objects/") && is_hex(&folder[..2]) && folder[2] == b'/'
            })
        }
        _ => false,
    }
}

/// Adds what is hidden in one run, whose first byte is the `base`th of the
/// text.
fn hidden_in_run(run: &[u8], base: usize, hidden: &mut Vec<Range<usize>>) {
    let prefixed = (0..run.len()).find_map(|at| {
        ANCHORS.iter().find(|anchor| run[at..].starts_with(anchor.as_bytes())).map(|anchor| at + anchor.len())
    });
    let plain = prefixed.unwrap_or(run.len());
    let mut at = 0;
    while at < plain {
        let digits = run[at..plain].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits >= MIN_HIDDEN {
            let skip = digits_of_beginning(&run[..at + digits], at).min(digits - MIN_HIDDEN);
            hidden.push(base + at + skip..base + at + digits);
        }
        at += digits.max(1);
    }
    if let Some(start) = prefixed.filter(|start| *start < run.len()) {
        hidden.push(base + start..base + run.len());
    }
}

/// Counts the digits at `at` that belong to a beginning: `pub` ends like a
/// hexadecimal number.
fn digits_of_beginning(run: &[u8], at: usize) -> usize {
    let digits_of = |beginning: &&str| {
        let digits = beginning.bytes().rev().take_while(u8::is_ascii_hexdigit).count();
        run.get(..at + digits).is_some_and(|text| text.ends_with(beginning.as_bytes())).then_some(digits)
    };
    UNPREFIXED_BEGINNINGS.iter().find_map(digits_of).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_bytes() {
        let secret = Secret::new(b"correct horse");
        assert!(!format!("{secret:?} {:#?}", Some(&secret)).contains("horse"));
    }

    #[test]
    fn names_of_objects_are_shown() {
        let digits = "01234567".repeat(8);
        for name in [
            format!(".git/objects/pack/pack-{}.idx", &digits[..40]),
            format!("pack-{digits}.pack"),
            format!("objects/ab/{}", &digits[..38]),
            format!("x/objects/ab/{}!/a.zip", &digits[..62]),
        ] {
            assert_eq!(hide_tokens(&name), name);
        }
    }

    #[test]
    fn hides_tokens_wherever_they_stand() {
        let body = "a1B2".repeat(9);
        let cases = [
            (format!("x=ddpat_{body}_{body};"), "x=ddpat_…;"),
            (format!("éddsat_{body}"), "éddsat_…"),
            (format!("a_ddpat_{body}"), "a_ddpat_…"),
            ("0123456789abcdef".repeat(2), "…"),
            ("0123456789abcdef".repeat(4), "0123456789…"),
            ("0123456789abcdef".repeat(5), "…"),
            (format!("pub{}", "0123456789abcdef".repeat(2)), "pub…"),
            (format!("key_{}_x", "0123456789abcdef".repeat(2)), "key_…_x"),
            (format!("{}_ddpat_{body}", "0123456789abcdef".repeat(2)), "…_ddpat_…"),
            (format!("pack-{}.pack", "01234567".repeat(4)), "pack-….pack"),
            (format!("pack-{}.txt", "01234567".repeat(5)), "pack-….txt"),
            (format!("objects/xy/{}", "01234567".repeat(5)), "objects/xy/…"),
        ];
        for (text, expected) in cases {
            assert_eq!(hide_tokens(&text), expected);
        }
    }

    #[test]
    fn leaves_ordinary_words_alone() {
        for text in ["", "dogcatcher.toml:3:1", "personal_access_token_of_somebody_else"] {
            assert_eq!(hide_tokens(text), text);
        }
    }
}
