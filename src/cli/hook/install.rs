//! Setting hooks up and taking them away: nothing of anybody else's is
//! overwritten or lost.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::location::absolute;
use dogcatcher::report::shown_path;
use dogcatcher::source::HooksFolder;

use super::place::{Ours, before, ours_in, stage_of};
use super::script::script;
use crate::cli::args::{HookPlaceArgs, Stage};
use crate::cli::exit::Exit;
use crate::cli::leftovers;
use crate::cli::signals::end_when_asked;

/// Writes the hooks; one that is there already is kept and run first.
pub(super) fn install(args: &HookPlaceArgs) -> Result<Exit, Error> {
    end_when_asked();
    let folder = folder(args)?;
    let program =
        std::env::current_exe().map_err(|cause| Error::io("find the path of", "this program", &cause))?;
    fs::create_dir_all(&folder.path).map_err(|cause| fails("make the folder", &folder.path, &cause))?;
    let kept = absolute(&folder.path);
    for stage in stages(args, &folder) {
        let text = script(stage, &program, &before(&kept, stage));
        let (hook, done) = put(&folder.path, stage, &text)?;
        say(&format!("{}: {done}", shown_path(&hook)));
    }
    Ok(Exit::Clean)
}

/// Removes hooks of this program's, and brings back those that were there
/// before.
pub(super) fn uninstall(args: &HookPlaceArgs) -> Result<Exit, Error> {
    let folder = folder(args)?;
    let wanted = |ours: &Ours| args.stage.is_empty() || args.stage.contains(&ours.stage);
    let ours: Vec<Ours> = ours_in(&folder.path).into_iter().filter(wanted).collect();
    for ours in &ours {
        say(&format!("{}: {}", shown_path(&ours.path), take_away(&folder.path, ours)?));
    }
    if ours.is_empty() {
        say(&format!("{}: no hook there is dogcatcher's", shown_path(&folder.path)));
    }
    Ok(Exit::Clean)
}

/// Returns where the hooks go, if that is the repository's own business.
fn folder(args: &HookPlaceArgs) -> Result<HooksFolder, Error> {
    let folder = HooksFolder::for_repository(args.path.as_deref().unwrap_or(Path::new(".")))?;
    let name = || folder.path.display().to_string();
    if folder.shared && !args.shared {
        let why = "core.hooksPath of your own or the machine's configuration leads there: all repositories share it";
        return Err(Error::usage("set up hooks in", name(), why)
            .mend("`--shared` does it for all of them; `git config core.hooksPath .git/hooks` gives this one its own"));
    }
    if let Some(outside) = folder.outside.as_ref().filter(|_| !folder.shared && !args.outside) {
        let why = format!("the repository's own settings or a link lead out of it, to {}", outside.display());
        return Err(Error::usage("set up hooks in", name(), why).mend(
            "`--outside` does so all the same; `git config --unset core.hooksPath` brings the hooks back",
        ));
    }
    if folder.path.join("husky.sh").exists() || folder.path.join("h").exists() {
        return Err(Error::usage(
            "set up hooks in",
            name(),
            "husky makes that folder anew with each install",
        )
        .mend("write `dogcatcher hook run` into .husky/pre-commit"));
    }
    Ok(folder)
}

/// Returns the stages that were named, or those that a repository of this kind
/// wants.
fn stages(args: &HookPlaceArgs, folder: &HooksFolder) -> Vec<Stage> {
    match (&args.stage[..], folder.bare) {
        ([], false) => vec![Stage::PreCommit, Stage::PrePush],
        ([], true) => vec![Stage::PreReceive],
        (stages, _) => stages.to_vec(),
    }
}

/// Writes a hook; another one that is there is kept beside it.
fn put(folder: &Path, stage: Stage, text: &str) -> Result<(PathBuf, &'static str), Error> {
    let hook = folder.join(stage.file_name());
    let written = |hook: PathBuf, done| match write(&hook, text) {
        Ok(()) => Ok((hook, done)),
        Err(cause) => Err(fails("write", &hook, &cause)),
    };
    if stage_of(&hook)?.is_some() {
        return written(hook, "brought up to date");
    }
    // pre-commit has moved ours there, and runs it.
    let legacy = folder.join(format!("{}.legacy", stage.file_name()));
    if stage_of(&legacy)?.is_some() && hook.exists() {
        return written(legacy, "brought up to date; the hook that took its place runs it");
    }
    if hook.symlink_metadata().is_err() {
        return written(hook, "set up");
    }
    let before = before(folder, stage);
    if before.symlink_metadata().is_ok() {
        let name = before.display().to_string();
        return Err(Error::usage(
            "keep the hook that is there as",
            name,
            "there is one of that name already",
        )
        .mend("look at both, and delete or join them"));
    }
    fs::rename(&hook, &before).map_err(|cause| fails("rename", &hook, &cause))?;
    let done = written(hook.clone(), "set up; the hook that was there runs first, as before");
    if done.is_err() {
        // The first error is told of; this puts things back as they were.
        let _ = fs::rename(&before, &hook);
    }
    done
}

/// Writes a hook under a temporary name first, so that git never runs half of
/// one.
fn write(hook: &Path, text: &str) -> io::Result<()> {
    let folder = hook.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let mut file = leftovers::temporary_file(builder.prefix(".dogcatcher-"), folder)?;
    file.write_all(text.as_bytes())?;
    leftovers::persist_file(file, hook)
}

/// Removes our hook and puts back what was there before, under the name by
/// which ours was run.
fn take_away(folder: &Path, ours: &Ours) -> Result<&'static str, Error> {
    let beside = before(ours.path.parent().unwrap_or(folder), ours.stage);
    let kept = [beside, before(folder, ours.stage)].into_iter().find(|path| path.symlink_metadata().is_ok());
    if let Some(before) = kept {
        fs::rename(&before, &ours.path).map_err(|cause| fails("rename", &before, &cause))?;
        return Ok("removed; the hook that was there before is back");
    }
    fs::remove_file(&ours.path).map_err(|cause| fails("delete", &ours.path, &cause))?;
    Ok("removed")
}

/// Makes the error for a hook that cannot be written, read or removed.
fn fails(tried: &str, path: &Path, cause: &io::Error) -> Error {
    Error::io(tried, path.display().to_string(), cause)
}

/// Tells a person of a hook, on standard error.
fn say(line: &str) {
    // What was done is done, whether anybody can be told or not.
    let _ = writeln!(anstream::stdout(), "{line}");
}
