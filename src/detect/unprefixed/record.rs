//! The record that a value stands in: its siblings, each a name with a value.
//!
//! A record is what stands between two braces, the lines of one indentation, or the lines of a section. It is read as what
//! JSON, YAML, HCL, XML, INI files and argument lists have in common.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr, memrchr};
use regex::bytes::Regex;

use super::address::is_datadog_host;
use super::backward::ornament;
use super::blocks::by_brackets;
use crate::lexicon::{Lexicon, List, Sense};

/// How far before a value its record may begin, in bytes.
const BEFORE: usize = 1024;

/// How far after a value its record may end, in bytes.
const AFTER: usize = 512;

/// A name and a value: `"name": "value"`, `name = value`, `<name>value</`, `name="value"`, and `Name value` of Fluent Bit.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    let text = concat!(
        r#"(?m-u)\w+:([A-Za-z][\w.\-]*)=["']([^"'\n]+)["']"#,
        r#"|["'`]?([A-Za-z_@][\w.\-]*)["'`]?[ \t]*(?:=>|[:=])[ \t]*\\?["'`]?((?:[^"'`\n,;{}<>\\]|\\[A-Z])+)"#,
        r#"|<(?:\w+ name=["'])?([\w.]+)["']?[^<>\n]*>([^<\n]+)</"#,
        r#"|^[ \t]*(@?[A-Za-z]\w*)[ \t]+([^\s:=<>]+)[ \t]*$"#,
    );
    Regex::new(text).expect("a pattern of this program")
});

/// A value that is wrapped in its type: `{"S": "value"}`.
static WRAPPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)\{\s*"(?:S|stringValue)"\s*:\s*("[^"]*")\s*\}"#).expect("a pattern of this program")
});

/// What stands before the value in that.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?-u)^\{\s*"(?:S|stringValue)"\s*:\s*"$"#).expect("a pattern of this program")
});

/// A record around a place.
#[derive(Debug)]
pub(super) struct Record {
    /// Its own text: what is nested in it, and the place itself, is blank.
    own: Vec<u8>,
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    Datadog,
    Other,
}

impl Record {
    /// The innermost record around a place, if there is one.
    pub(super) fn around(text: &[u8], place: &Range<usize>) -> Option<Self> {
        let lines = || indented(text, place).map(|region| (region, true));
        let (region, by_lines) = tag(text, place)
            .or_else(|| bracketed(text, place))
            .map(|region| (region, false))
            .or_else(lines)?;
        let mut own = text[region.clone()].to_vec();
        own[place.start - region.start..place.end.min(region.end) - region.start].fill(b' ');
        blank_nested(&mut own);
        if by_lines {
            let start = memrchr(b'\n', &text[region.start..place.start])
                .map_or(region.start, |at| region.start + at + 1);
            let end = memchr(b'\n', &text[place.end..region.end]).map_or(region.end, |at| place.end + at);
            if let Some(depth) = content_depth(&text[start..end]) {
                blank_deeper(&mut own, depth);
            }
        }
        Some(Self { own })
    }

    /// The record around a value that is wrapped in its type, whose siblings are, too: `{"name": {"S": "x"}, "value": {"S": "KEY"}}`.
    pub(super) fn around_wrapped(text: &[u8], place: &Range<usize>) -> Option<Self> {
        let inner = bracketed(text, place)?;
        if !OPEN.is_match(&text[inner.start - 1..place.start]) {
            return None;
        }
        let outer = bracketed(text, &(inner.start - 1..inner.end + 1))?;
        Some(Self { own: WRAPPED.replace_all(&text[outer], &b"$1"[..]).into_owned() })
    }

    /// The record of the resource that a value is an attribute of, in a state of Terraform: `"name": "datadog_api_key", "instances": […]`.
    pub(super) fn around_instances(text: &[u8], place: &Range<usize>) -> Option<Self> {
        let heads = by_brackets(text, place.start.saturating_sub(BEFORE), place.start);
        let is_list = |head: &&Range<usize>| text[(*head).clone()].trim_ascii() == b"\"instances\":";
        Self::around(text, heads.iter().find(is_list)?)
    }

