//! Deltas: an object told as copies from another one and insertions.
//!
//! ```text
//! base   the quick brown fox jumps
//! code   copy 4..10 | insert "red " | copy 16..19         object: quick red fox
//! ```
//!
//! # Seams
//!
//! Most objects of a history differ from another one in a line or two. What a
//! search would find in such an object either stands in the base, within one
//! copy, where it was looked for already; or it touches something that the
//! delta inserts, or a border between two copies. The last two are the *seams*:
//!
//! ```text
//! object   ---- copied ----|inserted|---- copied ----|---- copied from elsewhere ----
//! seams              ######|########|######    ######|######
//!                    reach            reach     reach reach
//! ```
//!
//! If nothing can be found in the seams, and nothing stood in the base, nothing
//! is in the object, and it need not even be rebuilt. `reach` is one byte less
//! than the longest literal that is searched for, since a shorter literal
//! across a border shows at least one byte of each side.

use std::ops::Range;

use super::damage::{Damage, Result};

/// The delta of an object, checked as it is used.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Delta<'a> {
    /// Size that the base must have.
    base_len: u64,
    /// Size of the object.
    len: u64,
    /// Instructions.
    code: &'a [u8],
}

/// A piece of the object.
enum Instruction<'a> {
    /// Bytes of the base.
    Copy(&'a [u8]),
    /// Bytes of the delta, 127 at most.
    Insert(&'a [u8]),
}

/// A part of an object around what its delta brings.
#[derive(Debug)]
pub(in crate::source) struct Piece<'p> {
    /// Bytes that follow one another in the object.
    pub(in crate::source) bytes: &'p [u8],
    /// The part of them from the first to the last place where something is
    /// inserted, or two copies meet.
    pub(in crate::source) new: Range<usize>,
    /// True where the object begins with it.
    pub(in crate::source) is_first: bool,
    /// True where the object ends with it.
    pub(in crate::source) is_last: bool,
}

/// Bytes of a piece beyond which the object may as well be rebuilt. The bytes
/// beside a seam cost the more, the more seams there are.
const MAX_PIECE: usize = 1 << 16;

