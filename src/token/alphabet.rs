//! Positional notation with an alphabet of choice, base62 above all.
//!
//! ```text
//! base62: 0–9, A–Z, a–z        3843 = 61 · 62 + 61 → "zz", padded to four digits "00zz"
//! ```
//!
//! The order of the digits matters: with `0-9a-zA-Z` none of the published
//! checksums holds.

/// The digits of a positional notation, in order of their value.
///
/// # Examples
///
/// ```
/// use dogcatcher::token::Alphabet;
/// let base62 = Alphabet::base62();
/// assert_eq!(base62.encode(3843, 4), b"00zz"); // 61 * 62 + 61, padded
/// assert_eq!(base62.decode(b"00zz"), Some(3843));
/// assert_eq!(base62.decode(b"-"), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alphabet {
    /// The digits; each stands at its value.
    digits: Vec<u8>,
    /// The value of each byte, or [`NO_DIGIT`].
    values: [u8; 256],
}

/// Value of what is no digit.
const NO_DIGIT: u8 = u8::MAX;
/// Digits in the order of their values.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Alphabet {
    /// Makes an alphabet of these digits: 2 to 94 printable ASCII characters,
    /// none twice; `None` otherwise.
    pub fn new(digits: &[u8]) -> Option<Self> {
        let mut values = [NO_DIGIT; 256];
        if !(2..=94).contains(&digits.len()) {
            return None;
        }
        for (value, &digit) in digits.iter().enumerate() {
            if !digit.is_ascii_graphic() || values[usize::from(digit)] != NO_DIGIT {
                return None;
            }
            values[usize::from(digit)] = u8::try_from(value).ok()?;
        }
        Some(Self { digits: digits.to_vec(), values })
    }

    /// Returns the number of digits.
    pub fn base62() -> Self {
        Self::new(BASE62).expect("62 distinct letters and digits are an alphabet")
    }

    /// Returns how many digits there are.
    ///
    /// At least 2, at most 94.
    pub fn base(&self) -> usize {
        self.digits.len()
    }

    /// Writes a number, padded on the left with the digit of value 0 to at
    /// least `width`.
    ///
    /// A number that needs more digits than `width` gets them: nothing is cut
    /// off.
    pub fn encode(&self, mut number: u128, width: usize) -> Vec<u8> {
        let base = self.digits.len() as u128;
        let mut out = Vec::with_capacity(width.max(22));
        while number > 0 {
            // The remainder is below the base, so it fits.
            out.push(self.digits[(number % base) as usize]);
            number /= base;
        }
        while out.len() < width {
            out.push(self.digits[0]);
        }
        out.reverse();
        out
    }

    /// Reads a number; `None` for a foreign character or a number of more than
    /// 128 bits. Nothing reads as 0.
    pub fn decode(&self, digits: &[u8]) -> Option<u128> {
        let base = self.digits.len() as u128;
        digits.iter().try_fold(0u128, |number, &digit| match self.values[usize::from(digit)] {
            NO_DIGIT => None,
            value => number.checked_mul(base)?.checked_add(u128::from(value)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_alphabet() {
        for digits in ["", "0", "00", "0\n", "é0"] {
            assert_eq!(Alphabet::new(digits.as_bytes()), None, "{digits:?}");
        }
    }

    #[test]
    fn the_largest_numbers() {
        let base62 = Alphabet::base62();
        assert_eq!(base62.encode(u128::from(u32::MAX), 6), b"4gfFC3");
        assert_eq!(base62.encode(u128::MAX, 22), b"7n42DGM5Tflk9n8mt7Fhc7");
        assert_eq!(base62.decode(b"7n42DGM5Tflk9n8mt7Fhc7"), Some(u128::MAX));
        assert_eq!(base62.decode(b"7n42DGM5Tflk9n8mt7Fhc8"), None);
        assert_eq!(base62.decode(b"zzzzzzzzzzzzzzzzzzzzzz"), None);
    }

    proptest! {
        #[test]
        fn round_trip(number: u128, base in 2usize..=94, width in 0usize..40) {
            let digits: Vec<u8> = (b'!'..=b'~').take(base).collect();
            let alphabet = Alphabet::new(&digits).expect("printable and distinct");
            let text = alphabet.encode(number, width);
            prop_assert!(text.len() >= width);
            prop_assert_eq!(alphabet.decode(&text), Some(number));
        }
    }
}
