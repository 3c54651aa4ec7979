//! Which API key and which application key belong together: only the two of
//! them open the API.
//!
//! ```text
//! .env:   DD_API_KEY=…            the nearest one in the same text
//!         DD_APP_KEY=…
//! conf/api.txt, conf/app.txt      or else the only API key of the same folder
//! ```
//!
//! A probe needs the pair, and a report shows it: revoking one of them is
//! enough to close the door.

use std::collections::HashMap;
use std::path::PathBuf;

use super::found::{Finding, Location};
use crate::location::Origin;
use crate::token::Kind;

/// Places of the API keys of a run.
#[derive(Default)]
struct ApiKeys<'f> {
    /// In each text, by offset.
    in_text: HashMap<&'f Origin, Vec<(u64, usize)>>,
    /// In each folder.
    in_folder: HashMap<PathBuf, Vec<usize>>,
}

/// Notes on each application key the API key that stands nearest to it in a
/// text, or else the only one of its folder, and on that API key the first
/// application key that it goes with.
pub(crate) fn pair_keys(findings: &mut [Finding<'_>]) {
    let pairs: Vec<(usize, usize)> = {
        let keys = api_keys(findings);
        let is_app = |finding: &Finding<'_>| {
            matches!(finding.rule.credential(), Some(Kind::ApplicationKey | Kind::LegacyApplicationKey))
        };
        let apps = findings.iter().enumerate().filter(|(_, finding)| is_app(finding));
        apps.filter_map(|(app, finding)| Some((app, keys.key_for(finding)?))).collect()
    };
    for (app, api) in pairs {
        findings[app].paired_with = Some(findings[api].fingerprint.clone());
        if findings[api].paired_with.is_none() {
            findings[api].paired_with = Some(findings[app].fingerprint.clone());
        }
    }
}

/// Returns the places of all API keys.
fn api_keys<'f>(findings: &'f [Finding<'_>]) -> ApiKeys<'f> {
    let mut keys = ApiKeys::default();
    for (index, finding) in findings.iter().enumerate() {
        if finding.rule.credential() != Some(Kind::ApiKey) {
            continue;
        }
        for location in &finding.locations {
            keys.in_text.entry(&location.origin).or_default().push((location.byte_offset, index));
            if let Some(folder) = folder_of(location) {
                let here = keys.in_folder.entry(folder).or_default();
                if here.last() != Some(&index) {
                    here.push(index);
                }
            }
        }
    }
    keys
}

/// Returns the folder of a file; texts of a history have one only where it is
/// known.
///
/// Standard input and dangling objects have none.
fn folder_of(location: &Location) -> Option<PathBuf> {
    Some(location.origin.path()?.parent()?.to_owned())
}

impl ApiKeys<'_> {
    /// Returns the index of the API key that an application key goes with.
    fn key_for(&self, app: &Finding<'_>) -> Option<usize> {
        let beside = app.locations.iter().filter_map(|location| {
            let keys = self.in_text.get(&location.origin)?.iter();
            keys.map(|&(offset, index)| (offset.abs_diff(location.byte_offset), index)).min()
        });
        beside.min().map(|(_, index)| index).or_else(|| {
            app.locations.iter().find_map(|location| match self.in_folder.get(&folder_of(location)?)?[..] {
                [only] => Some(only),
                _ => None,
            })
        })
    }
}
