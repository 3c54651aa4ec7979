//! Compressed text within an encoding: Helm's releases, `base64gzip` of
//! Terraform, user data of cloud-init.
//!
//! There is no way back from a byte of what was compressed to one of the text:
//! what is found in it is shown at the beginning of the value. How much is
//! unpacked is bounded twice, by the caller's budget and by a multiple of the
//! input, so that a small file cannot fill the memory.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use super::view::View;

/// Bytes that a compressed text may unfold to, for each of its own.
/// Configurations shrink to a fifth or a tenth. gzip can reach a thousandfold
/// (zeros), which is what bombs are made of.
const RATIO: usize = 24;
/// Bytes that any compressed text may unfold to besides.
const FREE: usize = 1 << 20;

/// Content of a compressed text.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unpacked {
    /// The unpacked text.
    pub view: View,
    /// True where the compressed text ended too early.
    pub truncated: bool,
    /// True where it unfolds to more than it may.
    pub too_large: bool,
}

/// Unpacks a text that gzip made, as far as `limit` bytes, and no further than
/// its length allows; several members follow each other. What stands before
/// damage counts; `None` where it is no gzip, or nothing could be unpacked.
///
/// # Errors
///
/// There are none: what could be unpacked is given, and [`Unpacked::truncated`]
/// and [`Unpacked::too_large`] say that it is not all, so that the scan can
/// count it as a gap.
pub fn gunzip(text: &[u8], limit: usize) -> Option<Unpacked> {
    if !text.starts_with(&[0x1f, 0x8b, 8]) {
        return None;
    }
    let limit = limit.min(RATIO * text.len() + FREE);
    let mut bytes = Vec::new();
    let end = MultiGzDecoder::new(text).take(limit as u64 + 1).read_to_end(&mut bytes);
    let truncated = end.is_err_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof);
    let too_large = bytes.len() > limit;
    bytes.truncate(limit);
    let view = View { bytes, region: 0..text.len(), ..View::new("gzip") };
    (too_large || !view.bytes.is_empty()).then_some(Unpacked { view, truncated, too_large })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip_of(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn whole_cut_and_damaged() {
        let text: Vec<u8> =
            (0..20_000_u32).flat_map(|it| it.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let packed = gzip_of(&text);
        let whole = gunzip(&packed, usize::MAX).expect("gzip");
        assert!(whole.view.bytes == text && !whole.truncated && !whole.too_large);
        assert_eq!(whole.view.outer_span(&(70_000..70_065)), 0..45);

        let cut = gunzip(&packed[..packed.len() / 2], usize::MAX).expect("a part");
        assert!(cut.truncated && text.starts_with(&cut.view.bytes) && cut.view.bytes.len() > text.len() / 4);

        let mut damaged = packed.clone();
        damaged[packed.len() / 2..].fill(0xff);
        let before = gunzip(&damaged, usize::MAX).expect("a part");
        assert!(!before.view.bytes.is_empty());

        assert!(gunzip(b"\x1f\x8b\x08", usize::MAX).is_none() && gunzip(&text, usize::MAX).is_none());
    }

    #[test]
    fn a_bomb_is_cut_short() {
        let packed = gzip_of(&vec![0; 32 << 20]);
        let bomb = gunzip(&packed, usize::MAX).expect("zeros");
        assert!(bomb.too_large && bomb.view.bytes.len() == RATIO * packed.len() + FREE);
        assert_eq!(gunzip(&packed, 1000).expect("zeros").view.bytes.len(), 1000);
    }
}
