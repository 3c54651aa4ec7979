//! Objects that the history names and no store holds: which of those that a
//! sweep met are needed, by whom, and where.
//!
//! As `git fsck` has it, an object counts that a ref, a HEAD or a reflog leads
//! to. What nobody leads to may name what was pruned.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use super::commits::Commits;
use super::question::Target;
use super::reach::Reach;
use super::store::Store;
use super::trees::{ById, Edge, Hit, TreeNumber, Trees};
use crate::error::SkipReason;
use crate::location::{ObjectId, path_from_bytes};
use crate::source::git::links::{Unheld, links};
use crate::source::pack::Kind;
use crate::source::pack::tree::{EntryKind, entries};
use crate::source::repository::Repository;
use crate::source::sink::Skipped;
use crate::threads::set_up_pool;

/// The most objects that are told of one by one.
const MAX_TOLD: usize = 1000;

/// The most objects of which every tree that names them is noted while the
/// trees are read; for more the trees are read again.
const FEW: usize = 64;

/// So many objects make a repository large: reading its trees once more takes
/// seconds.
const LARGE: usize = 100_000;

/// The longest path that is told, in bytes: trees can be nested deeper than any
/// system could check out.
const MAX_PATH: usize = 4096;

/// Returns a gap for each object that is needed and missing; many are summed up
/// in the last one.
pub fn absences(repository: &Repository, unheld: Unheld, threads: usize) -> Vec<Skipped> {
    if unheld.0.is_empty() {
        return Vec::new();
    }
    set_up_pool(threads);
    let store = Store::open(repository, &mut Vec::new());
    let unheld = unheld.0.into_iter().collect();
    let mut search = Search { store: &store, unheld, needed: BTreeMap::new(), knows_promises: false };
    search.leave_out_held();
    if !repository.is_partial() && search.is_large() && search.is_all_promised() {
        search.take_as_promised();
    } else if !search.unheld.is_empty() {
        search.run(repository, threads);
    }
    search.leave_out_promised(repository);
    search.gaps(repository)
}

/// What needs an object.
#[derive(Debug)]
enum Need {
    /// A ref, or a HEAD.
    Ref(String),
    /// A commit whose parent it is.
    Child(ObjectId),
    /// A commit whose tree it is.
    Commit(ObjectId),
    /// Something that a partial clone brought.
    Clone,
    /// A commit, or a ref, below which it has a path.
    Path(PathBuf, Root),
}

/// Commit or ref whose root a tree is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Root {
    Commit(ObjectId),
    Ref(String),
}

/// An object that is missing and needed.
#[derive(Debug)]
struct Absence {
    /// Object that needs it.
    need: Need,
    /// Type that it has to be of.
    kind: Kind,
    /// True where a remote has promised to bring it.
    is_promised: bool,
}

/// The search for objects that are needed and not there.
struct Search<'s> {
    /// Objects that are there.
    store: &'s Store,
    /// Ids that commits and trees name and that no pack holds.
    unheld: ById<Kind>,
    /// Those of them that something needs.
    needed: BTreeMap<ObjectId, Absence>,
    /// True where it is known of all that trees name whether a remote has
    /// promised it.
    knows_promises: bool,
}

