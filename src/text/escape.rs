//! The one table of escapes: a character written as several, read forwards (to
//! decode a text) and backwards (from a value to its name).
//!
//! ```text
//! forwards   Form::Backslash.read_escape(b"\\u003d1234")      → '=', 6 bytes
//! backwards  escapes_before(b"DD_API_KEY&#x3d;")       → '=', 6 bytes
//!            escapes_before(b"DD_API_KEY%253D")        → '=', 5 bytes: an escape in an escape
//! ```
//!
//! A new escape is a new arm of one of the `read_…` functions and a line in the
//! table of the tests below; backwards it is found without another word, as far
//! as it has 3 to 12 bytes. What its beginning is in an encoding, which the
//! search needs, `decode::encoded_prefixes` says.

use std::ops::RangeInclusive;

/// A way to write one character as several. Each begins with a sign of its own,
/// so that a text without that sign has no escape of that form.
///
/// One text may use several forms, nested even: a URL in HTML writes `&amp;`
/// for the sign between its parameters and `%3D` within them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// `%64`.
    Percent,
    /// `\x64`, `\u0064`, `\u{64}`, `\U00000064`, `\144`, and a backslash at the
    /// end of a line, with the indentation after it. One backslash may be
    /// written as several.
    Backslash,
    /// `&#100;`, `&#x64;`, `&lowbar;`.
    Entity,
    /// `=64`, and a `=` at the end of a line.
    QuotedPrintable,
}

/// A character that is written as several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Escape {
    /// The way in which it is written.
    pub form: Form,
    /// The character; `None` for the end of a line that goes on, which stands
    /// for nothing.
    pub character: Option<char>,
    /// Number of bytes that stand for it.
    pub len: usize,
}

impl Escape {
    /// Returns the sign of ASCII that it stands for; `None` where it stands for
    /// a letter, a digit, or anything else.
    ///
    /// `detect` asks this when it walks back from a value: a `=` or a `"` may
    /// separate it from its name, a letter is a part of the name.
    pub fn ascii_sign(&self) -> Option<u8> {
        let sign = self.character.and_then(|character| u8::try_from(character).ok());
        sign.filter(|sign| sign.is_ascii() && !sign.is_ascii_alphanumeric())
    }
}

/// Names of characters in HTML, as far as they stand within or around a
/// credential. HTML has some 2,200
/// (<https://html.spec.whatwg.org/multipage/named-characters.html>); the others
/// would not make a token out of what is none.
const NAMED: [(&[u8], char); 11] = [
    (b"quot", '"'),
    (b"apos", '\''),
    (b"amp", '&'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"lowbar", '_'),
    (b"equals", '='),
    (b"colon", ':'),
    (b"comma", ','),
    (b"hyphen", '-'),
    (b"nbsp", ' '),
];

impl Form {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Percent, Self::Backslash, Self::Entity, Self::QuotedPrintable];

    /// Returns the byte that an escape of this form begins with.
    pub const fn first_byte(self) -> u8 {
        match self {
            Self::Percent => b'%',
            Self::Backslash => b'\\',
            Self::Entity => b'&',
            Self::QuotedPrintable => b'=',
        }
    }

    /// Reads the escape that a text begins with; `None` where it begins with
    /// none of this form.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::text::Form;
    /// let escape = Form::Entity.read_escape(b"&#x3d;1234").unwrap();
    /// assert_eq!((escape.character, escape.len), (Some('='), 6));
    /// assert_eq!(Form::Entity.read_escape(b"&none;"), None);
    /// assert_eq!(Form::QuotedPrintable.read_escape(b"=\nmore").unwrap().character, None); // the line goes on
    /// ```
    ///
    /// At most twelve bytes are looked at, but for the indentation behind a
    /// line's end. Digits may be in either case.
    pub fn read_escape(self, text: &[u8]) -> Option<Escape> {
        let (character, len) = match self {
            Self::Percent => read_percent(text),
            Self::Backslash => read_backslash(text),
            Self::Entity => read_entity(text),
            Self::QuotedPrintable => read_quoted_printable(text),
        }?;
        Some(Escape { form: self, character, len })
    }
}

