//! `dogcatcher.toml`: what holds for every scan of a repository. `docs/configuration.md` describes
//! it for users.
//!
//! ```text
//! --no-config            nothing is read
//! --config FILE          that file, for everything
//! --config-from COMMIT   the nearest file in the trees of that commit, with the rules and the baseline that it names:
//!                        nothing of the work tree, which a pull request may have written
//! (none of these)        the nearest file, from the path up to the root of its repository
//! ```
//!
//! One that extends others is made one with them ([`extends`]). An unknown key is an error, and so is an entry that could not mean anything: a misspelt
//! exception must not be one.

mod extends;
mod tables;
mod tree;

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::lexicon::OwnWords;
use dogcatcher::location::absolute;
use dogcatcher::rule::RuleSet;
use dogcatcher::source::Revision;
use dogcatcher::suppress::{AcceptList, AllowList, AllowanceTerms, Baseline};

use super::args::FindingArgs;
use super::repository_top::repository_top;
pub(super) use extends::Merged;
use extends::{Layer, parse_layer, read_bases};
pub(super) use tables::config_schema;
use tree::{Tree, name_in, seen_from_here, without_dots};

/// The name of the file.
pub(super) const FILE_NAME: &str = "dogcatcher.toml";

/// A configuration, made one with those that it extends, and where it was found.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The file, where there is one.
    pub(super) file: Option<PathBuf>,
    /// Its folder: globs in it, and in what it extends, are seen from there.
    pub(super) base: PathBuf,
    /// What it says of scans, of what fails, and of what may be allowed.
    pub(super) merged: Merged,
    /// Findings that are all right.
    pub(super) allow: AllowList,
    /// Gaps that are all right.
    pub(super) accept: AcceptList,
    /// Words by which keys without a checksum are judged, besides those that are compiled in.
    pub(super) lexicon: OwnWords,
    /// Known findings, which do not count.
    pub(super) baseline: Option<Baseline>,
    /// Folders of rules that it brings itself.
    pub(super) rule_folders: Vec<PathBuf>,
    /// Rules that it brings itself where they stand in a commit: names and texts of files.
    pub(super) rules: Vec<(String, String)>,
    /// Names and texts of the files that it is made of: the outermost base first.
    pub(super) files: Vec<(String, String)>,
}

/// The configurations that are used.
#[derive(Debug, Clone)]
pub(super) enum Choice {
    /// The nearest one of each place.
    Nearest,
    /// A file, for all.
    File(PathBuf),
    /// The nearest one of each place that a commit holds.
    Commit(String),
    /// None.
    None,
}

impl Choice {
    /// Returns the choice that the flags make.
    pub(super) fn from_args(args: &FindingArgs) -> Self {
        match (&args.config, &args.config_from) {
            _ if args.no_config => Self::None,
            (Some(file), _) => Self::File(file.clone()),
            (None, Some(commit)) => Self::Commit(commit.clone()),
            (None, None) => Self::Nearest,
        }
    }
}

impl Config {
    /// Reads a configuration; the nearest one is looked for from `start` up to the root of the
    /// repository. Where there is none, it is one that says nothing.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is wrong.
    pub(super) fn load(choice: &Choice, start: &Path) -> Result<Self, Error> {
        let none = || Self { base: PathBuf::from("."), ..Self::default() };
        match choice {
            Choice::None => Ok(none()),
            Choice::File(file) => Self::read_file(file.clone(), None),
            Choice::Nearest => match nearest_file(start) {
                Some((file, top)) => Self::read_file(file, Some(&top)),
                None => Ok(none()),
            },
            Choice::Commit(commit) => Self::of_commit(commit, start),
        }
    }

    /// Reads a file, and those that it names; they lie in the folder `within`, where there is one.
    fn read_file(file: PathBuf, within: Option<&Path>) -> Result<Self, Error> {
        let name = file.display().to_string();
        let bytes =
            std::fs::read(&file).map_err(|cause| Error::io("read the configuration", &name, &cause))?;
        let base = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let own = parse_layer(name, base.clone(), &bytes)?;
        let real = file.canonicalize().unwrap_or_else(|_| absolute(&file));
        Self::of_layer(own, (file, base), &real, &Tree::Disk(within))
    }

    /// Reads the configuration that stands in a folder of a repository, if there is one.
    pub(super) fn in_folder(folder: &Path, top: &Path) -> Result<Option<Self>, Error> {
        let file = folder.join(FILE_NAME);
        file.is_file().then(|| Self::read_file(seen_from_here(&file), Some(top))).transpose()
    }

    /// Reads the nearest one in a commit, with the rules that it names: none of it comes from the
    /// work tree.
    fn of_commit(commit: &str, start: &Path) -> Result<Self, Error> {
        let revision = Revision::find_commit(start, commit)?;
        let start = revision.below_root(start).unwrap_or_default();
        for folder in start.ancestors() {
            if let Some(config) = Self::in_commit(commit, &revision, folder)? {
                return Ok(config);
            }
        }
        Ok(Self { base: PathBuf::from("."), ..Self::default() })
    }

    /// Reads the configuration that a commit holds in a folder, if it does; the folder is seen from
    /// the root.
    pub(super) fn in_commit(commit: &str, revision: &Revision, folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(FILE_NAME);
        let Some(bytes) = revision.read_file(&path)? else { return Ok(None) };
        let name = name_in(commit, &path);
        let own = parse_layer(name.clone(), folder.to_path_buf(), &bytes)?;
        let place = (PathBuf::from(name), revision.root().join(folder));
        Self::of_layer(own, place, &path, &Tree::Commit(commit, revision)).map(Some)
    }

