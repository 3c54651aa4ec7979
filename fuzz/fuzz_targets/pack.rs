//! Packs of any entries: well compressed, so that what is inside is reached, and then damaged.
#![no_main]

#[path = "../../tests/support/pack.rs"]
mod pack;

use std::path::Path;

use arbitrary::Arbitrary;
use dogcatcher::location::Origin;
use dogcatcher::source::{Hold, Limits, ObjectSink, Repository, Sink, Skipped, Swept, Window, sweep};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Case {
    entries: Vec<Piece>,
    flips: Vec<(u16, u8)>,
}

#[derive(Debug, Arbitrary)]
struct Piece {
    kind: u8,
    base: u8,
    data: Vec<u8>,
    /// Added to the size that is declared.
    lie: u8,
    /// Sizes of base and result, and code, instead of `data`.
    delta: Option<(u8, u8, Vec<u8>)>,
}

/// Looks for one letter, so that nearly everything may hold something.
struct Any;

impl Sink for Any {
    fn take_window(&mut self, window: Window<'_>) {
        assert!(window.core.end <= window.bytes.len());
    }
    fn end_text(&mut self, _: &Origin) {}
    fn may_hold_token(&self, bytes: &[u8]) -> bool {
        bytes.contains(&b'd')
    }
    fn take_skipped(&mut self, skipped: Skipped) {
        assert!(!skipped.reason.is_empty());
    }
}

impl ObjectSink for Any {
    fn may_hold(&self, _: Option<&Path>, bytes: &[u8]) -> Hold {
        if self.may_hold_token(bytes) { Hold::Candidates } else { Hold::Nothing }
    }

    fn may_bring(&self, pieces: &[u8]) -> bool {
        self.may_hold_token(pieces)
    }
    fn border_reach(&self) -> usize {
        0
    }
    fn expect_objects(&mut self, _: u64) {}
    fn add_swept(&mut self, _: Swept) {}
}

fuzz_target!(|case: Case| {
    let entries = case.entries.iter().take(40).zip(1..).map(|(piece, number)| {
        let data = match &piece.delta {
            Some((base, result, code)) => pack::delta((*base).into(), (*result).into(), code),
            None => piece.data.clone(),
        };
        // Mostly what git knows.
        let kind =
            if piece.kind < 128 { [1, 2, 3, 4, 7, 7][usize::from(piece.kind % 6)] } else { piece.kind };
        let size = data.len() + usize::from(piece.lie & 1) * usize::from(piece.lie);
        pack::Entry { kind, base: [piece.base % 40; 20], size, ..pack::Entry::blob(number, data) }
    });
    let entries: Vec<_> = entries.collect();
    let folder = tempfile::tempdir().expect("a folder");
    pack::write_repository(folder.path(), &entries, |bytes| {
        for (at, flip) in &case.flips {
            let at = usize::from(*at) % bytes.len();
            bytes[at] ^= flip;
        }
    });
    let repository = Repository::open_at(folder.path()).expect("a repository").expect("a repository");
    sweep(&repository, &Limits { threads: 1, ..Limits::default() }, &|| Any);
});
