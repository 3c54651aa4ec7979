//! Why something was not read, as a kind that programs and people can name.
//!
//! The kinds are a contract: reports hold them (`skipped[].kind`), `[[accept]]` entries and
//! `--accept-incomplete` name them. A new one is a variant here, its word in `as_str` and its place
//! in `ALL`; whoever fails to read says which it is. See `docs/configuration.md` for what each one means to
//! a user.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

/// The kind of a gap: why an input, or a part of one, was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// The operating system refused it.
    Unreadable,
    /// No regular file: a folder, a device, a pipe, or a link where git follows none.
    NotAFile,
    /// There is no such file, nor one in the index where that was asked for.
    Missing,
    /// The file became another one while it was read.
    Changed,
    /// The configuration excludes it.
    Excluded,
    /// Larger than the limit that the user set.
    TooLarge,
    /// An archive deeper in archives than is looked into.
    ArchiveDepth,
    /// An archive that unfolds to more bytes, members, time or memory than is spent on it.
    ArchiveBudget,
    /// An archive of which a part makes no sense.
    ArchiveDamaged,
    /// An archive that is encrypted, or compressed by a method that is not supported.
    ArchiveUnsupported,
    /// More encoded text than is decoded.
    EncodingBudget,
    /// Something that looks like a repository and cannot be read as one.
    GitRepository,
    /// A pack without an index, or one that cannot be read.
    GitPack,
    /// An object that is damaged, missing, or too large to be rebuilt.
    GitObject,
    /// Refs that cannot be read.
    GitRefs,
    /// More of a history than is gone through: folders nested too deep, or compared too often.
    GitBudget,
    /// A shallow or partial clone, which lacks a part of the history.
    IncompleteClone,
    /// A pointer of Git LFS, whose content is somewhere else.
    LfsPointer,
    /// More places of one finding than are named.
    Places,
    /// What was still to come when the run was interrupted.
    Interrupted,
}

impl SkipReason {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Unreadable,
        Self::NotAFile,
        Self::Missing,
        Self::Changed,
        Self::Excluded,
        Self::TooLarge,
        Self::ArchiveDepth,
        Self::ArchiveBudget,
        Self::ArchiveDamaged,
        Self::ArchiveUnsupported,
        Self::EncodingBudget,
        Self::GitRepository,
        Self::GitPack,
        Self::GitObject,
        Self::GitRefs,
        Self::GitBudget,
        Self::IncompleteClone,
        Self::LfsPointer,
        Self::Places,
        Self::Interrupted,
    ];

    /// The name in reports, in the configuration and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NotAFile => "not-a-file",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Excluded => "excluded",
            Self::TooLarge => "too-large",
            Self::ArchiveDepth => "archive-depth",
            Self::ArchiveBudget => "archive-budget",
            Self::ArchiveDamaged => "archive-damaged",
            Self::ArchiveUnsupported => "archive-unsupported",
            Self::EncodingBudget => "encoding-budget",
            Self::GitRepository => "git-repository",
            Self::GitPack => "git-pack",
            Self::GitObject => "git-object",
            Self::GitRefs => "git-refs",
            Self::GitBudget => "git-budget",
            Self::IncompleteClone => "incomplete-clone",
            Self::LfsPointer => "lfs-pointer",
            Self::Places => "places",
            Self::Interrupted => "interrupted",
        }
    }

    /// Returns whether a limit of ours was met, rather than something that is broken: then a flag
    /// may lift it.
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
