//! The name of a git object.
//!
//! Both of git's hash functions are known. A repository uses one of them
//! throughout (`extensions.objectFormat`), and the length tells which: 20 bytes
//! of SHA-1, 32 of SHA-256.

use std::fmt;

/// The id of a git object: 20 bytes of SHA-1 or 32 of SHA-256.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::ObjectId;
/// let id = ObjectId::new(&[0xab; 20]).unwrap();
/// assert_eq!(id.to_string(), "ab".repeat(20));
/// assert_eq!(ObjectId::from_hex(&"ab".repeat(20)), Some(id));
/// assert_eq!(ObjectId::from_hex(&"AB".repeat(20)), Some(id));
/// assert_eq!(ObjectId::from_hex(&"ag".repeat(20)), None);
/// assert_eq!(ObjectId::new(b"short"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// The bytes, then zeros: an id is copied often, and this needs no
    /// allocation.
    bytes: [u8; 32],
    /// Number of them that count: 20 or 32.
    len: u8,
}

/// The value of each hexadecimal digit, by its byte; 255 of anything else. A
/// sweep reads the digits of every parent.
const DIGITS: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

impl ObjectId {
    /// Makes an id of its bytes; `None` unless there are 20 or 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        if !matches!(bytes.len(), 20 | 32) {
            return None;
        }
        let mut all = [0; 32];
        all[..bytes.len()].copy_from_slice(bytes);
        Some(Self { bytes: all, len: bytes.len() as u8 })
    }

    /// Reads an id of 40 or 64 hexadecimal digits, in any case; `None` of
    /// anything else.
    ///
    /// Abbreviated ids are none: to resolve one takes a repository.
    pub fn from_hex(text: &str) -> Option<Self> {
        let (pairs, rest) = text.as_bytes().as_chunks();
        if !rest.is_empty() || !matches!(pairs.len(), 20 | 32) {
            return None;
        }
        let (mut bytes, mut is_hex) = ([0; 32], true);
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (DIGITS[usize::from(*high)], DIGITS[usize::from(*low)]);
            is_hex &= high.max(low) < 16;
            *byte = high << 4 | low & 15;
        }
        is_hex.then_some(Self { bytes, len: pairs.len() as u8 })
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Returns the first ten digits, which people can tell apart; in a large
    /// repository they may name several objects.
    ///
    /// git itself abbreviates to as many digits as are unique in the
    /// repository, seven at least; ten are unique in all but the largest
    /// (collisions are to be expected from about a million objects on).
    pub fn short_hex(&self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that `change` makes of another one, but for the ids of these objects in
/// it: they have the shape of a key, and are none.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::{ObjectId, change_around_ids};
/// let id = ObjectId::new(&[0xab; 20]).unwrap();
/// let changed = change_around_ids(&format!("in {id} there"), &[id], |text| text.to_uppercase());
/// assert_eq!(changed, format!("IN {id} THERE"));
/// ```
///
/// `change` sees the text between two ids at a time, so it must not rely on
/// what stands beyond them.
pub fn change_around_ids(text: &str, ids: &[ObjectId], change: impl Fn(&str) -> String) -> String {
    let digits: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let (mut out, mut rest) = (String::new(), text);
    while let Some((at, id)) = digits.iter().filter_map(|id| Some((rest.find(id)?, id))).min() {
        out.push_str(&change(&rest[..at]));
        out.push_str(id);
        rest = &rest[at + id.len()..];
    }
    out + &change(rest)
}

/// Text with whole ids shortened to ten digits, as git takes them, too: they
/// have the shape of a key, which an error would hide.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::shorten_ids;
/// assert_eq!(shorten_ids(&format!("{}~2..main", "0123456789".repeat(4))), "0123456789~2..main");
/// ```
pub fn shorten_ids(text: &str) -> String {
    const DIGITS: usize = 10;
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_hexdigit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        match digits.len() {
            40 | 64 => out.extend([&digits[..DIGITS], &part[digits.len()..]]),
            _ => out.push_str(part),
        }
    }
    out
}
