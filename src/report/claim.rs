//! What another scanner calls a credential: one claim for each record of its
//! report.

use std::fmt::Debug;

use memchr::memmem;
use uuid::Uuid;

use crate::secret::Secret;
use crate::token::token_id;

/// Files that other scanners' reports name.
pub trait ClaimedFiles: Debug {
    /// Returns the text of a file, as the commit has it and as it stands today,
    /// as far as there is one.
    fn read_versions(&self, path: &str, commit: Option<&str>) -> Vec<Vec<u8>>;
}

/// A record of another scanner's report.
#[derive(Debug)]
pub(super) struct Claim {
    /// The name of the scanner's rule.
    pub(super) rule: String,
    /// True where the rule, or its description, names Datadog.
    pub(super) names_datadog: bool,
    /// The credential, as far as the report holds it.
    pub(super) held: Held,
    /// Pieces of the text around it, the longest first; they may hold it.
    pub(super) texts: Vec<Secret>,
    /// True where the scanner says that the credential was accepted when it
    /// asked.
    pub(super) was_accepted: bool,
    /// The place that the scanner names.
    pub(super) place: ClaimedPlace,
}

/// A credential, as far as a report holds it.
#[derive(Debug)]
pub(super) enum Held {
    /// The whole of it.
    Whole(Secret),
    /// A part: the report was written with its secrets masked, or shows a text
    /// that looks so. The id of a token may be in what is left.
    Masked { id: Option<Uuid>, rest: Secret },
    /// Its SHA-1, in hexadecimal digits.
    Sha1(String),
    /// Nothing.
    Nothing,
}

/// A place as another scanner names it.
#[derive(Debug, Default)]
pub(super) struct ClaimedPlace {
    pub(super) repository: Option<String>,
    pub(super) path: Option<String>,
    /// The line, from 1; 0 where none is named.
    pub(super) line: u64,
    /// The column, as that scanner counts; 0 where none is named.
    pub(super) column: u64,
    /// The column of its end on the same line; 0 where none is named.
    pub(super) end_column: u64,
    pub(super) commit: Option<String>,
    pub(super) author: Option<String>,
    pub(super) email: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) date: Option<String>,
}

impl Held {
    /// Judges by the text that a report has in the place of the credential
    /// whether that is the credential.
    pub(super) fn of(text: &str) -> Self {
        match text {
            "" => Self::Nothing,
            _ if is_masked(text.as_bytes()) => {
                Self::Masked { id: id_in_beginning(text), rest: Secret::new(text.as_bytes()) }
            }
            _ => Self::Whole(Secret::new(text.as_bytes())),
        }
    }
}

/// Marks that scanners write instead of a credential, or a part of it.
const MASKS: [&str; 6] = ["REDACTED", "[REDACTED", "***", "...", "…", "xxxxxxxx"];

/// Returns whether a text looks like what scanners write instead of a
/// credential: `REDACTED`, `abc...`, `ab****yz`, `[REDACTED:d615d421]`.
pub(super) fn is_masked(text: &[u8]) -> bool {
    let has = |mask: &&str| memmem::find(text, mask.as_bytes()).is_some();
    MASKS.iter().any(has) || text.iter().all(|&byte| byte == b'*')
}

/// Returns whether what is left out of a text begins it.
pub(super) fn begins_with_mask(text: &[u8]) -> bool {
    MASKS.iter().any(|mask| text.starts_with(mask.as_bytes()))
}

/// Returns whether what is left out of a text ends it.
pub(super) fn ends_with_mask(text: &[u8]) -> bool {
    MASKS.iter().any(|mask| text.ends_with(mask.as_bytes()))
}

/// The id of an access token, of which the beginning was left.
fn id_in_beginning(text: &str) -> Option<Uuid> {
    const ALIAS_LEN: usize = 22;
    let alias = text.strip_prefix("ddpat_").or_else(|| text.strip_prefix("ddsat_"))?.get(..ALIAS_LEN)?;
    token_id(alias.as_bytes())
}

/// Returns whether a text names Datadog.
pub(super) fn names_datadog(text: &str) -> bool {
    text.to_ascii_lowercase().contains("datadog")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_told_from_credentials() {
        for masked in ["REDACTED", "3f786850e387...", "ab**********yz", "[REDACTED:d615d421]", "**"] {
            assert!(matches!(Held::of(masked), Held::Masked { id: None, .. }), "{masked}");
        }
        assert!(matches!(Held::of("ddpat_1dm1op4lL89nV8pt94Tdk8_PdK..."), Held::Masked { id: Some(_), .. }));
        assert!(matches!(Held::of("0123456789abcdef"), Held::Whole(_)));
        assert!(matches!(Held::of(""), Held::Nothing));
    }
}
