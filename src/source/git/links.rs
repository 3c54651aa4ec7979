//! Links between objects: those that lead to nothing are found while the
//! objects are swept, at little more than the cost of a look-up for each new
//! one.
//!
//! A tree that is kept as a delta names what its base names, and a few objects
//! more; only the entries around what the delta brings are read. A link that
//! leads nowhere is no gap yet: nobody may need the object that it stands in.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::location::ObjectId;
use crate::source::pack::tree::{self, EntryKind, TreeEntry};
use crate::source::pack::{Delta, FineIndex, Index, Kind, Piece, Result};

/// Bytes on either side of what a delta brings, in which the entries that it
/// changes begin and end; of longer names the whole tree is read.
const REACH: usize = 128;

/// The most ids that a thread remembers; a power of two.
const MAX_REMEMBERED: usize = 1 << 14;

/// Ids that are looked up together.
const TOGETHER: usize = 256;

/// So many bytes hold the tree and the parents of nearly every commit.
const HEADER: usize = 256;

/// Objects that others name, and that no store holds, by what they are named
/// as.
#[derive(Debug, Default)]
pub struct Unheld(pub(super) HashMap<ObjectId, Kind>);

/// The links of a repository.
#[derive(Debug)]
pub(super) struct Links<'p> {
    /// The names of the objects in packs, the largest pack first.
    indexes: Vec<FineIndex<'p>>,
    id_len: usize,
    /// Commits whose parents are left out of a shallow clone.
    boundary: BTreeSet<ObjectId>,
    unheld: Mutex<Unheld>,
}

impl<'p> Links<'p> {
    /// Links whose objects may be in these packs.
    pub(super) fn new(
        indexes: impl Iterator<Item = &'p Index>,
        id_len: usize,
        boundary: BTreeSet<ObjectId>,
    ) -> Self {
        let mut indexes: Vec<_> = indexes.map(FineIndex::new).collect();
        indexes.sort_by_key(|index| std::cmp::Reverse(index.len()));
        Self { indexes, id_len, boundary, unheld: Mutex::default() }
    }

    /// A reader of links in the pack of an index, or in loose objects.
    pub(super) fn reader(&self, own: Option<&Index>) -> LinkReader<'_> {
        let own = own.and_then(|own| self.indexes.iter().find(|index| index.is_of(own)));
        // Fewer than ids would share places, and each that was forgotten is looked up again.
        let places = |index: &FineIndex<'_>| (4 * index.len()).next_power_of_two().min(MAX_REMEMBERED);
        let remembered = own.map_or(MAX_REMEMBERED, places);
        LinkReader {
            links: self,
            own,
            id_len: self.id_len,
            remembered: vec![0; remembered],
            waiting: Vec::with_capacity(TOGETHER),
            unheld: Unheld::default(),
            buffer: Vec::new(),
        }
    }

    /// Strikes out what is held elsewhere.
    pub(super) fn hold(&mut self, holds: impl Fn(&ObjectId) -> bool) {
        let unheld = self.unheld.get_mut().unwrap_or_else(PoisonError::into_inner);
        unheld.0.retain(|id, _| !holds(id));
    }

    /// Returns the objects that are named and not held.
    pub(super) fn into_unheld(self) -> Unheld {
        self.unheld.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Length of what is remembered of an id, in bytes: no two objects share so
/// many, and a processor compares them at once.
const REMEMBERED: usize = 16;

/// Reads links, one object after another; hands over those that lead nowhere
/// when it is dropped.
#[derive(Debug)]
pub(super) struct LinkReader<'l> {
    links: &'l Links<'l>,
    /// The index of the pack that is read, which holds most of what its objects
    /// name.
    own: Option<&'l FineIndex<'l>>,
    id_len: usize,
    /// Ids that were met, each at a place that it tells itself.
    remembered: Vec<u128>,
    /// Those that are still to be looked up.
    waiting: Vec<(ObjectId, Kind)>,
    unheld: Unheld,
    buffer: Vec<u8>,
}