    fn fields(&self) -> impl Iterator<Item = (String, &[u8])> {
        FIELD.captures_iter(&self.own).filter_map(|found| {
            let pair = [(1, 2), (3, 4), (5, 6), (7, 8)]
                .into_iter()
                .find_map(|(name, value)| Some((found.get(name)?, found.get(value)?)));
            let (name, value) = pair?;
            let name = String::from_utf8_lossy(name.as_bytes()).to_ascii_lowercase();
            Some((name, value.as_bytes().trim_ascii()))
        })
    }

    /// Returns what the name says that a sibling holds: `name: DD_API_KEY` beside `value: …`.
    pub(super) fn named(&self, lexicon: &Lexicon) -> Option<Sense> {
        let is_name =
            |name: &str| List::NameFields.has(name) || name.ends_with(".name") || name.ends_with("_name");
        let mut senses =
            self.fields().filter(|(name, _)| is_name(name)).map(|(_, value)| sense_of_name(lexicon, value));
        senses.find(|sense| !matches!(sense, Sense::Other | Sense::Owner | Sense::Secret | Sense::Qualified))
    }

    /// The names that fields of it hold.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.fields().filter(|(name, _)| List::NameFields.has(name)).map(|(_, value)| value)
    }

    /// The values of its fields that point to another resource: `secret_id = aws_secretsmanager_secret.dd.id`.
    pub(super) fn references(&self) -> impl Iterator<Item = &[u8]> {
        let is_reference =
            |name: &str| matches!(name, "secret_id" | "secret" | "parent" | "key_vault_secret_id");
        self.fields().filter(move |(name, _)| is_reference(name)).map(|(_, value)| value)
    }

    /// The type that the record says it is of.
    pub(super) fn kind(&self) -> Option<Vec<u8>> {
        self.fields().find(|(name, _)| name == "type").map(|(_, value)| value.to_vec())
    }

    /// Returns whether the record says that it is of a kind that another product has: `type: cloudflare-accounts`.
    pub(super) fn is_kind_of_others(&self, lexicon: &Lexicon) -> bool {
        self.fields().any(|(name, value)| {
            matches!(name.as_str(), "type" | "@type" | "kind") && is_kind_of_other(lexicon, &name, value)
        })
    }

    /// Returns whether the record is a step of a pipeline that another product's task does: `task: ChocolateyPush@1`.
    pub(super) fn is_step_of_others(&self, lexicon: &Lexicon) -> bool {
        let is_task = |name: &str| matches!(name, "task" | "uses" | "pipe");
        self.fields().find(|(name, _)| is_task(name)).is_some_and(|(_, task)| {
            !task.starts_with(b".") && !lexicon.words_of(task).iter().any(|word| lexicon.is_owner(word))
        })
    }

    /// Returns whose the record is, by its kind or by the host that it names.
    pub(super) fn belongs(&self, lexicon: &Lexicon) -> Option<Belongs> {
        let mut other = false;
        for (name, value) in self.fields() {
            let host = is_host_field(&name);
            if host && is_datadog_host(value)
                || List::KindFields.has(&name) && is_kind_of_datadog(lexicon, &name, value)
            {
                return Some(Belongs::Datadog);
            }
            other |= List::FieldsOfOthers.has(&name);
            other |= host && is_other_host(&name, value)
                || List::KindFields.has(&name) && name != "name" && is_kind_of_other(lexicon, &name, value);
        }
        other.then_some(Belongs::Other)
    }
}

/// Returns what a name says that another field holds: that of a header which is anybody's, `X-Token`, is no Datadog key's.
pub(super) fn sense_of_name(lexicon: &Lexicon, name: &[u8]) -> Sense {
    let is_header = name.len() > 2 && name[..2].eq_ignore_ascii_case(b"x-");
    match lexicon.sense_of(name) {
        Sense::Other | Sense::Secret | Sense::Qualified if is_header => Sense::Foreign,
        sense => sense,
    }
}

/// Returns whether a field says where something goes: `url`, `api_host`, `openmetrics_endpoint`.
pub(super) fn is_host_field(name: &str) -> bool {
    const LINKS: [&str; 13] = [
        "callback",
        "redirect",
        "docs",
        "doc",
        "icon",
        "image",
        "logo",
        "repo",
        "repository",
        "homepage",
        "source",
        "help",
        "return",
    ];
    let is_link = || LINKS.iter().any(|link| name.starts_with(link));
    List::HostFields.has(name)
        || ["url", "uri", "_host", "endpoint"].iter().any(|end| name.ends_with(end)) && !is_link()
}

