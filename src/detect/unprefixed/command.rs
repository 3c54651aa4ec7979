//! Keys on a command line: the option that takes a value, and the name that stands anywhere else on the line.

use std::ops::Range;

use crate::lexicon::{Lexicon, List, Sense, Whose};

/// The farthest that a command may reach from its value, in bytes.
const REACH: usize = 600;

/// How far before a command the settings of its program may stand, in bytes.
const SETTINGS: usize = 2048;

/// Returns whether a command gives the value to something that is named as a Datadog key is:
/// `aws ssm put-parameter --name /datadog/api_key --value KEY`, `echo KEY | gh secret set DD_API_KEY`,
/// `echo KEY > /run/secrets/dd_api_key`.
pub(super) fn names_key(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    /// The longest option or `echo` with its options, in bytes.
    const LONGEST: usize = 40;
    let near = &text[span.start.saturating_sub(LONGEST)..span.start];
    let line = super::beside::line_before(text, span);
    let is_import = [&b"terraform import "[..], b"pulumi import "]
        .iter()
        .any(|command| memchr::memmem::find(line, command).is_some());
    let command = command(text, span);
    let (before, after) = (&text[command.start..span.start], &text[span.end..command.end]);
    if is_named_by_option(lexicon, before, after) {
        return true;
    }
    if !is_option_value(near) && !is_echoed(near) && !is_import {
        return false;
    }
    let named = if is_option_value(before) || is_import {
        find_name(lexicon, before).or_else(|| find_name(lexicon, after))
    } else if is_echoed(before) {
        piped(after).and_then(|taker| find_name(lexicon, taker))
    } else {
        None
    };
    named.is_some()
}

/// Returns whether the value is one of a pair of short options of a script: `-k KEY -a KEY`, 32 digits behind one and 40 behind the other.
pub(super) fn is_pair(text: &[u8], span: &Range<usize>) -> bool {
    let is_option = |word: &[u8]| matches!(word, [b'-', letter] if letter.is_ascii_alphabetic());
    let near = &text[span.start.saturating_sub(8)..span.start];
    if !shell_words(near).last().is_some_and(is_option) {
        return false;
    }
    let command = command(text, span);
    let words: Vec<&[u8]> = shell_words(&text[command]).collect();
    let has = |digits: usize| {
        words.windows(2).any(|pair| {
            is_option(pair[0]) && pair[1].len() == digits && pair[1].iter().all(u8::is_ascii_hexdigit)
        })
    };
    has(32) && has(40)
}

/// Returns whether the value is what a command of Datadog's takes for a key: `dogwrap -k KEY`, `dog --api-key KEY`.
pub(super) fn is_own_option(text: &[u8], span: &Range<usize>) -> bool {
    const OPTIONS: [&[u8]; 10] = [
        b"-k",
        b"-a",
        b"--key",
        b"--api-key",
        b"--api_key",
        b"--apikey",
        b"--app-key",
        b"--app_key",
        b"--application-key",
        b"--application_key",
    ];
    let near = &text[span.start.saturating_sub(24)..span.start];
    if !shell_words(near).last().is_some_and(|option| OPTIONS.contains(&option)) {
        return false;
    }
    let command = command(text, span);
    let part = text[command.start..span.start].rsplit(|byte| matches!(byte, b'|' | b';' | b'&' | b'('));
    let words: Vec<&[u8]> =
        part.into_iter().next().map(|part| shell_words(part).collect()).unwrap_or_default();
    words.iter().any(|word| {
        let name = word.rsplit(|byte| *byte == b'/').next().unwrap_or(word);
        List::Programs.words().any(|program| name == program.as_bytes())
    }) || is_program_of_datadog(&words)
}

/// Returns whether the first word of a command that is no option is the name of a program with Datadog's name in it: `pino-datadog`.
fn is_program_of_datadog(words: &[&[u8]]) -> bool {
    let starts = |word: &&&[u8]| {
        !word.starts_with(b"-") && !STARTERS.contains(word) && !word.ends_with(b":") && **word != b":"
    };
    let name = words.iter().find(starts).map(|word| word.rsplit(|byte| *byte == b'/').next().unwrap_or(word));
    name.is_some_and(|name| memchr::memmem::find(name, b"datadog").is_some())
}

/// Words before the name of a program that starts another one.
const STARTERS: [&[u8]; 12] =
    [b"sudo", b"npx", b"exec", b"nohup", b"time", b"env", b"yarn", b"pnpm", b"dlx", b"bunx", b"$", b"run"];

