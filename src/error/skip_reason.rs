//! Why something was not read, as a kind that programs and people can name.
//!
//! ```text
//! [[accept]]
//! path = "deep.zip"
//! kind = "archive-depth"
//! reason = "a sample of ours"
//! ```
//!
//! The kinds are a contract: reports hold them (`skipped[].kind`), `[[accept]]`
//! entries and `--accept-incomplete` name them. A new one is a row of the table
//! below; whoever fails to read says which it is, and what happened, in words
//! of its own. `docs/configuration.md` has a row for what each one means to a
//! user, which a test holds.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// Declares the kinds, each with its name: a row is all that a new one takes.
macro_rules! skip_reasons {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)*) => {
        /// The kind of a gap: why an input, or a part of one, was not read.
        #[non_exhaustive]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
        pub enum SkipReason {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)*
        }

        impl SkipReason {
            /// Every kind, in the order in which they are sorted.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$kind),*];

            /// Returns the name in reports, in the configuration and on the
            /// command line.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

skip_reasons! {
    /// The operating system refused it.
    Unreadable = "unreadable",
    /// No regular file: a folder, a device, a pipe, or a link where git follows
    /// none.
    NotAFile = "not-a-file",
    /// There is no such file, nor one in the index where that was asked for.
    Missing = "missing",
    /// The file became another one while it was read.
    Changed = "changed",
    /// The configuration excludes it.
    Excluded = "excluded",
    /// Larger than the limit that the user set.
    TooLarge = "too-large",
    /// An archive deeper in archives than is looked into.
    ArchiveDepth = "archive-depth",
    /// An archive that unfolds to more bytes, members, time or memory than is
    /// spent on it.
    ArchiveBudget = "archive-budget",
    /// An archive of which a part makes no sense.
    ArchiveDamaged = "archive-damaged",
    /// An archive that is encrypted, or compressed by a method that is not
    /// supported.
    ArchiveUnsupported = "archive-unsupported",
    /// More encoded text than is decoded.
    EncodingBudget = "encoding-budget",
    /// Something that looks like a repository and cannot be read as one.
    GitRepository = "git-repository",
    /// A pack without an index, or one that cannot be read.
    GitPack = "git-pack",
    /// An object that is damaged, missing, or too large to be rebuilt.
    GitObject = "git-object",
    /// Refs that cannot be read.
    GitRefs = "git-refs",
    /// More of a history than is gone through: folders nested too deep, or
    /// compared too often.
    GitBudget = "git-budget",
    /// A shallow or partial clone, which lacks a part of the history.
    IncompleteClone = "incomplete-clone",
    /// A pointer of Git LFS, whose content is somewhere else.
    LfsPointer = "lfs-pointer",
    /// A file whose conflict is not resolved yet: nobody knows what will be committed.
    Unmerged = "unmerged",
    /// More places of one finding than are named.
    Places = "places",
    /// A record of another scanner's report that does not hold enough to be judged.
    Claim = "claim",
    /// The rest of a run that was interrupted.
    Interrupted = "interrupted",
}

impl SkipReason {
    /// Returns whether a limit of ours was met, rather than something that is
    /// broken: then a flag may lift it.
    ///
    /// `report` words its advice by this: a limit is lifted with a flag,
    /// something broken is mended at its place.
    pub const fn is_limit(self) -> bool {
        matches!(
            self,
            Self::ArchiveDepth
                | Self::ArchiveBudget
                | Self::EncodingBudget
                | Self::GitBudget
                | Self::TooLarge
                | Self::Places
        )
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SkipReason {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            format!("no such kind of gap; there are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in SkipReason::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            // A configuration names them alike.
            let read = serde_json::from_value::<SkipReason>(kind.as_str().into());
            assert_eq!(read.ok(), Some(kind));
        }
        assert!("budget".parse::<SkipReason>().is_err());
    }
}
