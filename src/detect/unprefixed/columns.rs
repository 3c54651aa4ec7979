//! Values in rows, whose names stand in the head: SQL's `INSERT INTO … (api_key) VALUES ('KEY')`, and tables of fields.

use std::ops::Range;

use super::beside::line_before;
use super::label::{Label, Via};
use super::record::Belongs;
use crate::lexicon::{Lexicon, List, Sense};

/// How far before a value the head of its row may begin, in bytes.
const REACH: usize = 2048;

/// How far from a value the rows beside its own may stand, in bytes.
const NEAR: usize = 1024;

/// The longest row of a table in HTML, in bytes.
const LONGEST_ROW: usize = 800;

/// Returns what the head of the column says that a value stands in.
pub(super) fn column_sense(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Sense> {
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let sign = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'"' | b'\'' | b'`'))?;
    if !matches!(sign, b',' | b'(' | b';' | b'|' | b'\t' | b'\n') {
        return None;
    }
    let name = sql_column(before).or_else(|| csv_column(before))?;
    Some(lexicon.sense_of(name))
}

/// Returns whose a row is by the column that says what each is for, if Datadog has one of them:
/// `(7, 'datadog', 'KEY'), (8, 'segment', 'KEY')` below `provider`.
pub(super) fn belongs(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> Option<Belongs> {
    let (columns, separator) = columns(&text[span.start.saturating_sub(REACH)..span.start])?;
    let is_kind =
        |name: &[u8]| List::KindFields.has(&String::from_utf8_lossy(name).trim().to_ascii_lowercase());
    let kind = columns.iter().position(|name| is_kind(name))?;
    let is_ours = |row: &[u8]| {
        let words = row.split(|byte| *byte == separator).nth(kind).map(|cell| lexicon.words_of(cell));
        words.is_some_and(|words| matches!(words.as_slice(), [only] if lexicon.is_owner(only)))
    };
    let is_row = |line: &&[u8]| line.split(|byte| *byte == separator).count() >= columns.len();
    let first = span.start.saturating_sub(NEAR);
    let start = memchr::memrchr(b'\n', &text[first..span.start]).map_or(first, |end| first + end + 1);
    if is_ours(&text[start..span.start]) {
        return Some(Belongs::Datadog);
    }
    let rows = &text[first..text.len().min(span.end + NEAR)];
    rows.split(|byte| *byte == b'\n').filter(is_row).any(is_ours).then_some(Belongs::Other)
}

/// The names of the columns of a row, and what separates them.
fn columns(before: &[u8]) -> Option<(Vec<&[u8]>, u8)> {
    let of_sql = || Some((sql_columns(before)?.0.split(|byte| *byte == b',').collect(), b','));
    let of_csv = || {
        let (head, separator) = csv_head(before)?;
        Some((head.split(|byte| *byte == separator).collect(), separator))
    };
    of_sql().or_else(of_csv)
}

/// The name of the column of a value in `INSERT INTO t (a, b) VALUES (1, 2), (3, 4)`.
fn sql_column(before: &[u8]) -> Option<&[u8]> {
    let (columns, row) = sql_columns(before)?;
    columns.split(|byte| *byte == b',').nth(separators(row, b','))
}

/// The list of columns of such a statement, and the row that is open at its end.
fn sql_columns(before: &[u8]) -> Option<(&[u8], &[u8])> {
    let values = before.windows(6).rposition(|word| word.eq_ignore_ascii_case(b"values"))?;
    let row = &before[values..];
    let row = &row[memchr::memrchr(b'(', row)?..];
    let columns = before[..values].trim_ascii_end().strip_suffix(b")")?;
    Some((&columns[memchr::memrchr(b'(', columns)? + 1..], row))
}

/// The name of the column of a value in a table whose first line holds names only.
fn csv_column(before: &[u8]) -> Option<&[u8]> {
    let (head, separator) = csv_head(before)?;
    let row = &before[memchr::memrchr(b'\n', before)? + 1..];
    head.split(|byte| *byte == separator).nth(separators(row, separator))
}

/// The first line of such a table, and what separates its names.
fn csv_head(before: &[u8]) -> Option<(&[u8], u8)> {
    let line = memchr::memrchr(b'\n', before)?;
    let head = before[..line]
        .rsplit(|byte| *byte == b'\n')
        .take_while(|line| !line.trim_ascii().is_empty())
        .last()?;
    let separator = *[b',', b'\t', b';', b'|'].iter().find(|sign| head.contains(sign))?;
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'"' | b'\r');
    let mut columns = head.split(|byte| *byte == separator);
    let are_names = columns.clone().all(|name| name.len() < 40 && name.iter().all(is_name));
    (are_names && columns.nth(1).is_some()).then_some((head, separator))
}

/// Returns how many separators stand in a row outside of quotes.
fn separators(row: &[u8], separator: u8) -> usize {
    let mut quoted = false;
    let count = |byte: &&u8| {
        quoted ^= matches!(byte, b'"' | b'\'');
        !quoted && **byte == separator
    };
    row.iter().filter(count).count()
}

/// Returns whether a value stands in a table or a list of fields.
pub(super) fn in_table(text: &[u8], span: &Range<usize>, label: &Label) -> bool {
    let line = line_before(text, span);
    let bar = line.contains(&b'|');
    (label.via == Via::Argument && !label.called) || (label.via != Via::Item && bar)
}