/// Returns whether an address in a field names a host of somebody else's. A name alone may be that of the machine.
fn is_other_host(field: &str, address: &[u8]) -> bool {
    let is_bare = !address.contains(&b'/')
        && (!matches!(field, "host" | "hostname" | "site") || address.starts_with(b"api."));
    let ends_with_letter = address.last().is_some_and(u8::is_ascii_alphabetic);
    let host = match address.starts_with(b"http") {
        true => address.split(|byte| *byte == b'/').nth(2),
        false => Some(address).filter(|_| is_bare && ends_with_letter),
    };
    host.is_some_and(|host| {
        host.contains(&b'.')
            && host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'))
    })
}

/// Returns whether the head of a block says that keys in it are for another product, though Datadog keeps or sends them:
/// `datadog_integration_pagerduty_service_object`, `datadog_checks:`, the headers of a synthetic test.
pub(super) fn is_for_others(lexicon: &Lexicon, head: &[u8]) -> bool {
    let is_joint = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let joined = head.split(|byte| !is_joint(byte)).map(|part| lexicon.words_of(part)).any(|name| {
        let is_resource = |rest: &[String]| {
            List::ResourcesOfOthers
                .words()
                .any(|words| words.split(' ').eq(rest.iter().take(words.split(' ').count())))
        };
        let for_others = name.windows(2).enumerate().any(|(at, pair)| {
            let next = pair[1].as_str();
            lexicon.is_owner(&pair[0])
                && (is_resource(&name[at + 1..]) || next.starts_with("synthetics") || lexicon.is_vendor(next))
        });
        for_others && !name.iter().any(|word| word == "aws")
    });
    let words = lexicon.words_of(head);
    // What a check of the agent is told of what it looks at.
    let of_check = matches!(head.trim_ascii(), b"instances:" | b"init_config:");
    let headers = words
        .windows(2)
        .any(|pair| matches!(pair[0].as_str(), "request" | "extra" | "http") && pair[1] == "headers");
    joined || headers || of_check
}

fn is_kind_of_datadog(lexicon: &Lexicon, name: &str, value: &[u8]) -> bool {
    let words = lexicon.words_of(value);
    let owned =
        words.iter().any(|word| lexicon.is_owner(word) && word != "dd") && !is_for_others(lexicon, value);
    // A name is of Datadog if it is no more than that: not `datadog-agent` of a container.
    let plain = |word: &String| {
        lexicon.is_owner(word)
            || matches!(word.as_str(), "url" | "site" | "host" | "logs" | "metrics" | "api")
    };
    owned && (name != "name" || words.iter().all(plain)) && words.len() <= 6
}

fn is_kind_of_other(lexicon: &Lexicon, name: &str, value: &[u8]) -> bool {
    let words = lexicon.words_of(value);
    // `service: stripe-worker` is one of the user's own.
    let is_own = name == "service" && words.len() > 1;
    is_for_others(lexicon, value) || !is_own && words.iter().any(|word| lexicon.is_vendor(word))
}

/// The tag that a place is in: `<add key="NAME" value="…">`.
fn tag(text: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
    let before = &text[place.start.saturating_sub(BEFORE)..place.start];
    let open = memchr::memrchr2(b'<', b'>', before).filter(|at| before[*at] == b'<')?;
    let is_tag = before.get(open + 1).is_some_and(u8::is_ascii_alphabetic) && before[open..].contains(&b'=');
    let end = memchr::memchr2(b'<', b'>', &text[place.end..text.len().min(place.end + AFTER)])?;
    is_tag.then_some(place.start - (before.len() - open)..place.end + end)
}

/// A manifest of Kubernetes, as far as its name: `metadata:`, with whatever stands before `name: …`.
static MANIFEST: LazyLock<Regex> = LazyLock::new(|| {
    let text = concat!(
        r#"(?m-u)^metadata:[ \t]*\n(?:[ \t]+.*\n){0,12}?  name:[ \t]*["']?([\w.\-]+)"#,
        r#"|\\?"metadata\\?":[ ]?\{[^{}]*(?:\{[^{}]*\}[^{}]*)?\\?"name\\?":[ ]?\\?"([\w.\-]+)"#,
    );
    Regex::new(text).expect("a pattern of this program")
});

