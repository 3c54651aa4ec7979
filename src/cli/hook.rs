//! `dogcatcher hook`: one entry for git's hooks and for hook managers, and the way to set it up.

mod advice;
mod input;
mod install;
mod place;
mod script;
mod typed;

use std::io::Write;

use dogcatcher::error::Error;

pub(super) use input::is_nothing;
pub(super) use typed::files_are_no_flags;

use super::args::{FileArgs, HookArgs, HookCommand, HookRunArgs, OutputArgs};
use super::exit::Exit;
use super::output::{expect, notice};
use super::scan::execute_and;
use super::settings::Plan;
use input::{About, Stops};

pub(super) fn run(args: &HookArgs) -> Result<Exit, Error> {
    match &args.command {
        HookCommand::Run(args) => run_hook(args),
        HookCommand::Install(args) => install::install(args),
        HookCommand::Uninstall(args) => install::uninstall(args),
    }
}

/// Scans what the hook is about, and says nothing where that is clean.
fn run_hook(args: &HookRunArgs) -> Result<Exit, Error> {
    let Some(About { input, stops, is_guess, first_push_to }) = input::input(args)? else {
        return Ok(Exit::Clean);
    };
    let output = OutputArgs { quiet: true, report: args.output.report.clone(), ..args.output };
    expect(&output, [], &args.findings)?;
    let mut plan = Plan::new(input, &output, &args.findings, &FileArgs::default())?;
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
    let (mut fingerprints, mut pointers) = (Vec::new(), 0);
    let exit = execute_and(&plan, &output, &mut |outcome, _| {
        fingerprints = advice::fingerprints(&outcome.findings);
        pointers = outcome.summary.lfs_pointers();
        Ok(())
    })?;
    if pointers > 0 {
        notice(&format!("{pointers} Git LFS pointer(s): what they stand for was not read"));
    }
    if exit == Exit::Findings {
        // A courtesy: that git stops does not depend on it.
        let _ = writeln!(anstream::stderr(), "{}", advice::advice(stops, &fingerprints));
    }
    Ok(exit)
}
