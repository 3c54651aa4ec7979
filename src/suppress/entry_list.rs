//! Entries of a configuration that settle something each: findings
//! (`[[allow]]`) or gaps (`[[accept]]`), with what both lists have in common.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use jiff::civil::Date;

use super::layers::{EntryFacts, EntryLayers};
use super::terms::AllowanceTerms;
use super::usage::Usage;
use crate::location::{absolute, path_below, plain_glob};

/// An entry of such a list.
pub trait ListedEntry {
    /// Returns the glob of the paths that it names, if it names any.
    fn path(&self) -> Option<&str>;

    /// Returns what its fate depends on.
    fn facts(&self) -> EntryFacts<'_>;
}

/// The entries of one configuration and of what it extends, ready to be applied.
#[derive(Debug)]
pub struct EntryList<E> {
    /// Entries as they were written.
    entries: Vec<E>,
    /// Globs of each entry; none where it names every path.
    globs: Vec<Option<Gitignore>>,
    /// Folder that globs are seen from: that of the configuration.
    base: PathBuf,
    /// Files that the entries stand in: those of the configuration's own come first.
    layers: EntryLayers,
}

impl<E> Default for EntryList<E> {
    fn default() -> Self {
        Self { entries: Vec::new(), globs: Vec::new(), base: PathBuf::new(), layers: EntryLayers::default() }
    }
}

impl<E> EntryList<E> {
    /// Adds the entries of what the configuration extends: they hold here as they do there, on the
    /// terms of their own file, and whether each is of use here says nothing. Globs of both are seen
    /// from one folder.
    pub fn inherit(&mut self, base: Self) {
        self.entries.extend(base.entries);
        self.globs.extend(base.globs);
        self.layers.append(base.layers);
        self.base = base.base;
    }

    /// Returns the entries, in order.
    pub fn entries(&self) -> &[E] {
        &self.entries
    }
}

impl<E: ListedEntry> EntryList<E> {
    /// Prepares entries of the configuration `file`, which were checked and keep to these terms;
    /// globs are seen from the folder `base`.
    ///
    /// # Errors
    ///
    /// What `wrong` makes of the number of an entry (from 0) with a bad glob, and of why it is.
    pub(super) fn of_entries<Wrong>(
        entries: Vec<E>,
        file: &str,
        base: &Path,
        terms: AllowanceTerms,
        wrong: impl Fn(usize, &str) -> Wrong,
    ) -> Result<Self, Wrong> {
        let base = base.canonicalize().unwrap_or_else(|_| absolute(base));
        let glob_of = |(index, entry): (usize, &E)| {
            let glob = entry.path().map(|path| compile_glob(path, &base)).transpose();
            glob.map_err(|why| wrong(index, &why))
        };
        let globs = entries.iter().enumerate().map(glob_of).collect::<Result<_, _>>()?;
        let layers = EntryLayers::new(file, terms, entries.len());
        Ok(Self { entries, globs, base, layers })
    }

    /// Returns whether entry number `index` (from 0) names one of these paths, or a folder above
    /// it; one without a glob names every path.
    pub(super) fn names_path(&self, index: usize, mut paths: impl Iterator<Item = impl AsRef<Path>>) -> bool {
        self.globs[index].as_ref().is_none_or(|glob| {
            paths.any(|path| {
                path_below(&self.base, path.as_ref())
                    .is_some_and(|path| glob.matched_path_or_any_parents(path, false).is_ignore())
            })
        })
    }

    /// Returns why an entry (from 0) does not count: it does not keep to the terms of its file.
    pub(super) fn refusal(&self, index: usize, today: Date) -> Option<String> {
        let facts = self.entries.get(index)?.facts();
        self.layers.refusal(index, facts.reason, facts.until, today)
    }

    /// Returns the words of the entries that have expired, or do not keep to the terms, and why.
    pub fn entries_without_effect(&self, today: Date) -> Vec<String> {
        self.usage_of_entries(&vec![true; self.entries.len()], today).into_without_effect()
    }

    /// Returns the entries that were of no use; `used` says of each whether it was.
    pub(super) fn usage_of_entries(&self, used: &[bool], today: Date) -> Usage {
        self.layers.usage_of_entries(self.entries.iter().map(E::facts), used, today)
    }
}

/// Compiles a glob that is seen from the folder `base`.
///
/// # Errors
///
/// It is no glob, or can match nothing; the words say which.
fn compile_glob(path: &str, base: &Path) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(base);
    let path = plain_glob(path).map_err(|why| format!("`path` matches nothing: {why}"))?;
    builder.add_line(None, &path).map_err(|error| format!("`path` is no glob: {error}"))?;
    builder.build().map_err(|error| format!("`path` is no glob: {error}"))
}
