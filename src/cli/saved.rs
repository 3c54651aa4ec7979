//! The rules that saved reports are read with.

use std::path::PathBuf;

use dogcatcher::error::Error;
use dogcatcher::report::{SavedReport, hide_what_is_found_by};
use dogcatcher::rule::RuleSet;

use super::settings::load_rules;

/// Returns the rules that are compiled in, those of the folders, and stand-ins
/// for others that the reports name.
///
/// # Errors
///
/// A rule of the folders is wrong.
pub(super) fn rules_for(saved: &[SavedReport], folders: &[PathBuf]) -> Result<RuleSet, Error> {
    let mut rules = load_rules(folders.iter().cloned())?;
    hide_what_is_found_by(&rules);
    saved.iter().for_each(|saved| saved.add_stand_ins(&mut rules));
    Ok(rules)
}
