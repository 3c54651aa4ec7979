//! Whose block of text a value stands in.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::nearby;
use super::record::{Belongs, Record, is_datadog_host, is_for_others};
use crate::lexicon::{Lexicon, List, Whose};

/// How far before a value its block may begin, and a mention stand, in bytes.
pub(super) const BEFORE: usize = 6 * 1024;

/// How far after a value a mention counts, in bytes.
pub(super) const AFTER: usize = 1024;

/// The longest piece of a line that counts as one.
const LINE: usize = 400;

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

/// Whether a place lies in a value that is assigned on its line, which says nothing of its neighbours: `host="stripe-1"`.
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

/// What the text around `span` says, nearest first.
pub(super) fn around(lexicon: &Lexicon, text: &[u8], span: &Range<usize>, path: bool) -> Around {
    around_weighed(lexicon, text, span, path, true)
}

/// The same; where mentions are not `weighed`, one in a sibling block or in a setting counts, too.
pub(super) fn around_weighed(
    lexicon: &Lexicon,
    text: &[u8],
    span: &Range<usize>,
    path: bool,
    weighed: bool,
) -> Around {
    if let Some(host) = host(text, span).or_else(|| nearby::host_of_request(text, &line_around(text, span))) {
        return if is_datadog_host(host) { Around::Datadog(Scope::Line) } else { Around::Other };
    }
    let line = line_around(text, span);
    let (part, bracketed) = part_around(text, span, &line);
    let (before, after) = (&text[part.start..span.start], &text[span.end..part.end]);
    match last_owner(lexicon, before).or_else(|| first_owner(lexicon, after)) {
        Some(Whose::Datadog) => {
            let comment =
                [&b"#"[..], b"//", b"--"].iter().any(|sign| memchr::memmem::find(after, sign).is_some());
            let beside = bracketed || comment || last_owner(lexicon, before).is_some();
            return Around::Datadog(if beside { Scope::Line } else { Scope::Near });
        }
        Some(Whose::Other) => return Around::Other,
        None => {}
    }
    let headers = headers(text, span.start);
    if let Some(belongs) = Record::around(text, span).and_then(|record| record.belongs(lexicon)) {
        return by_record(belongs);
    }
    for (level, header) in headers.iter().enumerate() {
        let head = &text[header.clone()];
        let of = |whose| lexicon.mentions(head).any(|(_, it)| it == whose);
        if is_for_others(lexicon, head) {
            return Around::Other;
        }
        if of(Whose::Datadog) {
            return Around::Datadog(Scope::Block);
        }
        if of(Whose::Other) {
            return Around::Other;
        }
        // What stands around the head of a section is the section before.
        if level < OUTER_RECORDS
            && !head.trim_ascii_start().starts_with(b"[")
            && let Some(Belongs::Datadog) =
                Record::around(text, header).and_then(|record| record.belongs(lexicon))
        {
            return Around::Datadog(Scope::Block);
        }
    }
    if headers.first().is_some_and(|header| is_of_something(lexicon, &text[header.clone()])) {
        return Around::Other;
    }
    let first = span.start.saturating_sub(BEFORE);
    let last = text.len().min(span.end + AFTER);
    let counts = |(at, whose): &(usize, Whose)| {
        !weighed || *whose == Whose::Other || !nearby::says_nothing(text, *at, span)
    };
    let near_before = lexicon
        .mentions(&text[first..part.start])
        .map(|(at, whose)| (first + at, whose))
        .filter(counts)
        .last();
    let near_before = near_before.map(|(at, whose)| (part.start - at, whose));
    // What a text is about is said before it more often than after it.
    let last = last.min(nearby::end_of_part(text, span, part.end));
    let near_after =
        lexicon.mentions(&text[part.end..last]).map(|(at, whose)| (part.end + at, whose)).find(counts);
    let near_after = near_after.map(|(at, whose)| (3 * (at - part.end), whose));
    if let Some(host) = nearby::host_of_use(text, span) {
        return if is_datadog_host(host) { Around::Datadog(Scope::Near) } else { Around::Other };
    }
    let nearest = [near_before, near_after].into_iter().flatten().min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((_, Whose::Other)) => Around::Other,
        _ if path => Around::Datadog(Scope::Path),
        Some((_, Whose::Datadog)) => Around::Datadog(Scope::Near),
        None => Around::Nothing,
    }
}

