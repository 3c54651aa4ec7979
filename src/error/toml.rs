//! Errors of TOML files: the place as line and column, and the key that was
//! probably meant.
//!
//! ```text
//! unknown field `resaon`, expected one of `path`, `reason`, `until`   → did you mean `reason`?
//! ```
//!
//! The parser's own message quotes the line it failed on. That line is not
//! shown: configurations and rule files hold examples of keys, and a real one
//! may have been pasted there.

use super::tried::Error;

impl Error {
    /// Returns what is wrong with the TOML file `file`, without quoting its
    /// `text`: that may hold a secret.
    ///
    /// `documented` names the page that describes such files.
    pub fn toml(tried: &str, file: &str, text: &str, cause: &toml::de::Error, documented: &str) -> Self {
        let place = cause.span().map_or_else(String::new, |span| {
            let before = text.get(..span.start).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
            format!(":{line}:{column}")
        });
        let message = &cause.message().lines().collect::<Vec<_>>().join("; ");
        let error = Error::usage(tried, format!("{file}{place}"), message);
        match suggested_key(message) {
            Some(meant) => error.mend(format!("did you mean `{meant}`?")),
            None => error.mend(format!("see {documented}")),
        }
    }
}

/// Returns the known key that is nearest to the unknown one of a serde message;
/// `None` where none is near, or where the message is another one.
///
/// Nearness is that of Jaro and Winkler, which forgives swapped letters and
/// favours a common beginning: 0 is nothing in common, 1 the same word.
fn suggested_key(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("unknown field `")?;
    let (unknown, rest) = rest.split_once('`')?;
    rest.split('`')
        .skip(1)
        .step_by(2)
        .map(|known| (strsim::jaro_winkler(unknown, known), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_nearest_key() {
        let message = "unknown field `resaon`, expected one of `path`, `reason`, `until`";
        assert_eq!(suggested_key(message), Some("reason"));
        assert_eq!(suggested_key("unknown field `q`, expected `path` or `reason`"), None);
        assert_eq!(suggested_key("missing field `reason`"), None);
    }
}
