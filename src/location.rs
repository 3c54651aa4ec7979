//! Where bytes come from and where in them something stands.
//!
//! ```text
//! Origin::Git(GitText { repository: ".", part: Blob, path: "a.zip", … }).member("conf/.env")
//!   named a.zip!/conf/.env
//! Position { line: 3, column: 17 }           both from 1
//! ```
//!
//! Spans are half-open ranges of byte offsets from 0. Lines and columns count
//! from 1. **A column counts UTF-16 code units**, as editors that speak the
//! Language Server Protocol and SARIF readers do; a byte that is not part of
//! valid UTF-8 counts as one, and so does the byte order mark, which is not
//! counted at all at the start of a file. Lines end at LF (so a CR before it
//! belongs to its line). In a text that its mark says to be UTF-16 or UTF-32,
//! lines and columns are those of the characters.

mod commit_info;
mod cursor;
mod exclude;
mod git_text;
mod line_hash;
mod mark;
mod object_id;
mod origin;
mod resolve;

pub use commit_info::CommitInfo;
pub use cursor::{Cursor, Position};
pub use exclude::ExcludeGlobs;
pub use git_text::{GitPart, GitText, id_in_path, path_from_bytes};
pub use line_hash::line_hashes;
pub use mark::{WideMark, WideText, without_mark};
pub use object_id::{ObjectId, change_around_ids, shorten_ids};
pub use origin::Origin;
pub(crate) use resolve::plain_glob;
pub use resolve::{absolute, path_below};
