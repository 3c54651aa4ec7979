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
//! An unknown key is an error, and so is an entry that could not mean anything: a misspelt
//! exception must not be one.

use std::path::{Component, Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::lexicon::OwnWords;
use dogcatcher::location::{absolute, shorten_ids, without_mark};
use dogcatcher::rule::Confidence;
use dogcatcher::source::Revision;
use dogcatcher::suppress::{AcceptEntry, AcceptList, AllowEntry, AllowList, Baseline};
use schemars::JsonSchema;
use serde::Deserialize;

use super::args::{FailOn, FindingArgs};

/// The name of the file.
pub(super) const FILE_NAME: &str = "dogcatcher.toml";

/// A configuration, and where it was found.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The file, where there is one.
    pub(super) file: Option<PathBuf>,
    /// Its folder: paths and globs in it are seen from there.
    pub(super) base: PathBuf,
    /// The table `[scan]`.
    pub(super) scan: ScanTable,
    /// Findings that are all right.
    pub(super) allow: AllowList,
    /// Gaps that are all right.
    pub(super) accept: AcceptList,
    /// Words by which keys without a checksum are judged, besides those that are compiled in.
    pub(super) lexicon: OwnWords,
    /// The findings of the report that it names.
    pub(super) baseline: Option<Baseline>,
    /// Rules that it brings itself: names and texts of files.
    pub(super) rules: Vec<(String, String)>,
}

/// What holds for every scan of a repository: dogcatcher.toml.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "dogcatcher.toml")]
struct ConfigFile {
    #[serde(default)]
    scan: ScanTable,
    /// Words by which keys without a checksum are judged, besides those that are compiled in.
    #[serde(default)]
    lexicon: OwnWords,
    /// Findings that are all right, each with a reason.
    #[serde(default)]
    allow: Vec<AllowEntry>,
    /// What cannot be read and need not be, each with a reason.
    #[serde(default)]
    accept: Vec<AcceptEntry>,
}

/// What flags of `dogcatcher scan` would say.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanTable {
    /// Globs of paths that are left out, as in `.gitignore`, seen from the folder of this file.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// Folders of rules, besides those that are compiled in.
    #[serde(default)]
    pub(super) rules: Vec<PathBuf>,
    /// Larger files are left out; bytes.
    pub(super) max_file_size: Option<u64>,
    /// The least sure findings that count.
    pub(super) min_confidence: Option<Confidence>,
    /// Which findings make the exit status 1.
    pub(super) fail_on: Option<FailOn>,
    /// A baseline, or a JSON report, whose findings do not count any more.
    pub(super) baseline: Option<PathBuf>,
}

