//! The folder in which the program keeps what it remembers for its user.

use std::path::PathBuf;

/// Returns `dogcatcher` in `XDG_STATE_HOME` or `~/.local/state`; never one in
/// the folder one stands in, which may be anybody's.
pub(super) fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/state")))
        .or_else(|| absolute("LOCALAPPDATA"))?;
    Some(state.join("dogcatcher"))
}
