//! `dogcatcher hook`: one entry for git's hooks and for hook managers, and the way to set it up.

mod input;
mod install;
mod script;

use std::io::Write;

use dogcatcher::error::Error;

use super::args::{FileArgs, HookArgs, HookCommand, HookRunArgs, OutputArgs, Stage};
use super::exit::Exit;
use super::scan::execute;
use super::settings::Plan;

pub(super) fn run(args: &HookArgs) -> Result<Exit, Error> {
    match &args.command {
        HookCommand::Run(args) => run_hook(args),
        HookCommand::Install(args) => install::install(args),
        HookCommand::Uninstall(args) => install::uninstall(args),
    }
}

/// Scans what the hook is about, and says nothing where that is clean.
fn run_hook(args: &HookRunArgs) -> Result<Exit, Error> {
    let Some(input) = input::input(args)? else { return Ok(Exit::Clean) };
    let output = OutputArgs { quiet: true, report: args.output.report.clone(), ..args.output };
    let plan = Plan::new(input, &output, &args.findings, &FileArgs::default())?;
    let exit = execute(&plan, &output)?;
    if exit == Exit::Findings {
        // A courtesy: that git stops does not depend on it.
        let _ = writeln!(anstream::stderr(), "{}", advice(args.stage));
    }
    Ok(exit)
}

/// What to do now.
fn advice(stage: Stage) -> &'static str {
    match stage {
        Stage::PreCommit => {
            "dogcatcher stopped this commit. Take the credential out and `git add` the file again; or, if it may stay, write \
             `dogcatcher:allow REASON` into a comment on its line. (`git commit --no-verify` skips all hooks.)"
        }
        Stage::PrePush => {
            "dogcatcher stopped this push: the credential would leave this machine in these commits, even if a later one \
             removes it. Rewrite them (`git commit --amend`, `git rebase --interactive`). (`git push --no-verify` skips all hooks.)"
        }
        Stage::PreReceive => {
            "dogcatcher refused this push: the credential is in these commits, even if a later one removes it. Rewrite them \
             (`git commit --amend`, `git rebase --interactive`), revoke the credential, and push again."
        }
    }
}
