//! Where a repository comes from and which version of it is here, as reports
//! for other places say it.

use super::layout::Repository;
use super::names::Names;
use crate::location::ObjectId;

/// The version of a repository that is checked out, and the address it comes
/// from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The address of its remote, without user, password, query and fragment.
    pub url: String,
    /// The commit that HEAD leads to.
    pub revision: Option<ObjectId>,
    /// The branch that is checked out.
    pub branch: Option<String>,
}

impl Provenance {
    /// Reads it; nothing where no remote with a public form of address is
    /// known.
    pub fn read_from(repository: &Repository) -> Option<Self> {
        let opened = repository.open().ok()?;
        let remotes = opened.remotes().ok()?;
        let mut names = remotes.iter().flatten().flatten();
        let name = match remotes.len() {
            1 => names.next(),
            _ => names.find(|name| *name == "origin"),
        }?;
        let url = public_url(opened.find_remote(name).ok()?.url().ok()?)?;
        let revision = Names::new(&opened).head().ok().flatten();
        let revision = revision.and_then(|id| ObjectId::new(id.as_bytes()));
        let head = opened.find_reference("HEAD").ok();
        let branch = head.as_ref().and_then(|head| head.symbolic_target().ok().flatten());
        // A reftable leaves a name there that no branch can have.
        let branch = branch.and_then(|name| name.strip_prefix("refs/heads/")).filter(|it| *it != ".invalid");
        Some(Self { url, revision, branch: branch.map(str::to_owned) })
    }
}

/// Returns the scheme, host and path of a remote's address; nothing for one on
/// this machine, and for one of which it is not sure what in it is secret.
///
/// ```text
/// https://user:key@example.com/a.git?x   → https://example.com/a.git
/// git@example.com:a/b.git                → ssh://example.com/a/b.git
/// /srv/git/a.git, file:///…              → none
/// ```
fn public_url(address: &str) -> Option<String> {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (scheme, rest.to_owned()),
        // `user@host:path`, as ssh has it.
        None => ("ssh", address.split_once(':').map(|(host, path)| format!("{host}/{path}"))?),
    };
    let scheme = ["https", "http", "ssh", "git"].into_iter().find(|it| it.eq_ignore_ascii_case(scheme))?;
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_once('/')?;
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_host =
        host.contains('.') && host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_".contains(&it));
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/-._~".contains(&it);
    // An `@` further on may end a password that holds a slash.
    let is_clear = is_host && port.bytes().all(|it| it.is_ascii_digit()) && path.bytes().all(is_plain);
    is_clear.then(|| format!("{scheme}://{authority}/{}", path.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_what_may_be_secret() {
        let cases = [
            ("https://host.example/a/b.git", Some("https://host.example/a/b.git")),
            ("https://ci:pass@word@host.example:8443/a", Some("https://host.example:8443/a")),
            ("https://token@host.example/a?private_token=x#y", Some("https://host.example/a")),
            ("HTTP://host.example/a", Some("http://host.example/a")),
            ("git@host.example:a/b.git", Some("ssh://host.example/a/b.git")),
            ("ssh://git@host.example:22//srv/a", Some("ssh://host.example:22/srv/a")),
            ("https://ci:12/34@host.example/a", None),
            ("https://ci:pass/word@host.example/a", None),
            ("https://host.example?token=x/a", None),
            ("ext::sh -c 'x'", None),
            ("/srv/a.git", None),
            ("../a.git", None),
            (r"C:\a", None),
            ("file:///srv/a.git", None),
        ];
        for (address, expected) in cases {
            assert_eq!(public_url(address).as_deref(), expected, "{address}");
        }
    }
}
