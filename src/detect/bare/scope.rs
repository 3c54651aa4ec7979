//! Whose block of text a value stands in.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::blocks::{BEFORE, LINE, by_brackets, headers};
use super::command::command;
use super::nearby;
use super::record::{Belongs, Record, is_datadog_host, is_for_others};
use crate::lexicon::{Lexicon, List, Whose};

/// How far after a value a mention counts, in bytes.
pub(super) const AFTER: usize = 1024;

/// Where a text says that it is about Datadog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In the name itself.
    Name,
    /// On the line.
    Line,
    /// At the head of a block around it.
    Block,
    /// In the name of the file.
    Path,
    /// Some lines away.
    Near,
}

impl Scope {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Line => "line",
            Self::Block => "block",
            Self::Path => "path",
            Self::Near => "near",
        }
    }

    /// In words, why a key counts.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Name => "it is assigned to a name of a Datadog key",
            Self::Line => "it is assigned to a name of a key, on a line about Datadog",
            Self::Block => "it is assigned to a name of a key, in a block about Datadog",
            Self::Path => "it is assigned to a name of a key, in a file about Datadog",
            Self::Near => "it is assigned to a name of a key, and what is named nearest is Datadog",
        }
    }
}

/// What the text around a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// It is about Datadog.
    Datadog(Scope),
    /// It is about another product.
    Other,
    /// Neither.
    Nothing,
}

impl Around {
    /// The word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Datadog(_) => "Datadog",
            Self::Other => "another product",
            Self::Nothing => "unknown",
        }
    }
}

/// The owner that is named last in the part of a line before a value.
fn last_owner(lexicon: &Lexicon, text: &[u8]) -> Option<Whose> {
    lexicon
        .mentions(text)
        .filter(|(at, whose)| *whose == Whose::Datadog || !is_in_value(text, *at))
        .last()
        .map(|(_, whose)| whose)
}

/// The owner that is named first in the part of a line after a value.
fn first_owner(lexicon: &Lexicon, text: &[u8]) -> Option<Whose> {
    lexicon
        .mentions(text)
        .find(|(at, whose)| *whose == Whose::Datadog || !is_in_value(text, *at))
        .map(|(_, whose)| whose)
}

/// Returns whether a place lies in a value that is assigned on its line, which says nothing of its neighbours: `host="stripe-1"`.
fn is_in_value(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let word = before
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')));
    let Some(word) = word else { return false };
    let quoted = matches!(before[word], b'"' | b'\'' | b'`');
    let sign = before[..word + usize::from(!quoted)].trim_ascii_end().last();
    // An address does say where a neighbour goes.
    let address = text[at..]
        .iter()
        .take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'"')
        .any(|byte| *byte == b'.');
    matches!(sign, Some(b'=' | b':')) && !address
}

/// What says whose a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// The host of the address that it is part of, or sent to.
    Host,
    /// Its line.
    Line,
    /// Its record.
    Record,
    /// The head of a block around it.
    Head,
    /// The address that its variable is sent to.
    Use,
    /// The name of the file.
    File,
    /// The nearest mention.
    Mention,
    /// Nothing.
    Nothing,
}

impl Ground {
    /// The words for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Host => "the host of its address",
            Self::Line => "its line",
            Self::Record => "its record",
            Self::Head => "the head of a block around it",
            Self::Use => "the host that its variable is sent to",
            Self::File => "the name of the file",
            Self::Mention => "the nearest mention",
            Self::Nothing => "nothing",
        }
    }
}

/// Whose a value is, by what the text around it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ownership {
    pub(super) around: Around,
    pub(super) ground: Ground,
    /// Where that stands; nothing for what stands on the line, or in no text.
    pub(super) at: Option<usize>,
}

