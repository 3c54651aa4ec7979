//! From what was typed, and the configuration, to what it means: done once,
//! before anything is scanned.
//!
//! ```text
//! ScanArgs { paths, files_only, range, … } → Input → Inputs { files, history, staged, range, … }
//! FindingArgs + dogcatcher.toml            → RuleSet, FindingFilter (policies, baseline, levels)
//! OutputArgs                               → reports, Detail (what a scan has to keep for them)
//! together                                 → Plan { settings, rules, reports, … }
//! ```

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use dogcatcher::detect::prove_examples;
use dogcatcher::error::Error;
use dogcatcher::lexicon::OwnWords;
use dogcatcher::location::absolute;
use dogcatcher::report::{Format, Only, hide_what_is_found_by};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{Detail, History, Nested, ScopedWords, Settings};
use dogcatcher::source::{
    self, CommitRange, Limits, NamedOnDisk, PathFilterOptions, RangeWords, Repository, Revision, Skipped,
    Staged,
};
use dogcatcher::suppress::{Baseline, FindingFilter};
use dogcatcher::verify::Receipts;

use super::args::{FileArgs, FindingArgs, OutputArgs, ReportTarget};
use super::config::{Choice, Config, baseline_in};
use super::day::today;
use super::policies::{FailLevels, policies};

/// Everything that one scan needs.
#[derive(Debug)]
pub(super) struct Plan {
    /// Settings of the scan.
    pub(super) settings: Settings,
    /// Rules of the scan, those of the configurations among them.
    pub(super) rules: RuleSet,
    /// Reports that are written, and where.
    pub(super) reports: Vec<ReportTarget>,
    /// Levels at which the scan fails.
    pub(super) fail_on: FailLevels,
    /// Expressions that choose what is reported.
    pub(super) only: Vec<Only>,
    /// True where people are told the next steps for each kind of credential.
    pub(super) remedies: bool,
}

/// The thing that is to be scanned.
#[derive(Debug)]
pub(super) enum Input {
    /// Paths, and which of the two that a repository holds.
    Paths { paths: Vec<PathBuf>, files: bool, history: bool, nested: Nested },
    /// The index, or named files of it and as they are.
    Staged { only: Option<Vec<PathBuf>> },
    /// Commits of the repository around a folder, or around this one.
    Range { folder: Option<PathBuf>, words: RangeWords },
}

/// The parts of an input: files, histories, an index, a range.
#[derive(Debug, Default)]
struct Inputs {
    /// True where standard input is scanned.
    stdin: bool,
    /// Files and folders.
    files: Vec<PathBuf>,
    /// The histories that are swept.
    history: Vec<History>,
    /// The fate of histories below the files' folders.
    nested: Nested,
    /// The index.
    staged: Option<Staged>,
    /// Commits.
    range: Option<CommitRange>,
    /// Paths that looked like a repository and are none.
    skipped: Vec<Skipped>,
    /// True where files are not read.
    history_only: bool,
    /// Folder from which a configuration is looked for.
    start: PathBuf,
}

impl Plan {
    /// Works out what a command line and the configurations mean.
    ///
    /// # Errors
    ///
    /// A path is no repository where one is needed, a configuration or a rule
    /// is wrong, or two reports would go to one place.
    pub(super) fn new(
        input: Input,
        output: &OutputArgs,
        findings: &FindingArgs,
        files: &FileArgs,
    ) -> Result<Self, Error> {
        // First, so that no error shows what they find.
        let mut rules = load_rules(findings.rules.iter().cloned())?;
        hide_what_is_found_by(&rules);
        let mut inputs = Inputs::new(input)?;
        let choice = Choice::from_args(findings);
        let mut config = Config::load(&choice, &inputs.start)?;
        let reports = report_targets(output)?;
        add_rules_of(&config, &mut rules)?;
        let others = inputs.other_configs(&choice, &config)?;
        others.iter().try_for_each(|other| add_rules_of(other, &mut rules))?;
        std::iter::once(&config).chain(&others).try_for_each(|it| it.check_rule_names(&rules))?;
        rules.set_words(all_words(&config, &others));
        if !others.is_empty() {
            // It says nothing of the files of others.
            config.merged.max_file_size = None;
        }
        hide_what_is_found_by(&rules);
        let max_size = files.max_file_size.or(config.merged.max_file_size);
        let filter = source::PathFilter::new(PathFilterOptions {
            no_ignore: files.no_ignore,
            bare_repositories: inputs.nested != Nested::Unasked,
            exclude: config.merged.exclude.clone(),
            exclude_base: config.base.clone(),
            max_file_size: max_size,
            shard: files.shard,
        })?;
        inputs.leave_out(&filter);
        let baseline = read_baseline(findings, &inputs.start)?;
        let fail_on = FailLevels::new(findings.fail_on.clone());
        let settings = Settings {
            files: source::WalkOptions { paths: inputs.files, filter, reads: !inputs.history_only },
            stdin: inputs.stdin,
            history: inputs.history,
            nested: inputs.nested,
            limits: limits_of(files),
            staged: inputs.staged,
            range: inputs.range,
            skipped: inputs.skipped,
            verifier: None,
            receipts: Receipts::default(),
            words: scoped_words(&choice, &config, &others),
            suppress: FindingFilter {
                policies: policies(choice, config, &others, &fail_on)?,
                baseline,
                min_confidence: findings.min_confidence,
                no_marks: findings.no_marks,
                accepted_kinds: findings.accept_incomplete.clone(),
            },
            today: today(),
            detail: wanted_detail(output, &reports),
        };
        Ok(Self { settings, rules, reports, fail_on, only: Vec::new(), remedies: true })
    }
}

