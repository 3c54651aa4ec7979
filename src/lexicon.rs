//! Words as data: what names of keys are made of, and what speaks for and against them.
//!
//! Each list is a table in one of the TOML files beside this module's, with its purpose and with examples that a test
//! holds it to. `build.rs` makes constants of them.

mod list;
mod mention;
mod name;
mod own;
mod sense;
mod spelling;

use std::sync::Arc;

use own::Own;

pub use list::{Example, List};
pub use mention::Whose;
pub use own::{OwnWords, Word};
pub use sense::Sense;
pub use spelling::{SPELLINGS, Spelling};

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
    own: Option<Arc<Own>>,
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

    /// Returns whether a word says nothing against a key, nor whose it is but Datadog's.
    pub fn is_plain(&self, word: &str) -> bool {
        self.is_owner(word) || self.is_neutral(word)
    }

    /// Returns whether a word says nothing of whose a key is: one of the list, a letter, a number, a version.
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
