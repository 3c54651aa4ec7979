//! The clone that CI made: often shallow, so that a range has to be completed
//! before anything can be said of it.
//!
//! ```text
//! fetch-depth: 1        o         the commit that is checked out, and nothing before it
//! deepen by 64, 512, 4096, all, until
//!   - both ends of the range are here, and
//!   - each commit that is left out has one in common with it
//! ```
//!
//! Without the second a boundary could hide that a commit is old, and all that
//! it leads to would be scanned as new.

use std::path::{Path, PathBuf};

use dogcatcher::error::Error;
use dogcatcher::location::path_from_bytes;
use dogcatcher::source::{CommitRange, RangeWords};

use super::decision::commit_id;
use super::git::Git;
use crate::cli::output::notice;

/// Folder of the branches of the remote.
pub(super) const REMOTE_REFS: &str = "refs/remotes/origin/";

/// By how many commits a shallow clone is deepened, one after the other, before
/// all of it is fetched.
const STEPS: [u32; 3] = [64, 512, 4096];

/// The clone around the current folder, and git, which can fetch what it lacks.
pub(super) struct Clone {
    /// Root of the work tree, which is the current folder.
    root: PathBuf,
    /// The system's git: libgit2 would not find the credential that the
    /// checkout left.
    git: Git,
}

impl Clone {
    /// The clone in the current folder.
    pub(super) fn here() -> Result<Self, Error> {
        let root =
            std::env::current_dir().map_err(|cause| Error::io("find", "the current folder", &cause))?;
        let git = Git::start_in(&root).map_err(|cause| {
            Error::io("start", "git", &cause).mend(
                "install git in the image of the job (`apk add git`, `apt-get install git`): `ci` needs it to complete the clone",
            )
        })?;
        let clone = Self { root, git };
        let wrong = |why: &str| {
            Error::usage("find the clone in", ".", why).mend(
                "check the repository out before (`actions/checkout`), and start dogcatcher in its root",
            )
        };
        let prefix = clone.git.output_text(&["rev-parse", "--show-prefix"]).map_err(|why| wrong(&why))?;
        // From there only a part would be seen, and nothing of the history.
        if !prefix.is_empty()
            || clone.git.output_text(&["rev-parse", "--is-bare-repository"]).is_ok_and(|said| said == "true")
        {
            return Err(wrong("it is not the root of a work tree"));
        }
        Ok(clone)
    }

    /// The commits that lead to `to` and to none of `not`: ids, or names of
    /// refs at the remote. What is missing is fetched.
    ///
    /// # Errors
    ///
    /// Something of it cannot be fetched, so that nobody knows what the range
    /// holds.
    pub(super) fn range_to(&self, to: &str, not: &[String]) -> Result<CommitRange, Error> {
        for name in [to].into_iter().chain(not.iter().map(String::as_str)) {
            self.fetch_missing(name)?;
        }
        let words = RangeWords::parse([&format!("{to} --not {}", not.join(" "))[..]])?;
        for step in STEPS.map(|step| format!("--deepen={step}")).into_iter().chain(["--unshallow".to_owned()])
        {
            match CommitRange::open(None, &words) {
                Ok(range) if !self.is_shallow() || self.has_common_commit(to, not) => return Ok(range),
                Err(error) if !self.is_shallow() => return Err(error),
                // The boundary lies within the range, or before the two sides meet.
                Ok(_) | Err(_) => self.deepen_by(&step, to, not)?,
            }
        }
        CommitRange::open(None, &words)
    }

