//! Paths as seen from a folder, whatever way they were spelt.
//!
//! Two spellings of one file (`a/../b`, `./b`, an absolute path, a path through
//! a link) must match the same glob and make one finding. The rule is the same
//! everywhere: by name first, since that works for files that are gone, and
//! through links only where the name alone leads outside.

use std::path::{Component, Path, PathBuf};

/// The path from `base`, a canonical folder; `None` where it lies elsewhere.
///
/// `.` and `..` are resolved by name, so the path need not exist. Where that
/// does not lead below `base`, links in the folders on the way are followed.
///
/// # Examples
///
/// ```
/// use std::path::Path;
/// use dogcatcher::location::path_below;
/// let base = std::env::current_dir().unwrap().canonicalize().unwrap();
/// assert_eq!(path_below(&base, Path::new("a/../b/./c")).as_deref(), Some(Path::new("b/c")));
/// assert_eq!(path_below(&base, Path::new("../elsewhere")), None);
/// ```
pub fn path_below(base: &Path, path: &Path) -> Option<PathBuf> {
    let named = absolute(path);
    if let Ok(below) = named.strip_prefix(base) {
        return Some(below.to_path_buf());
    }
    let resolved = named.parent()?.canonicalize().ok()?.join(named.file_name()?);
    resolved.strip_prefix(base).map(Path::to_path_buf).ok()
}

/// A glob as `.gitignore` has it: there `./` in front, which people write for
/// the folder itself, would match nothing.
///
/// # Errors
///
/// It can match nothing below its folder.
///
/// ```text
/// ./a/b     → /a/b       `./` says that it is seen from here
/// !./a      → !/a
/// a/b       → a/b
/// ../a      → an error: globs look down only
/// ```
pub(crate) fn plain_glob(glob: &str) -> Result<String, &'static str> {
    let (not, named) = glob.strip_prefix('!').map_or(("", glob), |rest| ("!", rest));
    let below = named.trim_start_matches("./");
    let plain = match below.len() < named.len() {
        true => format!("{not}/{below}"),
        false => glob.to_owned(),
    };
    match named {
        "." | "./" => Err("it names the whole folder"),
        _ if named.split('/').any(|part| part == "..") => Err("it leads out of the folder"),
        _ => Ok(plain),
    }
}

/// Returns the absolute path without `.` and `..`, by name alone: links are not
/// followed, nothing need exist.
///
/// Unlike [`std::path::absolute`] this takes `..` away, and unlike
/// [`std::fs::canonicalize`] it asks the file system for nothing but the
/// current folder. Where even that cannot be told, the path is resolved as if
/// from the root.
pub fn absolute(path: &Path) -> PathBuf {
    let from = if path.is_absolute() { PathBuf::new() } else { std::env::current_dir().unwrap_or_default() };
    from.join(path).components().fold(PathBuf::new(), |mut out, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
        out
    })
}
