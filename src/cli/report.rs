//! `dogcatcher report`: saved reports, shown, joined and compared, and those of
//! other scanners.

mod rewrite;

use std::path::{Path, PathBuf};

use dogcatcher::detect::Detector;
use dogcatcher::error::Error;
use dogcatcher::report::{
    ClaimedFiles, Comparison, Conversion, ConversionSummary, Format, Only, Options, Part, SavedReport,
    hide_what_is_found_by, join, name_repository,
};
use dogcatcher::scan::Outcome;

use super::args::{
    ColorWhen, ConvertArgs, DiffArgs, MergeArgs, OutputArgs, ReportArgs, ReportCommand, ReportTarget,
    RewriteTarget, ShowArgs, ShownArgs,
};
use super::exit::Exit;
use super::named_folder::NamedFolder;
use super::output::{Output, print, refuse_replacing, text_width};
use super::saved::rules_for;
use super::settings::{load_rules, report_targets};
use rewrite::{tell_next_step, write_rewrite_input};

pub(super) fn run(args: &ReportArgs) -> Result<Exit, Error> {
    match &args.command {
        ReportCommand::Show(args) => show(args),
        ReportCommand::Convert(args) => convert(args),
        ReportCommand::Merge(args) => merge(args),
        ReportCommand::Diff(args) => diff(args),
    }
}

fn show(args: &ShowArgs) -> Result<Exit, Error> {
    if let Some(target) = &args.format {
        return show_rewrite_input(args, target);
    }
    let saved = args.files.iter().map(|file| (None, file.as_path()));
    write_joined(saved, &args.shown)
}

/// Writes what `git filter-repo` takes, about the findings that are chosen.
fn show_rewrite_input(args: &ShowArgs, target: &RewriteTarget) -> Result<Exit, Error> {
    let saved = args.files.iter().map(|file| SavedReport::read(file)).collect::<Result<Vec<_>, _>>()?;
    let rules = rules_for(&saved, &args.shown.rules.folders)?;
    let outcomes = saved.iter().map(|saved| saved.restore(&rules)).collect();
    let Some(mut outcome) = join(outcomes) else { return Ok(Exit::Clean) };
    Only::apply(&args.shown.choice.only, &mut outcome);
    let exit = write_rewrite_input(&outcome, &rules, target)?;
    tell_next_step(target);
    Ok(exit)
}

fn merge(args: &MergeArgs) -> Result<Exit, Error> {
    let mut shown = args.shown.clone();
    if shown.output.report.is_empty() {
        shown.output.report.push(ReportTarget { format: Format::Json, file: None });
    }
    let saved = args.files.iter().map(|it| (it.name.as_deref(), it.file.as_path()));
    write_joined(saved, &shown)
}

/// Writes several saved reports as one.
fn write_joined<'a>(
    files: impl Iterator<Item = (Option<&'a str>, &'a Path)> + Clone,
    shown: &ShownArgs,
) -> Result<Exit, Error> {
    let ShownArgs { output, choice, rules: folders } = shown;
    let targets = report_targets(output)?;
    refuse_replacing(&targets, files.clone().map(|(_, file)| file))?;
    let saved = files.clone().map(|(_, file)| SavedReport::read(file)).collect::<Result<Vec<_>, _>>()?;
    let rules = rules_for(&saved, &folders.folders)?;
    let outcomes = saved.iter().zip(files).map(|(saved, (name, _))| {
        let mut outcome = saved.restore(&rules);
        name.iter().for_each(|name| name_repository(&mut outcome, name));
        outcome
    });
    let Some(mut outcome) = join(outcomes.collect()) else { return Ok(Exit::Clean) };
    Only::apply(&choice.only, &mut outcome);
    let options = options(output);
    for target in targets {
        Output::open(target)?.write(&outcome, &rules, &options, output.color)?;
    }
    Ok(Exit::Clean)
}

/// Reads the reports of other scanners; the sum of what became of their claims
/// stands before the report itself.
fn convert(args: &ConvertArgs) -> Result<Exit, Error> {
    let ShownArgs { output, choice, rules: folders } = &args.shown;
    let targets = report_targets(output)?;
    refuse_replacing(&targets, args.files.iter().map(PathBuf::as_path))?;
    let rules = load_rules(folders.folders.iter().cloned())?;
    hide_what_is_found_by(&rules);
    let detector = Detector::new(&rules);
    let folder = args.root.as_deref().map(NamedFolder::new).transpose()?;
    let files = folder.as_ref().map(|folder| folder as &dyn ClaimedFiles);
    let mut conversion = Conversion::new(&detector, files);
    args.files.iter().try_for_each(|file| conversion.add_report(file))?;
    let (mut outcome, sum) = conversion.finish();
    Only::apply(&choice.only, &mut outcome);
    write_sum(&sum, &targets, output.quiet)?;
    let options = options(output);
    for target in targets {
        Output::open(target)?.write(&outcome, &rules, &options, output.color)?;
    }
    Ok(Exit::Clean)
}

/// Writes the sum where people read it: on standard error if standard output is
/// for a program.
fn write_sum(sum: &ConversionSummary, targets: &[ReportTarget], is_quiet: bool) -> Result<(), Error> {
    let is_for_program = targets.iter().any(|it| it.file.is_none() && it.format != Format::Text);
    match (is_quiet, is_for_program) {
        (true, _) => Ok(()),
        (false, false) => print(ColorWhen::Never, |out, _| sum.write(out)),
        // A courtesy: nobody is left to tell if this fails.
        (false, true) => sum.write(&mut anstream::stderr()).or(Ok(())),
    }
}

fn diff(args: &DiffArgs) -> Result<Exit, Error> {
    let ShownArgs { output, choice, rules: folders } = &args.shown;
    let targets = report_targets(output)?;
    refuse_replacing(&targets, [args.old.as_path(), args.new.as_path()])?;
    if let Some(target) = targets.iter().find(|target| !Comparison::FORMATS.contains(&target.format)) {
        let formats = Comparison::FORMATS.map(Format::as_str).join(", ");
        return Err(Error::usage(
            "compare in the format",
            target.format.as_str(),
            format!("the formats are {formats}"),
        ));
    }
    let saved = [SavedReport::read(&args.old)?, SavedReport::read(&args.new)?];
    let rules = rules_for(&saved, &folders.folders)?;
    let [old, new] = saved.each_ref().map(|saved| -> Outcome<'_> { saved.restore(&rules) });
    let mut comparison = Comparison::new(&old, &new);
    comparison.choose(&choice.only);
    let options = options(output);
    for target in targets {
        let format = target.format;
        let color = output.color;
        Output::open(target)?
            .write_with(&options, color, |options, out| comparison.write(format, options, out))?;
    }
    Ok(match (comparison.has_news(), comparison.is_whole()) {
        (true, _) => Exit::Findings,
        (false, false) => Exit::Incomplete,
        (false, true) => Exit::Clean,
    })
}

fn options(output: &OutputArgs) -> Options {
    Options {
        styled: false,
        width: text_width(),
        show_secrets: output.show_secrets,
        authors: output.authors,
        explain: false,
        quiet: output.quiet,
        part: Part::Auto,
        suppressed: output.suppressed,
        group_by: output.group_by,
        remedies: true,
    }
}
