//! What one run looks at, and what its reports want to know.

use std::path::PathBuf;

use jiff::civil::Date;

use super::history::History;
use crate::lexicon::OwnWords;
use crate::source;
use crate::suppress::FindingFilter;
use crate::verify::{Receipts, Verifier};

/// Settings of one run: its inputs, and the facts that its reports want.
#[derive(Debug)]
pub struct Settings {
    /// The files.
    pub files: source::WalkOptions,
    /// Limits of all of them.
    pub limits: source::Limits,
    /// The repositories whose history is swept.
    pub history: Vec<History>,
    /// What becomes of the repositories below the files' folders.
    pub nested: Nested,
    /// The index whose blobs are scanned as the next commit would have them.
    pub staged: Option<source::Staged>,
    /// The commits whose changes are scanned.
    pub range: Option<source::CommitRange>,
    /// What is known already not to be scanned.
    pub skipped: Vec<source::Skipped>,
    /// Whether to read standard input.
    pub stdin: bool,
    /// Words that hold in one repository each; where there are none, those of
    /// the rules hold everywhere.
    pub words: Vec<ScopedWords>,
    /// What suppresses findings, and accepts gaps.
    pub suppress: FindingFilter,
    /// Asks Datadog about what was found.
    pub verifier: Option<Verifier>,
    /// What earlier revocations proved dead.
    pub receipts: Receipts,
    /// The day by which entries expire.
    pub today: Date,
    /// What each finding has to carry for the reports.
    pub detail: Detail,
}

/// What becomes of the history of repositories that a walk over files meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nested {
    /// Nobody asks for any history but that of the repositories that are named.
    #[default]
    Unasked,
    /// It is left out, and that is said.
    LeftOut,
    /// It is swept.
    Swept,
}

/// What findings carry beyond their places, because a report wants it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// The line around each place, masked.
    pub excerpts: bool,
    /// The hash of each line as code scanning computes it.
    pub line_hashes: bool,
    /// Where the one repository that is scanned comes from.
    pub provenance: bool,
    /// The commit by which each file came that stands as its history has it.
    pub authors: bool,
    /// Each rejected candidate, not only their number.
    pub rejections: bool,
}

/// Words of one configuration.
#[derive(Debug, Clone)]
pub struct ScopedWords {
    /// The folder of the configuration.
    pub folder: PathBuf,
    /// Words, which hold in the repository that the folder is in; outside of
    /// one, up to the folder that was named.
    pub words: OwnWords,
}