/// The first of the lines that a value's line stands among: the head of a table.
pub(super) fn table_head<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    const LONGEST: usize = 2048;
    let before = &text[span.start.saturating_sub(LONGEST)..span.start];
    let mut lines =
        before.split(|byte| *byte == b'\n').rev().skip(1).take_while(|line| !line.trim_ascii().is_empty());
    lines.by_ref().last().unwrap_or_default()
}

/// Returns whether a cell before it in its row names a Datadog key: `Datadog API key,ops,…`, `| DD_API_KEY | needed | …`; or the cells
/// before it do so together: `| Datadog | API key | …`.
pub(super) fn in_fields(lexicon: &Lexicon, text: &[u8], span: &Range<usize>) -> bool {
    const MOST: usize = 8;
    let Some(row) = row_before(text, span) else { return false };
    let cells: Vec<Vec<String>> = row.iter().map(|cell| lexicon.words_of(cell)).collect();
    let names_key = |words: &[String]| {
        words.len() <= MOST && lexicon.sense(words) == Sense::OwnedKey && lexicon.ends_plainly(words)
    };
    let is_file = row.iter().any(|cell| lexicon.is_file_name(cell.trim_ascii()));
    let is_other = row.iter().zip(&cells).any(|(cell, words)| {
        lexicon.names_hash(cell) || words.len() == 1 && lexicon.sense(words) == Sense::Identifier
    });
    !is_file && !is_other && (cells.iter().any(|words| names_key(words)) || names_key(&cells.concat()))
}

/// The cells before a value in its row, without their marks: the row is a line of fields or the row of a table in HTML.
fn row_before(text: &[u8], span: &Range<usize>) -> Option<Vec<Vec<u8>>> {
    let before = &text[span.start.saturating_sub(REACH)..span.start];
    let in_html = memchr::memmem::rfind(before, b"<tr")
        .map(|row| &before[row..])
        .filter(|row| row.len() < LONGEST_ROW && memchr::memmem::find(row, b"</t").is_some());
    if let Some(row) = in_html {
        let last = memchr::memmem::rfind(row, b"<t")?;
        return Some(
            row[..last]
                .split(|byte| *byte == b'<')
                .map(|tag| memchr::memchr(b'>', tag).map_or(&tag[..0], |end| &tag[end + 1..]).to_vec())
                .collect(),
        );
    }
    let line = line_before(text, span);
    // It is a field itself: a separator stands right before it.
    let field = line.iter().rev().find(|byte| !matches!(byte, b' ' | b'"' | b'\'' | b'`' | b'*'))?;
    let separator = Some(*field).filter(|sign| matches!(sign, b',' | b'\t' | b'|' | b';'))?;
    let plain = |byte: &u8| separator == b'|' || !matches!(byte, b'(' | b'{' | b'[' | b'=' | b'<');
    line.iter().all(plain).then(|| line.split(|byte| *byte == separator).map(<[u8]>::to_vec).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_before_it_name_a_value() {
        for (text, expected) in [
            ("Datadog API key,ops,@", true),
            ("| `DD_API_KEY` | Datadog API key (for CI) | `@", true),
            ("| Datadog | API key | @", true),
            ("<tr><td><code>DD_API_KEY</code></td><td>yes</td><td><code>@", true),
            ("<tr>\n <td>DD_API_KEY</td>\n <td>yes</td>\n <td>@", true),
            ("| `DD_API_KEY` | its md5 | @", false),
            ("| DD_API_KEY | id | @", false),
            ("| SENTRY_KEY | Sentry, not Datadog | @", false),
            ("f(dd_api_key, x, @", false),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(in_fields(&Lexicon::default(), text.as_bytes(), &(at..at + 1)), expected, "{text}");
        }
    }

    #[test]
    fn a_column_says_whose_each_row_is() {
        for (text, expected) in [
            (
                "insert into t (provider, api_key) values\n('x', '1'),\n('datadog', '@'),",
                Some(Belongs::Datadog),
            ),
            (
                "insert into t (provider, api_key) values\n('x', '@'),\n('datadog', '1'),",
                Some(Belongs::Other),
            ),
            ("vendor,env,api_key\nDatadog,prod,1\nx,prod,@\n", Some(Belongs::Other)),
            ("insert into t (org, api_key) values\n('x', '@'),\n('datadog', '1'),", None),
            ("# datadog\n\nname,api_key\nweb,@\n", None),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(belongs(&Lexicon::default(), text.as_bytes(), &(at..at + 1)), expected, "{text}");
        }
    }

    #[test]
    fn heads_name_columns() {
        for (text, expected) in [
            ("INSERT INTO `i` (`id`,`type`,`api_key`) VALUES (1,'a,b','@", Some(Sense::Key)),
            ("insert into t (dd_api_key, x) values ('1', 2), ('@", Some(Sense::OwnedKey)),
            ("service,env,datadog_api_key\nweb,prod,@", Some(Sense::OwnedKey)),
            ("service,env,sha\nweb,prod,@", Some(Sense::Hash)),
            ("a sentence, with a comma.\n@", None),
        ] {
            let at = text.find('@').expect("a mark");
            assert_eq!(column_sense(&Lexicon::default(), text.as_bytes(), &(at..at + 1)), expected, "{text}");
        }
    }
}
