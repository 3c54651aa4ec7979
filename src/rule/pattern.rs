//! Patterns: regular expressions that are tried at one place, where an anchor
//! stands.
//!
//! Most credentials are a fixed number of characters, each out of a set. Such a
//! pattern becomes a table of sets: it needs no regex engine at run time, says
//! no at the first character that does not fit, and costs nothing to start.
//! Everything else goes to the `regex` crate, which is linear in the length of
//! the text whatever the pattern.
//!
//! ```text
//! key_[0-9a-f]{4}   8 places, 5 distinct sets: k, e, y, _, [0-9a-f]
//!   bits[b'e'] = 0b10010    `e` is in the set of the second place and in that of digits
//!   place 1 → 0b00010, place 4 → 0b10000: a byte fits where its bits and the place's have one in common
//! ```

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// The longest match, in bytes: more than any token has, and little enough to
/// be held beside a window's border.
pub const MAX_MATCH_LEN: usize = 4096;

/// A pattern that is tried at the beginning of a slice.
///
/// # Examples
///
/// ```
/// use dogcatcher::rule::Pattern;
/// let pattern = Pattern::new("key_(?<secret>[0-9a-f]{4})").unwrap();
/// let captures = pattern.match_start(b"key_12ab!").unwrap();
/// assert_eq!(captures.len(), 8);
/// assert_eq!(captures.get(&pattern, "secret"), Some(4..8));
/// assert!(pattern.match_start(b" key_12ab").is_none());
/// ```
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern as it was written.
    source: String,
    /// The parsed form, of which lengths, prefixes and samples are computed.
    hir: Hir,
    /// Names of the groups, in the order in which they open.
    names: Vec<String>,
    /// The way in which it is tried. Made when a match is first tried, where
    /// the pattern is known to be good: most runs try few of those that are
    /// compiled in.
    engine: OnceLock<Engine>,
}

/// The way in which a pattern is tried.
#[derive(Debug, Clone)]
enum Engine {
    /// A table of sets: each match has the same length.
    Fixed(Box<Fixed>),
    /// Everything else.
    Regex(Regex),
}

/// The span of a match and of its named groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures<'p> {
    /// Length of the match, in bytes.
    len: usize,
    /// Those of a pattern of fixed length are always the same.
    groups: Cow<'p, [Group]>,
}

/// The span of a named group, where it took part in the match.
type Group = Option<Range<usize>>;

impl Captures<'_> {
    /// The length of the match in bytes.
    #[allow(clippy::len_without_is_empty)] // no match is empty: it begins with an anchor
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns the span of a named group, relative to the start of the match;
    /// `None` where the pattern has no such group, or where it took no part.
    ///
    /// # Panics
    ///
    /// `pattern` is not the one that matched.
    pub fn get(&self, pattern: &Pattern, name: &str) -> Option<Range<usize>> {
        let at = pattern.names.iter().position(|known| known == name)?;
        self.groups[at].clone()
    }
}

impl Pattern {
    /// Compiles a pattern in the syntax of the `regex` crate, over bytes and
    /// without Unicode classes.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern, in one line.
    pub fn new(source: &str) -> Result<Self, String> {
        let pattern = Self::parse_known(source)?;
        // A pattern that is too large is only found by compiling it.
        let engine = pattern.build_engine().map_err(|error| error.to_string())?;
        Ok(Self { engine: OnceLock::from(engine), ..pattern })
    }

    /// The same for a pattern that a test has compiled: its engine is made when
    /// a match is first tried.
    pub(super) fn parse_known(source: &str) -> Result<Self, String> {
        let hir = regex_syntax::ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .build()
            .parse(source)
            .map_err(|error| one_line(&error))?;
        let mut names = Vec::new();
        collect_names(&hir, &mut names);
        Ok(Self { source: source.to_owned(), hir, names, engine: OnceLock::new() })
    }

    /// Makes the table of the pattern, or compiles it where it has none.
    fn build_engine(&self) -> Result<Engine, regex::Error> {
        match Fixed::new(&self.hir, &self.names) {
            Some(fixed) => Ok(Engine::Fixed(Box::new(fixed))),
            None => build_regex(&self.source).map(Engine::Regex),
        }
    }

    /// The pattern as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The named groups, in order.
    pub fn group_names(&self) -> &[String] {
        &self.names
    }

    /// Returns the literals that a match can begin with; `None` where that can
    /// be anything, or too much to list.
    ///
    /// The literals are exact: every match begins with one of them, though not
    /// every text that does is a match.
    pub fn literal_prefixes(&self) -> Option<Vec<Vec<u8>>> {
        let prefixes = regex_syntax::hir::literal::Extractor::new().extract(&self.hir);
        let literals = prefixes.literals()?;
        Some(literals.iter().map(|literal| literal.as_bytes().to_vec()).collect())
    }

