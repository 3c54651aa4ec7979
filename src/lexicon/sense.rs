//! The sense of a name: what its words say of the value that bears it.

use super::list::List;
use super::words::Lexicon;

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A Datadog key: `DD_API_KEY`.
    OwnedKey,
    /// A key to an API or application, of whatever: `api_key`.
    Key,
    /// A secret of whatever kind: `key`, `token`.
    Secret,
    /// Datadog, and nothing more: `datadog`.
    Owner,
    /// A key of something else: `mailgun_api_key`.
    Foreign,
    /// A key to an API with a word that may be anybody's: `acme_api_key`.
    Qualified,
    /// A hash.
    Hash,
    /// An identifier.
    Identifier,
    /// Something encrypted.
    Encrypted,
    /// A key that is none: `FAKE_API_KEY`.
    Pretended,
    /// A token that is public, and that has a shape of its own.
    ClientToken,
    /// None of these.
    Other,
}

impl Sense {
    /// The words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnedKey => "a Datadog key",
            Self::Key => "a key",
            Self::Secret => "a secret",
            Self::Owner => "Datadog",
            Self::Foreign => "a key of another product",
            Self::Qualified => "anybody's key",
            Self::Hash => "a hash",
            Self::Identifier => "an identifier",
            Self::Encrypted => "something encrypted",
            Self::Pretended => "a key that is none",
            Self::ClientToken => "a client token",
            Self::Other => "no key",
        }
    }
}

impl Lexicon {
    /// Returns what a name says.
    pub fn sense_of(&self, name: &[u8]) -> Sense {
        self.sense(&self.words_of(name))
    }

    /// Returns what the words of a name say.
    pub fn sense(&self, words: &[String]) -> Sense {
        match words.iter().rposition(|word| self.has(List::Keys, word)) {
            Some(key) => self.against_key(words, key).unwrap_or_else(|| self.sense_of_key(words, key)),
            None => self.sense_without_key(words),
        }
    }

    /// Returns the sense of a name in which no word is one for a key.
    fn sense_without_key(&self, words: &[String]) -> Sense {
        let is_owner = words.iter().any(|word| self.is_owner(word));
        match () {
            () if self.has_any(List::Hashes, words) => Sense::Hash,
            () if self.has_any(List::Encrypted, words) => Sense::Encrypted,
            () if self.has_any(List::Identifiers, words) => Sense::Identifier,
            () if is_owner && words.iter().all(|word| self.is_plain(word)) => Sense::Owner,
            () => Sense::Other,
        }
    }

    /// Returns what speaks against the key whose word is that at `key`.
    fn against_key(&self, words: &[String], key: usize) -> Option<Sense> {
        let (before, after) = (&words[..key], &words[key + 1..]);
        let pairs = || words.windows(2);
        let is_other_kind =
            |pair: &[String]| self.has(List::Adjectives, &pair[0]) && self.has(List::Keys, &pair[1]);
        // What follows the word for the key is what the value is: the id of a key, the hash of one.
        let is_hash = self.has_any(List::Hashes, after) || self.has_any(List::Hashes, before);
        // `x-datadog-session-token`, `dd_trace_id_key`, `cache_key`.
        let of_identifier = before.last().is_some_and(|word| self.has(List::Identifiers, word));
        match () {
            () if is_hash => Some(Sense::Hash),
            () if self.has_any(List::Encrypted, words) => Some(Sense::Encrypted),
            () if self.has_any(List::Identifiers, after) => Some(Sense::Identifier),
            () if self.has_any(List::Pretended, words) => Some(Sense::Pretended),
            () if self.is_key_of_others(words) => Some(Sense::Foreign),
            () if pairs().any(is_other_kind) || of_identifier => Some(Sense::Identifier),
            () => None,
        }
    }

