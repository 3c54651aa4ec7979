//! Which paths are looked at: the only path filter.
//!
//! Everything that decides on a path asks [`PathFilter`]: the walk over files,
//! the sweep of a history, ranges and what is staged. In this order:
//!
//! | | left out | told of as |
//! |---|---|---|
//! | 1. `.git`, and the stores of bare repositories | always; histories are swept instead | – |
//! | 2. `exclude` of the configuration | unless named on the command line | a gap by choice |
//! | 3. ignore files | unless git tracks it, or `--no-ignore` | a count |
//! | 4. another shard's part | – | – |
//! | 5. larger than `--max-file-size` | – | a gap by choice |

mod ignored;
mod ignores;
mod roots;

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder};

pub(in crate::source) use ignored::TrackedFile;
pub use ignored::{Ignored, IgnoredBy};
pub(crate) use roots::Root;

use super::sink::Skipped;
use crate::error::{Error, SkipReason};
use crate::location::{ExcludeGlobs, absolute};
use ignores::Ignores;
use roots::Roots;

/// One part of a scan that several machines share.
///
/// # Examples
///
/// ```text
/// --shard 1/3, 2/3 and 3/3 on three machines: each file and each history is scanned by exactly one
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Number of the part, from 1.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

/// Settings of a filter.
#[derive(Debug, Clone, Default)]
pub struct PathFilterOptions {
    /// True where files count that `.gitignore`, `.ignore` and git's own
    /// excludes name.
    pub no_ignore: bool,
    /// True where bare repositories below the paths are looked for, whose
    /// objects are no files then.
    pub bare_repositories: bool,
    /// Globs as in `.gitignore` of paths that are left out, seen from
    /// `exclude_base`.
    pub exclude: Vec<String>,
    /// The folder that the globs are seen from.
    pub exclude_base: PathBuf,
    /// The largest file that is read, in bytes.
    pub max_file_size: Option<u64>,
    /// The part of the files that this run looks at.
    pub shard: Option<Shard>,
}

/// Decides about paths.
#[derive(Debug, Clone)]
pub struct PathFilter {
    /// Options as they were given.
    options: PathFilterOptions,
    /// Globs of the configuration; shared with walks that run.
    excluded: Arc<Excluded>,
    /// Ignore files of the folders that walks came through.
    ignores: Arc<Ignores>,
    /// Repositories that walks came upon.
    roots: Arc<Roots>,
}

/// The globs of the configuration, and what they have left out so far.
#[derive(Debug)]
struct Excluded {
    /// The globs, seen from the folder of the configuration.
    globs: ExcludeGlobs,
    /// Paths that they left out, in no order.
    paths: Mutex<Vec<PathBuf>>,
}

impl PathFilter {
    /// Prepares the globs.
    ///
    /// # Errors
    ///
    /// A glob is wrong.
    pub fn new(options: PathFilterOptions) -> Result<Self, Error> {
        let globs = ExcludeGlobs::new(&options.exclude, &options.exclude_base).map_err(|(glob, why)| {
            Error::usage("use the glob", format!("`{glob}`"), why)
                .mend("`exclude` takes globs as in .gitignore, such as \"vendor/\" or \"*.min.js\"")
        })?;
        let excluded = Arc::new(Excluded { globs, paths: Mutex::default() });
        let roots = Arc::new(Roots::new(options.bare_repositories));
        Ok(Self { options, excluded, ignores: Arc::default(), roots })
    }

    /// Returns what the globs have left out since this was last asked.
    pub(super) fn take_excluded(&self) -> Vec<Skipped> {
        let mut paths = self.excluded.paths.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let skipped =
            |path: PathBuf| Skipped::by_choice(SkipReason::Excluded, path, "the configuration excludes it");
        std::mem::take(&mut *paths).into_iter().map(skipped).collect()
    }

    /// Sets up a walk over `paths`. Hidden files are looked at; what git keeps
    /// for itself is not.
    ///
    /// The walk itself follows no link and heeds no ignore file of its own
    /// accord: the filter does both, so that it can tell what was left out.
    pub(super) fn build_walk(&self, paths: &[PathBuf]) -> WalkBuilder {
        let mut walk = WalkBuilder::empty();
        for path in paths {
            walk.add(path);
        }
        let heeds = self.heeds_ignores();
        let (excluded, ignores) = (Arc::clone(&self.excluded), Arc::clone(&self.ignores));
        let roots = Arc::clone(&self.roots);
        walk.standard_filters(false).follow_links(false).filter_entry(move |entry| {
            // In this order: no ignore file hides a repository, and what is excluded is not ignored as well.
            let is_left_out = || {
                roots.hold_entry(entry) || excluded.names_entry(entry) || (heeds && ignores.hold_entry(entry))
            };
            entry.depth() == 0 || !is_left_out()
        });
        walk
    }

