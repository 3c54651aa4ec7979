//! Words that a hook manager writes behind the entry: flags of its `args:`,
//! then names of files.

use std::ffi::OsString;
use std::path::Path;

use dogcatcher::error::Error;

/// The words with each file whose name looks like a flag written as `./NAME`: a
/// file that somebody commits must not become a setting of the hook.
pub(in crate::cli) fn files_are_no_flags(mut typed: Vec<OsString>) -> Vec<OsString> {
    if typed.get(1).is_some_and(|word| word == "hook") && typed.get(2).is_some_and(|word| word == "run") {
        for word in typed.iter_mut().skip(3).filter(|word| looks_like_flag(word)) {
            if Path::new(word).symlink_metadata().is_ok() {
                let name = std::mem::take(word);
                *word = Path::new(".").join(name).into_os_string();
            }
        }
    }
    typed
}

/// An error for a flag behind `--`, where it would be taken for the name of a
/// file.
pub(super) fn refuse_late_flags(words: &[OsString]) -> Result<(), Error> {
    match words.iter().find(|word| looks_like_flag(word)) {
        None => Ok(()),
        Some(flag) => {
            let flag = flag.to_string_lossy();
            Err(Error::usage("take for a file", format!("`{flag}`"), "there is none of that name")
                .mend("flags stand before `--`: the entry is `dogcatcher hook run`, with nothing behind it"))
        }
    }
}

/// Returns whether a word begins as a flag does.
fn looks_like_flag(word: &OsString) -> bool {
    word != "--" && word.as_encoded_bytes().starts_with(b"-")
}
