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

/// The literals of the rules that are compiled in, of the words that bare keys need, and of encodings; a column is a
/// bucket, but for what has the low halves of an earlier one and shares its bucket.
///
/// Found by `finds_a_better_order` below, which is there to be run when a literal is added. Its place is a matter of
/// speed alone.
#[rustfmt::skip]
pub(super) const ORDER: [&[u8]; 75] = [
    b"YXRf", b"Rkc2", b"hRG9n", b"NT_TOK", b"adog", b"aDog", b"H4sI", b"dApi",
    b"RkYX", b"NhdF", b"ERF9BU", b"%64%", b"DAPI", b"d-Ap", b"ddsa", b"2F0X",
    b"QAZA", b"RkcG", b"kZHB", b"u{64}", b"a\0D\0o\0g", b"d-ap", b"SDRzSU", b"GF0X",
    b"A\0D\0O\0G", b"WkdS", b"kZHN", b"6464", b"PI_KEY", b"ddap", b"ZGRw", b"0YURvZ",
    b"RFJDT", b"FwcF", b"ADOG", b"#x64;", b"PP_KEY", b"ogap", b"ZGRz", b"GFkb2",
    b"QURPR", b"u0064", b"kAGQA", b"x64\\", b"D\0D\0_\0A", b"d_ap", b"ddpa", b"GFEb2",
    b"REX0FQ", b"BhdF", b"kZGF", b"144\\", b"ntTok", b"d\0d\0", b"ZGRh", b"0YWRvZ",
    b"RERfQV", b"DApi", b"hZG9n", b"D-AP", b"ddog", b"dAPI", b"XBwX", b"EFET0",
    b"RERSQ", b"a\0d\0o\0g", b"BRE9H", b"D_AP", b"d\0\0\0d", b"#100;", b"DDRCM_", b"dApp",
    b"ZABkA", b"DApp", b"cHBf",
];

/// Puts literals into the order that makes the search fast; those that are not ours come first.
///
/// Returns whether all are ours, that is, whether eight buckets are enough.
pub(super) fn arrange<T>(literals: &mut [(&[u8], T)]) -> bool {
    let place = |literal: &[u8]| ORDER.iter().position(|known| *known == literal);
    literals.sort_by_key(|(literal, _)| place(literal));
    literals.iter().all(|(literal, _)| place(literal).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const BUCKETS: usize = 8;

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
        assert!(!arrange(&mut literals));
        assert_eq!(literals.map(|(_, number)| number), [2, 4, 3, 1]);
        assert!(arrange(&mut [(ORDER[1], 1), (ORDER[0], 2)]));
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

    /// How many of the grams would make Teddy stop, by the way in which the library fills its buckets.
    fn stops(order: &[&[u8]], grams: &Grams) -> u64 {
        let mut taken = HashMap::new();
        let (mut low, mut high) = ([[0_u8; 16]; 4], [[0_u8; 16]; 4]);
        for (index, literal) in order.iter().enumerate() {
            let lows = [0, 1, 2, 3].map(|place| literal[place] & 15);
            let bucket = *taken.entry(lows).or_insert(index % BUCKETS);
            for place in 0..4 {
                low[place][usize::from(literal[place] & 15)] |= 1 << bucket;
                high[place][usize::from(literal[place] >> 4)] |= 1 << bucket;
            }
        }
        let passes =
            |place: usize, byte: u8| low[place][usize::from(byte & 15)] & high[place][usize::from(byte >> 4)];
        let table: Vec<[u8; 256]> =
            (0..4).map(|place| std::array::from_fn(|byte| passes(place, byte as u8))).collect();
        let stops =
            |gram: &[u8; 4]| (0..4).fold(!0, |all, place| all & table[place][usize::from(gram[place])]) != 0;
        grams.iter().filter(|(gram, _)| stops(gram)).map(|(_, count)| count).sum()
    }

    /// Simulated annealing: `TEXT=FILE cargo test --release --lib finds_a_better_order -- --ignored --nocapture`, with
    /// some hundred megabytes of what is scanned most.
    #[test]
    #[ignore = "takes minutes and a text to measure on"]
    fn finds_a_better_order() {
        let text = std::fs::read(std::env::var_os("TEXT").expect("TEXT=FILE")).expect("the text");
        let grams = grams(&text);
        let mut random = fastrand::Rng::with_seed(1);
        let mut order = ORDER;
        let mut cost = stops(&order, &grams);
        let mut best = (cost, order);
        println!("{cost} stops now");
        const ROUNDS: u32 = 200_000;
        for round in 0..ROUNDS {
            let (one, other) = (random.usize(..order.len()), random.usize(..order.len()));
            order.swap(one, other);
            let new = stops(&order, &grams);
            let warmth = cost as f64 * 0.1 * f64::from(ROUNDS - round) / f64::from(ROUNDS);
            if new <= cost || random.f64() < ((cost as f64 - new as f64) / warmth).exp() {
                cost = new;
                if cost < best.0 {
                    best = (cost, order);
                }
            } else {
                order.swap(one, other);
            }
        }
        println!("{} stops in this order:", best.0);
        for row in best.1.chunks(BUCKETS) {
            let row: Vec<String> = row.iter().map(|it| format!("b\"{}\",", it.escape_ascii())).collect();
            println!("    {}", row.join(" "));
        }
    }
}
