//! The name that a value is assigned to.

use std::ops::Range;

use super::backward::{Backward, Token, ornament};
use super::literal;
use crate::lexicon::{Lexicon, List, Sense};

/// How far before its value a name can begin, in bytes.
pub(super) const REACH: usize = 600;

/// How a name and a value belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// `name = value`, `name: value`, `<name>value`.
    Assigned,
    /// `name(value)`, `name, value`.
    Argument,
    /// `name value`.
    Beside,
    /// `/name/value`.
    Path,
    /// `- value`, or a value that begins a line: the name is that of the block.
    Item,
}

impl Via {
    /// The words for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Argument => "as an argument",
            Self::Beside => "beside it",
            Self::Path => "in a path",
            Self::Item => "of its block",
        }
    }
}

/// What names a value.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// Where the name stands; nothing for a value without one.
    pub(super) name: Option<Range<usize>>,
    /// The words of the name, and of those before it in a sentence.
    pub(super) words: Vec<String>,
    /// What they say.
    pub(super) sense: Sense,
    /// How the value is joined to it.
    pub(super) via: Via,
    /// A call with the value: `name(value)`.
    pub(super) called: bool,
    /// Words such as `value` stand between, so that the name may be that of the block.
    pub(super) indirect: bool,
    /// Nothing that follows the word for a key speaks against it.
    pub(super) plain: bool,
    /// A function that only looks at its argument has this name.
    pub(super) looked_at: bool,
}

/// What stands between a name and its value.
#[derive(Debug, Default)]
struct Between {
    assigned: bool,
    opened: bool,
    comma: bool,
    spaced: bool,
    slashed: bool,
    /// A `-` of a list.
    dash: bool,
    breaks: usize,
    /// A word such as `value` or `default`.
    transparent: bool,
    /// The previous argument was such a value, too.
    previous: bool,
    /// The sign right before decides that a line may end here.
    wraps: bool,
}

impl Between {
    fn via(&self) -> Via {
        match self {
            Self { assigned: true, .. } => Via::Assigned,
            Self { opened: true, .. } | Self { comma: true, .. } => Via::Argument,
            Self { dash: true, .. } => Via::Item,
            Self { slashed: true, .. } => Via::Path,
            _ => Via::Beside,
        }
    }
}

/// The name of what stands after `before`.
pub(super) fn label(lexicon: &Lexicon, before: &[u8]) -> Option<Label> {
    let first = before.len().saturating_sub(REACH);
    let mut tokens = Backward::new(literal::before_prefix(&before[first..]));
    let mut between = Between::default();
    loop {
        let Some(token) = tokens.next() else {
            return item(&between);
        };
        match token {
            Token::Space => between.spaced = true,
            Token::Break => {
                if !may_break(&mut between, tokens.rest()) {
                    return item(&between);
                }
            }
            Token::Sign(sign) => {
                if let Some(length) =
                    (sign == b')' && between.assigned).then(|| remark(lexicon, tokens.rest())).flatten()
                {
                    tokens = Backward::new(&tokens.rest()[..tokens.rest().len() - length]);
                    continue;
                }
                if !connects(&mut between, sign, tokens.rest()) {
                    return item(&between);
                }
                match sign {
                    b'=' if !between.transparent => {
                        tokens = Backward::new(literal::before_type(lexicon, tokens.rest()))
                    }
                    b'.' => tokens = Backward::new(literal::before_calls(tokens.rest())),
                    _ => {}
                }
            }
            Token::Word(word) => {
                if is_closing_tag(&tokens) {
                    between.transparent = true;
                } else if is_key_like(word) {
                    between.previous = true;
                    between.comma = true;
                } else if (is_transparent(lexicon, word)
                    || is_accessor(&tokens, word)
                    || is_copula(lexicon, word, &between))
                    && (word.len() > 1 || !between.assigned)
                    && (between.via() != Via::Beside || !is_sentence_end(&between))
                {
                    between.transparent = true;
                } else if word == b"return"
                    || (between.breaks > 0 && between.transparent && !is_named(&tokens))
                {
                    return item(&between);
                } else {
                    let start = first + tokens.rest().len();
                    let name = Some(start..start + word.len());
                    return Some(Label { name, ..named(lexicon, &tokens, word, &between) });
                }
            }
        }
    }
}

/// The length of a remark that a text ends with, of which the closing sign is read: ` (prod` of `Datadog API key (prod): …`.
fn remark(lexicon: &Lexicon, rest: &[u8]) -> Option<usize> {
    const LONGEST: usize = 60;
    let first = rest.len().saturating_sub(LONGEST);
    let open = memchr::memrchr(b'(', &rest[first..])? + first;
    let inner = &rest[open + 1..];
    let says_nothing =
        matches!(lexicon.sense_of(inner), Sense::Other | Sense::Owner) && !lexicon.names_hash(inner);
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\'' | b'`' | b')' | b'\n' | b'=');
    (says_nothing && rest[..open].ends_with(b" ") && inner.iter().all(is_plain)).then_some(rest.len() - open)
}

