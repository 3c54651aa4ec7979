//! Names as texts: a credential may stand in the name of a file or folder, of a
//! member of an archive, or in what a link names.

use std::path::Path;

use super::sink::{Sink, Window};
use crate::location::Origin;

/// Gives a sink each name in a path that a token may stand in.
///
/// `origin_of` makes the origin of a name from the path that it ends; `None`
/// where the sink has it already.
pub(super) fn deliver_names(
    sink: &mut (impl Sink + ?Sized),
    path: &Path,
    mut origin_of: impl FnMut(&Path) -> Option<Origin>,
) {
    // Nearly all paths end here.
    if !sink.may_hold_token(path.as_os_str().as_encoded_bytes()) {
        return;
    }
    // Without the slash at the end of a folder's.
    for path in path.components().as_path().ancestors() {
        let name = path.file_name().map_or(&b""[..], |name| name.as_encoded_bytes());
        if sink.may_hold_token(name)
            && let Some(origin) = origin_of(path)
        {
            deliver_name(sink, &origin, name);
        }
    }
}

/// Gives a sink one name.
pub(super) fn deliver_name(sink: &mut (impl Sink + ?Sized), origin: &Origin, name: &[u8]) {
    sink.take_window(Window::whole_text(origin, name));
    sink.end_text(origin);
}

/// Gives a sink what is said beside the content of a file, if a token may stand
/// in it: what a link names, which git keeps as the content of a file, or a
/// comment in an archive.
pub(super) fn deliver_beside(sink: &mut (impl Sink + ?Sized), origin: &Origin, text: &[u8]) {
    if sink.may_hold_token(text) {
        sink.take_window(Window::whole_text(origin, text));
        sink.end_text(origin);
    }
}
