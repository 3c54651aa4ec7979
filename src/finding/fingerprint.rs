//! The name of a finding that survives moves, rebases and reformatting: it
//! depends on rule and secret, and on no place.
//!
//! Whoever knows a secret can compute it, and nobody can compute the secret
//! from it: 128 bits of SHA-256 over at least as many random ones. So it may
//! stand in reports, allow lists and baselines.
//!
//! The zero byte keeps apart what a mere concatenation would not: rule `a` with
//! the secret `bc`, and rule `ab` with `c`.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// Beginning of every fingerprint, so that it is not mistaken for a key; the
/// digit is the version of the method.
pub const FINGERPRINT_PREFIX: &str = "fp1_";

/// The fingerprint of a secret that a rule found: 128 bits of SHA-256 over the
/// rule's id, a zero byte and the secret.
///
/// # Examples
///
/// ```
/// use dogcatcher::{finding::fingerprint_secret, secret::Secret};
/// let name = fingerprint_secret("acme-key", &Secret::new(b"hunter2"));
/// assert_eq!(name, "fp1_a61ea546ddfd931d1344baff6eacbb15");
/// ```
pub fn fingerprint_secret(rule_id: &str, secret: &Secret) -> String {
    let mut hasher = Sha256::new();
    hasher.update(rule_id.as_bytes());
    hasher.update([0]);
    hasher.update(secret.expose());
    let digest = hasher.finalize();
    let mut out = String::from(FINGERPRINT_PREFIX);
    for byte in digest.iter().take(16) {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Returns the beginning of a fingerprint that names it to people: `fp1_` and
/// eight digits, as `allow` takes it.
///
/// # Examples
///
/// ```
/// use dogcatcher::finding::short_fingerprint;
/// assert_eq!(short_fingerprint("fp1_a61ea546ddfd931d1344baff6eacbb15"), "fp1_a61ea546");
/// ```
pub fn short_fingerprint(fingerprint: &str) -> &str {
    let end = fingerprint.char_indices().nth(FINGERPRINT_PREFIX.len() + 8);
    end.map_or(fingerprint, |(end, _)| &fingerprint[..end])
}

/// Returns whether a text has the form of a fingerprint.
pub fn is_fingerprint(text: &str) -> bool {
    let digits = text.strip_prefix(FINGERPRINT_PREFIX).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with sha256sum: a fingerprint that changes orphans everybody's
    /// allow lists and baselines.
    #[test]
    fn never_changes() {
        assert_eq!(
            fingerprint_secret("acme-key", &Secret::new(b"hunter2")),
            "fp1_a61ea546ddfd931d1344baff6eacbb15"
        );
    }

    #[test]
    fn differs_by_rule_and_secret() {
        let one = fingerprint_secret("a", &Secret::new(b"b"));
        assert_ne!(one, fingerprint_secret("a", &Secret::new(b"c")));
        assert_ne!(one, fingerprint_secret("c", &Secret::new(b"b")));
    }
}
