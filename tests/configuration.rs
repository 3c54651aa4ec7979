//! Where settings come from: flags, variables, a file, and a commit whose file can be trusted.

mod support;

use std::path::Path;

use support::git::git;
use support::{Folder, Run, broken_pat, pat};

/// A scan with variables.
fn scan(folder: &Folder, variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = folder.command(&[&["scan", "--report=json", "--files-only"], args].concat());
    command.envs(variables.iter().copied());
    let output = support::output_of(command, b"");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let folder = Folder::new();
    folder.file("a.txt", broken_pat(1));
    let grade = |variables: &[(&str, &str)], args: &[&str]| scan(&folder, variables, args).status;
    assert_eq!(grade(&[], &[]), 1, "suspect findings count");
    folder.file("dogcatcher.toml", "[scan]\nmin_confidence = \"verified\"\n");
    assert_eq!(grade(&[], &[]), 0, "not with the file");
    let variable = ("DOGCATCHER_MIN_CONFIDENCE", "suspect");
    assert_eq!(grade(&[variable], &[]), 1, "the variable wins over the file");
    assert_eq!(grade(&[variable], &["--min-confidence=verified"]), 0, "the flag wins over the variable");
    assert_eq!(grade(&[("DOGCATCHER_MIN_CONFIDENCE", "")], &[]), 0, "an empty one is none");
    assert_eq!(grade(&[("DOGCATCHER_NO_CONFIG", "true")], &[]), 1);
    assert_eq!(grade(&[("DOGCATCHER_NO_CONFIG", "false")], &[]), 0);
    assert_eq!(grade(&[("DOGCATCHER_NO_CONFIG", "true")], &["--config=dogcatcher.toml"]), 0, "the flag wins");
    // What is scanned is only typed.
    assert_eq!(grade(&[("DOGCATCHER_HISTORY_ONLY", "true")], &["--no-config"]), 1);
}

#[test]
fn a_wrong_variable_is_told_of() {
    let folder = Folder::new();
    folder.file("a.txt", pat(1));
    let wrong = scan(&folder, &[("DOGCATCHER_FAIL_ON", "sometimes")], &[]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("--fail-on") && wrong.stderr.contains("never"), "{wrong:?}");
    let near = scan(&folder, &[("DOGCATCHER_FIAL_ON", "never"), ("DOGCATCHER_OTHER_THING", "1")], &[]);
    assert_eq!(near.status, 1, "{near:?}");
    assert!(
        near.stderr.contains("DOGCATCHER_FIAL_ON does nothing; did you mean DOGCATCHER_FAIL_ON"),
        "{near:?}"
    );
    assert!(!near.stderr.contains("OTHER"), "{near:?}");
    folder.file("dogcatcher.toml", "[scan]\nexlude = [\"a\"]\n");
    let key = scan(&folder, &[], &[]);
    assert!(key.status == 2 && key.stderr.contains("did you mean `exclude`"), "{key:?}");
}

/// A repository whose second commit allows its own token.
fn allowing() -> Folder {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    folder.file("r/README", "clean\n");
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "base"]);
    folder.file("r/key.txt", pat(1));
    folder.file(
        "r/dogcatcher.toml",
        "[[allow]]\npath = \"*.txt\"\nreason = \"mine\"\n[scan]\nrules = [\"rules\"]\n",
    );
    folder.file("r/rules/own.toml", own_rule());
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "allow"]);
    folder
}

fn own_rule() -> String {
    let docs =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md")).expect("docs");
    let block = docs.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    block.expect("a rule").to_owned()
}

#[test]
fn the_configuration_of_a_commit() {
    let folder = allowing();
    let scan = |args: &[&str]| folder.run(&[&["scan", "--report=json", "--files-only", "r"], args].concat());
    let own = scan(&[]).exits(0).json();
    assert_eq!(own["summary"]["config"]["allowed"], 1, "{own}");
    assert_eq!(own["summary"]["suppressed"], 1, "{own}");
    let base = scan(&["--config-from=main~1"]).exits(1).json();
    assert!(base["summary"]["config"].is_null(), "{base}");
    // That of a commit, however the file in the work tree was changed, with the rules of that commit.
    folder.file("r/dogcatcher.toml", "no configuration at all");
    std::fs::remove_dir_all(folder.path().join("r/rules")).expect("a folder");
    let head = scan(&["--config-from=HEAD"]).exits(0);
    assert_eq!(head.json()["summary"]["config"]["file"], "HEAD:dogcatcher.toml");
    assert!(head.stderr.contains("HEAD:dogcatcher.toml was used; it allowed 1 place"), "{head:?}");
    let unknown = scan(&["--config-from=nowhere"]).exits(2);
    assert!(unknown.stderr.contains("cannot find the commit `nowhere`"), "{unknown:?}");
    scan(&["--config-from=HEAD", "--no-config"]).exits(2);
}

#[test]
fn the_schema_is_that_of_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dogcatcher.schema.json");
    let schema = Folder::new().run(&["schema"]).exits(0).stdout;
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &schema).expect("the file can be written");
    }
    let written = std::fs::read_to_string(&file).expect("docs/dogcatcher.schema.json");
    assert!(
        written == schema,
        "docs/dogcatcher.schema.json is old: `UPDATE=1 cargo test --test configuration` writes it anew"
    );
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    // What it says of keys is what the program says.
    let keys = |table: &serde_json::Value| {
        let properties = table["properties"].as_object().expect("properties");
        properties.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>()
    };
    for (table, path) in [("ScanTable", "[scan]"), ("AllowEntry", "[[allow]]"), ("AcceptEntry", "[[accept]]")]
    {
        let folder = Folder::new();
        folder.file("dogcatcher.toml", format!("{path}\nzzz = 1\n"));
        let run = folder.run(&["scan"]).exits(2);
        assert!(
            keys(&schema["$defs"][table]).iter().all(|key| run.stderr.contains(key.as_str())),
            "{table}: {run:?}"
        );
        assert_eq!(schema["$defs"][table]["additionalProperties"], false);
    }
}

#[test]
fn globs_that_begin_with_a_dot_and_a_slash() {
    let folder = Folder::new();
    folder.file("testdata/f", pat(1));
    folder.file("a/testdata/f", pat(2));
    folder.file("dogcatcher.toml", "[scan]\nexclude = [\"./testdata/\"]\n");
    let places = folder.scan(&["."]).exits(1).places();
    assert_eq!(places, ["a/testdata/f:1:1 verified"], "seen from the folder of the file");
    folder.file("dogcatcher.toml", "[[allow]]\npath = \"././testdata/*\"\nreason = \"fixtures\"\n");
    let run = folder.scan(&["."]).exits(1);
    assert_eq!(run.json()["summary"]["suppressed"], 1);
    for glob in [".", "./", "../elsewhere/", "a/../b", "!./.."] {
        folder.file("dogcatcher.toml", format!("[scan]\nexclude = [\"{glob}\"]\n"));
        assert!(folder.scan(&["."]).exits(2).stderr.contains("it "), "{glob}");
    }
}
