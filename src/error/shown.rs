//! Foreign text, so that it cannot act on a terminal: names of files, of
//! branches, and whatever a parser quotes.
//!
//! ```text
//! "a\u{202e}txt.exe"   which a terminal would show as "aexe.txt"   → a\u{202e}txt.exe
//! "\x1b[2Jnothing"     which would clear the screen                → \x1b[2Jnothing
//! ```
//!
//! Terminals obey escape sequences wherever they come from, and editors and
//! review tools draw text in the direction that it asks for
//! (<https://trojansource.codes>). A file name of an attacker's could hide a
//! finding, or make up a clean bill. The escaped form is that of Rust, so it
//! can be read and typed back.

/// Returns text in which nothing can act: control characters, line ends too,
/// and text direction marks are escaped. The rest is as it was, so that a path
/// can be copied from it.
///
/// # Examples
///
/// ```
/// use dogcatcher::error::shown_text;
/// assert_eq!(shown_text("a\u{202e}txt.exe"), "a\\u{202e}txt.exe");
/// assert_eq!(shown_text("\x1b[2J"), "\\x1b[2J");
/// assert_eq!(shown_text("naïve.rs"), "naïve.rs");
/// ```
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

/// Returns whether a character is not seen but moves or hides what is: marks of
/// direction, joiners, fillers, variation selectors, tags.
///
/// The list is of characters that Unicode calls `Default_Ignorable_Code_Point`
/// or `Bidi_Control`, with the two separators of lines and paragraphs. It is
/// written out, since a table of properties would weigh more than the rest of
/// this file.
pub fn changes_direction(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
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
            ("\u{34f}\u{3164}", "\\u{34f}\\u{3164}"),
            ("\u{e0100}", "\\u{e0100}"),
        ];
        for (name, shown) in cases {
            assert_eq!(shown_text(name), shown);
        }
    }
}
