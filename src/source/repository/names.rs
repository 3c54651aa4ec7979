//! The names that lead to objects: HEAD, refs and revisions, from files as
//! libgit2 reads them, or from a reftable as the system's `git` does.

use std::io::Read;

use git2::{Oid, Repository};

use super::program::{Program, oid};

/// The refs of an opened repository.
pub(in crate::source) struct Names<'r> {
    /// The repository, as libgit2 opened it.
    opened: &'r Repository,
    /// Set where libgit2 cannot read them.
    program: Option<Program>,
}

/// A ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source) struct Name {
    /// Full name, `refs/heads/main`; bytes, since git asks for no encoding.
    pub(in crate::source) name: Vec<u8>,
    /// Object that it leads to; nothing where it leads to another ref.
    pub(in crate::source) target: Option<Oid>,
}

impl<'r> Names<'r> {
    /// Looks whether libgit2 can read the refs of a repository.
    pub(in crate::source) fn new(opened: &'r Repository) -> Self {
        let program = is_reftable(opened).then(|| Program::new(opened.path(), None));
        Self { opened, program }
    }

    /// The commit that HEAD leads to; nothing before the first one.
    ///
    /// # Errors
    ///
    /// `HEAD` leads to something that is no commit, or cannot be read.
    pub(in crate::source) fn head(&self) -> Result<Option<Oid>, git2::Error> {
        if let Some(program) = &self.program {
            let head = program.ask_id(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
            // git fails where there is none yet, but names the branch then.
            return match head {
                Ok(head) => Ok(Some(head)),
                Err(error) => {
                    program.ask(&["symbolic-ref", "--quiet", "HEAD"]).map(|_| None).map_err(|_| error)
                }
            };
        }
        match self.opened.head() {
            Ok(head) => head.peel_to_commit().map(|commit| Some(commit.id())),
            Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every ref, in order.
    ///
    /// # Errors
    ///
    /// They cannot be read; a list that lacks some is never returned.
    pub(in crate::source) fn all(&self) -> Result<Vec<Name>, git2::Error> {
        let Some(program) = &self.program else {
            let name = |reference: git2::Reference<'_>| Name {
                name: reference.name_bytes().to_vec(),
                target: reference.target(),
            };
            return self.opened.references()?.map(|reference| reference.map(name)).collect();
        };
        let listed = program.ask(&["for-each-ref", "--format=%(objectname) %(symref) %(refname)"])?;
        listed.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(name_of).collect()
    }

    /// The commits of HEADs that name no branch, that of this work tree first.
    pub(in crate::source) fn detached_heads(&self) -> Vec<(String, Oid)> {
        let own = match &self.program {
            Some(program) => program.ask_id(&["rev-parse", "--verify", "--quiet", "HEAD"]).ok(),
            None => self.opened.find_reference("HEAD").ok().and_then(|head| head.target()),
        };
        let own = own.map(|head| ("HEAD".to_owned(), head));
        own.into_iter().chain(self.other_heads()).collect()
    }

    /// The commits that are checked out in the other work trees, by the names
    /// that git has for their HEADs.
    pub(in crate::source) fn other_heads(&self) -> Vec<(String, Oid)> {
        let common = self.opened.commondir();
        let linked = std::fs::read_dir(common.join("worktrees")).into_iter().flatten().flatten();
        let linked = linked.map(|entry| format!("worktrees/{}/HEAD", entry.file_name().to_string_lossy()));
        let main = self.opened.is_worktree().then(|| "main-worktree/HEAD".to_owned());
        let head = |name: String| Some((self.checked_out(&name)?, name)).map(|(id, name)| (name, id));
        main.into_iter().chain(linked).filter_map(head).collect()
    }

    /// The commit of a HEAD that names no branch: a branch is a ref of its own.
    fn checked_out(&self, head: &str) -> Option<Oid> {
        /// More than an id and the end of its line.
        const MOST: u64 = 100;
        if let Some(program) = &self.program {
            return program.ask_id(&["rev-parse", "--verify", "--quiet", head]).ok();
        }
        let file = self.opened.commondir().join(head.strip_prefix("main-worktree/").unwrap_or(head));
        let mut text = String::new();
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        std::fs::File::open(file).ok()?.take(MOST).read_to_string(&mut text).ok()?;
        oid(text.trim()).ok()
    }

    /// The object that a revision names.
    ///
    /// # Errors
    ///
    /// There is no such revision. The words repeat what was asked for: callers
    /// shorten ids in it.
    pub(in crate::source) fn resolve(&self, revision: &str) -> Result<Oid, git2::Error> {
        match &self.program {
            Some(program) => {
                program.ask_id(&["rev-parse", "--verify", "--quiet", "--end-of-options", revision])
            }
            None => self.opened.revparse_single(revision).map(|object| object.id()),
        }
    }

    /// The ids in the reflog of a ref, the newest first, each with its number.
    pub(in crate::source) fn log(&self, name: &str) -> Vec<(usize, Oid)> {
        if let Some(program) = &self.program {
            let listed = program.ask(&["reflog", "show", "--no-abbrev", "--format=%H", name, "--"]);
            let text = String::from_utf8_lossy(&listed.unwrap_or_default()).into_owned();
            return text.lines().enumerate().filter_map(|(at, line)| Some((at, oid(line).ok()?))).collect();
        }
        // A pipe would be waited for.
        let of_worktree = self.opened.path().join("logs").join(name);
        let file = if name == "HEAD" { of_worktree } else { self.opened.commondir().join("logs").join(name) };
        if !file.is_file() {
            return Vec::new();
        }
        let Ok(log) = self.opened.reflog(name) else { return Vec::new() };
        // As git counts them: what was there before an entry is the entry before it.
        let ids =
            |(at, entry): (usize, git2::ReflogEntry<'_>)| [(at, entry.id_new()), (at + 1, entry.id_old())];
        log.iter().enumerate().flat_map(ids).collect()
    }
}

/// Reads a line of `git for-each-ref`: an id, another ref or nothing, and the
/// name.
fn name_of(line: &[u8]) -> Result<Name, git2::Error> {
    let wrong = || git2::Error::from_str("git lists its refs in another way");
    let mut words = line.splitn(3, |&byte| byte == b' ');
    let (id, symref, name) = (words.next(), words.next(), words.next());
    let (Some(id), Some(symref), Some(name)) = (id, symref, name) else { return Err(wrong()) };
    let id = oid(std::str::from_utf8(id).map_err(|_| wrong())?)?;
    Ok(Name { name: name.to_vec(), target: symref.is_empty().then_some(id) })
}

/// Returns whether a repository keeps its refs in a reftable.
fn is_reftable(opened: &Repository) -> bool {
    // The repository's own settings alone, as git heeds them; they are read already.
    let config = opened.config().and_then(|config| config.open_level(git2::ConfigLevel::Local));
    let storage = config.and_then(|config| config.get_string("extensions.refstorage"));
    storage.is_ok_and(|storage| storage.to_ascii_lowercase().starts_with("reftable"))
}
