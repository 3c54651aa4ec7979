//! Values of flags, each with an error that lists what there is.
//!
//! ```text
//! --report json=scan.json → ReportTarget { format: Json, file: "scan.json" }
//! --max-file-size 10M     → 10,000,000 bytes
//! --shard 2/5             → the second of five parts
//! ```

use std::path::PathBuf;

use dogcatcher::error::SkipReason;
use dogcatcher::report::{Format, GroupBy, Only, hidden};
use dogcatcher::rule::Confidence;
use dogcatcher::source::Shard;
use dogcatcher::token::{Kind, Reading};
use jiff::civil::Date;

/// A report and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportTarget {
    /// Format, by its name.
    pub(crate) format: Format,
    /// Standard output where there is none.
    pub(crate) file: Option<PathBuf>,
}

/// A report, and the name of the repository that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedReport {
    /// Name that the file goes by in the new report.
    pub(crate) name: Option<String>,
    /// The saved report.
    pub(crate) file: PathBuf,
}

/// An input for `git filter-repo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RewriteInput {
    /// Secrets, and what stands in their place afterwards.
    ReplaceText,
    /// The ids of the objects that go.
    BlobIds,
}

impl RewriteInput {
    /// Every input.
    const ALL: [Self; 2] = [Self::ReplaceText, Self::BlobIds];

    /// Returns the name on the command line.
    fn as_str(self) -> &'static str {
        match self {
            Self::ReplaceText => "replace-text",
            Self::BlobIds => "blob-ids",
        }
    }

    /// Returns the option of `git filter-repo` that takes it.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::ReplaceText => "--replace-text",
            Self::BlobIds => "--strip-blobs-with-ids",
        }
    }

    /// Returns the reason why a finding is not in it, to follow its place.
    pub(crate) fn reason_for_lack(self) -> &'static str {
        match self {
            Self::ReplaceText => {
                "is gone, in an archive or a name, or over several lines: --format blob-ids takes a file out"
            }
            Self::BlobIds => "is in no file of the history",
        }
    }
}

/// An input for `git filter-repo`, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RewriteTarget {
    pub(crate) input: RewriteInput,
    /// Standard output where there is none.
    pub(crate) file: Option<PathBuf>,
}

/// Reads an input for `git filter-repo`, and a file behind `=`; `-` is standard
/// output.
pub(super) fn parse_rewrite(text: &str) -> Result<RewriteTarget, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no file after the `=`".to_owned()),
        Some((name, "-")) => (name, None),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let input = RewriteInput::ALL.into_iter().find(|input| input.as_str() == name);
    let known = || RewriteInput::ALL.map(RewriteInput::as_str).join(", ");
    input.map(|input| RewriteTarget { input, file }).ok_or_else(|| format!("the inputs are {}", known()))
}

/// Reads a format, and a file behind `=`; `-` is standard output.
pub(super) fn parse_report(text: &str) -> Result<ReportTarget, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no file after the `=`".to_owned()),
        Some((name, "-")) => (name, None),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let known = || Format::ALL.map(Format::as_str).join(", ");
    let format = Format::from_name(name).ok_or_else(|| format!("the formats are {}", known()))?;
    Ok(ReportTarget { format, file })
}

/// Reads a confidence.
pub(super) fn parse_confidence(text: &str) -> Result<Confidence, String> {
    [Confidence::Verified, Confidence::Suspect, Confidence::Context]
        .into_iter()
        .find(|grade| grade.as_str() == text)
        .ok_or_else(|| "the grades are verified, suspect, context".to_owned())
}

/// Reads a property to group by.
pub(super) fn parse_group_by(text: &str) -> Result<GroupBy, String> {
    let known = || GroupBy::ALL.map(GroupBy::as_str).join(", ");
    GroupBy::from_name(text).ok_or_else(|| format!("the properties are {}", known()))
}

/// Reads an expression that chooses findings.
pub(super) fn parse_only(text: &str) -> Result<Only, String> {
    text.parse()
}

/// Reads `NAME=FILE`, or a file, which may have a `=` in its name if there is one of that name.
pub(super) fn parse_named_report(text: &str) -> Result<NamedReport, String> {
    let whole = NamedReport { name: None, file: text.into() };
    Ok(match text.split_once('=').filter(|_| !whole.file.exists()) {
        Some(("", _) | (_, "")) => return Err("write NAME=FILE".to_owned()),
        Some((name, file)) => NamedReport { name: Some(name.to_owned()), file: file.into() },
        None => whole,
    })
}

/// Reads a kind of gap that can be accepted: a run that was interrupted is never complete.
pub(super) fn parse_gap(text: &str) -> Result<SkipReason, String> {
    match text.parse()? {
        SkipReason::Interrupted => Err("a run that was interrupted is never complete".to_owned()),
        kind => Ok(kind),
    }
}

/// Reads a kind of Datadog's credentials.
pub(super) fn parse_kind(text: &str) -> Result<Kind, String> {
    Kind::from_name(text).ok_or_else(|| format!("the kinds are {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

/// Reads a reading of what a checksum covers.
pub(super) fn parse_reading(text: &str) -> Result<Reading, String> {
    let known = || Reading::ALL.map(Reading::as_str).join(", ");
    let found = Reading::ALL.into_iter().find(|reading| reading.as_str() == text);
    found.ok_or_else(|| format!("the readings are {}", known()))
}

/// Reads a number of bytes: a plain number, or one with k, M or G, which are powers of a thousand.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return Err("write bytes, or a number with k, M or G: 10M".to_owned()),
    };
    let number: u64 =
        digits.parse().map_err(|_| "write bytes, or a number with k, M or G: 10M".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than there is".to_owned())
}

/// Reads a part and the number of parts, from 1.
pub(super) fn parse_shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((index, count)) if 1 <= index && index <= count => Ok(Shard { index, count }),
        _ => Err("write the part and the number of parts, from 1: 2/5".to_owned()),
    }
}

/// Reads a reason or a name, which says something. It is written into a file
/// that is committed: what holds a credential is refused rather than masked.
pub(super) fn parse_reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    match hidden(text) == text {
        true => Ok(text.to_owned()),
        false => {
            Err("it holds what looks like a credential: leave that out (ten digits of a commit's id will do)"
                .to_owned())
        }
    }
}

/// Reads a day.
pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day as YYYY-MM-DD: 2027-01-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        assert_eq!(parse_size("10M"), Ok(10_000_000));
        assert_eq!(parse_size("7"), Ok(7));
        assert!(parse_size("M").is_err() && parse_size("1T").is_err() && parse_size("99999999999G").is_err());
        assert_eq!(parse_shard("2/5"), Ok(Shard { index: 2, count: 5 }));
        assert!(["0/5", "6/5", "1", "a/b"].into_iter().all(|text| parse_shard(text).is_err()));
        assert_eq!(parse_report("md=-"), Ok(ReportTarget { format: Format::Markdown, file: None }));
        let target = ReportTarget { format: Format::Json, file: Some("a=b".into()) };
        assert_eq!(parse_report("json=a=b"), Ok(target));
        assert!(parse_report("json=").is_err() && parse_report("xml").is_err());
        assert!(parse_date("2027-01-31").is_ok());
        assert!(parse_date("tomorrow").is_err_and(|why| why.contains("YYYY-MM-DD")));
    }
}
