//! Each repository's configuration decides about what is in it, from wherever a scan is started.

mod support;

use std::path::Path;

use dogcatcher::token::{Kind, Mint};
use support::git::git;
use support::{Folder, output_of, pat};

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

/// A repository whose configuration and history name a key in a way that only words of the user's decide about.
fn with_key(folder: &Folder, name: &str, line: &str, config: &str) {
    git(folder.path(), &["init", "-q", "-b", "main", name]);
    folder.file(&format!("{name}/key.txt"), line);
    if !config.is_empty() {
        folder.file(&format!("{name}/dogcatcher.toml"), config);
    }
    let work = folder.path().join(name);
    git(&work, &["add", "key.txt"]);
    git(&work, &["commit", "-qm", "brings it"]);
}

/// The repositories of all places that were found.
fn repositories(run: &serde_json::Value) -> std::collections::BTreeSet<String> {
    let findings = run["findings"].as_array().expect("findings").iter();
    let places = findings.flat_map(|it| it["locations"].as_array().expect("places"));
    places.map(|it| it["repository"].as_str().unwrap_or("none").to_owned()).collect()
}

#[test]
fn words_against_keys_silence_none_in_another_repository() {
    let folder = Folder::new();
    let mut mint = Mint::new(7);
    let mut line = |name: &str| format!("{name}={}\n", mint.mint(Kind::ApiKey));
    let words = "[lexicon]\npretended = [\"canary\"]\nvendors = [\"zorbly\"]\n";
    with_key(&folder, "a", &line("CANARY_DD_API_KEY"), words);
    with_key(&folder, "a/nested", &line("CANARY_DD_API_KEY"), "");
    with_key(&folder, "a/other", &line("DD_ZORBLY_API_KEY"), "[scan]\nmin_confidence = \"context\"\n");
    let nested = ["a/nested", "a/other"].map(str::to_owned).into();
    let bare = ["nested", "other"].map(str::to_owned).into();
    for args in [&["a"][..], &["a", "--files-only"], &["a", "--history-only"], &["a", "a/nested"]] {
        assert_eq!(repositories(&folder.scan(args).exits(1).json()), nested, "{args:?}");
    }
    let mut inside = folder.command(&["scan", "--report=json", "."]);
    inside.current_dir(folder.path().join("a"));
    let inside = output_of(inside, b"");
    assert_eq!(repositories(&serde_json::from_slice(&inside.stdout).expect("JSON")), bare);
    // What a person names speaks for all.
    folder.scan(&["a", "--config", "a/dogcatcher.toml"]).exits(0);
}

#[test]
fn each_named_repository_is_judged_by_its_own_words() {
    let folder = Folder::new();
    let mut mint = Mint::new(8);
    let mut line = |name: &str| format!("{name}={}\n", mint.mint(Kind::ApiKey));
    let names = |words: &str| format!("[lexicon]\n{words}\n");
    with_key(&folder, "a", &line("ACME_WATCH_API_KEY"), &names("owners = [\"acme-watch\"]"));
    with_key(&folder, "b", &line("CANARY_DD_API_KEY"), &names("pretended = [\"canary\"]"));
    with_key(&folder, "c", &line("ACME_WATCH_API_KEY"), "");
    let only = |name: &str| std::collections::BTreeSet::from([name.to_owned()]);
    for args in [&["a", "b", "c"][..], &["b", "c", "a", "--history-only"], &["c", "a", "b", "--files-only"]] {
        assert_eq!(repositories(&folder.scan(args).exits(1).json()), only("a"), "{args:?}");
    }
}

#[test]
fn words_and_rules_below_the_paths_are_not_heeded_and_that_is_said() {
    let folder = Folder::new();
    with_key(&folder, "org/a", "nothing\n", "[lexicon]\npretended = [\"canary\"]\n[scan]\nrules = [\"x\"]\n");
    for args in [&["org"][..], &["org", "--files-only"]] {
        let run = folder.scan(args).exits(0);
        let told = "org/a/dogcatcher.toml: [lexicon] and rules not heeded";
        assert!(run.stderr.contains(told), "{args:?}: {}", run.stderr);
    }
    folder.file("org/a/dogcatcher.toml", "[lexicon]\npretended = [\"canary\"]\n");
    assert!(!folder.scan(&["org/a"]).exits(0).stderr.contains("not heeded"));
}

#[test]
fn a_folder_that_points_to_another_history_decides_nothing_in_it() {
    for pointer in ["worktree", "gitfile", "commondir"] {
        let folder = Folder::new();
        allowing(&folder, "outer", 1);
        std::fs::remove_file(folder.path().join("outer/dogcatcher.toml")).expect("a file");
        let outer = folder.path().join("outer");
        match pointer {
            "worktree" => drop(git(&outer, &["worktree", "add", "-q", "../aaa"])),
            "gitfile" => drop(folder.file("aaa/.git", "gitdir: ../outer/.git\n")),
            _ => {
                folder.file("aaa/.git/HEAD", "ref: refs/heads/main\n");
                folder.file("aaa/.git/commondir", "../../outer/.git\n");
            }
        }
        folder.file("aaa/dogcatcher.toml", "[[allow]]\npath = \"**\"\nreason = \"all\"\n");
        assert_eq!(status(&folder, ".".as_ref(), &[]), Some(1), "{pointer}");
    }
}

