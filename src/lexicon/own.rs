//! Words of the user's: `[lexicon]` in a configuration.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Deserialize;

use super::list::List;
use super::search::Mentions;

/// The fewest letters and digits of a word: what is shorter stands in too many others.
const SHORTEST: usize = 4;

/// The longest word, in bytes.
const LONGEST: usize = 60;

/// Signs that may part the pieces of a word.
const JOINTS: [char; 4] = ['-', '_', '.', ' '];

/// A word of the user's: ASCII letters and digits, with `-`, `_`, `.` or a blank between its pieces.
///
/// However it is written here, it is known in any spelling: `acme-observability` is `ACME_OBSERVABILITY`, too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(extend("minLength" = SHORTEST, "maxLength" = LONGEST, "pattern" = "^[A-Za-z][A-Za-z0-9]*([-_. ][A-Za-z0-9]+)*$"))]
pub struct Word(String);

/// Words besides those that are compiled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWords {
    /// What you call Datadog: a key that is named for one of these is Datadog's.
    #[serde(default)]
    pub owners: Vec<Word>,
    /// Other products: a key that is named for one of these, or stands near one, is not Datadog's.
    #[serde(default)]
    pub vendors: Vec<Word>,
    /// Words that say nothing of whose a key is: stages, teams, places.
    #[serde(default)]
    pub neutral: Vec<Word>,
    /// Words by which you say that a key is none.
    #[serde(default)]
    pub pretended: Vec<Word>,
}

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_plain =
            |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric).count();
        match () {
            () if !text.starts_with(|first: char| first.is_ascii_alphabetic())
                || !text.split(JOINTS).all(is_plain) =>
            {
                Err(format!("`{text}` is no word: letters and digits, with `-`, `_`, `.` or a blank between"))
            }
            () if letters < SHORTEST => Err(format!("`{text}` is too short: {SHORTEST} letters or more")),
            () if text.len() > LONGEST => Err(format!("`{text}` is too long: {LONGEST} bytes or less")),
            () => Ok(Self(text)),
        }
    }
}

impl Word {
    /// The pieces, in lower case.
    fn pieces(&self) -> Vec<String> {
        self.0.split(JOINTS).map(str::to_ascii_lowercase).collect()
    }

    /// The spellings in which it may stand in a text, without regard to case.
    fn forms(&self) -> Vec<Vec<u8>> {
        let pieces = self.pieces();
        let mut forms: Vec<Vec<u8>> =
            ["", "-", "_", ".", " "].iter().map(|joint| pieces.join(joint).into_bytes()).collect();
        forms.sort();
        forms.dedup();
        forms
    }

    /// The spellings in which it may stand in a text: in capitals, in small letters, and with humps.
    fn spellings(&self) -> Vec<Vec<u8>> {
        let pieces = self.pieces();
        let capital = |piece: &String| piece[..1].to_ascii_uppercase() + &piece[1..];
        let title: Vec<String> = pieces.iter().map(capital).collect();
        let mut camel = title.clone();
        camel[0].clone_from(&pieces[0]);
        let upper: Vec<String> = pieces.iter().map(|piece| piece.to_ascii_uppercase()).collect();
        let cases = [pieces, title, camel, upper];
        let joints = ["", "-", "_", ".", " "];
        cases.iter().flat_map(|case| joints.map(|joint| case.join(joint).into_bytes())).collect()
    }
}

impl OwnWords {
    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, words)| words.is_empty())
    }

    /// Adds the words of another configuration.
    pub fn add(&mut self, other: &Self) {
        self.owners.extend_from_slice(&other.owners);
        self.vendors.extend_from_slice(&other.vendors);
        self.neutral.extend_from_slice(&other.neutral);
        self.pretended.extend_from_slice(&other.pretended);
    }

    /// The words, each list with that which it adds to.
    fn lists(&self) -> [(List, &[Word]); 4] {
        [
            (List::Owners, &self.owners),
            (List::Vendors, &self.vendors),
            (List::Neutral, &self.neutral),
            (List::Pretended, &self.pretended),
        ]
    }
}

/// The user's words, ready to be asked.
#[derive(Debug)]
pub(super) struct Own {
    words: OwnWords,
    /// The pieces of each word, and what they are joined to.
    known: Vec<(List, Vec<String>, String)>,
    spellings: Vec<Vec<u8>>,
    mentions: OnceLock<Mentions>,
}

impl Own {
    pub(super) fn new(words: OwnWords) -> Self {
        let mut spellings: Vec<_> = words.owners.iter().flat_map(Word::spellings).collect();
        spellings.sort();
        spellings.dedup();
        let of = |(list, words): &(List, &[Word])| -> Vec<_> {
            words.iter().map(|word| (*list, word.pieces(), word.pieces().concat())).collect()
        };
        let known = words.lists().iter().flat_map(of).collect();
        Self { words, known, spellings, mentions: OnceLock::new() }
    }

    /// Returns whether a word is in a list of the user's.
    pub(super) fn has(&self, list: List, word: &str) -> bool {
        self.known.iter().any(|(of, _, joined)| *of == list && joined == word)
    }

    /// Joins the last words of a name that are the pieces of one.
    pub(super) fn join(&self, words: &mut Vec<String>) {
        let known = self.known.iter().find(|(_, pieces, _)| pieces.len() > 1 && words.ends_with(pieces));
        if let Some((_, pieces, joined)) = known {
            words.truncate(words.len() - pieces.len());
            words.push(joined.clone());
        }
    }

    /// The spellings of the owners.
    pub(super) fn spellings(&self) -> &[Vec<u8>] {
        &self.spellings
    }

    /// The search for mentions, with those of the user's words.
    pub(super) fn mentions(&self) -> &Mentions {
        let forms = |words: &[Word]| -> Vec<_> { words.iter().flat_map(Word::forms).collect() };
        self.mentions.get_or_init(|| Mentions::new(&forms(&self.words.owners), &forms(&self.words.vendors)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Lexicon, Sense};
    use super::*;

    fn word(text: &str) -> Word {
        Word::try_from(text.to_owned()).expect("a word")
    }

    #[test]
    fn a_word_is_known_in_any_spelling() {
        let own = OwnWords { owners: vec![word("Acme-Observability")], ..OwnWords::default() };
        let lexicon = Lexicon::with(own);
        for name in ["acme_observability_api_key", "ACMEOBSERVABILITY_KEY", "acmeObservabilityApiKey"] {
            assert_eq!(lexicon.sense_of(name.as_bytes()), Sense::OwnedKey, "{name}");
            let mention = |spelling: &Vec<u8>| memchr::memmem::find(name.as_bytes(), spelling).is_some();
            assert!(lexicon.own_spellings().iter().any(mention), "{name}");
        }
        assert_eq!(lexicon.sense_of(b"acme_api_key"), Sense::Qualified);
        assert_eq!(Lexicon::default().sense_of(b"acme_observability_api_key"), Sense::Qualified);
    }

    #[test]
    fn what_is_no_word() {
        for text in ["", "abc", "a-b", "-acme", "acme-", "acme--x", "äcme", "1acme", &"a".repeat(61)] {
            assert!(Word::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
