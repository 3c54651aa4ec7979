//! What can be typed after `dogcatcher allow`.

use std::path::PathBuf;

use clap::Args as ArgsTrait;
use dogcatcher::finding::is_fingerprint;
use jiff::civil::Date;
use uuid::Uuid;

use super::parse::parse_reason;

/// Flags of `allow`.
#[derive(Debug, ArgsTrait)]
#[command(after_help = ALLOW_EXAMPLES)]
pub(crate) struct AllowArgs {
    /// Fingerprints of findings, or ids of access tokens; reports name both
    #[arg(value_name = "FINGERPRINT", required = true, value_parser = parse_allowed)]
    pub(crate) allowed: Vec<Allowed>,
    /// The reason why it may stay: a ticket, say
    #[arg(long, value_name = "TEXT", value_parser = parse_reason)]
    pub(crate) reason: String,
    /// The last day on which it may: 2027-01-31
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<Date>,
    /// The configuration [default: the nearest dogcatcher.toml, or a new one at the top of the repository]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Examples below its help.
const ALLOW_EXAMPLES: &str = "\
Writes an [[allow]] entry, and keeps the comments and the order of the file. A pull request that brings one is for \
    its reviewers to judge.

Examples:
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
    /// The id of the token.
    TokenId(Uuid),
}

/// Reads a fingerprint or the id of a token.
fn parse_allowed(text: &str) -> Result<Allowed, String> {
    match text.parse() {
        _ if is_fingerprint(text) => Ok(Allowed::Fingerprint(text.to_owned())),
        Ok(id) => Ok(Allowed::TokenId(id)),
        Err(_) => {
            Err("it is neither a whole fingerprint (fp1_ and 32 digits), as `--report json` gives it, nor the id of a token".to_owned())
        }
    }
}
