//! The exit status, and the order of what counts: findings are told before an
//! error of one path, and a gap only where there are none. 1 and 2 are never
//! mixed up: CI systems take 1 for a verdict.
//!
//! ```text
//! findings that decide            1, whatever else happened
//! else an error                   2
//! else something was not read     3
//! else                            0
//! ```

use std::process::ExitCode;

/// The exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// 0: nothing that counts.
    Clean,
    /// 1: findings.
    Findings,
    /// 2: an error.
    Error,
    /// 3: nothing found, but not everything was read.
    Incomplete,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Error => 2,
            Exit::Incomplete => 3,
        })
    }
}
