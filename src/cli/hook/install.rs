//! Setting hooks up and taking them away: nothing of anybody else's is overwritten or lost.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::report::shown_path;
use dogcatcher::source::HooksFolder;

use super::script::{BEFORE, MARK, script};
use crate::cli::args::{HookPlaceArgs, Stage};
use crate::cli::exit::Exit;

pub(super) fn install(args: &HookPlaceArgs) -> Result<Exit, Error> {
    let folder = folder(args)?;
    let program =
        std::env::current_exe().map_err(|cause| Error::io("find the path of", "this program", &cause))?;
    fs::create_dir_all(&folder.path).map_err(|cause| fails("make the folder", &folder.path, &cause))?;
    for stage in stages(args, &folder) {
        let hook = folder.path.join(stage.name());
        let done = put(&hook, &script(stage, &program))?;
        say(&format!("{}: {done}", shown_path(&hook)));
    }
    Ok(Exit::Clean)
}

pub(super) fn uninstall(args: &HookPlaceArgs) -> Result<Exit, Error> {
    let folder = folder(args)?;
    let stages = if args.stage.is_empty() { ALL.to_vec() } else { args.stage.clone() };
    let mut any = false;
    for stage in stages {
        let hook = folder.path.join(stage.name());
        if is_ours(&hook)? {
            say(&format!("{}: {}", shown_path(&hook), take_away(&hook)?));
            any = true;
        }
    }
    if !any {
        say(&format!("{}: no hook there is dogcatcher's", shown_path(&folder.path)));
    }
    Ok(Exit::Clean)
}

const ALL: [Stage; 3] = [Stage::PreCommit, Stage::PrePush, Stage::PreReceive];

/// Where the hooks go, if that is the repository's own business.
fn folder(args: &HookPlaceArgs) -> Result<HooksFolder, Error> {
    let folder = HooksFolder::of(args.path.as_deref().unwrap_or(Path::new(".")))?;
    let name = || folder.path.display().to_string();
    if folder.shared && !args.shared {
        let why = "core.hooksPath of your own or the machine's configuration leads there: all repositories share it";
        return Err(Error::usage("set up hooks in", name(), why)
            .mend("`--shared` does it for all of them; `git config core.hooksPath .git/hooks` gives this one its own"));
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

fn stages(args: &HookPlaceArgs, folder: &HooksFolder) -> Vec<Stage> {
    match (&args.stage[..], folder.bare) {
        ([], false) => vec![Stage::PreCommit, Stage::PrePush],
        ([], true) => vec![Stage::PreReceive],
        (stages, _) => stages.to_vec(),
    }
}

/// Writes a hook; another one that is there is kept beside it.
fn put(hook: &Path, text: &str) -> Result<&'static str, Error> {
    let write = || -> io::Result<()> {
        let folder = hook.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(hook).map_err(|error| error.error)?;
        Ok(())
    };
    let written = |done| write().map(|()| done).map_err(|cause| fails("write", hook, &cause));
    if is_ours(hook)? {
        return written("brought up to date");
    }
    if hook.symlink_metadata().is_err() {
        return written("set up");
    }
    let before = before(hook);
    if before.symlink_metadata().is_ok() {
        let name = before.display().to_string();
        return Err(Error::usage(
            "keep the hook that is there as",
            name,
            "there is one of that name already",
        )
        .mend("look at both, and delete or join them"));
    }
    fs::rename(hook, &before).map_err(|cause| fails("rename", hook, &cause))?;
    let done = written("set up; the hook that was there runs first, as before");
    if done.is_err() {
        // The first error is told of; this puts things back as they were.
        let _ = fs::rename(&before, hook);
    }
    done
}

/// Removes our hook and puts back what was there before.
fn take_away(hook: &Path) -> Result<&'static str, Error> {
    let before = before(hook);
    if before.symlink_metadata().is_ok() {
        fs::rename(&before, hook).map_err(|cause| fails("rename", &before, &cause))?;
        return Ok("removed; the hook that was there before is back");
    }
    fs::remove_file(hook).map_err(|cause| fails("delete", hook, &cause))?;
    Ok("removed")
}

fn is_ours(hook: &Path) -> Result<bool, Error> {
    match fs::read(hook) {
        Ok(text) => Ok(memchr::memmem::find(&text, MARK.as_bytes()).is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(fails("read", hook, &cause)),
    }
}

fn before(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(BEFORE);
    PathBuf::from(name)
}

fn fails(tried: &str, path: &Path, cause: &io::Error) -> Error {
    Error::io(tried, path.display().to_string(), cause)
}

fn say(line: &str) {
    // What was done is done, whether anybody can be told or not.
    let _ = writeln!(anstream::stdout(), "{line}");
}
