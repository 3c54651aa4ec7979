//! The words that names are made of, and what they say.

use super::vocabulary::{
    ADJECTIVES, ENCRYPTED, HASHES, IDENTIFIERS, KEYS, NEUTRAL, OWNERS, PLATFORMS, PRETENDED, TRANSPARENT,
    VENDORS, VERBS, Words,
};

/// What a key is to, and what that key is called: `api_key`, `client_token`, but not `client_secret`.
const PAIRS: [(&[&str], &[&str]); 2] = [
    (&["api", "app", "application"], &["key", "keys", "token", "tokens"]),
    (&["client", "rum", "browser"], &["token", "tokens"]),
];

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
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

/// The words of a name, in lower case: `DD_APIKey-2` is `dd`, `api`, `key`, `2`.
pub(super) fn words(name: &[u8]) -> Vec<String> {
    // `-Ddd.api.key`: a property of Java.
    let property = name.strip_prefix(b"-D").filter(|rest| rest.first().is_some_and(u8::is_ascii_lowercase));
    let name = property.unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for (at, &byte) in name.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            flush(&mut word, &mut words);
            continue;
        }
        let before = at.checked_sub(1).map(|at| name[at]);
        let after = name.get(at + 1);
        let hump = byte.is_ascii_uppercase()
            && (before.is_some_and(|it| it.is_ascii_lowercase())
                || (before.is_some_and(|it| it.is_ascii_uppercase())
                    && after.is_some_and(|it| it.is_ascii_lowercase())
                    // The plural of an abbreviation: `IDs`.
                    && !(after == Some(&b's') && name.get(at + 2).is_none_or(|it| !it.is_ascii_lowercase()))));
        if hump {
            flush(&mut word, &mut words);
        }
        word.push(char::from(byte.to_ascii_lowercase()));
    }
    flush(&mut word, &mut words);
    words
}

/// Ends a word; `apikey` is two.
fn flush(word: &mut String, words: &mut Vec<String>) {
    const GLUED: [&str; 24] = [
        "datadoghq",
        "datadog",
        "ddog",
        "application",
        "app",
        "api",
        "client",
        "token",
        "keys",
        "key",
        "secret",
        "rum",
        "dd",
        "auth",
        "id",
        "prod",
        "dev",
        "staging",
        "test",
        "hash",
        "my",
        "sha",
        "md5",
        "browser",
    ];
    fn split(rest: &str, parts: &mut Vec<String>) -> bool {
        rest.is_empty()
            || GLUED.iter().any(|part| {
                rest.strip_prefix(part).is_some_and(|rest| {
                    parts.push((*part).to_owned());
                    split(rest, parts) || parts.pop().is_none()
                })
            })
    }
    if word.is_empty() {
        return;
    }
    // `DataDog` is one word, though it has two humps.
    if word == "dog" && words.last().is_some_and(|last| last == "data") {
        words.pop();
        "datadog".clone_into(word);
    }
    let mut parts = Vec::new();
    if word.len() <= 40 && split(word, &mut parts) && !parts.is_empty() {
        words.append(&mut parts);
        word.clear();
        return;
    }
    // The number of one of several: `key2`.
    let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let mut parts = Vec::new();
    let is_key = stem.ends_with("key") || stem.ends_with("token");
    if is_key
        && (1..=2).contains(&(word.len() - stem.len()))
        && stem.len() <= 40
        && split(stem, &mut parts)
        && !parts.is_empty()
    {
        words.append(&mut parts);
        words.push(word[stem.len()..].to_owned());
        word.clear();
        return;
    }
    words.push(std::mem::take(word));
}

fn is_in(list: &Words, word: &str) -> bool {
    list.contains(word)
}

/// Whether a word stands between a name and its value.
pub(super) fn is_transparent(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
    if last == b"new" && last.len() < name.len() {
        return false; // `Client.new` is what is called
    }
    let joined: String = last.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let joined = joined.trim_start_matches('-');
    is_in(&TRANSPARENT, joined) || is_in(&TRANSPARENT, &joined.replace(['_', '-'], ""))
}

/// Whether a name begins with a word of something that takes a key and does not keep it.
pub(super) fn is_verb(words: &[String]) -> bool {
    words.first().is_some_and(|first| is_in(&VERBS, first))
}

/// Whether a word is Datadog's.
pub(super) fn is_owner(word: &str) -> bool {
    is_in(&OWNERS, word) || word.starts_with("datadog")
}

/// Whether a word before the word for a key says that it is a key of another kind.
pub(super) fn is_adjective(word: &str) -> bool {
    is_in(&ADJECTIVES, word)
}

/// Whether a word is another product's.
pub(super) fn is_vendor(word: &str) -> bool {
    is_in(&VENDORS, word) || is_in(&PLATFORMS, word)
}

