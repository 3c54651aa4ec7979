//! A hint that makes the search fast: which pieces of anchors and of what they
//! become when encoded are searched for, and in which order.
//!
//! It is no knowledge: what each literal means is computed from the rules, and
//! the beginnings of tokens that have no place here are found all the same, by
//! a second search ([`OwnLiterals`](super::own_literals::OwnLiterals)).
//!
//! Teddy looks at four bytes of a text at once and asks, for each of eight
//! buckets, whether every byte has the low half of some literal of that bucket
//! and the high half of some. Where `6464` and `x64\` lie together, every
//! number may be either of them, and the search stops to compare; where each
//! bucket holds what is alike, it hardly ever stops. The library fills its
//! buckets in turn, in the order of the literals, so the order is all that is
//! ours to choose.
//!
//! Searching 158 MB of C in the order of rules, words and encodings takes the
//! library's form with 16 buckets 8.5 GB/s, that with eight 3.7 GB/s; in an
//! order found like that below, and with 18 literals more, 10.2 and 13.5 GB/s.
//! The last four literals, of UTF-16, cost a scan of linux 6.1 no more than
//! what its time varies by (1.006 ×).
//!
//! A text full of what looks like tokens is searched fastest where the
//! beginnings of tokens are the first of their bucket, and where Teddy does not
//! stop at once when it goes on behind one: 16 ns for each instead of 37.

use crate::decode::{EncodedPrefix, Encoding};

/// Literals in the order that makes a search fast.
#[derive(Debug, Clone, Copy)]
pub(super) struct SearchOrder {
    /// Beginnings of anchors that are rare enough in any text to be searched
    /// for alone.
    ///
    /// Teddy compares as many bytes as the shortest literal has, up to four.
    /// With three, the pieces of the words that unprefixed keys need would stop
    /// it at every `d_a` and `D_C` of a C program: 1.17 times the time of a
    /// whole scan without them instead of 1.07.
    pub(super) beginnings: &'static [&'static [u8]],
    /// All literals of the first search, those beginnings too: a column is a
    /// bucket, but for what has the low halves of an earlier one and shares its
    /// bucket.
    pub(super) literals: &'static [&'static [u8]],
    /// Pieces that are searched for only in texts that speak of Datadog: those
    /// of base64 of base64, four bytes each and as few as find all of them, and
    /// those of encodings in which remote-configuration keys hardly ever stand.
    pub(super) rare: &'static [&'static [u8]],
}

/// The order for the rules that are compiled in, the words that unprefixed keys
/// need, and encodings.
///
/// Found by `finds_a_better_order` below, which is there to be run when a
/// literal is added.
#[rustfmt::skip]
pub(super) const SEARCH_ORDER: SearchOrder = SearchOrder {
    beginnings: &[b"ddpa", b"ddsa", b"ddap", b"DDRCM"],
    literals: &LITERALS,
    rare: &[
        b"aR1J", b"taSE", b"rWkh", b"pHUn", b"mhkR", b"Umtj", b"RjBY", b"zJGM", b"taR0", b"tZWE", b"rY0d", b"rWkd",
        b"rWVh", b"pHUm", b"pHRn", b"lYQn",
        b"444452", b"x44\\", b"u0044", b"u{44}", b"104\\", b"#68;", b"#x44;", b"RABE", b"QARAB", b"EAEQA", b"D\0D\0R",
        b"D\0\0\0D",
    ],
};

/// A row is a turn of the eight buckets.
#[rustfmt::skip]
const LITERALS: [&[u8]; 88] = [
    b"ddpa", b"D-AP", b"ZABkA", b"EFET0", b"RERSQ", b"6464", b"QAZA", b"A\0D\0O\0G",
    b"ddsa", b"DAPP", b"a\0d\0o\0g", b"%44%", b"RkYX", b"hRG9n", b"PI_KEY", b"adog",
    b"ddap", b"DD a", b"a\0D\0o\0g", b"GFEb2", b"RERfQV", b"DApp", b"kAGQA", b"ddog",
    b"dd-cl", b"D-Ap", b"u0064", b"GF0X", b"ZGRw", b"BRE9H", b"kZHN", b"D\0D\0_\0A",
    b"dd.a", b"D_KE", b"ADOG", b"d-Ap", b"XBwX", b"NT_TOK", b"d\0d\0", b"d\0\0\0d",
    b"d-ap", b"D_AP", b"SDRzSU", b"H4sI", b"WkdS", b"144\\", b"0YURvZ", b"Rkc2",
    b"DAPI", b"dAPI", b"#100;", b"RFJDT", b"REX0FQ", b"u{64}", b"d_ap", b"dSdk",
    b"dApp", b"DApi", b"ntTok", b"Ddd.", b"ZGRz", b"ERF9BU", b"0YWRvZ", b"NhdF",
    b"DDRCM", b"dApi", b"cHBf", b"GFkb2", b"YXRf", b"x64\\", b"PP_KEY", b"RkcG",
    b"dd_cl", b"D__A", b"pi_key", b"%64%", b"QURPR", b"#x64;", b"kZHB", b"BhdF",
    b"ogap", b"aDog", b"UkNN", b"2F0X", b"ZGRh", b"hZG9n", b"kZGF", b"FwcF",
];

