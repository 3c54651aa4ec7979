//! Packs that git would never write: made byte by byte, with an index of their own.
#![allow(dead_code, unreachable_pub)] // the tests and the fuzz target each use a part of it
#![allow(clippy::unwrap_used)] // a helper that fails is a failed test

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// An entry of a pack.
pub struct Entry {
    pub id: [u8; 20],
    /// 1 commit, 2 tree, 3 blob, 4 tag, 7 a delta to `base`; others git does not know.
    pub kind: u8,
    pub base: [u8; 20],
    /// What it inflates to.
    pub data: Vec<u8>,
    /// The size that it declares.
    pub size: usize,
}

impl Entry {
    pub fn blob(number: u8, data: impl Into<Vec<u8>>) -> Self {
        let data = data.into();
        Self { id: [number; 20], kind: 3, base: [0; 20], size: data.len(), data }
    }

    /// A delta to the entry of another number.
    pub fn delta(number: u8, base: u8, data: impl Into<Vec<u8>>) -> Self {
        Self { kind: 7, base: [base; 20], ..Self::blob(number, data) }
    }
}

/// A delta: the sizes of base and result, then instructions.
pub fn delta(base: usize, result: usize, code: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for mut size in [base, result] {
        while size >= 0x80 {
            out.push(0x80 | (size & 0x7f) as u8);
            size >>= 7;
        }
        out.push(size as u8);
    }
    out.extend_from_slice(code);
    out
}

/// An instruction to copy.
pub fn copy(offset: u16, len: u16) -> [u8; 5] {
    let ([a, b], [c, d]) = (offset.to_le_bytes(), len.to_le_bytes());
    [0b1011_0011, a, b, c, d]
}

/// Makes a bare repository whose only pack holds these entries. Its checksums are zeros: nobody computes them.
pub fn write_repository(path: &Path, entries: &[Entry], damage: impl Fn(&mut Vec<u8>)) {
    for folder in ["refs/heads", "objects/pack"] {
        fs::create_dir_all(path.join(folder)).unwrap();
    }
    fs::write(path.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(path.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n").unwrap();
    let mut pack = [&b"PACK\0\0\0\x02"[..], &(entries.len() as u32).to_be_bytes()].concat();
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.push((entry.id, pack.len() as u32));
        header(entry, &mut pack);
        let mut encoder = ZlibEncoder::new(&mut pack, Compression::fast());
        encoder.write_all(&entry.data).unwrap();
        encoder.finish().unwrap();
    }
    damage(&mut pack);
    pack.extend([0; 20]);
    fs::write(path.join("objects/pack/pack-1.pack"), pack).unwrap();
    fs::write(path.join("objects/pack/pack-1.idx"), index(offsets)).unwrap();
}

fn header(entry: &Entry, pack: &mut Vec<u8>) {
    let mut rest = entry.size >> 4;
    pack.push((entry.kind & 7) << 4 | (entry.size & 0x0f) as u8 | if rest > 0 { 0x80 } else { 0 });
    while rest > 0 {
        let byte = (rest & 0x7f) as u8;
        rest >>= 7;
        pack.push(byte | if rest > 0 { 0x80 } else { 0 });
    }
    if entry.kind == 7 {
        pack.extend(entry.base);
    }
}

fn index(mut offsets: Vec<([u8; 20], u32)>) -> Vec<u8> {
    offsets.sort_unstable();
    let mut out = b"\xfftOc\0\0\0\x02".to_vec();
    for byte in 0..=255 {
        let count = offsets.iter().filter(|(id, _)| id[0] <= byte).count() as u32;
        out.extend(count.to_be_bytes());
    }
    out.extend(offsets.iter().flat_map(|(id, _)| *id));
    out.extend(offsets.iter().flat_map(|_| [0; 4]));
    out.extend(offsets.iter().flat_map(|(_, offset)| offset.to_be_bytes()));
    out.extend([0; 40]);
    out
}
