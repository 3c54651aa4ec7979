//! One pass over all trees: which contains which, and which contain what is
//! asked about.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;

use super::question::{MAX_PLACES, Target};
use super::store::Store;
use crate::location::ObjectId;
use crate::source::pack::tree::{EntryKind, TreeEntry, entries};
use crate::source::pack::{
    Damage, Delta, DeltaVerdict, Entry, Forest, Header, Kind, Pack, Result, Schedule, Unpacker, Visit, loose,
};
use crate::threads::on_threads;

/// A number for each tree.
pub(super) type TreeNumber = u32;

/// Ids are hashes: their first bytes are as good as any other hash of them.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 ^= u64::from_le_bytes(*first);
        }
    }

    fn write_u8(&mut self, _: u8) {}

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A table by object id.
pub(super) type ById<T> = HashMap<ObjectId, T, BuildHasherDefault<IdHasher>>;

/// A tree within a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// Tree that has the entry.
    pub(super) parent: TreeNumber,
    /// Tree that the entry leads to.
    pub(super) child: TreeNumber,
    /// The name of the child, as a number of the list that the edge is in.
    pub(super) name: u32,
}

/// A target within a tree.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    /// Tree that has the entry.
    pub(super) parent: TreeNumber,
    /// Name of the entry.
    pub(super) name: Vec<u8>,
    /// Object or name that was asked about.
    pub(super) target: Target,
}

/// Finds of one thread.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Entries that are trees.
    pub(super) edges: Vec<Edge>,
    /// Names, each once; edges refer to them.
    pub(super) names: Vec<Box<[u8]>>,
    /// Entries that were asked about.
    pub(super) hits: Vec<Hit>,
    /// True where one tree holds more targets than are kept.
    pub(super) is_cut: bool,
}

/// All trees of a repository.
#[derive(Debug)]
pub(super) struct Trees {
    /// Number of each tree.
    numbers: ById<TreeNumber>,
    /// Finds of each thread.
    pub(super) found: Vec<Found>,
}

impl Trees {
    /// Reads every tree. What cannot be read has been told of by the sweep.
    pub(super) fn read(store: &Store, targets: &BTreeSet<Target>, threads: usize) -> Self {
        let mut numbers = ById::default();
        for (pack, forest) in &store.packs {
            for &(root, _) in forest.roots().iter().filter(|(_, kind)| *kind == Kind::Tree) {
                let trees = forest.below(root).into_iter();
                trees.for_each(|entry| number(&mut numbers, pack.id(forest.position(entry))));
            }
        }
        let is_tree = |kind| kind == Kind::Tree;
        loose::each(&store.dirs, store.id_len, is_tree, |id, _, _| number(&mut numbers, Some(id)));
        let wanted = Wanted::new(targets);
        let found = Mutex::new(Vec::new());
        let keep = |reader: Reader<'_>| {
            found.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(reader.found)
        };
        for (pack, forest) in &store.packs {
            let schedule = Schedule::new(forest, |kind| kind == Kind::Tree);
            on_threads(threads, || {
                let mut reader = Reader::new(&numbers, &wanted, store.id_len, Some((pack, forest)));
                let mut unpacker = Unpacker::new(pack, forest);
                while let trees @ [_, ..] = schedule.take() {
                    trees.iter().for_each(|(root, _)| unpacker.walk(*root, &mut reader));
                }
                keep(reader);
            });
        }
        let mut reader = Reader::new(&numbers, &wanted, store.id_len, None);
        loose::each(&store.dirs, store.id_len, is_tree, |id, _, bytes| reader.tree(id, bytes));
        keep(reader);
        Self { numbers, found: found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Returns the ids of trees with these numbers.
    pub(super) fn ids(&self, wanted: &BTreeSet<TreeNumber>) -> BTreeMap<TreeNumber, ObjectId> {
        let all = self.numbers.iter().map(|(id, number)| (*number, *id));
        all.filter(|(number, _)| wanted.contains(number)).collect()
    }

    /// The number of a tree.
    pub(super) fn number(&self, id: ObjectId) -> Option<TreeNumber> {
        self.numbers.get(&id).copied()
    }
}

/// Gives a tree the next number, unless it has one.
fn number(numbers: &mut ById<TreeNumber>, id: Option<ObjectId>) {
    let next = numbers.len() as TreeNumber;
    if let Some(id) = id {
        numbers.entry(id).or_insert(next);
    }
}

/// The targets, in tables that are quick to ask.
struct Wanted {
    /// True where any object of interest begins with these two bytes.
    beginnings: Vec<bool>,
    /// Objects that were asked about.
    objects: ById<Target>,
    /// Names that were asked about, by the trees that hold them.
    names: ById<Vec<Target>>,
}

impl Wanted {
    /// Sorts targets into tables.
    fn new(targets: &BTreeSet<Target>) -> Self {
        let mut wanted =
            Self { beginnings: vec![false; 1 << 16], objects: ById::default(), names: ById::default() };
        for target in targets {
            match target {
                Target::Object(id) => {
                    wanted.beginnings[beginning(id.as_bytes())] = true;
                    wanted.objects.insert(*id, target.clone());
                }
                Target::Name(tree, _) => wanted.names.entry(*tree).or_default().push(target.clone()),
            }
        }
        wanted
    }

