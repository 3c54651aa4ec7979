//! Configurations of the places that a scan meets: each repository's own
//! decides about what is in it.
//!
//! The first path's configuration says what is searched for (rules, words) and
//! what the walk leaves out; those that are met below it say what counts there.
//! `[lexicon]` and rules of a configuration that no path named come too late,
//! since the search has begun by then: they are told of, not heeded.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dogcatcher::error::Error;
use dogcatcher::finding::Finding;
use dogcatcher::location::{ExcludeGlobs, absolute};
use dogcatcher::report::shown_path;
use dogcatcher::source::Revision;
use dogcatcher::suppress::{LoadPolicy, Policies, Policy};

use super::args::FailOn;
use super::config::{Choice, Config, Merged};

/// Name of a configuration, and its canonical folder: its name alone may be
/// that of another one, too (`main:dogcatcher.toml`).
type ConfigId = (Arc<str>, PathBuf);

/// Levels at which a scan fails: that of the command line, or else that of the
/// configuration of each place.
#[derive(Debug, Clone, Default)]
pub(super) struct FailLevels {
    /// Level of the command line, which holds for all.
    flag: Option<FailOn>,
    /// Levels of the configurations that were read so far.
    by_config: Arc<Mutex<HashMap<ConfigId, Vec<FailOn>>>>,
}

impl FailLevels {
    /// Returns the levels of a run; the one of a flag holds for all.
    pub(super) fn new(flag: Option<FailOn>) -> Self {
        Self { flag, ..Self::default() }
    }

    /// Returns the levels for the places of a finding that count; several where
    /// it stands in several repositories. Its places number their
    /// configurations as `policies` does.
    pub(super) fn levels_for(&self, finding: &Finding<'_>, policies: &Policies) -> Vec<FailOn> {
        if let Some(level) = &self.flag {
            return vec![level.clone()];
        }
        let known = self.by_config.lock().unwrap_or_else(PoisonError::into_inner);
        let configs: BTreeSet<Option<usize>> = finding.active_locations().map(|it| it.config).collect();
        let levels = |config: usize| {
            let policy = policies.get(config)?;
            known.get(&(Arc::clone(&policy.file), policy.folder.clone())).cloned()
        };
        configs.into_iter().flat_map(|it| it.and_then(levels).unwrap_or_else(|| vec![FailOn::Any])).collect()
    }

    /// Returns whether any is so far that of what is live: then somebody has to
    /// be asked.
    pub(super) fn any_live(&self) -> bool {
        let known = self.by_config.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.flag {
            Some(level) => level.asks_for_live(),
            None => known.values().flatten().any(FailOn::asks_for_live),
        }
    }

    /// Takes over the levels of a configuration, if it has any.
    fn note_levels(&self, config: &Config) {
        let mut known = self.by_config.lock().unwrap_or_else(PoisonError::into_inner);
        if !config.merged.fail_on.is_empty() {
            known.insert(config_id(config), config.merged.fail_on.clone());
        }
    }
}

/// Reads configurations when places in their folders are met.
#[derive(Debug)]
struct Loader {
    /// The configurations that are used.
    choice: Choice,
    /// The configuration whose exclusions the walk heeds itself, and its
    /// folder.
    walked: Option<(PathBuf, Option<PathBuf>)>,
    /// The canonical folders of those whose words and rules are heeded.
    heeded: Vec<PathBuf>,
    levels: FailLevels,
}

impl LoadPolicy for Loader {
    fn load(&self, folder: &Path, top: &Path) -> Result<Option<Policy>, Error> {
        let config = match &self.choice {
            Choice::Commit(commit) => {
                let revision = Revision::find_commit(top, commit)?;
                let below = revision.below_root(folder);
                below.map(|below| Config::in_commit(commit, &revision, &below)).transpose()?.flatten()
            }
            _ => Config::in_folder(folder, top)?,
        };
        let Some(config) = config else { return Ok(None) };
        let (walked, unheeded) = (self.is_walked(&config), self.unheeded_tables(&config));
        Ok(Some(Policy { unheeded, ..compile_policy(config, walked, &self.levels)? }))
    }
}

impl Loader {
    /// Returns the tables of a configuration that say what is searched for,
    /// where it was met below what was named.
    fn unheeded_tables(&self, config: &Config) -> Vec<&'static str> {
        if config.base.canonicalize().is_ok_and(|base| self.heeded.contains(&base)) {
            return Vec::new();
        }
        let words = (!config.lexicon.is_empty()).then_some("[lexicon]");
        let rules = (!config.rule_folders.is_empty() || !config.rules.is_empty()).then_some("rules");
        words.into_iter().chain(rules).collect()
    }

    /// Returns whether the walk itself heeds the exclusions of a configuration.
    fn is_walked(&self, config: &Config) -> bool {
        self.walked.as_ref().is_some_and(|(file, base)| {
            config.file.as_ref() == Some(file) && config.base.canonicalize().ok() == *base
        })
    }
}

/// Returns the configurations that decide in a run; `first` is the one that
/// belongs to the first path, `others` are those of the others.
pub(super) fn policies(
    choice: Choice,
    first: Config,
    others: &[Config],
    levels: &FailLevels,
) -> Result<Policies, Error> {
    levels.note_levels(&first);
    match choice {
        Choice::None => Ok(Policies::default()),
        Choice::File(_) => compile_policy(first, true, levels).map(Policies::one),
        Choice::Nearest | Choice::Commit(_) => {
            let named = std::iter::once(&first).chain(others).filter(|config| config.file.is_some());
            let heeded = named.filter_map(|config| config.base.canonicalize().ok()).collect();
            let walked = first.file.map(|file| (file, first.base.canonicalize().ok()));
            let loader = Loader { choice, walked, heeded, levels: levels.clone() };
            Ok(Policies::nearest(Box::new(loader)))
        }
    }
}

/// Returns what a configuration decides; `walked` says that the walk heeds its
/// exclusions itself.
fn compile_policy(config: Config, walked: bool, levels: &FailLevels) -> Result<Policy, Error> {
    levels.note_levels(&config);
    let (file, folder) = config_id(&config);
    let exclude = match walked {
        true => ExcludeGlobs::default(),
        false => ExcludeGlobs::new(&config.merged.exclude, &config.base).map_err(|(glob, why)| {
            Error::usage("use the configuration", &*file, format!("exclude: `{glob}`: {why}"))
        })?,
    };
    let (allow, accept, baseline) = (config.allow, config.accept, config.baseline);
    let Merged { min_confidence, max_file_size, terms, rules, .. } = config.merged;
    let unheeded = Vec::new();
    Ok(Policy {
        file,
        folder,
        allow,
        accept,
        exclude,
        baseline,
        min_confidence,
        max_file_size,
        terms,
        rules,
        unheeded,
    })
}

/// Returns the name of a configuration as reports and notices give it, and its
/// folder.
fn config_id(config: &Config) -> ConfigId {
    let name = config.file.as_deref().map(shown_path).unwrap_or_default().into();
    (name, config.base.canonicalize().unwrap_or_else(|_| absolute(&config.base)))
}
