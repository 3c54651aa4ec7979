//! A configuration and those that it extends, made one: a base binds who
//! extends it.
//!
//! ```text
//! dogcatcher.toml            extends = "policy/base.toml"      may tighten
//! policy/base.toml           extends = "../org/all.toml"       likewise
//! org/all.toml               [policy] may_loosen = ["exclude"] lets both leave out paths
//! ```
//!
//! What a base leaves out stands at its default, and may not be loosened
//! either.

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::location::without_mark;
use dogcatcher::rule::Confidence;
use dogcatcher::suppress::{AllowanceTerms, RuleChoice};
use regex::Regex;

use super::tables::{ConfigFile, Loosening};
use super::tree::{NamedFile, Tree};
use crate::cli::args::FailOn;

/// One file of a chain.
pub(super) struct Layer {
    /// Its name as it is shown.
    pub(super) name: String,
    /// Its folder: files that it names are seen from there.
    pub(super) folder: PathBuf,
    /// Its text, as it is written.
    pub(super) text: String,
    /// Its tables.
    pub(super) tables: ConfigFile,
}

/// Settings that several files of a chain make together, without their
/// entries.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    pub(crate) exclude: Vec<String>,
    pub(crate) max_file_size: Option<u64>,
    pub(crate) min_confidence: Option<Confidence>,
    pub(crate) fail_on: Vec<FailOn>,
    pub(crate) terms: AllowanceTerms,
    pub(crate) rules: RuleChoice,
    may_loosen: Vec<Loosening>,
}

/// Reads the text of a configuration.
///
/// # Errors
///
/// It is not UTF-8, or says something that cannot be.
pub(super) fn parse_layer(name: String, folder: PathBuf, bytes: &[u8]) -> Result<Layer, Error> {
    let text = String::from_utf8(without_mark(bytes).into_owned()).map_err(|_| {
        Error::usage("read the configuration", &name, "it is not UTF-8").mend("save it as UTF-8")
    })?;
    let tables: ConfigFile = toml::from_str(&text).map_err(|cause| {
        Error::toml("read the configuration", &name, &text, &cause, "docs/configuration.md")
    })?;
    if tables.scan.fail_on.is_some() && tables.policy.fail_on.is_some() {
        let why = "`fail_on` stands in [scan] and in [policy]";
        return Err(Error::usage("use the configuration", name, why).mend("keep the one in [policy]"));
    }
    Ok(Layer { name, folder, text, tables })
}

/// Reads a configuration's bases: the nearest one first.
///
/// # Errors
///
/// One cannot be read, or extends one that extends it.
pub(super) fn read_bases(own: &Layer, path: &Path, tree: &Tree<'_>) -> Result<Vec<Layer>, Error> {
    let mut bases: Vec<Layer> = Vec::new();
    let mut seen = vec![path.to_path_buf()];
    loop {
        let last = bases.last().unwrap_or(own);
        let Some(named) = &last.tables.extends else { return Ok(bases) };
        let tried = format!("extend {} with", last.name);
        let NamedFile { name, path, bytes } = tree.read(&tried, &last.folder, named)?;
        if seen.contains(&path) {
            return Err(Error::usage(tried, name, "it is extended in a circle")
                .mend("remove `extends` from one of them"));
        }
        let folder = last.folder.join(named).parent().map(Path::to_path_buf).unwrap_or_default();
        seen.push(path);
        bases.push(parse_layer(name, folder, &bytes)?);
    }
}

impl Merged {
    /// Makes one of a configuration and its bases, the nearest one first.
    /// Returns the terms that hold in each of them, too, in the same order:
    /// its own, and those of the files that it extends.
    ///
    /// # Errors
    ///
    /// One loosens what a base of it says, or a pattern is none.
    pub(super) fn of_chain(layers: &[Layer]) -> Result<(Self, Vec<AllowanceTerms>), Error> {
        let mut merged = Self::default();
        let mut terms = Vec::with_capacity(layers.len());
        let mut above: Option<&Layer> = None;
        for layer in layers.iter().rev() {
            if let Some(base) = above {
                merged.check_layer(layer, base)?;
            }
            merged.add_layer(layer, above.is_some())?;
            terms.push(merged.terms.clone());
            above = Some(layer);
        }
        terms.reverse();
        Ok((merged, terms))
    }

