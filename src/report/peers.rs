//! Reports of other scanners, read record by record: none is ever held as a
//! whole.
//!
//! ```text
//! gitleaks        [ {"RuleID", "Secret", "Match", "File", …} ]             SARIF
//! betterleaks     {"findings": [ {"rule_id", "match": {…}, …} ]}           JSON lines: {"finding": {…}}
//! kingfisher      {"findings": [ {"rule": {…}, "finding": {…}} ]}          JSON lines, SARIF
//! trufflehog      {"DetectorName", "Raw", "SourceMetadata": {…}}           JSON lines
//! detect-secrets  {"results": {"FILE": [ {"type", "hashed_secret"} ]}}
//! ggshield        {"entities_with_incidents": [ {"filename", "incidents"} ]}   SARIF
//! ```

mod record;
mod walk;

use std::path::Path;

use super::claim::Claim;
use super::input::open_json;
use crate::error::Error;
use walk::{PeerReport, Walk};

/// The scanners whose reports are known, for people.
pub(super) const KNOWN: &str = "JSON of gitleaks, betterleaks, kingfisher, trufflehog (JSON lines), detect-secrets and ggshield, and SARIF \
     with the credential in its snippets";

/// Reads the report of another scanner, and hands over each of its claims.
///
/// # Errors
///
/// The file cannot be read, ends too early, or is no report of a scanner that
/// is known.
pub(super) fn read_claims(path: &Path, on: &mut dyn FnMut(Claim)) -> Result<PeerReport, Error> {
    let name = path.display().to_string();
    let input = open_json(path).map_err(|cause| Error::io("read the report", &name, &cause))?;
    let mut walk = Walk::new(on);
    let mut json = serde_json::Deserializer::from_reader(input);
    let mut is_first = true;
    while is_first || json.end().is_err() {
        is_first = false;
        if let Err(error) = walk.read_value(&mut json) {
            let read = walk.records();
            let why = format!("after {read} whole records it is no JSON any more: {error}");
            return Err(
                Error::usage("read the report", &name, why).mend(format!("write it anew; known are {KNOWN}"))
            );
        }
    }
    walk.finish()
        .map_err(|why| Error::usage("read the report", &name, why).mend(format!("known are {KNOWN}")))
}
