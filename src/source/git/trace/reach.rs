//! What leads where: refs first, then reflogs.

use std::collections::HashMap;

use super::commits::Commits;
use super::question::Standing;
use crate::error::SkipReason;
use crate::location::ObjectId;
use crate::source::repository::{Name, Names, Repository, info};
use crate::source::sink::Skipped;

/// Commits by what leads to them.
pub(super) struct Reach {
    /// The repository; none where libgit2 cannot open it.
    repository: Option<git2::Repository>,
    /// Commit that HEAD leads to.
    head: Option<ObjectId>,
    /// Names of refs, then of entries of reflogs.
    names: Vec<String>,
    /// Number of the names that are those of refs.
    refs: usize,
    /// The first of the names that leads to each commit.
    reached_by: Vec<Option<u32>>,
    /// Name by which each commit is reached.
    named: HashMap<ObjectId, String>,
    /// Refs, and what they lead to behind tags.
    tips: Vec<(String, ObjectId)>,
}

impl Reach {
    /// Follows everything that leads to commits; what cannot be read is added
    /// to `skipped`.
    pub(super) fn new(repository: &Repository, commits: &Commits, skipped: &mut Vec<Skipped>) -> Self {
        let mut reach = Self {
            repository: None,
            head: None,
            names: Vec::new(),
            refs: 0,
            reached_by: vec![None; commits.all().len()],
            named: HashMap::new(),
            tips: Vec::new(),
        };
        // That refs cannot be read has been told of by the sweep.
        if let Ok(opened) = repository.open() {
            if let Err(error) = reach.walk(&opened, commits) {
                let why = format!("what its refs lead to is not known: {}", error.message());
                skipped.push(Skipped::failure(SkipReason::GitRefs, &repository.git_dir, why));
            }
            reach.repository = Some(opened);
        }
        reach
    }

    /// Follows HEAD, refs, other HEADs and then reflogs.
    fn walk(&mut self, opened: &git2::Repository, commits: &Commits) -> Result<(), git2::Error> {
        let names = Names::new(opened);
        if let Some(head) = names.head().ok().flatten().and_then(id) {
            self.head = Some(head);
            self.mark(commits, head, "HEAD".to_owned());
        }
        let mut logs = vec!["HEAD".to_owned()];
        for Name { name, target } in names.all()? {
            let name = String::from_utf8_lossy(&name).into_owned();
            if let Some(target) = target {
                self.follow(opened, commits, target, &name);
            }
            logs.push(name);
        }
        // Work trees that are linked with this one keep what they have checked out.
        for (name, head) in names.detached_heads() {
            self.mark_id(commits, head, &name);
            let missing = id(head).filter(|head| commits.number(*head).is_none());
            self.named.extend(missing.map(|head| (head, name.clone())));
            logs.extend((name != "HEAD").then_some(name));
        }
        self.refs = self.names.len();
        for name in logs {
            for (number, oid) in names.log(&name) {
                self.mark_id(commits, oid, &format!("{name}@{{{number}}}"));
            }
        }
        Ok(())
    }

    /// [`Self::mark`] for an id of libgit2's.
    fn mark_id(&mut self, commits: &Commits, oid: git2::Oid, name: &str) {
        if let Some(oid) = id(oid) {
            self.mark(commits, oid, name.to_owned());
        }
    }

    /// Follows a ref through tags to what it names in the end.
    fn follow(&mut self, opened: &git2::Repository, commits: &Commits, mut target: git2::Oid, name: &str) {
        while let Ok(tag) = opened.find_tag(target) {
            self.named.extend(id(target).map(|id| (id, name.to_owned())));
            target = tag.target_id();
        }
        let Some(target) = id(target) else { return };
        self.tips.push((name.to_owned(), target));
        if commits.number(target).is_some() {
            self.mark(commits, target, name.to_owned());
        } else {
            self.named.insert(target, name.to_owned());
        }
    }

    /// Marks a commit and all before it, as far as nothing else led there.
    fn mark(&mut self, commits: &Commits, from: ObjectId, name: String) {
        let label = self.names.len() as u32;
        let mut waiting: Vec<usize> = commits.number(from).into_iter().collect();
        while let Some(number) = waiting.pop() {
            if self.reached_by[number].is_none() {
                self.reached_by[number] = Some(label);
                waiting.extend(
                    commits.all()[number].parents.iter().filter_map(|parent| commits.number(*parent)),
                );
            }
        }
        self.names.push(name);
    }

    /// Returns whether anything leads to the commit of that number.
    pub(super) fn leads_to(&self, number: usize) -> bool {
        self.reached_by[number].is_some()
    }

    /// The commit that HEAD names.
    pub(super) fn head(&self) -> Option<ObjectId> {
        self.head
    }

    /// Returns each ref and the commit, tree or blob that it leads to, once.
    pub(super) fn take_tips(&mut self) -> Vec<(String, ObjectId)> {
        std::mem::take(&mut self.tips)
    }

    /// Returns what is known of a commit.
    pub(super) fn standing(&self, commits: &Commits, id: ObjectId) -> Option<Standing> {
        let label = self.reached_by[commits.number(id)?].map(|label| label as usize);
        Some(Standing {
            info: info(self.repository.as_ref()?, id)?,
            reachable: label.is_some_and(|label| label < self.refs),
            reached_by: label.map(|label| self.names[label].clone()),
        })
    }

    /// Tags and other objects that a ref names itself.
    pub(super) fn into_named(self) -> HashMap<ObjectId, String> {
        self.named
    }
}

/// Returns an id of libgit2's, unless it is all zeros.
fn id(oid: git2::Oid) -> Option<ObjectId> {
    ObjectId::new(oid.as_bytes()).filter(|_| !oid.is_zero())
}
