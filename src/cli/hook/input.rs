//! What a hook is about.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use dogcatcher::error::Error;
use dogcatcher::source::{NamedFiles, RangeWords, RemoteRefs};

use super::typed::refuse_late_flags;
use crate::cli::advice::Stops;
use crate::cli::args::{HookRunArgs, Stage};
use crate::cli::environment::read_variable;
use crate::cli::settings::Input;

/// What a hook is about, and what is stopped where it finds something.
#[derive(Debug)]
pub(super) struct About {
    /// What is scanned.
    pub(super) input: Input,
    /// What is stopped where something is found.
    pub(super) stops: Stops,
    /// Said where anything is scanned for it: git did not tell what is pushed.
    pub(super) is_guess: bool,
    /// The files that the pre-commit framework named for a range: its `files:`
    /// and `exclude:` count.
    pub(super) named: Option<NamedFiles>,
    /// The remote that is pushed to, if nothing of it was ever fetched: what
    /// others have is left out all the same.
    pub(super) first_push_to: Option<String>,
}

/// What a push brings.
#[derive(Debug, PartialEq, Eq)]
struct News {
    /// The commits and tags, as a range is written.
    words: String,
    /// The names of the refs that the other side does not have yet.
    new_refs: Vec<String>,
}

/// Returns what the hook is about; nothing where git only deletes something.
pub(super) fn input(args: &HookRunArgs) -> Result<Option<About>, Error> {
    refuse_late_flags(&args.args)?;
    if let Some(Framework { news, stops, from, to }) = of_framework() {
        let named = NamedFiles { from, to, files: args.args.iter().map(PathBuf::from).collect() };
        return Ok(Some(About { named: Some(named), ..about(args, news, stops)? }));
    }
    match args.stage {
        Stage::PreCommit => {
            let files: Vec<PathBuf> = args.args.iter().map(PathBuf::from).collect();
            let stops = if is_message(&files) { Stops::Message } else { Stops::Commit };
            let input = Input::Staged { only: Some(files).filter(|files| !files.is_empty()) };
            Ok(Some(About { input, stops, is_guess: false, named: None, first_push_to: None }))
        }
        Stage::PrePush => {
            let lines = standard_input()?;
            if lines.trim().is_empty() {
                let new_refs = RemoteRefs::read_here().map_or_else(Vec::new, |refs| refs.unpushed_branches());
                let news = News { words: UNPUSHED.to_owned(), new_refs };
                return Ok(Some(About { is_guess: true, ..about(args, news, Stops::Push)? }));
            }
            pushed(&lines)?.map(|news| about(args, news, Stops::Push)).transpose()
        }
        Stage::PreReceive => {
            received(&standard_input()?)?.map(|news| about(args, news, Stops::Reception)).transpose()
        }
    }
}

/// Returns whether the one file is the message of a commit, as git names it to
/// its hook commit-msg.
fn is_message(files: &[PathBuf]) -> bool {
    matches!(files, [file] if file.file_name().is_some_and(|name| name == "COMMIT_EDITMSG" || name == "MERGE_MSG"))
}

fn about(args: &HookRunArgs, news: News, stops: Stops) -> Result<About, Error> {
    let words = RangeWords::parse([&news.words[..]])?.to_new_refs(news.new_refs);
    let input = Input::Range { folder: None, words };
    let remote = matches!(stops, Stops::Push).then(RemoteRefs::read_here).flatten();
    let remote =
        remote.zip(remote_name(args)).filter(|(refs, remote)| refs.is_known() && !refs.any_of(remote));
    Ok(About { input, stops, is_guess: false, named: None, first_push_to: remote.map(|(_, name)| name) })
}

/// The remote that is pushed to, as the pre-commit framework or git names it;
/// git gives the address of one that has no name.
fn remote_name(args: &HookRunArgs) -> Option<String> {
    let first = || args.args.first()?.to_str().map(str::to_owned);
    let is_name = |remote: &String| !remote.contains([':', '/']) && !remote.contains(char::is_whitespace);
    read_variable("PRE_COMMIT_REMOTE_NAME").or_else(first).filter(is_name)
}

/// All that this clone has and no remote is known to have: for a push of which
/// nobody told what is pushed.
const UNPUSHED: &str = "HEAD --branches --not --remotes";

/// The range that the pre-commit framework names.
struct Framework {
    /// Commits that come.
    news: News,
    stops: Stops,
    /// The ends between which it looks for files; without the first one it
    /// names all of them.
    from: Option<String>,
    /// Name of the ref at the remote.
    to: String,
}

