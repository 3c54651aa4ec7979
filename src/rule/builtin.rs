//! The rules that are compiled in.

/// Name and text of each rule file in `rules/`.
pub(super) const BUILTIN: [(&str, &str); 8] = [
    ("rules/personal-access-token.toml", include_str!("../../rules/personal-access-token.toml")),
    ("rules/service-access-token.toml", include_str!("../../rules/service-access-token.toml")),
    ("rules/application-key.toml", include_str!("../../rules/application-key.toml")),
    ("rules/application-key-ddap.toml", include_str!("../../rules/application-key-ddap.toml")),
    ("rules/api-key.toml", include_str!("../../rules/api-key.toml")),
    ("rules/legacy-application-key.toml", include_str!("../../rules/legacy-application-key.toml")),
    ("rules/client-token.toml", include_str!("../../rules/client-token.toml")),
    ("rules/remote-config-key.toml", include_str!("../../rules/remote-config-key.toml")),
];

#[cfg(test)]
mod tests {
    use crate::rule::RuleSet;

    #[test]
    fn no_rule_file_is_forgotten() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let files = std::fs::read_dir(folder).expect("rules/ is there").count();
        assert_eq!(RuleSet::builtin().rules().len(), files);
    }

    #[test]
    fn no_anchor_is_forgotten_where_no_rules_are_at_hand() {
        let rules = RuleSet::builtin();
        let anchors = rules.rules().iter().flat_map(|rule| rule.anchors()).map(String::as_bytes);
        assert_eq!(anchors.collect::<Vec<_>>(), crate::secret::PREFIXES);
    }
}
