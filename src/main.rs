//! The command line of dogcatcher: see `dogcatcher --help`.
//!
//! Everything is in `cli`, and what that does with its settings is the
//! library's: this file only names the entry.

mod cli;

/// Runs the program; see `cli::main` for what the exit status says.
fn main() -> std::process::ExitCode {
    cli::main()
}