/// Returns whether the value stands where a line before names an argument: `Usage: $0 <datadog-api-key>`, then `$0 KEY`.
pub(super) fn is_usage(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let first = span.start.saturating_sub(REACH);
    let start = memchr::memrchr(b'\n', &text[first..span.start]).map_or(first, |at| first + at + 1);
    let line: Vec<&[u8]> = shell_words(&text[start..span.start]).collect();
    let is_program = |word: &[u8]| {
        word == b"$0" || word.starts_with(b"./") || word.ends_with(b".sh") || word.ends_with(b".py")
    };
    let Some(program) = line.iter().rposition(|word| is_program(word)) else { return false };
    let place = line.len() - program;
    let above = &text[start.saturating_sub(REACH)..start];
    above.split(|byte| *byte == b'\n').rev().skip(1).take(4).any(|usage| {
        let words: Vec<&[u8]> = shell_words(usage).collect();
        let argument =
            words.iter().position(|word| *word == line[program]).and_then(|at| words.get(at + place));
        argument.is_some_and(|name| {
            matches!(name.first(), Some(b'<' | b'[' | b'{')) && lexicon.sense_of(name) == Sense::OwnedKey
        })
    })
}

/// Returns whether the item before it in a list is the option that takes a Datadog key: `- --datadog-app-key`, then the value.
pub(super) fn is_list_argument(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const LONGEST: usize = 160;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let ornament = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b',' | b'-');
    let separators = before.iter().rev().take_while(|byte| ornament(byte)).count();
    let (rest, between) = before.split_at(before.len() - separators);
    let option =
        rest.iter().rposition(|byte| ornament(byte) && *byte != b'-').map_or(rest, |at| &rest[at + 1..]);
    let item = between.contains(&b'\n') || between.contains(&b',');
    item && option.starts_with(b"--")
        && !option.contains(&b'=')
        && lexicon.sense_of(option) == Sense::OwnedKey
}

/// The command around a value: its line, with those that a backslash joins to it.
pub(super) fn command(text: &[u8], span: &Range<usize>) -> Range<usize> {
    let first = span.start.saturating_sub(REACH);
    let last = text.len().min(span.end + REACH);
    let goes_on = |line: &[u8]| matches!(line.trim_ascii_end().last(), Some(b'\\' | b'`' | b'^'));
    let mut start = span.start;
    loop {
        let line = memchr::memrchr(b'\n', &text[first..start]).map(|at| first + at);
        match line {
            Some(end) if start == span.start || goes_on(&text[first..end]) => {
                start = end;
                if !goes_on(&text[first..end]) {
                    break start + 1..end_of(text, span.end, last, goes_on);
                }
            }
            Some(end) => break end + 1..end_of(text, span.end, last, goes_on),
            None => break first..end_of(text, span.end, last, goes_on),
        }
    }
}

fn end_of(text: &[u8], from: usize, last: usize, goes_on: impl Fn(&[u8]) -> bool) -> usize {
    let mut end = from;
    loop {
        match memchr::memchr(b'\n', &text[end..last]).map(|at| end + at) {
            Some(at) if goes_on(&text[end..at]) => end = at + 1,
            Some(at) => return at,
            None => return last,
        }
    }
}

/// The words of a command, without the quotes around them.
fn shell_words(command: &[u8]) -> impl Iterator<Item = &[u8]> {
    let separates =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b'=');
    command.split(separates).filter(|word| !word.is_empty())
}

/// Returns whether the option beside a value that is an argument of its own names it: `encrypt_string KEY --name datadog_api_key`.
fn is_named_by_option(lexicon: &Lexicon, before: &[u8], after: &[u8]) -> bool {
    const NAMES: [&[u8]; 5] = [b"--name", b"--stdin-name", b"--secret-name", b"-Name", b"-n"];
    let is_named = |option: &[u8], name: &[u8]| {
        NAMES.contains(&option) && lexicon.sense_of(name) == Sense::OwnedKey && named_wholly(lexicon, name)
    };
    let stands_alone = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\'' | b'"'));
    if !stands_alone(before.last()) || !stands_alone(after.first()) {
        return false;
    }
    let command = before.rsplit(|byte| matches!(byte, b'|' | b';' | b'&' | b'(')).next().unwrap_or_default();
    let earlier: Vec<&[u8]> = shell_words(command).collect();
    let mut later = shell_words(after);
    match earlier.as_slice() {
        [.., option, name] if is_named(option, name) => true,
        [.., last] if last.starts_with(b"-") => false,
        [_, ..] => later.next().zip(later.next()).is_some_and(|(option, name)| is_named(option, name)),
        [] => false,
    }
}

fn is_option_value(before: &[u8]) -> bool {
    shell_words(before).last().is_some_and(|option| {
        List::ValueOptions.words().any(|known| option.eq_ignore_ascii_case(known.as_bytes()))
    })
}

/// Returns whether nothing but `echo` and its options stands before the value.
fn is_echoed(before: &[u8]) -> bool {
    let mut words = shell_words(before)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .skip_while(|word| word.starts_with(b"-") || *word == b"%s");
    words.next().is_some_and(|word| List::Echoes.ends(word))
}

/// The command or the file that takes what is echoed.
fn piped(after: &[u8]) -> Option<&[u8]> {
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'\\' | b'n');
    let at = after.iter().take_while(blank).count();
    let taker = after[at..].strip_prefix(b"|").or_else(|| after[at..].strip_prefix(b">"))?;
    taker.split(|byte| matches!(byte, b'|' | b';' | b'&')).next()
}