impl SearchOrder {
    /// Returns what is searched for in place of an anchor; `None` for one that
    /// the order does not know.
    pub(super) fn beginning_of(&self, anchor: &[u8]) -> Option<&'static [u8]> {
        self.beginnings.iter().copied().find(|beginning| anchor.starts_with(beginning))
    }

    /// Returns the literals that are pieces of encoded prefixes, with the
    /// encodings that they tell of.
    pub(super) fn pieces_of<'a>(
        &self,
        prefixes: &'a [EncodedPrefix],
    ) -> impl Iterator<Item = (Vec<u8>, Encoding)> + use<'a> {
        literal_pieces(self.literals, prefixes)
    }

    /// The same for the search of texts that speak of Datadog.
    pub(super) fn pieces_of_rare<'a>(
        &self,
        prefixes: &'a [EncodedPrefix],
    ) -> impl Iterator<Item = (Vec<u8>, Encoding)> + use<'a> {
        literal_pieces(self.rare, prefixes)
    }

    /// Sorts literals into this order; those that have no place in it come
    /// first.
    pub(super) fn sort_literals<T>(&self, literals: &mut [(Vec<u8>, T)]) {
        literals.sort_by_cached_key(|(literal, _)| self.literals.iter().position(|known| known == literal));
    }
}

/// Returns the literals that are pieces of prefixes. Each run asks this of some
/// 20,000 pairs, of which hardly one is equal: most literals hold a byte that
/// the prefix has not.
fn literal_pieces<'a>(
    literals: &'static [&'static [u8]],
    prefixes: &'a [EncodedPrefix],
) -> impl Iterator<Item = (Vec<u8>, Encoding)> + use<'a> {
    let held: Vec<u64> = prefixes.iter().map(|prefix| bits_of(&prefix.bytes)).collect();
    literals.iter().filter_map(move |literal| {
        let needed = bits_of(literal);
        let may_hold = prefixes.iter().zip(&held).filter(|(_, held)| needed & !**held == 0);
        let encoding = may_hold.into_iter().find_map(|(prefix, _)| prefix.encoding_of(literal))?;
        Some((literal.to_vec(), encoding))
    })
}

