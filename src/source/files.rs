//! Files, folders and standard input.

mod file;
mod input;
mod open;
mod walk;

pub use file::reread;
pub use walk::{WalkOptions, scan_paths, scan_reader, scan_stdin};
