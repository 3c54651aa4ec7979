//! All commits: their trees, their parents, and when they were made.

use super::store::Store;
use super::trees::ById;
use crate::location::ObjectId;
use crate::source::pack::Kind;

/// Part of a commit that is kept.
#[derive(Debug, Clone)]
pub(super) struct Commit {
    /// Its id.
    pub(super) id: ObjectId,
    /// Tree of its root.
    pub(super) tree: ObjectId,
    /// Commits before it; several for a merge.
    pub(super) parents: Vec<ObjectId>,
}

/// Every commit of a repository.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// Commits in the order in which they were met.
    all: Vec<Commit>,
    /// Place of each in that order.
    numbers: ById<u32>,
}

impl Commits {
    /// Reads every commit; those at the boundary of a shallow clone have no
    /// parents, as for git. What cannot be read has been told of by the sweep.
    pub(super) fn read(store: &Store) -> Self {
        let mut commits = Self::default();
        store.each(|kind| kind == Kind::Commit, |id, _, bytes, _| commits.add(id, bytes));
        for id in &store.boundary {
            if let Some(number) = commits.number(*id) {
                commits.all[number].parents.clear();
            }
        }
        commits
    }

    /// Adds a commit, unless it is known or cannot be read.
    fn add(&mut self, id: ObjectId, bytes: &[u8]) {
        if let Some(commit) = parse(id, bytes)
            && !self.numbers.contains_key(&id)
        {
            self.numbers.insert(id, self.all.len() as u32);
            self.all.push(commit);
        }
    }

    /// Every commit, in the order in which they were read.
    pub(super) fn all(&self) -> &[Commit] {
        &self.all
    }

    /// The place of a commit among all.
    pub(super) fn number(&self, id: ObjectId) -> Option<usize> {
        self.numbers.get(&id).map(|&number| number as usize)
    }

    /// The tree of a commit.
    pub(super) fn tree(&self, id: ObjectId) -> Option<ObjectId> {
        self.number(id).map(|number| self.all[number].tree)
    }
}

/// Reads `tree` and `parent` lines.
fn parse(id: ObjectId, bytes: &[u8]) -> Option<Commit> {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let hex = |digits: &[u8]| ObjectId::from_hex(std::str::from_utf8(digits).ok()?);
    let tree = hex(lines.next()?.strip_prefix(b"tree ")?)?;
    let parents = lines.map_while(|line| hex(line.strip_prefix(b"parent ")?)).collect();
    Some(Commit { id, tree, parents })
}