/// A value and the text around it, of which it is asked whose the value is.
#[derive(Debug)]
pub(super) struct Surroundings<'t> {
    pub(super) lexicon: &'t Lexicon,
    pub(super) text: &'t [u8],
    pub(super) span: &'t Range<usize>,
    /// The name of the file is Datadog's.
    pub(super) path: bool,
    /// Mentions in a sibling block or in a setting count for less.
    pub(super) weighed: bool,
}

/// What a step of the search for an owner says, and where that stands.
type Said = Option<(Around, Option<usize>)>;

/// A step of that search.
type Step<'t> = fn(&Surroundings<'t>) -> Said;

impl<'t> Surroundings<'t> {
    /// Asks what stands around a value, nearest first.
    const STEPS: [(Ground, Step<'t>); 7] = [
        (Ground::Host, Self::by_host),
        (Ground::Line, Self::by_line),
        (Ground::Record, Self::by_record),
        (Ground::Head, Self::by_heads),
        (Ground::Use, Self::by_use),
        (Ground::Mention, Self::by_mention),
        (Ground::File, Self::by_file),
    ];

    /// Returns whose the value is.
    pub(super) fn owner(&self) -> Ownership {
        let said = Self::STEPS.iter().find_map(|(ground, step)| Some((*ground, step(self)?)));
        match said {
            Some((ground, (around, at))) => {
                let ground = if around == Around::Datadog(Scope::Path) { Ground::File } else { ground };
                Ownership { around, ground, at }
            }
            None => Ownership { around: Around::Nothing, ground: Ground::Nothing, at: None },
        }
    }

    fn line(&self) -> Range<usize> {
        line_around(self.text, self.span)
    }

    /// The part of the line between the brackets around the value, and whether there are any.
    fn part(&self) -> (Range<usize>, bool) {
        part_around(self.text, self.span, &self.line())
    }

    fn by_host(&self) -> Said {
        if is_unknown_host(self.lexicon, self.text, self.span) {
            return Some((Around::Other, None));
        }
        let request = command(self.text, self.span);
        // What is sent to `/integrations/NAME/` is for that one, wherever it is no name of Datadog's.
        let integrates = [&b"/integrations/"[..], b"/integration/"]
            .iter()
            .any(|path| memchr::memmem::find(&self.text[request.clone()], path).is_some());
        if integrates && host(self.text, self.span).is_none() {
            return Some((Around::Other, None));
        }
        let host = host(self.text, self.span).or_else(|| nearby::host_of_request(self.text, &request))?;
        Some((of_host(host, Scope::Line), None))
    }

    fn by_line(&self) -> Said {
        let (part, bracketed) = self.part();
        let (before, after) = (&self.text[part.start..self.span.start], &self.text[self.span.end..part.end]);
        let last = last_owner(self.lexicon, before);
        if last.or_else(|| first_owner(self.lexicon, after))? == Whose::Other {
            return Some((Around::Other, None));
        }
        let comment =
            [&b"#"[..], b"//", b"--"].iter().any(|sign| memchr::memmem::find(after, sign).is_some());
        let beside = bracketed || comment || last.is_some();
        Some((Around::Datadog(if beside { Scope::Line } else { Scope::Near }), None))
    }

    fn by_record(&self) -> Said {
        let belongs = Record::around(self.text, self.span)?.belongs(self.lexicon)?;
        let around = match belongs {
            Belongs::Datadog => Around::Datadog(Scope::Block),
            Belongs::Other => Around::Other,
        };
        Some((around, None))
    }

    fn by_heads(&self) -> Said {
        let headers = headers(self.text, self.span.start);
        let said = headers
            .iter()
            .enumerate()
            .find_map(|(level, header)| Some((self.by_head(level, header)?, Some(header.start))));
        let something = || {
            let head =
                headers.first().filter(|head| is_of_something(self.lexicon, &self.text[(*head).clone()]))?;
            Some((Around::Other, Some(head.start)))
        };
        said.or_else(something)
    }

    fn by_head(&self, level: usize, header: &Range<usize>) -> Option<Around> {
        let head = &self.text[header.clone()];
        let of = |whose| self.lexicon.mentions(head).any(|(_, it)| it == whose);
        if is_for_others(self.lexicon, head) {
            return Some(Around::Other);
        }
        if of(Whose::Datadog) {
            return Some(Around::Datadog(Scope::Block));
        }
        if of(Whose::Other) {
            return Some(Around::Other);
        }
        // What stands around the head of a section is the section before.
        let is_section = head.trim_ascii_start().starts_with(b"[");
        if level >= OUTER_RECORDS || is_section {
            return None;
        }
        let record = Record::around(self.text, header)?;
        (record.belongs(self.lexicon) == Some(Belongs::Datadog)).then_some(Around::Datadog(Scope::Block))
    }

    fn by_use(&self) -> Said {
        let host = nearby::host_of_use(self.text, self.span)?;
        Some((of_host(host, Scope::Near), None))
    }

    fn by_mention(&self) -> Said {
        let (text, span) = (self.text, self.span);
        let (part, _) = self.part();
        let counts = |(at, whose): &(usize, Whose)| match whose {
            Whose::Other => !nearby::is_spent(text, *at),
            Whose::Datadog => !self.weighed || !nearby::says_nothing(text, *at, span),
        };
        let from = |first: usize| move |(at, whose)| (first + at, whose);
        let first = span.start.saturating_sub(BEFORE);
        let before = self.lexicon.mentions(&text[first..part.start]).map(from(first)).filter(counts).last();
        let last = text.len().min(span.end + AFTER).min(nearby::end_of_part(text, span, part.end));
        let after = self.lexicon.mentions(&text[part.end..last]).map(from(part.end)).find(counts);
        // What a text is about is said before it more often than after it.
        let before = before.map(|(at, whose)| (part.start - at, at, whose));
        let after = after.map(|(at, whose)| (3 * (at - part.end), at, whose));
        let (_, at, whose) = [before, after].into_iter().flatten().min_by_key(|(distance, ..)| *distance)?;
        match whose {
            Whose::Other => Some((Around::Other, Some(at))),
            Whose::Datadog if self.path => Some((Around::Datadog(Scope::Path), None)),
            Whose::Datadog => Some((Around::Datadog(Scope::Near), Some(at))),
        }
    }

    fn by_file(&self) -> Said {
        self.path.then_some((Around::Datadog(Scope::Path), None))
    }
}

/// How many records further out than that of a value may say whose it is.
const OUTER_RECORDS: usize = 4;

fn of_host(host: &[u8], scope: Scope) -> Around {
    if is_datadog_host(host) { Around::Datadog(scope) } else { Around::Other }
}

/// The host of the address that `span` is a part of, or to which the line sends it: `https://HOST/…?api_key=KEY`.
fn host<'t>(text: &'t [u8], span: &Range<usize>) -> Option<&'t [u8]> {
    let line = line_around(text, span);
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'|')
    };
    let before = &text[line.start..span.start];
    let within = before.iter().rposition(ends).map_or(before, |at| &before[at + 1..]);
    let scheme = memchr::memmem::rfind(within, b"://")?;
    let host = within[scheme + 3..].split(|byte| matches!(byte, b'/' | b'?' | b'#')).next()?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'@');
    // One that is filled in later may be anybody's.
    (host.contains(&b'.') && host.iter().all(plain)).then_some(host)
}

