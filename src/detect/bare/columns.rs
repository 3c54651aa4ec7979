//! Values in rows, whose names stand in the head: SQL's `INSERT INTO … (api_key) VALUES ('KEY')`, and tables of fields.

use std::ops::Range;

use super::beside::line_before;
use super::label::{Label, Via};
use crate::lexicon::{Lexicon, Sense};

/// How far before a value the head of its row may begin, in bytes.
const REACH: usize = 2048;

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

/// The name of the column of a value in `INSERT INTO t (a, b) VALUES (1, 2), (3, 4)`.
fn sql_column(before: &[u8]) -> Option<&[u8]> {
    let values = before.windows(6).rposition(|word| word.eq_ignore_ascii_case(b"values"))?;
    let row = &before[values..];
    let row = &row[memchr::memrchr(b'(', row)?..];
    let columns = before[..values].trim_ascii_end().strip_suffix(b")")?;
    let columns = &columns[memchr::memrchr(b'(', columns)? + 1..];
    columns.split(|byte| *byte == b',').nth(separators(row, b','))
}

/// The name of the column of a value in a table whose first line holds names only.
fn csv_column(before: &[u8]) -> Option<&[u8]> {
    let line = memchr::memrchr(b'\n', before)?;
    let row = &before[line + 1..];
    let head = before[..line]
        .rsplit(|byte| *byte == b'\n')
        .take_while(|line| !line.trim_ascii().is_empty())
        .last()?;
    let separator = *[b',', b'\t', b';', b'|'].iter().find(|sign| head.contains(sign))?;
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ' | b'"' | b'\r');
    let mut columns = head.split(|byte| *byte == separator);
    if !columns.clone().all(|name| name.len() < 40 && name.iter().all(is_name)) || columns.clone().count() < 2
    {
        return None;
    }
    columns.nth(separators(row, separator))
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
