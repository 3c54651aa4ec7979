//! Findings get the name of the repository that each of their places is of.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::Finding;
use crate::location::{Origin, absolute, path_below};
use crate::source::Repository;

/// Names the repository of each place: that of the object, or else the one around the file.
pub(super) fn name_repositories(findings: &mut [Finding<'_>]) {
    let mut names = Names::default();
    for location in findings.iter_mut().flat_map(|finding| &mut finding.locations) {
        location.repository = match (location.origin.git(), file(&location.origin)) {
            (Some(text), _) => Some(names.of_repository(&text.repository)),
            (None, Some(path)) => names.of_file(path),
            (None, None) => None,
        };
    }
}

/// The file that holds a text, be it in an archive or not.
fn file(origin: &Origin) -> Option<&Path> {
    match origin {
        Origin::File(path) => Some(path),
        Origin::Member(member) => file(&member.outer),
        Origin::Stdin | Origin::Git(_) => None,
    }
}

/// The names that are known already: most places share few folders.
#[derive(Default)]
struct Names {
    shown: HashMap<PathBuf, Arc<Path>>,
    around: HashMap<PathBuf, Option<Arc<Path>>>,
}

impl Names {
    fn of_repository(&mut self, top: &Path) -> Arc<Path> {
        if let Some(known) = self.shown.get(top) {
            return Arc::clone(known);
        }
        let shown: Arc<Path> = from_here(top).into();
        self.shown.insert(top.to_path_buf(), Arc::clone(&shown));
        shown
    }

    fn of_file(&mut self, path: &Path) -> Option<Arc<Path>> {
        let path = absolute(path);
        let folder = path.parent()?;
        if let Some(known) = self.around.get(folder) {
            return known.clone();
        }
        let around = Repository::around(folder).map(|it| self.of_repository(it.name()));
        self.around.insert(folder.to_path_buf(), around.clone());
        around
    }
}

/// The path from the current folder where it lies below, else the absolute one, so that one repository has one name.
fn from_here(path: &Path) -> PathBuf {
    let here = absolute(Path::new(""));
    let here = here.canonicalize().unwrap_or(here);
    match path_below(&here, path) {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => absolute(path),
    }
}
