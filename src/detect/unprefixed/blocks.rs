//! The heads of the blocks around a place, by brackets and by indentation.

use std::ops::Range;

use memchr::{memchr, memrchr};

/// How far before a value its block may begin, and a mention stand, in bytes.
pub(super) const BEFORE: usize = 6 * 1024;

/// The longest piece of a line that counts as one.
pub(super) const LINE: usize = 400;

/// The heads of the blocks around a place, the innermost first: by brackets, and by indentation.
pub(super) fn headers(text: &[u8], place: usize) -> Vec<Range<usize>> {
    let first = place.saturating_sub(BEFORE);
    let mut headers = by_indentation(text, first, place);
    headers.extend(by_brackets(text, first, place));
    headers.sort_by_key(|header| std::cmp::Reverse(header.start));
    headers.dedup();
    headers
}

/// The lines above that are indented less and less.
fn by_indentation(text: &[u8], first: usize, place: usize) -> Vec<Range<usize>> {
    let mut headers = Vec::new();
    let mut end = memrchr(b'\n', &text[first..place]).map(|at| first + at);
    let mut least = end.map_or(0, |end| indentation(&text[end + 1..place.max(end + 1)]));
    // `- value` is indented like the line that names the list, or more.
    let mut item = end.is_some_and(|end| text[end + 1..place].trim_ascii_start().starts_with(b"- "));
    while let Some(line_end) = end {
        let start = memrchr(b'\n', &text[first..line_end]).map_or(first, |at| first + at + 1);
        let line = &text[start..line_end];
        end = (start > first).then(|| start - 1);
        let plain = line.trim_ascii();
        let depth = indentation(line);
        let comment = plain.starts_with(b"#") || plain.starts_with(b"//") || plain.starts_with(b"<!--");
        let is_head = depth < least || (item && depth == least && !plain.starts_with(b"-"));
        let has_fields = plain.starts_with(b"{\"") || plain.starts_with(b"[{");
        if plain.is_empty()
            || has_fields
            || comment
            || !is_head
            || matches!(plain.first(), Some(b'}' | b']' | b')'))
        {
            continue;
        }
        headers.push(start..line_end.min(start + LINE));
        least = depth;
        item = plain.starts_with(b"- ");
        // An INI section is the head of what follows at the same depth: handled below.
        if depth == 0 && !item {
            break;
        }
    }
    if let Some(section) = section(text, first, place) {
        headers.push(section);
    }
    headers
}

/// `[section]` of an INI or TOML file: the last line above that is one.
fn section(text: &[u8], first: usize, place: usize) -> Option<Range<usize>> {
    let mut end = memrchr(b'\n', &text[first..place]).map(|at| first + at)?;
    loop {
        let start = memrchr(b'\n', &text[first..end]).map_or(first, |at| first + at + 1);
        let line = text[start..end].trim_ascii();
        if line.len() < 80 && line.starts_with(b"[") && line.ends_with(b"]") && !line[1..].starts_with(b"\"")
        {
            return Some(start..end);
        }
        if start <= first {
            return None;
        }
        end = start - 1;
    }
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The text before each bracket that is open at a place.
pub(super) fn by_brackets(text: &[u8], first: usize, place: usize) -> Vec<Range<usize>> {
    let mut headers = Vec::new();
    let mut closed = 0usize;
    for at in (first..place).rev() {
        match text[at] {
            b'}' | b']' | b')' => closed += 1,
            b'{' | b'[' | b'(' if closed > 0 => closed -= 1,
            b'{' | b'[' | b'(' => {
                let from = at.saturating_sub(LINE / 2).max(first);
                let separates = |byte: &u8| matches!(byte, b'\n' | b';' | b'{' | b'}' | b',');
                let start = text[from..at].iter().rposition(separates).map_or(from, |sep| from + sep + 1);
                headers.push(start..at);
            }
            _ => {}
        }
    }
    headers
}

/// The line of `span`, cut where it is long.
pub(super) fn line_around(text: &[u8], span: &Range<usize>) -> Range<usize> {
    let first = span.start.saturating_sub(LINE);
    let last = text.len().min(span.end + LINE / 2);
    let start = memrchr(b'\n', &text[first..span.start]).map_or(first, |at| first + at + 1);
    let end = memchr(b'\n', &text[span.end..last]).map_or(last, |at| span.end + at);
    start..end
}
