//! The rules whose findings count: `[rules]` of a configuration.

/// A choice of rules, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleChoice {
    /// Rules whose findings do not count.
    pub disabled: Vec<String>,
    /// Where there is one, the only rules whose findings count.
    pub only: Option<Vec<String>>,
}

impl RuleChoice {
    /// Returns whether findings of a rule count.
    pub fn counts(&self, rule: &str) -> bool {
        let is_in = |ids: &Vec<String>| ids.iter().any(|id| id == rule);
        !is_in(&self.disabled) && self.only.as_ref().is_none_or(is_in)
    }
}
