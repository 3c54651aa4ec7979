//! `dogcatcher inspect`: what a token is, without any network.
//!
//! ```text
//! $ dogcatcher inspect < .env
//! token       ddpat_1dm1op4lL89nV8pt94Tdk8_…
//! credential  personal_access_token
//! confidence  verified
//! token id    35ef7728-4761-41dd-8a7b-f1112a26f840
//! checksum    holds (over: secret)
//! ```
//!
//! A text that is no credential is told apart by what it lacks: a character too
//! few, a checksum that does not hold, a name beside it. Nothing that is
//! printed holds the secret.

use std::io::{Read, Write};
use std::ops::Range;

use dogcatcher::detect::{Detector, Match, Proof, Verdict};
use dogcatcher::error::Error;
use dogcatcher::location::without_mark;
use dogcatcher::report::counted;
use dogcatcher::rule::{Confidence, Rule, RuleSet};
use dogcatcher::token::{RemoteConfig, Site};
use serde::Serialize;

use super::args::{ColorWhen, InspectArgs};
use super::exit::Exit;
use super::output::{notice, print};
use super::settings::load_rules;

/// Length of the longest input, in bytes: more is no token.
const MAX_INPUT: u64 = 1024 * 1024;

/// Facts about one token; a row of the JSON output.
#[derive(Default, Serialize)]
struct Facts {
    /// The line that it stands in, from 1.
    line: u64,
    /// The credential as reports show it.
    redacted: Option<String>,
    /// Its kind.
    credential: Option<String>,
    /// Confidence that it is one.
    confidence: Option<Confidence>,
    /// The UUID that its alias stands for.
    token_id: Option<String>,
    /// True where the checksum holds; `null` where the kind has none.
    checksum_holds: Option<bool>,
    /// The reading under which it does.
    checksum_covers: Option<String>,
    /// Life of such a credential.
    lifetime: Option<String>,
    /// Reason why nothing more can be said.
    note: Option<String>,
}

/// Inspects the tokens on standard input, of which a line may hold several.
///
/// Exit status 0: each checksum holds. 1: not so. 2: there was nothing to read.
pub(super) fn run(args: &InspectArgs) -> Result<Exit, Error> {
    let input = read_input()?;
    let rules = load_rules(args.rules.iter().cloned())?;
    let detector = Detector::new(&rules);
    let all = inspect_lines(&detector, &input);
    let is_verified = |facts: &Facts| facts.confidence == Some(Confidence::Verified);
    let exit = if all.iter().all(is_verified) { Exit::Clean } else { Exit::Findings };
    print(ColorWhen::Auto, |out, _| {
        for (index, facts) in all.iter().enumerate() {
            if args.json {
                serde_json::to_writer(&mut *out, facts)?;
                writeln!(out)?;
                continue;
            }
            if index > 0 {
                writeln!(out)?;
            }
            write_facts(facts, all.len() > 1, out)?;
        }
        Ok(())
    })?;
    Ok(exit)
}

/// Reads standard input, without its byte order mark.
///
/// # Errors
///
/// It is empty, or longer than [`MAX_INPUT`].
fn read_input() -> Result<Vec<u8>, Error> {
    let mut input = Vec::new();
    let read = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut input);
    read.map_err(|cause| Error::io("read", "standard input", &cause))?;
    let wrong = |why: &str| {
        Err(Error::usage("inspect", "standard input", why)
            .mend("pipe in a token: dogcatcher inspect < token.txt"))
    };
    if input.len() as u64 > MAX_INPUT {
        return wrong("it is larger than 1 MiB");
    }
    let input = without_mark(&input).into_owned();
    if input.trim_ascii().is_empty() { wrong("it is empty") } else { Ok(input) }
}

