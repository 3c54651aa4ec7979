//! Names of other people's making, so that they cannot act on a terminal or
//! give a secret away.

use std::path::Path;
use std::sync::{PoisonError, RwLock};

use crate::detect::Masker;
use crate::error::shown_text;
use crate::finding::Suppression;
use crate::location::{GitPart, GitText, Origin, change_around_ids};
use crate::rule::RuleSet;
use crate::scan::Skipped;

/// A path, fit to be shown: control characters, text direction marks and bytes
/// that are not UTF-8 are escaped, and what has the look of a credential is
/// hidden.
///
/// # Examples
///
/// ```
/// use dogcatcher::report::shown_path;
/// assert_eq!(shown_path("a\n\u{1b}[31mb".as_ref()), r"a\n\x1b[31mb");
/// ```
pub fn shown_path(path: &Path) -> String {
    hidden(&escaped_path(path))
}

/// A path in which nothing acts on a terminal.
fn escaped_path(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        out.push_str(&shown_text(chunk.valid()));
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    out
}

/// The name of what was not read; the ids of git objects in it are shown.
pub(super) fn shown_origin(skipped: &Skipped) -> String {
    change_around_ids(&escaped_path(&skipped.origin), &skipped.objects, hidden)
}

/// The path of a text, fit to be shown; that is the whole id, where it is the
/// one of a git object.
pub(super) fn shown_path_of(origin: &Origin) -> Option<String> {
    let is_id = matches!(origin, Origin::Git(text) if text.path_is_id);
    origin.path().map(if is_id { escaped_path } else { shown_path })
}

/// A place in a text; line and column stand behind the path, where terminals
/// and editors look for them.
pub(super) fn shown_place(origin: &Origin, place: &str) -> String {
    let (name, within) = shown_parts(origin);
    format!("{name}:{place}{within}")
}

/// The name of a text, and what of a repository it stands in.
fn shown_parts(origin: &Origin) -> (String, String) {
    match origin {
        Origin::File(path) => (shown_path(path), String::new()),
        Origin::Stdin => ("standard input".to_owned(), String::new()),
        Origin::Git(text) => shown_git(text, shown_path_of(origin)),
        Origin::Member(member) => {
            let (outer, within) = shown_parts(&member.outer);
            (format!("{outer}!/{}", shown_path(&member.path)), within)
        }
        Origin::NameOf(named) => {
            let (name, within) = shown_parts(named);
            (format!("file name {name}"), within)
        }
    }
}

/// The reason why something does not count, with who decided it and until when:
/// `SEC-42 (by ana, until 2027-01-31)`.
pub(super) fn shown_reason(suppressed: &Suppression) -> String {
    let who = suppressed.who.as_ref().map(|who| format!("by {who}"));
    let until = suppressed.until.map(|day| format!("until {day}"));
    let decided: Vec<String> = who.into_iter().chain(until).collect();
    match decided.is_empty() {
        true => foreign(&suppressed.reason),
        false => foreign(&format!("{} ({})", suppressed.reason, decided.join(", "))),
    }
}

/// Text of somebody else's, fit to be shown.
pub fn foreign(text: &str) -> String {
    hidden(&shown_text(text))
}

/// What hides credentials in texts of others' making. What the rules of any run
/// of this process find stays hidden, for a text of one run may be told of
/// after it, in an error say.
static MASKERS: RwLock<Vec<Masker>> = RwLock::new(Vec::new());

/// Hides from now on what these rules find, too, in every text that a report, a
/// notice or an error shows; what the built-in rules find is hidden in any
/// case.
pub fn hide_what_is_found_by(rules: &RuleSet) {
    let is_known = |maskers: &[Masker]| maskers.iter().any(|masker| masker.rules().includes_rules(rules));
    if is_known(&MASKERS.read().unwrap_or_else(PoisonError::into_inner)) {
        return;
    }
    let mut maskers = MASKERS.write().unwrap_or_else(PoisonError::into_inner);
    if maskers.is_empty() && !rules.has_builtin() {
        maskers.push(Masker::new(RuleSet::builtin()));
    }
    maskers.retain(|masker| !rules.includes_rules(masker.rules()));
    maskers.push(Masker::new(rules.clone()));
}

/// Text without credentials: plain ones, and those that a scan finds encoded,
/// in the name of a file say.
pub fn hidden(text: &str) -> String {
    if MASKERS.read().unwrap_or_else(PoisonError::into_inner).is_empty() {
        hide_what_is_found_by(&RuleSet::builtin());
    }
    let maskers = MASKERS.read().unwrap_or_else(PoisonError::into_inner);
    maskers.iter().fold(text.to_owned(), |text, masker| masker.hide_secrets(&text))
}

/// A time as RFC 3339 writes it, in UTC.
pub(super) fn shown_time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "unknown".to_owned(), |time| time.to_string())
}

/// The day of a time, in UTC.
pub(super) fn shown_day(seconds: i64) -> String {
    shown_time(seconds).chars().take_while(|&c| c != 'T').collect()
}

fn shown_git(text: &GitText, path: Option<String>) -> (String, String) {
    let object = text.object.map_or_else(String::new, |id| id.short_hex());
    let alone = |name: String| (name, String::new());
    match (text.part, path) {
        (GitPart::Blob, Some(path)) => match text.commit {
            Some(commit) => (path, format!(" in commit {}", commit.short_hex())),
            None => (path, format!(" in blob {object}")),
        },
        (GitPart::Blob, None) => alone(format!("blob {object}")),
        (GitPart::Staged, path) => (path.unwrap_or(object), " as staged".to_owned()),
        (GitPart::CommitHeader, _) => alone(format!("header of commit {object}")),
        (GitPart::CommitMessage, _) => alone(format!("message of commit {object}")),
        (GitPart::TagHeader, _) => alone(format!("header of tag {object}")),
        (GitPart::TagMessage, _) => alone(format!("message of tag {object}")),
        (GitPart::FileName, path) if text.object.is_none() => {
            alone(format!("file name {}", path.unwrap_or_default()))
        }
        (GitPart::FileName, path) => {
            alone(format!("file name {} in tree {object}", path.unwrap_or_default()))
        }
        (GitPart::RefName, path) => alone(format!("ref name {}", path.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"a\xffb");
        assert_eq!(shown_path(name.as_ref()), "a\\xffb");
    }

    #[test]
    fn a_file_named_like_an_encoded_token() {
        let token = crate::token::Mint::new(1).mint(crate::token::Kind::PersonalAccessToken);
        let name = format!("ü/f-{}.txt", token.replace('_', "%5F"));
        assert_eq!(shown_path(name.as_ref()), "ü/f-….txt");
        let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(foreign(&format!("see {hex} there")), "see … there");
        assert_eq!(foreign("100%5F of it"), "100%5F of it");
    }

    #[test]
    fn a_file_named_like_a_token() {
        let token = crate::token::Mint::new(1).mint(crate::token::Kind::PersonalAccessToken);
        assert_eq!(shown_path(format!("logs/{token}.txt").as_ref()), "logs/ddpat_….txt");
    }
}
