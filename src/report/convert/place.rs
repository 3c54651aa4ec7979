//! Places as other scanners name them.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::finding::Location;
use crate::location::{CommitInfo, GitPart, GitText, ObjectId, Origin, Position};
use crate::report::claim::Claim;

/// Place in a file that was read: its bytes, and where they begin and end.
#[derive(Debug, Clone)]
pub(super) struct ReadPlace {
    pub(super) bytes: Range<u64>,
    pub(super) start: Position,
    pub(super) end: Position,
}

/// The text that a claim is about.
pub(super) fn origin_of(claim: &Claim) -> Origin {
    let path = claim.place.path.as_deref();
    let Some(commit) = claim.place.commit.as_deref().and_then(ObjectId::from_hex) else {
        return path.map_or(Origin::Stdin, |path| Origin::File(Path::new(path).into()));
    };
    let repository: Arc<Path> = Path::new(claim.place.repository.as_deref().unwrap_or(".")).into();
    Origin::Git(Arc::new(GitText {
        path: path.map(Into::into),
        commit: Some(commit),
        ..GitText::without_object(&repository, GitPart::Blob)
    }))
}

/// The place of a claim: as the file has it where that was read, else as the
/// other scanner counts.
pub(super) fn location_of(claim: &Claim, read: Option<ReadPlace>) -> Location {
    let start = Position { line: claim.place.line.max(1), column: claim.place.column.max(1) };
    let read = read.unwrap_or(ReadPlace { bytes: 0..0, start, end: start });
    let origin = origin_of(claim);
    let repository = origin.git().map(|text| Arc::clone(&text.repository));
    let commit = commit_of(claim).map(Arc::new);
    Location { commit, repository, ..Location::new(origin, read.bytes, read.start, read.end) }
}

/// The commit, where the claim tells of its time, too.
fn commit_of(claim: &Claim) -> Option<CommitInfo> {
    Some(CommitInfo {
        id: ObjectId::from_hex(claim.place.commit.as_deref()?)?,
        author: claim.place.author.clone().unwrap_or_default(),
        email: claim.place.email.clone().unwrap_or_default(),
        subject: claim
            .place
            .subject
            .as_deref()
            .and_then(|text| text.lines().next())
            .unwrap_or_default()
            .to_owned(),
        time: time_of(claim)?,
    })
}

/// Seconds since 1970 of the commit: scanners write times in several ways.
pub(super) fn time_of(claim: &Claim) -> Option<i64> {
    let text = claim.place.date.as_deref()?;
    let parts: Vec<&str> = text.split_whitespace().collect();
    let text = match parts[..] {
        [day, time, zone] => format!("{day}T{time}{zone}"),
        [day] if !day.contains('T') => format!("{day}T00:00:00Z"),
        _ => text.to_owned(),
    };
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::claim::{ClaimedPlace, Held};

    #[test]
    fn times_of_every_scanner_are_read() {
        for (text, seconds) in [
            ("2026-11-28T14:10:07Z", Some(1_795_875_007)),
            ("2026-11-28 14:10:07 +0000", Some(1_795_875_007)),
            ("2026-11-28", Some(1_795_824_000)),
            ("yesterday", None),
        ] {
            let place = ClaimedPlace { date: Some(text.to_owned()), ..ClaimedPlace::default() };
            let claim = Claim {
                rule: String::new(),
                names_datadog: false,
                held: Held::Nothing,
                texts: Vec::new(),
                was_accepted: false,
                place,
            };
            assert_eq!(time_of(&claim), seconds, "{text}");
        }
    }
}
