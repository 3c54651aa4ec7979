//! What a hook is about.

use std::io::Read;
use std::path::PathBuf;

use dogcatcher::error::Error;
use dogcatcher::source::RangeWords;

use crate::cli::args::{HookRunArgs, Stage};
use crate::cli::environment::variable;
use crate::cli::settings::Input;

/// What the hook is about; nothing where git only deletes something.
pub(super) fn input(args: &HookRunArgs) -> Result<Option<Input>, Error> {
    let range = |words: &str| Ok(Some(Input::Range { folder: None, words: RangeWords::parse([words])? }));
    if let (Some(from), Some(to)) = (variable("PRE_COMMIT_FROM_REF"), variable("PRE_COMMIT_TO_REF")) {
        return range(&format!("{to} --not {from}"));
    }
    if let (Some(remote), Some(branch)) =
        (variable("PRE_COMMIT_REMOTE_NAME"), variable("PRE_COMMIT_LOCAL_BRANCH"))
    {
        return range(&first_push(&branch, &remote));
    }
    let words = match args.stage {
        Stage::PreCommit if args.args.is_empty() => return Ok(Some(Input::Staged { only: None })),
        Stage::PreCommit => {
            let files = args.args.iter().map(PathBuf::from).collect();
            return Ok(Some(Input::Staged { only: Some(files) }));
        }
        Stage::PrePush => {
            let remote = args.args.first().and_then(|name| name.to_str()).filter(|name| is_name(name));
            pushed(&standard_input()?, remote)?
        }
        Stage::PreReceive => received(&standard_input()?)?,
    };
    words.map_or(Ok(None), |words| range(&words))
}

fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let read = std::io::stdin().lock().read_to_string(&mut text);
    read.map_err(|cause| Error::io("read what git pushes from", "standard input", &cause))?;
    Ok(text)
}

/// What would be pushed: `<local ref> <local id> <remote ref> <remote id>` a line, less what the remote is known to have.
fn pushed(lines: &str, remote: Option<&str>) -> Result<Option<String>, Error> {
    let mut new = Vec::new();
    let mut known = Vec::new();
    for line in lines.lines() {
        let [_, local, _, theirs] = fields(line)?;
        new.extend(Some(local).filter(|id| !is_nothing(id)));
        known.extend(Some(theirs).filter(|id| !is_nothing(id)));
    }
    // The tips of the remote may never have been fetched.
    let refs = remote.map_or_else(String::new, |name| format!(" --remotes={name}"));
    let words = || format!("--ignore-missing {} --not {}{refs}", new.join(" "), known.join(" "));
    Ok((!new.is_empty()).then(words))
}

/// What is pushed where the pre-commit framework names no range, since the remote has nothing that the branch grew from: it
/// names all files then, which do not show what was added and removed on the way.
fn first_push(branch: &str, remote: &str) -> String {
    match is_name(remote) {
        true => format!("{branch} --not --remotes={remote}"),
        // Without a second word it would be that one commit.
        false => format!("{branch} --not"),
    }
}

/// Whether this can be the name of a remote; git gives the address of one that has no name.
fn is_name(remote: &str) -> bool {
    !remote.contains("..") && !remote.contains(|c: char| c == ':' || c.is_whitespace() || c.is_control())
}

/// What is being received: `<old id> <new id> <ref>` a line, less all that is here already.
fn received(lines: &str) -> Result<Option<String>, Error> {
    let mut new = Vec::new();
    for line in lines.lines() {
        let [_, id, _] = fields(line)?;
        new.extend(Some(id).filter(|id| !is_nothing(id)));
    }
    let words = || format!("{} --not --all", new.join(" "));
    Ok((!new.is_empty()).then(words))
}

fn fields<const N: usize>(line: &str) -> Result<[&str; N], Error> {
    let fields: Vec<&str> = line.split(' ').collect();
    fields.try_into().map_err(|fields: Vec<&str>| {
        let why = format!("git writes {N} fields, this has {}", fields.len());
        Error::usage("read what is pushed from the line", format!("`{line}`"), why)
            .mend("`--stage` must be the hook that git runs; for commits of your own use `scan --range`")
    })
}

/// The id of zeros, for what is not there.
pub(in crate::cli) fn is_nothing(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: &str = "0000000000000000000000000000000000000000";

    #[test]
    fn pushes() {
        let words = |lines: &str| pushed(lines, Some("origin")).unwrap();
        assert_eq!(words(""), None);
        assert!(is_name("origin/a") && !is_name("../server") && !is_name("https://user:word@host/x"));
        assert_eq!(words(&format!("(delete) {ZERO} refs/heads/a abc\n")), None);
        assert_eq!(
            words(&format!("refs/heads/a 12 refs/heads/a 34\nrefs/heads/b 56 refs/heads/b {ZERO}\n"))
                .as_deref(),
            Some("--ignore-missing 12 56 --not 34 --remotes=origin")
        );
        assert!(pushed("one two", None).is_err());
    }

    #[test]
    fn receptions() {
        assert_eq!(received(&format!("12 {ZERO} refs/heads/a\n")).unwrap(), None);
        let lines = format!("{ZERO} 34 refs/heads/a\n12 56 refs/heads/b\n");
        assert_eq!(received(&lines).unwrap().as_deref(), Some("34 56 --not --all"));
    }
}
