//! What is known here of other repositories, before a push.
//!
//! A `pre-push` hook is told which commits go where. What the other side has
//! already, it can only guess from remote-tracking branches; they may be old,
//! which makes a push look larger and never smaller.

use std::collections::HashSet;

use super::names::Names;
use super::place::Place;

/// The branches of the repository around the current folder, or of that which
/// git tells its hooks of: its own, and those of remotes that it fetched.
#[derive(Debug)]
pub struct RemoteRefs {
    /// `refs/remotes/REMOTE/BRANCH`.
    remote: Vec<String>,
    /// `refs/heads/BRANCH`.
    own: Vec<String>,
}

impl RemoteRefs {
    /// Reads them; nothing where there is no repository that can be read.
    pub fn read_here() -> Option<Self> {
        let opened = Place::find(None).and_then(|place| place.open()).ok()?;
        let names = Names::new(&opened).all().ok()?;
        let names = || names.iter().map(|it| String::from_utf8_lossy(&it.name).into_owned());
        Some(Self {
            remote: names().filter(|name| name.starts_with(REMOTES)).collect(),
            own: names().filter(|name| name.starts_with(HEADS)).collect(),
        })
    }

    /// Returns whether anything is known of a remote.
    pub fn any_of(&self, remote: &str) -> bool {
        let prefix = format!("{REMOTES}{remote}/");
        self.remote.iter().any(|name| name.starts_with(&prefix))
    }

    /// Returns whether anything is known of any remote.
    pub fn is_known(&self) -> bool {
        !self.remote.is_empty()
    }

    /// Returns whether a remote is known to have a branch, such as
    /// `refs/heads/main`.
    pub fn has_branch(&self, remote: &str, branch: &str) -> bool {
        let tracking = branch.strip_prefix(HEADS).map(|short| format!("{REMOTES}{remote}/{short}"));
        tracking.is_some_and(|tracking| self.remote.contains(&tracking))
    }

    /// Returns the names of the own branches of which no remote is known to
    /// have one of that name.
    pub fn unpushed_branches(&self) -> Vec<String> {
        let short = |name: &String| name[REMOTES.len()..].split_once('/').map(|(_, short)| short.to_owned());
        let known: HashSet<String> = self.remote.iter().filter_map(short).collect();
        self.own.iter().filter(|name| !known.contains(&name[HEADS.len()..])).cloned().collect()
    }
}

/// First part of the names of branches of remotes.
const REMOTES: &str = "refs/remotes/";
/// First part of the names of own branches.
const HEADS: &str = "refs/heads/";
