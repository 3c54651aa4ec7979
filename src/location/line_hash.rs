//! The hash by which code scanning recognises a line when the file around it
//! changes (`primaryLocationLineHash`).
//!
//! A rolling hash over the 100 UTF-16 code units from the start of a line on,
//! without blanks and tabs and with every line end as LF, in wrapping 64-bit
//! arithmetic; then `:` and how often the value has come up so far in the file.
//! CI compares it with another implementation.
//!
//! ```text
//! "a\nb\na\n"   line 1 → "…:1"    line 3 → another value: what follows differs
//! "x\n" × 300   lines 1 to 200 → one value, ":1", ":2", ":3", …
//! ```
//!
//! GitHub's upload computes it where a report lacks it, from the file that is
//! checked out; a scan knows the version that was scanned:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.
//!
//! The algorithm is that of the `fingerprints` code in GitHub's
//! `codeql-action`; the value has to be the same to the digit, or an alert that
//! somebody closed opens again with the next upload.

use std::collections::HashMap;

/// Number of units that are hashed from the start of a line on.
const BLOCK: usize = 100;
/// Base of the polynomial.
const FACTOR: u64 = 37;
/// Unit that stands behind the text, so that its last line has an end.
const END_OF_FILE: u16 = 0xffff;

/// Returns the hashes of the lines with these numbers (from 1); `None` for a
/// line that the text does not have.
///
/// # Examples
///
/// ```
/// use dogcatcher::location::line_hashes;
/// let hashes = line_hashes(b"a\nb\na\n", &[1, 9]);
/// assert!(hashes[0].as_ref().unwrap().ends_with(":1"));
/// assert_eq!(hashes[1], None);
/// ```
///
/// The text is gone through once, whatever the number of lines that are asked
/// for. Invalid UTF-8 is replaced first, as Node.js does when it reads a file
/// as text.
pub fn line_hashes(text: &[u8], lines: &[u64]) -> Vec<Option<String>> {
    let mut wanted: HashMap<u64, String> = HashMap::new();
    let mut roller = Roller::new();
    let mut on = |line, hash| {
        if lines.contains(&line) {
            wanted.insert(line, hash);
        }
    };
    let text = String::from_utf8_lossy(text);
    for unit in text.encode_utf16() {
        roller.push_unit(unit, &mut on);
    }
    roller.finish_text(&mut on);
    lines.iter().map(|line| wanted.get(line).cloned()).collect()
}

/// The hash of the last [`BLOCK`] units, and the lines whose blocks are not
/// complete yet.
struct Roller {
    /// The units that the hash is of, as a ring.
    window: [u16; BLOCK],
    /// Line that begins at each place of the window.
    line_at: [Option<u64>; BLOCK],
    /// The hash of the window.
    hash: u64,
    /// Factor of a unit that leaves the window.
    leaving: u64,
    /// Place of the oldest unit, which is the next one to be replaced.
    index: usize,
    /// Number of the line that is being taken, from 1; 0 before the first.
    line: u64,
    /// True where the next unit begins a line.
    at_line_start: bool,
    /// True right behind a CR: an LF that follows belongs to the same line end.
    after_cr: bool,
    /// Number of times that each value came up.
    seen: HashMap<u64, u64>,
}

impl Roller {
    /// Returns the hash of nothing, at the beginning of the first line.
    fn new() -> Self {
        Self {
            window: [0; BLOCK],
            line_at: [None; BLOCK],
            hash: 0,
            leaving: (0..BLOCK).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            index: 0,
            line: 0,
            at_line_start: true,
            after_cr: false,
            seen: HashMap::new(),
        }
    }

    /// Takes the next unit of the text; `on` hears of each line whose block is
    /// complete by that.
    fn push_unit(&mut self, unit: u16, on: &mut impl FnMut(u64, String)) {
        const LF: u16 = b'\n' as u16;
        const CR: u16 = b'\r' as u16;
        let blank = unit == u16::from(b' ') || unit == u16::from(b'\t');
        let second_half = self.after_cr && unit == LF;
        self.after_cr = unit == CR;
        if blank || second_half {
            return;
        }
        self.emit_line(on);
        if self.at_line_start {
            self.at_line_start = false;
            self.line += 1;
            self.line_at[self.index] = Some(self.line);
        }
        let unit = if unit == CR { LF } else { unit };
        self.at_line_start = unit == LF;
        self.roll_in(unit);
    }

    /// Ends the text: the blocks of its last lines are shorter, and filled with
    /// zeros.
    fn finish_text(mut self, on: &mut impl FnMut(u64, String)) {
        self.push_unit(END_OF_FILE, on);
        for _ in 0..BLOCK {
            self.emit_line(on);
            self.roll_in(0);
        }
    }

    /// Reports the line whose block is complete, if one begins at the end of
    /// the window.
    fn emit_line(&mut self, on: &mut impl FnMut(u64, String)) {
        if let Some(line) = self.line_at[self.index].take() {
            let count = self.seen.entry(self.hash).or_default();
            *count += 1;
            on(line, format!("{:x}:{count}", self.hash));
        }
    }

    /// Puts a unit in the place of the oldest one.
    ///
    /// With the factor `F`, a block of `n` units has the hash `u₁·Fⁿ⁻¹ +
    /// u₂·Fⁿ⁻² + … + uₙ`. To move it on by one unit, all is multiplied by `F`,
    /// the new unit is added, and `Fⁿ` times the oldest is taken off;
    /// [`Self::leaving`] is that `Fⁿ`.
    fn roll_in(&mut self, unit: u16) {
        let gone = std::mem::replace(&mut self.window[self.index], unit);
        self.hash = self
            .hash
            .wrapping_mul(FACTOR)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.leaving.wrapping_mul(u64::from(gone)));
        self.index = (self.index + 1) % BLOCK;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_hashes(text: &str, count: u64) -> Vec<Option<String>> {
        line_hashes(text.as_bytes(), &(1..=count).collect::<Vec<_>>())
    }

    #[test]
    fn blanks_and_line_ends_do_not_matter() {
        assert_eq!(first_hashes("a b\r\nc\td\r\n", 2), first_hashes("ab\ncd\n", 2));
    }

    #[test]
    fn equal_lines_are_counted() {
        let text = "x\n".repeat(300);
        let all = first_hashes(&text, 200);
        let value = |at: usize| all[at].as_ref().and_then(|hash| hash.split(':').next()).map(str::to_owned);
        assert_eq!(value(0), value(1));
        assert!(all[1].as_ref().is_some_and(|hash| hash.ends_with(":2")));
    }
}