impl<'a> Delta<'a> {
    /// Reads the beginning of a delta.
    ///
    /// # Errors
    ///
    /// [`Damage::Delta`]: it does not begin with two sizes.
    pub(in crate::source) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let (base_len, rest) = read_size(bytes)?;
        let (len, code) = read_size(rest)?;
        Ok(Self { base_len, len, code })
    }

    /// The size of the object that it tells.
    pub(in crate::source) fn len(&self) -> u64 {
        self.len
    }

    /// Rebuilds the object in `out`, which is cleared first.
    ///
    /// # Errors
    ///
    /// The base has another size, an instruction copies from beyond it, or the
    /// object becomes larger or smaller than the delta says. `out` holds what
    /// was rebuilt by then.
    pub(in crate::source) fn apply(&self, base: &[u8], out: &mut Vec<u8>) -> Result<()> {
        self.check_base(base)?;
        out.clear();
        let len = usize::try_from(self.len).map_err(|_| Damage::TooLarge)?;
        out.reserve(len);
        let mut code = self.code;
        while let Some(instruction) = next(&mut code, base)? {
            let (Instruction::Copy(bytes) | Instruction::Insert(bytes)) = instruction;
            if bytes.len() > len - out.len() {
                return Err(Damage::Size);
            }
            out.extend_from_slice(bytes);
        }
        if out.len() == len { Ok(()) } else { Err(Damage::Size) }
    }

    /// Rebuilds the first `len` bytes of the object in `out`, which is cleared
    /// first; fewer where it has no more.
    pub(in crate::source) fn apply_first(&self, base: &[u8], len: usize, out: &mut Vec<u8>) -> Result<()> {
        self.check_base(base)?;
        out.clear();
        let mut code = self.code;
        while out.len() < len
            && let Some(instruction) = next(&mut code, base)?
        {
            let (Instruction::Copy(bytes) | Instruction::Insert(bytes)) = instruction;
            out.extend_from_slice(&bytes[..bytes.len().min(len - out.len())]);
        }
        Ok(())
    }

    /// Collects in `out`, which is cleared first, all that the object may hold
    /// and its base does not.
    ///
    /// That is: what is inserted, and where two instructions meet, at least
    /// `reach` bytes on either side. Whatever of at most `reach + 1` bytes
    /// stands in the object either stands in `out` or lies within one copy. Not
    /// everything in `out` stands in the object: what is far apart there may be
    /// close together here.
    pub(in crate::source) fn seams(&self, base: &[u8], reach: usize, out: &mut Vec<u8>) -> Result<()> {
        self.check_base(base)?;
        out.clear();
        let mut code = self.code;
        let mut len = 0;
        while let Some(instruction) = next(&mut code, base)? {
            let (Instruction::Copy(bytes) | Instruction::Insert(bytes)) = instruction;
            len += bytes.len() as u64;
            // Before anything is kept: a small delta can tell of copies without end.
            if len > self.len {
                return Err(Damage::Size);
            }
            match instruction {
                Instruction::Insert(bytes) => out.extend_from_slice(bytes),
                Instruction::Copy(bytes) => push_ends(bytes, reach, out),
            }
        }
        if len == self.len { Ok(()) } else { Err(Damage::Size) }
    }

    /// Gives `on` the pieces of the object around what the delta brings, with
    /// `reach` bytes of what is copied on either side, until it returns false;
    /// `buffer` holds one at a time. Returns whether all was given.
    pub(in crate::source) fn pieces(
        &self,
        base: &[u8],
        reach: usize,
        buffer: &mut Vec<u8>,
        mut on: impl FnMut(&Piece<'_>) -> bool,
    ) -> Result<bool> {
        self.check_base(base)?;
        buffer.clear();
        let (mut code, mut len) = (self.code, 0);
        // What is copied first may begin elsewhere in the base.
        let (mut new, mut is_first) = (Some(0..0), true);
        while let Some(instruction) = next(&mut code, base)? {
            let (Instruction::Copy(bytes) | Instruction::Insert(bytes)) = instruction;
            len += bytes.len() as u64;
            if len > self.len {
                return Err(Damage::Size);
            }
            let at = buffer.len();
            let is_copy = matches!(instruction, Instruction::Copy(_));
            let mut changed = new.take().unwrap_or(at..at);
            changed.end = if is_copy { at } else { at + bytes.len() };
            if is_copy && bytes.len() > 2 * reach {
                buffer.extend_from_slice(&bytes[..reach]);
                if !on(&Piece { bytes: buffer, new: changed, is_first, is_last: false }) {
                    return Ok(false);
                }
                buffer.clear();
                buffer.extend_from_slice(&bytes[bytes.len() - reach..]);
                is_first = false;
            } else {
                buffer.extend_from_slice(bytes);
                new = Some(changed);
            }
            if buffer.len() > MAX_PIECE {
                return Ok(false);
            }
        }
        if len != self.len {
            return Err(Damage::Size);
        }
        Ok(new.is_none_or(|new| on(&Piece { bytes: buffer, new, is_first, is_last: true })))
    }

    /// Collects what is inserted, for where the base is not known: a line's end
    /// stands for each copy between.
    ///
    /// For packs whose bases are somewhere else, as in a bundle: what was added
    /// is all that can be looked at.
    pub(in crate::source) fn insertions(&self, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        let mut code = self.code;
        while let Some((&first, rest)) = code.split_first() {
            if first & 0x80 == 0 {
                let bytes =
                    rest.get(..usize::from(first)).filter(|it| !it.is_empty()).ok_or(Damage::Delta)?;
                out.extend_from_slice(bytes);
                code = &rest[bytes.len()..];
            } else {
                code = rest.get((first & 0x7f).count_ones() as usize..).ok_or(Damage::Delta)?;
                out.push(b'\n');
            }
        }
        Ok(())
    }

    /// Checks that a base has the size that the delta is for.
    fn check_base(&self, base: &[u8]) -> Result<()> {
        if self.base_len == base.len() as u64 { Ok(()) } else { Err(Damage::BaseSize) }
    }
}

/// Appends the first and the last bytes, or all of them where they are few.
#[inline]
fn push_ends(bytes: &[u8], reach: usize, out: &mut Vec<u8>) {
    /// Copied at once: a known number of bytes is one instruction of the
    /// processor.
    const STEP: usize = 8;
    if let (true, Some(first), Some(last)) =
        (reach <= STEP, bytes.first_chunk::<STEP>(), bytes.last_chunk::<STEP>())
        && bytes.len() > 2 * STEP
    {
        out.extend_from_slice(first);
        out.extend_from_slice(last);
    } else if bytes.len() > 2 * reach {
        out.extend_from_slice(&bytes[..reach]);
        out.extend_from_slice(&bytes[bytes.len() - reach..]);
    } else {
        out.extend_from_slice(bytes);
    }
}

/// A size in groups of seven bits, the lowest first.
///
/// Nine bytes hold 63 bits; a tenth would be a size that no memory has.
fn read_size(bytes: &[u8]) -> Result<(u64, &[u8])> {
    let mut size = 0;
    for (index, &byte) in bytes.iter().enumerate().take(9) {
        size |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((size, &bytes[index + 1..]));
        }
    }
    Err(Damage::Delta)
}

