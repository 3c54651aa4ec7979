//! Lists the rule files of `rules/`: a new one is compiled in without an edit anywhere else. Turns the lists of words of
//! `src/lexicon/` into constants: to read them would take a run longer than to scan a small file.
//!
//! Generated are the rules with their texts and their data, the beginnings of credentials, for where an error hides credentials and no
//! rules are at hand, and the tables of words.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    write_rules(&toml_files("rules"));
    write_lexicon(&toml_files("src/lexicon"));
}

/// Returns the TOML files in a folder of the package, in the order of their names.
fn toml_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")).join(folder);
    println!("cargo::rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

/// Reads a TOML file.
fn read(file: &Path) -> toml::Table {
    let text = fs::read_to_string(file).expect("UTF-8");
    text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Writes the list of rules, and what credentials begin with.
fn write_rules(files: &[PathBuf]) {
    let rules: Vec<String> = files
        .iter()
        .map(|file| {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let data = json(&toml::Value::Table(read(file)));
            format!(
                "Builtin {{ file: {:?}, source: include_str!({file:?}), data: {data:?} }}",
                format!("rules/{name}")
            )
        })
        .collect();
    let (mut anchors, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let rule = read(file);
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

/// Writes what a rule file holds as JSON, which takes a run a tenth of the time to read. Rules hold no dates and no fractions.
fn json(value: &toml::Value) -> String {
    match value {
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(is_true) => is_true.to_string(),
        toml::Value::Array(values) => format!("[{}]", values.iter().map(json).collect::<Vec<_>>().join(",")),
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{}:{}", quoted(key), json(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        other => quoted(other.as_str().expect("text")),
    }
}

/// Returns a text between quotes, as JSON has it.
fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '\0'..='\x1f' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// Letters and digits that a pattern begins with; `None` where there are none.
fn literal_beginning(pattern: &str) -> Option<String> {
    let literal: String = pattern.chars().take_while(char::is_ascii_alphanumeric).collect();
    (!literal.is_empty()).then_some(literal)
}

/// Writes a match over all lists of words, with the table of each; `List` has their names.
fn write_lexicon(files: &[PathBuf]) {
    let known = "exactly `purpose`, `words` and `examples`, each with `text`, `is` and perhaps `file`";
    let tables = files.iter().flat_map(|file| read(file));
    let arms =
        tables.map(|(name, table)| arm(&name, &table).unwrap_or_else(|| panic!("[{name}] has not {known}")));
    write("lexicon.rs", &format!("match self {{\n{}}}", arms.collect::<String>()));
}

/// Returns an arm of the match: a list, and its table as a constant; `None` where it has other keys.
fn arm(name: &str, table: &toml::Value) -> Option<String> {
    let table = table.as_table().filter(|table| table.len() == 3)?;
    let list = |key: &str| table.get(key).and_then(toml::Value::as_array);
    let purpose = table.get("purpose")?.as_str()?.trim();
    let words: Vec<&str> = list("words")?.iter().map(toml::Value::as_str).collect::<Option<_>>()?;
    let examples: Vec<String> = list("examples")?.iter().map(example).collect::<Option<_>>()?;
    let mut sorted = words.clone();
    sorted.sort_unstable();
    Some(format!(
        "Self::{} => &Table {{ purpose: {purpose:?}, words: &{words:?}, sorted: &{sorted:?}, examples: &[{}] }},\n",
        name.split('_').map(capitalised).collect::<String>(),
        examples.join(", "),
    ))
}

/// Returns an example of a list as a constant; `None` where it has other keys.
fn example(value: &toml::Value) -> Option<String> {
    let table = value.as_table()?;
    let text = |key: &str| table.get(key).map(|value| value.as_str());
    let (shown, is, file) =
        (text("text")??, text("is")??, text("file").map_or(Some(None), |it| it.map(Some))?);
    (table.len() == 2 + usize::from(file.is_some()))
        .then(|| format!("Example {{ text: {shown:?}, is: {is:?}, file: {file:?} }}"))
}

/// Returns a word with a capital.
fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

fn write(name: &str, text: &str) {
    let file = Path::new(&variable("OUT_DIR")).join(name);
    fs::write(file, text).expect("the folder for what is generated can be written");
}

fn variable(name: &str) -> String {
    env::var(name).expect("cargo sets it")
}
