//! The accept entries of the configuration: gaps that a person knows and lives with.
//!
//! ```toml
//! [[accept]]
//! object = "3ea454d3d5"              # or path = "vendor/*.7z"; both: where both apply
//! kind = "archive-unsupported"
//! reason = "encrypted by the vendor, holds fonts"
//! until = 2027-01-31
//! ```

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::allow::read_date;
use super::entry_list::{EntryList, ListedEntry};
use super::layers::EntryFacts;
use super::terms::AllowanceTerms;
use crate::error::{Error, SkipReason};
use crate::secret::hide_tokens;

/// Digits of an object's id that a report shows at least; fewer name none.
const MIN_DIGITS: usize = 10;

/// One `[[accept]]` entry: a gap that does not make a scan incomplete.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptEntry {
    /// The id of a git object, or its first ten digits or more.
    pub object: Option<String>,
    /// A glob as in `.gitignore`, seen from the folder of the configuration; an archive stands for all that is in it.
    pub path: Option<String>,
    /// The kind of the gap, as reports name it.
    pub kind: SkipReason,
    /// Reason why this is all right.
    pub reason: String,
    /// The last day on which the entry applies.
    #[serde(default, deserialize_with = "read_date")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Date>,
}

/// The `[[accept]]` entries of one configuration.
pub type AcceptList = EntryList<AcceptEntry>;

impl ListedEntry for AcceptEntry {
    fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    fn facts(&self) -> EntryFacts<'_> {
        EntryFacts { words: self.entry_words(), reason: &self.reason, until: self.until }
    }
}

impl AcceptEntry {
    /// Returns whether its last day is over.
    fn has_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }

    /// Returns the entry in a few words, for notices, without what looks like a token.
    fn entry_words(&self) -> String {
        let object = self.object.as_ref().map(|id| format!("object {id}"));
        let path = self.path.as_ref().map(|path| format!("path {path}"));
        let named: Vec<_> = [object, path].into_iter().flatten().collect();
        hide_tokens(&format!("{}, {} ({})", named.join(", "), self.kind, self.reason))
    }

    /// Checks an entry.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and how to mend it: it names nothing, an id is none, there is no
    /// reason, or it would accept that a run was interrupted.
    fn check_entry(&self) -> Result<(), (&'static str, &'static str)> {
        let is_id = |id: &String| id.len() >= MIN_DIGITS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        match self {
            Self { object: None, path: None, .. } => {
                Err(("it would accept every gap of its kind", "name an `object` or a `path`"))
            }
            Self { object: Some(id), .. } if !is_id(id) => {
                Err(("`object` is no id", "give ten hexadecimal digits of it or more"))
            }
            Self { reason, .. } if reason.trim().is_empty() => {
                Err(("`reason` is empty", "say why this is all right"))
            }
            Self { kind: SkipReason::Interrupted, .. } => {
                Err(("a run that was interrupted is never complete", "remove the entry"))
            }
            _ => Ok(()),
        }
    }
}

impl AcceptList {
    /// Prepares the entries of the configuration `file`, which keep to these terms; globs are seen
    /// from the folder `base`.
    ///
    /// # Errors
    ///
    /// An entry names nothing, has an empty reason, or a bad glob.
    pub fn new(
        mut entries: Vec<AcceptEntry>,
        file: &str,
        base: &Path,
        terms: AllowanceTerms,
    ) -> Result<Self, Error> {
        let wrong = |index: usize, why: &str| {
            Error::usage("use the configuration", file, format!("[[accept]] entry {}: {why}", index + 1))
        };
        for (index, entry) in entries.iter_mut().enumerate() {
            entry.check_entry().map_err(|(why, mend)| wrong(index, why).mend(mend))?;
            entry.reason = hide_tokens(&entry.reason);
        }
        Self::of_entries(entries, file, base, terms, wrong)
    }

    /// Returns the reason of the first entry that speaks of a gap, which has one or more names;
    /// `used` notes each that does.
    pub(super) fn reason_for(
        &self,
        kind: SkipReason,
        names: &[PathBuf],
        today: Date,
        used: &mut [bool],
    ) -> Option<String> {
        let mut by_entry = None;
        for (index, entry) in self.entries().iter().enumerate() {
            let speaks = || names.iter().any(|name| self.names_gap(index, name));
            let counts = || !entry.has_expired(today) && self.refusal(index, today).is_none();
            if entry.kind == kind && speaks() && counts() {
                used[index] = true;
                by_entry = by_entry.or(Some(&entry.reason));
            }
        }
        by_entry.cloned()
    }

    /// Returns whether entry number `index` (from 0) speaks of what has that name.
    fn names_gap(&self, index: usize, name: &Path) -> bool {
        let is_object =
            |id: &String| object_ids(name).iter().any(|shown| shown.starts_with(id) || id.starts_with(shown));
        let entry = &self.entries()[index];
        entry.object.as_ref().map(|id| id.to_ascii_lowercase()).is_none_or(|id| is_object(&id))
            && self.names_path(index, paths_of_gap(name).into_iter())
    }
}

/// Returns the paths by which a glob may name a gap: its whole name, the archive that it lies in, and
/// the path before its commit.
fn paths_of_gap(name: &Path) -> [PathBuf; 3] {
    let text = name.to_string_lossy();
    let file = text.split_once("!/").map_or(name, |(archive, _)| Path::new(archive));
    // What a change brings has its commit behind its path.
    let at_commit = text.split_once(" in commit ").map_or(file, |(path, _)| Path::new(path));
    [name, file, at_commit].map(Path::to_path_buf)
}

/// Returns the ids of objects in a name: `object 3ea454d3d5!/a`, or the file `objects/3e/a454d3d5…`
/// of a loose one.
fn object_ids(name: &Path) -> Vec<String> {
    let text = name.to_string_lossy();
    let digits = |text: &str| text.len() >= MIN_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| digits(word));
    let mut last = name.iter().rev().filter_map(|part| part.to_str());
    let loose = last.next().zip(last.next()).map(|(file, folder)| format!("{folder}{file}"));
    words.map(str::to_owned).chain(loose.filter(|id| digits(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_of_objects() {
        let id = "3ea454d3d5aaaaaaaaaabbbbbbbbbbcccccccccc";
        let loose = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
        for name in [&format!("object {id} in x.pack"), "object 3ea454d3d5!/a.zip", &loose] {
            assert!(object_ids(Path::new(name)).iter().any(|shown| id.starts_with(shown)), "{name}");
        }
        assert!(object_ids(Path::new("src/a.zip")).is_empty());
    }
}
