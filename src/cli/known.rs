//! Credentials that are known already: on standard input, or in an earlier report; and the choice
//! among them.
//!
//! ```text
//! dogcatcher verify < token.txt                       lines, each with a credential or a bare key
//! dogcatcher revoke --from report.json --select fp1_0123abcd
//! ```
//!
//! Secrets come by standard input or a file, never as an argument: other users and the shell's
//! history see those.

mod choice;
mod report;

use std::io::Read;

use dogcatcher::detect::{Detector, Match, Verdict};
use dogcatcher::error::Error;
use dogcatcher::finding::fingerprint;
use dogcatcher::location::without_mark;
use dogcatcher::revoke::{Gravity, Wanted};
use dogcatcher::rule::{Confidence, RuleSet};
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Site};
use dogcatcher::verify::{ReceiptPlace, Subject};
use uuid::Uuid;

use super::args::KnownArgs;

/// The longest input, in bytes: more is no list of credentials.
const MAX_INPUT: u64 = 16 << 20;

/// A credential, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// As it may be shown.
    pub(super) name: String,
    /// Its kind, as far as it is known.
    pub(super) kind: Option<Kind>,
    /// The id of an access token.
    pub(super) token_id: Option<Uuid>,
    /// The credential itself, where it is at hand.
    pub(super) secret: Option<Secret>,
    /// The last four characters of a key.
    pub(super) last4: Option<String>,
    /// The site that the text around it named.
    pub(super) site: Option<Site>,
    /// The API key that an application key goes with.
    pub(super) api_key: Option<Secret>,
    /// Time at which it was first seen, in seconds since 1970.
    pub(super) first_seen: Option<i64>,
    /// The fingerprint of its finding.
    pub(super) fingerprint: Option<String>,
    /// The confidence of its finding.
    pub(super) confidence: Option<Confidence>,
    /// Its gravity: live, severe, in HEAD.
    pub(super) gravity: Gravity,
    /// The first few places.
    pub(super) places: Vec<ReceiptPlace>,
    /// Number of places beyond those.
    pub(super) more_places: u64,
}

impl Known {
    /// Returns it as something that is asked about.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.kind,
            token_id: self.token_id,
            secret: self.secret.as_ref(),
            last4: self.last4.as_deref(),
            site: self.site,
            api_key: self.api_key.as_ref(),
            first_seen: self.first_seen,
            fingerprint: self.fingerprint.as_deref(),
        }
    }

    /// Makes it something that is to be revoked.
    pub(super) fn into_wanted(self) -> Wanted {
        Wanted {
            name: self.name,
            kind: self.kind,
            token_id: self.token_id,
            key_id: None,
            secret: self.secret,
            last4: self.last4,
            first_seen: self.first_seen,
            fingerprint: self.fingerprint,
            places: self.places,
            more_places: self.more_places,
            gravity: self.gravity,
        }
    }
}

/// Reads the credentials of a report, or else those on standard input, and chooses among them by
/// the flags.
///
/// # Errors
///
/// There are none, they cannot be read, or the choice names one that is not among them.
pub(super) fn read(args: &KnownArgs) -> Result<Vec<Known>, Error> {
    let all = match &args.from {
        Some(report) => report::read(report)?,
        None => read_stdin()?,
    };
    choice::choose_among(all, args)
}

/// Reads credentials from standard input, each once.
///
/// # Errors
///
/// It is a terminal, which would show them; it is empty or too long; or a line holds no credential.
fn read_stdin() -> Result<Vec<Known>, Error> {
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
    let mut known: Vec<Known> = Vec::new();
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

/// Returns the credentials that stand in a line, or else the key that it is by its shape: whoever
/// pipes a line says what it is.
fn of_line(detector: &Detector<'_>, rules: &RuleSet, line: &[u8]) -> Vec<Known> {
    let found = detector.detect(line).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some(of_match(found)),
        Verdict::Rejected { .. } => None,
    });
    let found: Vec<Known> = found.collect();
    let hex = line.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
    match line.len() {
        32 if hex && found.is_empty() => vec![of_shape(rules, line, Kind::ApiKey)],
        40 if hex && found.is_empty() => vec![of_shape(rules, line, Kind::LegacyApplicationKey)],
        _ => found,
    }
}

/// Returns a credential that a rule found.
fn of_match(found: Match<'_>) -> Known {
    let kind = found.rule.credential();
    let is_key = kind.is_some_and(Kind::is_listed_key);
    Known {
        name: found.redacted,
        kind,
        token_id: found.token_id,
        last4: found.secret.last4().filter(|_| is_key).map(str::to_owned),
        fingerprint: Some(fingerprint(found.rule.id(), &found.secret)),
        confidence: Some(found.confidence),
        gravity: Gravity { severity: found.rule.severity() as u8, ..Gravity::default() },
        secret: Some(found.secret),
        ..Known::default()
    }
}

/// Returns a key that is known by its shape alone; its finding would be of the rule for its kind.
fn of_shape(rules: &RuleSet, line: &[u8], kind: Kind) -> Known {
    let secret = Secret::new(line);
    let last4 = secret.last4().map(str::to_owned);
    let rule = rules.rules().iter().find(|rule| rule.credential() == Some(kind));
    Known {
        name: format!("{kind} …{}", last4.as_deref().unwrap_or_default()),
        kind: Some(kind),
        last4,
        fingerprint: rule.map(|rule| fingerprint(rule.id(), &secret)),
        gravity: Gravity { severity: rule.map_or(0, |rule| rule.severity() as u8), ..Gravity::default() },
        secret: Some(secret),
        ..Known::default()
    }
}
