//! Secret bytes: they cannot be printed, and they are wiped when they are dropped.

use zeroize::Zeroizing;

/// The bytes of a credential.
///
/// Deliberately without `Display` and `Serialize`; its `Debug` shows the length only. [`Secret::expose`] is the one
/// way to the bytes, so that a search for that word lists every place where a secret is used.
///
/// # Examples
///
/// ```
/// use dogcatcher::secret::Secret;
/// let secret = Secret::new(b"hunter2");
/// assert_eq!(format!("{secret:?}"), "Secret(7 bytes)");
/// assert_eq!(secret.expose(), b"hunter2");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Keeps a copy of `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes themselves. Never log, format or send what this returns without having been asked to.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// The beginnings after which [`hide_tokens`] hides a run of token characters.
const PREFIXES: [&str; 6] = ["ddpat_", "ddsat_", "ddapp_", "ddap_", "DDRCM_", "pub"];

/// The shortest run that is hidden: shorter ones (`ddpat_test`, `public`) are no credential.
const MIN_HIDDEN: usize = 32;

/// Replaces whatever has the look of a Datadog credential by its beginning and `…`.
///
/// For text of other people's making that is about to be printed: an argument that was refused, a line that a parser
/// quotes, a file's name. Runs of letters, digits and `_` of at least 32 bytes count when they hold one of the
/// prefixes or are hexadecimal throughout, as API keys are.
///
/// # Examples
///
/// ```
/// use dogcatcher::secret::hide_tokens;
/// let text = format!("unexpected argument 'ddapp_{}'", "Zx9".repeat(12));
/// assert_eq!(hide_tokens(&text), "unexpected argument 'ddapp_…'");
/// assert_eq!(hide_tokens("no such file: ddpat_test"), "no such file: ddpat_test");
/// ```
pub fn hide_tokens(text: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_token) {
        let (before, run_on) = rest.split_at(start);
        let end = run_on.find(|c| !is_token(c)).unwrap_or(run_on.len());
        let (run, after) = run_on.split_at(end);
        out.push_str(before);
        match shown_part(run) {
            Some(shown) => {
                out.push_str(shown);
                out.push('…');
            }
            None => out.push_str(run),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What may be shown of a run that must be hidden; `None` when all of it may.
fn shown_part(run: &str) -> Option<&str> {
    if run.len() < MIN_HIDDEN {
        return None;
    }
    let prefixed = PREFIXES.iter().filter_map(|prefix| run.find(prefix).map(|at| at + prefix.len())).min();
    match prefixed {
        Some(end) => Some(&run[..end]),
        None if run.bytes().all(|b| b.is_ascii_hexdigit()) => Some(""),
        None => None,
    }
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
    fn hides_tokens_wherever_they_stand() {
        let body = "a1B2".repeat(9);
        let cases = [
            (format!("x=ddpat_{body}_{body};"), "x=ddpat_…;"),
            (format!("éddsat_{body}"), "éddsat_…"),
            (format!("a_ddpat_{body}"), "a_ddpat_…"),
            ("0123456789abcdef".repeat(2), "…"),
            (format!("pub{}", "0123456789abcdef".repeat(2)), "pub…"),
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
