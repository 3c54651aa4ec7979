//! Names of other people's making, so that they cannot act on a terminal or give a secret away.

use std::path::Path;

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

/// Text in which nothing can act: see [`shown_path`].
pub fn shown_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() && c.is_ascii() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if c.is_control() || changes_direction(c) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that are not seen but move or hide what is.
fn changes_direction(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts() {
        let cases = [
            ("plain/ä.txt", "plain/ä.txt"),
            ("a\u{202e}txt.exe", "a\\u{202e}txt.exe"),
            ("a\u{85}b", "a\\u{85}b"),
            ("\u{7f}", "\\x7f"),
            ("\u{200b}", "\\u{200b}"),
        ];
        for (name, shown) in cases {
            assert_eq!(shown_text(name), shown);
        }
    }

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
