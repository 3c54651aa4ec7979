//! Rebuilding the objects of a delta tree, each once, with few of them in
//! memory at a time.
//!
//! ```text
//! walk(root 0)          stack of bases
//!   visit 0             [0]
//!   judge 2 (leaf)      [0]         seams hold nothing → passed over, never rebuilt
//!   judge 1             [0]         has deltas → rebuilt
//!   visit 1             [1]         0 is let go: 1 was its last child
//!   judge 5             [1]
//! ```

use std::ops::Range;

use super::damage::{Damage, Result};
use super::delta::Delta;
use super::entry::{Entry, Header};
use super::forest::Forest;
use super::inflate::Inflater;
use super::mapped::Pack;

/// The largest object that is rebuilt in memory, in bytes. git makes no deltas
/// of files over half a gigabyte (`core.bigFileThreshold`), so none is that
/// large unless somebody means harm.
pub(in crate::source) const MAX_REBUILT: u64 = 1 << 30;

/// How many bytes of bases a thread holds at most. Deltas can tell of far more
/// than the pack has bytes.
const MAX_HELD: u64 = 2 << 30;

/// A buffer that grew larger is not kept for the next object.
const KEEP: usize = 8 << 20;

/// Treatment of the objects of a tree.
///
/// What is known of a base is handed down to the deltas of it.
pub(in crate::source) trait Visit {
    /// Knowledge of an object once it was looked at.
    type Known: Copy;

    /// Returns whether an object that is nobody's base has to be rebuilt, and
    /// if so or if it is a base, what is known of it.
    ///
    /// # Errors
    ///
    /// The delta is damaged.
    fn judge_delta(
        &mut self,
        base: &[u8],
        known: Self::Known,
        delta: &Delta<'_>,
    ) -> Result<DeltaVerdict<Self::Known>>;

    /// Takes an object; what is known of it then.
    fn visit_object(&mut self, entry: Entry, bytes: &[u8]) -> Self::Known;

    /// Takes note of an object that need not be looked at.
    ///
    /// `len` is the size that it would have had, in bytes: it counts as
    /// searched.
    fn pass_over(&mut self, entry: Entry, len: u64);

    /// Takes note of an object that cannot be read.
    fn note_broken(&mut self, entry: Entry, damage: Damage);

    /// Takes a whole object that nothing is a delta to, without its being held,
    /// if it is too large for that.
    ///
    /// `None` where it is small enough to be held.
    fn stream_object(&mut self, entry: Entry, header: &Header<'_>, data: &[u8]) -> Option<Result<()>>;
}

/// Verdict on an object by its delta alone.
pub(in crate::source) enum DeltaVerdict<M> {
    /// The object has to be rebuilt and looked at.
    Rebuild,
    /// It need not be; its deltas are handed what is known of the base.
    Pass(M),
}

/// Walks one delta tree after another.
pub(in crate::source) struct Unpacker<'p> {
    /// The pack.
    pack: &'p Pack,
    /// Its trees.
    forest: &'p Forest,
    /// One a thread.
    inflater: Inflater,
    /// Buffers that are not in use, to be filled again.
    spare: Vec<Vec<u8>>,
}

/// An object whose deltas are being walked over.
struct Base<M> {
    /// Its content.
    bytes: Vec<u8>,
    /// Knowledge that the visitor has of it.
    known: M,
    /// Deltas that have not been walked yet.
    children: Range<u32>,
}

impl<'p> Unpacker<'p> {
    /// Makes one for the trees of a pack.
    pub(in crate::source) fn new(pack: &'p Pack, forest: &'p Forest) -> Self {
        Self { pack, forest, inflater: Inflater::new(), spare: Vec::new() }
    }

