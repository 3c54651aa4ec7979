//! The folders of one commit that are still to be compared, each with its path.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use git2::Oid;

/// The most entries that are looked at in folders whose like was compared
/// before: a few trees within one another can stand for more places than there
/// is time for.
const MAX_REPEATS: usize = 10_000;

/// The most folders of a path that are named. No system can check out as many.
const MAX_DEPTH: usize = 2048;

/// A folder of a commit, with those that its parents have in its place.
pub(super) struct Folder {
    /// Tree of the commit.
    pub(super) own: Oid,
    /// Trees of its parents at the same path.
    pub(super) parents: Vec<Oid>,
    /// True where its name says what the files in it are about.
    about: bool,
    /// Way from the root.
    step: Option<Rc<Step>>,
    /// Number of folders above it.
    depth: usize,
    /// True where one like it was compared before.
    repeated: bool,
}

/// A name on the way from the root. Whole paths of all folders that wait would
/// take memory without end.
struct Step {
    /// Way to the folder above.
    above: Option<Rc<Step>>,
    /// Name of the folder.
    name: Box<[u8]>,
}

/// All that decides on what a folder brings, wherever it stands.
type Comparison = (Oid, Vec<Oid>, bool);

/// A piece of work that waits.
enum Task {
    /// Folders whose entries are to be compared.
    Compare(Folder),
    /// All within is done; the number of texts that had been delivered before.
    Close(Comparison, u64),
}

/// A limit that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// The same folders were compared too often.
    Repeats,
    /// Folders are nested too deep.
    Depth,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeats => write!(
                f,
                "the same folders stand in more places than can be named: {MAX_REPEATS} are, and the others are not"
            ),
            Self::Depth => write!(f, "folders are nested more than {MAX_DEPTH} deep: paths end there"),
        }
    }
}

/// The folders that wait, those that were met last first.
pub(super) struct Nested {
    /// Comparisons that are to be done.
    tasks: Vec<Task>,
    /// True where a comparison that was done brought anything.
    brought: HashMap<Comparison, bool>,
    /// Comparisons that brought nothing new.
    repeats: usize,
    /// Number of folders that were left out.
    left_out: u64,
    /// True where entries of the last folder were left out.
    is_cut: bool,
    /// True where the last folder holds others whose paths are too long.
    is_too_deep: bool,
    /// Limits that were told of, each once.
    told: Vec<Limit>,
}

impl Nested {
    /// Begins with the root folder of a commit and those of its parents.
    pub(super) fn new(own: Oid, parents: Vec<Oid>) -> Self {
        let root = Folder { own, parents, about: false, step: None, depth: 0, repeated: false };
        Self {
            tasks: vec![Task::Compare(root)],
            brought: HashMap::new(),
            repeats: 0,
            left_out: 0,
            is_cut: false,
            is_too_deep: false,
            told: Vec::new(),
        }
    }

    /// Adds a folder within another one.
    pub(super) fn push(&mut self, outer: &Folder, name: &[u8], about: bool, own: Oid, parents: Vec<Oid>) {
        let depth = outer.depth + 1;
        let above = outer.step.clone();
        let step = if depth > MAX_DEPTH { above } else { Some(Rc::new(Step { above, name: name.into() })) };
        self.is_too_deep |= depth > MAX_DEPTH;
        self.tasks.push(Task::Compare(Folder { own, parents, about, step, depth, repeated: false }));
    }

    /// The next folder; `delivered` is the number of texts that were delivered
    /// so far.
    ///
    /// A folder that brought nothing brings nothing elsewhere, and is passed
    /// over.
    ///
    /// # Errors
    ///
    /// A limit was met, which has not been told of yet.
    pub(super) fn next(&mut self, delivered: u64) -> Result<Option<Folder>, Limit> {
        if std::mem::take(&mut self.is_cut) {
            self.leave_out(Limit::Repeats)?;
        }
        if std::mem::take(&mut self.is_too_deep) {
            self.tell(Limit::Depth)?;
        }
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Close(comparison, before) => {
                    self.brought.insert(comparison, delivered + self.left_out > before);
                }
                Task::Compare(folder) if folder.parents.contains(&folder.own) => {}
                Task::Compare(folder) => {
                    let comparison = (folder.own, folder.parents.clone(), folder.about);
                    match self.brought.get(&comparison) {
                        Some(false) => {}
                        Some(true) if self.repeats >= MAX_REPEATS => self.leave_out(Limit::Repeats)?,
                        Some(true) => {
                            self.repeats += 1;
                            return Ok(Some(Folder { repeated: true, ..folder }));
                        }
                        None => {
                            self.tasks.push(Task::Close(comparison, delivered + self.left_out));
                            return Ok(Some(folder));
                        }
                    }
                }
            }
        }
        Ok(None)
    }

    /// Returns whether one more entry of a folder can be looked at; that it
    /// cannot is told of by [`Self::next`].
    pub(super) fn affords(&mut self, folder: &Folder) -> bool {
        self.repeats += usize::from(folder.repeated);
        let affords = !folder.repeated || self.repeats <= MAX_REPEATS;
        self.is_cut |= !affords;
        affords
    }

    /// Counts a folder that is left out; an error the first time that limit is
    /// met.
    fn leave_out(&mut self, limit: Limit) -> Result<(), Limit> {
        self.left_out += 1;
        self.tell(limit)
    }

    /// Notes a limit that was met; an error the first time.
    fn tell(&mut self, limit: Limit) -> Result<(), Limit> {
        if self.told.contains(&limit) {
            return Ok(());
        }
        self.told.push(limit);
        Err(limit)
    }
}

impl Folder {
    /// Its path, with a slash at the end.
    pub(super) fn path(&self) -> Vec<u8> {
        let steps: Vec<&Step> =
            std::iter::successors(self.step.as_deref(), |it| it.above.as_deref()).collect();
        let mut path = Vec::new();
        for step in steps.iter().rev() {
            path.extend_from_slice(&step.name);
            path.push(b'/');
        }
        path
    }
}
