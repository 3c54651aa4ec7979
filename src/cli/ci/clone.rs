//! The clone that CI made: often shallow, so that a range has to be completed before anything can be said of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dogcatcher::error::Error;
use dogcatcher::location::path_from_bytes;
use dogcatcher::source::{CommitRange, RangeWords};

use crate::cli::output::notice;

/// Where the branches of the remote stand.
pub(super) const REMOTE_REFS: &str = "refs/remotes/origin/";

/// By how many commits a shallow clone is deepened, one after the other, before all of it is fetched.
const STEPS: [u32; 3] = [64, 512, 4096];

/// The clone around the current folder, and git, which can fetch what it lacks.
pub(super) struct Clone {
    root: PathBuf,
}

impl Clone {
    /// The clone in the current folder.
    pub(super) fn here() -> Result<Self, Error> {
        let root =
            std::env::current_dir().map_err(|cause| Error::io("find", "the current folder", &cause))?;
        let clone = Self { root };
        let wrong = |why: &str| {
            Error::usage("find the clone in", ".", why).mend(
                "check the repository out before (`actions/checkout`), and start dogcatcher in its root",
            )
        };
        let prefix = clone.git(&["rev-parse", "--show-prefix"]).map_err(|why| wrong(&why))?;
        // From there only a part would be seen, and nothing of the history.
        if !prefix.is_empty()
            || clone.git(&["rev-parse", "--is-bare-repository"]).is_ok_and(|said| said == "true")
        {
            return Err(wrong("it is not the root of a work tree"));
        }
        Ok(clone)
    }

    /// The commits that lead to `to` and to none of `not`: ids, or names of refs at the remote. What is missing is fetched.
    ///
    /// # Errors
    ///
    /// Something of it cannot be fetched, so that nobody knows what the range holds.
    pub(super) fn range(&self, to: &str, not: &[String]) -> Result<CommitRange, Error> {
        for name in [to].into_iter().chain(not.iter().map(String::as_str)) {
            self.provide(name)?;
        }
        let words = RangeWords::parse([&format!("{to} --not {}", not.join(" "))[..]])?;
        for step in STEPS.map(|step| format!("--deepen={step}")).into_iter().chain(["--unshallow".to_owned()])
        {
            match CommitRange::open(None, &words) {
                Ok(range) if !self.is_shallow() || self.meets(to, not) => return Ok(range),
                Err(error) if !self.is_shallow() => return Err(error),
                // The boundary lies within the range, or before the two sides meet.
                Ok(_) | Err(_) => self.deepen(&step, to, not)?,
            }
        }
        CommitRange::open(None, &words)
    }