    /// The repositories that walks came upon since this was last asked, in
    /// order.
    pub(crate) fn take_roots(&self) -> Vec<Root> {
        self.roots.take_found()
    }

    /// The tracked files among those that ignore files named since this was
    /// last asked, and what else they named; nothing is ignored that is named
    /// itself.
    pub(super) fn take_ignored(&self, named: &[PathBuf]) -> (Vec<TrackedFile>, Ignored) {
        let mut left_out = self.ignores.take_left_out();
        if named.len() > 1 {
            let named: HashSet<PathBuf> = named.iter().map(|path| absolute(path)).collect();
            left_out.retain(|it| !named.contains(&absolute(&it.path)));
        }
        ignored::split_left_out(left_out)
    }

    /// Ignore files that count for nothing.
    pub(super) fn take_void(&self) -> Vec<Skipped> {
        self.ignores.take_void()
    }

    /// Returns whether a walked entry is a file of this run. A path that was
    /// named on the command line always is one.
    pub(super) fn wants_entry(&self, entry: &DirEntry) -> bool {
        let file = entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_file());
        file && self.is_in_shard(entry)
    }

    /// Returns whether a walked entry, a folder or a link say, belongs to the part
    /// of the work that this run takes.
    pub(super) fn is_in_shard(&self, entry: &DirEntry) -> bool {
        self.options.shard.is_none_or(|shard| shard.holds_file(entry))
    }

    /// The reason not to read a file of that size, if there is one.
    pub(super) fn size_refusal(&self, path: &Path, metadata: &Metadata) -> Option<Skipped> {
        self.refuses_size(path, metadata.len())
    }

    /// The reason not to read something of that many bytes, if there is one.
    pub(super) fn refuses_size(&self, path: &Path, len: u64) -> Option<Skipped> {
        let limit = self.options.max_file_size?;
        let reason = || format!("{len} bytes, more than --max-file-size {limit}");
        (len > limit).then(|| Skipped::by_choice(SkipReason::TooLarge, path, reason()))
    }

    /// The reason not to look at a path below a work tree, if there is one.
    pub fn refuses_below(&self, work_tree: &Path, path: &Path) -> Option<Skipped> {
        let excluded = self.excluded.globs.exclude_file(&work_tree.join(path));
        excluded.then(|| Skipped::by_choice(SkipReason::Excluded, path, "the configuration excludes it"))
    }

    /// The part of the work that this run takes, if it is not all.
    pub(crate) fn shard(&self) -> Option<Shard> {
        self.options.shard
    }

    /// Returns whether ignore files count.
    pub(crate) fn heeds_ignores(&self) -> bool {
        !self.options.no_ignore
    }

    /// Returns whether a tracked file is one of this run, though an ignore file
    /// names it.
    pub(super) fn wants_tracked(&self, file: &Path) -> bool {
        let whole = absolute(file);
        self.options.shard.is_none_or(|shard| shard.index == 1)
            && self.refuses_below(Path::new(""), &whole).is_none()
            && file.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
    }

    /// Returns whether sizes have to be known at all.
    pub(super) fn limits_size(&self) -> bool {
        self.options.max_file_size.is_some()
    }
}

impl Excluded {
    /// Returns whether a glob names an entry, which is kept in mind then.
    fn names_entry(&self, entry: &DirEntry) -> bool {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let excluded = self.globs.exclude_entry(entry.path(), is_folder);
        if excluded {
            let mut paths = self.paths.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            paths.push(entry.path().to_path_buf());
        }
        excluded
    }
}

impl Shard {
    /// Returns whether the thing of that number, from 0, belongs to this part.
    pub(crate) fn takes_number(self, number: u64) -> bool {
        number % self.count == self.index - 1
    }

    /// Returns whether a file belongs to this part: by its path below the
    /// folder that was named, however that was spelt.
    fn holds_file(self, entry: &DirEntry) -> bool {
        let parts: Vec<_> = entry.path().components().collect();
        let below: PathBuf = parts[parts.len().saturating_sub(entry.depth().max(1))..].iter().collect();
        self.takes_number(path_hash(&below))
    }
}

/// FNV-1a of a path: the same on every machine and in every version, so that
/// shards fit together.
///
/// The constants are the offset basis and the prime of the 64-bit variant
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>).
fn path_hash(path: &Path) -> u64 {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_even_and_stable() {
        // The published test vector of FNV-1a.
        assert_eq!(path_hash(Path::new("foobar")), 0x8594_4171_f739_67e8);
        let counts = (0..3000).fold([0; 3], |mut counts, i| {
            counts[(path_hash(Path::new(&format!("src/f{i}.rs"))) % 3) as usize] += 1;
            counts
        });
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