impl Search<'_> {
    /// Lets go of what has come since the sweep asked.
    fn leave_out_held(&mut self) {
        let store = self.store;
        self.unheld.retain(|id, _| !store.holds(*id));
    }

    /// Returns whether to read all trees once more would take seconds.
    fn is_large(&self) -> bool {
        self.store.packs.iter().map(|(pack, _)| pack.index().len()).sum::<usize>() > LARGE
    }

    /// Returns whether all that is packed came with a remote's promise to bring
    /// what it names.
    fn is_all_promised(&self) -> bool {
        !self.store.packs.is_empty() && self.store.packs.iter().all(|(pack, _)| pack.is_promised())
    }

    /// Notes what is missing as what a remote promised. Where it belongs is not
    /// looked for: that would cost as much as the sweep, for what is the whole
    /// clone's fault.
    fn take_as_promised(&mut self) {
        for (id, kind) in self.unheld.drain() {
            self.needed.insert(id, Absence { need: Need::Clone, kind, is_promised: true });
        }
        self.knows_promises = true;
    }

    /// Goes from refs to commits to trees, as far as objects are missing.
    fn run(&mut self, repository: &Repository, threads: usize) {
        let commits = Commits::read(self.store);
        let reach = Reach::new(repository, &commits, &mut Vec::new());
        self.ask_commits(&commits, &reach);
        let roots = roots(&commits, &reach);
        let named = reach.into_named();
        for (id, name) in &named {
            self.need(*id, || Need::Ref(name.clone()));
        }
        // Parents are all known now.
        if self.unheld.values().any(|kind| *kind != Kind::Commit) {
            let few: BTreeSet<_> = match self.unheld.len() {
                ..=FEW => self.unheld.keys().copied().map(Target::Object).collect(),
                _ => BTreeSet::new(),
            };
            let mut trees = Trees::read(self.store, &few, threads);
            let is_told = !few.is_empty() && trees.found.iter().all(|found| !found.is_cut);
            let hits = trees.found.iter_mut().flat_map(|found| std::mem::take(&mut found.hits)).collect();
            let of_refs = named.into_iter().map(|(id, name)| (id, Root::Ref(name)));
            let ways = Ways::new(trees, roots.into_iter().chain(of_refs));
            match is_told {
                true => self.ask_hits(&ways, hits),
                false => self.ask_trees(&ways),
            }
        }
    }

    /// Notes that something needs an object, if it is one of those that are
    /// missing.
    fn need(&mut self, id: ObjectId, need: impl FnOnce() -> Need) {
        if let Some(kind) = self.unheld.remove(&id) {
            self.needed.insert(id, Absence { need: need(), kind, is_promised: false });
        }
    }

    /// Notes the trees and parents of commits that are missing.
    fn ask_commits(&mut self, commits: &Commits, reach: &Reach) {
        for (_, commit) in commits.all().iter().enumerate().filter(|(number, _)| reach.leads_to(*number)) {
            self.need(commit.tree, || Need::Commit(commit.id));
            for parent in &commit.parents {
                self.need(*parent, || Need::Child(commit.id));
            }
        }
    }

    /// Asks the trees that were noted, and whether one of them came with the
    /// promise of a remote.
    fn ask_hits(&mut self, ways: &Ways, mut hits: Vec<Hit>) {
        hits.sort_unstable_by(|a, b| (a.parent, &a.name).cmp(&(b.parent, &b.name)));
        for hit in &hits {
            if let Target::Object(id) = &hit.target
                && self.unheld.contains_key(id)
                && let Some((path, root)) = ways.path(hit.parent, &hit.name)
            {
                self.need(*id, || Need::Path(path, root));
            }
        }
        let ids = ways.trees.ids(&hits.iter().map(|hit| hit.parent).collect());
        let promised = |tree: &ObjectId| {
            let packs = self.store.packs.iter().filter(|(pack, _)| pack.is_promised());
            packs.into_iter().any(|(pack, _)| pack.index().find(tree.as_bytes()).is_some())
        };
        let promised: BTreeSet<_> =
            ids.iter().filter(|(_, id)| promised(id)).map(|(number, _)| *number).collect();
        for hit in hits.iter().filter(|hit| promised.contains(&hit.parent)) {
            if let Target::Object(id) = &hit.target
                && let Some(absence) = self.needed.get_mut(id)
            {
                absence.is_promised = true;
            }
        }
        self.knows_promises = true;
    }

    /// Notes what trees name and is missing.
    fn ask_trees(&mut self, ways: &Ways) {
        let (store, id_len) = (self.store, self.store.id_len);
        store.each(
            |kind| kind == Kind::Tree,
            |tree, _, bytes, _| {
                let Some(tree) = ways.trees.number(tree).filter(|tree| ways.above[*tree as usize].is_some())
                else {
                    return;
                };
                for entry in entries(bytes, id_len).filter(|entry| entry.kind != EntryKind::Submodule) {
                    if let Some(id) = ObjectId::new(entry.id).filter(|id| self.unheld.contains_key(id))
                        && let Some((path, root)) = ways.path(tree, entry.name)
                    {
                        self.need(id, || Need::Path(path, root));
                    }
                }
            },
        );
    }

    /// Lets go of what a remote has promised to bring, where one is configured.
    fn leave_out_promised(&mut self, repository: &Repository) {
        if self.needed.is_empty() || !self.store.packs.iter().any(|(pack, _)| pack.is_promised()) {
            return;
        }
        let is_known =
            |absence: &Absence| matches!(absence.need, Need::Path(..) | Need::Clone) && self.knows_promises;
        if !self.needed.values().all(is_known) {
            self.ask_promises();
        }
        if repository.is_partial() {
            self.needed.retain(|_, absence| !absence.is_promised);
        }
    }

    /// Reads what came with the promise of a remote for what it names.
    fn ask_promises(&mut self) {
        let id_len = self.store.id_len;
        self.store.each(
            |kind| kind != Kind::Blob,
            |_, kind, bytes, is_promised| {
                if is_promised {
                    links(kind, bytes, id_len, &mut |_, id| {
                        if let Some(absence) = ObjectId::new(id).and_then(|id| self.needed.get_mut(&id)) {
                            absence.is_promised = true;
                        }
                    });
                }
            },
        );
    }

    /// Returns a gap for each object that is missing.
    fn gaps(self, repository: &Repository) -> Vec<Skipped> {
        let more = self.needed.len().saturating_sub(MAX_TOLD);
        let more = (more > 0).then(|| {
            let why = format!("{more} objects more that the history names are missing");
            Skipped::failure(SkipReason::GitObject, repository.name(), why)
        });
        let gaps = self.needed.iter().take(MAX_TOLD).map(|(id, absence)| absence.gap(*id));
        gaps.chain(more).map(|gap| gap.in_repository(repository.name())).collect()
    }
}