    /// Fetches all that the clone lacks: commits beyond the boundary, branches, and tags.
    ///
    /// # Errors
    ///
    /// Something of it cannot be fetched, or the clone is a partial one.
    pub(super) fn complete(&self) -> Result<(), Error> {
        const ALL: [&str; 3] = ["origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
        if self.is_partial() {
            return Err(self
                .incomplete("it is a partial clone: files of older commits are not here")
                .mend("clone without `filter`"));
        }
        let shallow = self.is_shallow();
        if shallow {
            notice("the clone is shallow: the whole history is fetched");
        }
        let depth: &[&str] = if shallow { &["--unshallow"] } else { &[] };
        match self.fetch(&[depth, &ALL].concat()) {
            Ok(()) if self.is_shallow() => Err(self.incomplete("it is shallow even after all was fetched")),
            Ok(()) => Ok(()),
            Err(why) if shallow => Err(self.incomplete(&why)),
            // A full clone, and a remote that answers nobody any more: what is here is all that can be had.
            Err(why) => {
                notice(&format!("branches and tags that the checkout did not fetch are not scanned: {why}"));
                Ok(())
            }
        }
    }

    /// The root, and files that git tracks and that its ignore files name all the same: code scanning shows those, too.
    ///
    /// # Errors
    ///
    /// git does not tell.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Error> {
        // Names may begin with a blank, and need not be UTF-8.
        let listed = self.git_bytes(&["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]);
        let listed = listed.map_err(|why| Error::usage("list the files of", ".", why))?;
        let ignored = listed.split(|byte| *byte == 0).map(path_from_bytes).filter(|path| path.is_file());
        Ok([PathBuf::from(".")].into_iter().chain(ignored).collect())
    }

    /// Whether a commit, or what a ref leads to, is here.
    pub(super) fn has(&self, name: &str) -> bool {
        // `git cat-file` would take `refs/heads/refs/remotes/…`, too, for the name of a ref.
        let exists =
            !name.starts_with("refs/") || self.git(&["show-ref", "--verify", "--quiet", name]).is_ok();
        exists && self.git(&["cat-file", "-e", &format!("{name}^{{commit}}")]).is_ok()
    }

    /// Fetches a commit, or a ref of the remote, where it is not here.
    ///
    /// # Errors
    ///
    /// The remote does not give it out.
    pub(super) fn provide(&self, name: &str) -> Result<(), Error> {
        if self.has(name) {
            return Ok(());
        }
        let what = wanted(name);
        let depth: &[&str] = if self.is_shallow() { &["--depth=1"] } else { &[] };
        self.fetch(&[depth, &["origin", &what]].concat()).map_err(|why| self.incomplete(&why))?;
        match self.has(name) {
            true => Ok(()),
            false => Err(self.incomplete(&format!("{} is not there", short(name)))),
        }
    }

    fn deepen(&self, step: &str, to: &str, not: &[String]) -> Result<(), Error> {
        let names = [to].into_iter().chain(not.iter().map(String::as_str));
        let refspecs: Vec<String> = names.map(wanted).collect();
        let wanted: Vec<&str> =
            [step, "origin"].into_iter().chain(refspecs.iter().map(String::as_str)).collect();
        // A remote that gives out no single commits still gives out its branches.
        let fetched = self.fetch(&wanted).or_else(|_| self.fetch(&[step, "origin"]));
        fetched.map_err(|why| self.incomplete(&why))
    }

    /// Whether each of `not` has a commit in common with `to`: then what is left out is known well enough.
    fn meets(&self, to: &str, not: &[String]) -> bool {
        not.iter().all(|name| self.git(&["merge-base", to, name]).is_ok())
    }

    fn is_shallow(&self) -> bool {
        self.git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said == "true")
    }

    fn is_partial(&self) -> bool {
        self.git(&["config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"]).is_ok()
    }

    fn incomplete(&self, why: &str) -> Error {
        Error::usage("complete the clone in", self.root.display().to_string(), why).mend(
            "let the checkout fetch all of it (`fetch-depth: 0` in GitHub Actions, `GIT_DEPTH: 0` in GitLab), or keep the \
             credential that git fetches with",
        )
    }

    fn fetch(&self, arguments: &[&str]) -> Result<(), String> {
        const FETCH: [&str; 5] =
            ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        self.git(&[&FETCH, arguments].concat()).map(drop)
    }

    /// What git prints as text, or says where it fails.
    fn git(&self, arguments: &[&str]) -> Result<String, String> {
        let printed = self.git_bytes(arguments)?;
        Ok(String::from_utf8_lossy(&printed).trim().to_owned())
    }

    /// What git prints, or says where it fails. It asks nobody for a password, and trusts the folder whoever owns it.
    fn git_bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let trusted = format!("safe.directory={}", self.root.display());
        let run = Command::new("git")
            .args(["-c", &trusted, "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"])
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null())
            .output();
        let run = run.map_err(|cause| format!("git cannot be started: {cause}"))?;
        match run.status.success() {
            true => Ok(run.stdout),
            false => Err(last_words(&String::from_utf8_lossy(&run.stderr))),
        }
    }
}

/// What git is asked to fetch for a commit or a ref.
fn wanted(name: &str) -> String {
    match name.strip_prefix(REMOTE_REFS) {
        Some(branch) => format!("+refs/heads/{branch}:{name}"),
        None if name.starts_with("refs/") => format!("+{name}:{name}"),
        None => name.to_owned(),
    }
}

/// What git says at the end, without what it says to everybody.
fn last_words(stderr: &str) -> String {
    let said =
        stderr.lines().map(str::trim).find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
    without_credentials(said.or_else(|| stderr.lines().last()).unwrap_or("git says no more"))
}

/// Text without the names and passwords that addresses may hold: git leaves them out of most of what it says.
fn without_credentials(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("://").enumerate() {
        let end = part.find(|c: char| c == '/' || c == '\'' || c.is_whitespace()).unwrap_or(part.len());
        let host = if index == 0 { 0 } else { part[..end].rfind('@').map_or(0, |at| at + 1) };
        out.push_str(if index == 0 { "" } else { "://" });
        out.push_str(&part[host..]);
    }
    out
}

/// A name with its id shortened: a whole one has the shape of a key, which an error would not show.
fn short(name: &str) -> &str {
    match super::commit_id(name) {
        Some(id) => &id[..10],
        None => name,
    }
}

/// Where a report goes, so that a relative path is seen from the root.
pub(super) fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_holds_no_password() {
        let said =
            "remote: hello\nfatal: unable to access 'https://ci:pass@word@host.example/a@b/': no route\n";
        assert_eq!(last_words(said), "fatal: unable to access 'https://host.example/a@b/': no route");
        assert_eq!(last_words("only a@b, and c://d"), "only a@b, and c://d");
    }
}
