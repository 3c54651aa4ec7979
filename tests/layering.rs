//! The rooms, the storeys in them, and their one-way imports, held against the code.

#[path = "support/imports.rs"]
mod imports;

use std::collections::BTreeMap;
use std::path::Path;

use imports::{circle, imports_within};

/// Each room and the rooms that it may import: those of DESIGN that exist so far.
const ROOMS: [(&str, &[&str]); 18] = [
    ("error", &["secret"]),
    ("secret", &[]),
    ("location", &[]),
    ("token", &["secret"]),
    ("lexicon", &[]),
    ("rule", &["error", "lexicon", "token"]),
    ("threads", &[]),
    ("source", &["error", "location", "threads"]),
    ("text", &[]),
    ("decode", &["location", "text"]),
    ("detect", &["error", "lexicon", "secret", "location", "token", "rule", "text", "decode"]),
    ("finding", &["secret", "location", "token", "rule", "detect"]),
    ("suppress", &["error", "secret", "location", "rule", "finding"]),
    ("datadog", &["error", "secret", "token"]),
    ("verify", &["error", "secret", "token", "rule", "finding", "datadog", "threads"]),
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

/// The storeys of each room, the lowest first: a module imports only what stands in lines above its own. What stands in a folder
/// belongs to the module of that name.
const STOREYS: [(&str, &[&[&str]]); 17] = [
    (
        "cli",
        &[
            &[
                "args",
                "baseline_notes",
                "day",
                "environment",
                "exit",
                "foreign",
                "leftovers",
                "named_folder",
                "progress",
                "repository_top",
                "state_folder",
            ],
            &["advice", "config", "known", "last_found", "lock", "output", "signals"],
            &["allow", "network", "policies", "receipts", "shell"],
            &["revoke", "settings"],
            &["saved"],
            &["baseline", "demo", "inspect", "report", "rules", "scan", "show_config", "token", "verify"],
            &["explain", "hook"],
            &["ci"],
        ],
    ),
    ("datadog", &[&["auth", "failure", "fake_server", "model", "pace"], &["client", "list"], &["calls"]]),
    (
        "decode",
        &[&["encoding"], &["encoded_prefix", "view"], &["base64", "escape", "gzip", "joined", "wide"]],
    ),
    (
        "detect",
        &[
            &["boundary", "context", "engine", "placeholder", "proof", "repeats", "search_order"],
            &["unprefixed", "grade", "own_literals"],
            &["unprefixed_keys", "prefilter", "topic"],
            &["hits", "masker"],
            &["excerpt"],
        ],
    ),
    ("error", &[&["shown", "skip_reason"], &["tried"], &["toml"]]),
    ("finding", &[&["fingerprint", "liveness"], &["found"], &["age", "merge", "pair"]]),
    (
        "lexicon",
        &[&["list", "spelling"], &["search"], &["own"], &["words"], &["name", "sense"], &["mention"]],
    ),
    (
        "location",
        &[
            &["line_hash", "mark", "object_id", "resolve"],
            &["commit_info", "cursor", "exclude", "git_text"],
            &["origin"],
        ],
    ),
    (
        "report",
        &[
            &["name", "number", "options", "page_policy"],
            &["allow_entries", "claim", "input", "join", "markdown"],
            &["gaps", "json", "liveness", "peers"],
            &["convert", "saved", "words"],
            &["group", "order", "restore"],
            &["csv", "github", "only", "sarif", "steps", "totals"],
            &["gitlab", "job_summary"],
            &["diff", "html", "junit", "md", "text"],
        ],
    ),
    ("revoke", &[&["authority", "item", "receipt"], &["carry_out", "plan"]]),
    ("rule", &[&["builtin", "pattern", "schema"], &["checksum"], &["compile"], &["sample", "set"]]),
    (
        "scan",
        &[
            &["history", "progress", "scope", "sightings", "totals"],
            &["settings", "summary"],
            &["collected", "coverage", "outcome", "repositories"],
            &["position", "rejections", "words"],
            &["attribute"],
            &["collect"],
            &["known"],
        ],
    ),
    (
        "source",
        &[
            &["lfs", "limits"],
            &["sink"],
            &["names"],
            &["repository", "window"],
            &["filter", "pack"],
            &["archive"],
            &["lfs_store"],
            &["files", "git"],
        ],
    ),
    (
        "suppress",
        &[
            &["mark", "rule_choice", "terms", "usage"],
            &["layers"],
            &["entry_list"],
            &["allow", "baseline"],
            &["accept"],
            &["policy"],
        ],
    ),
    ("text", &[&["escape"]]),
    ("token", &[&["alphabet", "checksum", "kind", "remote_config", "site"], &["alias"], &["mint"]]),
    ("verify", &[&["identity", "receipt", "unasked"], &["credential"], &["lookup", "probe", "receipts"]]),
];

/// Folders whose own file still defines what the modules in it import, although it is made of them.
const SHARING: [&str; 2] = ["detect", "detect::unprefixed"];

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

/// Who reads about the rooms reads the same table.
#[test]
fn the_page_on_architecture_has_the_rooms() {
    let page = include_str!("../docs/architecture.md");
    let named =
        |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    for (room, allowed) in ROOMS {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{room}` |")));
        let row = row.unwrap_or_else(|| panic!("docs/architecture.md has no row for {room}"));
        let imports = row.trim_end_matches([' ', '|']).rsplit('|').next().map(named).unwrap_or_default();
        assert_eq!(imports, allowed, "of {room} in docs/architecture.md");
    }
}

/// The text of a room's files by the paths of their modules.
fn modules(room: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |file: &str| {
        let below = Path::new(file).strip_prefix(&root).expect("a file of the crate").with_extension("");
        below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
    };
    let files = code(room).into_iter().filter(|(file, _)| file.ends_with(".rs"));
    files.map(|(file, text)| (name(&file), text)).collect()
}

/// The name of the module right below a room that a module belongs to; none of the room itself.
fn storey_of<'m>(room: &str, module: &'m str) -> Option<&'m str> {
    module.strip_prefix(room)?.strip_prefix("::")?.split("::").next()
}

#[test]
fn storeys_import_what_lies_below() {
    for (room, storeys) in STOREYS {
        let height = |name: &str| storeys.iter().position(|storey| storey.contains(&name));
        for (module, others) in imports_within(room, &modules(room)) {
            let Some(own) = storey_of(room, &module) else { continue };
            let own_height = height(own).unwrap_or_else(|| panic!("{module} has no place among the storeys"));
            for other in others {
                let Some(below) = storey_of(room, &other).filter(|it| *it != own) else { continue };
                assert!(height(below).is_some_and(|it| it < own_height), "{module} must not import {other}");
            }
        }
    }
}

#[test]
fn every_storey_is_there() {
    for (room, storeys) in STOREYS {
        let files = modules(room);
        for name in storeys.iter().copied().flatten() {
            assert!(files.contains_key(&format!("{room}::{name}")), "{room} has no {name}");
        }
    }
}

#[test]
fn no_module_imports_itself_by_way_of_others() {
    for (room, _) in STOREYS {
        let files = modules(room);
        let mut imports = imports_within(room, &files);
        for module in files.keys() {
            // The file of a folder is made of what stands in the folder.
            if let Some((outer, _)) = module.rsplit_once("::").filter(|(it, _)| !SHARING.contains(it)) {
                imports.entry(outer.to_owned()).or_default().insert(module.clone());
            }
        }
        SHARING.iter().for_each(|folder| drop(imports.remove(*folder)));
        assert_eq!(circle(&imports), None, "in {room}");
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
