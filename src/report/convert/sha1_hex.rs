//! SHA-1 in hexadecimal digits, by which detect-secrets names a credential.

use sha1::{Digest, Sha1};

/// Returns the SHA-1 of some bytes.
pub(super) fn sha1_hex(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_everybody_computes_it() {
        assert_eq!(sha1_hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
