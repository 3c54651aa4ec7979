//! Pushing paths up: from the trees that hold a target to the trees of commits.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::commits::Commits;
use super::question;
use super::question::{Introduction, Target};
use super::trees::{Edge, TreeNumber, Trees};
use crate::location::{ObjectId, path_from_bytes};

/// The most paths that are kept of what one tree holds: trees within trees can
/// stand for more paths than there is memory.
const MAX_PATHS: usize = question::MAX_PLACES;

/// The longest path that is kept, in bytes: trees can be nested deeper than any
/// system could check out.
const MAX_PATH: usize = 4096;

/// How many passes over all edges are made before what is above each tree is
/// remembered, which takes more memory.
const MAX_PASSES: usize = 64;

/// Stands for the folders above a path that is too long.
const ABOVE: &[u8] = "…/".as_bytes();

/// What a tree holds: each a path and a target, in order.
type Held = Vec<(Vec<u8>, u32)>;

/// Trees and the targets in them, by their paths.
pub(super) struct Paths<'t> {
    /// Edges between trees, and where targets stand.
    trees: &'t Trees,
    /// Targets in the order of their numbers.
    targets: Vec<Target>,
    /// Distinct contents.
    held: Vec<Held>,
    /// The content of each tree that holds a target, as a number of `held`.
    by_tree: HashMap<TreeNumber, u32>,
    /// Those that are in no other tree that holds one.
    tops: Vec<TreeNumber>,
    /// True where there are more paths, or longer ones, than are kept.
    pub(super) is_cut: bool,
}

impl<'t> Paths<'t> {
    /// Works out which trees hold which targets.
    pub(super) fn new(trees: &'t Trees, targets: &BTreeSet<Target>) -> Self {
        let targets: Vec<Target> = targets.iter().cloned().collect();
        let (held, by_tree, tops) = Default::default();
        let is_cut = trees.found.iter().any(|found| found.is_cut);
        let mut paths = Self { trees, targets, held, by_tree, tops, is_cut };
        paths.fill();
        paths
    }

    /// Every path and commit by which each target was brought in.
    pub(super) fn introductions(&self, commits: &Commits) -> Vec<(Target, Introduction)> {
        let held_by =
            |tree: ObjectId| self.trees.number(tree).and_then(|tree| self.by_tree.get(&tree)).copied();
        let mut introductions = Vec::new();
        let mut seen: HashMap<(u32, Vec<u32>), Held> = HashMap::new();
        let mut attributed: BTreeSet<u32> = BTreeSet::new();
        for commit in commits.all() {
            let Some(own) = held_by(commit.tree) else { continue };
            let parents = commit.parents.iter().filter_map(|parent| held_by(commits.tree(*parent)?));
            let parents: Vec<u32> = parents.collect();
            if parents.contains(&own) {
                continue;
            }
            let new =
                seen.entry((own, parents)).or_insert_with_key(|(own, parents)| self.new_in(*own, parents));
            for (path, target) in new.iter() {
                attributed.insert(*target);
                introductions.push((*target, path_from_bytes(path), Some(commit.id)));
            }
        }
        for top in &self.tops {
            let held = self.by_tree.get(top).map(|held| &self.held[*held as usize]);
            for (path, target) in
                held.into_iter().flatten().filter(|(_, target)| !attributed.contains(target))
            {
                introductions.push((*target, path_from_bytes(path), None));
            }
        }
        introductions.sort();
        introductions.dedup();
        let named = |(target, path, commit): (u32, PathBuf, Option<ObjectId>)| {
            (self.targets[target as usize].clone(), Introduction { path, commit, path_is_id: false })
        };
        introductions.into_iter().map(named).collect()
    }

    /// The targets in a tree.
    pub(super) fn below(&self, tree: Option<ObjectId>) -> BTreeSet<Target> {
        tree.and_then(|tree| self.content(tree)).map(|content| self.targets_in(content)).unwrap_or_default()
    }

    /// The number of a tree's content: the same for trees that hold the same
    /// targets by the same paths.
    pub(super) fn content(&self, tree: ObjectId) -> Option<u32> {
        self.trees.number(tree).and_then(|tree| self.by_tree.get(&tree)).copied()
    }

    /// The targets in the content of that number.
    pub(super) fn targets_in(&self, content: u32) -> BTreeSet<Target> {
        let held = &self.held[content as usize];
        let targets: BTreeSet<u32> = held.iter().map(|(_, target)| *target).collect();
        targets.into_iter().map(|target| self.targets[target as usize].clone()).collect()
    }

    /// Returns what one content has and the others have not.
    fn new_in(&self, own: u32, parents: &[u32]) -> Held {
        let known = |it: &(Vec<u8>, u32)| {
            parents.iter().any(|held| self.held[*held as usize].binary_search(it).is_ok())
        };
        self.held[own as usize].iter().filter(|it| !known(it)).cloned().collect()
    }

