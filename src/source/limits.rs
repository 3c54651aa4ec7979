//! Limits of a run, whatever it looks at.
//!
//! Settings that more than one source heeds stand here, once; those of one
//! alone stand with it.

/// Bounds on what is read and on what it takes, as a person set them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file or blob that is looked at, in bytes; none where all
    /// are.
    pub max_file_size: Option<u64>,
    /// Depth to which archives in archives are looked into; 0: not at all.
    pub archive_depth: usize,
    /// Number of threads; 0 is one for each processor.
    pub threads: usize,
}

impl Limits {
    /// Depth to which archives in archives are looked into, unless the user
    /// says otherwise.
    pub const ARCHIVE_DEPTH: usize = 4;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_file_size: None, archive_depth: Self::ARCHIVE_DEPTH, threads: 0 }
    }
}