impl LinkReader<'_> {
    /// Reads the links in an object.
    pub(super) fn object(&mut self, id: ObjectId, kind: Kind, bytes: &[u8]) {
        if kind == Kind::Tree {
            // Most links by far are those of whole trees.
            return self.tree(bytes);
        }
        let cut = kind == Kind::Commit && self.links.boundary.contains(&id);
        links(kind, bytes, self.id_len, &mut |kind, id| {
            if !(cut && kind == Kind::Commit) {
                self.link(kind, id);
            }
        });
    }

    /// Reads the links in a tree.
    fn tree(&mut self, bytes: &[u8]) {
        for entry in tree::entries(bytes, self.id_len) {
            if let Some(kind) = kind_of(&entry) {
                self.link(kind, entry.id);
            }
        }
    }

    /// Reads the links that a tree has and its base has not; false where that
    /// takes the whole tree.
    pub(super) fn tree_delta(&mut self, base: &[u8], delta: &Delta<'_>) -> Result<bool> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let told = delta.pieces(base, REACH, &mut buffer, |piece| self.piece(piece));
        self.buffer = buffer;
        told
    }

    /// Reads the links of a commit by its beginning; false where that takes the
    /// whole commit.
    pub(super) fn commit_delta(&mut self, base: &[u8], delta: &Delta<'_>) -> Result<bool> {
        // Whose links are cut is told by their ids.
        if !self.links.boundary.is_empty() {
            return Ok(false);
        }
        let mut header = std::mem::take(&mut self.buffer);
        let applied = delta.apply_first(base, HEADER, &mut header);
        let end = memchr::memmem::find(&header, b"\nauthor ").filter(|_| applied.is_ok());
        if let Some(end) = end {
            links(Kind::Commit, &header[..end], self.id_len, &mut |kind, id| self.link(kind, id));
        }
        self.buffer = header;
        applied.map(|()| end.is_some())
    }

    /// Reads the entries of a tree that a piece of it changes; false where one
    /// of them is not all there.
    fn piece(&mut self, piece: &Piece<'_>) -> bool {
        let (bytes, new) = (piece.bytes, &piece.new);
        let begin = if piece.is_first { Some(0) } else { last_border(bytes, new.start, self.id_len) };
        let Some(begin) = begin else { return false };
        let mut entries = tree::entries(&bytes[begin..], self.id_len);
        while bytes.len() - entries.rest().len() < new.end.max(1) {
            let Some(entry) = entries.next() else { return piece.is_last };
            if bytes.len() - entries.rest().len() > new.start
                && let Some(kind) = kind_of(&entry)
            {
                self.link(kind, entry.id);
            }
        }
        true
    }

    /// Notes an object that something names, to be looked up with others.
    #[inline]
    pub(super) fn link(&mut self, kind: Kind, id: &[u8]) {
        let Some(first) = id.first_chunk::<REMEMBERED>() else { return };
        let first = u128::from_le_bytes(*first);
        let at = (first >> 16) as usize & (self.remembered.len() - 1);
        // Zeros stand for nothing remembered.
        if self.remembered[at] != first || first == 0 {
            self.remembered[at] = first;
            self.note(kind, id);
        }
    }

    /// Notes an object that is not remembered, unless its id is all zeros,
    /// which is none.
    #[inline(never)]
    fn note(&mut self, kind: Kind, id: &[u8]) {
        let id = ObjectId::new(id).filter(|id| id.as_bytes().iter().any(|byte| *byte != 0));
        self.waiting.extend(id.map(|id| (id, kind)));
        if self.waiting.len() >= TOGETHER {
            self.look_up();
        }
    }

    /// Looks up what waits for it.
    fn look_up(&mut self) {
        for index in self.own.into_iter().chain(&self.links.indexes) {
            if self.waiting.is_empty() {
                return;
            }
            index.retain_missing(&mut self.waiting);
        }
        self.unheld.0.extend(self.waiting.drain(..));
    }
}

impl Drop for LinkReader<'_> {
    fn drop(&mut self) {
        self.look_up();
        if !self.unheld.0.is_empty() {
            let mut shared = self.links.unheld.lock().unwrap_or_else(PoisonError::into_inner);
            shared.0.extend(std::mem::take(&mut self.unheld.0));
        }
    }
}

/// Gives `on` what an object names: the entries of a tree, the tree and the
/// parents of a commit, or the object of a tag.
pub(super) fn links(kind: Kind, bytes: &[u8], id_len: usize, on: &mut dyn FnMut(Kind, &[u8])) {
    match kind {
        Kind::Blob => {}
        Kind::Tree => {
            for entry in tree::entries(bytes, id_len) {
                if let Some(kind) = kind_of(&entry) {
                    on(kind, entry.id);
                }
            }
        }
        Kind::Commit | Kind::Tag => {
            header_links(kind, bytes).for_each(|(kind, id)| on(kind, id.as_bytes()));
        }
    }
}

/// Returns what an entry of a tree links to; nothing for a commit of another
/// repository.
fn kind_of(entry: &TreeEntry<'_>) -> Option<Kind> {
    match entry.kind {
        EntryKind::Tree => Some(Kind::Tree),
        EntryKind::Blob => Some(Kind::Blob),
        EntryKind::Submodule => None,
    }
}

/// The tree and the parents of a commit, or the object of a tag.
fn header_links(kind: Kind, bytes: &[u8]) -> impl Iterator<Item = (Kind, ObjectId)> {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    std::iter::from_fn(move || {
        let line = lines.next()?;
        let (kind, digits) = match kind {
            Kind::Commit => match line.strip_prefix(b"parent ") {
                Some(digits) => (Kind::Commit, digits),
                None => (Kind::Tree, line.strip_prefix(b"tree ")?),
            },
            _ => {
                let digits = line.strip_prefix(b"object ")?;
                (Kind::from_name(lines.next()?.strip_prefix(b"type ")?)?, digits)
            }
        };
        Some((kind, ObjectId::from_hex(std::str::from_utf8(digits).ok()?)?))
    })
}

