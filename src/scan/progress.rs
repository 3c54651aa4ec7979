//! How far a run is, for whoever shows it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts that the threads of a run raise while it goes on.
#[derive(Debug, Default)]
pub struct Progress {
    /// Files that have been read.
    files: AtomicU64,
    /// Objects of histories that have been gone over.
    objects: AtomicU64,
    /// Objects that are known of.
    objects_expected: AtomicU64,
    /// Bytes that have been searched.
    bytes: AtomicU64,
    /// Places that count so far.
    found: AtomicU64,
    /// Set from outside where the run is to end early.
    stop: Arc<AtomicBool>,
}

impl Progress {
    /// The progress of a run that ends early once this is set: what was found
    /// by then is reported, and the run is incomplete.
    pub fn until(stop: Arc<AtomicBool>) -> Self {
        Self { stop, ..Self::default() }
    }

    /// Returns whether the run is to end early.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Returns how many files have been read.
    pub fn files(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    /// Returns how many objects of a history have been gone over, and how many
    /// are known of.
    pub fn objects(&self) -> (u64, u64) {
        (self.objects.load(Ordering::Relaxed), self.objects_expected.load(Ordering::Relaxed))
    }

    /// Returns how many bytes have been searched.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Returns how many places were found so far that count, unless a
    /// configuration or a baseline says otherwise in the end.
    pub fn found(&self) -> u64 {
        self.found.load(Ordering::Relaxed)
    }

    /// Counts a file that was read.
    pub(super) fn add_file(&self) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts objects that were gone over.
    pub(super) fn add_objects(&self, count: u64) {
        self.objects.fetch_add(count, Ordering::Relaxed);
    }

    /// Adds objects that are known to come.
    pub(super) fn expect_objects(&self, count: u64) {
        self.objects_expected.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts bytes that were searched.
    pub(super) fn add_bytes(&self, count: u64) {
        self.bytes.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts a place that counts.
    pub(super) fn add_found(&self) {
        self.found.fetch_add(1, Ordering::Relaxed);
    }
}
