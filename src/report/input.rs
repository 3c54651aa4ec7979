//! Files of JSON, opened for reading from their first character on.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::location::{WideMark, without_mark};

/// Bytes that are read at a time.
const BUFFER_LEN: usize = 1 << 18;

/// Opens a file of JSON as a stream without a byte order mark. UTF-16, as
/// PowerShell writes it, is held as a whole.
///
/// # Errors
///
/// The file cannot be read.
pub(super) fn open_json(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::with_capacity(BUFFER_LEN, File::open(path)?);
    let beginning = file.fill_buf()?;
    if WideMark::of(beginning).is_some() {
        let mut bytes = Zeroizing::new(Vec::new());
        file.read_to_end(&mut bytes)?;
        return Ok(Box::new(Cursor::new(Zeroizing::new(without_mark(&bytes).into_owned()))));
    }
    let mark = beginning.len() - without_mark(beginning).len();
    file.consume(mark);
    Ok(Box::new(file))
}