/// Returns the JSON schema of a configuration, made from the types that read it.
pub(super) fn config_schema() -> String {
    let schema = schemars::schema_for!(ConfigFile);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
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

/// Decodes a file, whatever its byte order mark says that it is written in.
///
/// # Errors
///
/// It is not UTF-8, and no mark says what else it is.
fn text_of(bytes: &[u8], file: &Path) -> Result<String, Error> {
    String::from_utf8(without_mark(bytes).into_owned()).map_err(|_| {
        Error::usage("read the configuration", file.display().to_string(), "it is not UTF-8")
            .mend("save it as UTF-8")
    })
}

impl Config {
    /// Reads a configuration; the nearest one is looked for from `start` up to the root of the
    /// repository. Where there is none, it is one that says nothing.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is wrong.
    pub(super) fn load(choice: &Choice, start: &Path) -> Result<Self, Error> {
        let file = match choice {
            Choice::None => None,
            Choice::File(file) => Some(file.clone()),
            Choice::Nearest => nearest_file(start),
            Choice::Commit(commit) => return Self::of_commit(commit, start),
        };
        match file {
            Some(file) => Self::read_file(file),
            None => Ok(Self { base: PathBuf::from("."), ..Self::default() }),
        }
    }

    /// Reads a file, and the baseline that it names.
    fn read_file(file: PathBuf) -> Result<Self, Error> {
        let text = std::fs::read(&file)
            .map_err(|cause| Error::io("read the configuration", file.display().to_string(), &cause))?;
        let text = text_of(&text, &file)?;
        let base = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let mut config = Self::parse_text(file, base, &text)?;
        let baseline = config.scan.baseline.as_ref().map(|file| Baseline::read(&config.base.join(file)));
        config.baseline = baseline.transpose()?;
        Ok(config)
    }

    /// Reads the configuration that stands in a folder, if there is one.
    pub(super) fn in_folder(folder: &Path) -> Result<Option<Self>, Error> {
        let file = folder.join(FILE_NAME);
        file.is_file().then(|| Self::read_file(seen_from_here(&file))).transpose()
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
        let Some(bytes) = revision.read_file(&folder.join(FILE_NAME))? else { return Ok(None) };
        let file = PathBuf::from(name_in(commit, &folder.join(FILE_NAME)));
        let text = text_of(&bytes, &file)?;
        let mut config = Self::parse_text(file, revision.root().join(folder), &text)?;
        for rules in std::mem::take(&mut config.scan.rules) {
            config.add_rules(revision, &without_dots(&folder.join(rules)))?;
        }
        if let Some(baseline) = &config.scan.baseline {
            config.baseline = Some(baseline_in(commit, revision, &without_dots(&folder.join(baseline)))?);
        }
        Ok(Some(config))
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

    /// Reads the text of a configuration; `base` is the folder that its globs and paths are seen
    /// from.
    fn parse_text(file: PathBuf, base: PathBuf, text: &str) -> Result<Self, Error> {
        let name = file.display().to_string();
        let parsed: ConfigFile = toml::from_str(text).map_err(|cause| {
            Error::toml("read the configuration", &name, text, &cause, "docs/configuration.md")
        })?;
        Ok(Self {
            allow: AllowList::new(parsed.allow, &name, &base)?,
            accept: AcceptList::new(parsed.accept, &name, &base)?,
            lexicon: parsed.lexicon,
            scan: parsed.scan,
            base,
            file: Some(file),
            baseline: None,
            rules: Vec::new(),
        })
    }
}

/// Returns what a file of a commit is called, as git takes it.
fn name_in(commit: &str, file: &Path) -> String {
    format!("{}:{}", shorten_ids(commit), file.display())
}

/// Reads a baseline that a commit holds.
pub(super) fn baseline_in(commit: &str, revision: &Revision, path: &Path) -> Result<Baseline, Error> {
    let name = name_in(commit, path);
    let missing = || {
        Error::usage("read the baseline", &name, "that commit holds no such file")
            .mend("commit it there, or keep it outside of the repository: with --config-from, no file of the work tree counts")
    };
    Baseline::parse(&name, &revision.read_file(path)?.ok_or_else(missing)?)
}

/// Returns a path without `.` and `..`, as git's trees need it.
fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => drop(out.pop()),
            _ => {}
        }
    }
    out
}

/// Finds the nearest configuration from a folder upwards: up to the root of the repository, or only
/// there without one.
fn nearest_file(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    let start = if start.is_dir() { start.as_path() } else { start.parent()? };
    let root = start.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(start);
    start
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
        .map(|file| seen_from_here(&file))
}

/// Returns the nearest configuration of the current folder, or where one would be: at the top of the
/// repository, or here outside of one.
pub(super) fn nearest_or_new() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    nearest_file(&here).unwrap_or_else(|| {
        let top = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here);
        seen_from_here(&top.join(FILE_NAME))
    })
}

/// Reads the text of a configuration, to see whether it is one.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn check_config(file: &Path, text: &str) -> Result<(), Error> {
    let text = text.trim_start_matches('\u{feff}');
    Config::parse_text(file.to_path_buf(), PathBuf::new(), text).map(drop)
}

/// Returns the path as seen from the current folder, where it lies below it.
fn seen_from_here(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).to_path_buf()
}
