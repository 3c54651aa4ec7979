//! Credentials that are known already: on standard input, or in an earlier
//! report; and the choice among them.
//!
//! ```text
//! dogcatcher verify < token.txt                       lines, each with a credential or an unprefixed key
//! dogcatcher revoke --from report.json --select fp1_0123abcd
//! ```
//!
//! Secrets come by standard input or a file, never as an argument: other users
//! and the shell's history see those.

mod choice;
mod report;

use std::io::Read;

pub(super) use choice::index_of_fingerprint;

use super::args::KnownArgs;
use dogcatcher::detect::{Detector, Match, Verdict};
use dogcatcher::error::Error;
use dogcatcher::finding::fingerprint_secret;
use dogcatcher::location::without_mark;
use dogcatcher::rule::RuleSet;
use dogcatcher::secret::Secret;
use dogcatcher::token::Kind;
use dogcatcher::verify::{Credential, Gravity};

/// The longest input, in bytes: more is no list of credentials.
const MAX_INPUT: u64 = 16 << 20;

/// Reads the credentials of a report, or else those on standard input, and
/// chooses among them by the flags.
///
/// # Errors
///
/// There are none, they cannot be read, or the choice names one that is not
/// among them.
pub(super) fn read_credentials(args: &KnownArgs) -> Result<Vec<Credential>, Error> {
    let all = match &args.from {
        Some(report) => report::read_report(report)?,
        None => read_stdin()?,
    };
    choice::choose_among(all, args)
}

/// Reads credentials from standard input, each once.
///
/// # Errors
///
/// It is a terminal, which would show them; it is empty or too long; or a line
/// holds no credential.
fn read_stdin() -> Result<Vec<Credential>, Error> {
    let wrong = |why: String| {
        Error::usage("read credentials from", "standard input", why)
            .mend("pipe in one a line (`< token.txt`), or use `--from report.json`")
    };
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        return Err(wrong("it is a terminal, which would show them".to_owned()));
    }
    let mut input = zeroize::Zeroizing::new(Vec::new());
    let read = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut input);
    read.map_err(|cause| Error::io("read", "standard input", &cause))?;
    if input.len() as u64 > MAX_INPUT {
        return Err(wrong("it is larger than 16 MiB".to_owned()));
    }
    let input = zeroize::Zeroizing::new(without_mark(&input).into_owned());
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let lines = (1..).zip(input.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii));
    let mut known: Vec<Credential> = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let found = of_line(&detector, &rules, line);
        if found.is_empty() {
            return Err(wrong(format!("line {number} is no Datadog credential that dogcatcher knows")));
        }
        for one in found {
            if !known.iter().any(|other| other.secret == one.secret) {
                known.push(one);
            }
        }
    }
    if known.is_empty() { Err(wrong("it is empty".to_owned())) } else { Ok(known) }
}

/// Returns the credentials that stand in a line, or else the key that it is by
/// its shape: whoever pipes a line says what it is.
fn of_line(detector: &Detector<'_>, rules: &RuleSet, line: &[u8]) -> Vec<Credential> {
    let found = detector.detect(line).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some(of_match(found)),
        Verdict::Rejected { .. } => None,
    });
    let found: Vec<Credential> = found.collect();
    let hex = line.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
    match line.len() {
        32 if hex && found.is_empty() => vec![of_shape(rules, line, Kind::ApiKey)],
        40 if hex && found.is_empty() => vec![of_shape(rules, line, Kind::LegacyApplicationKey)],
        _ => found,
    }
}

/// Returns a credential that a rule found.
fn of_match(found: Match<'_>) -> Credential {
    let kind = found.rule.credential();
    let is_key = kind.is_some_and(Kind::is_listed_key);
    Credential {
        name: found.redacted,
        kind,
        token_id: found.token_id,
        last4: found.secret.last4().filter(|_| is_key).map(str::to_owned),
        fingerprint: Some(fingerprint_secret(found.rule.id(), &found.secret)),
        confidence: Some(found.confidence),
        gravity: Gravity { severity: found.rule.severity() as u8, ..Gravity::default() },
        secret: Some(found.secret),
        ..Credential::default()
    }
}

/// Returns a key that is known by its shape alone; its finding would be of the
/// rule for its kind.
fn of_shape(rules: &RuleSet, line: &[u8], kind: Kind) -> Credential {
    let secret = Secret::new(line);
    let last4 = secret.last4().map(str::to_owned);
    let rule = rules.rules().iter().find(|rule| rule.credential() == Some(kind));
    Credential {
        name: format!("{kind} …{}", last4.as_deref().unwrap_or_default()),
        kind: Some(kind),
        last4,
        fingerprint: rule.map(|rule| fingerprint_secret(rule.id(), &secret)),
        gravity: Gravity { severity: rule.map_or(0, |rule| rule.severity() as u8), ..Gravity::default() },
        secret: Some(secret),
        ..Credential::default()
    }
}