impl Inputs {
    /// Finds out what an input stands for.
    fn new(input: Input) -> Result<Self, Error> {
        match input {
            Input::Paths { paths, files, history, nested } => {
                let mut inputs = Self { nested, history_only: !files, ..Self::of_paths(paths) };
                if history {
                    inputs.find_history(!files)?;
                }
                Ok(inputs)
            }
            Input::Staged { only } => {
                let staged = Staged::here()?;
                let start = staged.work_tree().to_path_buf();
                let (staged, on_disk) = match only {
                    None => (staged, NamedOnDisk::default()),
                    Some(files) => staged.only(files)?,
                };
                let NamedOnDisk { files, skipped } = on_disk;
                Ok(Self { files, skipped, staged: Some(staged), start, ..Self::default() })
            }
            Input::Range { folder, words } => {
                let range = CommitRange::open(folder.as_deref(), &words)?;
                let start = range.root().to_path_buf();
                Ok(Self { range: Some(range), start, ..Self::default() })
            }
        }
    }

    /// Takes paths apart: `-` is standard input, none is this folder, and one
    /// that is named twice is one.
    fn of_paths(paths: Vec<PathBuf>) -> Self {
        if paths.is_empty() {
            let here = PathBuf::from(".");
            return Self { files: vec![here.clone()], start: here, ..Self::default() };
        }
        let (stdin, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| path.as_os_str() == "-");
        let files = without_repeats(paths);
        let start = files.first().map_or_else(|| PathBuf::from("."), PathBuf::clone);
        Self { stdin: !stdin.is_empty(), files, start, ..Self::default() }
    }

    /// Finds the repositories that the paths are, or stand in; `only` where no
    /// file counts.
    fn find_history(&mut self, only: bool) -> Result<(), Error> {
        for path in std::mem::take(&mut self.files) {
            match history_of(&path) {
                Ok(Some(history)) => {
                    if !history.repository.is_bare() {
                        self.files.push(path);
                    }
                    history.add_to(&mut self.history);
                }
                Ok(None) if only && !path.is_dir() => {
                    let name = path.display().to_string();
                    return Err(Error::usage("scan the history of", name, "it stands in no git repository")
                        .mend("name a folder that holds `.git`, something below one, or a bare repository"));
                }
                Ok(None) => self.files.push(path),
                Err(why) => {
                    self.skipped.push(why);
                    self.files.push(path);
                }
            }
        }
        // Folders are gone through for the repositories in them.
        if only {
            self.files.retain(|path| path.is_dir());
        }
        Ok(())
    }

    /// Reads the configurations of the paths after the first one that are
    /// others than its.
    fn other_configs(&self, choice: &Choice, first: &Config) -> Result<Vec<Config>, Error> {
        let mut others: Vec<Config> = Vec::new();
        let mut seen = HashSet::new();
        if self.staged.is_some() || !matches!(choice, Choice::Nearest | Choice::Commit(_)) {
            return Ok(others);
        }
        let histories = self.history.iter().map(|it| it.repository.name());
        for path in self.files.iter().map(PathBuf::as_path).chain(histories) {
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
            if seen.insert(folder) {
                let config = Config::load(
                    choice,
                    if folder.as_os_str().is_empty() { Path::new(".") } else { folder },
                )?;
                let known = std::iter::once(first).chain(&others).any(|it| it.is_same(&config));
                others.extend(Some(config).filter(|_| !known));
            }
        }
        Ok(others)
    }

    /// Leaves out what the configuration excludes, of files that a hook names:
    /// those were not chosen by a person.
    fn leave_out(&mut self, filter: &source::PathFilter) {
        let Some(staged) = &self.staged else { return };
        let root = staged.work_tree();
        self.files.retain(|file| match filter.refuses_below(root, &absolute(file)) {
            Some(skipped) => {
                self.skipped.push(skipped);
                false
            }
            None => file.symlink_metadata().is_ok_and(|metadata| metadata.is_file()),
        });
    }
}

/// Returns the history of the repository that a path is; or else, as far as it
/// concerns the path, of the one that it stands in.
fn history_of(path: &Path) -> Result<Option<History>, Skipped> {
    if let Some(repository) = Repository::open_at(path)? {
        return Ok(Some(History::whole(repository)));
    }
    let around = Repository::open_holding(path)?;
    Ok(around.map(|(repository, below)| History::of_path(repository, below)))
}

/// Drops paths that are named twice, or by a link, too.
fn without_repeats(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    let place = |path: &Path| path.canonicalize().unwrap_or_else(|_| absolute(path));
    paths.into_iter().filter(|path| seen.insert(place(path))).collect()
}

