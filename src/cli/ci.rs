//! `dogcatcher ci`: what a run of CI is about, and what it wants written.

mod clone;
mod decision;
mod event;
mod gate;
mod git;
mod github;
mod gitlab;

use dogcatcher::error::Error;

use super::args::{CiArgs, CiCommand};
use super::exit::Exit;

pub(super) fn run(args: CiArgs) -> Result<Exit, Error> {
    match args.command {
        CiCommand::Github(args) => github::run(args),
        CiCommand::Gitlab(args) => gitlab::run(args),
    }
}