/// A word that is the name of a Datadog key, or that of any key beside a name of Datadog's: `secret generic datadog --from-file=api-key`.
fn find_name<'t>(lexicon: &Lexicon, command: &'t [u8]) -> Option<&'t [u8]> {
    let is_owner = |word: &[u8]| lexicon.words_of(word).iter().any(|word| lexicon.is_owner(word));
    shell_words(command).find(|word| named_wholly(lexicon, word)).or_else(|| {
        let key = shell_words(command).find(|word| lexicon.sense_of(word) == Sense::Key)?;
        shell_words(command).any(is_owner).then_some(key)
    })
}

/// Returns whether a command starts a program for something, and nothing in it is Datadog's: `docker run -e API_KEY=… shop/web`.
pub(super) fn is_of_others(lexicon: &Lexicon, command: &[u8]) -> bool {
    const STARTERS: [&[u8]; 6] = [
        b"docker run ",
        b"podman run ",
        b"nerdctl run ",
        b"kubectl create ",
        b"helm install ",
        b"helm upgrade ",
    ];
    STARTERS.iter().any(|starter| memchr::memmem::find(command, starter).is_some())
        && !lexicon.mentions(command).any(|(_, whose)| whose == Whose::Datadog)
}

/// Returns whether a value is what a tool takes behind an option that is none of Datadog's, though its name ends as that of one
/// does, or though it has settings of its own: `taskdog --api-key KEY` beside `TASKDOG_API_KEY`.
pub(super) fn is_option_of_other_tool(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    let near = &text[span.start.saturating_sub(40)..span.start];
    if !shell_words(near).last().is_some_and(|option| option.starts_with(b"--")) {
        return false;
    }
    let command = command(text, span);
    let mut words =
        shell_words(&text[command.start..span.start]).skip_while(|word| matches!(*word, b"$" | b"sudo"));
    let Some(tool) = words.next().filter(|tool| tool.iter().all(u8::is_ascii_lowercase)) else {
        return false;
    };
    let is_known = List::Programs.words().any(|program| program.as_bytes() == tool)
        || lexicon.words_of(tool).iter().any(|word| lexicon.is_owner(word) || lexicon.is_plain(word));
    let setting = [&tool.to_ascii_uppercase()[..], b"_"].concat();
    let above = &text[span.start.saturating_sub(SETTINGS)..span.start];
    !is_known && (tool.ends_with(b"dog") || memchr::memmem::find(above, &setting).is_some())
}

/// Returns whether a command names a Datadog key.
pub(super) fn names_datadog_key(lexicon: &Lexicon, command: &[u8]) -> bool {
    find_name(lexicon, command).is_some()
}

/// Returns whether a word, or the last part of it as a path, is the name of a Datadog key.
fn named_wholly(lexicon: &Lexicon, word: &[u8]) -> bool {
    let name = word.rsplit(|byte| *byte == b'/').next().unwrap_or(word);
    let is_name = |text: &[u8]| {
        let words = lexicon.words_of(text);
        lexicon.sense(&words) == Sense::OwnedKey && (lexicon.ends_plainly(&words) || text.len() < 30)
    };
    !lexicon.is_file_name(name) && (is_name(name) || is_name(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_anywhere_on_the_line() {
        for (text, expected) in [
            ("aws ssm put-parameter \\\n  --name /prod/datadog/api_key \\\n  --value \"@\"", true),
            ("aws ssm put-parameter --value @ --type SecureString --name \"/prod/datadog/api_key\"", true),
            ("gh secret set DD_API_KEY --body \"@\" --repo a/b", true),
            ("reg add HKCU\\E /v DD_API_KEY /t REG_SZ /d @", true),
            ("security add-generic-password -a me -s DD_API_KEY -w @", true),
            ("echo -n @ | gcloud secrets create datadog-api-key --data-file=-", true),
            ("printf '%s' @ | docker secret create dd_api_key -", true),
            ("echo \"@\" > /run/secrets/dd_api_key", true),
            ("terraform import datadog_api_key.foo @", true),
            ("echo @ | kubectl create secret generic datadog --from-file=app-key=/dev/stdin", true),
            ("New-ItemProperty -Path HKLM:\\SOFTWARE\\Datadog -Name api_key -Value \"@\"", true),
            ("ansible-vault encrypt_string '@' --name 'datadog_api_key' >> vault.yml", true),
            ("ansible-vault encrypt_string --name dd_app_key \"@\"", true),
            ("ansible-vault encrypt_string '@' --name 'db_password'", false),
            ("vault-tool --digest @ --name datadog_api_key", false),
            ("# datadog api key\naws ssm put-parameter --name other --value @", false),
            ("echo @\ngh secret set DD_API_KEY", false),
            ("git show @ | grep DD_API_KEY", false),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(names_key(&Lexicon::default(), text.as_bytes(), &(at..at + 1)), expected, "{text}");
        }
    }
}
