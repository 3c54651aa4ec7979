//! Words as data: what names of keys are made of, and what speaks for and
//! against them.
//!
//! Each list is a table in one of the TOML files beside this module's, with its
//! purpose and with examples that a test holds it to. `build.rs` makes
//! constants of them.

mod list;
mod mention;
mod name;
mod own;
mod search;
mod sense;
mod spelling;
mod words;

pub use list::{Example, List};
pub use mention::Whose;
pub use own::{OwnWords, Word};
pub use sense::Sense;
pub use spelling::{SPELLINGS, Spelling};
pub use words::Lexicon;
