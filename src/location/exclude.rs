//! Globs of paths that are left out, with one meaning wherever paths come from.
//!
//! The same globs are asked about files on disk, paths in trees of git and
//! paths in saved reports. All of them go through [`ExcludeGlobs`], so that
//! `exclude = ["vendor/"]` leaves out the same files whichever way a scan comes
//! by them.
//!
//! ```text
//! vendor/            everything below each folder `vendor`
//! /docs/*.md         only below the folder that the globs are seen from
//! !vendor/ours.txt   takes a file back, unless its folder is out as a whole
//! ```

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::resolve::{absolute, path_below, plain_glob};

/// Globs as `.gitignore` has them, seen from a folder: the last that speaks of
/// a path decides, and nothing comes back of a folder that is left out.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::ExcludeGlobs;
/// let base = std::env::current_dir().unwrap();
/// let globs = ExcludeGlobs::new(&["vendor/".to_owned(), "!vendor/ours.txt".to_owned()], &base).unwrap();
/// assert!(globs.exclude_file(&base.join("vendor/ours.txt")));
/// assert!(!globs.exclude_file(&base.join("src/vendor")));
/// ```
#[derive(Debug)]
pub struct ExcludeGlobs {
    /// The compiled globs; the last that matches decides.
    globs: Gitignore,
    /// Canonical path of the folder that they are seen from.
    base: PathBuf,
}

impl Default for ExcludeGlobs {
    /// Globs that leave nothing out.
    fn default() -> Self {
        Self { globs: Gitignore::empty(), base: PathBuf::new() }
    }
}

impl ExcludeGlobs {
    /// Prepares globs that are seen from the folder `base`.
    ///
    /// # Errors
    ///
    /// The glob that is wrong, and why.
    pub fn new(globs: &[String], base: &Path) -> Result<Self, (String, String)> {
        let base = base.canonicalize().unwrap_or_else(|_| absolute(base));
        let mut builder = GitignoreBuilder::new(&base);
        for glob in globs {
            let plain = plain_glob(glob).map_err(|why| (glob.clone(), why.to_owned()))?;
            builder.add_line(None, &plain).map_err(|error| (glob.clone(), error.to_string()))?;
        }
        let globs = builder.build().map_err(|error| (globs.join(" "), error.to_string()))?;
        Ok(Self { globs, base })
    }

    /// Returns whether a file is left out, or a folder that it is in.
    ///
    /// Folders are asked from the top down: git's rule is that nothing below a
    /// folder that is left out can be taken back.
    pub fn exclude_file(&self, file: &Path) -> bool {
        let Some(below) = self.relative_path(file) else { return false };
        let mut folders: Vec<&Path> = below.ancestors().skip(1).collect();
        folders.reverse();
        folders.iter().any(|folder| self.globs.matched(folder, true).is_ignore())
            || self.globs.matched(&below, false).is_ignore()
    }

    /// Returns whether an entry of a folder is left out that is not left out
    /// itself.
    ///
    /// A walk asks this: it does not enter a folder that is left out, so the
    /// folders above need not be asked again.
    pub fn exclude_entry(&self, path: &Path, is_folder: bool) -> bool {
        self.relative_path(path).is_some_and(|below| self.globs.matched(below, is_folder).is_ignore())
    }

    /// The path as seen from the folder of the globs; none where there are no
    /// globs, or where it lies elsewhere.
    fn relative_path(&self, path: &Path) -> Option<PathBuf> {
        if self.globs.is_empty() { None } else { path_below(&self.base, path) }
    }
}
