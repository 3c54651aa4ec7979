//! Files that a configuration of git includes, where one is none: libgit2 opens
//! each of them as soon as the configuration is opened, and a pipe is waited
//! for.
//!
//! ```text
//! [include]
//!     path = ../shared          ; seen from the folder of this file
//! [includeIf "gitdir:/work/"]
//!     path = "~/.gitconfig-work"
//! ```
//!
//! The text is read more loosely than git does: what is taken for an include and
//! is none costs a look at a file's kind, and what would be overlooked a hang.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::regular_file::{file_up_to, is_irregular};

/// Bytes of a configuration that is read for what it includes.
const MAX_CONFIG: u64 = 64 << 20;

/// Returns the configuration, or the first of those that it includes, that is a
/// pipe, a device, or something else that is not read like a file.
pub(super) fn irregular_config(config: &Path) -> Option<PathBuf> {
    let mut waiting = vec![config.to_path_buf()];
    let mut seen = HashSet::new();
    while let Some(file) = waiting.pop() {
        if is_irregular(&file) {
            return Some(file);
        }
        let Ok(bytes) = file_up_to(&file, MAX_CONFIG) else { continue };
        if seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())) {
            waiting.extend(included_files(&String::from_utf8_lossy(&bytes), &file));
        }
    }
    None
}

/// Returns the files that the text of a configuration may include.
fn included_files(text: &str, file: &Path) -> Vec<PathBuf> {
    if !text.to_ascii_lowercase().contains("include") {
        return Vec::new();
    }
    // A value goes on in the next line behind a backslash.
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    let mut found = Vec::new();
    for line in text.lines() {
        for (at, key) in line.to_ascii_lowercase().match_indices("path") {
            if let Some(value) = line[at + key.len()..].trim_start().strip_prefix('=') {
                found.extend([value_of(value), value.replace('"', "").trim().to_owned()]);
            }
        }
    }
    found.iter().map(|path| seen_from(file, path)).collect()
}

/// Returns a value as git reads it: without quotation marks and comments, with
/// what a backslash stands for.
fn value_of(written: &str) -> String {
    let mut value = String::new();
    let (mut is_quoted, mut signs) = (false, written.trim().chars());
    while let Some(sign) = signs.next() {
        match sign {
            '"' => is_quoted = !is_quoted,
            '#' | ';' if !is_quoted => break,
            '\\' => value.extend(signs.next().map(|sign| match sign {
                'n' => '\n',
                't' => '\t',
                'b' => '\u{8}',
                other => other,
            })),
            other => value.push(other),
        }
    }
    // What stands before a comment.
    value.trim_end().to_owned()
}

/// Returns the file that a path in a configuration names.
fn seen_from(config: &Path, path: &str) -> PathBuf {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    match path.strip_prefix("~/").zip(home()) {
        Some((below, home)) => home.join(below),
        None => config.parent().unwrap_or(Path::new("")).join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_include_is_read() {
        for text in [
            "[include]\n\tpath = ../pipe\n",
            "[Include] PATH=../pipe",
            "[include]\npath = \"../pipe\" ; for all\n",
            "[include]\npath = ../pi\\\npe\n",
            "[include]\npath = ../pi\\\r\npe\r\n",
            "[include]\npath = ../\"pi\"pe # x\n",
            "[includeIf \"gitdir:/x/\"]\n\tpath = ../pipe\n",
            "[include]\npath = /else\npath = ../pipe",
        ] {
            let found = included_files(text, Path::new("/r/.git/config"));
            assert!(found.contains(&PathBuf::from("/r/.git/../pipe")), "{text:?}: {found:?}");
        }
        assert!(included_files("[core]\n\tpath = ../pipe\n", Path::new("/c")).is_empty());
    }
}
