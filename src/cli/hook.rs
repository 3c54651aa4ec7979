//! `dogcatcher hook`: one entry for git's hooks and for hook managers, and the
//! way to set it up.

mod input;
mod install;
mod place;
mod script;
mod typed;

use std::io::Write;

use dogcatcher::error::Error;
use dogcatcher::finding::Finding;
use dogcatcher::location::{GitPart, GitText};
use dogcatcher::report::{allow_entries, counted};
use dogcatcher::source::CommitRange;

pub(super) use input::is_nothing;
pub(super) use typed::files_are_no_flags;

use super::advice::{AllowedIn, Stops, next_steps};
use super::args::{FileArgs, HookArgs, HookCommand, HookRunArgs, OutputArgs};
use super::exit::Exit;
use super::output::{note_old_reports, notice};
use super::scan::execute_and;
use super::settings::Plan;
use input::About;

pub(super) fn run(args: &HookArgs) -> Result<Exit, Error> {
    match &args.command {
        HookCommand::Run(args) => run_hook(args),
        HookCommand::Install(args) => install::install(args),
        HookCommand::Uninstall(args) => install::uninstall(args),
    }
}

/// Scans what the hook is about, and says nothing where that is clean.
fn run_hook(args: &HookRunArgs) -> Result<Exit, Error> {
    let Some(About { input, stops, is_guess, named, first_push_to }) = input::input(args)? else {
        return Ok(Exit::Clean);
    };
    let output = OutputArgs { quiet: true, report: args.output.report.clone(), ..args.output };
    note_old_reports(&output, [], &args.findings)?;
    let mut plan = Plan::new(input, &output, &args.findings, &FileArgs::default())?;
    if let Some(named) = named {
        plan.settings.range = plan.settings.range.map(|range| range.without_unnamed(&named));
        match plan.settings.range.as_ref().map_or(0, CommitRange::unnamed) {
            0 => {}
            n => notice(&format!(
                "{} of these commits left out: the hook manager names no more",
                counted(n as u64, "file")
            )),
        }
    }
    if is_guess && plan.settings.range.as_ref().is_some_and(|range| !range.is_empty()) {
        notice(
            "git did not say on standard input what is pushed: what no remote is known to have is scanned",
        );
    }
    if let Some(remote) = first_push_to.filter(|_| !is_guess) {
        notice(&format!("nothing of `{remote}` was fetched yet: what another remote has is not scanned"));
    }
    // What to do is said below, by what was stopped.
    plan.remedies = stops == Stops::Reception;
    let (mut entries, mut pointers, mut is_name) = (String::new(), 0, false);
    let exit = execute_and(&plan, &output, &mut |outcome, _| {
        entries = allow_entries(&outcome.findings);
        pointers = outcome.summary.lfs_pointers();
        is_name = outcome.findings.iter().any(is_ref_name);
        Ok(())
    })?;
    if pointers > 0 {
        notice(&format!(
            "{}: not read, for the content is not here (`git lfs pull`, then `dogcatcher scan`)",
            counted(pointers, "Git LFS pointer")
        ));
    }
    if is_name {
        notice("the branch or tag that is named like a credential needs another name (`git branch -m NAME`)");
    }
    if exit == Exit::Findings {
        // A courtesy: that git stops does not depend on it.
        let nearest = match stops {
            Stops::Reception => "the repository's folder on the server",
            _ => "the root of the work tree",
        };
        let allowed_in = AllowedIn::from_args(&args.findings, nearest);
        let _ = writeln!(anstream::stderr(), "{}", next_steps(stops, &allowed_in, &entries));
    }
    Ok(exit)
}

/// Returns whether a finding that counts stands in the name of a ref.
fn is_ref_name(finding: &Finding<'_>) -> bool {
    let of_ref = |text: &GitText| text.part == GitPart::RefName;
    finding.suppressed.is_none() && finding.locations.iter().any(|it| it.origin.git().is_some_and(of_ref))
}
