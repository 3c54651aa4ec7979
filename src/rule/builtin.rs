//! The rules that are compiled in. `build.rs` lists `rules/`, so that a new
//! file there is a new rule.
//!
//! Their texts are what `rules show` prints, and their data is compiled when a
//! run begins: a rule takes some ten microseconds.

/// A rule file that is compiled in.
pub(super) struct Builtin {
    /// Name of the file, from the root of the project.
    pub(super) file: &'static str,
    /// Text of the file.
    pub(super) source: &'static str,
    /// What the text says, as JSON: TOML takes ten times as long to read.
    pub(super) data: &'static str,
}

/// The files in `rules/`, in the order of their names; `build.rs` lists them.
pub(super) const BUILTIN: &[Builtin] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

#[cfg(test)]
mod tests {
    use super::BUILTIN;
    use crate::rule::{Rule, RuleSet};

    #[test]
    fn the_data_of_a_rule_is_what_its_text_says() {
        for (rule, builtin) in RuleSet::builtin().rules().iter().zip(BUILTIN) {
            let parsed = Rule::parse(builtin.file, builtin.source).expect("a rule");
            assert_eq!(format!("{:?}", rule.data()), format!("{:?}", parsed.data()), "{}", builtin.file);
        }
    }

    #[test]
    fn no_rule_file_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let files = std::fs::read_dir(folder).expect("rules/ is there").count();
        assert_eq!(RuleSet::builtin().rules().len(), files);
    }

    #[test]
    fn no_beginning_is_forgotten_where_no_rules_are_at_hand() {
        let rules = RuleSet::builtin();
        let anchors = rules.rules().iter().flat_map(|rule| rule.anchors());
        assert_eq!(anchors.collect::<Vec<_>>(), crate::secret::ANCHORS);
        for rule in rules.rules().iter().filter(|rule| rule.unprefixed().is_some()) {
            let token = rule.fill_example("{{token}}", 3);
            let hidden = crate::secret::credential_like(&token);
            let shown = token.len() - hidden.first().map_or(0, |span| span.len());
            let beginnings = crate::secret::UNPREFIXED_BEGINNINGS.iter().map(|it| it.as_bytes());
            let expected = beginnings.filter(|it| token.starts_with(it)).map(<[u8]>::len).sum::<usize>();
            assert_eq!(shown, expected, "{}", rule.id());
        }
    }
}
