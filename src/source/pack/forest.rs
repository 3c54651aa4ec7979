//! The delta forest of a pack: which entry is a delta to which, as trees whose
//! roots are whole objects.
//!
//! Arrays over entries in the order of their offsets, a few bytes an entry, so
//! that a pack of millions fits.
//!
//! ```text
//! entries    0 1 2 3 4 5          in the order of their offsets
//! base       - 0 0 - 3 1
//! first_child 0 2 3 3 4 4 4       children of e: children[first_child[e]..first_child[e + 1]]
//! children   2 1 5 4              leaves first, the heaviest last
//!
//!     0        3
//!    / \       |
//!   2   1      4
//!       |
//!       5
//! ```
//!
//! The order of children bounds memory: while the last child is walked, its
//! base need not be held any more, so a chain of a thousand deltas keeps two
//! objects and not a thousand.

use std::ops::Range;

use rayon::prelude::*;

use super::damage::{Damage, Result};
use super::entry::{Content, Entry};
use super::kind::Kind;
use super::mapped::Pack;

/// Stands for "no entry".
const NONE: Entry = Entry::MAX;

/// Trees of bases and deltas.
#[derive(Debug)]
pub(in crate::source) struct Forest {
    /// Offset at which each entry begins, ascending.
    offsets: Vec<u64>,
    /// The position of each entry in the index.
    positions: Vec<u32>,
    /// Where the children of each entry begin in `children`; one more than
    /// there are entries.
    first_child: Vec<u32>,
    /// Deltas, grouped by their bases.
    children: Vec<Entry>,
    /// The compressed bytes of each entry and all below it.
    weights: Vec<u64>,
    /// Whole objects, with their types, which all deltas below them share.
    roots: Vec<(Entry, Kind)>,
    /// Entries that cannot be read, with all that are deltas to them.
    broken: Vec<(Entry, Damage)>,
    /// Offset behind the last entry.
    end: u64,
}

impl Forest {
    /// Reads the beginning of every entry.
    ///
    /// Beginnings are read by all threads of the pool. Damage is kept by entry,
    /// see [`Self::broken`]; it never fails as a whole.
    pub(in crate::source) fn new(pack: &Pack) -> Self {
        let (offsets, positions) = sorted_entries(pack);
        let buckets = Buckets::new(&offsets, pack.end());
        let heads: Vec<Result<Head>> = offsets
            .par_iter()
            .with_min_len(4096)
            .map(|&offset| read_head(pack, &offsets, &buckets, offset))
            .collect();
        let mut forest = Self {
            weights: Vec::new(),
            first_child: Vec::new(),
            children: Vec::new(),
            roots: Vec::new(),
            broken: Vec::new(),
            end: pack.end(),
            offsets,
            positions,
        };
        forest.link_children(&heads);
        forest.weigh_subtrees();
        forest
    }

    /// Whole objects, each the root of a tree, in the order of the pack.
    pub(in crate::source) fn roots(&self) -> &[(Entry, Kind)] {
        &self.roots
    }

    /// Returns what cannot be read at all.
    pub(in crate::source) fn broken(&self) -> &[(Entry, Damage)] {
        &self.broken
    }

    /// The number of entries.
    pub(in crate::source) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Returns where the children of an entry stand for [`Self::child`]: those
    /// without children first, the heaviest last.
    pub(in crate::source) fn children(&self, entry: Entry) -> Range<u32> {
        self.first_child[entry as usize]..self.first_child[entry as usize + 1]
    }

    /// The entry that stands at this place of [`Self::children`].
    pub(in crate::source) fn child(&self, at: u32) -> Entry {
        self.children[at as usize]
    }

    /// The compressed bytes of an entry and all below it.
    pub(in crate::source) fn weight(&self, entry: Entry) -> u64 {
        self.weights[entry as usize]
    }

    /// Returns where an entry begins.
    pub(in crate::source) fn offset(&self, entry: Entry) -> u64 {
        self.offsets[entry as usize]
    }

    /// Returns where the next entry begins.
    pub(in crate::source) fn end(&self, entry: Entry) -> u64 {
        self.offsets
            .get(entry as usize + 1)
            .map_or(self.end, |&next| next.min(self.end))
            .max(self.offset(entry))
    }

    /// The position of an entry in the index.
    pub(in crate::source) fn position(&self, entry: Entry) -> u32 {
        self.positions[entry as usize]
    }

    /// An entry and all below it, which no cycle can be part of where a root
    /// leads to the entry.
    pub(in crate::source) fn below(&self, entry: Entry) -> Vec<Entry> {
        let mut all = vec![entry];
        self.append_below(&mut all);
        all
    }

    /// Finds roots, and lists the children of each entry.
    ///
    /// A counting sort: how many children each base has, then where each base's
    /// begin, then every child to its place. Two passes, no allocation for each
    /// base.
    fn link_children(&mut self, heads: &[Result<Head>]) {
        let mut first_child = vec![0_u32; heads.len() + 1];
        for head in heads {
            if let Ok(Head::Delta(base)) = head {
                first_child[*base as usize + 1] += 1;
            }
        }
        for at in 1..first_child.len() {
            first_child[at] += first_child[at - 1];
        }
        let mut next = first_child.clone();
        let mut children = vec![NONE; first_child.last().copied().unwrap_or(0) as usize];
        for (entry, head) in (0..).zip(heads) {
            match head {
                Ok(Head::Root(kind)) => self.roots.push((entry, *kind)),
                Ok(Head::Delta(base)) => {
                    let slot = &mut next[*base as usize];
                    children[*slot as usize] = entry;
                    *slot += 1;
                }
                Err(damage) => self.broken.push((entry, *damage)),
            }
        }
        self.first_child = first_child;
        self.children = children;
    }