impl Absence {
    /// Returns the gap of one object.
    fn gap(&self, id: ObjectId) -> Skipped {
        let mut objects = vec![id];
        let (path, by) = match &self.need {
            Need::Ref(name) => (None, format!("{name} leads to it")),
            Need::Clone => (None, "what was cloned names it".to_owned()),
            Need::Child(commit) => {
                objects.push(*commit);
                (None, format!("it is a parent of commit {commit}"))
            }
            Need::Commit(commit) => {
                objects.push(*commit);
                (None, format!("it is the tree of commit {commit}"))
            }
            Need::Path(path, Root::Commit(commit)) => {
                objects.push(*commit);
                (Some(path), format!("commit {commit} has it there"))
            }
            Need::Path(path, Root::Ref(name)) => (Some(path), format!("{name} has it there")),
        };
        let below = match self.kind {
            Kind::Tree => ", with all that is below it",
            Kind::Commit => ", with all that was before it",
            Kind::Blob | Kind::Tag => "",
        };
        let (kind, promise) = match self.is_promised {
            true => (
                SkipReason::IncompleteClone,
                "; a partial clone left it out, and no remote is configured to bring it",
            ),
            false => (SkipReason::GitObject, ""),
        };
        let object = format!("object {id}");
        let (origin, subject) = match path {
            Some(path) => (path.clone(), format!("{object} is")),
            None => (object.into(), "it is".to_owned()),
        };
        let reason = format!("{subject} missing{below}: {by}{promise}");
        Skipped { objects, ..Skipped::failure(kind, origin, reason) }
    }
}

/// Returns the trees of commits that something leads to.
fn roots(commits: &Commits, reach: &Reach) -> Vec<(ObjectId, Root)> {
    let reached = commits.all().iter().enumerate().filter(|(number, _)| reach.leads_to(*number));
    reached.map(|(_, commit)| (commit.tree, Root::Commit(commit.id))).collect()
}

/// Trees above a tree.
#[derive(Debug, Clone, Copy)]
enum Above {
    /// A root, by its number.
    Root(u32),
    /// The edge of that number.
    Edge(u32),
}

/// One way from a root to each tree that any leads to, and one of the shortest.
struct Ways {
    trees: Trees,
    /// Ascending by parent.
    edges: Vec<Edge>,
    /// What edges name their children.
    names: Vec<Box<[u8]>>,
    roots: Vec<Root>,
    above: Vec<Option<Above>>,
}

impl Ways {
    fn new(mut trees: Trees, roots: impl Iterator<Item = (ObjectId, Root)>) -> Self {
        let (mut edges, mut names) = (Vec::new(), Vec::new());
        for found in trees.found.drain(..) {
            let first = names.len() as u32;
            edges.extend(found.edges.into_iter().map(|edge| Edge { name: first + edge.name, ..edge }));
            names.extend(found.names);
        }
        edges.sort_unstable_by_key(|edge: &Edge| edge.parent);
        let above = vec![None; trees.len()];
        let mut ways = Self { trees, edges, names, roots: Vec::new(), above };
        ways.fill(roots);
        ways
    }

    fn fill(&mut self, roots: impl Iterator<Item = (ObjectId, Root)>) {
        let mut waiting = VecDeque::new();
        for (id, root) in roots {
            let Some(tree) = self.trees.number(id) else { continue };
            if self.above[tree as usize].is_none() {
                self.above[tree as usize] = Some(Above::Root(self.roots.len() as u32));
                self.roots.push(root);
                waiting.push_back(tree);
            }
        }
        while let Some(tree) = waiting.pop_front() {
            let first = self.edges.partition_point(|edge| edge.parent < tree);
            let own = self.edges[first..].iter().take_while(|edge| edge.parent == tree);
            for (at, edge) in (first as u32..).zip(own) {
                let above = &mut self.above[edge.child as usize];
                if above.is_none() {
                    *above = Some(Above::Edge(at));
                    waiting.push_back(edge.child);
                }
            }
        }
    }

    /// Returns the path of what a tree has under a name, and the root above.
    fn path(&self, mut tree: TreeNumber, name: &[u8]) -> Option<(PathBuf, Root)> {
        let (mut parts, mut len) = (vec![name], name.len());
        loop {
            match self.above[tree as usize]? {
                Above::Root(number) => {
                    parts.reverse();
                    return Some((path_from_bytes(&parts.join(&b'/')), self.roots[number as usize].clone()));
                }
                Above::Edge(at) => {
                    let edge = &self.edges[at as usize];
                    let name = &self.names[edge.name as usize];
                    len += name.len() + 1;
                    if len <= MAX_PATH {
                        parts.push(name);
                    }
                    tree = edge.parent;
                }
            }
        }
    }
}
