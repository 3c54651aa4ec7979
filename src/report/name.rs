//! Names of other people's making, so that they cannot act on a terminal or give a secret away.

use std::path::Path;

use crate::error::shown_text;
use crate::secret::hide_tokens;

/// A path, fit to be shown: control characters, text direction marks and bytes that are not UTF-8 are escaped, and what
/// has the look of a credential is hidden.
///
/// # Examples
///
/// ```
/// use dogcatcher::report::shown_path;
/// assert_eq!(shown_path("a\n\u{1b}[31mb".as_ref()), r"a\n\x1b[31mb");
/// ```
pub fn shown_path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out.push_str(&shown_text(chunk.valid()));
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    hide_tokens(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"a\xffb");
        assert_eq!(shown_path(name.as_ref()), "a\\xffb");
    }

    #[test]
    fn a_file_named_like_a_token() {
        let token = crate::token::Mint::new(1).mint(crate::token::Kind::PersonalAccessToken);
        assert_eq!(shown_path(format!("logs/{token}.txt").as_ref()), "logs/ddpat_….txt");
    }
}