/// Returns the escapes that a text may end with, the shortest first. `%253D`,
/// an escape in an escape, is one.
///
/// Several are possible: `\\u003d` ends an escape of six bytes, and one of
/// seven whose backslash is itself escaped.
///
/// # Examples
///
/// ```
/// use dogcatcher::text::escapes_before;
/// let before = b"DD_API_KEY%3D";
/// let escape = escapes_before(before).next().unwrap();
/// assert_eq!(escape.ascii_sign(), Some(b'='));
/// assert_eq!(&before[..before.len() - escape.len], b"DD_API_KEY");
/// ```
pub fn escapes_before(text: &[u8]) -> impl Iterator<Item = Escape> + '_ {
    /// From `%3D` to `\U0000003d` behind two more backslashes.
    const LENGTHS: RangeInclusive<usize> = 3..=12;
    LENGTHS.filter_map(move |len| {
        let tail = &text[text.len().checked_sub(len)?..];
        // The `25` of the outer escape stands for its `%`.
        let inner = tail.strip_prefix(b"%25").filter(|digits| digits.len() == 2);
        let escape = match inner {
            Some(digits) => Form::Percent.read_escape(&[b"%", digits].concat()),
            None => {
                let form = Form::ALL.into_iter().find(|form| tail[0] == form.first_byte())?;
                form.read_escape(tail).filter(|escape| escape.len == len)
            }
        }?;
        escape.character.is_some().then_some(Escape { len, ..escape })
    })
}

/// The character that an escape stands for, nothing for a line that goes on,
/// and the length of the escape.
type Read = Option<(Option<char>, usize)>;

/// Reads `%64`.
fn read_percent(text: &[u8]) -> Read {
    let [b'%', high, low, ..] = *text else { return None };
    Some((Some(char::from(hex_value(high)? << 4 | hex_value(low)?)), 3))
}

/// Reads `=64`, or `=` at the end of a line.
fn read_quoted_printable(text: &[u8]) -> Read {
    match *text {
        [b'=', b'\n', ..] => Some((None, 2)),
        [b'=', b'\r', b'\n', ..] => Some((None, 3)),
        [b'=', high, low, ..] => Some((Some(char::from(hex_value(high)? << 4 | hex_value(low)?)), 3)),
        _ => None,
    }
}

/// Reads the escapes of programming languages. One backslash may be written as
/// several, as in JSON within a string of a program; octal digits are three, of
/// which the first is `0` to `3`.
fn read_backslash(text: &[u8]) -> Read {
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    if slashes == 0 {
        return None;
    }
    let rest = &text[slashes..];
    let of = |digits: &[u8], radix: u32, length: usize| {
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
        Some((Some(char::from_u32(code)?), slashes + length))
    };
    match *rest {
        [b'\n', ..] | [b'\r', b'\n', ..] => {
            let end = rest.iter().position(|byte| *byte == b'\n')? + 1;
            let indent = rest[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            Some((None, slashes + end + indent))
        }
        [b'x', ..] => of(rest.get(1..3)?, 16, 3),
        [b'u', b'{', ..] => {
            let end = rest.iter().take(10).position(|byte| *byte == b'}')?;
            of(&rest[2..end], 16, end + 1)
        }
        [b'u', ..] => of(rest.get(1..5)?, 16, 5),
        [b'U', ..] => of(rest.get(1..9)?, 16, 9),
        [b'0'..=b'3', ..] => of(rest.get(..3)?, 8, 3),
        _ => None,
    }
}

/// Reads `&#100;`, `&#x64;`, or a name of [`NAMED`].
fn read_entity(text: &[u8]) -> Read {
    let rest = text.strip_prefix(b"&")?;
    let end = rest.iter().take(10).position(|byte| *byte == b';')?;
    let length = end + 2;
    let Some(number) = rest[..end].strip_prefix(b"#") else {
        let named = NAMED.iter().find(|(name, _)| *name == &rest[..end]);
        return named.map(|(_, character)| (Some(*character), length));
    };
    let digits = std::str::from_utf8(number).ok()?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    Some((Some(char::from_u32(code.ok()?)?), length))
}

/// Returns the value of a hexadecimal digit.
fn hex_value(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_reads_the_same_forwards_and_backwards() {
        let forms = [
            "%3D",
            "%3d",
            "\\x3d",
            "\\u003d",
            "\\u{3d}",
            "\\U0000003D",
            "\\075",
            "&#61;",
            "&#x3d;",
            "&#X3D;",
            "&equals;",
            "=3D",
        ];
        for text in forms {
            let read: Vec<_> =
                Form::ALL.into_iter().filter_map(|form| form.read_escape(text.as_bytes())).collect();
            let [escape] = read[..] else { panic!("{text}: {read:?}") };
            assert_eq!((escape.ascii_sign(), escape.len), (Some(b'='), text.len()), "{text}");
            let before = format!("DD_API_KEY{text}");
            assert!(escapes_before(before.as_bytes()).any(|it| it == escape), "{text}");
        }
        let twice = escapes_before(b"a%253D").next().expect("an escape");
        assert_eq!((twice.ascii_sign(), twice.len), (Some(b'='), 5));
    }

    #[test]
    fn what_is_no_escape() {
        let texts =
            ["", "a", "%", "%3", "x3d", "\\d", "3D", "%zz", "\\u00zd", "&;", "&#;", "&none;", "\\U00110000"];
        for text in texts {
            assert_eq!(escapes_before(text.as_bytes()).next(), None, "{text}");
        }
    }
}
