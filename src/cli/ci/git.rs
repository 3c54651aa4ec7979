//! git, as CI starts it: what the configuration of a foreign repository names
//! is not run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Protocols by which git talks to a remote. No `ext::`, which is any program.
const PROTOCOLS: &str = "file:git:http:https:ssh";

/// Never needed here, and each a way to start a program or to wait for one.
const ALWAYS: [&str; 6] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "maintenance.auto=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
];

/// git in one repository.
pub(super) struct Git {
    /// Folder in which git is started.
    root: PathBuf,
    /// Settings that stand above those of the repository.
    settings: Vec<String>,
    /// True where the repository is another user's, so that nothing that its
    /// configuration names may be run.
    foreign: bool,
}

impl Git {
    /// # Errors
    ///
    /// git cannot be started.
    pub(super) fn start_in(root: &Path) -> Result<Self, std::io::Error> {
        let settings = ALWAYS.map(str::to_owned).to_vec();
        let mut git = Self { root: root.to_path_buf(), settings, foreign: false };
        let trusted = git.git_command(&["rev-parse", "--git-dir"]).output()?;
        if !trusted.status.success() && String::from_utf8_lossy(&trusted.stderr).contains("safe.directory") {
            git.distrust_config();
        }
        Ok(git)
    }

    /// Reads a repository that git itself would not, and takes from its
    /// configuration what is no program.
    fn distrust_config(&mut self) {
        self.foreign = true;
        // The exception is for this folder, and for the calls that are made here.
        self.settings.push(format!("safe.directory={}", self.root.display()));
        let ssh = self.of_user("core.sshCommand").pop().unwrap_or_else(|| "ssh".to_owned());
        self.settings.push(format!("core.sshCommand={ssh}"));
        self.settings.extend(["core.askPass=", "core.alternateRefsCommand=:"].map(str::to_owned));
        // An empty one takes back all that were named before it.
        let helpers = self.of_user("credential.helper");
        self.settings.push("credential.helper=".to_owned());
        self.settings.extend(helpers.iter().map(|helper| format!("credential.helper={helper}")));
        let names = self.output_text(&["config", "--name-only", "--get-regexp", r"^remote\..*\.vcs$"]);
        self.settings.extend(names.unwrap_or_default().lines().map(|name| format!("{name}=")));
    }

    /// Returns what the user's own configuration says.
    fn of_user(&self, name: &str) -> Vec<String> {
        let output = Command::new("git")
            .args(["config", "--global", "--includes", "--get-all", name])
            .current_dir("/")
            .stdin(Stdio::null())
            .output();
        let printed = output.map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&printed).lines().map(str::to_owned).collect()
    }

    /// The flags of every `git fetch`.
    pub(super) fn fetch_flags(&self) -> &'static [&'static str] {
        // Of several `uploadpack` settings the first counts, which is the repository's.
        if self.foreign { &["--upload-pack=git-upload-pack"] } else { &[] }
    }

    /// Returns what git prints as text, or says where it fails.
    pub(super) fn output_text(&self, arguments: &[&str]) -> Result<String, String> {
        let printed = self.output_bytes(arguments)?;
        Ok(String::from_utf8_lossy(&printed).trim().to_owned())
    }

    /// Returns what git prints, or says where it fails.
    pub(super) fn output_bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let run = self.git_command(arguments).output();
        let run = run.map_err(|cause| format!("git cannot be started: {cause}"))?;
        match run.status.success() {
            true => Ok(run.stdout),
            false => Err(last_words(&String::from_utf8_lossy(&run.stderr))),
        }
    }

    /// A call of git, which asks nobody for a password and fetches nothing that
    /// it is not told to.
    fn git_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", PROTOCOLS)
            .stdin(Stdio::null());
        if self.foreign && std::env::var_os("GIT_PROXY_COMMAND").is_none() {
            // Set and empty, it stands above `core.gitProxy`.
            command.env("GIT_PROXY_COMMAND", "");
        }
        command
    }
}

/// Returns what git says at the end, without what it says to everybody.
fn last_words(stderr: &str) -> String {
    let said =
        stderr.lines().map(str::trim).find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
    without_credentials(said.or_else(|| stderr.lines().last()).unwrap_or("git says no more"))
}

/// Text without the names and passwords that addresses may hold: git leaves
/// them out of most of what it says.
fn without_credentials(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split("://").enumerate() {
        let end = part.find(|c: char| c == '/' || c == '\'' || c.is_whitespace()).unwrap_or(part.len());
        let host = if index == 0 { 0 } else { part[..end].rfind('@').map_or(0, |at| at + 1) };
        out.push_str(if index == 0 { "" } else { "://" });
        out.push_str(&part[host..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_holds_no_password() {
        let said =
            "remote: hello\nfatal: unable to access 'https://ci:pass@word@host.example/a@b/': no route\n";
        assert_eq!(last_words(said), "fatal: unable to access 'https://host.example/a@b/': no route");
        assert_eq!(last_words("only a@b, and c://d"), "only a@b, and c://d");
    }
}
