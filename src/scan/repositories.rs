//! Repositories of places: their names for reports, and the configurations that
//! decide in them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::Settings;
use crate::finding::Location;
use crate::location::{GitPart, Origin, absolute, path_below};
use crate::source::{CommitRange, Repository, Skipped, Staged};
use crate::suppress::{Policies, Policy, Standing};

/// A repository that places stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Top {
    /// Name in reports.
    pub(super) shown: Arc<Path>,
    /// Canonical path.
    real: PathBuf,
}

/// A folder of files.
#[derive(Debug, Clone)]
struct Folder {
    /// Canonical path of the folder.
    real: PathBuf,
    /// The top as it is shown; none outside of a repository.
    repository: Option<Arc<Path>>,
    /// The highest folder whose configuration may decide.
    ceiling: PathBuf,
}

/// Looks up repositories, each once: most places share few folders.
pub(super) struct Places<'s> {
    /// Configurations of the run.
    policies: &'s Policies,
    /// Named folders, canonical.
    named_folders: Vec<PathBuf>,
    /// Files that were named themselves, by absolute paths: nothing leaves them
    /// out.
    named_files: Vec<PathBuf>,
    /// Repositories by the names that texts have for them.
    tops: HashMap<PathBuf, Top>,
    /// Folders that were looked at.
    folders: HashMap<PathBuf, Folder>,
}

impl<'s> Places<'s> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        let files = settings.files.paths.iter().filter(|path| !path.is_dir());
        Self {
            policies: &settings.suppress.policies,
            named_folders: named_folders(settings),
            named_files: files.map(|path| absolute(path)).collect(),
            tops: HashMap::new(),
            folders: HashMap::new(),
        }
    }

    /// Finds the configurations of what was named, that of the first path
    /// first, and of the repositories that were met below.
    pub(super) fn look_at_named(&mut self, settings: &Settings, met: &[PathBuf]) {
        for path in &settings.files.paths {
            self.around(if path.is_dir() { path } else { parent(path) }, Vec::new(), false);
        }
        let roots =
            settings.staged.iter().map(Staged::work_tree).chain(settings.range.iter().map(CommitRange::root));
        let histories = settings.history.iter().map(|it| it.repository.name());
        for name in roots.chain(histories).chain(met.iter().map(PathBuf::as_path)) {
            self.policy_of(name);
        }
    }

    /// Names the repository of a place, that of the object or else the one
    /// around the file, and says who decides about it.
    pub(super) fn name(&mut self, location: &mut Location) -> Standing {
        let origin = &location.origin;
        if let Some(text) = origin.git() {
            let top = self.top(&text.repository);
            let own = text.path.as_deref().filter(|_| text.part != GitPart::RefName);
            let member = origin.path().filter(|path| own.is_some_and(|own| own != *path));
            let paths: Vec<PathBuf> = own.into_iter().chain(member).map(|path| top.real.join(path)).collect();
            let folder = paths.first().and_then(|path| path.parent()).unwrap_or(&top.real);
            let policy = self.policies.find(folder, &top.real);
            location.repository = Some(top.shown);
            return Standing { policy, paths, is_named: false };
        }
        let Some(path) = file(origin) else { return self.around(Path::new("."), Vec::new(), false).1 };
        let member = origin.path().filter(|name| *name != path);
        let is_named = self.named_files.contains(&absolute(path));
        let paths = [path].into_iter().chain(member).map(absolute).collect();
        let (repository, standing) = self.around(parent(path), paths, is_named);
        location.repository = repository;
        standing
    }

    /// Returns the repository that a text belongs to: that of the object, or
    /// else the one around the file.
    pub(super) fn repository_of(&mut self, origin: &Origin) -> Option<Arc<Path>> {
        if let Some(text) = origin.git() {
            return Some(self.top(&text.repository).shown);
        }
        self.around(parent(file(origin)?), Vec::new(), false).0
    }

    /// Returns who decides about a file of a repository.
    pub(super) fn standing(&mut self, repository: &Path, path: &Path) -> Standing {
        let top = self.top(repository);
        let path = top.real.join(path);
        let policy = self.policies.find(path.parent().unwrap_or(&top.real), &top.real);
        Standing { policy, paths: vec![path], is_named: false }
    }

    /// Names the repository of a gap, where it is not known yet, and says who
    /// decides about it.
    pub(super) fn name_gap(&mut self, gap: &mut Skipped) -> Standing {
        let name = gap.origin.to_string_lossy().into_owned();
        // What is in an archive has the archive before it; what a change brings has its commit behind it.
        let path = name.split_once("!/").map_or(&name[..], |(archive, _)| archive);
        let path = path.split_once(" in commit ").map_or(path, |(path, _)| path);
        let path = if path.len() < name.len() { Path::new(path) } else { &gap.origin };
        let object = gap.objects.first().map(|id| PathBuf::from(format!("object {id}")));
        let names = [gap.origin.clone(), path.to_path_buf()];
        if let Some(repository) = &gap.repository {
            let top = self.top(repository);
            let paths: Vec<PathBuf> = names.iter().map(|name| top.real.join(name)).collect();
            let folder = paths[1].parent().unwrap_or(&top.real);
            let policy =
                self.policies.find(folder, &top.real).or_else(|| self.policies.find(&top.real, &top.real));
            gap.repository = Some(top.shown);
            let paths = paths.into_iter().chain(names).chain(object).collect();
            return Standing { policy, paths, is_named: false };
        }
        let is_file = path.symlink_metadata().is_ok();
        let folder = if is_file { parent(path) } else { Path::new(".") };
        let (repository, standing) = self.around(folder, names.to_vec(), false);
        gap.repository = repository.filter(|_| is_file);
        standing
    }

    /// Returns what the configuration at the top of a repository decides.
    pub(super) fn policy_of(&mut self, name: &Path) -> Option<Arc<Policy>> {
        let Top { real, .. } = self.top(name);
        let number = self.policies.find(&real, &real)?;
        self.policies.get(number)
    }

    /// Returns the repository of that name.
    pub(super) fn top(&mut self, name: &Path) -> Top {
        if let Some(known) = self.tops.get(name) {
            return known.clone();
        }
        let place = beside_git(name);
        let top = Top { shown: from_here(&place).into(), real: canonical(&place) };
        self.tops.insert(name.to_path_buf(), top.clone());
        top
    }

    /// Returns the repository around a folder, and the standing of what has
    /// these paths there.
    fn around(
        &mut self,
        folder: &Path,
        paths: Vec<PathBuf>,
        is_named: bool,
    ) -> (Option<Arc<Path>>, Standing) {
        let folder = absolute(folder);
        let known = match self.folders.get(&folder) {
            Some(known) => known.clone(),
            None => {
                let known = self.look_at(&folder);
                self.folders.insert(folder, known.clone());
                known
            }
        };
        let policy = self.policies.find(&known.real, &known.ceiling);
        (known.repository, Standing { policy, paths, is_named })
    }

    /// Looks for the repository around a folder.
    fn look_at(&mut self, folder: &Path) -> Folder {
        let real = canonical(folder);
        let repository = Repository::open_around(folder).map(|it| self.top(it.name()));
        let ceiling = ceiling(&real, &self.named_folders);
        Folder { real, repository: repository.map(|it| it.shown), ceiling }
    }
}