#[test]
fn a_text_full_of_one_secret_hides_no_other_place_of_it() {
    let folder = Folder::new();
    for name in ["aaa", "zzz"] {
        git(folder.path(), &["init", "-q", name]);
    }
    folder.file("aaa/big", format!("x {}\n", pat(1)).repeat(120_000));
    folder.file("zzz/z", pat(1));
    folder.file(
        "aaa/dogcatcher.toml",
        "[[allow]]\npath = \"*\"\nreason = \"all\"\n[[accept]]\npath = \"big\"\nkind = \"places\"\nreason = \"all\"\n",
    );
    assert_eq!(status(&folder, ".".as_ref(), &["--threads", "1"]), Some(1));
}

#[test]
fn each_repository_is_summed_up_and_named() {
    let folder = Folder::new();
    allowing(&folder, "org/a", 1);
    git(folder.path(), &["init", "-q", "org/b"]);
    folder.file("org/b/x.env", pat(2));
    git(folder.path(), &["init", "-q", "org/c"]);
    let args = [
        "scan", "org", "--report", "json", "--report", "text=t", "--report", "gitlab=g", "--report",
        "github=h",
    ];
    let run = folder.run(&args).exits(1);
    let totals = run.json()["summary"]["repositories"].clone();
    let of = |index: usize| {
        let it = &totals[index];
        let counts = ["findings", "suppressed", "commits"].map(|name| it[name].as_u64().expect("a count"));
        (it["repository"].as_str().expect("a name").to_owned(), counts)
    };
    assert_eq!(of(0), ("org/a".to_owned(), [0, 1, 3]));
    assert_eq!(of(1), ("org/b".to_owned(), [1, 0, 0]));
    assert_eq!(of(2), ("org/c".to_owned(), [0, 0, 0]));
    let text = folder.read("t");
    assert!(text.contains("org/a: 1 suppressed") && text.contains("org/b: 1 found"), "{text}");
    assert!(text.contains("1 repository without findings"), "{text}");
    for report in ["g", "h"] {
        assert!(folder.read(report).contains("Repository: org/b."), "{}", folder.read(report));
    }
    assert!(!folder.scan(&["org/b"]).exits(1).json()["summary"]["repositories"][0].is_null());
}

#[test]
fn the_configuration_of_a_commit_is_named_by_the_commit() {
    let folder = Folder::new();
    folder.file("dogcatcher.toml", "[[allow]]\npath = \"a.txt\"\nreason = \"minted\"\n");
    folder.file("a.txt", pat(1));
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let id = String::from_utf8(git(folder.path(), &["rev-parse", "HEAD"])).expect("hexadecimal");
    let (id, name) = (id.trim(), format!("{}:dogcatcher.toml", &id[..10]));
    let run = folder.scan(&[".", "--config-from", id]).exits(0);
    assert_eq!(run.json()["summary"]["config"]["file"], name, "{run:?}");
    assert!(run.stderr.contains(&format!("note: {name} was used")), "{run:?}");
    let other = format!("{}0000", &id[..36]);
    for args in [["--config-from", &other, "."], ["--range", &other, "--no-config"]] {
        let error = folder.scan(&args).exits(2).stderr;
        assert!(error.contains(&other[..10]) && !error.contains('…'), "{error}");
    }
}

/// Configurations of a commit have one name in every repository, `main:dogcatcher.toml`.
#[test]
fn the_level_of_a_commit_is_that_of_its_repository() {
    let folder = Folder::new();
    for (seed, name, config) in [
        (1, "a", ""),
        (2, "b", "[policy]\nfail_on = \"never\"\n"),
        (3, "c", "[policy]\nfail_on = \"path:no\"\n"),
    ] {
        git(folder.path(), &["init", "-q", "-b", "main", name]);
        folder.file(&format!("{name}/x.env"), pat(seed));
        folder.file(&format!("{name}/dogcatcher.toml"), config);
        git(&folder.path().join(name), &["add", "."]);
        git(&folder.path().join(name), &["commit", "-qm", "all"]);
    }
    for from in [&[][..], &["--config-from", "main"]] {
        for (paths, expected) in [
            (&["a"][..], 1),
            (&["b"], 0),
            (&["a", "b"], 1),
            (&["b", "a"], 1),
            (&["c", "b"], 0),
            (&["b", "c", "a"], 1),
        ] {
            let args = [from, paths].concat();
            assert_eq!(status(&folder, ".".as_ref(), &args), Some(expected), "{args:?}");
        }
    }
}