/// Returns whether what is left ends with `name:` or the like: then the word after it is the name of the next line's `value`.
fn is_named(tokens: &Backward<'_>) -> bool {
    const NAMES: [&[u8]; 6] = [b"name", b"key", b"parameterkey", b"parameter", b"variable", b"-"];
    let mut tokens =
        tokens.clone().filter(|token| !matches!(token, Token::Space | Token::Sign(b'"' | b'\'' | b'\\')));
    match tokens.next() {
        Some(Token::Sign(b':' | b'=')) => match tokens.next() {
            Some(Token::Word(word)) => NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)),
            _ => false,
        },
        // `<key>NAME</key>`
        Some(Token::Sign(b'>')) => true,
        _ => false,
    }
}

fn is_sentence_end(between: &Between) -> bool {
    between.breaks > 0 && !between.transparent && !between.wraps
}

/// A value with no name of its own.
fn item(between: &Between) -> Option<Label> {
    let nothing_else = !between.assigned && !between.slashed || between.transparent;
    nothing_else.then(|| Label {
        name: None,
        words: Vec::new(),
        sense: Sense::Other,
        via: Via::Item,
        called: false,
        indirect: true,
        plain: true,
        looked_at: false,
    })
}

/// Returns whether a name may stand in the line before.
fn may_break(between: &mut Between, rest: &[u8]) -> bool {
    between.breaks += 1;
    let line = rest.trim_ascii_end();
    let open = matches!(
        line.last(),
        Some(
            b'=' | b':' | b'\\' | b'(' | b'[' | b'{' | b',' | b'|' | b'>' | b'`' | b'^' | b'+' | b'"' | b'&'
        )
    );
    let folded = line.ends_with(b">-") || line.ends_with(b"|-") || line.ends_with(b"->");
    between.wraps = open || folded;
    let item = between.dash && !between.assigned;
    (!item && between.breaks <= 2 && (open || folded)) || (between.transparent && between.breaks <= 3)
}

/// Takes note of a sign; whether a name may stand before it.
fn connects(between: &mut Between, sign: u8, rest: &[u8]) -> bool {
    match sign {
        b'=' | b':' | b'>' | b'~' => between.assigned = true,
        b'(' | b'[' | b'{' | b'<' => between.opened = true,
        b',' => between.comma = true,
        b'"' | b'\'' | b'`' | b'\\' | b'|' | b'?' | b'&' | b'$' | b'*' | b'^' => {}
        // `configuration["x"] =`, `getenv("x") or`
        b']' | b')' => return between.assigned || between.transparent || between.comma || between.spaced,
        b'/' => {
            if between.assigned || between.opened || between.comma {
                return between.transparent;
            }
            between.slashed = true;
        }
        // `${NAME:-value}`
        // `+   value: …` of a diff, which may be coloured.
        b'+' if between.assigned && is_line_start(rest) => {}
        // `name <- value` of R.
        b'-' if rest.ends_with(b"<") => between.assigned = true,
        b'-' if rest.ends_with(b":") || literal::is_braced_name(rest) => {}
        b'-' | b'+' => {
            if between.spaced && !between.assigned {
                between.dash = true;
            } else {
                return between.assigned && sign == b'-' || between.opened;
            }
        }
        // `string Key { get; set; } = "value"`
        b'}' if between.assigned
            && [&b"get;"[..], b"set;", b"init;"].iter().any(|it| rest.trim_ascii_end().ends_with(it)) =>
        {
            between.transparent = true;
        }
        // `$ENV{NAME} = "value"`, `${env:NAME} = "value"`
        b'}' if between.assigned && literal::is_braced_name(rest) => {}
        // `'name: ' . value` of PHP, `'name: ' .. value` of Lua.
        b'.' if between.spaced && !between.assigned && (rest.ends_with(b" ") || rest.ends_with(b" .")) => {}
        // `NAME != "value"`
        b'!' if between.assigned => {}
        // `name:  # value`
        b'#' if matches!(rest.trim_ascii_end().last(), Some(b':' | b'=')) => {}
        b'}' | b';' | b'.' => return between.transparent,
        // Any other script, and typographic quotes.
        0x80.. => {}
        _ => return false,
    }
    true
}

/// Returns whether a text ends where a line begins, but for what is there for the eye only.
fn is_line_start(mut text: &[u8]) -> bool {
    while let Some(length) = ornament(text) {
        text = &text[..text.len() - length];
    }
    matches!(text.last(), None | Some(b'\n'))
}

