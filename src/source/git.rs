//! What git keeps: the objects of the whole history.

mod damage;
mod deliver;
mod delta;
mod earlier;
mod forest;
mod index;
mod inflate;
mod large;
mod loose;
mod map;
mod pack;
mod range;
mod refs;
mod schedule;
mod staged;
mod sweep;
mod trace;
mod tree;
mod unindexed;
mod unpack;

pub use earlier::{Earlier, EarlierFile, EarlierFiles};
pub use range::{CommitRange, NamedFiles, RangeWords};
pub use staged::{NamedOnDisk, Staged};
pub use sweep::{SweepOptions, sweep};
pub use trace::{Introduction, Standing, Target, Trace};
pub(super) use unindexed::{TakeObject, scan_unindexed_pack};

use super::sink::Swept;
use pack::Kind;

impl Swept {
    fn add(&mut self, kind: Kind, len: u64) {
        self.objects += 1;
        self.blobs += u64::from(kind == Kind::Blob);
        self.commits += u64::from(kind == Kind::Commit);
        // Of a folder only the names are looked at.
        self.bytes += if kind == Kind::Tree { 0 } else { len };
    }
}
