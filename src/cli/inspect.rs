//! `dogcatcher inspect`: what a token is, without any network.

use std::io::{Read, Write};

use dogcatcher::detect::{Detector, Match, Proof, Verdict};
use dogcatcher::error::Error;
use dogcatcher::location::without_mark;
use dogcatcher::rule::{Confidence, RuleSet};
use dogcatcher::token::{Kind, RemoteConfig, Site};
use serde::Serialize;

use super::args::{ColorWhen, InspectArgs};
use super::exit::Exit;
use super::output::print;

/// The longest input: more is no token.
const MAX_INPUT: u64 = 1024 * 1024;

/// What is known of one token.
#[derive(Serialize)]
struct Facts {
    redacted: Option<String>,
    credential: Option<&'static str>,
    confidence: Option<Confidence>,
    token_id: Option<String>,
    checksum_holds: Option<bool>,
    checksum_covers: Option<String>,
    lifetime: Option<&'static str>,
    note: Option<String>,
}

/// Inspects each line of standard input.
///
/// Exit status 0: each checksum holds. 1: not so. 2: there was nothing to read.
pub(super) fn run(args: &InspectArgs) -> Result<Exit, Error> {
    let input = read_input()?;
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut exit = Exit::Clean;
    let mut all = Vec::new();
    for line in input.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        let facts = inspect(&detector, line);
        if facts.confidence != Some(Confidence::Verified) {
            exit = Exit::Findings;
        }
        all.push(facts);
    }
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
            write_facts(facts, out)?;
        }
        Ok(())
    })?;
    Ok(exit)
}

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

fn inspect(detector: &Detector<'_>, token: &[u8]) -> Facts {
    let whole = detector.detect(token).into_iter().find(|verdict| verdict.span() == (0..token.len()));
    match whole {
        Some(Verdict::Found(found)) => facts_of(&found),
        Some(Verdict::Rejected { rule, reason, .. }) => {
            unknown(rule.credential(), format!("it has the shape of one, but {}", reason.explain()))
        }
        None => by_shape(token),
    }
}

fn facts_of(found: &Match<'_>) -> Facts {
    let (holds, covers) = match &found.proof {
        Proof::None => (None, None),
        Proof::Fails => (Some(false), None),
        Proof::Holds(covers) => (Some(true), Some(covers.clone())),
    };
    let kind = found.rule.credential();
    Facts {
        redacted: Some(found.redacted.clone()),
        credential: kind.map(Kind::as_str),
        confidence: Some(found.confidence),
        token_id: found.token_id.map(|id| id.to_string()),
        checksum_holds: holds,
        checksum_covers: covers,
        lifetime: kind.map(Kind::lifetime),
        note: held(found).or_else(|| {
            (found.proof == Proof::Fails).then(|| {
                "which bytes Datadog's checksum covers is not public: none of the four readings holds"
                    .to_owned()
            })
        }),
    }
}

/// What a remote-configuration key holds, but for its secret.
fn held(found: &Match<'_>) -> Option<String> {
    let held = RemoteConfig::decode(found.secret.expose())?;
    let site = Site::from_name(&held.datacenter);
    let place = site.map_or_else(
        || "a site that dogcatcher does not know".to_owned(),
        |site| format!("{} ({site})", site.name()),
    );
    Some(format!("it holds an application key of organisation {} at {place}", held.org))
}

fn unknown(kind: Option<Kind>, note: String) -> Facts {
    Facts {
        redacted: None,
        credential: kind.map(Kind::as_str),
        confidence: None,
        token_id: None,
        checksum_holds: None,
        checksum_covers: None,
        lifetime: kind.map(Kind::lifetime),
        note: Some(note),
    }
}

/// What can be said of a text that no rule matches.
fn by_shape(token: &[u8]) -> Facts {
    let begins = |prefix: &str| token.starts_with(prefix.as_bytes());
    let hex = |text: &[u8]| text.iter().all(|byte| byte.is_ascii_hexdigit());
    let length = token.len();
    let off = |kind, expected: usize| {
        let why = if length == expected {
            "a character in it, or its division, is wrong".to_owned()
        } else {
            format!("it has {length} characters instead of {expected}")
        };
        unknown(None, format!("it begins like a {kind}, but {why}"))
    };
    match length {
        _ if begins("ddpat_") => off("personal access token", 65),
        _ if begins("ddsat_") => off("service access token", 65),
        _ if begins("ddapp_") => off("application key", 40),
        _ if begins("DDRCM_") => unknown(None, "it begins like a remote-configuration key, but what it holds cannot be read".to_owned()),
        35 if begins("pub") && hex(&token[3..]) => {
            unknown(Some(Kind::ClientToken), "by its shape; such tokens have no checksum".to_owned())
        }
        32 if hex(token) => unknown(Some(Kind::ApiKey), "perhaps: API keys look like any 32 hexadecimal digits and have no checksum".to_owned()),
        40 if hex(token) => {
            unknown(Some(Kind::LegacyApplicationKey), "perhaps: older application keys look like any 40 hexadecimal digits, a git commit say, and have no checksum".to_owned())
        }
        _ => unknown(None, "it is no Datadog credential that dogcatcher knows".to_owned()),
    }
}

fn write_facts(facts: &Facts, out: &mut dyn Write) -> std::io::Result<()> {
    let checksum = match (facts.checksum_holds, &facts.checksum_covers) {
        (Some(true), Some(covers)) => Some(format!("holds (over: {covers})")),
        (Some(false), _) => Some("does not hold".to_owned()),
        _ => None,
    };
    let rows = [
        ("token", facts.redacted.clone()),
        ("credential", Some(facts.credential.unwrap_or("unknown").to_owned())),
        ("confidence", Some(facts.confidence.map_or("none", Confidence::as_str).to_owned())),
        ("token id", facts.token_id.clone()),
        ("checksum", checksum),
        ("lifetime", facts.lifetime.map(str::to_owned)),
        ("note", facts.note.clone()),
    ];
    for (name, value) in rows {
        if let Some(value) = value {
            writeln!(out, "{name:<12}{value}")?;
        }
    }
    Ok(())
}
