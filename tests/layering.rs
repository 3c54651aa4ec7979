//! The rooms and their one-way imports, held against the code.

use std::collections::BTreeMap;
use std::path::Path;

/// Each room and the rooms that it may import: those of DESIGN that exist so far.
const ROOMS: [(&str, &[&str]); 17] = [
    ("error", &["secret"]),
    ("secret", &[]),
    ("location", &[]),
    ("token", &["secret"]),
    ("lexicon", &[]),
    ("rule", &["error", "lexicon", "token"]),
    ("source", &["error", "location"]),
    ("text", &[]),
    ("decode", &["location", "text"]),
    ("detect", &["error", "lexicon", "secret", "location", "token", "rule", "text", "decode"]),
    ("finding", &["secret", "location", "token", "rule", "detect"]),
    ("suppress", &["error", "secret", "location", "rule", "finding"]),
    ("datadog", &["error", "secret", "token"]),
    ("verify", &["error", "secret", "token", "finding", "datadog"]),
    ("revoke", &["error", "secret", "token", "datadog", "verify"]),
    (
        "scan",
        &[
            "error", "lexicon", "secret", "location", "token", "rule", "source", "decode", "detect",
            "finding", "suppress", "verify",
        ],
    ),
    ("report", &["error", "secret", "location", "token", "rule", "detect", "finding", "scan"]),
];

/// The text of a room's files, without comments and tests.
fn code(room: &str) -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join(format!("{room}.rs"))];
    let mut folders = vec![src.join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name != "tests.rs"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            (path.display().to_string(), lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

#[test]
fn imports_go_one_way() {
    for (room, allowed) in ROOMS {
        for (file, code) in code(room) {
            for (at, _) in code.match_indices("crate::") {
                let import: String =
                    code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let own = import == room || import.is_empty();
                assert!(own || allowed.contains(&import.as_str()), "{file}: {room} must not import {import}");
            }
        }
    }
}

#[test]
fn the_table_has_no_circle() {
    let mut done: Vec<&str> = Vec::new();
    while done.len() < ROOMS.len() {
        let before = done.len();
        for (room, allowed) in ROOMS {
            if !done.contains(&room) && allowed.iter().all(|other| done.contains(other)) {
                done.push(room);
            }
        }
        assert!(done.len() > before, "a circle among those that are not in {done:?}");
    }
}

#[test]
fn every_room_is_in_the_table() {
    let lib =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    let mut modules: Vec<_> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut rooms: Vec<_> = ROOMS.iter().map(|(room, _)| *room).collect();
    modules.sort_unstable();
    rooms.sort_unstable();
    assert_eq!(modules, rooms);
}

#[test]
fn unsafe_code_stays_where_it_is() {
    let mut allowing: Vec<String> = ROOMS
        .iter()
        .flat_map(|(room, _)| code(room))
        .filter(|(_, code)| code.contains("allow(unsafe_code)"))
        .map(|(file, _)| file.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    allowing.sort_unstable();
    assert_eq!(allowing, ["libgit2.rs", "map.rs"]);
}

#[test]
fn files_stay_small() {
    for room in ROOMS.iter().map(|(room, _)| *room).chain(["cli"]) {
        for (file, code) in code(room) {
            let lines = code.lines().count();
            assert!(lines <= 400, "{file} has {lines} lines of code: split it");
        }
    }
}

#[test]
fn every_file_is_compiled() {
    for room in ROOMS.iter().map(|(room, _)| *room).chain(["cli"]) {
        let files = code(room);
        for file in
            files.keys().filter(|file| file.ends_with(".rs") && !file.ends_with(&format!("src/{room}.rs")))
        {
            let path = Path::new(file);
            let folder = path.parent().expect("a folder");
            let parent = folder.with_extension("rs").display().to_string();
            let name = path.file_stem().expect("a name").to_string_lossy();
            let declared = |line: &str| line.trim_end_matches(';').ends_with(&format!("mod {name}"));
            assert!(files[&parent].lines().any(declared), "{file} is in no module");
        }
    }
}
