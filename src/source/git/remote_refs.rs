//! What is known here of other repositories, before a push.

use super::place::Place;

/// The remote-tracking refs of the repository around the current folder, or of that which git tells its hooks of.
#[derive(Debug)]
pub struct RemoteRefs {
    names: Vec<String>,
}

impl RemoteRefs {
    /// Reads them; nothing where there is no repository that can be read.
    pub fn here() -> Option<Self> {
        let opened = Place::find(None).and_then(|place| place.open()).ok()?;
        let refs = opened.references_glob("refs/remotes/*").ok()?;
        let names = refs.filter_map(Result::ok);
        let names = names.map(|it| String::from_utf8_lossy(it.name_bytes()).into_owned()).collect();
        Some(Self { names })
    }

    /// Returns whether anything is known of a remote.
    pub fn any_of(&self, remote: &str) -> bool {
        let prefix = format!("refs/remotes/{remote}/");
        self.names.iter().any(|name| name.starts_with(&prefix))
    }

    /// Returns whether anything is known of any remote.
    pub fn any(&self) -> bool {
        !self.names.is_empty()
    }
}