/// Returns whether a place lies in a secret of Kubernetes whose name is Datadog's, wherever in the manifest that stands.
pub(super) fn is_in_datadog_secret(lexicon: &Lexicon, text: &[u8], place: &Range<usize>) -> bool {
    let first = place.start.saturating_sub(BEFORE);
    let last = text.len().min(place.end + 2 * AFTER);
    let first = memchr::memmem::rfind(&text[first..place.start], b"\n---").map_or(first, |at| first + at);
    let last = memchr::memmem::find(&text[place.end..last], b"\n---").map_or(last, |at| place.end + at);
    let manifest = &text[first..last];
    let is_secret =
        [&b"kind: Secret"[..], b"\"kind\":\"Secret\"", b"\"kind\": \"Secret\"", b"\\\"Secret\\\""]
            .iter()
            .any(|kind| memchr::memmem::find(manifest, kind).is_some());
    is_secret
        && MANIFEST.captures_iter(manifest).any(|found| {
            let name = found.get(1).or_else(|| found.get(2)).map_or(&b""[..], |name| name.as_bytes());
            lexicon.words_of(name).iter().any(|word| lexicon.is_owner(word))
        })
}

/// Returns whose the arguments of an element of JMeter are, by the name of the class that stands behind them.
pub(super) fn belongs_by_class(text: &[u8], place: &Range<usize>) -> Option<Belongs> {
    const CLASS: &[u8] = b"name=\"classname\">";
    if !text[..place.start].ends_with(b"\"Argument.value\">") {
        return None;
    }
    let after = &text[place.end..text.len().min(place.end + 8 * AFTER)];
    let class = &after[memchr::memmem::find(after, CLASS)? + CLASS.len()..];
    let class = class[..memchr(b'<', class)?].to_ascii_lowercase();
    let is_datadog = memchr::memmem::find(&class, b"datadog").is_some();
    Some(if is_datadog { Belongs::Datadog } else { Belongs::Other })
}

/// Returns what stands between the two braces or brackets around a place.
fn bracketed(text: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
    let first = place.start.saturating_sub(BEFORE);
    let mut depth = 0;
    let open = (first..place.start).rev().find(|&at| {
        match text[at] {
            b'}' | b')' => depth += 1,
            b'{' | b'(' => depth -= 1,
            _ => {}
        }
        depth < 0
    })?;
    let last = text.len().min(place.end + AFTER);
    let mut depth = 0;
    let close = (place.end..last).find(|&at| {
        match text[at] {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth -= 1,
            _ => {}
        }
        depth < 0
    });
    Some(open + 1..close.unwrap_or(last))
}

/// The lines around a place that are indented as its own is, or more.
fn indented(text: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
    let first = place.start.saturating_sub(BEFORE);
    let last = text.len().min(place.end + AFTER);
    let start = memrchr(b'\n', &text[first..place.start]).map_or(first, |at| first + at + 1);
    let mut region = start..memchr(b'\n', &text[place.end..last]).map_or(last, |at| place.end + at);
    let depth = content_depth(&text[region.clone()])?;
    let mut begun = text[region.clone()].trim_ascii_start().starts_with(b"- ");
    let mut section = false;
    while !begun && region.start > first {
        let above = memrchr(b'\n', &text[first..region.start - 1]).map_or(first, |at| first + at + 1);
        let line = &text[above..region.start - 1];
        let is_section = line.trim_ascii().starts_with(b"[") && line.trim_ascii_end().ends_with(b"]");
        match content_depth(line) {
            Some(other) if other < depth || is_section => {
                section = is_section;
                break;
            }
            _ => region.start = above,
        }
        let plain = line.trim_ascii_start();
        begun = plain.starts_with(b"- ") && content_depth(line) == Some(depth);
    }
    // The lines of a file that has no sections are no record, but an element of XML may be.
    if depth == 0 && !section {
        return text[start..].starts_with(b"<").then_some(start..region.end);
    }
    while region.end < last {
        let end = memchr(b'\n', &text[region.end + 1..last]).map_or(last, |at| region.end + 1 + at);
        let line = &text[region.end + 1..end];
        let item = line.trim_ascii_start().starts_with(b"- ") && content_depth(line) == Some(depth);
        if item
            || line.trim_ascii().starts_with(b"[")
            || content_depth(line).is_some_and(|other| other < depth)
        {
            break;
        }
        region.end = end;
    }
    Some(region)
}

