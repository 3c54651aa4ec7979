//! Whose block of text a value stands in.

use std::ops::Range;

use super::address::{self, host, is_datadog_host, is_in_other_path, is_unknown_host};
use super::blocks::{BEFORE, by_brackets, headers, line_around};
use super::callee::{is_call_of_others, is_closure, is_dd, is_headers, is_of_something};
use super::columns;
use super::command::{self, command};
use super::nearby;
use super::record::{self, Belongs, Record, is_for_others};
use super::series;
use crate::lexicon::{Lexicon, List, Sense, Whose};

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
        .filter(|(at, whose)| *whose == Whose::Other || !nearby::is_keyless(text, *at))
        .find(|(at, whose)| *whose == Whose::Datadog || !is_in_value(text, *at))
        .map(|(_, whose)| whose)
}

/// Returns whether the last literal before the name of a value is the address of a resource of Datadog's that is no key:
/// `"datadog_monitor.foo", "api_key", …`.
fn is_resource_of_others(lexicon: &Lexicon, before: &[u8]) -> bool {
    let mut literals =
        before.rsplit(|byte| matches!(byte, b'"' | b'\'' | b'`')).filter(|part| part.len() > 2);
    let address = literals.nth(1).unwrap_or_default();
    let kind = address.split(|byte| *byte == b'.').next().unwrap_or_default();
    kind.len() < address.len()
        && kind.starts_with(b"datadog_")
        && kind.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        && !matches!(lexicon.sense_of(kind), Sense::OwnedKey | Sense::Owner)
}

/// Returns whether a place lies in a value that is assigned on its line, which says nothing of its neighbours: `host="stripe-1"`.
fn is_in_value(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let word = before
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')));
    let Some(word) = word else { return false };
    let quoted = matches!(before[word], b'"' | b'\'' | b'`');
    let rest = before[..word + usize::from(!quoted)].trim_ascii_end();
    let sign = rest.last();
    // What a record is for does say whose its neighbours are: `adapter: SendGridAdapter, api_key: …`.
    let field = rest.get(..rest.len().saturating_sub(1)).unwrap_or_default().trim_ascii_end();
    let length = field.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let field = String::from_utf8_lossy(&field[field.len() - length..]).to_ascii_lowercase();
    if List::KindFields.has(&field) && !matches!(field.as_str(), "name" | "service" | "target") {
        return false;
    }
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
        if is_unknown_host(self.lexicon, self.text, self.span) || is_in_other_path(self.text, self.span) {
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
        if command::is_of_others(self.lexicon, &self.text[request.clone()])
            || command::is_option_of_other_tool(self.lexicon, self.text, self.span)
        {
            return Some((Around::Other, None));
        }
        let host = host(self.text, self.span)
            .or_else(|| address::host_of_request(self.text, &request))
            .or_else(|| address::host_of_call(self.text, self.span))?;
        Some((of_host(host, Scope::Line), None))
    }

    fn by_line(&self) -> Said {
        let (part, bracketed) = self.part();
        let (before, after) = (&self.text[part.start..self.span.start], &self.text[self.span.end..part.end]);
        if is_resource_of_others(self.lexicon, before) {
            return Some((Around::Other, None));
        }
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
        let record = || Record::around(self.text, self.span)?.belongs(self.lexicon);
        let belongs = record()
            .or_else(|| columns::belongs(self.lexicon, self.text, self.span))
            .or_else(|| series::belongs(self.text, self.span))
            .or_else(|| record::belongs_by_class(self.text, self.span))?;
        let around = match belongs {
            Belongs::Datadog => Around::Datadog(Scope::Block),
            Belongs::Other => Around::Other,
        };
        Some((around, None))
    }

    fn by_heads(&self) -> Said {
        let headers = headers(self.text, self.span.start);
        // What calls a function without a name is not what its body is about.
        let mut closure = usize::MAX;
        let said = headers.iter().enumerate().find_map(|(level, header)| {
            if header.end > closure {
                return None;
            }
            if is_closure(&self.text[header.clone()]) {
                closure = line_around(self.text, &(header.end..header.end)).start;
            }
            Some((self.by_head(level, header)?, Some(header.start)))
        });
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
        if is_closure(head) {
            return None;
        }
        if of(Whose::Datadog) || is_dd(self.lexicon, head) {
            return Some(Around::Datadog(Scope::Block));
        }
        if of(Whose::Other) || is_call_of_others(self.lexicon, self.text, header) {
            return Some(Around::Other);
        }
        // What stands around the head of a section is the section before.
        let is_section = head.trim_ascii_start().starts_with(b"[");
        if level >= OUTER_RECORDS || is_section {
            return None;
        }
        let record = Record::around(self.text, header)?;
        if record.is_step_of_others(self.lexicon) {
            return Some(Around::Other);
        }
        match record.belongs(self.lexicon)? {
            Belongs::Datadog => Some(Around::Datadog(Scope::Block)),
            // Headers go where the record around them says.
            Belongs::Other if is_headers(self.lexicon, head) || record.is_kind_of_others(self.lexicon) => {
                Some(Around::Other)
            }
            Belongs::Other => None,
        }
    }

    fn by_use(&self) -> Said {
        let host = address::host_of_use(self.text, self.span)?;
        Some((of_host(host, Scope::Near), None))
    }

    fn by_mention(&self) -> Said {
        let (text, span) = (self.text, self.span);
        let (part, _) = self.part();
        let counts = |(at, whose): &(usize, Whose)| match whose {
            Whose::Other => !nearby::is_spent(self.lexicon, text, *at, span),
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
            Whose::Datadog
                if self.weighed
                    && (nearby::is_of_parallel_line(self.lexicon, text, at, span)
                        || nearby::is_under_other_heading(self.lexicon, text, at, span)) =>
            {
                Some((Around::Other, Some(at)))
            }
            Whose::Datadog if self.path => Some((Around::Datadog(Scope::Path), None)),
            Whose::Datadog if self.weighed && nearby::has_own_key(self.lexicon, text, span) => {
                Some((Around::Other, Some(at)))
            }
            Whose::Datadog => Some((Around::Datadog(Scope::Near), Some(at))),
        }
    }

    fn by_file(&self) -> Said {
        let other = || address::host_of_others(self.text, self.span);
        self.path.then(|| match other() {
            Some(at) => (Around::Other, Some(at)),
            None => (Around::Datadog(Scope::Path), None),
        })
    }
}

/// How many records further out than that of a value may say whose it is.
const OUTER_RECORDS: usize = 4;

fn of_host(host: &[u8], scope: Scope) -> Around {
    if is_datadog_host(host) { Around::Datadog(scope) } else { Around::Other }
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