/// Returns the credentials of a line, and what begins like one, in order; where
/// there is neither, what is as long as a key.
fn inspect_lines(detector: &Detector<'_>, input: &[u8]) -> Vec<Facts> {
    let (mut all, mut others) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(input.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)) {
        let found = inspect_line(detector, line);
        let is_other = found.is_empty() && !line.is_empty();
        // A word of its own was meant for a token.
        let is_text = line.iter().any(|byte| byte.is_ascii_whitespace() || b"=:".contains(byte));
        let list = if is_other && is_text { &mut others } else { &mut all };
        let other = is_other.then(|| facts_by_shape(detector.rules(), line)).into_iter();
        list.extend(found.into_iter().chain(other).map(|facts| Facts { line: number, ..facts }));
    }
    if all.is_empty() {
        return others;
    }
    if !others.is_empty() {
        let verb = if others.len() == 1 { "holds" } else { "hold" };
        notice(&format!("{} {verb} no credential", counted(others.len() as u64, "line")));
    }
    all
}

/// The credentials of a line, and what begins like one, in order; where there
/// is neither, what is as long as a key.
fn inspect_line(detector: &Detector<'_>, line: &[u8]) -> Vec<Facts> {
    let verdicts = detector.detect(line);
    let is_clear =
        |at: &Range<usize>| verdicts.iter().all(|it| it.span().end <= at.start || at.end <= it.span().start);
    let is_found = |it: &Verdict<'_>| matches!(it, Verdict::Found(_));
    let none_found = !verdicts.iter().any(is_found);
    let judged = verdicts.iter().filter(|it| none_found || is_found(it));
    let mut all: Vec<(usize, Facts)> = judged.map(|it| (it.span().start, facts_of_verdict(it))).collect();
    let words = word_spans(line).into_iter().filter(is_clear);
    let rules = detector.rules();
    let is_alike =
        |word: &[u8]| rule_by_beginning(rules, word).is_some() || rule_by_shape(rules, word).is_some();
    let mut alike: Vec<Range<usize>> = words.filter(|at| is_alike(&line[at.clone()])).collect();
    if !all.is_empty() {
        alike.retain(|at| rule_by_beginning(rules, &line[at.clone()]).is_some());
    }
    all.extend(alike.into_iter().map(|at| (at.start, facts_by_shape(rules, &line[at]))));
    all.sort_by_key(|(start, _)| *start);
    all.into_iter().map(|(_, facts)| facts).collect()
}

/// Returns what is known of a credential.
fn facts_of_verdict(verdict: &Verdict<'_>) -> Facts {
    match verdict {
        Verdict::Found(found) => facts_of(found),
        Verdict::Rejected { rule, reason, .. } => {
            facts_of_unknown(Some(rule), format!("it has the shape of one, but {}", reason.explain()))
        }
    }
}

/// Returns where the words of a line are: runs of what a token is made of.
pub(super) fn word_spans(line: &[u8]) -> Vec<Range<usize>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut start = 0;
    let runs = line.chunk_by(|one, other| is_part(one) == is_part(other)).map(|run| {
        start += run.len();
        (is_part(&run[0]), start - run.len()..start)
    });
    runs.filter(|(is_word, _)| *is_word).map(|(_, at)| at).collect()
}

/// Returns the rule whose credentials begin as a text does.
pub(super) fn rule_by_beginning<'r>(rules: &'r RuleSet, text: &[u8]) -> Option<&'r Rule> {
    let begins = |rule: &&Rule| rule.anchors().iter().any(|anchor| text.starts_with(anchor.as_bytes()));
    rules.rules().iter().find(begins)
}

/// Returns the rule for keys that only their names tell, if a text has the
/// shape of one.
pub(super) fn rule_by_shape<'r>(rules: &'r RuleSet, text: &[u8]) -> Option<&'r Rule> {
    let fits = |rule: &&Rule| {
        let captures = rule.unprefixed().and_then(|_| rule.pattern().match_start(text));
        captures.is_some_and(|captures| captures.len() == text.len())
    };
    rules.rules().iter().find(fits)
}

