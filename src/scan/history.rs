//! The histories that a run sweeps, each once, and what of them counts.

use std::path::{Path, PathBuf};

use crate::source::Repository;

/// A repository whose history is swept.
#[derive(Debug, Clone)]
pub struct History {
    /// The repository.
    pub repository: Repository,
    /// Part of the history that was asked about.
    scope: Scope,
}

/// The part of a history that counts.
#[derive(Debug, Clone)]
enum Scope {
    /// All of it: each version of each file, messages, names.
    Whole,
    /// What stood at or below these paths of the repository, and nothing that
    /// has no path.
    Paths(Vec<PathBuf>),
}

impl History {
    /// All of a history.
    pub fn whole(repository: Repository) -> Self {
        Self { repository, scope: Scope::Whole }
    }

    /// A history as far as it concerns a path, seen from the top of the
    /// repository.
    pub fn of_path(repository: Repository, path: PathBuf) -> Self {
        Self { repository, scope: Scope::Paths(vec![path]) }
    }

    /// Returns whether all of it counts.
    pub fn is_whole(&self) -> bool {
        matches!(self.scope, Scope::Whole)
    }

    /// Returns whether what stands at a path counts, or, without one, a message
    /// or an object that no tree names.
    pub(super) fn concerns(&self, path: Option<&Path>) -> bool {
        match &self.scope {
            Scope::Whole => true,
            Scope::Paths(scope) => path.is_some_and(|path| scope.iter().any(|top| path.starts_with(top))),
        }
    }

    /// Adds a history to others; what shares one of them widens it.
    ///
    /// Of those that share one, the repository that keeps it names it, and its
    /// configuration decides: a folder that only points to another's history
    /// must not.
    pub fn add_to(self, others: &mut Vec<Self>) {
        let mut known = others.iter_mut().find(|known| known.repository.shares_history(&self.repository));
        if let Some(known) = &mut known
            && self.repository.owns_history()
        {
            known.repository = self.repository.clone();
        }
        match (known, self.scope) {
            (None, scope) => others.push(Self { repository: self.repository, scope }),
            (Some(known), Scope::Whole) => known.scope = Scope::Whole,
            (Some(known), Scope::Paths(more)) => {
                if let Scope::Paths(paths) = &mut known.scope {
                    paths.extend(more);
                }
            }
        }
    }
}
