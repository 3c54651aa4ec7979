//! The beginning of a git bundle, as `gitformat-bundle` describes it: what it
//! needs, what it has, and then a pack.
//!
//! ```text
//! # v2 git bundle
//! -3ea454d3… a commit that it builds upon       lines with - are prerequisites, with the subject of the commit
//! 9c1185a5… refs/heads/main
//!                                               an empty line, and then PACK…
//! ```
//!
//! The subjects are texts of people, so the beginning is searched, too.

use std::io::{self, BufRead, Read};

/// Length of the longest beginning that is read, in bytes: a hundred thousand
/// names of refs.
const MAX_LENGTH: u64 = 16 << 20;

/// Returns whether a text that begins like that is a bundle.
pub(super) fn is_bundle(head: &[u8]) -> bool {
    [&b"# v2 git bundle\n"[..], b"# v3 git bundle\n"].iter().any(|line| head.starts_with(line))
}

/// The text before the pack.
pub(super) struct Header {
    /// All of it: names of refs, and the subjects of the commits that it builds
    /// upon.
    pub(super) text: Vec<u8>,
    /// The length of the ids of objects in it.
    pub(super) id_len: usize,
}

/// Reads up to the pack.
///
/// # Errors
///
/// The bundle cannot be read, or has no end of the beginning.
pub(super) fn read_header(reader: &mut impl BufRead) -> io::Result<Header> {
    let mut reader = reader.by_ref().take(MAX_LENGTH);
    let mut text = Vec::new();
    let mut id_len = 20;
    loop {
        let start = text.len();
        reader.read_until(b'\n', &mut text)?;
        match &text[start..] {
            b"\n" => return Ok(Header { text, id_len }),
            b"@object-format=sha256\n" => id_len = 32,
            line if !line.ends_with(b"\n") => return Err(io::Error::other("its beginning has no end")),
            _ => {}
        }
    }
}
