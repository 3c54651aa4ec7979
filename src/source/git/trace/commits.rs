//! All commits: their trees, their parents, and when they were made.

use super::store::Store;
use super::trees::ById;
use crate::location::ObjectId;
use crate::source::pack::{
    Damage, Delta, Entry, Forest, Glance, Header, Kind, Pack, Result, Unpacker, Visit, loose,
};

/// What of a commit is kept.
#[derive(Debug, Clone)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
}

/// Every commit of a repository.
#[derive(Debug, Default)]
pub(super) struct Commits {
    all: Vec<Commit>,
    numbers: ById<u32>,
}

impl Commits {
    /// Reads every commit. What cannot be read has been told of by the sweep.
    pub(super) fn read(store: &Store) -> Self {
        let mut commits = Self::default();
        for (pack, forest) in &store.packs {
            let mut unpacker = Unpacker::new(pack, forest);
            let mut reader = Reader { commits: &mut commits, pack, forest };
            for &(root, _) in forest.roots().iter().filter(|(_, kind)| *kind == Kind::Commit) {
                unpacker.walk(root, &mut reader);
            }
        }
        loose::each(
            &store.dirs,
            store.id_len,
            |kind| kind == Kind::Commit,
            |id, _, bytes| commits.add(id, bytes),
        );
        commits
    }

    fn add(&mut self, id: ObjectId, bytes: &[u8]) {
        if let Some(commit) = parse(id, bytes)
            && !self.numbers.contains_key(&id)
        {
            self.numbers.insert(id, self.all.len() as u32);
            self.all.push(commit);
        }
    }

    pub(super) fn all(&self) -> &[Commit] {
        &self.all
    }

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

struct Reader<'a> {
    commits: &'a mut Commits,
    pack: &'a Pack,
    forest: &'a Forest,
}

impl Visit for Reader<'_> {
    type Mark = ();

    fn glance(&mut self, _: &[u8], (): (), _: &Delta<'_>) -> Result<Glance<()>> {
        Ok(Glance::Look)
    }

    fn object(&mut self, entry: Entry, bytes: &[u8]) {
        if let Some(id) = self.pack.id(self.forest.position(entry)) {
            self.commits.add(id, bytes);
        }
    }

    fn pass(&mut self, _: Entry, _: u64) {}

    fn broken(&mut self, _: Entry, _: Damage) {}

    fn stream(&mut self, _: Entry, _: &Header<'_>, _: &[u8]) -> Option<Result<()>> {
        None
    }
}
