//! The name that git writes into commits here: that of who decides something.

use std::path::Path;

/// Returns `user.name` of the settings of git that hold in this folder, if it
/// is set.
pub fn git_user_name() -> Option<String> {
    let config = match git2::Repository::discover(Path::new(".")) {
        Ok(repository) => repository.config(),
        Err(_) => git2::Config::open_default(),
    };
    let name = config.ok()?.snapshot().ok()?.get_string("user.name").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