fn is_closing_tag(tokens: &Backward<'_>) -> bool {
    tokens.rest().ends_with(b"</")
}

/// `get` and `init` between the braces of a property.
fn is_accessor(tokens: &Backward<'_>, word: &[u8]) -> bool {
    matches!(word, b"get" | b"init")
        && matches!(tokens.clone().find(|token| *token != Token::Space), Some(Token::Sign(b'{' | b';')))
}

/// Returns whether a word stands between a name and its value.
fn is_transparent(lexicon: &Lexicon, name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    if last == b"new" && last.len() < name.len() {
        return false; // `Client.new` is what is called
    }
    let joined: String = last.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let joined = joined.trim_start_matches('-');
    lexicon.has(List::Transparent, joined) || lexicon.has(List::Transparent, &joined.replace(['_', '-'], ""))
}

/// Returns whether a word joins a name and its value in a sentence: `La API key de Datadog es …`.
fn is_copula(lexicon: &Lexicon, word: &[u8], between: &Between) -> bool {
    let word = String::from_utf8_lossy(word).to_ascii_lowercase();
    !between.assigned && between.spaced && lexicon.has(List::Copulas, &word)
}

/// Returns whether a word is a value such as the one whose name is looked for: an argument before it.
pub(super) fn is_key_like(word: &[u8]) -> bool {
    let digits = word.strip_prefix(b"pub").unwrap_or(word);
    (matches!(digits.len(), 32 | 40) && digits.iter().all(u8::is_ascii_hexdigit))
        || word.starts_with(b"ddapp_")
}

/// The label that a word makes, together with those that stand before it in a sentence.
fn named(lexicon: &Lexicon, tokens: &Backward<'_>, word: &[u8], between: &Between) -> Label {
    let own = lexicon.words_of(word);
    let via = between.via();
    let called = between.opened && !between.assigned;
    let plain = lexicon.ends_plainly(&own) && !lexicon.is_file_name(word);
    let looked_at = (between.opened || between.comma) && !between.assigned && looks_at(lexicon, word, &own);
    let is_key_of_something = matches!(own.as_slice(), [key] if lexicon.has(List::Keys, key))
        && is_key_of_something(lexicon, tokens);
    let mut words = if is_key_of_something { Vec::new() } else { lead(lexicon, tokens.clone(), plain) };
    words.extend(own.iter().cloned());
    // The words before count for what the name is of, not against it: `see the api key: …`.
    let own_sense = lexicon.sense(&own);
    let whole = lexicon.sense(&words);
    let sense = match (own_sense, whole) {
        _ if lexicon.is_file_name(word) || is_key_of_something => Sense::Other,
        // `checksum/datadog-api-key`, `md5 of the API key`; but a message of a commit may hold a key.
        (_, Sense::Hash | Sense::Encrypted) if !words.iter().any(|word| word == "commit") => whole,
        (
            own,
            Sense::OwnedKey
            | Sense::Key
            | Sense::ClientToken
            | Sense::Hash
            | Sense::Encrypted
            | Sense::Identifier,
        ) if own != Sense::OwnedKey && own != Sense::Key => whole,
        (Sense::Key, Sense::OwnedKey | Sense::Foreign) => whole,
        (own, _) => own,
    };
    Label {
        name: None,
        words: if sense == own_sense { own } else { words },
        sense,
        via,
        called,
        indirect: between.transparent,
        plain,
        looked_at,
    }
}

/// Returns whether a function only looks at what it is given: `verify_key`, `Keys.valid`.
fn looks_at(lexicon: &Lexicon, function: &[u8], words: &[String]) -> bool {
    let method = function.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    words.first().is_some_and(|first| List::Verbs.has(first))
        || method.len() < function.len()
            && lexicon.words_of(method).first().is_some_and(|first| List::Verbs.has(first) && first != "get")
}

/// Returns whether the word before that for a key says what it is a key of, which is nobody's API: `aggregation key`.
fn is_key_of_something(lexicon: &Lexicon, tokens: &Backward<'_>) -> bool {
    let mut tokens = tokens.clone();
    let spaced = tokens.next() == Some(Token::Space);
    let Some(Token::Word(word)) = tokens.next().filter(|_| spaced) else { return false };
    let words = lexicon.words_of(word);
    let is_known = |word: &String| {
        lexicon.is_plain(word)
            || lexicon.is_vendor(word)
            || [
                List::Connectors,
                List::Transparent,
                List::Adjectives,
                List::Keys,
                List::Hashes,
                List::Encrypted,
                List::Pretended,
                List::Identifiers,
            ]
            .iter()
            .any(|list| lexicon.has(*list, word))
    };
    !words.iter().all(is_known)
}

