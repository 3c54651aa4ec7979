//! Any bytes as an archive, and any bytes within one: no panic, and windows that hold together.
#![no_main]

use std::io::Write;

use arbitrary::Arbitrary;
use dogcatcher::location::Origin;
use dogcatcher::source::{Sink, Skipped, Window, scan_reader};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
enum Case {
    /// As they are.
    Plain(Vec<u8>),
    /// Compressed, so that what is within is reached.
    Gzip(Vec<u8>),
    /// The beginning of one of the formats, then anything.
    Begun(u8, Vec<u8>),
}

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

fuzz_target!(|case: Case| {
    let bytes = match case {
        Case::Plain(bytes) => bytes,
        Case::Gzip(bytes) => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&bytes).expect("memory");
            encoder.finish().expect("memory")
        }
        Case::Begun(choice, bytes) => {
            let heads: [&[u8]; 10] = [
                b"PK\x03\x04",
                b"\x1f\x8b\x08",
                b"BZh91AY&SY",
                b"\xfd7zXZ\0\0\x04",
                b"\x28\xb5\x2f\xfd",
                b"7z\xbc\xaf\x27\x1c\0\x04",
                b"070701",
                b"\xed\xab\xee\xdb",
                b"PACK\0\0\0\x02\0\0\0",
                b"# v2 git bundle\n\nPACK\0\0\0\x02\0\0\0",
            ];
            [heads[usize::from(choice) % heads.len()], &bytes].concat()
        }
    };
    scan_reader(&bytes[..], &mut Any);
});