    /// Pushes paths up from the trees that hold a target themselves.
    fn fill(&mut self) {
        let mut children: HashMap<TreeNumber, Vec<(TreeNumber, &[u8])>> = HashMap::new();
        let mut inner = BTreeSet::new();
        let marked = self.marked();
        for found in &self.trees.found {
            for edge in found.edges.iter().filter(|edge| marked[edge.child as usize]) {
                inner.insert(edge.child);
                children.entry(edge.parent).or_default().push((edge.child, &found.names[edge.name as usize]));
            }
        }
        let number: HashMap<&Target, u32> = self.targets.iter().zip(0..).collect();
        let mut direct: HashMap<TreeNumber, Held> = HashMap::new();
        for hit in self.trees.found.iter().flat_map(|found| &found.hits) {
            direct.entry(hit.parent).or_default().push((hit.name.clone(), number[&hit.target]));
        }
        let (by_tree, numbers, held, is_cut) = Default::default();
        let mut contents = Contents { children, direct, by_tree, numbers, held, is_cut };
        let all = (0..marked.len() as TreeNumber).filter(|&tree| marked[tree as usize]);
        for tree in all {
            contents.fill(tree);
            if !inner.contains(&tree) {
                self.tops.push(tree);
            }
        }
        self.is_cut |= contents.is_cut;
        (self.by_tree, self.held) = (contents.by_tree, contents.held);
    }

    /// Marks every tree that holds a target at any depth: a pass over all edges
    /// for each level.
    fn marked(&self) -> Vec<bool> {
        let mut marked = vec![false; self.trees.len()];
        for hit in self.trees.found.iter().flat_map(|found| &found.hits) {
            marked[hit.parent as usize] = true;
        }
        for _ in 0..MAX_PASSES {
            let mut more = false;
            for edge in self.edges() {
                if marked[edge.child as usize] && !marked[edge.parent as usize] {
                    marked[edge.parent as usize] = true;
                    more = true;
                }
            }
            if !more {
                return marked;
            }
        }
        self.mark_above(&mut marked);
        marked
    }

    /// Marks all that is above what is marked, however deep trees are nested.
    fn mark_above(&self, marked: &mut [bool]) {
        let mut above: HashMap<TreeNumber, Vec<TreeNumber>> = HashMap::new();
        for edge in self.edges().filter(|edge| !marked[edge.parent as usize]) {
            above.entry(edge.child).or_default().push(edge.parent);
        }
        let mut waiting: Vec<TreeNumber> =
            above.keys().copied().filter(|child| marked[*child as usize]).collect();
        while let Some(child) = waiting.pop() {
            for parent in above.remove(&child).into_iter().flatten() {
                if !std::mem::replace(&mut marked[parent as usize], true) {
                    waiting.push(parent);
                }
            }
        }
    }

    /// Every tree within a tree.
    fn edges(&self) -> impl Iterator<Item = &Edge> {
        self.trees.found.iter().flat_map(|found| &found.edges)
    }
}

/// Works out what trees hold, those within first.
struct Contents<'t> {
    /// Trees within each tree, with the names of entries.
    children: HashMap<TreeNumber, Vec<(TreeNumber, &'t [u8])>>,
    /// Targets that stand in a tree itself.
    direct: HashMap<TreeNumber, Held>,
    /// Number of the content of each tree.
    by_tree: HashMap<TreeNumber, u32>,
    /// Number of each distinct content: most trees of a history hold the same.
    numbers: HashMap<Held, u32>,
    /// Contents by their numbers.
    held: Vec<Held>,
    /// True where more was held than is kept.
    is_cut: bool,
}

impl Contents<'_> {
    /// Without recursion: trees can be nested deeper than a stack.
    fn fill(&mut self, tree: TreeNumber) {
        let mut open = BTreeSet::new();
        let mut stack = vec![tree];
        while let Some(&tree) = stack.last() {
            let children = self.children.get(&tree).map_or(&[][..], Vec::as_slice);
            // A tree within itself does not exist, unless somebody broke the hash.
            let waiting = children.iter().map(|(child, _)| *child);
            let waiting: Vec<_> =
                waiting.filter(|child| !self.by_tree.contains_key(child) && !open.contains(child)).collect();
            if waiting.is_empty() || self.by_tree.contains_key(&tree) {
                stack.pop();
                self.close(tree);
            } else {
                open.insert(tree);
                stack.extend(waiting);
            }
        }
    }

    /// Joins what a tree holds itself and what those within it hold.
    fn close(&mut self, tree: TreeNumber) {
        if self.by_tree.contains_key(&tree) {
            return;
        }
        let mut held = self.direct.remove(&tree).unwrap_or_default();
        for (child, name) in self.children.get(&tree).into_iter().flatten() {
            let Some(inner) = self.by_tree.get(child) else { continue };
            let room = MAX_PATHS.saturating_sub(held.len());
            let inner = &self.held[*inner as usize];
            self.is_cut |= inner.len() > room;
            for (path, target) in inner.iter().take(room) {
                held.push((below(name, path, &mut self.is_cut), *target));
            }
        }
        held.sort();
        held.dedup();
        let number = match self.numbers.get(&held) {
            Some(&number) => number,
            None => {
                let number = self.held.len() as u32;
                self.held.push(held.clone());
                self.numbers.insert(held, number);
                number
            }
        };
        self.by_tree.insert(tree, number);
    }
}

/// A path as seen from the tree above, without what makes it too long.
fn below(name: &[u8], path: &[u8], is_cut: &mut bool) -> Vec<u8> {
    if path.starts_with(ABOVE) {
        return path.to_vec();
    }
    if name.len() + path.len() > MAX_PATH {
        *is_cut = true;
        return [ABOVE, path].concat();
    }
    [name, b"/", path].concat()
}
