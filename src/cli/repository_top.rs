//! The top of the repository around a folder, by the `.git` that lies in it: for what is named,
//! remembered or looked for, before a repository is opened.

use std::path::Path;

/// Returns the nearest folder from `folder` upwards that holds a `.git`: the top of a work tree.
pub(super) fn repository_top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}