fn facts_of(found: &Match<'_>) -> Facts {
    let (holds, covers) = match &found.proof {
        Proof::None => (None, None),
        Proof::Fails => (Some(false), None),
        Proof::Holds(covers) => (Some(true), Some(covers.clone())),
    };
    Facts {
        line: 0,
        redacted: Some(found.redacted.clone()),
        credential: Some(found.rule.credential_name().to_owned()),
        confidence: Some(found.confidence),
        token_id: found.token_id.map(|id| id.to_string()),
        checksum_holds: holds,
        checksum_covers: covers,
        lifetime: found.rule.lifetime().map(str::to_owned),
        note: shown_content(found).or_else(|| {
            (found.proof == Proof::Fails).then(|| {
                "which bytes Datadog's checksum covers is not public: none of the four readings holds"
                    .to_owned()
            })
        }),
    }
}

/// Returns what a remote-configuration key holds, but for its secret.
fn shown_content(found: &Match<'_>) -> Option<String> {
    let held = RemoteConfig::decode_key(found.secret.expose())?;
    let site = Site::from_name(&held.datacenter);
    let place = site.map_or_else(
        || "a site that dogcatcher does not know".to_owned(),
        |site| format!("{} ({site})", site.name()),
    );
    Some(format!("it holds an application key of organisation {} at {place}", held.org))
}

/// Returns a note on what is no credential, or may be one of this rule.
fn facts_of_unknown(rule: Option<&Rule>, note: String) -> Facts {
    Facts {
        credential: rule.map(|rule| rule.credential_name().to_owned()),
        lifetime: rule.and_then(Rule::lifetime).map(str::to_owned),
        note: Some(note),
        ..Facts::default()
    }
}

/// Says of a text that no rule matches what it may be: it begins like a
/// credential, or has the shape of a key that only its name tells.
fn facts_by_shape(rules: &RuleSet, token: &[u8]) -> Facts {
    if let Some(rule) = rule_by_beginning(rules, token) {
        return facts_of_unknown(
            None,
            format!("it begins like one ({}), but {}", rule.name(), flaw_of(rule, token)),
        );
    }
    let Some(rule) = rule_by_shape(rules, token) else {
        return facts_of_unknown(None, "it is no Datadog credential that dogcatcher knows".to_owned());
    };
    let (length, name) = (token.len(), rule.name());
    let note = format!(
        "perhaps, by its {length} characters: only the name that it is assigned to tells a {name} from a hash, and it has no \
         checksum"
    );
    facts_of_unknown(Some(rule), note)
}

/// Says what keeps a text that begins like a credential from being one.
pub(super) fn flaw_of(rule: &Rule, token: &[u8]) -> String {
    match rule.pattern().fixed_len() {
        Some(expected) if expected != token.len() => {
            format!("it has {} characters instead of {expected}", token.len())
        }
        _ if rule.content().is_some() => "what it holds cannot be read".to_owned(),
        _ => "a character in it, or its division, is wrong".to_owned(),
    }
}

/// Writes the facts of one token, one a line; the number of its line only where
/// there are several.
fn write_facts(facts: &Facts, with_line: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let checksum = match (facts.checksum_holds, &facts.checksum_covers) {
        (Some(true), Some(covers)) => Some(format!("holds (over: {covers})")),
        (Some(false), _) => Some("does not hold".to_owned()),
        _ => None,
    };
    let rows = [
        ("line", with_line.then(|| facts.line.to_string())),
        ("token", facts.redacted.clone()),
        ("credential", Some(facts.credential.as_deref().unwrap_or("unknown").to_owned())),
        ("confidence", Some(facts.confidence.map_or("none", Confidence::as_str).to_owned())),
        ("token id", facts.token_id.clone()),
        ("checksum", checksum),
        ("lifetime", facts.lifetime.clone()),
        ("note", facts.note.clone()),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            writeln!(out, "{name:<12}{value}")?;
        }
    }
    Ok(())
}
