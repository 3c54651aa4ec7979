//! Which literals of the prefilter share a bucket of Teddy.
//!
//! Teddy looks at four bytes of a text at once and asks, for each of eight buckets, whether every byte has the low half
//! of some literal of that bucket and the high half of some. Where `6464` and `x64\` lie together, every number may be
//! either of them, and the search stops to compare; where each bucket holds what is alike, it hardly ever stops.
//! The library fills its buckets in turn, in the order of the literals, so the order is all that is ours to choose.
//!
//! Searching 158 MB of C in the order of rules, words and clues takes the library's form with 16 buckets 8.5 GB/s, that
//! with eight 3.7 GB/s; in an order found like that below, and with 18 literals more, 10.2 and 13.5 GB/s. The last four
//! literals, of UTF-16, cost a scan of linux 6.1 no more than what its time varies by (1.006 ×).
//!
//! A text full of what looks like tokens is searched fastest where the beginnings of tokens are the first of their bucket,
//! and where Teddy does not stop at once when it goes on behind one: 16 ns for each instead of 37.

/// The literals of the rules that are compiled in, of the words that bare keys need, and of encodings; a column is a
/// bucket, but for what has the low halves of an earlier one and shares its bucket.
///
/// Found by `finds_a_better_order` below, which is there to be run when a literal is added. Its place is a matter of
/// speed alone.
#[rustfmt::skip]
pub(super) const ORDER: [&[u8]; 87] = [
    b"ddpa", b"DDRCM_", b"PP_KEY", b"u0064", b"ERF9BU", b"hZG9n", b"RkYX", b"dApi",
    b"ddsa", b"A\0D\0O\0G", b"kZGF", b"NhdF", b"u{64}", b"#100;", b"ZGRh", b"d_ap",
    b"ddap", b"adog", b"DAPI", b"%44%", b"6464", b"hRG9n", b"YXRf", b"d-ap",
    b"d\0\0\0d", b"d\0d\0", b"dAPI", b"FwcF", b"EFET0", b"RFJDT", b"0YWRvZ", b"D_AP",
    b"pi_key", b"GFkb2", b"a\0d\0o\0g", b"%64%", b"D-Ap", b"kAGQA", b"RERSQ", b"DAPP",
    b"D-AP", b"dd_cl", b"SDRzSU", b"Rkc2", b"DApp", b"XBwX", b"2F0X", b"D__A",
    b"dd.a", b"ddog", b"PI_KEY", b"GF0X", b"x64\\", b"kZHB", b"RERfQV", b"D_KE",
    b"H4sI", b"aDog", b"cHBf", b"WkdS", b"BRE9H", b"QAZA", b"QURPR", b"d-Ap",
    b"dSdk", b"dd-cl", b"ZABkA", b"Ddd.", b"DD a", b"D\0D\0_\0A", b"REX0FQ", b"dApp",
    b"DApi", b"GFEb2", b"ntTok", b"RkcG", b"144\\", b"#x64;", b"0YURvZ", b"ADOG",
    b"ogap", b"a\0D\0o\0g", b"ZGRz", b"BhdF", b"NT_TOK", b"kZHN", b"ZGRw",
];

/// Puts literals into the order that makes the search fast; those that have no place in it come first.
pub(super) fn arrange<T>(literals: &mut [(&[u8], T)]) {
    literals.sort_by_key(|(literal, _)| ORDER.iter().position(|known| known == literal));
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rayon::prelude::*;

    use super::super::prefilter::RARE_STARTS;
    use super::*;

    const BUCKETS: usize = 8;
    type Order = [&'static [u8]; ORDER.len()];

    #[test]
    fn no_literal_hides_another() {
        for (index, literal) in ORDER.iter().enumerate() {
            let others = ORDER.iter().enumerate().filter(|(other, _)| *other != index);
            assert!(others.into_iter().all(|(_, other)| !other.starts_with(literal)), "{literal:?}");
        }
    }

    #[test]
    fn unknown_literals_come_first() {
        let mut literals = [(ORDER[1], 1), (b"acme_".as_slice(), 2), (ORDER[0], 3), (b"aa".as_slice(), 4)];
        arrange(&mut literals);
        assert_eq!(literals.map(|(_, number)| number), [2, 4, 3, 1]);
    }

    /// Four bytes, and how often they stand in a text.
    type Grams = Vec<([u8; 4], u64)>;

    fn grams(text: &[u8]) -> Grams {
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
        /// What it takes to look where these buckets may have something, in comparisons.
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

        /// The price of four bytes, or of the last of four: those before are taken for whatever would do.
        fn price(&self, bytes: &[u8]) -> u64 {
            let places = self.masks[4 - bytes.len()..].iter().zip(bytes);
            let mask = places.fold(!0, |all, (mask, byte)| all & mask[usize::from(*byte)]);
            self.prices[usize::from(mask)]
        }

        /// The price of going on after the beginning of a token: the three bytes after its first are not looked at again.
        fn price_after_anchors(&self) -> u64 {
            [b"t".as_slice(), b"t_", b"p_"].into_iter().map(|bytes| self.price(bytes)).sum()
        }

        /// The price of a whole text, in which one of a thousand places begins a token.
        fn price_of_all(&self, grams: &Grams) -> u64 {
            let all: u64 = grams.iter().map(|(_, count)| count).sum();
            let grams = grams.iter().map(|(gram, count)| self.price(gram) * count);
            grams.sum::<u64>() + self.price_after_anchors() * all / 1000
        }
    }

    #[test]
    fn a_search_does_not_stop_again_after_an_anchor() {
        assert_eq!(Teddy::new(&ORDER).price_after_anchors(), 0);
    }

    /// Simulated annealing: `TEXT=FILE cargo test --release --lib finds_a_better_order -- --ignored --nocapture`, with
    /// some hundred megabytes of what is scanned most.
    #[test]
    #[ignore = "takes minutes and a text to measure on"]
    fn finds_a_better_order() {
        let text = std::fs::read(std::env::var_os("TEXT").expect("TEXT=FILE")).expect("the text");
        let grams = grams(&text);
        const SEEDS: u64 = 4;
        let mut start = ORDER;
        // What hostile texts are full of is alike, and compared first.
        for (row, anchor) in RARE_STARTS.iter().enumerate() {
            let at = start.iter().position(|literal| literal == anchor).expect("it is there");
            start.swap(row * BUCKETS, at);
        }
        println!("the price is {} now", Teddy::new(&ORDER).price_of_all(&grams));
        let found: Vec<_> = (1..=SEEDS).into_par_iter().map(|seed| annealed(start, &grams, seed)).collect();
        let (price, order) = found.into_iter().min().expect("there are seeds");
        println!("{price} in this order:");
        for row in order.chunks(BUCKETS) {
            let row: Vec<String> =
                row.iter().map(|it| format!("b\"{}\",", it.escape_ascii()).replace("\\x00", "\\0")).collect();
            println!("    {}", row.join(" "));
        }
    }

    /// The best order that is found, and its price. The anchors stay where they are.
    fn annealed(mut order: Order, grams: &Grams, seed: u64) -> (u64, Order) {
        const ROUNDS: u32 = 300_000;
        let mut random = fastrand::Rng::with_seed(seed);
        let mut price = Teddy::new(&order).price_of_all(grams);
        let mut best = (price, order);
        for round in 0..ROUNDS {
            let (one, other) = (random.usize(..order.len()), random.usize(..order.len()));
            if [one, other].iter().any(|at| RARE_STARTS.contains(&order[*at])) {
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