/// The last place up to `upto` at which an entry of a tree begins: a mode
/// behind an id, which has a zero byte before it.
fn last_border(bytes: &[u8], upto: usize, id_len: usize) -> Option<usize> {
    let mut end = bytes.len().min(upto + 7);
    while let Some(blank) = memchr::memrchr(b' ', &bytes[..end]) {
        let border = mode_before(&bytes[..blank]).filter(|border| *border <= upto);
        if let Some(border) = border
            && border.checked_sub(id_len + 1).is_some_and(|zero| bytes[zero] == 0)
        {
            return Some(border);
        }
        end = blank;
    }
    None
}

/// Returns where the mode begins that bytes end with: one of those that all but
/// very old programs write.
fn mode_before(bytes: &[u8]) -> Option<usize> {
    let is_long = matches!(bytes.last_chunk(), Some(b"100644" | b"100755" | b"120000" | b"160000"));
    let digits = if is_long { 6 } else { bytes.ends_with(b"40000").then_some(5)? };
    Some(bytes.len() - digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Length of the ids here, in bytes.
    const ID: usize = 20;

    /// A tree of these entries: a number for the name, and one for the object.
    fn tree(entries: &[(u8, u8)]) -> Vec<u8> {
        let entry = |(name, object): &(u8, u8)| {
            let mode = ["100644", "40000", "100755", "160000", "100664"][usize::from(object % 5)];
            let name = "n 100644 ".repeat(usize::from(name % 30));
            [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[*object; 18], &[0x20, 0]].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    /// A delta that copies what two texts have in common at either end, in
    /// pieces of at most `step` bytes, and inserts the rest.
    fn delta(base: &[u8], target: &[u8], step: usize) -> Vec<u8> {
        let size =
            |len: usize| [0x80 | (len & 0x7f) as u8, 0x80 | (len >> 7 & 0x7f) as u8, (len >> 14) as u8];
        let common = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
        let front = common(&mut base.iter().zip(target));
        let most = base.len().min(target.len()) - front;
        let back = common(&mut base.iter().rev().zip(target.iter().rev())).min(most);
        let mut out = [size(base.len()), size(target.len())].concat();
        let copies = |out: &mut Vec<u8>, from: usize, to: usize| {
            for at in (from..to).step_by(step) {
                let len = step.min(to - at);
                out.extend([0b1011_0011, at as u8, (at >> 8) as u8, len as u8, (len >> 8) as u8]);
            }
        };
        copies(&mut out, 0, front);
        for chunk in target[front..target.len() - back].chunks(100) {
            out.push(chunk.len() as u8);
            out.extend_from_slice(chunk);
        }
        copies(&mut out, base.len() - back, base.len());
        out
    }

    /// The objects that a reader met, none of which is held.
    fn met(read: impl FnOnce(&mut LinkReader<'_>)) -> BTreeSet<ObjectId> {
        let links = Links::new(std::iter::empty(), ID, BTreeSet::new());
        let mut reader = links.reader(None);
        read(&mut reader);
        drop(reader);
        links.into_unheld().0.into_keys().collect()
    }

    proptest! {
        #[test]
        fn a_delta_brings_what_its_base_has_not(
            base in proptest::collection::vec(any::<(u8, u8)>(), 0..40),
            change in proptest::collection::vec(any::<(u8, u8)>(), 0..3),
            (at, gone, step) in (0usize..40, 0usize..3, prop_oneof![Just(7), Just(100), Just(0xffff)]),
        ) {
            let mut entries = base.clone();
            let at = at.min(entries.len());
            entries.splice(at..(at + gone).min(base.len()), change);
            let (old, new) = (tree(&base), tree(&entries));
            let code = delta(&old, &new, step);
            let code = Delta::parse(&code).expect("a delta");
            let mut rebuilt = Vec::new();
            prop_assert_eq!(code.apply(&old, &mut rebuilt), Ok(()));
            prop_assert_eq!(&rebuilt, &new);
            let id = ObjectId::new(&[1; ID]).expect("an id");
            let whole = |bytes: &[u8]| met(|reader| reader.object(id, Kind::Tree, bytes));
            let mut is_told = true;
            let brought = met(|reader| is_told = reader.tree_delta(&old, &code).expect("a delta"));
            if is_told {
                let missed: Vec<_> =
                    whole(&new).into_iter().filter(|id| !brought.contains(id) && !whole(&old).contains(id)).collect();
                prop_assert!(missed.is_empty(), "{:?}", missed);
                prop_assert!(brought.is_subset(&whole(&new)), "{:?}", brought);
            }
        }
    }

    #[test]
    fn a_wide_tree_is_told_by_its_delta() {
        let entries: Vec<_> = (0..200).map(|number| (number % 5, number)).collect();
        let mut changed = entries.clone();
        changed[100].1 = 250;
        let (old, new) = (tree(&entries), tree(&changed));
        let code = delta(&old, &new, 0xffff);
        let code = Delta::parse(&code).expect("a delta");
        let brought = met(|reader| assert_eq!(reader.tree_delta(&old, &code), Ok(true)));
        // The first entry is looked at whenever a copy begins the tree, for it may begin elsewhere in the base.
        let expected =
            [0, 250].map(|object| ObjectId::new(&[&[object; 18][..], &[0x20, 0]].concat()).expect("an id"));
        assert_eq!(brought, BTreeSet::from(expected));
    }
}
