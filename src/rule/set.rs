//! The rules of one run: those compiled in, and those of the user. All that
//! knows of credentials in this run is derived from it: the search, the masks
//! of reports, the words for keys without a checksum.
//!
//! ```text
//! builtin()          the rules of this program
//!   add_folder(dir)  and those of `--rules DIR`: an id that is taken is an error, so no rule replaces another unseen
//!   set_words(words) and the words of `[lexicon]`
//! ```

use std::path::Path;

use super::builtin::BUILTIN;
use super::compile::Rule;
use crate::error::Error;
use crate::lexicon::{Lexicon, OwnWords};

/// Rules with distinct ids, those compiled in first.
#[derive(Debug, Clone)]
pub struct RuleSet {
    /// Those compiled in first, then the others in the order in which they were
    /// added.
    rules: Vec<Rule>,
    /// The words that are compiled in, and the user's.
    lexicon: Lexicon,
}

impl RuleSet {
    /// Returns the rules that are compiled in.
    ///
    /// # Panics
    ///
    /// One of them is not valid; a test reads them all.
    pub fn builtin() -> Self {
        let rules = BUILTIN
            .iter()
            .map(Rule::parse_builtin)
            .collect::<Result<_, _>>()
            .expect("the rules that are compiled in are valid: a test reads them");
        Self { rules, lexicon: Lexicon::default() }
    }

    /// Returns a set of only these rules.
    ///
    /// # Errors
    ///
    /// Two rules have one id, or one shape of unprefixed keys.
    pub fn from_rules(rules: Vec<Rule>) -> Result<Self, Error> {
        let mut set = Self { rules: Vec::new(), lexicon: Lexicon::default() };
        rules.into_iter().try_for_each(|rule| set.add_rule(rule))?;
        Ok(set)
    }

    /// Adds the rules of a folder: every `*.toml` directly in it, in the order
    /// of their names.
    ///
    /// # Errors
    ///
    /// The folder or a file cannot be read, a rule is wrong, an id is taken, or
    /// there is no rule.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), Error> {
        let shown = folder.display().to_string();
        let failed = |cause: &std::io::Error| {
            Error::io("read the rules in", &shown, cause).mend("name the folder that holds the rule files")
        };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|cause| failed(&cause))? {
            let path = entry.map_err(|cause| failed(&cause))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
                files.push(path);
            }
        }
        if files.is_empty() {
            return Err(Error::usage("read the rules in", &shown, "there is no *.toml file")
                .mend("see docs/rules.md for how to write one"));
        }
        files.sort();
        for path in files {
            let file = path.display().to_string();
            let bytes = std::fs::read(&path).map_err(|cause| Error::io("read the rule", &file, &cause))?;
            let source = String::from_utf8(bytes).map_err(|_| {
                Error::usage("read the rule", &file, "it is not UTF-8").mend("save it as UTF-8")
            })?;
            self.add_rule(Rule::parse(&file, &source)?)?;
        }
        Ok(())
    }

    /// Adds a rule by the text of its file; `file` is its name in errors.
    ///
    /// # Errors
    ///
    /// What is wrong with the rule, or that there is one of its id already.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::rule::RuleSet;
    /// let mut rules = RuleSet::builtin();
    /// let file = r#"
    /// id = "acme-token"
    /// name = "Acme token"
    /// description = "Opens Acme's API."
    /// severity = "high"
    /// anchors = ["acme_"]
    /// pattern = "acme_[0-9a-f]{24}"
    /// remediation = "Revoke it."
    /// [[example]]
    /// text = "KEY={{token}}"
    /// confidence = "suspect"
    /// "#;
    /// rules.add_text("acme.toml", file).unwrap();
    /// assert_eq!(rules.get("acme-token").unwrap().anchors(), ["acme_"]);
    /// assert!(rules.add_text("again.toml", file).unwrap_err().to_string().contains("which acme.toml has too"));
    /// ```
    pub fn add_text(&mut self, file: &str, text: &str) -> Result<(), Error> {
        self.add_rule(Rule::parse(file, text)?)
    }

    /// Adds a rule that stands in for one which is not at hand; its id is not
    /// taken.
    pub(crate) fn add_stand_in(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Adds a rule.
    ///
    /// # Errors
    ///
    /// Its id is taken, or its shape of unprefixed keys is: which of two rules
    /// found such a key would be chance.
    fn add_rule(&mut self, rule: Rule) -> Result<(), Error> {
        if let Some(known) = self.get(rule.id()) {
            let why = format!("`id` says `{}`, which {} has too", rule.id(), known.file());
            return Err(Error::usage("use the rule", rule.file(), why).mend("choose another id"));
        }
        let same = |known: &&Rule| rule.unprefixed().is_some() && known.unprefixed() == rule.unprefixed();
        if let Some(known) = self.rules.iter().find(same) {
            let why = format!("`unprefixed` says the same as that of {}", known.file());
            return Err(Error::usage("use the rule", rule.file(), why).mend("leave it out"));
        }
        self.rules.push(rule);
        Ok(())
    }

    /// The rule with that id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id() == id)
    }

    /// Takes these words for Datadog's, too, when keys without a checksum are
    /// judged.
    pub fn set_words(&mut self, words: OwnWords) {
        self.lexicon = Lexicon::with(words);
    }

    /// The words by which keys without a checksum are judged.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Returns whether every built-in rule is among these.
    pub fn has_builtin(&self) -> bool {
        let holds = |source: &str| self.rules.iter().any(|rule| rule.source() == source);
        BUILTIN.iter().all(|builtin| holds(builtin.source))
    }

    /// Returns whether every rule of `other` is among these, text for text, and
    /// all that it calls Datadog: then what `other` would hide is hidden by
    /// these.
    ///
    /// A saved report masks with the rules of its run. One whose rules are all
    /// here can be shown without reading them again.
    pub fn includes_rules(&self, other: &Self) -> bool {
        let knows = |spelling| self.lexicon.own_spellings().contains(spelling);
        other.lexicon.own_spellings().iter().all(knows)
            && other
                .rules
                .iter()
                .all(|rule| self.get(rule.id()).is_some_and(|known| known.source() == rule.source()))
    }

    /// The rules, in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
