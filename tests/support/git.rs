//! Repositories with tokens in awkward places, made and read by git itself.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use dogcatcher::token::{Kind, Mint};
use fastrand::Rng;

/// Runs git as nobody in particular; what it prints.
pub fn git(folder: &Path, args: &[&str]) -> Vec<u8> {
    git_with(folder, args, b"")
}

/// Whether git does it.
pub fn succeeds(folder: &Path, args: &[&str]) -> bool {
    command(folder, args).output().unwrap().status.success()
}

/// git, as nobody in particular.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "user.name=A U Thor",
            "-c",
            "user.email=author@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// [`git`] with something on its standard input.
pub fn git_with(folder: &Path, args: &[&str], input: &[u8]) -> Vec<u8> {
    let output = super::output_of(command(folder, args), input);
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Every object of a repository with its content, as git prints it.
pub fn cat_all_objects(repository: &Path) -> Vec<(String, Vec<u8>)> {
    let out = git(repository, &["cat-file", "--batch-all-objects", "--batch", "--unordered"]);
    let mut objects = Vec::new();
    let mut rest = &out[..];
    while !rest.is_empty() {
        let end = rest.iter().position(|&byte| byte == b'\n').unwrap();
        let head = String::from_utf8(rest[..end].to_vec()).unwrap();
        let mut words = head.split(' ');
        let (id, _, size) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let size: usize = size.parse().unwrap();
        objects.push((id.to_owned(), rest[end + 1..end + 1 + size].to_vec()));
        rest = &rest[end + size + 2..];
    }
    objects
}

/// Each commit of a range, with the blobs that it introduces: what differs from all its parents.
pub fn introductions(repository: &Path, range: &[&str]) -> BTreeSet<(String, String, String)> {
    let args = ["log", "--no-renames", "-c", "--raw", "--root", "--no-abbrev", "-z", "--format=%x01%H"];
    let out = String::from_utf8(git(repository, &[&args, range].concat())).unwrap();
    let mut introductions = BTreeSet::new();
    for record in out.split('\u{1}').filter(|record| !record.is_empty()) {
        let mut fields = record.split('\0').map(str::trim).filter(|field| !field.is_empty());
        let commit = fields.next().unwrap();
        while let (Some(what), Some(path)) = (fields.next(), fields.next()) {
            // `::mode mode mode id id id letters`: the last id is what came of it.
            let words: Vec<_> = what.split(' ').collect();
            introductions.insert((words[words.len() - 2].to_owned(), path.to_owned(), commit.to_owned()));
        }
    }
    introductions
}

/// Writes a random history.
pub struct Author {
    random: Rng,
    mint: Mint,
    tokens: Vec<String>,
    files: Vec<Vec<u8>>,
    stream: Vec<u8>,
    marks: u32,
    /// The marks of commits.
    commits: Vec<u32>,
}

impl Author {
    pub fn new(seed: u64) -> Self {
        let random = Rng::with_seed(seed);
        Self {
            random,
            mint: Mint::new(seed),
            tokens: Vec::new(),
            files: Vec::new(),
            stream: Vec::new(),
            marks: 0,
            commits: Vec::new(),
        }
    }

    /// All tokens that were ever minted; not each of them stands somewhere.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Makes a repository with a random history; says what it is like.
    pub fn write(&mut self, path: &Path) -> String {
        let format = if self.random.u8(..4) == 0 { "sha256" } else { "sha1" };
        let name = path.to_str().unwrap();
        git(path.parent().unwrap(), &["init", "-q", "--bare", &format!("--object-format={format}"), name]);
        let count = self.random.usize(1..6);
        for _ in 0..count {
            let file = self.text(200);
            self.files.push(file);
        }
        let commits = self.random.usize(5..60);
        for number in 0..commits {
            self.commit(number);
        }
        git_with(path, &["fast-import", "--quiet", "--force"], &std::mem::take(&mut self.stream));
        git(path, &["symbolic-ref", "HEAD", "refs/heads/main"]);
        format!("{format}, {commits} commits of {count} files")
    }

    /// Stores it in one of the ways that git has.
    pub fn pack(&mut self, path: &Path) {
        for setting in ["repack.useDeltaBaseOffset=false", "pack.indexVersion=1", "core.compression=0"] {
            if self.random.u8(..4) == 0 {
                let (name, value) = setting.split_once('=').unwrap();
                git(path, &["config", name, value]);
            }
        }
        // Dangling: no ref leads there any more.
        git(path, &["update-ref", "-d", "refs/heads/side"]);
        match self.random.u8(..6) {
            0 => {}
            1 => drop(git(path, &["repack", "-q", "-A", "-d", "-f", "--depth=250", "--window=50"])),
            2 => drop(git(path, &["repack", "-q", "--cruft", "-d", "-f"])),
            3 => {
                git(path, &["repack", "-q", "-a", "-d", "-f", "--max-pack-size=1m"]);
                git(path, &["multi-pack-index", "write"]);
            }
            4 => self.unpack(path),
            _ => {
                self.unpack(path);
                git(path, &["repack", "-q", "-d", "--depth=4095"]);
            }
        }
    }

    /// Turns all objects into loose ones.
    fn unpack(&mut self, path: &Path) {
        let dir = path.join("objects/pack");
        let packs: Vec<_> = std::fs::read_dir(&dir)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|it| it == "pack"))
            .collect();
        for pack in packs {
            let bytes = std::fs::read(&pack).unwrap();
            std::fs::remove_file(pack.with_extension("idx")).unwrap();
            std::fs::remove_file(&pack).unwrap();
            git_with(path, &["unpack-objects", "-q"], &bytes);
        }
    }

    fn token(&mut self) -> String {
        let kinds = [Kind::PersonalAccessToken, Kind::ServiceAccessToken, Kind::ApplicationKey];
        let token = self.mint.mint(kinds[self.random.usize(..3)]);
        self.tokens.push(token.clone());
        token
    }

    /// Lines of text, or bytes of any kind, some of which look like the beginning of a token.
    fn text(&mut self, lines: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let binary = self.random.u8(..4) == 0;
        for _ in 0..self.random.usize(..lines) {
            match self.random.u8(..12) {
                0 => out.extend_from_slice(
                    ["ddpat", "dd", "ddsat_", "d", "ddap"][self.random.usize(..5)].as_bytes(),
                ),
                _ if binary => out.extend((0..20).map(|_| self.random.u8(..))),
                n => out.extend_from_slice(format!("line {n} {}", self.random.u16(..)).as_bytes()),
            }
            if !binary {
                out.push(b'\n');
            }
        }
        out
    }

    /// One change of a file, such that a token appears, goes, is joined, or is torn.
    fn change(&mut self, file: &mut Vec<u8>) {
        let at = self.random.usize(..=file.len());
        match self.random.u8(..8) {
            0 => drop(file.splice(at..at, self.text(8)).collect::<Vec<_>>()),
            1 | 2 => {
                let token = self.token();
                file.splice(at..at, token.into_bytes());
            }
            3 => {
                // Two halves, which a deletion joins later on.
                let token = self.token();
                let cut = self.random.usize(1..token.len());
                let between = ["-", "\n", "|torn apart|"][self.random.usize(..3)];
                let halves = format!("\n{}{between}{}\n", &token[..cut], &token[cut..]);
                file.splice(at..at, halves.into_bytes());
            }
            4 => self.join(file),
            5 => {
                // The same beginning, another end.
                let token = self.token();
                let other = self.token();
                let cut = self.random.usize(..token.len().min(other.len()));
                let text = format!("{}{}\n{token}", &token[..cut], &other[cut..]);
                file.splice(at..at, text.into_bytes());
            }
            _ => {
                let to = (at + self.random.usize(..200)).min(file.len());
                file.drain(at..to);
            }
        }
    }

    /// Deletes what keeps two halves apart.
    fn join(&mut self, file: &mut Vec<u8>) {
        for token in &self.tokens {
            for cut in 1..token.len() {
                for between in ["-", "\n", "|torn apart|"] {
                    let torn = format!("{}{between}{}", &token[..cut], &token[cut..]);
                    if let Some(at) = memchr::memmem::find(file, torn.as_bytes()) {
                        file.drain(at + cut..at + cut + between.len());
                        return;
                    }
                }
            }
        }
    }

    fn commit(&mut self, number: usize) {
        let which = self.random.usize(..self.files.len());
        let mut file = std::mem::take(&mut self.files[which]);
        for _ in 0..self.random.usize(1..4) {
            self.change(&mut file);
        }
        self.marks += 1;
        let blob = self.marks;
        self.data(format!("blob\nmark :{blob}\n"), &file);
        self.files[which] = file;
        self.marks += 1;
        let mark = self.marks;
        let branch = if number % 7 == 6 { "side" } else { "main" };
        let author = if self.random.u8(..20) == 0 { self.token() } else { "A U Thor".to_owned() };
        let mut message = format!("change {number}\n");
        if self.random.u8(..6) == 0 {
            let _ = write!(message, "\nit was {}\n", self.token());
        }
        let head = format!(
            "commit refs/heads/{branch}\nmark :{mark}\nauthor {author} <a@example.com> {number} +0000\n\
             committer C <c@example.com> {number} +0000\n"
        );
        self.data(head, message.as_bytes());
        if self.random.u8(..6) == 0
            && let Some(other) = self.random.choice(&self.commits)
        {
            let _ = writeln!(self.stream, "merge :{other}");
        }
        self.commits.push(mark);
        let name = match self.random.u8(..15) {
            0 => format!("folder/{}", self.token()),
            1 => format!("{}/file", self.token()),
            _ => format!("folder/{which}"),
        };
        let _ = writeln!(self.stream, "M 100644 :{blob} {name}");
        match self.random.u8(..10) {
            0 => {
                let message = self.token();
                let head = format!("tag t{number}\nfrom :{mark}\ntagger T <t@example.com> {number} +0000\n");
                self.data(head, message.as_bytes());
            }
            1 => {
                let message = format!("of a blob: {}\n", self.token());
                let head = format!("tag b{number}\nfrom :{blob}\ntagger T <t@example.com> {number} +0000\n");
                self.data(head, message.as_bytes());
            }
            _ => {}
        }
    }

    fn data(&mut self, head: String, bytes: &[u8]) {
        let _ = writeln!(self.stream, "{head}data {}", bytes.len());
        self.stream.extend_from_slice(bytes);
        self.stream.push(b'\n');
    }
}
