//! What a text is about, by the name of its file.
//!
//! ```text
//! datadog/values.yaml          Datadog
//! conf.d/datadog_api_key.txt   DatadogKey
//! datadog-ci/.yarn/cache/x.js  Unknown: what others wrote
//! src/main.rs                  Unknown
//! ```
//!
//! The name only makes a text worth looking into for keys that nothing begins;
//! it never makes a finding.

use std::path::Path;

use super::unprefixed::{About, is_file_of_key};
use crate::lexicon::{Lexicon, List};

/// Topic of a text, whatever it says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Nobody knows.
    Unknown,
    /// Datadog: the name of its file says so.
    Datadog,
    /// A Datadog key: its file has the name of one.
    DatadogKey,
    /// Names and numbers of objects, of which none is a key that has no
    /// checksum.
    Objects,
}

impl Topic {
    /// Returns what the path of a text says that it is about.
    pub fn of_path(lexicon: &Lexicon, path: &Path) -> Self {
        // Asked of every file, and hardly any has such a name.
        if may_speak(path.as_os_str().as_encoded_bytes()) || !lexicon.own_spellings().is_empty() {
            Self::of_names(lexicon, path)
        } else {
            Self::Unknown
        }
    }

    /// Goes through the names of folders and the file, from the root down.
    fn of_names(lexicon: &Lexicon, path: &Path) -> Self {
        let speaks =
            |name: &[u8], word: &[u8]| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
        let mut about = Self::Unknown;
        for name in path.components().map(|part| part.as_os_str().as_encoded_bytes()) {
            let is_about = List::Folders.words().any(|word| speaks(name, word.as_bytes()))
                || lexicon.own_spellings().iter().any(|word| speaks(name, word));
            // `datadog-agent/conf.d/pingdom.d`: what the agent tells others.
            // `datadog-ci/.yarn/releases`: what others wrote.
            let is_other = about == Self::Datadog
                && (name.ends_with(b".d") && name != b"conf.d" || THIRD_PARTIES.contains(&name));
            about = match (is_about, is_other) {
                (true, _) => Self::Datadog,
                (false, true) => Self::Unknown,
                (false, false) => about,
            };
        }
        let name = path.file_name().map_or(&b""[..], |name| name.as_encoded_bytes());
        // Few names speak of a key, and fewer of Datadog's.
        let key = name.len() < 64 && (speaks(name, b"key") || speaks(name, b"token"));
        if key && is_file_of_key(lexicon, name) { Self::DatadogKey } else { about }
    }
}

/// Folders of what others wrote.
const THIRD_PARTIES: [&[u8]; 8] = [
    b".yarn",
    b"node_modules",
    b"vendor",
    b"third_party",
    b"bower_components",
    b"site-packages",
    b"Pods",
    b".cargo",
];

impl From<Topic> for About {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::Unknown | Topic::Objects => Self::Unknown,
            Topic::Datadog => Self::Datadog,
            Topic::DatadogKey => Self::Key,
        }
    }
}

/// Returns whether a path holds what every name of Datadog's things has: `dog`,
/// or `dd` with a sign or a capital after it.
fn may_speak(path: &[u8]) -> bool {
    memchr::memchr2_iter(b'd', b'D', path).any(|at| match path[at + 1..] {
        [b'o' | b'O', b'g' | b'G', ..] => true,
        [b'd' | b'D', next, ..] => !next.is_ascii_lowercase() || next == b'a',
        _ => false,
    })
}
