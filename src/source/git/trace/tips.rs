//! Refs whose trees hold a target today.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::commits::Commits;
use super::paths::Paths;
use super::question::Target;
use crate::location::ObjectId;

/// The most pairs of a target and a content of trees that are remembered.
pub(super) const MAX_PAIRS: usize = 2_000_000;

/// Tips of refs, grouped by what their trees hold.
#[derive(Debug)]
pub(super) struct Tips {
    /// Names of refs, by their numbers.
    names: Vec<String>,
    /// Numbers of names.
    groups: Vec<Vec<u32>>,
    /// Numbers of the groups that hold each target.
    by_target: HashMap<Target, Vec<u32>>,
    /// How many more pairs of a target and a group are remembered.
    room: usize,
    /// True where there are more of them.
    pub(super) is_cut: bool,
}

impl Default for Tips {
    fn default() -> Self {
        let (names, groups, by_target, is_cut) = Default::default();
        Self { names, groups, by_target, room: MAX_PAIRS, is_cut }
    }
}

impl Tips {
    /// Sorts tips, each a ref and what it leads to in the end, by what they
    /// hold.
    pub(super) fn new(tips: Vec<(String, ObjectId)>, commits: &Commits, paths: &Paths<'_>) -> Self {
        let mut all = Self::default();
        let mut by_content: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (name, target) in tips {
            let number = all.names.len() as u32;
            all.names.push(name);
            match paths.content(commits.tree(target).unwrap_or(target)) {
                Some(content) => by_content.entry(content).or_default().push(number),
                // It may be a blob.
                None => all.add(std::iter::once(Target::Object(target)), vec![number]),
            }
        }
        for (content, names) in by_content {
            if all.room == 0 {
                all.is_cut = true;
                break;
            }
            all.add(paths.targets_in(content).into_iter(), names);
        }
        all
    }

    /// Remembers refs that hold the same targets, as far as there is room.
    fn add(&mut self, targets: impl Iterator<Item = Target>, names: Vec<u32>) {
        let group = self.groups.len() as u32;
        self.groups.push(names);
        for target in targets {
            if self.room == 0 {
                self.is_cut = true;
                break;
            }
            self.room -= 1;
            self.by_target.entry(target).or_default().push(group);
        }
    }

    /// Returns the refs whose trees hold any of the targets, in the order of
    /// their names.
    pub(super) fn holding(&self, targets: &BTreeSet<Target>) -> Vec<&str> {
        let groups: BTreeSet<u32> =
            targets.iter().filter_map(|it| self.by_target.get(it)).flatten().copied().collect();
        let names: BTreeSet<u32> =
            groups.iter().flat_map(|group| &self.groups[*group as usize]).copied().collect();
        names.into_iter().map(|name| self.names[name as usize].as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_bounded() {
        let target = |number: u8| Target::Object(ObjectId::new(&[number; 20]).expect("an id"));
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        let mut tips = Tips { names, room: 3, ..Tips::default() };
        tips.add([target(1), target(2)].into_iter(), vec![0]);
        assert!(!tips.is_cut);
        tips.add([target(1), target(2)].into_iter(), vec![1, 2]);
        assert!(tips.is_cut && tips.room == 0, "the same target again counts, too");
        assert_eq!(tips.holding(&BTreeSet::from([target(1)])), ["a", "b", "c"]);
        assert_eq!(tips.holding(&BTreeSet::from([target(2)])), ["a"]);
    }
}