/// Returns a bit for each of the bytes; those that differ by 64 share one.
fn bits_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |bits, byte| bits | 1 << (byte & 63))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rayon::prelude::*;

    use super::*;

    const BUCKETS: usize = 8;
    /// Literals that hostile texts are full of.
    const FIRST_OF_ROWS: [&[u8]; 3] = [b"ddpa", b"ddsa", b"ddap"];
    type Order = [&'static [u8]; LITERALS.len()];

    #[test]
    fn no_literal_hides_another() {
        for (index, literal) in LITERALS.iter().enumerate() {
            let others = LITERALS.iter().enumerate().filter(|(other, _)| *other != index);
            assert!(others.into_iter().all(|(_, other)| !other.starts_with(literal)), "{literal:?}");
        }
    }

    #[test]
    fn unknown_literals_come_first() {
        let mut literals = [LITERALS[1], b"acme_", LITERALS[0], b"aa"].map(|it| (it.to_vec(), ()));
        SEARCH_ORDER.sort_literals(&mut literals);
        let literals: Vec<&[u8]> = literals.iter().map(|(literal, ())| &literal[..]).collect();
        assert_eq!(literals, [&b"acme_"[..], b"aa", LITERALS[0], LITERALS[1]]);
    }

    /// Four bytes, and how often they stand in a text.
    type Grams = Vec<([u8; 4], u64)>;

    fn count_grams(text: &[u8]) -> Grams {
        let step = (text.len() / 1_000_000).max(1) | 1;
        let mut counts = HashMap::<[u8; 4], u64>::new();
        for gram in (0..text.len().saturating_sub(4)).step_by(step).filter_map(|at| text[at..].first_chunk())
        {
            *counts.entry(*gram).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// An order of literals as Teddy sees it.
    struct Teddy {
        /// The buckets that each byte may belong to, at each of four places.
        masks: [[u8; 256]; 4],
        /// Cost of looking where these buckets may have something, in
        /// comparisons.
        prices: [u64; 256],
    }

    impl Teddy {
        /// By the way in which the library fills its buckets.
        fn new(order: &[&[u8]]) -> Self {
            /// A branch that was not foreseen.
            const STOP: u64 = 20;
            let mut taken = HashMap::new();
            let (mut low, mut high) = ([[0_u8; 16]; 4], [[0_u8; 16]; 4]);
            let mut sizes = [0; BUCKETS];
            for (index, literal) in order.iter().enumerate() {
                let lows = [0, 1, 2, 3].map(|place| literal[place] & 15);
                let bucket = *taken.entry(lows).or_insert(index % BUCKETS);
                sizes[bucket] += 1;
                for place in 0..4 {
                    low[place][usize::from(literal[place] & 15)] |= 1 << bucket;
                    high[place][usize::from(literal[place] >> 4)] |= 1 << bucket;
                }
            }
            let price = |mask: usize| -> u64 {
                (0..BUCKETS).filter(|bucket| mask >> bucket & 1 == 1).map(|bucket| sizes[bucket]).sum()
            };
            Self {
                masks: std::array::from_fn(|place| {
                    std::array::from_fn(|byte| low[place][byte & 15] & high[place][byte >> 4])
                }),
                prices: std::array::from_fn(|mask| if mask == 0 { 0 } else { STOP + price(mask) }),
            }
        }

        /// The price of four bytes, or of the last of four: those before are
        /// taken for whatever would do.
        fn price_of(&self, bytes: &[u8]) -> u64 {
            let places = self.masks[4 - bytes.len()..].iter().zip(bytes);
            let mask = places.fold(!0, |all, (mask, byte)| all & mask[usize::from(*byte)]);
            self.prices[usize::from(mask)]
        }

        /// The price of going on after the beginning of a token: the three
        /// bytes after its first are not looked at again.
        fn price_after_anchors(&self) -> u64 {
            [b"t".as_slice(), b"t_", b"p_"].into_iter().map(|bytes| self.price_of(bytes)).sum()
        }

        /// The price of a whole text, in which one of a thousand places begins
        /// a token.
        fn price_of_all(&self, grams: &Grams) -> u64 {
            let all: u64 = grams.iter().map(|(_, count)| count).sum();
            let grams = grams.iter().map(|(gram, count)| self.price_of(gram) * count);
            grams.sum::<u64>() + self.price_after_anchors() * all / 1000
        }
    }

    #[test]
    fn a_search_does_not_stop_again_after_an_anchor() {
        assert_eq!(Teddy::new(&LITERALS).price_after_anchors(), 0);
    }

    /// Simulated annealing: `TEXT=FILE cargo test --release --lib
    /// finds_a_better_order -- --ignored --nocapture`, with some hundred
    /// megabytes of what is scanned most.
    #[test]
    #[ignore = "takes minutes and a text to measure on"]
    fn finds_a_better_order() {
        let text = std::fs::read(std::env::var_os("TEXT").expect("TEXT=FILE")).expect("the text");
        let grams = count_grams(&text);
        const SEEDS: u64 = 4;
        let mut start = LITERALS;
        // What hostile texts are full of is alike, and compared first.
        for (row, anchor) in FIRST_OF_ROWS.iter().enumerate() {
            let at = start.iter().position(|literal| literal == anchor).expect("it is there");
            start.swap(row * BUCKETS, at);
        }
        println!("the price is {} now", Teddy::new(&LITERALS).price_of_all(&grams));
        let found: Vec<_> =
            (1..=SEEDS).into_par_iter().map(|seed| annealed_order(start, &grams, seed)).collect();
        let (price, order) = found.into_iter().min().expect("there are seeds");
        println!("{price} in this order:");
        for row in order.chunks(BUCKETS) {
            let row: Vec<String> =
                row.iter().map(|it| format!("b\"{}\",", it.escape_ascii()).replace("\\x00", "\\0")).collect();
            println!("    {}", row.join(" "));
        }
    }

    /// The best order that is found, and its price. The anchors stay where they
    /// are.
    fn annealed_order(mut order: Order, grams: &Grams, seed: u64) -> (u64, Order) {
        const ROUNDS: u32 = 300_000;
        let mut random = fastrand::Rng::with_seed(seed);
        let mut price = Teddy::new(&order).price_of_all(grams);
        let mut best = (price, order);
        for round in 0..ROUNDS {
            let (one, other) = (random.usize(..order.len()), random.usize(..order.len()));
            if [one, other].iter().any(|at| FIRST_OF_ROWS.contains(&order[*at])) {
                continue;
            }
            order.swap(one, other);
            let new = Teddy::new(&order).price_of_all(grams);
            let warmth = price as f64 * 0.1 * f64::from(ROUNDS - round) / f64::from(ROUNDS);
            if new <= price || random.f64() < ((price as f64 - new as f64) / warmth).exp() {
                price = new;
                best = best.min((price, order));
            } else {
                order.swap(one, other);
            }
        }
        best
    }
}
