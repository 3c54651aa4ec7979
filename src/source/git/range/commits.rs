//! From words to commits.

use std::collections::HashSet;

use git2::{ObjectType, Oid, Repository};

use super::words::{RangeWords, Tip};
use crate::error::Error;
use crate::location::shorten_ids;
use crate::source::repository::Names;

/// What words name.
#[derive(Debug, Clone, Default)]
pub(super) struct Commits {
    /// The commits of the range.
    pub(super) list: Vec<Oid>,
    /// Tags that were named, and blobs and trees that they or words name.
    pub(super) objects: Vec<Oid>,
    /// The commits whose history is left out.
    pub(super) bases: Vec<Oid>,
}

impl Commits {
    /// Finds what the words of a range name.
    pub(super) fn resolve(opened: &Repository, words: &RangeWords) -> Result<Self, Error> {
        let resolver = Resolver { opened, words };
        resolver.resolve()
    }
}

/// Looks names up in one repository.
struct Resolver<'a> {
    /// The repository.
    opened: &'a Repository,
    /// Range as it was typed.
    words: &'a RangeWords,
}

impl Resolver<'_> {
    /// Finds tips, what is left out, and the commits between.
    fn resolve(&self) -> Result<Commits, Error> {
        let mut commits = Commits::default();
        let mut tips = Vec::new();
        for tip in &self.words.include {
            for (name, oid) in self.objects(tip, false)? {
                tips.extend(self.peel(&name, oid, &mut commits.objects)?);
            }
        }
        let unreadable = |error: git2::Error| self.fails(error.message(), "`git fsck` shows what is damaged");
        if self.words.single.is_some() {
            commits.list = tips;
        } else {
            let hidden = self.hidden()?;
            commits.bases = hidden.iter().copied().collect();
            commits.bases.sort_unstable();
            commits.list = self.walk(&tips, &hidden).map_err(unreadable)?;
            self.check_related(&commits.list)?;
        }
        self.check_shallow(&commits.list)?;
        Ok(commits)
    }

    /// Commits whose history is left out.
    fn hidden(&self) -> Result<HashSet<Oid>, Error> {
        let mut hidden = HashSet::new();
        for tip in &self.words.exclude {
            for (name, oid) in self.objects(tip, true)? {
                match self.peel(&name, oid, &mut Vec::new()) {
                    Ok(commit) => hidden.extend(commit),
                    Err(_) if self.words.ignore_missing || matches!(tip, Tip::Refs(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        for (from, to) in &self.words.symmetric {
            let [one, other] = [from, to].map(|name| self.commit(name));
            let bases = self.opened.merge_bases(one?, other?);
            hidden.extend(bases.map_err(|_| self.unrelated(from, to))?.iter());
        }
        Ok(hidden)
    }

    /// The objects that a tip names.
    fn objects(&self, tip: &Tip, missing_is_fine: bool) -> Result<Vec<(String, Oid)>, Error> {
        match tip {
            Tip::Revision(name) => match Names::new(self.opened).resolve(name) {
                Ok(id) => Ok(vec![(name.clone(), id)]),
                Err(_) if missing_is_fine && self.words.ignore_missing => Ok(Vec::new()),
                Err(_) => Err(self.unknown(name)),
            },
            Tip::Refs(prefix) => {
                let listed = Names::new(self.opened).all().map(|all| {
                    let of_prefix = all.into_iter().filter_map(|it| {
                        let name = String::from_utf8_lossy(&it.name).into_owned();
                        name.starts_with(prefix.as_str()).then_some((name, it.target?))
                    });
                    of_prefix.collect()
                });
                listed.map_err(|error| self.fails(error.message(), "`git show-ref` lists the refs"))
            }
        }
    }

    /// Follows tags to a commit; what is met on the way, or instead of it, is
    /// kept.
    fn peel(&self, name: &str, mut oid: Oid, met: &mut Vec<Oid>) -> Result<Option<Oid>, Error> {
        loop {
            let odb = self.opened.odb().and_then(|odb| odb.read_header(oid));
            match odb.map_err(|_| self.unknown(name))?.1 {
                ObjectType::Commit => return Ok(Some(oid)),
                ObjectType::Tag => {
                    met.push(oid);
                    oid = self.opened.find_tag(oid).map_err(|_| self.unknown(name))?.target_id();
                }
                _ => {
                    met.push(oid);
                    return Ok(None);
                }
            }
        }
    }

    /// The commit that a name leads to.
    fn commit(&self, name: &str) -> Result<Oid, Error> {
        let id = Names::new(self.opened).resolve(name).map_err(|_| self.unknown(name))?;
        let commit = self.opened.find_object(id, None).and_then(|object| object.peel_to_commit());
        commit.map(|commit| commit.id()).map_err(|_| self.unknown(name))
    }

    /// Lists the commits that lead to the tips and to none that is hidden.
    fn walk(&self, tips: &[Oid], hidden: &HashSet<Oid>) -> Result<Vec<Oid>, git2::Error> {
        // Most pushes are of what is known already.
        let tips: Vec<_> = tips.iter().filter(|tip| !hidden.contains(tip)).collect();
        if tips.is_empty() {
            return Ok(Vec::new());
        }
        let mut walk = self.opened.revwalk()?;
        for tip in tips {
            walk.push(*tip)?;
        }
        for oid in hidden {
            walk.hide(*oid)?;
        }
        walk.collect()
    }

    /// Both sides of `A..B` must have a commit in common, or `A` tells nothing
    /// about what is new in `B`.
    fn check_related(&self, list: &[Oid]) -> Result<(), Error> {
        let roots = || {
            list.iter().filter(|oid| self.opened.find_commit(**oid).is_ok_and(|it| it.parent_count() == 0))
        };
        if list.is_empty() || roots().next().is_none() {
            // Every history ends at a root: without one here, it goes on in what is left out.
            return Ok(());
        }
        for (from, to) in &self.words.related {
            let (from_id, to_id) = (self.commit(from)?, self.commit(to)?);
            if self.opened.merge_base(from_id, to_id).is_err() {
                return Err(self.unrelated(from, to));
            }
        }
        Ok(())
    }

    /// Returns what a commit at the boundary of a shallow clone introduces is
    /// not known: its parents are not here.
    fn check_shallow(&self, list: &[Oid]) -> Result<(), Error> {
        let boundary = self.boundary();
        match list.iter().find(|oid| boundary.contains(oid)) {
            None => Ok(()),
            Some(oid) => Err(self.fails(
                &format!(
                    "the clone is shallow, and ends at commit {}, which is part of the range",
                    shorten_ids(&oid.to_string())
                ),
                DEEPEN,
            )),
        }
    }

    /// The commits at which a shallow clone ends.
    fn boundary(&self) -> HashSet<Oid> {
        let text = std::fs::read_to_string(self.opened.commondir().join("shallow")).unwrap_or_default();
        text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
    }

    /// Makes the error for two histories that do not meet.
    fn unrelated(&self, from: &str, to: &str) -> Error {
        let (from, to) = (shorten_ids(from), shorten_ids(to));
        if self.opened.is_shallow() {
            let why = format!("{from} and {to} have no commit in common in this shallow clone");
            return self.fails(&why, DEEPEN);
        }
        let mend = format!(
            "is {from} the right base? Write \"{to} --not {from}\" for everything that leads to {to} but not to {from}"
        );
        self.fails(&format!("{from} and {to} have no commit in common"), &mend)
    }

    /// Makes the error for a name that leads to nothing.
    fn unknown(&self, name: &str) -> Error {
        let mend = match self.opened.is_shallow() {
            true => DEEPEN,
            false => "`git fetch` brings what is new elsewhere; `git log` shows what is here",
        };
        self.fails(&format!("{} is no commit here", shorten_ids(name)), mend)
    }

    /// Makes an error about the range.
    fn fails(&self, why: &str, mend: &str) -> Error {
        Error::usage("use the range", format!("`{}`", self.words.typed), why).mend(mend)
    }
}

/// The mend for a clone that lacks a part of the history.
const DEEPEN: &str = "fetch the history: `git fetch --unshallow`; in GitHub Actions, `fetch-depth: 0` of actions/checkout; \
    in GitLab CI, `GIT_DEPTH: 0`";