    /// Visits every object of the tree below `root`: a base before its deltas.
    ///
    /// The heaviest delta of a base comes last, and the base is let go before
    /// that is walked into. So of a tree of `n` objects at most about log2(n)
    /// are in memory.
    pub(in crate::source) fn walk<V: Visit>(&mut self, root: Entry, visitor: &mut V) {
        let mut bases: Vec<Base<V::Known>> = Vec::new();
        match self.read_root(root, visitor) {
            Ok(base) => bases.extend(base),
            Err(damage) => self.break_off(root, damage, visitor),
        }
        loop {
            let held: u64 = bases.iter().map(|base| base.bytes.len() as u64).sum();
            let Some(base) = bases.last_mut() else { return };
            let Some(at) = base.children.next() else {
                self.recycle_buffer(bases.pop().map(|base| base.bytes));
                continue;
            };
            let last = base.children.is_empty();
            let entry = self.forest.child(at);
            let room = MAX_HELD.saturating_sub(held);
            let next = self.delta_of(base, entry, room, visitor);
            if last {
                self.recycle_buffer(bases.pop().map(|base| base.bytes));
            }
            match next {
                Ok(base) => bases.extend(base),
                Err(damage) => self.break_off(entry, damage, visitor),
            }
        }
    }

    /// Reads a whole object; returned if it has deltas.
    fn read_root<V: Visit>(&mut self, entry: Entry, visitor: &mut V) -> Result<Option<Base<V::Known>>> {
        let header = self.pack.header(self.forest.offset(entry))?;
        let children = self.forest.children(entry);
        let data = self.pack.data(&header, self.forest.end(entry));
        if children.is_empty()
            && let Some(streamed) = visitor.stream_object(entry, &header, data)
        {
            return streamed.map(|()| None);
        }
        if header.size > MAX_REBUILT {
            return Err(Damage::TooLarge);
        }
        if children.is_empty() {
            visitor.visit_object(entry, self.inflater.borrowed(data, header.size)?);
            return Ok(None);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        if let Err(damage) = self.inflater.owned(data, header.size, &mut bytes) {
            self.recycle_buffer(Some(bytes));
            return Err(damage);
        }
        let known = visitor.visit_object(entry, &bytes);
        Ok(self.keep_base(bytes, known, children))
    }

    /// Looks at a delta, and rebuilds its object where that is needed; returned
    /// if it has deltas itself.
    fn delta_of<V: Visit>(
        &mut self,
        base: &Base<V::Known>,
        entry: Entry,
        room: u64,
        visitor: &mut V,
    ) -> Result<Option<Base<V::Known>>> {
        let header = self.pack.header(self.forest.offset(entry))?;
        let data = self.pack.data(&header, self.forest.end(entry));
        if header.size > MAX_REBUILT {
            return Err(Damage::TooLarge);
        }
        let delta = Delta::parse(self.inflater.borrowed(data, header.size)?)?;
        if delta.len() > MAX_REBUILT {
            return Err(Damage::TooLarge);
        }
        let children = self.forest.children(entry);
        if !children.is_empty() && delta.len() > room {
            return Err(Damage::TooLarge);
        }
        let verdict = visitor.judge_delta(&base.bytes, base.known, &delta)?;
        if let DeltaVerdict::Pass(_) = verdict
            && children.is_empty()
        {
            visitor.pass_over(entry, delta.len());
            return Ok(None);
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        if let Err(damage) = delta.apply(&base.bytes, &mut bytes) {
            self.recycle_buffer(Some(bytes));
            return Err(damage);
        }
        let known = match verdict {
            DeltaVerdict::Rebuild => visitor.visit_object(entry, &bytes),
            DeltaVerdict::Pass(known) => {
                visitor.pass_over(entry, delta.len());
                known
            }
        };
        Ok(self.keep_base(bytes, known, children))
    }

    /// Keeps an object as a base, if it has deltas.
    fn keep_base<M>(&mut self, bytes: Vec<u8>, known: M, children: Range<u32>) -> Option<Base<M>> {
        if children.is_empty() {
            self.recycle_buffer(Some(bytes));
            return None;
        }
        Some(Base { bytes, known, children })
    }

    /// Tells of an object that cannot be read, and of all that cannot be
    /// rebuilt without it.
    fn break_off<V: Visit>(&self, entry: Entry, damage: Damage, visitor: &mut V) {
        visitor.note_broken(entry, damage);
        for below in &self.forest.below(entry)[1..] {
            visitor.note_broken(*below, Damage::BrokenBase);
        }
    }

    /// Keeps a buffer for the next object, unless it is large.
    fn recycle_buffer(&mut self, buffer: Option<Vec<u8>>) {
        self.spare.extend(buffer.filter(|buffer| buffer.capacity() <= KEEP));
    }
}