/// How many records further out than that of a value may say whose it is.
const OUTER_RECORDS: usize = 4;

fn by_record(belongs: Belongs) -> Around {
    match belongs {
        Belongs::Datadog => Around::Datadog(Scope::Block),
        Belongs::Other => Around::Other,
    }
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

/// Whether the head of a block is a bare name that is neither Datadog's nor anybody's: `[weatherbit]`, `fanart:`.
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

/// The heads of the blocks around a place, the innermost first: by brackets, and by indentation.
pub(super) fn headers(text: &[u8], place: usize) -> Vec<Range<usize>> {
    let first = place.saturating_sub(BEFORE);
    let mut headers = by_indentation(text, first, place);
    headers.extend(by_brackets(text, first, place));
    headers.sort_by_key(|header| std::cmp::Reverse(header.start));
    headers.dedup();
    headers
}

/// The lines above that are indented less and less.
fn by_indentation(text: &[u8], first: usize, place: usize) -> Vec<Range<usize>> {
    let mut headers = Vec::new();
    let mut end = memrchr(b'\n', &text[first..place]).map(|at| first + at);
    let mut least = end.map_or(0, |end| indentation(&text[end + 1..place.max(end + 1)]));
    // `- value` is indented like the line that names the list, or more.
    let mut item = end.is_some_and(|end| text[end + 1..place].trim_ascii_start().starts_with(b"- "));
    while let Some(line_end) = end {
        let start = memrchr(b'\n', &text[first..line_end]).map_or(first, |at| first + at + 1);
        let line = &text[start..line_end];
        end = (start > first).then(|| start - 1);
        let plain = line.trim_ascii();
        let depth = indentation(line);
        let comment = plain.starts_with(b"#") || plain.starts_with(b"//") || plain.starts_with(b"<!--");
        let is_head = depth < least || (item && depth == least && !plain.starts_with(b"-"));
        if plain.is_empty() || comment || !is_head || matches!(plain.first(), Some(b'}' | b']' | b')')) {
            continue;
        }
        headers.push(start..line_end.min(start + LINE));
        least = depth;
        item = plain.starts_with(b"- ");
        // An INI section is the head of what follows at the same depth: handled below.
        if depth == 0 && !item {
            break;
        }
    }
    if let Some(section) = section(text, first, place) {
        headers.push(section);
    }
    headers
}

/// `[section]` of an INI or TOML file: the last line above that is one.
fn section(text: &[u8], first: usize, place: usize) -> Option<Range<usize>> {
    let mut end = memrchr(b'\n', &text[first..place]).map(|at| first + at)?;
    loop {
        let start = memrchr(b'\n', &text[first..end]).map_or(first, |at| first + at + 1);
        let line = text[start..end].trim_ascii();
        if line.len() < 80 && line.starts_with(b"[") && line.ends_with(b"]") && !line[1..].starts_with(b"\"")
        {
            return Some(start..end);
        }
        if start <= first {
            return None;
        }
        end = start - 1;
    }
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The text before each bracket that is open at a place.
fn by_brackets(text: &[u8], first: usize, place: usize) -> Vec<Range<usize>> {
    let mut headers = Vec::new();
    let mut closed = 0usize;
    for at in (first..place).rev() {
        match text[at] {
            b'}' | b']' | b')' => closed += 1,
            b'{' | b'[' | b'(' if closed > 0 => closed -= 1,
            b'{' | b'[' | b'(' => {
                let from = at.saturating_sub(LINE / 2).max(first);
                let separates = |byte: &u8| matches!(byte, b'\n' | b';' | b'{' | b'}' | b',');
                let start = text[from..at].iter().rposition(separates).map_or(from, |sep| from + sep + 1);
                headers.push(start..at);
            }
            _ => {}
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around_mark(text: &str) -> Around {
        let at = text.find('@').expect("a mark");
        around(&Lexicon::default(), text.as_bytes(), &(at..at + 1), false)
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
        let text = b"api_key: @";
        assert_eq!(around(&Lexicon::default(), text, &(9..10), true), Around::Datadog(Scope::Path));
    }
}
