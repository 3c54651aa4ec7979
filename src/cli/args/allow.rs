//! What can be typed after `dogcatcher allow`.

use std::path::PathBuf;

use clap::Args as ArgsTrait;
use dogcatcher::finding::{FINGERPRINT_PREFIX, is_fingerprint};
use jiff::civil::Date;
use uuid::Uuid;

use super::parse::{parse_date, parse_reason};

/// Flags of `allow`.
#[derive(Debug, ArgsTrait)]
#[command(after_help = ALLOW_EXAMPLES)]
pub(crate) struct AllowArgs {
    /// Fingerprints of findings (with --from, or after a scan, the first eight digits will do), or ids of access tokens
    #[arg(value_name = "FINGERPRINT", required_unless_present = "last_found", value_parser = parse_allowed)]
    pub(crate) allowed: Vec<Allowed>,
    /// All that the last run in this repository found
    #[arg(long, conflicts_with_all = ["allowed", "from"])]
    pub(crate) last_found: bool,
    /// Take the findings that the digits name from this JSON report
    #[arg(long, value_name = "REPORT")]
    pub(crate) from: Option<PathBuf>,
    /// The reason why it may stay: a ticket, say
    #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
    pub(crate) reason: String,
    /// The last day on which it may: 2027-01-31
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) until: Option<Date>,
    /// The name of who decides it
    #[arg(long, value_name = "NAME", value_parser = parse_reason)]
    pub(crate) by: Option<String>,
    /// The configuration [default: the nearest dogcatcher.toml, or a new one at the top of the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Examples below its help.
const ALLOW_EXAMPLES: &str = "\
Writes an [[allow]] entry, and keeps the comments and the order of the file. A pull request that brings one is for \
    its reviewers to judge.

Examples:
  dogcatcher allow --last-found --reason 'revoked, see SEC-42'
  dogcatcher allow fp1_01234567 --from report.json --reason 'minted for tests'
  dogcatcher allow fp1_0123456789abcdef0123456789abcdef \\
      --reason 'revoked, see SEC-42'
  dogcatcher allow 35ef7728-4761-41dd-8a7b-f1112a26f840 \\
      --reason 'minted for tests' --until 2027-01-31

Exit status: 0 it is written, or was there; 2 an error.";

/// The public name of a finding that may stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Allowed {
    /// Its fingerprint.
    Fingerprint(String),
    /// The beginning of one, eight digits or more.
    Beginning(String),
    /// The id of the token.
    TokenId(Uuid),
}

/// Reads a fingerprint or the id of a token.
fn parse_allowed(text: &str) -> Result<Allowed, String> {
    let digits = text.strip_prefix(FINGERPRINT_PREFIX).unwrap_or_default();
    let is_beginning = (8..32).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_hexdigit());
    match text.parse() {
        _ if is_fingerprint(text) => Ok(Allowed::Fingerprint(text.to_owned())),
        _ if is_beginning => Ok(Allowed::Beginning(text.to_ascii_lowercase())),
        Ok(id) => Ok(Allowed::TokenId(id)),
        Err(_) => {
            Err("it is neither a whole fingerprint (fp1_ and 32 digits, as reports give it), nor eight digits of one or more, nor the id of a token".to_owned())
        }
    }
}