/// The words of a sentence before a name: `our Datadog API` before `key`.
fn lead(lexicon: &Lexicon, mut tokens: Backward<'_>, plain: bool) -> Vec<String> {
    let mut found: Vec<Vec<String>> = Vec::new();
    while found.len() < 3 {
        // `checksum/config-token: …`
        match tokens.next() {
            Some(Token::Space | Token::Sign(b'/')) => {}
            // `SendGrid:ApiKey`, `Datadog::API_KEY`
            Some(Token::Sign(b':')) if plain && tokens.rest().ends_with(b":") => {
                tokens.next();
            }
            Some(Token::Sign(b':')) if plain && tokens.rest().last().is_some_and(u8::is_ascii_alphabetic) => {
            }
            _ => break,
        }
        match tokens.next() {
            // `name=datadog X-Api-Key: …`: a value of its own.
            Some(Token::Word(word)) if !is_key_like(word) && !tokens.rest().ends_with(b"=") => {
                let mut these = lexicon.words_of(word);
                // A sentence may speak of many things; what matters is whose key it is, and to what.
                these.retain(|it| {
                    lexicon.is_owner(it)
                        || matches!(it.as_str(), "api" | "app" | "application" | "client" | "rum" | "key")
                        || lexicon.is_vendor(it)
                        || lexicon.has(List::Adjectives, it)
                        || matches!(
                            it.as_str(),
                            "commit" | "sha" | "md5" | "sha1" | "encrypted" | "hash" | "checksum" | "digest"
                        )
                });
                found.push(these);
            }
            _ => break,
        }
    }
    found.into_iter().rev().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_values() {
        for (before, expected) in [
            ("DD_API_KEY=", Some("dd api key")),
            ("  api_key: \"", Some("api key")),
            ("export DD_API_KEY='", Some("dd api key")),
            ("- name: DD_API_KEY\n  value: ", Some("dd api key")),
            ("{\"name\":\"DD_API_KEY\",\"value\":\"", Some("dd api key")),
            ("const apiKey: string = '", Some("api key")),
            ("os.environ.get('DD_API_KEY', '", Some("dd api key")),
            ("process.env.DD_API_KEY || '", Some("process env dd api key")),
            ("${DD_API_KEY:-", Some("dd api key")),
            ("configuration.api_key['apiKeyAuth'] = '", Some("api key auth")),
            ("<key>DDApiKey</key>\n\t<string>", Some("dd api key")),
            ("<add key=\"DD_API_KEY\" value=\"", Some("dd api key")),
            ("?api_key=", Some("api key")),
            ("Datadog API key: ", Some("datadog api key")),
            ("commit ", Some("commit")),
            ("dog --api-key ", Some("api key")),
            ("DD_API_KEY=\\\n  ", Some("dd api key")),
            ("let key = String::from(\"", Some("key")),
            ("NSString *const kDDAPIKey = @\"", Some("k dd api key")),
            ("let dd_api_key = r#\"", Some("dd api key")),
            ("dd_api_key = %q(", Some("dd api key")),
            ("apiKey: &anchor ", Some("api key")),
            ("DD_API_KEY: !!str ", Some("dd api key")),
            ("$ENV{DD_API_KEY} = '", Some("dd api key")),
            ("(\"DD-API-KEY\".to_string(), \"", Some("dd api key")),
            ("DD_API_KEY: z.string().length(32).default('", Some("dd api key")),
            ("DD_API_KEY: str | None = \"", Some("dd api key")),
            ("const DD_API_KEY: &[u8; 32] = b\"", Some("dd api key")),
            ("x: secret, DD_API_KEY = \"", Some("dd api key")),
            ("Datadog API key (prod): ", Some("datadog api key")),
            ("datadog keys (api:app) = ", Some("datadog keys")),
            ("Datadog API key (md5): ", Some("md5")),
            ("Der Application Key dazu: ", Some("application key")),
            ("name=datadog X-Api-Key:", Some("x api key")),
            ("<add key=\"SendGrid:ApiKey\" value=\"", Some("sendgrid api key")),
            ("Datadog::API_KEY = '", Some("datadog api key")),
        ] {
            let found = label(&Lexicon::default(), before.as_bytes()).map(|label| label.words.join(" "));
            assert_eq!(found.as_deref(), expected, "{before}");
        }
    }

    #[test]
    fn values_without_a_name() {
        for before in ["api_keys:\n  - ", "x\n", "", "foo;\n  \""] {
            assert_eq!(
                label(&Lexicon::default(), before.as_bytes()).map(|label| label.via),
                Some(Via::Item),
                "{before}"
            );
        }
    }
}
