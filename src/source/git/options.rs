//! Options of a sweep.

/// How to sweep.
#[derive(Debug, Clone, Default)]
pub struct SweepOptions {
    /// The largest blob that is looked at, in bytes.
    pub max_size: Option<u64>,
    /// Number of threads; 0 is one for each processor.
    pub threads: usize,
}
