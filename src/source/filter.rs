//! Which paths are looked at: the only path filter.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::Skipped;
use crate::error::Error;

/// One part of a scan that several machines share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

/// What a filter lets through.
#[derive(Debug, Clone, Default)]
pub struct FilterOptions {
    /// Whether files count that `.gitignore`, `.ignore` and git's own excludes name.
    pub no_ignore: bool,
    /// Globs as in `.gitignore` of paths that are left out, seen from `exclude_base`.
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
pub struct Filter {
    options: FilterOptions,
    overrides: Override,
}

impl Filter {
    /// Prepares the globs.
    ///
    /// # Errors
    ///
    /// A glob is wrong.
    pub fn new(options: FilterOptions) -> Result<Self, Error> {
        let mut overrides = OverrideBuilder::new(&options.exclude_base);
        for glob in &options.exclude {
            overrides.add(&format!("!{glob}")).map_err(|error| {
                Error::usage("use the glob", format!("`{glob}`"), error.to_string())
                    .mend("`exclude` takes globs as in .gitignore, such as \"vendor/\" or \"*.min.js\"")
            })?;
        }
        let overrides = overrides
            .build()
            .map_err(|error| Error::usage("use the globs of", "`exclude`", error.to_string()))?;
        Ok(Self { options, overrides })
    }

    /// Sets up a walk over `paths`. Hidden files are looked at; what git keeps for itself is not.
    pub(super) fn walk(&self, paths: &[PathBuf]) -> WalkBuilder {
        let mut walk = WalkBuilder::empty();
        for path in paths {
            walk.add(path);
        }
        let heed = !self.options.no_ignore;
        walk.hidden(false)
            .parents(heed)
            .ignore(heed)
            .git_ignore(heed)
            .git_global(heed)
            .git_exclude(heed)
            .follow_links(false)
            .overrides(self.overrides.clone())
            .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        walk
    }

    /// Whether a walked entry is a file of this run. A path that was named on the command line always is.
    pub(super) fn wants(&self, entry: &DirEntry) -> bool {
        let named = entry.depth() == 0;
        named || (entry.file_type().is_some_and(|kind| kind.is_file()) && self.in_shard(entry.path()))
    }

    /// The reason not to read a file of that size, if there is one.
    pub(super) fn refuses(&self, path: &str, metadata: &Metadata) -> Option<Skipped> {
        let limit = self.options.max_file_size?;
        (metadata.len() > limit).then(|| {
            Skipped::by_choice(path, format!("{} bytes, more than --max-file-size {limit}", metadata.len()))
        })
    }

    /// Whether sizes have to be known at all.
    pub(super) fn limits_size(&self) -> bool {
        self.options.max_file_size.is_some()
    }

    fn in_shard(&self, path: &Path) -> bool {
        self.options.shard.is_none_or(|shard| path_hash(path) % shard.count == shard.index - 1)
    }
}

/// FNV-1a of a path: the same on every machine and in every version, so that shards fit together.
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
