//! Lists the rule files of `rules/`: a new one is compiled in without an edit anywhere else.
//!
//! Two files are generated: the rules with their texts, and the beginnings of credentials, for where an error hides
//! credentials and no rules are at hand.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")).join("rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("rules/ is there").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let rules: Vec<String> = files
        .iter()
        .map(|file| {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            format!("({:?}, include_str!({file:?}))", format!("rules/{name}"))
        })
        .collect();
    let (mut anchors, mut others) = (Vec::new(), Vec::new());
    for file in &files {
        let text = fs::read_to_string(file).expect("UTF-8");
        let rule: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let listed = rule.get("anchors").and_then(toml::Value::as_array).into_iter().flatten();
        anchors.extend(listed.filter_map(toml::Value::as_str).map(str::to_owned));
        if rule.contains_key("unprefixed") {
            others.extend(rule.get("pattern").and_then(toml::Value::as_str).and_then(literal_beginning));
        }
    }
    write("rules.rs", &format!("&[{}]", rules.join(", ")));
    write("anchors.rs", &format!("&{anchors:?}"));
    write("unprefixed.rs", &format!("&{others:?}"));
}

/// Letters and digits that a pattern begins with; `None` where there are none.
fn literal_beginning(pattern: &str) -> Option<String> {
    let literal: String = pattern.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!literal.is_empty()).then_some(literal)
}

fn write(name: &str, text: &str) {
    let file = Path::new(&variable("OUT_DIR")).join(name);
    fs::write(file, text).expect("the folder for what is generated can be written");
}

fn variable(name: &str) -> String {
    env::var(name).expect("cargo sets it")
}
