//! Comma-separated values: one row a place, for spreadsheets and scripts. No
//! cell is a formula to a spreadsheet.

use std::io::{self, Write};

use ::csv::{QuoteStyle, WriterBuilder};

use super::name::shown_path;
use super::name::{foreign, shown_time};
use super::options::Options;
use super::order::gravest_first;
use crate::finding::{Finding, Location};
use crate::scan::Outcome;

/// The place that a row is about.
type Row<'a> = (&'a Finding<'a>, &'a Location);

/// The heading of a column, and its text.
type Column = (&'static str, fn(Row<'_>) -> String);

const COLUMNS: [Column; 34] = [
    ("credential", |(it, _)| it.rule.credential_name().to_owned()),
    ("rule_id", |(it, _)| it.rule.id().to_owned()),
    ("severity", |(it, _)| it.severity().as_str().to_owned()),
    ("confidence", |(it, _)| it.confidence.as_str().to_owned()),
    ("liveness", |(it, _)| it.liveness.as_ref().map_or_else(String::new, |it| it.state.as_str().to_owned())),
    ("redacted", |(it, _)| foreign(&it.redacted)),
    ("last4", |(it, _)| it.last4.as_deref().unwrap_or_default().to_owned()),
    ("token_id", |(it, _)| it.token_id.map_or_else(String::new, |id| id.to_string())),
    ("fingerprint", |(it, _)| it.fingerprint.clone()),
    ("owner", |(it, _)| optional(it.liveness.as_ref().and_then(|it| it.owner.as_deref()))),
    ("name", |(it, _)| optional(it.liveness.as_ref().and_then(|it| it.name.as_deref()))),
    ("scopes", |(it, _)| {
        let scopes = it.liveness.as_ref().and_then(|it| it.scopes.as_ref());
        scopes.map_or_else(String::new, |scopes| foreign(&scopes.join(" ")))
    }),
    ("expires_at", |(it, _)| time(it.liveness.as_ref().and_then(|it| it.expires_at))),
    ("last_used_at", |(it, _)| time(it.liveness.as_ref().and_then(|it| it.last_used_at))),
    ("first_seen", |(it, _)| time(it.first_seen)),
    ("expired_by", |(it, _)| time(it.expired_by())),
    ("in_head", |(it, _)| it.in_head.map_or_else(String::new, |it| it.to_string())),
    ("tips", |(it, _)| foreign(&it.tips.join(" "))),
    ("repository", |(_, place)| place.repository.as_deref().map_or_else(String::new, shown_path)),
    ("kind", |(_, place)| place.origin.kind_name().to_owned()),
    ("path", |(_, place)| place.origin.path().map_or_else(String::new, shown_path)),
    ("line", |(_, place)| place.start.line.to_string()),
    ("column", |(_, place)| place.start.column.to_string()),
    ("end_line", |(_, place)| place.end.line.to_string()),
    ("end_column", |(_, place)| place.end.column.to_string()),
    ("layers", |(_, place)| place.layers.join(" ")),
    ("commit", |(_, place)| {
        let commit = place.origin.git().and_then(|text| text.commit);
        commit.or(place.commit.as_ref().map(|it| it.id)).map_or_else(String::new, |id| id.to_string())
    }),
    ("date", |(_, place)| time(place.commit.as_ref().map(|it| it.time))),
    ("subject", |(_, place)| optional(place.commit.as_ref().map(|it| it.subject.as_str()))),
    ("reachable", |(_, place)| place.reachable.map_or_else(String::new, |it| it.to_string())),
    ("suppressed_by", |(it, place)| suppression(it, place).map_or_else(String::new, |it| it.by.to_owned())),
    ("suppressed_reason", |(it, place)| optional(suppression(it, place).map(|it| it.reason.as_str()))),
    ("suppressed_who", |(it, place)| optional(suppression(it, place).and_then(|it| it.who.as_deref()))),
    ("suppressed_until", |(it, place)| {
        suppression(it, place).and_then(|it| it.until).map_or_else(String::new, |day| day.to_string())
    }),
];

pub(super) fn write(outcome: &Outcome<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(out);
    let author = options.authors.then_some("author");
    let secret = options.show_secrets.then_some("secret");
    rows.write_record(COLUMNS.iter().map(|(heading, _)| *heading).chain(author).chain(secret))?;
    let suppressed = outcome.findings.iter().filter(|it| options.suppressed && it.suppressed.is_some());
    for finding in gravest_first(outcome).into_iter().chain(suppressed) {
        let counts = |place: &&Location| options.suppressed || suppression(finding, place).is_none();
        for place in finding.locations.iter().filter(counts) {
            let cells = COLUMNS.iter().map(|(_, cell)| cell((finding, place)));
            let author = author.map(|_| {
                place.commit.as_ref().map_or_else(String::new, |commit| foreign(&commit.author_signature()))
            });
            let secret = secret.map(|_| String::from_utf8_lossy(finding.secret.expose()).into_owned());
            rows.write_record(cells.chain(author).chain(secret).map(|cell| no_formula(&cell)))?;
        }
    }
    rows.flush()
}

fn suppression<'f>(finding: &'f Finding<'_>, place: &'f Location) -> Option<&'f crate::finding::Suppression> {
    place.suppressed.as_ref().or(finding.suppressed.as_ref())
}

fn optional(text: Option<&str>) -> String {
    text.map_or_else(String::new, foreign)
}

fn time(seconds: Option<i64>) -> String {
    seconds.map_or_else(String::new, shown_time)
}

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before
/// what begins like one.
fn no_formula(cell: &str) -> String {
    let begins =
        cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '|', '%']);
    if begins { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", " =1", "+1", "-1", "@SUM(A1)", "＝1", "|cmd", "\u{a0}=1"] {
            assert_eq!(no_formula(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "src/-x", "2026-01-01"] {
            assert_eq!(no_formula(cell), cell);
        }
    }
}
