//! From what was typed, and the configuration, to what it means.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use dogcatcher::detect::prove;
use dogcatcher::error::Error;
use dogcatcher::location::absolute;
use dogcatcher::report::Format;
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{Detail, Settings};
use dogcatcher::source::{self, FilterOptions, Repository, Shard, Skipped, Staged, SweepOptions};
use dogcatcher::suppress::{Baseline, Filter};

use super::args::{FailOn, ReportTarget, ScanArgs};
use super::config::Config;

/// Everything that one `dogcatcher scan` needs.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) settings: Settings,
    pub(super) rules: RuleSet,
    pub(super) reports: Vec<ReportTarget>,
    pub(super) fail_on: FailOn,
    pub(super) config_file: Option<PathBuf>,
}

impl Plan {
    pub(super) fn new(args: &ScanArgs) -> Result<Self, Error> {
        let (paths, stdin) = inputs(args);
        let staged = args.staged.then(Staged::here).transpose()?;
        let start = paths.first().map_or(Path::new("."), PathBuf::as_path);
        // The configuration of the repository, wherever in it a hook is started.
        let start = staged.as_ref().map_or(start, Staged::work_tree);
        let config = Config::load(args.config.as_deref(), start)?;
        let reports = reports(args)?;
        let rules = rules(args, &config)?;
        let filter = source::Filter::new(FilterOptions {
            no_ignore: args.no_ignore,
            exclude: config.scan.exclude.clone(),
            exclude_base: config.base.clone(),
            max_file_size: args.max_file_size.or(config.scan.max_file_size),
            shard: args.shard,
        })?;
        let Inputs { files: paths, history, skipped } = with_history(args, paths)?;
        let max_size = args.max_file_size.or(config.scan.max_file_size);
        let threads = usize::from(args.threads);
        let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
        let settings = Settings {
            files: source::Options { paths, filter, threads },
            stdin,
            history,
            sweep: SweepOptions { max_size, threads },
            staged,
            skipped,
            suppress: Filter {
                allow: config.allow,
                baseline,
                min_confidence: args.min_confidence.or(config.scan.min_confidence),
            },
            today: jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date(),
            detail: detail(args, &reports),
        };
        let fail_on = args.fail_on.or(config.scan.fail_on).unwrap_or(FailOn::Any);
        Ok(Self { settings, rules, reports, fail_on, config_file: config.file })
    }
}

/// The paths without `-`, and whether it was among them.
fn inputs(args: &ScanArgs) -> (Vec<PathBuf>, bool) {
    if args.staged {
        return (Vec::new(), false);
    }
    if args.paths.is_empty() {
        return (vec![PathBuf::from(".")], false);
    }
    let (stdin, paths): (Vec<_>, Vec<_>) =
        args.paths.iter().cloned().partition(|path| path.as_os_str() == "-");
    (without_repeats(paths), !stdin.is_empty())
}

/// What the paths stand for.
#[derive(Debug, Default)]
struct Inputs {
    files: Vec<PathBuf>,
    /// The repositories whose history is swept.
    history: Vec<Repository>,
    /// What looked like a repository and is none.
    skipped: Vec<Skipped>,
}

/// Finds the repositories among the paths.
fn with_history(args: &ScanArgs, paths: Vec<PathBuf>) -> Result<Inputs, Error> {
    if args.files_only {
        return Ok(Inputs { files: paths, ..Inputs::default() });
    }
    let mut inputs = Inputs::default();
    for path in paths {
        match Repository::at(&path) {
            Ok(Some(repository)) => {
                if !repository.is_bare() {
                    inputs.files.push(path);
                }
                inputs.history.push(repository);
            }
            Ok(None) if args.history_only => {
                let name = path.display().to_string();
                return Err(Error::usage(
                    "scan the history of",
                    name,
                    "it is not the root of a git repository",
                )
                .mend("name a folder that holds `.git`, or a bare repository"));
            }
            Ok(None) => inputs.files.push(path),
            Err(why) => {
                inputs.skipped.push(why);
                inputs.files.push(path);
            }
        }
    }
    if args.history_only {
        inputs.files.clear();
    }
    inputs.history = own_share(inputs.history, args.shard);
    Ok(inputs)
}

/// Of machines that share the work, each takes whole repositories: a history cannot be swept in parts.
fn own_share(history: Vec<Repository>, shard: Option<Shard>) -> Vec<Repository> {
    let own = |at: &u64| shard.is_none_or(|shard| at % shard.count == shard.index - 1);
    (0..).zip(history).filter(|(at, _)| own(at)).map(|(_, repository)| repository).collect()
}

/// A path that is named twice is scanned once.
fn without_repeats(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    paths.into_iter().filter(|path| seen.insert(absolute(path))).collect()
}

fn rules(args: &ScanArgs, config: &Config) -> Result<RuleSet, Error> {
    let own = config.scan.rules.iter().map(|folder| config.base.join(folder));
    load_rules(own.chain(args.rules.iter().cloned()))
}

/// The rules that are compiled in and those of the folders, which are proven first.
pub(super) fn load_rules(folders: impl IntoIterator<Item = PathBuf>) -> Result<RuleSet, Error> {
    let mut rules = RuleSet::builtin();
    let mut added = false;
    for folder in folders {
        rules.add_folder(&folder)?;
        added = true;
    }
    if added {
        prove(&rules)?;
    }
    Ok(rules)
}

/// The reports, text on standard output where nothing else was asked for.
fn reports(args: &ScanArgs) -> Result<Vec<ReportTarget>, Error> {
    let mut reports = args.report.clone();
    if reports.iter().all(|report| report.file.is_some()) && reports.iter().all(|r| r.format != Format::Text)
    {
        reports.push(ReportTarget { format: Format::Text, file: None });
    }
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
    Ok(reports)
}

fn detail(args: &ScanArgs, reports: &[ReportTarget]) -> Detail {
    let wants = |format| reports.iter().any(|report| report.format == format);
    Detail { excerpts: wants(Format::Text), line_hashes: wants(Format::Sarif), rejections: args.explain }
}
