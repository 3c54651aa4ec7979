//! The packs in a folder of objects.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{SkipReason, io_reason};
use crate::source::sink::Skipped;

/// The indexes of the packs in a folder of objects, in order.
///
/// A folder without packs is none to complain about. A pack without its index
/// cannot be read here: it is told of, with the command that makes one.
pub(in crate::source) fn packs(objects: &Path, on_skipped: &mut dyn FnMut(Skipped)) -> Vec<PathBuf> {
    let dir = objects.join("pack");
    let mut packs = Vec::new();
    match fs::read_dir(&dir) {
        Ok(entries) => packs.extend(entries.flatten().map(|entry| entry.path())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => on_skipped(Skipped::failure(SkipReason::Unreadable, &dir, io_reason(&error))),
    }
    packs.sort();
    let is = |path: &Path, extension| path.extension().is_some_and(|it| it == extension);
    for pack in packs.iter().filter(|path| is(path, "pack") && !path.with_extension("idx").exists()) {
        on_skipped(Skipped::failure(
            SkipReason::GitPack,
            pack,
            "it has no index; `git index-pack` makes one",
        ));
    }
    packs.retain(|path| is(path, "idx"));
    packs
}
