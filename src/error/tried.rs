//! The error itself: words that are made safe when it is made.
//!
//! It stands below the other modules of the room, since errors of TOML files
//! are made of it, too.

use std::fmt;

use super::shown::shown_text;
use crate::secret::hide_tokens;

/// Something that could not be done. It is made of words alone: nobody has to
/// match on it.
///
/// # Examples
///
/// ```
/// use dogcatcher::error::Error;
/// let error = Error::usage("read the configuration", "dogcatcher.toml:3:1", "unknown key `resaon`")
///     .mend("did you mean `reason`?");
/// assert_eq!(
///     error.to_string(),
///     "cannot read the configuration dogcatcher.toml:3:1: unknown key `resaon`\n  fix: did you mean `reason`?"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Verb phrase of ours that follows "cannot".
    tried: String,
    /// The thing that it was tried on: a path, a flag, an address; made safe.
    subject: String,
    /// Clause that says what went wrong; made safe.
    why: String,
    /// The next step, where one is known; made safe.
    mend: Option<String>,
}

impl Error {
    /// Makes an error that the user can mend: `tried` is a verb phrase that
    /// follows "cannot", `subject` the thing that it was tried on, `why` a
    /// clause.
    ///
    /// Programs exit with 2 for it, as for every error: see `docs/usage.md`.
    pub fn usage(tried: impl Into<String>, subject: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(tried, subject, why)
    }

    /// Makes an error of the operating system, without the number that
    /// [`std::io::Error`] appends.
    ///
    /// The number says nothing to a person, and differs between systems.
    pub fn io(tried: impl Into<String>, subject: impl Into<String>, cause: &std::io::Error) -> Self {
        Self::new(tried, subject, io_reason(cause))
    }

    /// Makes an error of words that are made safe; `tried` is ours, and need
    /// not be.
    fn new(tried: impl Into<String>, subject: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            tried: tried.into(),
            subject: safe_text(&subject.into()),
            why: safe_text(&why.into()),
            mend: None,
        }
    }

    /// Adds the next step for the user, as a command or a sentence without a
    /// full stop.
    ///
    /// Called twice, the last one counts: whoever is nearer to the user knows
    /// better.
    #[must_use]
    pub fn mend(mut self, how: impl Into<String>) -> Self {
        self.mend = Some(safe_text(&how.into()));
        self
    }
}

/// Returns text that neither acts on a terminal nor gives a secret away.
fn safe_text(text: &str) -> String {
    hide_tokens(&shown_text(text))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.tried, self.subject, self.why)?;
        match &self.mend {
            Some(how) => write!(f, "\n  fix: {how}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Returns the operating system's words in lower case, without `(os error 2)`.
///
/// Where the error wraps another one of the operating system, the words are
/// those of the inner one: a walk puts the name of the path before them.
pub fn io_reason(cause: &std::io::Error) -> String {
    let wrapped = cause.get_ref().and_then(|wrapper| wrapper.source());
    if let Some(inner) = wrapped.and_then(|it| it.downcast_ref::<std::io::Error>()) {
        return io_reason(inner);
    }
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_errors_read_like_a_sentence() {
        let cause = std::io::Error::from_raw_os_error(2);
        let error = Error::io("read", "a.txt", &cause);
        assert_eq!(error.to_string(), "cannot read a.txt: no such file or directory");
    }

    #[test]
    fn the_words_of_a_walk_are_left_out() {
        let missing = walkdir_error();
        assert_eq!(io_reason(&missing), "no such file or directory");
    }

    /// An error of the operating system in one of a walk, in one of the system.
    fn walkdir_error() -> std::io::Error {
        #[derive(Debug)]
        struct Walk(std::io::Error);
        impl fmt::Display for Walk {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "IO error for operation on nofile: {}", self.0)
            }
        }
        impl std::error::Error for Walk {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        std::io::Error::other(Walk(std::io::Error::from_raw_os_error(2)))
    }

    #[test]
    fn a_token_in_foreign_text_is_hidden() {
        let token = format!("ddapp_{}", "aB3".repeat(11) + "x");
        let error = Error::usage("read", &token, format!("invalid value {token:?}")).mend(&token);
        assert!(!error.to_string().contains("aB3aB3"), "{error}");
        assert!(!format!("{error:?}").contains("aB3aB3"));
    }
}
