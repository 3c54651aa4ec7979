//! Why an object cannot be read.
//!
//! Damage is a small value and no error type with a source: millions of entries
//! may have it, it is counted by kind, and its words are ours.

use std::fmt;

/// Fault in the bytes of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::source) enum Damage {
    /// The file ends within it.
    Truncated,
    /// No type that git knows.
    Type,
    /// Its compressed bytes make no sense.
    Compression,
    /// It has not the size that it declares.
    Size,
    /// It declares a size that its compressed bytes cannot have.
    Bomb,
    /// It is larger than what is rebuilt in memory.
    TooLarge,
    /// Its delta copies from beyond its base, or has an instruction that does
    /// not exist.
    Delta,
    /// Its delta is for a base of another size.
    BaseSize,
    /// Its base is not in the pack.
    NoBase,
    /// The object that it is a delta to cannot be read.
    BrokenBase,
    /// It is its own base, perhaps by way of others.
    Cycle,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the file ends within it",
            Self::Type => "its type is unknown",
            Self::Compression => "its compressed bytes are damaged",
            Self::Size => "it has not the size that it declares",
            Self::Bomb => "it declares a size that its compressed bytes cannot have",
            Self::TooLarge => "it is too large to be rebuilt from its delta",
            Self::Delta => "its delta is damaged",
            Self::BaseSize => "its delta is for another base",
            Self::NoBase => "the base of its delta is not in the pack",
            Self::BrokenBase => "an object that it is a delta to cannot be read",
            Self::Cycle => "it is a delta to itself",
        })
    }
}

/// The result of reading an object.
pub(in crate::source) type Result<T> = std::result::Result<T, Damage>;