    /// Adds up weights from the leaves on, puts the heaviest child last, and
    /// finds what no root leads to.
    fn weigh_subtrees(&mut self) {
        // Bases before their deltas, so that the reverse is leaves first.
        let mut order: Vec<Entry> = self.roots.iter().map(|(entry, _)| *entry).collect();
        self.append_below(&mut order);
        self.weights = (0..self.len() as Entry).map(|entry| self.end(entry) - self.offset(entry)).collect();
        for &entry in order.iter().rev() {
            let (first_child, weights) = (&self.first_child, &mut self.weights);
            let leaf = |child: Entry| first_child[child as usize] == first_child[child as usize + 1];
            let own = first_child[entry as usize] as usize..first_child[entry as usize + 1] as usize;
            let children = &mut self.children[own];
            children.sort_unstable_by_key(|&child| (!leaf(child), weights[child as usize], child));
            weights[entry as usize] += children.iter().map(|&child| weights[child as usize]).sum::<u64>();
        }
        self.break_off(&order);
    }

    /// Appends all that is below the entries of a list.
    fn append_below(&self, list: &mut Vec<Entry>) {
        let mut at = 0;
        while let Some(&entry) = list.get(at) {
            list.extend(self.children(entry).map(|child| self.child(child)));
            at += 1;
        }
    }

    /// Notes what is a delta to something broken, and what is a delta to
    /// itself.
    ///
    /// What no root leads to is either below something broken, or a circle: a
    /// delta to itself by way of others, which only a crafted pack has.
    fn break_off(&mut self, reached: &[Entry]) {
        if reached.len() + self.broken.len() == self.len() {
            return;
        }
        let mut known = vec![false; self.len()];
        reached.iter().for_each(|&entry| known[entry as usize] = true);
        let mut below: Vec<Entry> = self.broken.iter().map(|(entry, _)| *entry).collect();
        let broken = below.len();
        self.append_below(&mut below);
        below.iter().for_each(|&entry| known[entry as usize] = true);
        self.broken.extend(below[broken..].iter().map(|&entry| (entry, Damage::BrokenBase)));
        let circling = (0..self.len() as Entry).filter(|&entry| !known[entry as usize]);
        self.broken.extend(circling.map(|entry| (entry, Damage::Cycle)));
    }
}

/// Place of an entry in the forest, by its beginning.
#[derive(Debug, Clone, Copy)]
enum Head {
    /// A whole object.
    Root(Kind),
    /// A delta to that entry.
    Delta(Entry),
}

/// Reads the beginning of the entry at `offset`, and finds its base.
fn read_head(pack: &Pack, offsets: &[u64], buckets: &Buckets, offset: u64) -> Result<Head> {
    match pack.header(offset)?.content {
        Content::Whole(kind) => Ok(Head::Root(kind)),
        Content::DeltaAt(base) => buckets.find_entry(offsets, base).map(Head::Delta).ok_or(Damage::NoBase),
        Content::DeltaTo(name) => {
            let position = pack.index().find(name).ok_or(Damage::NoBase)?;
            let entry = buckets.find_entry(offsets, pack.index().offset(position)).ok_or(Damage::NoBase)?;
            Ok(Head::Delta(entry))
        }
    }
}

/// The offsets of all entries, ascending, and their positions in the index.
fn sorted_entries(pack: &Pack) -> (Vec<u64>, Vec<u32>) {
    let index = pack.index();
    let mut pairs: Vec<(u64, u32)> =
        (0..index.len()).map(|position| (index.offset(position), position as u32)).collect();
    pairs.par_sort_unstable();
    pairs.into_iter().unzip()
}

/// Finds an entry by its offset: a table of which entry is the first in each
/// half kilobyte.
#[derive(Debug)]
struct Buckets(Vec<u32>);

impl Buckets {
    /// Two to the power of this are the bytes of a bucket; an entry takes some
    /// hundred, so a bucket has a handful.
    const SHIFT: u32 = 9;

    /// Makes a table for ascending offsets below `end`.
    fn new(offsets: &[u64], end: u64) -> Self {
        let mut first = Vec::with_capacity((end >> Self::SHIFT) as usize + 2);
        for (entry, &offset) in offsets.iter().enumerate().filter(|(_, offset)| **offset <= end) {
            while first.len() as u64 <= offset >> Self::SHIFT {
                first.push(entry as u32);
            }
        }
        first.push(offsets.len() as u32);
        Self(first)
    }

    /// The entry that begins at `offset`.
    fn find_entry(&self, offsets: &[u64], offset: u64) -> Option<Entry> {
        let bucket = usize::try_from(offset >> Self::SHIFT).ok()?;
        let (from, to) = (*self.0.get(bucket)?, *self.0.get(bucket + 1)?);
        let at = offsets[from as usize..to as usize].binary_search(&offset).ok()?;
        Some(from + at as u32)
    }
}
