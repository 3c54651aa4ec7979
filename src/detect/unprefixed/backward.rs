//! Reading a text backwards, in the tokens that names, signs and values are made of.

use crate::text::{Form, escapes_before};

/// How long a name can be, in bytes.
const LONGEST_WORD: usize = 120;

/// What stands before a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name; may hold `_`, `-` and `.`.
    Word(&'t [u8]),
    /// One sign: `=`, `"`.
    Sign(u8),
    /// Spaces and tabs.
    Space,
    /// The end of the line before.
    Break,
}

/// The tokens of a text from its end to its start; escapes are the signs that they stand for.
#[derive(Debug, Clone)]
pub(super) struct Backward<'t> {
    text: &'t [u8],
}

impl<'t> Backward<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text }
    }

    /// Returns what has not been read.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text
    }

    fn take(&mut self, length: usize) -> &'t [u8] {
        let (rest, taken) = self.text.split_at(self.text.len() - length);
        self.text = rest;
        taken
    }

    /// A sign that is written as an escape, and the length of that. Any `=` but that of `=3D` is just that.
    fn escape(&self) -> Option<(u8, usize)> {
        let is_sure = |form| form != Form::QuotedPrintable || self.text.ends_with(b"=3D");
        let mut escapes = escapes_before(self.text).filter(|escape| is_sure(escape.form));
        escapes.find_map(|escape| Some((escape.ascii_sign()?, escape.len)))
    }
}

impl<'t> Iterator for Backward<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        while let Some(length) = ornament(self.text) {
            self.take(length);
        }
        if let Some((sign, length)) = self.escape() {
            self.take(length);
            return Some(if matches!(sign, b' ' | b'\t') { Token::Space } else { Token::Sign(sign) });
        }
        let last = *self.text.last()?;
        match last {
            b' ' | b'\t' => {
                let length = self.text.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                self.take(length);
                Some(Token::Space)
            }
            b'\n' => {
                let length = if self.text.ends_with(b"\r\n") { 2 } else { 1 };
                self.take(length);
                Some(Token::Break)
            }
            // `\n` and `\t` within a string.
            b'n' | b'r' if self.text.ends_with(b"\\n") || self.text.ends_with(b"\\r") => {
                self.take(2);
                Some(Token::Break)
            }
            b't' if self.text.ends_with(b"\\t") => {
                self.take(2);
                Some(Token::Space)
            }
            _ if is_word(last) => Some(Token::Word(self.word())),
            _ => {
                self.take(1);
                Some(Token::Sign(last))
            }
        }
    }
}

impl<'t> Backward<'t> {
    fn word(&mut self) -> &'t [u8] {
        let text = self.text;
        let mut start = text.len();
        while start > 0 && text.len() - start < LONGEST_WORD {
            let byte = text[start - 1];
            let joint = byte == b'-' || byte == b'.' && start > 1 && is_word(text[start - 2]);
            // The letter of `\n` is no part of the word after it.
            let escape = matches!(byte, b'n' | b't' | b'r') && start > 1 && text[start - 2] == b'\\';
            let ends = escape && start < text.len() || !(is_word(byte) || joint);
            if ends || ornament(&text[..start]).is_some() {
                break;
            }
            start -= 1;
        }
        // `%22name`, `\x3dname`: what ends the escape is no part of the name.
        let word = &text[start..];
        let escape = [Form::Percent, Form::Backslash].into_iter().find_map(|form| {
            let escape = form.read_escape(&text[start.checked_sub(1)?..])?;
            (form == Form::Percent || escape.ascii_sign().is_some()).then_some(escape.len - 1)
        });
        self.take(word.len() - escape.filter(|digits| *digits < word.len()).unwrap_or(0))
    }
}

/// The length of what a text ends with that is there for the eye only: the colours of a terminal, a tag of
/// highlighted code, the mark of a ticket's.
pub(super) fn ornament(text: &[u8]) -> Option<usize> {
    const CODE: &[u8] = b"{code}";
    colour(text).or_else(|| tag(text)).or_else(|| text.ends_with(CODE).then_some(CODE.len()))
}

/// The length of the escape code for a colour that a text ends with: `ESC[0;32m`, also spelled out as `\u001b[0m`.
fn colour(text: &[u8]) -> Option<usize> {
    const INTRODUCERS: [&[u8]; 8] =
        [b"\x1b", b"\\u001b", b"\\u001B", b"\\x1b", b"\\x1B", b"\\033", b"\\e", b"^["];
    let codes = text.strip_suffix(b"m").or_else(|| text.strip_suffix(b"K"))?;
    let digits = codes.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
    let open = codes[..codes.len() - digits].strip_suffix(b"[")?;
    let introducer = INTRODUCERS.iter().find(|introducer| open.ends_with(introducer))?;
    Some(text.len() - open.len() + introducer.len())
}

/// The length of the tag `<span …>` or `</span>` that a text ends with.
fn tag(text: &[u8]) -> Option<usize> {
    const LONGEST: usize = 60;
    let inner = text.strip_suffix(b">")?;
    let first = inner.len().saturating_sub(LONGEST);
    let open = memchr::memrchr(b'<', &inner[first..])? + first;
    let name = inner[open + 1..].strip_prefix(b"/").unwrap_or(&inner[open + 1..]);
    let rest = name.strip_prefix(b"span")?;
    matches!(rest.first(), None | Some(b' ')).then_some(text.len() - open)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let of = |text: &'static str| Backward::new(text.as_bytes()).collect::<Vec<_>>();
        assert_eq!(
            of("DD_API_KEY = \""),
            [Token::Sign(b'"'), Token::Space, Token::Sign(b'='), Token::Space, Token::Word(b"DD_API_KEY")]
        );
        assert_eq!(
            of("x\\nDD_KEY%3D"),
            [Token::Sign(b'='), Token::Word(b"DD_KEY"), Token::Break, Token::Word(b"x")]
        );
        assert_eq!(
            of("%22api.key%22%3A"),
            [Token::Sign(b':'), Token::Sign(b'"'), Token::Word(b"api.key"), Token::Sign(b'"')]
        );
        assert_eq!(
            of("dog --api-key "),
            [Token::Space, Token::Word(b"--api-key"), Token::Space, Token::Word(b"dog")]
        );
        assert_eq!(of("\x1b[31m-api_key"), [Token::Word(b"-api_key")]);
        assert_eq!(of("\\u001b[32mDD_KEY\\u001b[0m="), [Token::Sign(b'='), Token::Word(b"DD_KEY")]);
        assert_eq!(of("DD_KEY</span><span class=\"o\">="), [Token::Sign(b'='), Token::Word(b"DD_KEY")]);
        assert_eq!(of("a\\\n\t"), [Token::Space, Token::Break, Token::Sign(b'\\'), Token::Word(b"a")]);
    }
}