/// What the words of a name say.
pub(super) fn sense(words: &[String]) -> Sense {
    let has = |list: &Words| words.iter().any(|word| is_in(list, word));
    let owner = words.iter().any(|word| is_owner(word));
    let Some(key) = words.iter().rposition(|word| is_in(&KEYS, word)) else {
        let rest_is_neutral = words.iter().all(|word| is_owner(word) || is_neutral(word));
        return match () {
            () if has(&HASHES) => Sense::Hash,
            () if has(&ENCRYPTED) => Sense::Encrypted,
            () if has(&IDENTIFIERS) => Sense::Identifier,
            () if owner && rest_is_neutral => Sense::Owner,
            () => Sense::Other,
        };
    };
    let (before, after) = (&words[..key], &words[key + 1..]);
    let any = |words: &[String], list: &Words| words.iter().any(|word| is_in(list, word));
    // What follows the word for the key is what the value is: the id of a key, the hash of one.
    if any(after, &HASHES) || any(before, &HASHES) {
        return Sense::Hash;
    }
    if any(words, &ENCRYPTED) {
        return Sense::Encrypted;
    }
    if any(after, &IDENTIFIERS) {
        return Sense::Identifier;
    }
    if any(words, &PRETENDED) {
        return Sense::Pretended;
    }
    let to = before.last().is_some_and(|word| {
        PAIRS.iter().any(|(to, keys)| to.contains(&word.as_str()) && keys.contains(&words[key].as_str()))
    });
    // What agents in a cluster tell each other, what a service of PagerDuty is called by, and an application's own secret.
    const OF_OTHERS: [[&str; 2]; 4] =
        [["agent", "token"], ["service", "key"], ["client", "secret"], ["auth", "token"]];
    let cluster = words.iter().any(|word| word == "cluster");
    let pair = |pair: &[String]| {
        OF_OTHERS
            .iter()
            .any(|other| pair[0] == other[0] && pair[1] == other[1] && (cluster || pair[0] != "auth"))
    };
    if words.windows(2).any(pair) {
        return Sense::Foreign;
    }
    // `datadog public key`, `datadog row key`
    if words.windows(2).any(|pair| is_in(&ADJECTIVES, &pair[0]) && is_in(&KEYS, &pair[1])) {
        return Sense::Identifier;
    }
    // `x-datadog-session-token`, `dd_trace_id_key`, `cache_key`.
    if before.last().is_some_and(|word| is_in(&IDENTIFIERS, word)) {
        return Sense::Identifier;
    }
    if words.iter().any(|word| is_vendor(word)) {
        // `AWS_DATADOG_API_KEY` is a Datadog key on a platform; `datadog_aws_api_key` is not.
        let owned = to && before.len() > 1 && is_owner(&before[before.len() - 2]);
        return if owned { Sense::OwnedKey } else { Sense::Foreign };
    }
    if to && before.last().is_some_and(|word| PAIRS[1].0.contains(&word.as_str())) {
        return Sense::ClientToken;
    }
    match (owner, to, before.iter().chain(after).all(|word| is_owner(word) || is_neutral(word))) {
        (true, true, _) | (true, _, true) => Sense::OwnedKey,
        (true, false, false) => Sense::Other,
        (false, true, true) => Sense::Key,
        (false, false, true) => Sense::Secret,
        (false, true, false) => Sense::Qualified,
        (false, false, false) => Sense::Other,
    }
}

/// Whether a text names a hash, in words that mean nothing else.
pub(super) fn names_a_hash(text: &[u8]) -> bool {
    const PLAIN: &[&str] = &[
        "md5",
        "md5sum",
        "sha1",
        "sha1sum",
        "sha256",
        "sha256sum",
        "sha512",
        "shasum",
        "checksum",
        "checksums",
        "digest",
        "fingerprint",
        "fingerprints",
        "integrity",
        "etag",
        "commit",
        "gpg",
    ];
    words(text).iter().any(|word| PLAIN.contains(&word.as_str()))
}

/// Whether the words after the last one for a key say nothing against it: not so in `api-key-rotator`.
pub(super) fn ends_plainly(words: &[String]) -> bool {
    let key = words.iter().rposition(|word| is_in(&KEYS, word)).map_or(0, |key| key + 1);
    words[key..].iter().all(|word| is_neutral(word) || is_owner(word))
}

/// Whether a name is that of a file.
pub(super) fn is_file_name(name: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[
        b"ts", b"tsx", b"js", b"jsx", b"mjs", b"cjs", b"css", b"html", b"go", b"py", b"rb", b"rs", b"java",
        b"kt", b"php", b"c", b"h", b"cpp", b"cs", b"sh", b"ps1", b"tf", b"hcl", b"md", b"txt", b"zip",
        b"tgz", b"gz", b"xz", b"bz2", b"tar", b"deb", b"rpm", b"msi", b"dmg", b"pkg", b"exe", b"jar", b"whl",
        b"gem", b"lock", b"png", b"svg", b"woff2", b"map", b"sql", b"csv", b"bin", b"dll", b"so", b"crt",
        b"pem", b"ini", b"conf", b"yaml", b"yml", b"xml",
    ];
    let mut parts = name.rsplitn(2, |byte| *byte == b'.');
    let ending = parts.next().unwrap_or_default();
    parts.next().is_some_and(|stem| !stem.is_empty()) && ENDINGS.contains(&ending)
}

/// Whether a word says nothing of whose a key is.
pub(super) fn is_plain(word: &str) -> bool {
    is_owner(word) || is_neutral(word)
}

fn is_neutral(word: &str) -> bool {
    // A number, or a version: `v2`.
    let number = word.strip_prefix(|letter: char| letter.is_ascii_lowercase()).unwrap_or(word);
    is_in(&NEUTRAL, word)
        || word.len() == 1
        || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
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
            ("DD_API_KEY12", "dd api key 12"),
            ("key_sha256", "key sha256"),
            ("buddyApiKey", "buddy api key"),
            ("apiKeyIDs", "api key ids"),
            ("DATADOGHQ", "datadoghq"),
        ] {
            assert_eq!(words(name.as_bytes()).join(" "), expected, "{name}");
        }
    }

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
            assert_eq!(sense(&words(name.as_bytes())), expected, "{name}");
        }
    }
}
