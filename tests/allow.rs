//! `dogcatcher allow`: entries in a configuration whose comments and order stay.

mod support;

use support::{Folder, app, pat, secret_part};

/// The fingerprint of the only finding of a folder.
fn fingerprint(folder: &Folder) -> String {
    let report = folder.run(&["scan", "--report=json"]).exits(1).json();
    report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned()
}

#[test]
fn a_finding_stays_with_a_reason() {
    let folder = Folder::new().repository();
    folder.file("sub/a.env", pat(1));
    let name = fingerprint(&folder);
    let mut allow =
        folder.command(&["allow", &name, "--reason", "revoked, see SEC-42", "--until", "2099-12-31"]);
    assert!(allow.current_dir(folder.path().join("sub")).status().expect("it runs").success());
    let expected = format!(
        "[[allow]]\nfingerprint = \"{name}\"\nreason = \"revoked, see SEC-42\"\nuntil = 2099-12-31\n"
    );
    assert_eq!(folder.read("dogcatcher.toml"), expected, "a new file at the top of the repository");
    folder.run(&["scan"]).exits(0);
    let again = folder.run(&["allow", &name, "--reason", "twice"]).exits(0);
    assert!(again.stdout.contains("it is allowed already"), "{again:?}");
    assert_eq!(folder.read("dogcatcher.toml"), expected);
}

#[test]
fn comments_order_and_line_ends_stay() {
    let folder = Folder::new().repository();
    folder.file("a.env", pat(1));
    let name = fingerprint(&folder);
    let old = "# ours\n[scan]\nexclude = [ 'x' ]  # odd, but ours\n\n[[allow]] # first\npath = \"t/\"\nreason = \"r\"\n\n\
               [[accept]]\npath = \"deep.zip\"\nkind = \"archive-depth\"\nreason = \"made to test with\"\n";
    let added = format!("\n[[allow]]\nfingerprint = \"{name}\"\nreason = \"dead\"\n");
    for (ends, mark) in [("\n", ""), ("\r\n", ""), ("\n", "\u{feff}")] {
        let file = |text: &str| format!("{mark}{}", text.replace('\n', ends));
        folder.file("dogcatcher.toml", file(old));
        folder.run(&["allow", &name, "--reason", " dead "]).exits(0);
        let expected = old.replacen("\n\n[[accept]]", &format!("\n{added}\n[[accept]]"), 1);
        assert_eq!(folder.read("dogcatcher.toml"), file(&expected));
        folder.run(&["scan", "a.env"]).exits(0);
    }
}

#[test]
fn what_cannot_be_is_an_error_that_changes_nothing() {
    let folder = Folder::new().repository();
    let (name, token) = (format!("fp1_{}", "0".repeat(32)), app(2));
    for (file, args, told) in [
        ("", vec![name.as_str(), "--reason", " "], "it is empty"),
        ("", vec!["fp1_0123", "--reason", "r"], "neither a whole fingerprint"),
        ("", vec![token.as_str(), "--reason", "r"], "neither a whole fingerprint"),
        ("", vec![name.as_str(), "--reason", "r", "--until", "2020-01-01"], "that day is over"),
        ("[scan\n", vec![name.as_str(), "--reason", "r"], "it is no TOML"),
        ("allow = 3\n", vec![name.as_str(), "--reason", "r"], "no list of [[allow]] tables"),
        ("[scam]\n", vec![name.as_str(), "--reason", "r"], "unknown"),
    ] {
        folder.file("dogcatcher.toml", file);
        let run = folder.run(&[&["allow"], &args[..]].concat()).exits(2);
        assert!(run.stderr.contains(told) && !run.stderr.contains(secret_part(&token)), "{told}: {run:?}");
        assert_eq!(folder.read("dogcatcher.toml"), file);
    }
}
