//! Credentials in names: of files and folders, of members of archives, of refs, and in what links name.

mod support;

use std::io::{Cursor, Write};

use support::git::git;
use support::{Folder, Run, pat, secret_part};

const FORMATS: [&str; 9] = ["text", "json", "sarif", "github", "gitlab", "md", "html", "csv", "junit"];

/// Asserts that a scan finds a token just once, and that no report shows it; returns the kind, path, line and column of the place.
fn only_place(folder: &Folder, args: &[&str], token: &str) -> String {
    for format in FORMATS {
        let run = folder.run(&[&["scan", "--report", format], args].concat()).exits(1);
        assert!(!shows(&run, token), "{format}: {run:?}");
    }
    let json = folder.scan(args).exits(1).json();
    let places = json["findings"][0]["locations"].as_array().expect("locations");
    assert!(json["findings"].as_array().is_some_and(|it| it.len() == 1) && places.len() == 1, "{json}");
    let word = |field: &str| places[0][field].as_str().unwrap_or_default().to_owned();
    format!("{} {}:{}:{}", word("kind"), word("path"), places[0]["line"], places[0]["column"])
}

fn shows(run: &Run, token: &str) -> bool {
    [&run.stdout, &run.stderr].into_iter().any(|text| text.contains(secret_part(token)))
}

#[test]
fn of_files_and_folders() {
    let token = pat(1);
    let (file, within) = (format!("a/copy-{token}.txt"), format!("b/{token}/empty"));
    for (path, place) in [(&file, "a/copy-ddpat_….txt:1:6"), (&within, "b/ddpat_…:1:1")] {
        let folder = Folder::new();
        folder.file(path, "");
        for args in [&[][..], &["."], &["--files-only"], &[path]] {
            assert_eq!(only_place(&folder, args, &token), format!("file_name {place}"), "{args:?}");
        }
        git(folder.path(), &["init", "-q"]);
        folder.run(&["hook", "run", path]).exits(1);
    }
    // One folder is one place, however much is in it; it is a name, and no file.
    let folder = Folder::new();
    ["x", "y", "z/z"].iter().for_each(|name| drop(folder.file(&format!("{token}/{name}"), "text\n")));
    assert_eq!(only_place(&folder, &[], &token), "file_name ddpat_…:1:1");
    assert_eq!(folder.scan(&[]).json()["summary"]["files"], 3);
}

#[test]
fn that_are_left_out_are_not_looked_at() {
    let folder = Folder::new().repository();
    folder.file(&format!("ignored/{}", pat(1)), "");
    folder.file(&format!("excluded/{}", pat(2)), "");
    folder.file(".gitignore", "ignored/\n");
    folder.file("dogcatcher.toml", "[scan]\nexclude = ['excluded/']\n");
    folder.scan(&["--files-only"]).exits(0);
    assert_eq!(folder.scan(&["--files-only", "--no-ignore"]).exits(1).json()["summary"]["findings"], 1);
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    folder.scan(&["--staged"]).exits(0);
    git(folder.path(), &["commit", "-qm", "excluded"]);
    folder.scan(&["--range", "HEAD"]).exits(0);
}

#[test]
fn of_ignored_folders_that_hold_tracked_files() {
    let token = pat(1);
    for (path, place) in
        [(format!("a/{token}"), "a/ddpat_…"), (format!("build/b/{token}"), "build/b/ddpat_…")]
    {
        let folder = Folder::new();
        folder.file(&format!("{path}/sub/x"), "");
        folder.file(&format!("{path}/y"), "");
        git(folder.path(), &["init", "-q"]);
        git(folder.path(), &["add", "."]);
        folder.file(".gitignore", "ddpat_*/\nbuild/\n");
        assert_eq!(only_place(&folder, &["--files-only"], &token), format!("file_name {place}:1:1"));
        folder.file("dogcatcher.toml", "[scan]\nexclude = ['ddpat_*/']\n");
        folder.scan(&["--files-only"]).exits(0);
    }
}

#[test]
fn are_looked_at_by_one_shard() {
    let folder = Folder::new();
    folder.file(&format!("a/{}/b", pat(1)), "text\n");
    let shards = ["1/3", "2/3", "3/3"].map(|shard| folder.run(&["scan", "a", "--shard", shard]).status);
    assert_eq!(shards.iter().sum::<i32>(), 1, "{shards:?}");
}

