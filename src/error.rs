//! The one error type: what was tried, on what, why it failed, and how to mend
//! it.
//!
//! ```text
//! Error::usage("read the configuration", "dogcatcher.toml:3:1", "unknown key `resaon`").mend("did you mean `reason`?")
//!   error: cannot read the configuration dogcatcher.toml:3:1: unknown key `resaon`
//!     fix: did you mean `reason`?
//! ```
//!
//! It keeps no type of another crate, so a library can be exchanged without a
//! change for callers. Text that comes from outside (a parser that quotes its
//! input, say) is defused and passed through [`crate::secret::hide_tokens`]
//! before it is kept: an error is printed in logs, and a secret must not be.
//!
//! What could not be read is no error: it is a gap, of a kind that
//! [`SkipReason`] names, and the run goes on.

mod shown;
mod skip_reason;
mod toml;
mod tried;

pub use shown::{changes_direction, shown_text};
pub use skip_reason::SkipReason;
pub use tried::{Error, io_reason};
