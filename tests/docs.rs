//! What the documentation shows is true.

mod support;

use std::path::Path;

use dogcatcher::error::SkipReason;
use support::Folder;

/// The code blocks of that language in a page of `docs/`.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let path = format!("{}/{page}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split("\n```").next())
        .map(|block| format!("{block}\n"))
        .collect()
}

#[test]
fn the_rule_of_the_documentation_works() {
    let folder = Folder::new();
    let rules = blocks("docs/rules.md", "toml");
    assert!(rules.len() >= 2, "a GitHub-style and an npm-style rule");
    for (index, rule) in rules.iter().enumerate() {
        folder.file(&format!("rules/{index}.toml"), rule);
    }
    folder.run(&["rules", "check", "rules"]).exits(0);
}

/// Tokens that their owners published after revoking them; the files hold body and checksum apart.
#[test]
fn the_rule_of_the_documentation_proves_published_tokens() {
    let folder = Folder::new();
    folder.file("rules/github.toml", &blocks("docs/rules.md", "toml")[0]);
    let vectors = include_str!("../fixtures/github-crc-vectors.tsv");
    let mut text = String::new();
    for line in vectors.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<_> = line.split('\t').collect();
        text.push_str(&format!("token: {}_{}{}\n", "ghp", columns[0], columns[1]));
    }
    let run =
        folder.run_with(&["scan", "--rules", "rules", "--report", "json", "-"], text.as_bytes()).exits(1);
    let places = run.places();
    assert_eq!(places.len(), 26);
    assert!(places.iter().all(|place| place.ends_with(" verified")), "{places:?}");
}

#[test]
fn the_configuration_of_the_documentation_is_valid() {
    let folder = Folder::new();
    folder.file("acme-rules/a.toml", &blocks("docs/rules.md", "toml")[0]);
    for block in blocks("docs/configuration.md", "toml") {
        folder.file("dogcatcher.toml", block);
        folder.run(&["scan", "--config", "dogcatcher.toml"]).exits(0);
    }
}

/// The commands of a page, in order, each as its words.
fn commands(page: &str) -> Vec<Vec<String>> {
    let lines = blocks(page, "sh").concat();
    let words = |line: &str| {
        let parts = line.split(['"', '\'']).enumerate();
        let words = parts.flat_map(|(number, part)| match number % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words.collect::<Vec<_>>()
    };
    lines.lines().filter(|line| !line.is_empty()).map(words).collect()
}

/// Every command of these pages does what it says, in a repository with a token.
#[test]
fn the_commands_of_the_documentation_work() {
    for page in ["docs/policy.md", "docs/suppressing.md"] {
        let folder = Folder::new();
        support::git::git(folder.path(), &["init", "-q", "r"]);
        folder.file("r/a.env", support::pat(1));
        folder.file("r/dogcatcher.toml", "");
        let run = |args: &[&str]| {
            let mut command = folder.command(args);
            command.current_dir(folder.path().join("r"));
            support::output_of(command, b"")
        };
        assert_eq!(run(&["scan"]).status.code(), Some(1));
        let commands = commands(page);
        assert!(commands.len() >= 2, "{page}");
        for command in commands {
            let args: Vec<&str> = command.iter().map(String::as_str).collect();
            assert_eq!(args[0], "dogcatcher", "{page}");
            let args: Vec<&str> =
                args[1..].iter().map(|arg| if arg.starts_with("20") { "2099-01-31" } else { arg }).collect();
            let ended = run(&args);
            assert!(matches!(ended.status.code(), Some(0 | 1)), "{page}: {args:?}: {ended:?}");
        }
    }
}

/// What stands in no block of commands, each a policy of its own, is a configuration.
#[test]
fn the_policies_of_the_documentation_are_valid() {
    let policies = blocks("docs/policy.md", "toml");
    assert_eq!(policies.len(), 2, "a policy, and one that extends it");
    let folder = Folder::new().repository();
    folder.file("policy/dogcatcher.toml", &policies[0]);
    for policy in &policies {
        folder.file("dogcatcher.toml", policy);
        folder.run(&["config", "check"]).exits(0);
        folder.run(&["scan"]).exits(0);
    }
    let shown = folder.run(&["config", "show"]).exits(0).stdout;
    assert!(shown.contains("policy/dogcatcher.toml") && shown.contains("30"), "{shown}");
}

#[test]
fn every_flag_is_documented() {
    let read = |name: &str| {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a page")
    };
    let readme = read("README.md");
    let of_ci = readme.clone() + &read("docs/ci.md");
    for (command, text) in
        [(&["scan"][..], &readme), (&["ci", "github"], &of_ci), (&["ci", "gitlab"], &of_ci)]
    {
        let help = Folder::new().run(&[command, &["--help"]].concat()).exits(0).stdout;
        for flag in help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
            let flag: String = flag.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
            assert!(text.contains(&flag), "{flag} of {command:?} is not documented");
        }
    }
}

#[test]
fn every_kind_of_gap_is_documented() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = std::fs::read_to_string(page).expect("a page");
    for kind in SkipReason::ALL {
        let in_table = |line: &str| line.starts_with("| ") && line.contains(&format!("`{kind}`"));
        assert!(page.lines().any(in_table), "{kind} is in no row of the table");
    }
}

/// Addresses of links in a page, but for those of other places.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let addresses = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    addresses.filter(|address| !address.contains("://"))
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || ['-', '_', ' '].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_docs =
        std::fs::read_dir(root.join("docs")).expect("docs/").map(|entry| entry.expect("a page").path());
    let pages = ["README.md", "CONTRIBUTING.md", ".github/SECURITY.md", ".github/CODE_OF_CONDUCT.md"];
    let pages = pages.iter().map(|name| root.join(name)).chain(in_docs);
    for page in pages.filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = std::fs::read_to_string(&page).expect("a page");
        for link in links(&text) {
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.with_file_name(file) };
            assert!(target.exists(), "{}: {link} leads nowhere", page.display());
            let there = || std::fs::read_to_string(&target).expect("a page");
            let has =
                |text: String| text.lines().any(|line| line.starts_with('#') && anchor(line) == fragment);
            assert!(fragment.is_empty() || has(there()), "{}: {link} has no such heading", page.display());
        }
    }
}
