//! The words of one run, and the plain questions about one of them; questions
//! about names and texts stand in the modules above this one.

use std::sync::Arc;

use super::list::List;
use super::own::{Own, OwnWords};

/// The words of one run: those that are compiled in, and those of the user.
///
/// # Examples
///
/// ```
/// use dogcatcher::lexicon::{Lexicon, Sense};
///
/// let lexicon = Lexicon::default();
/// assert_eq!(lexicon.sense_of(b"DD_API_KEY"), Sense::OwnedKey);
/// assert_eq!(lexicon.sense_of(b"DD_API_KEY_ID"), Sense::Identifier);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// The user's words; none where there are only those of this program.
    pub(super) own: Option<Arc<Own>>,
}

impl Lexicon {
    /// The words that are compiled in, and these.
    pub fn with(words: OwnWords) -> Self {
        Self { own: (!words.is_empty()).then(|| Arc::new(Own::new(words))) }
    }

    /// Returns whether a word, in lower case, is in a list.
    pub fn has(&self, list: List, word: &str) -> bool {
        list.has(word) || self.own.as_ref().is_some_and(|own| own.has(list, word))
    }

    /// Returns whether any of the words is in a list.
    pub fn has_any(&self, list: List, words: &[String]) -> bool {
        words.iter().any(|word| self.has(list, word))
    }

    /// Returns whether a word is Datadog's.
    pub fn is_owner(&self, word: &str) -> bool {
        self.has(List::Owners, word) || word.starts_with("datadog")
    }

    /// Returns whether a word is another product's.
    pub fn is_vendor(&self, word: &str) -> bool {
        self.has(List::Vendors, word) || self.has(List::Platforms, word)
    }

    /// Returns whether a word says nothing against a key, nor whose it is but
    /// Datadog's.
    pub fn is_plain(&self, word: &str) -> bool {
        self.is_owner(word) || self.is_neutral(word)
    }

    /// Returns whether a word says nothing of whose a key is: one of the list,
    /// a letter, a number, a version.
    pub fn is_neutral(&self, word: &str) -> bool {
        let number = word.strip_prefix(|letter: char| letter.is_ascii_lowercase()).unwrap_or(word);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        word.len() == 1 || is_number || self.has(List::Neutral, word)
    }

    /// The spellings of the user's owners, for what searches whole texts.
    pub fn own_spellings(&self) -> &[Vec<u8>] {
        self.own.as_ref().map_or(&[], |own| own.spellings())
    }
}
