//! The modules of a room and what each of them imports of its own room, read out of their text.

use std::collections::{BTreeMap, BTreeSet};

/// Which modules, by their paths (`source::git::sweep`), name which others.
pub(crate) type Imports = BTreeMap<String, BTreeSet<String>>;

/// The imports among the modules of a room; `files` holds the text of each, by its path.
pub(crate) fn imports_within(room: &str, files: &BTreeMap<String, String>) -> Imports {
    let import = |module: &String, text: &String| {
        let named = paths_in(text).into_iter().filter_map(|path| absolute(module, &path));
        let known = named.filter_map(|path| module_of(&path, files));
        let others = known.filter(|other| other != module && other.starts_with(room));
        (module.clone(), others.collect())
    };
    files.iter().map(|(module, text)| import(module, text)).collect()
}

/// One circle of imports, if there is any: modules of which each imports the next, and the last the first.
pub(crate) fn circle(imports: &Imports) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    imports.keys().find_map(|module| circle_through(module, imports, &mut Vec::new(), &mut done))
}

fn circle_through(
    module: &str,
    imports: &Imports,
    way: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(at) = way.iter().position(|it| it == module) {
        return Some(way[at..].to_vec());
    }
    if done.contains(module) {
        return None;
    }
    way.push(module.to_owned());
    let others = imports.get(module).into_iter().flatten();
    let found = others.into_iter().find_map(|next| circle_through(next, imports, way, done));
    way.pop();
    done.insert(module.to_owned());
    found
}

/// Every path in a text that begins with `crate` or `super`, one for each name in braces; not those that only say who may see.
fn paths_in(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in text.match_indices("crate::").chain(text.match_indices("super::")) {
        let before = &text[..at];
        let is_inner = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if !is_inner && !before.ends_with("(in ") {
            expand(String::new(), &mut text[at..].chars().peekable(), &mut paths);
        }
    }
    paths
}

/// Adds the paths that a tree of names stands for, as far as it goes.
fn expand(mut path: String, rest: &mut std::iter::Peekable<std::str::Chars<'_>>, paths: &mut Vec<String>) {
    while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | ':')) {
        path.push(c);
    }
    if path.ends_with("::") && rest.next_if_eq(&'{').is_some() {
        while rest.next_if_eq(&'}').is_none() && rest.peek().is_some() {
            expand(path.clone(), rest, paths);
            while rest.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
            // ` as name`
            if rest.peek() != Some(&'}') && rest.peek().is_some_and(|c| !c.is_alphanumeric() && *c != '_') {
                return;
            }
        }
        return;
    }
    paths.push(path);
}

/// A path from the root of the crate.
fn absolute(module: &str, path: &str) -> Option<Vec<String>> {
    let mut base: Vec<String> = module.split("::").map(str::to_owned).collect();
    let mut names = path.split("::").filter(|name| !name.is_empty() && *name != "self").peekable();
    if names.next_if_eq(&"crate").is_some() {
        base.clear();
    }
    while names.next_if_eq(&"super").is_some() {
        base.pop()?;
    }
    Some(base.into_iter().chain(names.map(str::to_owned)).collect())
}

/// The innermost module that a path leads through.
fn module_of(path: &[String], files: &BTreeMap<String, String>) -> Option<String> {
    let mut modules = (1..=path.len()).rev().map(|length| path[..length].join("::"));
    modules.find(|module| files.contains_key(module))
}
