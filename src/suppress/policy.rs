//! Configurations and their reach: each decides about its folder, up to the
//! next repository.
//!
//! ```text
//! org/dogcatcher.toml               decides about org, but not about org/shop, a repository
//! org/shop/.git
//! org/shop/dogcatcher.toml          decides about org/shop
//! org/shop/web/dogcatcher.toml      decides about org/shop/web, alone: nothing is inherited
//! ```
//!
//! A configuration is looked for when a place below it is met, once for each
//! folder. How one is read this room does not know: [`LoadPolicy`] is given by
//! whoever does.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::accept::AcceptList;
use super::allow::AllowList;
use super::baseline::Baseline;
use super::rule_choice::RuleChoice;
use super::terms::AllowanceTerms;
use crate::error::Error;
use crate::location::ExcludeGlobs;
use crate::rule::Confidence;

/// Decisions of one configuration.
#[derive(Debug, Default)]
pub struct Policy {
    /// Name of the file.
    pub file: Arc<str>,
    /// Canonical folder that it decides about: names repeat where each
    /// repository's own configuration comes from a commit.
    pub folder: PathBuf,
    /// Findings that are all right.
    pub allow: AllowList,
    /// Gaps that are all right.
    pub accept: AcceptList,
    /// Files that are left out, where the walk did not know of them yet.
    pub exclude: ExcludeGlobs,
    /// The findings of an earlier report.
    pub baseline: Option<Baseline>,
    /// The least confidence that counts.
    pub min_confidence: Option<Confidence>,
    /// The largest object of the history that is read, in bytes.
    pub max_file_size: Option<u64>,
    /// Terms of marks and of the baseline; entries hold those of their files.
    pub terms: AllowanceTerms,
    /// The rules whose findings count.
    pub rules: RuleChoice,
    /// Tables that say what is searched for, and came too late: the search had
    /// begun when the file was met.
    pub unheeded: Vec<&'static str>,
}

/// A way to read the configuration of one folder.
pub trait LoadPolicy: fmt::Debug + Send + Sync {
    /// Reads the configuration that stands in `folder`, if there is one; `top`
    /// is the folder of its repository.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is wrong. Then it decides nothing, and the failure
    /// is told at the end.
    fn load(&self, folder: &Path, top: &Path) -> Result<Option<Policy>, Error>;
}

/// The configurations of a run. A configuration's number is its place in the
/// order in which they were met.
#[derive(Debug, Default)]
pub struct Policies {
    /// Where policies come from.
    source: Source,
    /// Policies by the folder that they were looked for from.
    known: Mutex<Known>,
}

/// The origin of configurations.
#[derive(Debug, Default)]
enum Source {
    #[default]
    None,
    /// One that decides about everything.
    One,
    /// The nearest one of each place.
    Nearest(Box<dyn LoadPolicy>),
}

/// Configurations that have been looked for.
#[derive(Debug, Default)]
struct Known {
    /// Those that were found.
    policies: Vec<Arc<Policy>>,
    /// Number of the one that decides about a folder and the top of its
    /// repository.
    by_folder: HashMap<(PathBuf, PathBuf), Option<usize>>,
    /// Reasons why some could not be used.
    failures: Vec<Error>,
}

impl Policies {
    /// Lets one configuration decide about everything.
    pub fn one(policy: Policy) -> Self {
        let known = Known { policies: vec![Arc::new(policy)], ..Known::default() };
        Self { source: Source::One, known: Mutex::new(known) }
    }

    /// Lets the nearest configuration decide about each place, from its folder
    /// up to the top of its repository.
    pub fn nearest(load: Box<dyn LoadPolicy>) -> Self {
        Self { source: Source::Nearest(load), known: Mutex::default() }
    }

    /// Returns the number of the configuration that decides about a folder;
    /// `top` is that of its repository, or the folder that was named. Both are
    /// canonical. One that cannot be used decides nothing, see
    /// [`Self::take_failures`].
    pub fn find(&self, folder: &Path, top: &Path) -> Option<usize> {
        let load = match &self.source {
            Source::None => return None,
            Source::One => return Some(0),
            Source::Nearest(load) => load,
        };
        let mut known = self.lock_known();
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors().take_while(|folder| folder.starts_with(top)) {
            let key = (folder.to_path_buf(), top.to_path_buf());
            if let Some(earlier) = known.by_folder.get(&key) {
                found = *earlier;
                break;
            }
            passed.push(key);
            found = known.add_loaded(load.load(folder, top));
            if found.is_some() {
                break;
            }
        }
        known.by_folder.extend(passed.into_iter().map(|key| (key, found)));
        found
    }

    /// Returns the configuration of a number.
    pub fn get(&self, number: usize) -> Option<Arc<Policy>> {
        self.lock_known().policies.get(number).cloned()
    }

    /// Returns the configurations that were found so far, by their numbers.
    pub fn all(&self) -> Vec<Arc<Policy>> {
        self.lock_known().policies.clone()
    }

    /// Returns the reasons why configurations could not be used.
    pub fn take_failures(&self) -> Vec<Error> {
        std::mem::take(&mut self.lock_known().failures)
    }

    /// Locks what is known; a thread that panicked left it whole.
    fn lock_known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Takes over a configuration that was read, and returns its number.
    fn add_loaded(&mut self, loaded: Result<Option<Policy>, Error>) -> Option<usize> {
        match loaded {
            Ok(policy) => {
                self.policies.push(Arc::new(policy?));
                Some(self.policies.len() - 1)
            }
            Err(error) => {
                self.failures.push(error);
                None
            }
        }
    }
}