    /// The longest match there can be, in bytes; `None` where there is no
    /// limit.
    pub fn max_len(&self) -> Option<usize> {
        self.hir.properties().maximum_len()
    }

    /// The length of every match, in bytes; `None` where they differ.
    pub fn fixed_len(&self) -> Option<usize> {
        let properties = self.hir.properties();
        properties.minimum_len().filter(|length| properties.maximum_len() == Some(*length))
    }

    /// Returns the match that begins where `text` begins, the leftmost-first
    /// one as the `regex` crate has it.
    ///
    /// Time is linear in the length of the match, not of the text: callers can
    /// pass the rest of a window.
    pub fn match_start(&self, text: &[u8]) -> Option<Captures<'_>> {
        let build = || self.build_engine().expect("the pattern was compiled once before, or by a test");
        match self.engine.get_or_init(build) {
            Engine::Fixed(fixed) => fixed.match_start(text),
            Engine::Regex(regex) => {
                let found = regex.captures(text)?;
                Some(Captures {
                    len: found.get(0)?.end(),
                    groups: self
                        .names
                        .iter()
                        .map(|name| found.name(name).map(|group| group.range()))
                        .collect(),
                })
            }
        }
    }

    /// Returns the parsed pattern, from which samples are made.
    pub(super) fn hir(&self) -> &Hir {
        &self.hir
    }
}

/// Compiles a pattern that is anchored at the beginning, over bytes.
fn build_regex(source: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!(r"\A(?:{source})")).unicode(false).build()
}

/// The last line of a syntax error says what is wrong; the lines before draw an
/// arrow at it.
fn one_line(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

/// Adds the names of groups in the order in which they open.
fn collect_names(hir: &Hir, names: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Capture(capture) => {
            names.extend(capture.name.as_deref().map(str::to_owned));
            collect_names(&capture.sub, names);
        }
        HirKind::Repetition(repetition) => collect_names(&repetition.sub, names),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect_names(part, names));
        }
        _ => {}
    }
}

/// A pattern of fixed length: one set of bytes for each place.
///
/// Patterns have few distinct sets, eight at most here: each gets a bit, and a
/// byte has the bits of those that it is in.
#[derive(Debug, Clone)]
struct Fixed {
    /// The bits of each byte.
    bits: [u8; 256],
    /// The bit of the set of each place.
    places: Vec<u8>,
    /// The span of each named group.
    groups: Vec<Group>,
}

/// A pattern of fixed length while it is read.
#[derive(Debug, Clone, Default)]
struct Places {
    /// The distinct sets.
    sets: Vec<ByteSet>,
    /// The index of the set of each place.
    places: Vec<usize>,
    /// Spans of named groups, all of which take part.
    groups: Vec<Group>,
}

/// A set of bytes, a bit each. Byte `b` is bit `b & 63` of word `b >> 6`.
type ByteSet = [u64; 4];

impl Fixed {
    /// Makes the table of a pattern; `None` where matches differ in length or
    /// more than eight sets are needed.
    fn new(hir: &Hir, names: &[String]) -> Option<Self> {
        let mut places = Places { groups: vec![None; names.len()], ..Places::default() };
        places.add_places(hir, names)?;
        if places.sets.len() > 8 {
            return None;
        }
        let bits_of = |byte: u8| {
            (0..).zip(&places.sets).map(|(bit, set)| u8::from(set_contains(set, byte)) << bit).sum()
        };
        Some(Self {
            bits: std::array::from_fn(|byte| bits_of(byte as u8)),
            places: places.places.iter().map(|set| 1 << set).collect(),
            groups: places.groups,
        })
    }

    /// Tries the table. Sixteen places are compared at once without a branch; a
    /// text that is one byte too short, the commonest miss, is told by its last
    /// byte first.
    #[inline]
    fn match_start(&self, text: &[u8]) -> Option<Captures<'_>> {
        /// So many places are looked at without a branch.
        const STEP: usize = 16;
        let text = text.get(..self.places.len())?;
        let fits = |bytes: &[u8], places: &[u8]| {
            let fit = |(byte, place): (&u8, &u8)| self.bits[usize::from(*byte)] & place != 0;
            bytes.iter().zip(places).map(fit).fold(true, |all, fits| all & fits)
        };
        // A text that is one byte too short is told by its end.
        let last = text.len().saturating_sub(1);
        let all = fits(&text[last..], &self.places[last..])
            && text.chunks(STEP).zip(self.places.chunks(STEP)).all(|(bytes, places)| fits(bytes, places));
        all.then(|| Captures { len: self.places.len(), groups: Cow::Borrowed(&self.groups) })
    }
}

