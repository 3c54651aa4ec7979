//! What can be typed of how to reach Datadog, and after `dogcatcher verify` and `dogcatcher revoke`.

use std::path::PathBuf;

use clap::{Args as ArgsTrait, ValueEnum};
use dogcatcher::rule::Confidence;
use dogcatcher::token::{Kind, Site};
use uuid::Uuid;

use super::parse::{ReportTarget, parse_confidence, parse_kind, parse_report};

/// The way to Datadog.
#[derive(Debug, Default, ArgsTrait)]
#[command(next_help_heading = "Datadog")]
pub(crate) struct NetworkArgs {
    /// Your organisation's site: datadoghq.com, us5.datadoghq.com, … or US1, US5, … [default: DD_SITE]
    #[arg(long, value_name = "SITE", value_parser = parse_site)]
    pub(crate) site: Option<Site>,
    /// Number of requests at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) verify_jobs: u16,
    /// Seconds to wait for limits to pass, in all for one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) max_wait: u64,
    /// Trust these authorities (PEM) instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Send requests, and the credentials in them, here instead of to Datadog: for gateways and tests
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
}

/// The choice among credentials that are known already.
#[derive(Debug, Default, ArgsTrait)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct KnownArgs {
    /// Take the findings of an earlier JSON report instead of secrets on standard input
    #[arg(long, value_name = "REPORT")]
    pub(crate) from: Option<PathBuf>,
    /// Only the findings of these fingerprints, or of their first 8 digits or more
    #[arg(long, value_name = "FINGERPRINT", num_args = 1..)]
    pub(crate) select: Vec<String>,
    /// Only credentials of this kind; can be given several times
    #[arg(long, value_name = "KIND", value_parser = parse_kind)]
    pub(crate) credential: Vec<Kind>,
    /// Only findings that are at least so sure: verified, suspect, context
    #[arg(long, value_name = "GRADE", value_parser = parse_confidence)]
    pub(crate) min_confidence: Option<Confidence>,
}

impl KnownArgs {
    /// Returns whether the flags choose among credentials.
    pub(crate) fn is_choice(&self) -> bool {
        !self.select.is_empty() || !self.credential.is_empty() || self.min_confidence.is_some()
    }
}

/// The way to find out whether a credential is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyMode {
    /// With your own credential (DD_API_KEY and DD_APP_KEY, or an access token in DD_ACCESS_TOKEN), by id: no secret leaves this machine
    Lookup,
    /// With the found credential itself, which its organisation's audit trail may show
    Probe,
}

/// Flags of `verify`.
#[derive(Debug, ArgsTrait)]
#[command(after_help = VERIFY_HELP)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) known: KnownArgs,
    /// The way to find out
    #[arg(long, value_enum, value_name = "HOW", default_value_t = VerifyMode::Lookup)]
    pub(crate) by: VerifyMode,
    /// Ask every site where none is known
    #[arg(long)]
    pub(crate) all_sites: bool,
    /// Ask for the handles of owners, too, which often are e-mail addresses
    #[arg(long)]
    pub(crate) authors: bool,
    /// Print one JSON object for each
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the report of --from anew, with what was learnt: json=FILE or another format; can be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = parse_report, requires = "from")]
    pub(crate) report: Vec<ReportTarget>,
    /// Receipts of revocations, which prove what is dead [default: those of `dogcatcher revoke`]
    #[arg(long, value_name = "FILE")]
    pub(crate) receipts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Examples and exit statuses below its help.
const VERIFY_HELP: &str = "\
Reads one secret a line, and never repeats it.

Examples:
  # live, and whose?
  dogcatcher verify < token.txt
  # by sending it: needs no credential of yours
  dogcatcher verify --by probe < token.txt
  # all of a report, and what was learnt written back
  dogcatcher verify --from r.json --report json=r2.json

Exit status: 0 all are dead, 1 one is live, 2 an error, or one is neither known to be live nor dead.";

/// Flags of `revoke`.
#[derive(Debug, ArgsTrait)]
#[command(after_help = REVOKE_HELP)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    pub(crate) known: KnownArgs,
    /// The id of an access token; can be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) id: Vec<Uuid>,
    /// The id of an application key; can be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) application_key_id: Vec<Uuid>,
    /// The id of an API key; can be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) api_key_id: Vec<Uuid>,
    /// Show the plan and stop
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Carry out the plan without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Let each access token on standard input revoke itself, without a credential of your own
    #[arg(long, conflicts_with_all = ["from", "id", "application_key_id", "api_key_id"])]
    pub(crate) by_itself: bool,
    /// Also send the secret itself: to learn which key it is, and to prove that it is not accepted any more
    #[arg(long)]
    pub(crate) probe: bool,
    /// File that receipts are appended to [default: dogcatcher/receipts.jsonl in XDG_STATE_HOME or
    /// ~/.local/state]
    #[arg(long, value_name = "FILE")]
    pub(crate) audit_file: Option<PathBuf>,
    /// The reason, for the receipts: a ticket, say
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Examples and exit statuses below its help.
const REVOKE_HELP: &str = "\
Always shows a plan first. Then it asks, or goes on with --yes; deletes; and looks until each is proven dead. The \
    gravest comes first. Needs DD_API_KEY and DD_APP_KEY of an administrator, or DD_ACCESS_TOKEN. Without --from or an \
    id it reads one secret a line from standard input. A killed run can simply be repeated.

Examples:
  dogcatcher revoke --from report.json --dry-run
  dogcatcher revoke --from report.json --select fp1_0123abcd \\
      --reason 'leaked in PR 42'
  dogcatcher revoke --id 35ef7728-4761-41dd-8a7b-f1112a26f840
  dogcatcher revoke --by-itself --yes < token.txt

Exit status: 0 all are proven dead (or were before), 1 one is not, 2 an error, or nobody consented.";

/// Reads a site by its name or label.
fn parse_site(text: &str) -> Result<Site, String> {
    let known = || Site::ALL.map(|site| format!("{} ({})", site.name(), site.short_name())).join(", ");
    Site::from_name(text).ok_or_else(|| format!("the sites are {}", known()))
}