/// The next instruction, and what it brings.
#[inline]
fn next<'b>(code: &mut &'b [u8], base: &'b [u8]) -> Result<Option<Instruction<'b>>> {
    let Some((&first, rest)) = code.split_first() else { return Ok(None) };
    *code = rest;
    if first & 0x80 == 0 {
        let bytes = rest.get(..usize::from(first)).filter(|it| !it.is_empty()).ok_or(Damage::Delta)?;
        *code = &rest[bytes.len()..];
        return Ok(Some(Instruction::Insert(bytes)));
    }
    let mut at = 0;
    let offset = read_field::<4>(first & 0x0f, rest, &mut at)?;
    let len = match read_field::<3>(first >> 4 & 0x07, rest, &mut at)? {
        0 => 0x10000,
        len => len,
    };
    *code = &rest[at..];
    let end = offset.checked_add(len).ok_or(Damage::Delta)?;
    base.get(offset..end).map(|bytes| Some(Instruction::Copy(bytes))).ok_or(Damage::Delta)
}

/// A number of which only those bytes are written that `bits` names, the lowest
/// first.
///
/// ```text
/// bits 0101, bytes 34 12    → 0x00120034
/// ```
#[inline]
fn read_field<const BYTES: u8>(bits: u8, code: &[u8], at: &mut usize) -> Result<usize> {
    let mut value = 0;
    for byte in 0..BYTES {
        if bits >> byte & 1 != 0 {
            value |= usize::from(*code.get(*at).ok_or(Damage::Delta)?) << (8 * byte);
            *at += 1;
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The delta of these pieces: a copy of a span of the base, or text to
    /// insert; and what it tells.
    fn encode_delta(base: &[u8], pieces: &[(bool, usize, usize, Vec<u8>)]) -> (Vec<u8>, Vec<u8>) {
        let (mut code, mut target) = (Vec::new(), Vec::new());
        for (copy, offset, len, text) in pieces {
            let offset = offset % base.len();
            let len = (len % (base.len() - offset)).max(1);
            if *copy {
                code.extend([0b1011_0011, offset as u8, (offset >> 8) as u8, len as u8, (len >> 8) as u8]);
                target.extend_from_slice(&base[offset..offset + len]);
            } else {
                code.push(text.len() as u8);
                code.extend_from_slice(text);
                target.extend_from_slice(text);
            }
        }
        let size =
            |len: usize| [0x80 | (len & 0x7f) as u8, 0x80 | (len >> 7 & 0x7f) as u8, (len >> 14) as u8];
        ([&size(base.len())[..], &size(target.len()), &code].concat(), target)
    }

    proptest! {
        #[test]
        fn what_the_base_has_not_stands_in_the_seams(
            base in proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'b')], 1..300),
            pieces in proptest::collection::vec(
                (any::<bool>(), 0usize..300, 0usize..300, proptest::collection::vec(b'a'..b'd', 1..20)), 0..12),
            reach in 1usize..12,
        ) {
            let (bytes, target) = encode_delta(&base, &pieces);
            let delta = Delta::parse(&bytes).expect("a delta");
            let (mut rebuilt, mut seams) = (Vec::new(), Vec::new());
            prop_assert_eq!(delta.apply(&base, &mut rebuilt), Ok(()));
            prop_assert_eq!(&rebuilt, &target);
            prop_assert_eq!(delta.apply_first(&base, reach, &mut rebuilt), Ok(()));
            prop_assert_eq!(&rebuilt[..], &target[..target.len().min(reach)]);
            prop_assert_eq!(delta.seams(&base, reach, &mut seams), Ok(()));
            let stands_in = |literal: &[u8], text: &[u8]| text.windows(literal.len()).any(|it| it == literal);
            for literal in target.windows(reach + 1).filter(|literal| !stands_in(literal, &base)) {
                prop_assert!(stands_in(literal, &seams), "{:?}", String::from_utf8_lossy(literal));
            }
        }

        #[test]
        fn any_bytes_are_an_error_or_a_text(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let base = [b'x'; 50];
            if let Ok(delta) = Delta::parse(&bytes) {
                let (mut rebuilt, mut seams) = (Vec::new(), Vec::new());
                // The size is the only promise that memory is taken for.
                prop_assume!(delta.len() < 1 << 20);
                let (applied, seen) = (delta.apply(&base, &mut rebuilt), delta.seams(&base, 5, &mut seams));
                prop_assert_eq!(applied.is_ok(), seen.is_ok());
                prop_assert!(seams.len() as u64 <= delta.len());
            }
        }
    }

    #[test]
    fn copies_without_end_are_refused_before_anything_is_kept() {
        let base = vec![b'x'; 1 << 16];
        let bytes = [&[0x80, 0x80, 0x04, 10][..], &vec![0x80; 1 << 20]].concat();
        let delta = Delta::parse(&bytes).expect("a delta");
        let mut seams = Vec::new();
        assert_eq!(delta.seams(&base, 5, &mut seams), Err(Damage::Size));
        assert!(seams.is_empty());
        assert_eq!(delta.apply(&base, &mut seams), Err(Damage::Size));
    }
}
