//! The words that a name is made of.

use super::list::List;
use super::words::Lexicon;

/// The longest word that may be several written as one, in bytes.
const LONGEST_GLUED: usize = 40;

impl Lexicon {
    /// Returns the words of a name, in lower case: `DD_APIKey-2` is `dd`,
    /// `api`, `key`, `2`.
    pub fn words_of(&self, name: &[u8]) -> Vec<String> {
        // `-Ddd.api.key`: a property of Java; but `-DatadogKey` is an option.
        let is_ours = |option: &[u8]| option.len() > 8 && option[1..8].eq_ignore_ascii_case(b"datadog");
        let property = name
            .strip_prefix(b"-D")
            .filter(|rest| rest.first().is_some_and(u8::is_ascii_lowercase) && !is_ours(name));
        let name = property.unwrap_or(name);
        let mut words: Vec<String> = Vec::new();
        let mut word = String::new();
        for (at, &byte) in name.iter().enumerate() {
            if !byte.is_ascii_alphanumeric() || is_hump(name, at) {
                self.end_word(&mut word, &mut words);
            }
            if byte.is_ascii_alphanumeric() {
                word.push(char::from(byte.to_ascii_lowercase()));
            }
        }
        self.end_word(&mut word, &mut words);
        words
    }

    /// Moves a word to those of its name; `apikey` is two.
    fn end_word(&self, word: &mut String, words: &mut Vec<String>) {
        if word.is_empty() {
            return;
        }
        // `DataDog` is one word, though it has two humps.
        if word == "dog" && words.last().is_some_and(|last| last == "data") {
            words.pop();
            "datadog".clone_into(word);
        }
        // `SendGrid`, `new_relic`.
        if let Some(joined) = words.last().map(|last| last.clone() + word).filter(|it| List::Vendors.has(it))
        {
            words.pop();
            *word = joined;
        }
        match glued(word).or_else(|| numbered(word)) {
            Some(parts) => words.extend(parts),
            None => words.push(word.clone()),
        }
        word.clear();
        if let Some(own) = &self.own {
            own.join(words);
        }
    }
}

/// Returns whether a word begins at a capital: `apiKey`, `DDApi`, but not at
/// the plural of an abbreviation, `IDs`.
fn is_hump(name: &[u8], at: usize) -> bool {
    let is_lower = |place: usize| name.get(place).is_some_and(u8::is_ascii_lowercase);
    let Some(before) = at.checked_sub(1).map(|at| name[at]).filter(|_| name[at].is_ascii_uppercase()) else {
        return false;
    };
    let is_plural = name.get(at + 1) == Some(&b's') && !is_lower(at + 2);
    before.is_ascii_lowercase() || before.is_ascii_uppercase() && is_lower(at + 1) && !is_plural
}

/// Returns the parts of several words that are written as one.
fn glued(word: &str) -> Option<Vec<String>> {
    fn split(rest: &str, parts: &mut Vec<String>) -> bool {
        rest.is_empty()
            || List::Glued.words().any(|part| {
                rest.strip_prefix(part).is_some_and(|rest| {
                    parts.push(part.to_owned());
                    split(rest, parts) || parts.pop().is_none()
                })
            })
    }
    let mut parts = Vec::new();
    (!word.is_empty() && word.len() <= LONGEST_GLUED && split(word, &mut parts)).then_some(parts)
}

/// Returns the parts of a word for one of several keys: `apikey2`.
fn numbered(word: &str) -> Option<Vec<String>> {
    let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_key = stem.ends_with("key") || stem.ends_with("token");
    if !is_key || !(1..=2).contains(&(word.len() - stem.len())) {
        return None;
    }
    let mut parts = glued(stem)?;
    parts.push(word[stem.len()..].to_owned());
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, expected) in [
            ("DD_API_KEY", "dd api key"),
            ("ddApiKey", "dd api key"),
            ("DDAPIKey", "dd api key"),
            ("DataDogAPIKey", "datadog api key"),
            ("datadogapikey", "datadog api key"),
            ("dd-application-key", "dd application key"),
            ("apikey", "api key"),
            ("management.metrics.export.datadog.api-key", "management metrics export datadog api key"),
            ("ADD_API_KEY", "add api key"),
            ("-Ddd.api.key", "dd api key"),
            ("-DatadogKey", "datadog key"),
            ("SendGridApiKey", "sendgrid api key"),
            ("new_relic_key", "newrelic key"),
            ("DD_API_KEY12", "dd api key 12"),
            ("key_sha256", "key sha256"),
            ("buddyApiKey", "buddy api key"),
            ("apiKeyIDs", "api key ids"),
            ("DATADOGHQ", "datadoghq"),
        ] {
            assert_eq!(Lexicon::default().words_of(name.as_bytes()).join(" "), expected, "{name}");
        }
    }
}
