//! A place as a person types it: `PATH:LINE` or `PATH:LINE:COLUMN`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::str::FromStr;

use dogcatcher::error::Error;
use dogcatcher::location::Position;
use dogcatcher::report::{counted, shown_path};

/// A line of a file, or a column of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    /// From 1.
    pub(super) line: u64,
    /// From 1.
    pub(super) column: Option<u64>,
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.rsplitn(3, ':');
        let last = parts.next().and_then(|it| it.parse().ok());
        let middle = parts.next().unwrap_or_default();
        let whole = |path: &str, line, column| Self { path: path.into(), line, column };
        let place = match (last, middle.parse(), parts.next()) {
            (Some(column), Ok(line), Some(path)) if !path.is_empty() => whole(path, line, Some(column)),
            (Some(line), _, path) if !middle.is_empty() => {
                let path = path.map_or_else(|| middle.to_owned(), |path| format!("{path}:{middle}"));
                whole(&path, line, None)
            }
            _ => {
                return Err(Error::usage("explain", text, "it is no place")
                    .mend("write PATH:LINE or PATH:LINE:COLUMN, or a fingerprint and --from REPORT"));
            }
        };
        match place.line == 0 || place.column == Some(0) {
            true => Err(Error::usage("explain", text, "lines and columns count from 1")
                .mend("write PATH:LINE or PATH:LINE:COLUMN")),
            false => Ok(place),
        }
    }
}

impl Place {
    /// Returns whether something that begins and ends there stands at this
    /// place.
    pub(super) fn holds(&self, start: Position, end: Position) -> bool {
        let is_on_line = start.line <= self.line && self.line <= end.line;
        is_on_line
            && self.column.is_none_or(|column| {
                let at = Position { line: self.line, column };
                start <= at && (at < end || start == end)
            })
    }

    /// Returns the line that the place is on.
    pub(super) fn whole_line(&self) -> Self {
        Self { path: self.path.clone(), line: self.line, column: None }
    }

    /// Returns the column of this line at which something begins that begins
    /// there: the first where that is on an earlier line.
    pub(super) fn column_of(&self, start: Position) -> u64 {
        if start.line == self.line { start.column } else { 1 }
    }

    /// The place as it may be shown.
    pub(super) fn shown(&self) -> String {
        let column = self.column.map_or_else(String::new, |column| format!(":{column}"));
        format!("{}:{}{column}", shown_path(&self.path), self.line)
    }

    /// Reads the line.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has not so many lines.
    pub(super) fn read_line(&self) -> Result<Vec<u8>, Error> {
        let name = self.path.display().to_string();
        let unreadable = |cause: std::io::Error| Error::io("read", &name, &cause);
        if self.path.is_dir() {
            return Err(Error::usage("explain", &name, "it is a folder").mend("name a file: PATH:LINE"));
        }
        let mut lines = BufReader::new(File::open(&self.path).map_err(unreadable)?);
        let (mut line, mut count) = (Vec::new(), 0);
        while count < self.line {
            line.clear();
            if lines.read_until(b'\n', &mut line).map_err(unreadable)? == 0 {
                break;
            }
            count += 1;
        }
        match count == self.line {
            true => Ok(line),
            false => {
                let lines = counted(count, "line");
                Err(Error::usage("explain", self.shown(), format!("the file has {lines}"))
                    .mend("name a line that it has"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_from_their_end() {
        let place = |path: &str, line, column| Place { path: path.into(), line, column };
        assert_eq!("a.env:3".parse(), Ok(place("a.env", 3, None)));
        assert_eq!("a.env:3:14".parse(), Ok(place("a.env", 3, Some(14))));
        assert_eq!("C:/a:b.env:3".parse(), Ok(place("C:/a:b.env", 3, None)));
        for wrong in ["a.env", "a.env:", ":3", "3", "", "fp1_0123abcd", "a.env:0", "a.env:1:0", "a.env:0:1"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
    }
}