/// The column at which a line's content begins, behind the `- ` of an item; none where it is empty or a comment.
fn content_depth(line: &[u8]) -> Option<usize> {
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let content = &line[blanks..];
    match content {
        [] | [b'#', ..] | [b'\r'] => None,
        [b'-', b' ', ..] => Some(blanks + 2),
        _ => Some(blanks),
    }
}

/// Makes blank the lines whose content begins behind a column: what is nested in the fields of a record.
fn blank_deeper(own: &mut [u8], depth: usize) {
    for line in own.split_mut(|byte| *byte == b'\n') {
        if content_depth(line).is_some_and(|other| other > depth) {
            line.fill(b' ');
        }
    }
}

/// Makes blank what stands in brackets of its own, and what is there for the eye only.
fn blank_nested(own: &mut [u8]) {
    let mut depth = 0usize;
    for at in 0..own.len() {
        match own[at] {
            // `{$NAME}` is the name of a macro.
            b'{' if depth == 0 && own.get(at + 1) == Some(&b'$') => {}
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth = depth.saturating_sub(1),
            b'm' => {
                if let Some(length) = ornament(&own[..=at]).filter(|_| depth == 0) {
                    own[at + 1 - length..=at].fill(b' ');
                }
            }
            b'\n' => {}
            _ if depth > 0 => own[at] = b' ',
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        let at = text.find('@').expect("a mark");
        Record::around(text.as_bytes(), &(at..at + 1)).expect("a record")
    }

    #[test]
    fn siblings_name_a_value() {
        for text in [
            r#"{"name":"DD_API_KEY","slotSetting":false,"value":"@"}"#,
            "- name: DD_API_KEY\n  type: x\n  value: @\n- name: OTHER\n  value: y",
            "resource \"x\" \"y\" {\n  name = \"DATADOG_API_KEY\"\n  type = \"SecureString\"\n  value = \"@\"\n}",
            "<property>\n <name>datadog.api.key</name>\n <description>x</description>\n <value>@</value>\n</property>",
            "{\n \"Parameter\": {\n  \"Name\": \"/prod/datadog/api_key\",\n  \"Value\": \"@\",\n  \"Version\": 1\n }\n}",
        ] {
            assert_eq!(record(text).named(&Lexicon::default()), Some(Sense::OwnedKey), "{text}");
        }
        assert_eq!(record(r#"{"a":{"name":"DD_API_KEY"},"value":"@"}"#).named(&Lexicon::default()), None);
    }

    #[test]
    fn the_class_behind_arguments_says_whose_they_are() {
        let text = |class: &str| {
            format!(
                "<stringProp name=\"Argument.value\">@</stringProp>\n</elementProp>\n<stringProp name=\"classname\">{class}<"
            )
        };
        for (class, expected) in
            [("org.datadog.x.Client", Belongs::Datadog), ("org.influx.Client", Belongs::Other)]
        {
            let text = text(class);
            let at = text.find('@').expect("a mark");
            assert_eq!(belongs_by_class(text.as_bytes(), &(at..at + 1)), Some(expected), "{text}");
        }
    }

    #[test]
    fn kinds_and_hosts_say_whose_it_is() {
        for (text, expected) in [
            ("[OUTPUT]\n    Name   datadog\n    Match  sentry.*\n    apikey @\n", Some(Belongs::Datadog)),
            ("sinks:\n  x:\n    type: datadog_logs\n    key: @\n", Some(Belongs::Datadog)),
            ("[acme]\nkey = @\nhost = \"api.datadoghq.eu\"\n", Some(Belongs::Datadog)),
            ("acme:\n  key: @\n  url: https://api.datadoghq.com\n", Some(Belongs::Datadog)),
            ("acme:\n  key: @\n  url: https://api.example.com\n", Some(Belongs::Other)),
            ("x:\n  type: honeycomb\n  key: @\n", Some(Belongs::Other)),
            ("x:\n  name: datadog-agent\n  key: @\n", None),
        ] {
            assert_eq!(record(text).belongs(&Lexicon::default()), expected, "{text}");
        }
    }
}
