//! Unprefixed keys: hexadecimal digits that nothing but the words around them tell from a hash.
//!
//! The facts of its place ([`Facts`]) are read once, backwards and forwards: its name, its siblings, the heads of its blocks, its
//! command, its column, whose text it stands in. Then the first row that holds of one table (`rows.rs`) decides.

mod address;
mod answer;
mod backward;
mod behind;
mod beside;
mod blocks;
mod callee;
mod candidate;
mod columns;
mod command;
mod conditions;
mod entry;
mod facts;
mod halves;
mod head;
mod label;
mod literal;
mod nearby;
mod partner;
mod place;
mod record;
mod rows;
mod runs;
mod scope;
mod series;
mod uses;

pub(super) use candidate::{OnWrapped, TELLING, each_candidate, each_wrapped, has_candidate, has_digits};
pub(super) use facts::Facts;
pub use facts::Grounds;
pub(super) use halves::{each_joined, has_piece, is_one_value};
pub(crate) use place::is_file_of_key;
pub(super) use rows::{judge, judge_wrapped};
pub use scope::Scope;

/// What the name of a file says of the keys in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Nothing.
    Unknown,
    /// They are Datadog's.
    Datadog,
    /// It is the name of a Datadog key, whose value may be all that the file holds.
    Key,
}

/// How far from a key what decides on it may stand, in bytes.
pub(super) const REACH: usize = blocks::BEFORE;

const _: () = assert!(REACH >= label::REACH && REACH >= scope::AFTER);