/// Returns whether the value is in the query of an address whose host is filled in later, and nothing in it is Datadog's:
/// `https://<YOUR_RELAY>/hooks?api_key=KEY`.
fn is_unknown_host(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const ENDPOINTS: [&[u8]; 5] = [b"/series", b"/validate", b"/check_run", b"/events", b"/input"];
    let before = &text[line_around(text, span).start..span.start];
    let Some(scheme) = memchr::memmem::rfind(before, b"://") else { return false };
    let address = &before[scheme + 3..];
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let is_filled_in = [&b"<"[..], b"${", b"{{"].iter().any(|open| address.starts_with(open));
    let host = address.split(|byte| *byte == b'/').next().unwrap_or_default();
    is_filled_in
        && address.contains(&b'?')
        && !address.iter().any(is_quote)
        && !lexicon.words_of(host).iter().any(|word| lexicon.is_owner(word) || word == "site")
        && !ENDPOINTS.iter().any(|path| memchr::memmem::find(address, path).is_some())
}

/// The part of a line between the brackets around `span`, and whether there are any.
fn part_around(text: &[u8], span: &Range<usize>, line: &Range<usize>) -> (Range<usize>, bool) {
    let open = by_brackets(text, line.start, span.start).first().map(|header| header.end + 1);
    let mut depth = 0;
    let close = text[span.end..line.end].iter().position(|byte| {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth -= 1,
            _ => {}
        }
        depth < 0
    });
    let end = close.map_or(line.end, |at| span.end + at);
    match open {
        Some(start) => (start..end, true),
        None => (line.clone(), false),
    }
}

