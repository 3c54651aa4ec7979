//! The forms of literals, types and calls that stand between a name and its value in programs.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::lexicon::{Lexicon, Sense};

/// How far before a value such forms reach, in bytes.
const REACH: usize = 120;

/// A pattern that is known to be right.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this program")
}

/// What opens a literal: `@"`, `r#"`, `u8"`, `R"x(`, `%q(`, `qq[`, `<![CDATA[`, and YAML's `!!str` and `&anchor`.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?-u)(?:^|[^\w%$@])((?:\$@|@\$|@|u8|br|[bfrRLuUN])#*["']"#,
        r#"|(?:R"\w{0,16}\(|%?q[qwQW]?[({\[<|]|%[QwW][({\[<|]|<!\[CDATA\[|q'[\[({<])"#,
        r#"|<\w+ name=["'](?:\w+\.)?value["']>|(?:!!?(?:str|Sub|string|binary|secret\w*|sensitive|plain\w*|env\w*)|&[\w-]+)[ \t]+["']?)$"#,
    ))
});

/// A name with its type, before the `=`: `name: str | None`, `name: &[u8; 32]`.
static TYPED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?-u)[\w.]+(\s*:\s*(?:&?\[u8; ?\d+\]|[A-Za-z&\[*?][\w|&'\[\].,<>*? ]{0,60}))\s*$"#)
});

/// The end of a text, as far as it matters here.
fn tail(text: &[u8]) -> &[u8] {
    &text[text.len().saturating_sub(REACH)..]
}

/// The text before what opens the literal that begins where `before` ends.
pub(super) fn before_prefix(before: &[u8]) -> &[u8] {
    let tail = tail(before);
    match PREFIX.captures(tail).and_then(|found| found.get(1)) {
        Some(prefix) => &before[..before.len() - prefix.len()],
        None => before,
    }
}

/// The text before the type of a name that is assigned to: what stands before the colon.
pub(super) fn before_type<'t>(lexicon: &Lexicon, before: &'t [u8]) -> &'t [u8] {
    let tail = tail(before);
    let line = memchr::memrchr(b'\n', tail).map_or(tail, |at| &tail[at + 1..]);
    let Some(annotation) = TYPED.captures(line).and_then(|found| found.get(1)) else { return before };
    // `a: b, NAME = value`: what looks like a part of the type is a name.
    let names = annotation.as_bytes().split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let is_name = |name: &[String]| lexicon.sense(name) != Sense::Other && !is_secret_type(name);
    if names.map(|name| lexicon.words_of(name)).any(|name| is_name(&name)) {
        return before;
    }
    &before[..before.len() - (line.len() - annotation.start())]
}

/// Returns whether words name a type that holds a secret: `SecretStr`.
fn is_secret_type(words: &[String]) -> bool {
    matches!(words, [secret, kind] if secret == "secret" && kind.starts_with("str"))
}

/// The text before a chain of calls: of `NAME: z.string().length(32)`, what stands before `z`.
pub(super) fn before_calls(before: &[u8]) -> &[u8] {
    let first = before.len().saturating_sub(REACH);
    let mut rest = before;
    while rest.ends_with(b")") {
        let mut depth = 0;
        let open = (first..rest.len()).rev().find(|&at| {
            depth += i32::from(rest[at] == b')') - i32::from(rest[at] == b'(');
            depth == 0
        });
        let Some(open) = open else { return before };
        let called = rest[..open].iter().rev();
        let name =
            called.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
        rest = &rest[..open - name];
    }
    rest
}

/// Returns whether a text ends with a brace and a name in it, of which only the closing brace is missing: `$ENV{NAME`.
pub(super) fn is_braced_name(before: &[u8]) -> bool {
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'"' | b'\'' | b'-');
    let name = tail(before).iter().rev().take_while(|byte| is_name(byte)).count();
    let open = &before[..before.len() - name];
    name > 0
        && open
            .strip_suffix(b"{")
            .is_some_and(|rest| rest.last().is_some_and(|byte| *byte == b'$' || byte.is_ascii_alphanumeric()))
}