/// Reads what a framework such as pre-commit tells its hooks of in variables;
/// none where git started the hook itself.
fn of_framework() -> Option<Framework> {
    // What one remote has is published: another one, such as a fork, is told nothing new by it.
    let remote = read_variable("PRE_COMMIT_REMOTE_NAME");
    let published = if remote.is_some() { " --remotes" } else { "" };
    let new_refs = remote.as_deref().and_then(new_ref_of_framework).into_iter().collect();
    if let (Some(from), Some(to)) = (read_variable("PRE_COMMIT_FROM_REF"), read_variable("PRE_COMMIT_TO_REF"))
    {
        let stops = if remote.is_some() { Stops::Push } else { Stops::Check };
        let news = News { words: format!("{to} --not {from}{published}"), new_refs };
        return Some(Framework { news, stops, from: Some(from), to });
    }
    // Where the remote has nothing that the branch grew from, it names all files, which do not show what was added and
    // removed on the way.
    let to = remote.and(read_variable("PRE_COMMIT_LOCAL_BRANCH"))?;
    let news = News { words: format!("{to} --not{published}"), new_refs };
    Some(Framework { news, stops: Stops::Push, from: None, to })
}

/// The ref that the pre-commit framework names as the one that is pushed to,
/// unless it was fetched from there before.
fn new_ref_of_framework(remote: &str) -> Option<String> {
    let name = read_variable("PRE_COMMIT_REMOTE_BRANCH")?;
    let is_known = RemoteRefs::read_here().is_some_and(|refs| refs.has_branch(remote, &name));
    Some(name).filter(|_| !is_known)
}

/// All of standard input; nothing where a person sits there.
fn standard_input() -> Result<String, Error> {
    let mut text = String::new();
    let mut stdin = std::io::stdin().lock();
    if stdin.is_terminal() {
        return Ok(text);
    }
    let read = stdin.read_to_string(&mut text);
    read.map_err(|cause| Error::io("read what git pushes from", "standard input", &cause))?;
    Ok(text)
}

/// Returns what would be pushed: `<local ref> <local id> <remote ref> <remote
/// id>` a line, less what any remote is known to have.
fn pushed(lines: &str) -> Result<Option<News>, Error> {
    let (mut new, mut known, mut new_refs) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let [_, local, name, theirs] = fields(line)?;
        new.extend(Some(local).filter(|id| !is_nothing(id)));
        known.extend(Some(theirs).filter(|id| !is_nothing(id)));
        new_refs.extend(new_ref(name, theirs, local));
    }
    // The tips of the remote may never have been fetched.
    let words = || format!("--ignore-missing {} --not {} --remotes", new.join(" "), known.join(" "));
    Ok((!new.is_empty()).then(|| News { words: words(), new_refs }))
}

/// The name of a ref that is made: it led to nothing before.
fn new_ref(name: &str, before: &str, after: &str) -> Option<String> {
    (is_nothing(before) && !is_nothing(after)).then(|| name.to_owned())
}

/// Returns what is being received: `<old id> <new id> <ref>` a line, less all
/// that is here already.
fn received(lines: &str) -> Result<Option<News>, Error> {
    if lines.trim().is_empty() {
        let why = "nothing is there, so what was pushed is not known";
        return Err(Error::usage("read what was received from", "standard input", why)
            .mend(
                "git tells it to each pre-receive hook once: pass on what another program has read; in an update hook \
                 `echo \"$2 $3 $1\" | dogcatcher hook run --stage pre-receive`",
            ));
    }
    let (mut new, mut new_refs) = (Vec::new(), Vec::new());
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let [before, id, name] = fields(line)?;
        new.extend(Some(id).filter(|id| !is_nothing(id)));
        new_refs.extend(new_ref(name, before, id));
    }
    let words = || format!("{} --not --all", new.join(" "));
    Ok((!new.is_empty()).then(|| News { words: words(), new_refs }))
}

/// The fields of a line. The first one may hold blanks: it is what a person
/// typed, `HEAD@{1 day ago}` say.
fn fields<const N: usize>(line: &str) -> Result<[&str; N], Error> {
    let mut fields: Vec<&str> = line.rsplitn(N, ' ').collect();
    fields.reverse();
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
        assert_eq!(pushed(&format!("(delete) {ZERO} refs/heads/a abc\n")).unwrap(), None);
        let lines = format!("refs/heads/a 12 refs/heads/a 34\nrefs/heads/b 56 refs/heads/c {ZERO}\n");
        let words = "--ignore-missing 12 56 --not 34 --remotes".to_owned();
        let news = News { words, new_refs: vec!["refs/heads/c".to_owned()] };
        assert_eq!(pushed(&lines).unwrap(), Some(news));
        let typed = format!("\nHEAD@{{1 day ago}} 12 refs/heads/a {ZERO}\n\n");
        let words = "--ignore-missing 12 --not  --remotes".to_owned();
        let news = News { words, new_refs: vec!["refs/heads/a".to_owned()] };
        assert_eq!(pushed(&typed).unwrap(), Some(news));
        assert!(pushed("one two").is_err());
    }

    #[test]
    fn receptions() {
        assert_eq!(received(&format!("12 {ZERO} refs/heads/a\n")).unwrap(), None);
        let lines = format!("{ZERO} 34 refs/heads/a\n12 56 refs/heads/b\n");
        let news = News { words: "34 56 --not --all".to_owned(), new_refs: vec!["refs/heads/a".to_owned()] };
        assert_eq!(received(&lines).unwrap(), Some(news));
        assert!(received("").is_err());
    }
}
