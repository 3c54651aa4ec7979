//! Objects of git as bytes: packs with their indexes and delta trees, packs without an index, loose objects, and trees.
//!
//! Nothing here knows of sinks of texts, or of what a text may hold.

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