    /// Returns whether a name is one of what is no key to Datadog's API,
    /// whatever Datadog calls it.
    pub fn is_key_of_others(&self, words: &[String]) -> bool {
        List::KeysOfOthers.words().any(|other| {
            let other: Vec<&str> = other.split(' ').collect();
            words.windows(other.len()).any(|part| part.iter().eq(other.iter()))
        })
    }

    /// Returns whose key it is whose word is that at `key`, and what it opens.
    fn sense_of_key(&self, words: &[String], key: usize) -> Sense {
        let (before, after) = (&words[..key], &words[key + 1..]);
        let follows = |targets: List, keys: List| {
            before.last().is_some_and(|word| self.has(targets, word)) && self.has(keys, &words[key])
        };
        let is_public = follows(List::PublicTargets, List::PublicTargetKeys);
        let opens = is_public || follows(List::Targets, List::TargetKeys);
        if words.iter().any(|word| self.is_vendor(word)) {
            // `AWS_DATADOG_API_KEY` is a Datadog key on a platform; `datadog_aws_api_key` is not.
            let owned = opens && before.len() > 1 && self.is_owner(&before[before.len() - 2]);
            return if owned { Sense::OwnedKey } else { Sense::Foreign };
        }
        if is_public {
            return Sense::ClientToken;
        }
        let is_owned = words.iter().any(|word| self.is_owner(word));
        let is_plain = before.iter().chain(after).all(|word| self.is_plain(word));
        match (is_owned, opens, is_plain) {
            (true, true, _) | (true, _, true) => Sense::OwnedKey,
            (false, true, true) => Sense::Key,
            (false, false, true) => Sense::Secret,
            (false, true, false) => Sense::Qualified,
            (true, false, false) | (false, false, false) => Sense::Other,
        }
    }

    /// Returns whether a text names a hash, in words that mean nothing else.
    pub fn names_hash(&self, text: &[u8]) -> bool {
        self.has_any(List::PlainHashes, &self.words_of(text))
    }

    /// Returns whether the words after the last one for a key say nothing
    /// against it: not so in `api-key-rotator`.
    pub fn ends_plainly(&self, words: &[String]) -> bool {
        let key = words.iter().rposition(|word| self.has(List::Keys, word)).map_or(0, |key| key + 1);
        words[key..].iter().all(|word| self.is_plain(word))
    }

    /// Returns whether a name is that of a file.
    pub fn is_file_name(&self, name: &[u8]) -> bool {
        let mut parts = name.rsplitn(2, |byte| *byte == b'.');
        let ending = std::str::from_utf8(parts.next().unwrap_or_default()).unwrap_or_default();
        parts.next().is_some_and(|stem| !stem.is_empty()) && self.has(List::FileEndings, ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_sense() {
        for (name, expected) in [
            ("DD_API_KEY", Sense::OwnedKey),
            ("STAGING_DATADOG_APP_KEY", Sense::OwnedKey),
            ("datadog_token", Sense::OwnedKey),
            ("api_key", Sense::Key),
            ("MY_APP_KEY", Sense::Key),
            ("key", Sense::Secret),
            ("datadog", Sense::Owner),
            ("mailgun_api_key", Sense::Foreign),
            ("acme_api_key", Sense::Qualified),
            ("DD_API_KEY_ID", Sense::Identifier),
            ("dd_api_key_sha1", Sense::Hash),
            ("DD_GIT_COMMIT_SHA", Sense::Hash),
            ("encrypted_dd_api_key", Sense::Encrypted),
            ("DD_VERSION", Sense::Identifier),
            ("ADD_API_KEY", Sense::Qualified),
            ("AWS_DATADOG_API_KEY", Sense::OwnedKey),
            ("DD_API_KEY_GCP", Sense::OwnedKey),
            ("datadog_github_api_key", Sense::Foreign),
            ("DD_API_KEY1", Sense::OwnedKey),
            ("DDAPPKEY_V2", Sense::OwnedKey),
        ] {
            assert_eq!(Lexicon::default().sense_of(name.as_bytes()), expected, "{name}");
        }
    }
}
