//! What git keeps: the objects of the whole history.

mod deliver;
mod earlier;
mod large;
mod links;
mod loose;
mod range;
mod refs;
mod staged;
mod sweep;
mod trace;

pub use earlier::{Earlier, EarlierFile, EarlierFiles};
pub use links::Unheld;
pub use range::{CommitRange, NamedFiles, RangeWords};
pub use staged::{NamedOnDisk, Staged};
pub use sweep::sweep;
pub use trace::{Introduction, Standing, Target, Trace, absences};
