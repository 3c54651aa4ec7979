//! Objects of git as bytes: packs with their indexes and delta trees, packs
//! without an index, loose objects, and trees.
//!
//! Nothing here knows of sinks of texts, or of what a text may hold.
//!
//! # How a pack is read
//!
//! A pack holds millions of objects, most of them as deltas to others. To
//! rebuild each by itself would apply the deltas of a chain again and again; so
//! a pack is turned into a forest once, and each tree is walked from its root:
//!
//! ```text
//! index    names → offsets                              index.rs
//! entry    offset → type, size, base                    entry.rs
//! forest   base → deltas, as arrays                     forest.rs
//! schedule trees → threads, heavy ones first            schedule.rs
//! unpack   a tree, depth first, bases held              unpack.rs
//!   delta  what an object brings that its base has not  delta.rs
//!   inflate zlib, into a buffer of the right size       inflate.rs
//! ```
//!
//! Packs without an index (`unindexed`), and objects outside of packs
//! (`loose`), are read one after the other. The formats are those of
//! `gitformat-pack(5)`.

mod damage;
mod delta;
mod entry;
mod forest;
mod index;
mod inflate;
mod kind;
mod list;
pub(super) mod loose;
mod map;
mod mapped;
mod schedule;
pub(super) mod tree;
mod unindexed;
mod unpack;

pub(super) use damage::{Damage, Result};
pub(super) use delta::{Delta, Piece};
pub(super) use entry::{Content, Entry, Header};
pub(super) use forest::Forest;
pub(super) use index::{FineIndex, Index};
pub(super) use inflate::{check_size, largest};
pub(super) use kind::{Kind, MAX_HELD};
pub(super) use list::packs;
pub(super) use mapped::Pack;
pub(super) use schedule::Schedule;
pub(super) use unindexed::{TakeObject, scan_unindexed_pack};
pub(super) use unpack::{DeltaVerdict, MAX_REBUILT, Unpacker, Visit};
