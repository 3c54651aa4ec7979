//! Which commit brought what, by which path, and what leads there.
//!
//! A pass of its own over all trees and commits, paid for only when something
//! was found: on a history of 200,000 commits comparing the trees of each
//! commit with its parents' by libgit2 takes minutes. Here every tree is read
//! once; from the objects that are asked about, their paths are pushed up to
//! the trees that contain them; and a commit introduces an object under a path
//! if its tree has it there and no parent's tree has.

mod absent;
mod commits;
mod paths;
mod question;
mod reach;
mod store;
mod tips;
mod trees;

use std::collections::{BTreeSet, HashMap};

use crate::error::SkipReason;
use crate::location::{ObjectId, id_in_path};
use crate::source::repository::Repository;
use crate::source::sink::Skipped;
use crate::threads::set_up_pool;
pub use absent::absences;
use commits::Commits;
use paths::Paths;
use question::MAX_PLACES;
pub use question::{Introduction, Standing, Target};
use reach::Reach;
use store::Store;
use tips::{MAX_PAIRS, Tips};
use trees::Trees;

/// Facts that became known.
#[derive(Debug, Default)]
pub struct Trace {
    /// Commits and paths that brought each target.
    introductions: HashMap<Target, Vec<Introduction>>,
    /// Targets that HEAD holds.
    in_head: BTreeSet<Target>,
    /// Refs that hold each target today.
    tips: Tips,
    /// Facts of commits whose messages were asked about.
    commits: HashMap<ObjectId, Standing>,
    /// Tags and blobs that a ref names itself.
    named: HashMap<ObjectId, String>,
    /// Gaps: facts that could not be learnt.
    pub skipped: Vec<Skipped>,
}

impl Trace {
    /// Traces targets, and commits that are of interest themselves.
    pub fn new(
        repository: &Repository,
        targets: &BTreeSet<Target>,
        commits: &BTreeSet<ObjectId>,
        threads: usize,
    ) -> Self {
        set_up_pool(threads);
        let mut trace = Self::default();
        let store = Store::open(repository, &mut trace.skipped);
        let mut wanted = commits.clone();
        let read_trees = || (!targets.is_empty()).then(|| Trees::read(&store, targets, threads));
        let (known, trees) = rayon::join(|| Commits::read(&store), read_trees);
        let mut reach = Reach::new(repository, &known, &mut trace.skipped);
        if let Some(trees) = &trees {
            let paths = Paths::new(trees, targets);
            if paths.is_cut {
                let why = format!(
                    "folders hold a secret in more places than {MAX_PLACES}, or deeper than a path can say: not all are named"
                );
                trace.skipped.push(Skipped::failure(SkipReason::Places, repository.name(), why));
            }
            for (target, mut introduction) in paths.introductions(&known) {
                let id = id_in_path(introduction.path.as_os_str().as_encoded_bytes());
                introduction.path_is_id = id.is_some_and(|id| store.holds(id));
                wanted.extend(introduction.commit);
                trace.introductions.entry(target).or_default().push(introduction);
            }
            trace.in_head = paths.below(reach.head().and_then(|head| known.tree(head)));
            trace.tips = Tips::new(reach.take_tips(), &known, &paths);
            if trace.tips.is_cut {
                let why = format!("refs hold secrets in more than {MAX_PAIRS} ways: not all refs are named");
                trace.skipped.push(Skipped::by_choice(SkipReason::Places, repository.name(), why));
            }
        }
        trace.commits = wanted.into_iter().filter_map(|id| Some((id, reach.standing(&known, id)?))).collect();
        trace.named = reach.into_named();
        trace
    }

    /// Every path and commit by which a target was brought in.
    pub fn introductions(&self, target: &Target) -> &[Introduction] {
        self.introductions.get(target).map_or(&[], Vec::as_slice)
    }

    /// Returns whether the tree of HEAD holds it.
    pub fn in_head(&self, target: &Target) -> bool {
        self.in_head.contains(target)
    }

    /// Returns the branches and tags, and other refs, whose trees hold any of
    /// these today.
    pub fn tips(&self, targets: &BTreeSet<Target>) -> Vec<&str> {
        self.tips.holding(targets)
    }

    /// Returns what is known of a commit that was asked about or that
    /// introduced something.
    pub fn commit(&self, id: ObjectId) -> Option<&Standing> {
        self.commits.get(&id)
    }

    /// The ref that names this tag or blob itself.
    pub fn named_by(&self, id: ObjectId) -> Option<&str> {
        self.named.get(&id).map(String::as_str)
    }
}