    /// The target that an object is, if it is one.
    #[inline]
    fn object(&self, id: &[u8]) -> Option<&Target> {
        if !self.beginnings[beginning(id)] {
            return None;
        }
        self.objects.get(&ObjectId::new(id)?)
    }
}

/// The first two bytes of an id as a number.
#[inline]
fn beginning(id: &[u8]) -> usize {
    usize::from(id[0]) << 8 | usize::from(id[1])
}

/// Reads trees, one after another.
struct Reader<'a> {
    /// Number of each tree.
    numbers: &'a ById<TreeNumber>,
    /// Objects and names that were asked about.
    wanted: &'a Wanted,
    /// Length of ids, in bytes.
    id_len: usize,
    /// Pack that is gone through; none for loose objects.
    pack: Option<(&'a Pack, &'a Forest)>,
    /// Place of each name in the list.
    names: HashMap<Box<[u8]>, u32>,
    /// Finds so far.
    found: Found,
}

impl<'a> Reader<'a> {
    fn new(
        numbers: &'a ById<TreeNumber>,
        wanted: &'a Wanted,
        id_len: usize,
        pack: Option<(&'a Pack, &'a Forest)>,
    ) -> Self {
        Self { numbers, wanted, id_len, pack, names: HashMap::new(), found: Found::default() }
    }

    /// Notes the trees and the targets in a tree.
    fn tree(&mut self, id: ObjectId, bytes: &[u8]) {
        let Some(&parent) = self.numbers.get(&id) else { return };
        let before = self.found.hits.len();
        for entry in entries(bytes, self.id_len) {
            if entry.kind == EntryKind::Tree && self.edge(parent, &entry) {
                continue;
            }
            if let Some(target) = self.wanted.object(entry.id) {
                if self.found.hits.len() - before == MAX_PLACES {
                    self.found.is_cut = true;
                    continue;
                }
                self.found.hits.push(Hit { parent, name: entry.name.to_vec(), target: target.clone() });
            }
        }
        for target in self.wanted.names.get(&id).into_iter().flatten() {
            if let Target::Name(_, name) = target {
                self.found.hits.push(Hit { parent, name: name.clone(), target: target.clone() });
            }
        }
    }

    /// Notes a tree within a tree; false if no store holds it.
    fn edge(&mut self, parent: TreeNumber, entry: &TreeEntry<'_>) -> bool {
        let Some(&child) = ObjectId::new(entry.id).and_then(|id| self.numbers.get(&id)) else { return false };
        let name = match self.names.get(entry.name) {
            Some(&name) => name,
            None => {
                let name = self.found.names.len() as u32;
                self.found.names.push(entry.name.into());
                self.names.insert(entry.name.into(), name);
                name
            }
        };
        self.found.edges.push(Edge { parent, child, name });
        true
    }
}

impl Visit for Reader<'_> {
    type Known = ();

    fn judge_delta(&mut self, _: &[u8], (): (), _: &Delta<'_>) -> Result<DeltaVerdict<()>> {
        Ok(DeltaVerdict::Rebuild)
    }

    fn visit_object(&mut self, entry: Entry, bytes: &[u8]) {
        let id = self.pack.and_then(|(pack, forest)| pack.id(forest.position(entry)));
        if let Some(id) = id {
            self.tree(id, bytes);
        }
    }

    fn pass_over(&mut self, _: Entry, _: u64) {}

    fn note_broken(&mut self, _: Entry, _: Damage) {}

    fn stream_object(&mut self, _: Entry, _: &Header<'_>, _: &[u8]) -> Option<Result<()>> {
        None
    }
}
