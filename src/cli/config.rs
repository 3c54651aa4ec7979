//! `dogcatcher.toml`: what holds for every scan of a repository.

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::rule::Confidence;
use dogcatcher::suppress::{AllowEntry, AllowList};
use serde::Deserialize;

use super::args::FailOn;

/// The name of the file.
pub(super) const FILE_NAME: &str = "dogcatcher.toml";

/// A configuration, and where it was found.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The file, where there is one.
    pub(super) file: Option<PathBuf>,
    /// Its folder: paths and globs in it are seen from there.
    pub(super) base: PathBuf,
    pub(super) scan: ScanTable,
    pub(super) allow: AllowList,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(default)]
    scan: ScanTable,
    #[serde(default)]
    allow: Vec<AllowEntry>,
}

/// `[scan]`: what flags of `dogcatcher scan` would say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScanTable {
    /// Globs of paths that are left out.
    #[serde(default)]
    pub(super) exclude: Vec<String>,
    /// Folders of rules.
    #[serde(default)]
    pub(super) rules: Vec<PathBuf>,
    pub(super) max_file_size: Option<u64>,
    pub(super) min_confidence: Option<Confidence>,
    pub(super) fail_on: Option<FailOn>,
}

impl Config {
    /// Reads `named`, or else the nearest file from `start` up to the root of the repository.
    pub(super) fn load(named: Option<&Path>, start: &Path) -> Result<Self, Error> {
        match named.map(Path::to_path_buf).or_else(|| nearest(start)) {
            Some(file) => Self::read(file),
            None => Ok(Self { base: PathBuf::from("."), ..Self::default() }),
        }
    }

    fn read(file: PathBuf) -> Result<Self, Error> {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file)
            .map_err(|cause| Error::io("read the configuration", &name, &cause))?;
        let parsed: ConfigFile = toml::from_str(&text).map_err(|cause| {
            Error::toml("read the configuration", &name, &text, &cause, "docs/configuration.md")
        })?;
        let base = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        Ok(Self {
            allow: AllowList::new(parsed.allow, &name, &base)?,
            scan: parsed.scan,
            base,
            file: Some(file),
        })
    }
}

/// The nearest configuration from a folder upwards: up to the root of the repository, or only there without one.
fn nearest(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    let start = if start.is_dir() { start.as_path() } else { start.parent()? };
    let root = start.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(start);
    start
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
        .map(|file| relative(&file))
}

/// The path as seen from the current folder, where it lies below it.
fn relative(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).to_path_buf()
}
