//! Words of configurations, each held to its own repository: no repository may
//! speak findings of another away.

use std::path::{Path, PathBuf};

use super::repositories::{ceiling, named_folders, top_of};
use super::settings::{ScopedWords, Settings};
use crate::detect::Detector;
use crate::lexicon::{Lexicon, OwnWords};

/// The detectors of a run, one for the words of each repository.
pub(super) struct Detectors<'d, 'r> {
    /// The one whose words hold everywhere, unless any are scoped.
    whole: &'d Detector<'r>,
    /// Detectors with words of their own, and where those count.
    scoped: Vec<Scoped<'r>>,
    /// The one for repositories that bring no words.
    plain: Detector<'r>,
    /// Tops of repositories with configurations of their own.
    named: Vec<PathBuf>,
}

/// A detector with the words of one repository.
struct Scoped<'r> {
    /// The canonical folder of a configuration, which a bare repository is told
    /// by.
    folder: PathBuf,
    /// The canonical top of its repository.
    top: PathBuf,
    /// Detector that knows those words.
    detector: Detector<'r>,
}

impl<'d, 'r> Detectors<'d, 'r> {
    /// Detectors by the scoped words of the settings; the rules of `whole` must
    /// know all of them.
    pub(super) fn new(settings: &Settings, whole: &'d Detector<'r>) -> Self {
        let named = named_folders(settings);
        let mut by_top: Vec<(PathBuf, PathBuf, OwnWords)> = Vec::new();
        for ScopedWords { folder, words } in &settings.words {
            let folder = top_of(folder);
            let top = ceiling(&folder, &named);
            match by_top.iter_mut().find(|(_, known, _)| *known == top) {
                Some((.., known)) => known.add(words),
                None => by_top.push((folder, top, words.clone())),
            }
        }
        let scoped = by_top.into_iter().map(|(folder, top, words)| {
            let detector = whole.with_lexicon(Lexicon::with(words));
            Scoped { folder, top, detector }
        });
        let (scoped, plain) = (scoped.collect(), whole.with_lexicon(Lexicon::default()));
        Self { whole, scoped, plain, named }
    }

    /// Returns whether it depends on the place which words hold.
    pub(super) fn depend_on_place(&self) -> bool {
        !self.scoped.is_empty()
    }

    /// Returns the one for the objects of a repository, by its name.
    pub(super) fn in_repository(&self, name: &Path) -> &Detector<'r> {
        let top = || top_of(name);
        self.find(top, |scoped, top| scoped.top == *top || scoped.folder == *top)
    }

    /// Returns the one for the files of a folder.
    pub(super) fn in_folder(&self, folder: &Path) -> &Detector<'r> {
        let top = || ceiling(&top_of(folder), &self.named);
        self.find(top, |scoped, top| scoped.top == *top)
    }

    fn find(
        &self,
        top: impl FnOnce() -> PathBuf,
        holds: impl Fn(&Scoped<'r>, &PathBuf) -> bool,
    ) -> &Detector<'r> {
        if self.scoped.is_empty() {
            return self.whole;
        }
        let top = top();
        let found = self.scoped.iter().find(|scoped| holds(scoped, &top));
        found.map_or(&self.plain, |scoped| &scoped.detector)
    }
}
