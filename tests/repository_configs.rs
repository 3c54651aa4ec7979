//! Each repository's configuration decides about what is in it, from wherever a scan is started.

mod support;

use std::path::Path;

use support::git::git;
use support::{Folder, pat};

/// A repository whose history holds a token in a folder of tests, which its configuration allows.
fn allowing(folder: &Folder, name: &str, seed: u64) {
    let work = folder.path().join(name);
    git(folder.path(), &["init", "-q", "-b", "main", name]);
    folder.file(&format!("{name}/sub/tests/x.env"), pat(seed));
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "brings it"]);
    git(&work, &["rm", "-q", "-r", "sub"]);
    git(&work, &["commit", "-qm", "removes it"]);
    folder.file(
        &format!("{name}/dogcatcher.toml"),
        "[[allow]]\npath = \"sub/tests/**\"\nreason = \"minted\"\n",
    );
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "allows it"]);
}

/// The exit status of a scan that is started in a folder.
fn status(folder: &Folder, start: &Path, args: &[&str]) -> Option<i32> {
    let mut command = folder.command(&[&["scan"], args].concat());
    command.current_dir(folder.path().join(start)).output().expect("it runs").status.code()
}

#[test]
fn an_allowed_path_of_history_is_allowed_from_everywhere() {
    let folder = Folder::new();
    allowing(&folder, "org/r", 1);
    git(folder.path(), &["clone", "-q", "--mirror", "org/r", "r.git"]);
    std::fs::create_dir(folder.path().join("elsewhere")).expect("a folder");
    std::fs::create_dir(folder.path().join("org/r/sub")).expect("a folder");
    let whole = folder.path().join("org/r");
    let whole = whole.to_str().expect("text");
    for (start, args) in [
        ("org/r", &[][..]),
        ("org/r/sub", &[".."]),
        ("org", &["r"]),
        ("org", &["r/.git"]),
        (".", &["org"]),
        ("elsewhere", &["../org/r"]),
        ("elsewhere", &[whole]),
        ("org/r", &["--range", "HEAD"]),
        ("elsewhere", &["--range", "HEAD", "../org/r"]),
        ("org", &["--config-from", "HEAD", "r"]),
        (".", &["--config-from", "HEAD", "r.git"]),
        ("r.git", &["--config-from", "HEAD"]),
    ] {
        assert_eq!(status(&folder, start.as_ref(), args), Some(0), "{start} {args:?}");
    }
    for (start, args) in [("org/r", &["--no-config"][..]), (".", &["r.git"])] {
        assert_eq!(status(&folder, start.as_ref(), args), Some(1), "{start} {args:?}");
    }
}

#[test]
fn no_repository_allows_what_is_in_another() {
    let folder = Folder::new();
    allowing(&folder, "a", 1);
    folder.file(
        "a/dogcatcher.toml",
        "[scan]\nfail_on = \"never\"\nmin_confidence = \"verified\"\nmax_file_size = 1\n[[allow]]\npath = \"**\"\nreason = \"all\"\n",
    );
    git(folder.path(), &["init", "-q", "b"]);
    folder.file("b/sub/tests/x.env", pat(2));
    git(&folder.path().join("b"), &["add", "."]);
    git(&folder.path().join("b"), &["commit", "-qm", "brings it"]);
    for args in [&["a", "b"][..], &["b", "a"], &["."]] {
        let run = folder.scan(args).exits(1);
        assert_eq!(run.json()["summary"]["findings"], 1, "{args:?}");
    }
    // Nor what is in one that stands in its own folder.
    std::fs::rename(folder.path().join("b"), folder.path().join("a/b")).expect("a folder");
    folder.file("a/dogcatcher.toml", "[[allow]]\npath = \"**\"\nreason = \"all\"\n");
    folder.scan(&["a"]).exits(1);
    // What a person names decides about everything.
    folder.scan(&["a", "--config", "a/dogcatcher.toml"]).exits(0);
}

#[test]
fn each_configuration_above_several_decides_in_its_own() {
    let folder = Folder::new();
    for (seed, (name, config)) in (1..).zip([
        ("allow", "[[allow]]\npath = \"keys/\"\nreason = \"x\"\n".to_owned()),
        ("exclude", "[scan]\nexclude = [\"keys/\"]\n".to_owned()),
        ("baseline", "[scan]\nbaseline = \"old.json\"\n".to_owned()),
        ("never", "[scan]\nfail_on = \"never\"\n".to_owned()),
    ]) {
        git(folder.path(), &["init", "-q", name]);
        folder.file(&format!("{name}/keys/k"), pat(seed));
        folder.run(&["scan", name, "--report", &format!("json={name}/old.json")]);
        folder.file(&format!("{name}/dogcatcher.toml"), config);
    }
    let run = folder.scan(&["."]).exits(0).json();
    let by: Vec<_> =
        run["findings"].as_array().expect("findings").iter().map(|it| &it["suppressed"]["by"]).collect();
    assert!(["allow", "exclude", "baseline"].iter().all(|way| by.iter().any(|by| by == way)), "{by:?}");
    let used: Vec<_> =
        run["summary"]["configs"].as_array().expect("configs").iter().map(|it| &it["file"]).collect();
    assert_eq!(used.len(), 4, "{used:?}");
    // One that cannot be read allows nothing, and that is said.
    folder.file("allow/dogcatcher.toml", "no configuration");
    let run = folder.scan(&["."]).exits(1);
    assert!(
        run.stderr.contains("a configuration was not used") && run.stderr.contains("allow/dogcatcher.toml")
    );
}

#[test]
fn a_gap_is_accepted_where_its_repository_says_so() {
    let folder = Folder::new();
    for name in ["a", "b"] {
        git(folder.path(), &["init", "-q", name]);
        folder.file(&format!("{name}/x.zip"), b"PK\x03\x04 no archive at all, however it begins");
        folder.file(&format!("{name}/x.zip.pack"), "");
    }
    let gaps = |run: &serde_json::Value| {
        let skipped = run["summary"]["skipped"].as_array().expect("gaps").clone();
        skipped.into_iter().filter(|gap| gap["incomplete"] == true).collect::<Vec<_>>()
    };
    let before = gaps(&folder.scan(&["."]).exits(3).json());
    let kind = before[0]["kind"].as_str().expect("a kind");
    assert_eq!(before.iter().map(|gap| &gap["repository"]).collect::<Vec<_>>(), ["a", "b"]);
    folder.file(
        "a/dogcatcher.toml",
        format!("[[accept]]\npath = \"x.zip\"\nkind = \"{kind}\"\nreason = \"made so\"\n"),
    );
    let after = gaps(&folder.scan(&["."]).exits(3).json());
    assert_eq!(after.iter().map(|gap| &gap["repository"]).collect::<Vec<_>>(), ["b"]);
}
