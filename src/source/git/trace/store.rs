//! What a trace reads: the packs and the folders of loose objects of one repository.

use std::path::PathBuf;

use crate::source::pack::{Forest, Pack, packs};
use crate::source::repository::Repository;
use crate::source::sink::Skipped;

/// The packs and folders of a repository.
pub(super) struct Store {
    pub(super) packs: Vec<(Pack, Forest)>,
    pub(super) dirs: Vec<PathBuf>,
    pub(super) id_len: usize,
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
        Self { packs, dirs, id_len }
    }
}
