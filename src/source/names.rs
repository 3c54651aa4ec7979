//! Names as texts: a credential may stand in the name of a file or folder, of a
//! member of an archive, or in what a link names.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use super::sink::{Sink, Window};
use crate::location::Origin;

/// Names of one path that are given one by one. The origin of each holds the
/// whole path to it, which an archive may make a mebibyte long.
const MAX_NAMES: usize = 16;

/// Gives a sink each name in a path that a token may stand in, from the last
/// one upwards; the path to those beyond [`MAX_NAMES`] as one text.
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
    let mut left = MAX_NAMES;
    // Without the slash at the end of a folder's.
    for path in path.components().as_path().ancestors() {
        let name = path.file_name().map_or(&b""[..], |name| name.as_encoded_bytes());
        if !sink.may_hold_token(name) {
            continue;
        }
        let text = if left == 0 { path.as_os_str().as_encoded_bytes() } else { name };
        if let Some(origin) = origin_of(path) {
            deliver_name(sink, &origin, text);
        }
        if left == 0 {
            return;
        }
        left -= 1;
    }
}

/// Memory of the names that a sink was given, bounded: beyond
/// [`Self::MAX_KNOWN`] a name is given again rather than left out.
#[derive(Debug, Default)]
pub(super) struct GivenNames {
    /// Hashes of the origins, by a key that no input can know.
    known: HashSet<u64>,
    /// Makes the hashes.
    hasher: RandomState,
}

impl GivenNames {
    /// Number of names that are remembered.
    const MAX_KNOWN: usize = 1 << 16;

    /// Takes note of the name of that origin; false where it was given before.
    pub(super) fn insert(&mut self, origin: &Origin) -> bool {
        let hash = self.hasher.hash_one(origin);
        if self.known.len() < Self::MAX_KNOWN {
            return self.known.insert(hash);
        }
        !self.known.contains(&hash)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sink::Skipped;

    /// Keeps the texts that it is given.
    #[derive(Default)]
    struct Texts(Vec<Vec<u8>>);

    impl Sink for Texts {
        fn take_window(&mut self, window: Window<'_>) {
            self.0.push(window.bytes.to_vec());
        }
        fn end_text(&mut self, _: &Origin) {}
        fn may_hold_token(&self, bytes: &[u8]) -> bool {
            memchr::memmem::find(bytes, b"t_").is_some()
        }
        fn take_skipped(&mut self, _: Skipped) {}
    }

    /// Returns the texts that a sink is given of a path, and the bytes of the
    /// origins that were made for them.
    fn texts_of(path: &str) -> (Vec<Vec<u8>>, usize) {
        let (mut texts, mut held) = (Texts::default(), 0);
        deliver_names(&mut texts, Path::new(path), |path| {
            held += path.as_os_str().len();
            Some(Origin::file(path).into_name())
        });
        (texts.0, held)
    }

    #[test]
    fn a_path_of_many_names_takes_no_more_than_some_of_it() {
        let path: String = (0..4000).map(|number| format!("t_{number}/")).collect();
        let (texts, held) = texts_of(&path);
        assert!(held <= 17 * path.len(), "{held} bytes of a path of {}", path.len());
        for number in 0..4000 {
            let name = format!("t_{number}").into_bytes();
            let holds = |text: &Vec<u8>| text.split(|&byte| byte == b'/').any(|it| it == name);
            assert_eq!(texts.iter().filter(|text| holds(text)).count(), 1, "{number}");
        }
        assert_eq!(texts_of("t_1/b/t_2/").0, [b"t_2", b"t_1"]);
    }

    #[test]
    fn the_memory_of_names_is_bounded_and_leaves_none_out() {
        let mut given = GivenNames::default();
        let name = |number: usize| Origin::file(Path::new(&number.to_string())).into_name();
        assert!((0..GivenNames::MAX_KNOWN + 9).all(|number| given.insert(&name(number))));
        assert!(!given.insert(&name(0)), "it was given before");
        assert!(given.insert(&name(GivenNames::MAX_KNOWN + 1)), "given again: there was no room for it");
        assert_eq!(given.known.len(), GivenNames::MAX_KNOWN);
    }
}
