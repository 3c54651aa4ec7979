//! The command line of dogcatcher: see `dogcatcher --help`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