impl Places {
    /// Adds the places of `hir`; `None` where it has no fixed length.
    fn add_places(&mut self, hir: &Hir, names: &[String]) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                literal.0.iter().for_each(|&byte| self.push_place(set_of(byte, byte)));
            }
            HirKind::Class(Class::Bytes(class)) => {
                let sets = class.iter().map(|range| set_of(range.start(), range.end()));
                self.push_place(sets.reduce(union_of)?);
            }
            HirKind::Class(Class::Unicode(class)) if class.is_ascii() => {
                let sets = class.iter().map(|range| set_of(range.start() as u8, range.end() as u8));
                self.push_place(sets.reduce(union_of)?);
            }
            HirKind::Repetition(repetition) if repetition.max == Some(repetition.min) => {
                for _ in 0..repetition.min {
                    self.add_places(&repetition.sub, names)?;
                    if self.places.len() > MAX_MATCH_LEN {
                        return None;
                    }
                }
            }
            HirKind::Capture(capture) => {
                let start = self.places.len();
                self.add_places(&capture.sub, names)?;
                if let Some(name) = capture.name.as_deref() {
                    let at = names.iter().position(|known| known == name)?;
                    self.groups[at] = Some(start..self.places.len());
                }
            }
            HirKind::Concat(parts) => {
                for part in parts {
                    self.add_places(part, names)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Adds a place where one of these bytes must stand.
    fn push_place(&mut self, set: ByteSet) {
        let known = self.sets.iter().position(|other| *other == set);
        let index = known.unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        self.places.push(index);
    }
}

/// Returns the set of a range of bytes.
fn set_of(first: u8, last: u8) -> ByteSet {
    let mut set = [0; 4];
    for byte in first..=last {
        set[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }
    set
}

/// Returns the bytes that are in either set.
fn union_of(a: ByteSet, b: ByteSet) -> ByteSet {
    std::array::from_fn(|i| a[i] | b[i])
}

/// Returns whether a byte is in a set.
#[inline]
fn set_contains(set: &ByteSet, byte: u8) -> bool {
    set[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same pattern for the regex engine, the oracle for the tables.
    fn by_regex(pattern: &Pattern) -> Pattern {
        Pattern {
            source: pattern.source.clone(),
            hir: pattern.hir.clone(),
            names: pattern.names.clone(),
            engine: OnceLock::from(Engine::Regex(build_regex(&pattern.source).expect("valid"))),
        }
    }

    #[test]
    fn fixed_patterns_need_no_engine() {
        let fixed = Pattern::new("dd(?<a>[0-7][0-9A-Za-z]{21})_(?:x|y)z{2}").expect("valid");
        assert!(matches!(fixed.engine.get(), Some(Engine::Fixed(_))));
        for source in ["a+", "a|bc", "a{2,3}", r"\bab", "(?:ab|cde)f"] {
            let pattern = Pattern::new(source).expect("valid");
            assert!(matches!(pattern.engine.get(), Some(Engine::Regex(_))), "{source}");
        }
    }

    #[test]
    fn errors_are_one_line() {
        assert_eq!(Pattern::new("a(").map(|_| ()), Err("unclosed group".to_owned()));
        assert!(Pattern::new("[a-z]{9000}{9000}(b|c)").is_err());
    }

    #[test]
    fn what_a_match_can_begin_with() {
        let prefixes = |source| Pattern::new(source).expect("valid").literal_prefixes();
        assert_eq!(prefixes("ab[01]c"), Some(vec![b"ab0c".to_vec(), b"ab1c".to_vec()]));
        assert_eq!(prefixes(".*ab"), None);
    }

    proptest! {
        #[test]
        fn tables_agree_with_the_engine(
            source in "[a-c]{0,2}(\\[ab\\]|\\[\\^a\\]|\\(\\?<g>\\[a-c\\]\\{2\\}\\)|\\[bc\\]\\{3\\}){1,3}",
            text in "[a-d]{0,12}",
        ) {
            // Two groups of one name are no pattern.
            let Ok(pattern) = Pattern::new(&source) else { return Ok(()) };
            prop_assert!(matches!(pattern.engine.get(), Some(Engine::Fixed(_))), "{}", source);
            let slow = by_regex(&pattern);
            prop_assert_eq!(pattern.match_start(text.as_bytes()), slow.match_start(text.as_bytes()));
        }
    }
}
