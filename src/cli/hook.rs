//! `dogcatcher hook`: one entry for git's hooks and for hook managers, and the way to set it up.

mod input;
mod install;
mod script;

use std::io::Write;

use dogcatcher::error::Error;

pub(super) use input::is_nothing;

use super::args::{FileArgs, HookArgs, HookCommand, HookRunArgs, OutputArgs, Stage};
use super::exit::Exit;
use super::output::expect;
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
    expect(&output, [], &args.findings)?;
    let mut plan = Plan::new(input, &output, &args.findings, &FileArgs::default())?;
    // What to do is said below, by what was stopped.
    plan.remedies = args.stage == Stage::PreReceive;
    let exit = execute(&plan, &output)?;
    if exit == Exit::Findings {
        // A courtesy: that git stops does not depend on it.
        let _ = writeln!(anstream::stderr(), "{}", advice(args.stage));
    }
    Ok(exit)
}

/// What to do now, in lines that fit any terminal.
fn advice(stage: Stage) -> &'static str {
    match stage {
        Stage::PreCommit => {
            "\
dogcatcher stopped this commit; nothing has left this machine.
  - Take the credential out, `git add` the file, and commit again.
  - Has anybody else seen it, or was it committed before? Then revoke it, too.
  - May it stay? Write `dogcatcher:allow REASON` into a comment on its line.
(`git commit --no-verify` skips all hooks.)"
        }
        Stage::PrePush => {
            "\
dogcatcher stopped this push: the credential would leave this machine in these
commits, even if a later one removes it.
  - Rewrite them: `git commit --amend`, or `git rebase --interactive`.
  - Has anybody else seen it? Then revoke it, too.
  - May it stay? Write `dogcatcher:allow REASON` into a comment on its line.
(`git push --no-verify` skips all hooks.)"
        }
        Stage::PreReceive => {
            "\
dogcatcher refused this push: a credential is in these commits, even if a later
one removes it.
  - Revoke it: it has left the machine that it was on.
  - Rewrite the commits (`git commit --amend`, `git rebase --interactive`), and
    push again."
        }
    }
}