/// Reads the baseline of the command line: where the configuration is that of a
/// commit, so is a file of the repository.
fn read_baseline(args: &FindingArgs, start: &Path) -> Result<Option<Baseline>, Error> {
    let Some(file) = &args.baseline else { return Ok(None) };
    let Choice::Commit(commit) = Choice::from_args(args) else { return Baseline::read(file).map(Some) };
    let revision = Revision::find_commit(start, &commit)?;
    let Some(path) = revision.below_root(file) else { return Baseline::read(file).map(Some) };
    baseline_in(&commit, &revision, &path).map(Some)
}

/// Returns the words of all configurations: what they call Datadog is searched
/// for everywhere.
fn all_words(first: &Config, others: &[Config]) -> OwnWords {
    let mut words = first.lexicon.clone();
    others.iter().for_each(|other| words.add(&other.lexicon));
    words
}

/// Returns the limits that the flags set.
fn limits_of(files: &FileArgs) -> Limits {
    Limits {
        max_file_size: files.max_file_size,
        archive_depth: files.archive_depth.map_or(Limits::ARCHIVE_DEPTH, usize::from),
        threads: usize::from(files.threads),
    }
}

/// Returns the words that hold in one repository each: all but those of a
/// configuration that a person named for all.
fn scoped_words(choice: &Choice, first: &Config, others: &[Config]) -> Vec<ScopedWords> {
    let named = matches!(choice, Choice::File(_));
    let configs = std::iter::once(first).chain(others).filter(|it| !named && !it.lexicon.is_empty());
    configs.map(|it| ScopedWords { folder: it.base.clone(), words: it.lexicon.clone() }).collect()
}

/// Checks the rules that a configuration brings, and that those it names are
/// there.
pub(super) fn check_rules_of(config: &Config, mut rules: RuleSet) -> Result<(), Error> {
    add_rules_of(config, &mut rules)?;
    config.check_rule_names(&rules)
}

/// Adds the rules that a configuration names, and proves them.
fn add_rules_of(config: &Config, rules: &mut RuleSet) -> Result<(), Error> {
    config.rule_folders.iter().try_for_each(|folder| rules.add_folder(folder))?;
    config.rules.iter().try_for_each(|(file, text)| rules.add_text(file, text))?;
    match config.rule_folders.is_empty() && config.rules.is_empty() {
        true => Ok(()),
        false => prove_examples(rules),
    }
}

/// Reads the rules that are compiled in and those of the folders, which are
/// proven first.
///
/// # Errors
///
/// A rule is wrong, or does not find its examples.
pub(super) fn load_rules(folders: impl IntoIterator<Item = PathBuf>) -> Result<RuleSet, Error> {
    let mut rules = RuleSet::builtin();
    let mut added = false;
    for folder in folders {
        rules.add_folder(&folder)?;
        added = true;
    }
    if added {
        prove_examples(&rules)?;
    }
    Ok(rules)
}

/// Returns the reports, text on standard output where nothing else was asked
/// for.
///
/// # Errors
///
/// Two would go to standard output, or to one file.
pub(super) fn report_targets(args: &OutputArgs) -> Result<Vec<ReportTarget>, Error> {
    let mut reports = args.report.clone();
    let silent = args.quiet && !reports.is_empty();
    if !silent
        && reports.iter().all(|report| report.file.is_some())
        && reports.iter().all(|r| r.format != Format::Text)
    {
        reports.push(ReportTarget { format: Format::Text, file: None });
    }
    check_targets(&reports)?;
    Ok(reports)
}

/// Checks that each report has a place of its own.
///
/// # Errors
///
/// Two would go to standard output, or to one file.
pub(super) fn check_targets(reports: &[ReportTarget]) -> Result<(), Error> {
    let on_stdout: Vec<_> = reports.iter().filter(|report| report.file.is_none()).collect();
    if let [first, second, ..] = &on_stdout[..] {
        let both = format!("{} and {}", first.format.as_str(), second.format.as_str());
        return Err(Error::usage("write", both, "both would go to standard output")
            .mend(format!("give one a file: --report {}=FILE", second.format.as_str())));
    }
    // A device takes any number of reports.
    let files = reports.iter().filter_map(|report| report.file.as_deref());
    let mut seen = HashSet::new();
    for file in files.filter(|file| file.is_file() || !file.exists()) {
        if !seen.insert(absolute(file)) {
            let file = file.display().to_string();
            return Err(Error::usage("write two reports to", file, "one would replace the other")
                .mend("give each a file of its own"));
        }
    }
    Ok(())
}

/// Returns what a scan has to keep beside the findings: only what a report
/// shows, since each costs time or memory.
fn wanted_detail(args: &OutputArgs, reports: &[ReportTarget]) -> Detail {
    let wants = |format| reports.iter().any(|report| report.format == format);
    Detail {
        excerpts: wants(Format::Text),
        line_hashes: wants(Format::Sarif),
        provenance: wants(Format::Sarif),
        authors: args.authors,
        rejections: args.explain,
    }
}