#[cfg(unix)]
#[test]
fn that_links_lead_to() {
    let (token, folder) = (pat(1), Folder::new());
    std::os::unix::fs::symlink(format!("/run/secrets/{token}"), folder.path().join("link")).expect("a link");
    assert_eq!(only_place(&folder, &["--files-only"], &token), "file link:1:14");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    assert_eq!(only_place(&folder, &["--staged"], &token), "staged link:1:14");
    git(folder.path(), &["commit", "-qm", "link"]);
    assert_eq!(only_place(&folder, &["--history-only"], &token), "git link:1:14");
}

#[test]
fn of_members_of_archives() {
    let (token, folder) = (pat(1), Folder::new());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.add_directory(&token, options).expect("a folder");
    for name in ["a", "b"] {
        zip.start_file(format!("{token}/{name}"), options).expect("a member");
        zip.write_all(b"text").expect("a member");
    }
    folder.file("m.zip", zip.finish().expect("a zip").into_inner());
    assert_eq!(only_place(&folder, &["."], &token), "file_name m.zip!/ddpat_…:1:1");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    for args in [&["--staged"][..], &["m.zip", "--files-only"]] {
        assert_eq!(only_place(&folder, args, &token), "file_name m.zip!/ddpat_…:1:1");
    }
    git(folder.path(), &["commit", "-qm", "archive"]);
    for args in [&["--range", "HEAD"][..], &["--history-only"]] {
        assert_eq!(only_place(&folder, args, &token), "file_name m.zip!/ddpat_…:1:1");
    }
}

#[test]
fn of_links_and_empty_members_of_archives() {
    let (name, target, folder) = (pat(1), pat(2), Folder::new());
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, "link", format!("to/{target}")).expect("a link");
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    tar.append_data(&mut header, format!("{name}.txt"), &b""[..]).expect("a member");
    folder.file("m.tar", tar.into_inner().expect("a tar"));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.add_symlink("link", format!("to/{target}"), options).expect("a link");
    zip.start_file(format!("{name}.txt"), options).expect("a member");
    zip.set_comment(format!("see {}", pat(3))).expect("a comment");
    folder.file("m.zip", zip.finish().expect("a zip").into_inner());
    let mut places = folder.scan(&["."]).exits(1).places();
    places.sort();
    let expected = [
        "m.tar!/ddpat_….txt:1:1",
        "m.tar!/link:1:4",
        "m.zip!/comment:1:5",
        "m.zip!/ddpat_….txt:1:1",
        "m.zip!/link:1:4",
    ];
    assert_eq!(places, expected.map(|place| format!("{place} verified")));
}

#[test]
fn that_a_change_brings() {
    let token = pat(1);
    let folder = Folder::new();
    git(folder.path(), &["init", "-q"]);
    folder.file("old", "old\n");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "old"]);
    folder.file(&format!("new/{token}/one"), "one\n");
    folder.file(&format!("new/{token}/two"), "two\n");
    git(folder.path(), &["add", "."]);
    assert_eq!(only_place(&folder, &["--staged"], &token), "file_name new/ddpat_…:1:1");
    git(folder.path(), &["commit", "-qm", "new"]);
    for args in [&["--range", "HEAD~..HEAD"][..], &["--history-only"]] {
        assert_eq!(only_place(&folder, args, &token), "file_name new/ddpat_…:1:1");
    }
    folder.file(&format!("new/{token}/three"), "three\n");
    git(folder.path(), &["add", "."]);
    folder.run(&["scan", "--staged"]).exits(0);
    git(folder.path(), &["branch", &format!("b-{}", pat(2))]);
    let places = folder.scan(&["--history-only"]).exits(1).json()["findings"].to_string();
    assert!(places.contains("ref_name") && !places.contains(secret_part(&pat(2))), "{places}");
}

#[test]
fn are_the_same_in_a_saved_report() {
    let folder = Folder::new();
    folder.file(&format!("{}/a", pat(1)), "text\n");
    let shown = folder.run(&["scan", "--report=json=r.json", "--report=text=r.txt"]).exits(1);
    assert!(folder.read("r.txt").contains("file name ddpat_"), "{shown:?}");
    for format in ["csv", "md", "github"] {
        let now = folder.run(&["scan", "--fail-on=never", "--report", format]).stdout;
        let later = folder.run(&["report", "show", "r.json", "--report", format]).stdout;
        let names = |text: &str| text.matches("file name ddpat_").count() + text.matches("ddpat_").count();
        assert_eq!(names(&now), names(&later), "{format}: {now}\n{later}");
    }
}