/// Returns the folders that were named, canonical.
pub(super) fn named_folders(settings: &Settings) -> Vec<PathBuf> {
    settings.files.paths.iter().filter(|path| path.is_dir()).map(|path| canonical(path)).collect()
}

/// Returns the top of the repository around a folder; outside of one the named
/// folder that it is in, or else itself. All are canonical.
pub(super) fn ceiling(folder: &Path, named: &[PathBuf]) -> PathBuf {
    // An empty `.git` ends the search for a configuration, too.
    let top = folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    let named = || named.iter().filter(|named| folder.starts_with(named));
    match (top, named().max_by_key(|named| named.as_os_str().len())) {
        (Some(top), _) => top.to_path_buf(),
        (None, Some(named)) => named.clone(),
        (None, None) => folder.to_path_buf(),
    }
}

/// Returns the canonical folder of a repository, by its name: what git keeps
/// has its files beside it.
pub(super) fn top_of(name: &Path) -> PathBuf {
    canonical(&beside_git(name))
}

/// The file that holds a text, be it in an archive or not.
pub(super) fn file(origin: &Origin) -> Option<&Path> {
    match origin {
        Origin::File(path) => Some(path),
        Origin::Member(member) => file(&member.outer),
        Origin::NameOf(named) => file(named),
        Origin::Stdin | Origin::Git(_) => None,
    }
}

/// The folder that holds a file.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Returns the canonical path, or the absolute one where it is gone.
fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| absolute(path))
}

/// Returns the name of a repository in reports.
pub(super) fn shown_name(name: &Path) -> PathBuf {
    from_here(&beside_git(name))
}

/// The folder of the files that belong to what git keeps: they are beside it.
pub(super) fn beside_git(name: &Path) -> PathBuf {
    let whole = absolute(name);
    let is_git = whole.file_name().is_some_and(|last| last == ".git");
    if is_git { parent(&whole).to_path_buf() } else { name.to_path_buf() }
}

/// The path from the current folder where it lies below, else the absolute one,
/// so that one repository has one name.
fn from_here(path: &Path) -> PathBuf {
    let here = absolute(Path::new(""));
    let here = here.canonicalize().unwrap_or(here);
    match path_below(&here, path) {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => absolute(path),
    }
}