    /// Fetches all that the clone lacks: commits beyond the boundary, branches,
    /// and tags.
    ///
    /// # Errors
    ///
    /// Something of it cannot be fetched, or the clone is a partial one.
    pub(super) fn fetch_all(&self) -> Result<(), Error> {
        /// The remote, and refspecs for everything that a full clone has.
        const ALL: [&str; 3] = ["origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
        if self.is_partial() {
            return Err(self
                .incomplete_error("it is a partial clone: files of older commits are not here")
                .mend("clone without `filter`"));
        }
        let shallow = self.is_shallow();
        if shallow {
            notice("the clone is shallow: the whole history is fetched");
        }
        let depth: &[&str] = if shallow { &["--unshallow"] } else { &[] };
        match self.run_fetch(&[depth, &ALL].concat()) {
            Ok(()) if self.is_shallow() => {
                Err(self.incomplete_error("it is shallow even after all was fetched"))
            }
            Ok(()) => Ok(()),
            Err(why) if shallow => Err(self.incomplete_error(&why)),
            // A full clone, and a remote that answers nobody any more: what is here is all that can be had.
            Err(why) => {
                notice(&format!("branches and tags that the checkout did not fetch are not scanned: {why}"));
                Ok(())
            }
        }
    }

    /// The root, and files that git tracks and that its ignore files name all
    /// the same: code scanning shows those, too.
    ///
    /// # Errors
    ///
    /// git does not tell.
    pub(super) fn tracked_files(&self) -> Result<Vec<PathBuf>, Error> {
        // Names may begin with a blank, and need not be UTF-8.
        let listed =
            self.git.output_bytes(&["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"]);
        let listed = listed.map_err(|why| Error::usage("list the files of", ".", why))?;
        let ignored = listed.split(|byte| *byte == 0).map(path_from_bytes).filter(|path| path.is_file());
        Ok([PathBuf::from(".")].into_iter().chain(ignored).collect())
    }

    /// Returns whether a commit, or what a ref leads to, is here.
    pub(super) fn has_commit(&self, name: &str) -> bool {
        // `git cat-file` would take `refs/heads/refs/remotes/…`, too, for the name of a ref.
        let exists = !name.starts_with("refs/")
            || self.git.output_text(&["show-ref", "--verify", "--quiet", name]).is_ok();
        exists && self.git.output_text(&["cat-file", "-e", &format!("{name}^{{commit}}")]).is_ok()
    }

    /// Fetches a commit, or a ref of the remote, where it is not here.
    ///
    /// # Errors
    ///
    /// The remote does not give it out.
    pub(super) fn fetch_missing(&self, name: &str) -> Result<(), Error> {
        if self.has_commit(name) {
            return Ok(());
        }
        let what = refspec_of(name);
        let depth: &[&str] = if self.is_shallow() { &["--depth=1"] } else { &[] };
        self.run_fetch(&[depth, &["origin", &what]].concat()).map_err(|why| self.incomplete_error(&why))?;
        match self.has_commit(name) {
            true => Ok(()),
            false => Err(self.incomplete_error(&format!("{} is not there", short_name(name)))),
        }
    }

    /// Fetches a branch of the remote anew: a clone that is kept from job to
    /// job has it as it was then.
    pub(super) fn refresh_branch(&self, branch: &str) {
        let fetched = if self.has_commit(branch) {
            self.run_fetch(&["origin", &refspec_of(branch)])
                .map_err(|why| (why, "it is taken as it was then"))
        } else {
            self.fetch_missing(branch).map_err(|error| (error.to_string(), "it leaves nothing out"))
        };
        if let Err((why, instead)) = fetched {
            let name = branch.strip_prefix(REMOTE_REFS).unwrap_or(branch);
            notice(&format!("the branch {name} cannot be fetched as it is now, so {instead}: {why}"));
        }
    }

    fn deepen_by(&self, step: &str, to: &str, not: &[String]) -> Result<(), Error> {
        let names = [to].into_iter().chain(not.iter().map(String::as_str));
        let refspecs: Vec<String> = names.map(refspec_of).collect();
        let wanted: Vec<&str> =
            [step, "origin"].into_iter().chain(refspecs.iter().map(String::as_str)).collect();
        // A remote that gives out no single commits still gives out its branches.
        let fetched = self.run_fetch(&wanted).or_else(|_| self.run_fetch(&[step, "origin"]));
        fetched.map_err(|why| self.incomplete_error(&why))
    }

    /// Returns whether each of `not` has a commit in common with `to`: then
    /// what is left out is known well enough.
    fn has_common_commit(&self, to: &str, not: &[String]) -> bool {
        not.iter().all(|name| self.git.output_text(&["merge-base", to, name]).is_ok())
    }

    /// Returns whether commits before a boundary are missing.
    fn is_shallow(&self) -> bool {
        self.git.output_text(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said == "true")
    }

    /// Returns whether objects were left out that git would fetch when they are
    /// needed.
    fn is_partial(&self) -> bool {
        self.git
            .output_text(&["config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$"])
            .is_ok()
    }

    fn incomplete_error(&self, why: &str) -> Error {
        Error::usage("complete the clone in", self.root.display().to_string(), why).mend(
            "let the checkout fetch all of it (`fetch-depth: 0` in GitHub Actions, `GIT_DEPTH: 0` in GitLab), or keep the \
             credential that git fetches with",
        )
    }

    fn run_fetch(&self, arguments: &[&str]) -> Result<(), String> {
        /// No tags but those that are asked for, and nothing left behind in
        /// `FETCH_HEAD`.
        const FETCH: [&str; 5] =
            ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        self.git.output_text(&[&FETCH, self.git.fetch_flags(), arguments].concat()).map(drop)
    }
}

/// Returns what git is asked to fetch for a commit or a ref.
fn refspec_of(name: &str) -> String {
    match name.strip_prefix(REMOTE_REFS) {
        Some(branch) => format!("+refs/heads/{branch}:{name}"),
        None if name.starts_with("refs/") => format!("+{name}:{name}"),
        None => name.to_owned(),
    }
}

/// A name with its id shortened: a whole one has the shape of a key, which an
/// error would not show.
pub(super) fn short_name(name: &str) -> &str {
    match commit_id(name) {
        Some(id) => &id[..10],
        None => name,
    }
}

/// Returns where a report goes, so that a relative path is seen from the root.
pub(super) fn shown_path(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()).display().to_string()
}

/// The ref of a branch at the remote, if the name can be one.
pub(super) fn remote_branch(name: &str) -> Option<String> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
    let fits = !name.is_empty() && !name.starts_with('-') && !name.contains("..") && !name.contains(odd);
    fits.then(|| format!("{}{name}", REMOTE_REFS))
}