    /// Makes one of a file and those that it extends; `place` is the file as it is named, and the
    /// folder that globs are seen from.
    fn of_layer(own: Layer, place: (PathBuf, PathBuf), path: &Path, tree: &Tree<'_>) -> Result<Self, Error> {
        let mut layers = read_bases(&own, path, tree)?;
        layers.insert(0, own);
        let (file, base) = place;
        let (merged, terms) = Merged::of_chain(&layers)?;
        let mut config = Self { merged, file: Some(file), base, ..Self::default() };
        for (layer, terms) in layers.iter_mut().zip(terms) {
            config.add_entries(layer, terms)?;
            config.add_files(layer, tree)?;
            config.lexicon.add(&layer.tables.lexicon);
        }
        config.files = layers.into_iter().rev().map(|layer| (layer.name, layer.text)).collect();
        Ok(config)
    }

    /// Adds the entries of a file, the nearest one first; they keep to the terms that hold in it.
    fn add_entries(&mut self, layer: &mut Layer, terms: AllowanceTerms) -> Result<(), Error> {
        let (allow, accept) =
            (std::mem::take(&mut layer.tables.allow), std::mem::take(&mut layer.tables.accept));
        self.allow.inherit(AllowList::new(allow, &layer.name, &self.base, terms.clone())?);
        self.accept.inherit(AcceptList::new(accept, &layer.name, &self.base, terms)?);
        Ok(())
    }

    /// Adds the rules that a file names, and the baseline: that of the nearest one counts.
    fn add_files(&mut self, layer: &Layer, tree: &Tree<'_>) -> Result<(), Error> {
        for folder in &layer.tables.scan.rules {
            let folder = layer.folder.join(folder);
            match tree {
                Tree::Disk(_) => self.rule_folders.push(folder),
                Tree::Commit(_, revision) => {
                    self.add_rules(revision, &without_dots(&folder).unwrap_or(folder))?
                }
            }
        }
        if let (Some(baseline), None) = (&layer.tables.scan.baseline, &self.baseline) {
            let read = tree.read("read the baseline", &layer.folder, baseline)?;
            self.baseline = Some(Baseline::parse(&read.name, &read.bytes)?);
        }
        Ok(())
    }

    /// Checks that the rules that `[rules]` names are among these.
    ///
    /// # Errors
    ///
    /// One is not: a misspelt name would do nothing in silence.
    pub(super) fn check_rule_names(&self, rules: &RuleSet) -> Result<(), Error> {
        let named = self.merged.rules.disabled.iter().chain(self.merged.rules.only.iter().flatten());
        let Some(unknown) = named.into_iter().find(|id| rules.get(id).is_none()) else { return Ok(()) };
        let file = self.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
        let near = |id: &&str| strsim::jaro_winkler(id, unknown);
        let ids = rules.rules().iter().map(|rule| rule.id());
        let mend = match ids.max_by(|one, other| near(one).total_cmp(&near(other))) {
            Some(meant) if near(&meant) > 0.8 => format!("did you mean `{meant}`?"),
            _ => "`dogcatcher rules list` names them".to_owned(),
        };
        let why = format!("[rules] names `{unknown}`, which is no rule");
        Err(Error::usage("use the configuration", file, why).mend(mend))
    }

    /// Returns whether both are one file, or none.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let place = |it: &Self| absolute(&it.base);
        self.file == other.file && (self.file.is_none() || place(self) == place(other))
    }

    /// Adds the rules of a folder in a commit.
    ///
    /// # Errors
    ///
    /// There is none: a name that leads nowhere must not weaken a scan unseen.
    fn add_rules(&mut self, revision: &Revision, folder: &Path) -> Result<(), Error> {
        let is_rule = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
        let rules: Vec<PathBuf> = revision.files_in(folder)?.into_iter().filter(is_rule).collect();
        if rules.is_empty() {
            return Err(Error::usage(
                "read the rules in",
                folder.display().to_string(),
                "there is no *.toml file",
            ));
        }
        for path in rules {
            let bytes = revision.read_file(&path)?.unwrap_or_default();
            self.rules.push((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
        Ok(())
    }
}

/// Reads a baseline that a commit holds, of a path as seen from its root.
pub(super) fn baseline_in(commit: &str, revision: &Revision, path: &Path) -> Result<Baseline, Error> {
    let read = Tree::Commit(commit, revision).read("read the baseline", Path::new(""), path)?;
    Baseline::parse(&read.name, &read.bytes)
}

/// Finds the nearest configuration from a folder upwards, and the folder that it is looked for in: that
/// of the repository, or `start` without one.
fn nearest_file(start: &Path) -> Option<(PathBuf, PathBuf)> {
    let start = std::path::absolute(start).ok()?;
    let start = if start.is_dir() { start.as_path() } else { start.parent()? };
    let root = repository_top(start).unwrap_or(start);
    let mut folders = start.ancestors().take_while(|folder| folder.starts_with(root));
    let file = folders.find_map(|folder| Some(folder.join(FILE_NAME)).filter(|file| file.is_file()))?;
    Some((seen_from_here(&file), root.to_path_buf()))
}

/// Returns the nearest configuration of the current folder, or where one would be: at the top of the
/// repository, or here outside of one.
pub(super) fn nearest_or_new() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    nearest_file(&here).map(|(file, _)| file).unwrap_or_else(|| {
        let top = repository_top(&here).unwrap_or(&here);
        seen_from_here(&top.join(FILE_NAME))
    })
}

/// Reads the text of a configuration, to see whether it is one.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn check_config(file: &Path, text: &str) -> Result<(), Error> {
    let name = file.display().to_string();
    let mut layer = parse_layer(name, PathBuf::new(), text.as_bytes())?;
    Config::default().add_entries(&mut layer, AllowanceTerms::default())
}