    /// Checks that a layer loosens nothing that holds so far.
    fn check_layer(&self, layer: &Layer, base: &Layer) -> Result<(), Error> {
        match self.loosened_by(&layer.tables).into_iter().find(|it| !self.may_loosen.contains(it)) {
            None => Ok(()),
            Some(loosened) => {
                let key = loosened.key();
                let why = format!("its `{key}` would loosen what {} says", base.name);
                Err(Error::usage("use the configuration", &layer.name, why).mend(format!(
                    "remove it, or let {} say `may_loosen = [\"{key}\"]` under [policy]",
                    base.name
                )))
            }
        }
    }

    /// Returns what a file would loosen.
    fn loosened_by(&self, file: &ConfigFile) -> Vec<Loosening> {
        let ConfigFile { scan, policy, rules, lexicon, .. } = file;
        let least = self.min_confidence.unwrap_or(Confidence::Context);
        let against_keys = [&lexicon.vendors, &lexicon.neutral, &lexicon.pretended];
        let is_never = |level: &FailOn| matches!(level, FailOn::Never);
        let loosens = [
            (Loosening::Exclude, !scan.exclude.is_empty()),
            (
                Loosening::MaxFileSize,
                scan.max_file_size < self.max_file_size.or(Some(u64::MAX)) && scan.max_file_size.is_some(),
            ),
            (Loosening::MinConfidence, scan.min_confidence.is_some_and(|it| it > least)),
            (Loosening::FailOn, level_of(file).is_some_and(is_never) && !self.fail_on.iter().any(is_never)),
            (Loosening::Marks, policy.marks == Some(true) && self.terms.no_marks),
            (
                Loosening::MaxAllowDays,
                self.terms.max_days.is_some_and(|days| policy.max_allow_days > Some(days)),
            ),
            (Loosening::Rules, !rules.disable.is_empty() || rules.only.is_some()),
            (Loosening::Lexicon, against_keys.iter().any(|words| !words.is_empty())),
        ];
        loosens.into_iter().filter(|(_, is_so)| *is_so).map(|(loosened, _)| loosened).collect()
    }

    /// Adds what a layer says, which loosens nothing that it may not.
    fn add_layer(&mut self, layer: &Layer, has_base: bool) -> Result<(), Error> {
        let ConfigFile { scan, policy, rules, .. } = &layer.tables;
        let may = |what| self.may_loosen.contains(&what);
        let (replaces_level, replaces_pattern) = (may(Loosening::FailOn), may(Loosening::ReasonPattern));
        self.exclude.extend(scan.exclude.iter().cloned());
        self.max_file_size = scan.max_file_size.or(self.max_file_size);
        self.min_confidence = scan.min_confidence.or(self.min_confidence);
        if let Some(level) = level_of(&layer.tables) {
            match has_base && !replaces_level {
                // It fails on what either says; a base that says nothing says `any`.
                true if self.fail_on.is_empty() => self.fail_on.extend([FailOn::Any, level.clone()]),
                true => self.fail_on.push(level.clone()),
                false => self.fail_on = vec![level.clone()],
            }
        }
        self.terms.no_marks = policy.marks.map_or(self.terms.no_marks, |marks| !marks);
        self.terms.max_days = policy.max_allow_days.or(self.terms.max_days);
        if let Some(pattern) = &policy.reason_pattern {
            let pattern = pattern_of(pattern, layer)?;
            if replaces_pattern {
                self.terms.reasons.clear();
            }
            self.terms.reasons.push(pattern);
        }
        self.add_rules(layer)?;
        self.rules.disabled.extend(rules.disable.iter().cloned());
        self.rules.only = rules.only.clone().or(self.rules.only.take());
        if let Some(own) = &policy.may_loosen {
            let lets = own.iter().filter(|it| !has_base || self.may_loosen.contains(it));
            self.may_loosen = lets.copied().collect();
        }
        Ok(())
    }

    /// Checks the choice of rules of a layer.
    fn add_rules(&self, layer: &Layer) -> Result<(), Error> {
        match layer.tables.rules.only.as_ref().is_some_and(Vec::is_empty) {
            true => Err(Error::usage(
                "use the configuration",
                &layer.name,
                "`only` of [rules] names no rule: nothing would be found",
            )
            .mend("name the rules that count, or remove it")),
            false => Ok(()),
        }
    }
}

/// Returns what a file says of findings that fail, in either place.
fn level_of(file: &ConfigFile) -> Option<&FailOn> {
    file.policy.fail_on.as_ref().or(file.scan.fail_on.as_ref())
}

/// Compiles the pattern of reasons.
fn pattern_of(pattern: &str, layer: &Layer) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| {
        let text = error.to_string();
        let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Error::usage(
            "use the configuration",
            &layer.name,
            format!("`reason_pattern` is no regular expression: {why}"),
        )
    })
}
