//! What git keeps around its objects: where a repository stands, its refs, its
//! index, its settings.
//!
//! It is the part of git that is files and conventions: what makes a folder a
//! repository, where linked work trees and alternates keep things, which refs
//! there are. Nothing here looks at what objects hold, and nothing that a
//! repository's settings name is run.
//!
//! libgit2 does what it does well (configuration, refs, index, revisions).
//! Where it gives up (reftables, sparse indexes), the system's `git` is asked,
//! in a way in which it runs nothing; see `program`. Packs and loose objects
//! are read by [`pack`](super::pack) instead, for speed.

mod commit_info;
mod config_includes;
mod hooks_folder;
mod layout;
mod libgit2;
mod names;
mod own_files;
mod place;
mod program;
mod provenance;
mod regular_file;
mod remote_refs;
mod revision;
mod staging;
mod tracked;
mod user_name;

pub(super) use commit_info::info;
pub use hooks_folder::HooksFolder;
pub use layout::Repository;
pub(super) use layout::exclude_file;
pub(super) use libgit2::variable;
pub(super) use names::{Name, Names};
pub(super) use place::Place;
pub(super) use program::oid;
pub use provenance::Provenance;
pub use remote_refs::RemoteRefs;
pub use revision::Revision;
pub(super) use staging::Staging;
pub(super) use tracked::Tracked;
pub use user_name::git_user_name;
