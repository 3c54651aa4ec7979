//! What a trace reads: the packs and the folders of loose objects of one
//! repository.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::location::ObjectId;
use crate::source::pack::{
    Damage, Delta, DeltaVerdict, Entry, Forest, Header, Kind, Pack, Result, Unpacker, Visit, loose, packs,
};
use crate::source::repository::Repository;
use crate::source::sink::Skipped;

/// The packs and folders of a repository.
pub(super) struct Store {
    /// Packs, with their delta forests.
    pub(super) packs: Vec<(Pack, Forest)>,
    /// Folders of objects.
    pub(super) dirs: Vec<PathBuf>,
    /// Length of ids, in bytes.
    pub(super) id_len: usize,
    /// Commits whose parents were left out of a shallow clone.
    pub(super) boundary: BTreeSet<ObjectId>,
}

impl Store {
    /// Returns what cannot be opened has been told of by the sweep.
    pub(super) fn open(repository: &Repository, skipped: &mut Vec<Skipped>) -> Self {
        let id_len = repository.id_len();
        let dirs = repository.object_dirs(&mut |_| {});
        let indexes = dirs.iter().flat_map(|dir| packs(dir, &mut |it| skipped.push(it)));
        let indexes: Vec<PathBuf> = indexes.collect();
        let packs = indexes.iter().filter_map(|path| Pack::open(path, id_len).ok());
        let packs =
            packs.map(|pack| (Forest::new(&pack), pack)).map(|(forest, pack)| (pack, forest)).collect();
        Self { packs, dirs, id_len, boundary: repository.boundary() }
    }

    /// Returns whether an object is there.
    pub(super) fn holds(&self, id: ObjectId) -> bool {
        let is_packed = |(pack, _): &(Pack, Forest)| pack.index().find(id.as_bytes()).is_some();
        self.packs.iter().any(is_packed) || self.dirs.iter().any(|dir| loose::path(dir, id).is_file())
    }

    /// Gives `on` each object of the wanted types that can be read, and whether
    /// it came with the promise of a remote to bring what it names.
    pub(super) fn each(
        &self,
        wanted: impl Fn(Kind) -> bool,
        mut on: impl FnMut(ObjectId, Kind, &[u8], bool),
    ) {
        for (pack, forest) in &self.packs {
            let is_promised = pack.is_promised();
            let mut unpacker = Unpacker::new(pack, forest);
            for &(root, kind) in forest.roots().iter().filter(|(_, kind)| wanted(*kind)) {
                let take = |id: ObjectId, bytes: &[u8]| on(id, kind, bytes, is_promised);
                unpacker.walk(root, &mut Reader { pack, forest, take });
            }
        }
        loose::each(&self.dirs, self.id_len, wanted, |id, kind, bytes| on(id, kind, bytes, false));
    }
}

/// Reads whole objects of a pack.
struct Reader<'a, F> {
    /// Pack that is gone through.
    pack: &'a Pack,
    /// Its delta trees.
    forest: &'a Forest,
    /// Takes each object.
    take: F,
}

impl<F: FnMut(ObjectId, &[u8])> Visit for Reader<'_, F> {
    type Known = ();

    fn judge_delta(&mut self, _: &[u8], (): (), _: &Delta<'_>) -> Result<DeltaVerdict<()>> {
        Ok(DeltaVerdict::Rebuild)
    }

    fn visit_object(&mut self, entry: Entry, bytes: &[u8]) {
        if let Some(id) = self.pack.id(self.forest.position(entry)) {
            (self.take)(id, bytes);
        }
    }

    fn pass_over(&mut self, _: Entry, _: u64) {}

    fn note_broken(&mut self, _: Entry, _: Damage) {}

    fn stream_object(&mut self, _: Entry, _: &Header<'_>, _: &[u8]) -> Option<Result<()>> {
        None
    }
}