/// Returns whether the head of a block is a bare name that is neither Datadog's nor anybody's: `[weatherbit]`, `fanart:`.
fn is_of_something(lexicon: &Lexicon, header: &[u8]) -> bool {
    let name = header.trim_ascii().trim_ascii_start();
    let plain = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'-' | b'.' | b'"' | b'\'' | b'[' | b']' | b':' | b'=' | b' ')
    };
    let words = lexicon.words_of(name);
    let code = words.first().is_some_and(|first| List::Code.has(first));
    name.iter().all(plain)
        && !code
        && matches!(name.last(), Some(b':' | b']' | b'='))
        && !name.contains(&b'(')
        && words.len() <= 3
        && words.iter().any(|word| !lexicon.is_plain(word) && word.len() > 2)
}

/// The line of `span`, cut where it is long.
fn line_around(text: &[u8], span: &Range<usize>) -> Range<usize> {
    let first = span.start.saturating_sub(LINE);
    let last = text.len().min(span.end + LINE / 2);
    let start = memrchr(b'\n', &text[first..span.start]).map_or(first, |at| first + at + 1);
    let end = memchr(b'\n', &text[span.end..last]).map_or(last, |at| span.end + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, span: Range<usize>, path: bool) -> Around {
        let (lexicon, text) = (&Lexicon::default(), text.as_bytes());
        Surroundings { lexicon, text, span: &span, path, weighed: true }.owner().around
    }

    fn around_mark(text: &str) -> Around {
        let at = text.find('@').expect("a mark");
        around(text, at..at + 1, false)
    }

    #[test]
    fn structure_says_whose_it_is() {
        for (text, expected) in [
            ("api_key: @ # datadog", Around::Datadog(Scope::Line)),
            ("datadog:\n  # a\n# b\n\n  site: x\n  apiKey: @\n", Around::Datadog(Scope::Block)),
            ("provider \"datadog\" {\n  x = { a = 1 }\n  api_key = \"@\"\n}", Around::Datadog(Scope::Block)),
            (
                "{\"sentry\":{\"key\":1},\"datadog\":{\"site\":{},\"apiKey\":\"@\"}}",
                Around::Datadog(Scope::Block),
            ),
            ("datadog: 1\nmailgun:\n  api_key: @", Around::Other),
            ("from datadog import x\n\noptions = {\n  'api_key': '@'}", Around::Datadog(Scope::Near)),
            ("from datadog import x\nimport mailgun\noptions = {\n  'api_key': '@'}", Around::Other),
            ("[datadog]\nx = 1\napi_key = @", Around::Datadog(Scope::Block)),
            ("datadog:\n  api_keys:\n  - @", Around::Datadog(Scope::Block)),
            ("api_key: @", Around::Nothing),
            ("cadd_: @", Around::Nothing),
        ] {
            assert_eq!(around_mark(text), expected, "{text}");
        }
        assert_eq!(around("api_key: @", 9..10, true), Around::Datadog(Scope::Path));
    }
}
