//! From a rule file to a rule: every mistake is an error that names the file,
//! the key and the fix.
//!
//! What is checked here is what would otherwise fail in silence: an anchor that
//! does not begin every match (such a match would never be found), a group that
//! is not there, a checksum too short for its algorithm, a kind that is nearly
//! one of Datadog's. Whether the rule finds its examples is proven by
//! [`prove_examples`](crate::detect::prove_examples).
//!
//! A `Rule` is immutable and cheap to share; everything that a run derives from
//! rules (the search, masks, encoded prefixes) is computed from its accessors,
//! so that a rule of one's own is as good as one that is compiled in.

use super::builtin::Builtin;
use super::checksum::{Scheme, known_group};
use super::pattern::{Captures, MAX_MATCH_LEN, Pattern};
use super::schema::{
    BoundaryName, Confidence, Content, ContextTable, CounterExample, Example, Expiry, RuleFile, Severity,
    Unprefixed,
};
use crate::error::Error;
use crate::token::Kind;

/// The shortest anchor, in bytes: a shorter one would stop the search at every
/// other word.
const MIN_ANCHOR_LEN: usize = 3;

/// Characters that may stand right beside a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Boundary {
    /// Nothing that would continue a word: `[0-9A-Za-z_]`.
    Word,
    /// Anything.
    None,
}

/// Words of which one must stand near a match that has no checksum, in any
/// case.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Context {
    /// The words, in lower case.
    pub words: Vec<String>,
    /// Distance in bytes, from the match to the word, before and after it.
    pub within: usize,
}

/// A compiled rule. It keeps its file's text, which `rules show` prints.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name of the file, for errors and `rules list`.
    file: String,
    /// Text of the file.
    source: String,
    /// The compiled pattern.
    pattern: Pattern,
    /// Proof of a match; `None` where nothing can be proven.
    checksum: Option<Scheme>,
    /// Characters that may stand beside a match.
    boundary: Boundary,
    /// Words that must stand near a match.
    context: Option<Context>,
    /// Datadog's kind, if it is one.
    credential: Option<Kind>,
    /// The keys as they were written, after they were checked.
    data: RuleFile,
}

impl Rule {
    /// Compiles the text of a rule file; `file` is its name in errors.
    ///
    /// # Errors
    ///
    /// What is wrong with the file: bad TOML, an unknown or missing key, a bad
    /// regex, an anchor that does not begin every match, a group that is not
    /// there.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::rule::Rule;
    /// let error = Rule::parse("acme.toml", "id = \"acme\"\nnme = \"Acme\"").unwrap_err();
    /// assert!(error.to_string().contains("did you mean `name`?"));
    /// ```
    pub fn parse(file: &str, source: &str) -> Result<Self, Error> {
        let data: RuleFile = toml::from_str(source)
            .map_err(|cause| Error::toml("read the rule", file, source, &cause, "docs/rules.md"))?;
        Self::compile(file, source, data, Pattern::new)
    }

    /// The same for a rule that is compiled in: its pattern, which a test
    /// tries, is compiled when it is first needed.
    pub(super) fn parse_builtin(builtin: &Builtin) -> Result<Self, Error> {
        let data: RuleFile = serde_json::from_str(builtin.data)
            .map_err(|cause| Error::usage("read the rule", builtin.file, cause.to_string()))?;
        Self::compile(builtin.file, builtin.source, data, Pattern::parse_known)
    }

    /// Checks what a rule file says, and parses its pattern by `parse_pattern`.
    fn compile(
        file: &str,
        source: &str,
        data: RuleFile,
        parse_pattern: fn(&str) -> Result<Pattern, String>,
    ) -> Result<Self, Error> {
        let wrong = |key: &str, why: &str| Error::usage("use the rule", file, format!("`{key}` {why}"));
        check_id(&data.id).map_err(|why| wrong("id", why).mend("for example `acme-api-token`"))?;
        let credential = data.credential.as_deref().map(known_kind).transpose();
        let credential = credential.map_err(|(why, fix)| wrong("credential", &why).mend(fix))?.flatten();
        let pattern = parse_pattern(&data.pattern)
            .map_err(|why| wrong("pattern", &format!("is no regular expression: {why}")))?;
        match data.unprefixed {
            None => check_anchors(&data.anchors, &pattern),
            Some(_) => check_no_anchors(&data.anchors),
        }
        .map_err(|(why, fix)| wrong("anchors", &why).mend(fix))?;
        check_length(&pattern).map_err(|why| wrong("pattern", &why))?;
        for (key, group) in data
            .public
            .iter()
            .map(|name| ("public", name))
            .chain(data.token_id.iter().map(|name| ("token_id", name)))
        {
            known_group(&pattern, group).map_err(|why| wrong(key, &format!("says `{group}`, but {why}")))?;
        }
        let checksum = data
            .checksum
            .as_ref()
            .map(|table| Scheme::new(table, &pattern))
            .transpose()
            .map_err(|(key, why)| wrong(&key, &why))?;
        let context = data.context.as_ref().map(compile_context);
        if context.as_ref().is_some_and(|context| {
            !context.words.iter().all(|word| !word.trim().is_empty()) || context.words.is_empty()
        }) {
            return Err(wrong("context.words", "is empty, or has an empty word")
                .mend("name a word, or leave [context] out"));
        }
        if data.examples.is_empty() {
            return Err(wrong("example", "is missing").mend(
                "prove the rule: [[example]] with text = \"KEY={{token}}\" and confidence = \"verified\"",
            ));
        }
        Ok(Self {
            file: file.to_owned(),
            source: source.to_owned(),
            boundary: match data.boundary {
                BoundaryName::Word => Boundary::Word,
                BoundaryName::None => Boundary::None,
            },
            pattern,
            checksum,
            context,
            credential,
            data,
        })
    }

    /// A rule that finds nothing, for findings of a saved report whose own rule
    /// is not at hand.
    ///
    /// `severity` and `credential` are those that the report says. It has an
    /// id, so that findings of one report still belong together.
    pub fn stand_in(id: &str, credential: &str, severity: Severity) -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            file: text("a saved report"),
            source: format!("stand-in for {id}"),
            pattern: Pattern::new(r"[a&&b]").expect("an empty class is a pattern"),
            checksum: None,
            boundary: Boundary::None,
            context: None,
            credential: Kind::from_name(credential),
            data: RuleFile {
                id: text(id),
                name: text(id),
                description: text("A credential that a rule found which is not at hand."),
                credential: Some(text(credential)),
                lifetime: None,
                severity,
                anchors: Vec::new(),
                content: None,
                unprefixed: None,
                pattern: String::new(),
                boundary: BoundaryName::None,
                token_id: None,
                public: Vec::new(),
                max_confidence: None,
                expiry: None,
                checksum: None,
                context: None,
                remediation: text(
                    "Revoke it; its own rule says how: name the folder of that with `--rules`.",
                ),
                references: Vec::new(),
                examples: Vec::new(),
                counter_examples: Vec::new(),
            },
        }
    }

    /// What its file says.
    #[cfg(test)]
    pub(super) fn data(&self) -> &RuleFile {
        &self.data
    }

    /// The id, unique among the rules.
    ///
    /// 1 to 64 characters of `a-z`, `0-9` and `-`. It is a part of every
    /// fingerprint.
    pub fn id(&self) -> &str {
        &self.data.id
    }

    /// The file that the rule was read from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The text of the rule file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the name of such credentials, for people.
    pub fn name(&self) -> &str {
        &self.data.name
    }

    /// Returns what such a credential is, in a few sentences.
    pub fn description(&self) -> &str {
        self.data.description.trim()
    }

    /// Returns the steps for when one got loose, in Markdown's lists.
    pub fn remediation(&self) -> &str {
        self.data.remediation.trim()
    }

    /// Returns the longest life of such credentials, where their kind has a
    /// limit.
    ///
    /// A finding whose first commit is older than that must have expired,
    /// whatever Datadog would say.
    pub fn expiry(&self) -> Option<&Expiry> {
        self.data.expiry.as_ref()
    }

    /// Returns addresses of pages to read more.
    pub fn references(&self) -> &[String] {
        &self.data.references
    }

    /// Returns Datadog's kind; `None` for a credential of somebody else's,
    /// which nobody can verify or revoke.
    pub fn credential(&self) -> Option<Kind> {
        self.credential
    }

    /// The word for the kind in reports: what the rule says, or `custom`.
    pub fn credential_name(&self) -> &str {
        self.data.credential.as_deref().unwrap_or("custom")
    }

    /// Returns how long such a credential lives, as its issuer documents it, in
    /// words.
    pub fn lifetime(&self) -> Option<&str> {
        self.data.lifetime.as_deref()
    }

    /// Returns the harm that such a credential can do, before anything is known
    /// of a particular one.
    pub fn severity(&self) -> Severity {
        self.data.severity
    }

    /// Returns the most that this rule may claim, whatever a checksum says.
    ///
    /// For shapes that are too weak for their checksum to settle anything, such
    /// as a prefix that others use, too.
    pub fn max_confidence(&self) -> Confidence {
        self.data.max_confidence.unwrap_or(Confidence::Verified)
    }

    /// Returns the literals of which one begins every match. Empty for keys
    /// that only their names tell.
    ///
    /// Each has at least three bytes.
    pub fn anchors(&self) -> &[String] {
        &self.data.anchors
    }

    /// Returns what a match must hold to count.
    pub fn content(&self) -> Option<Content> {
        self.data.content
    }

    /// Returns the shape, where no anchor begins it.
    pub fn unprefixed(&self) -> Option<Unprefixed> {
        self.data.unprefixed
    }

    /// Returns what a match looks like.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Returns how its checksum is proven.
    pub fn checksum(&self) -> Option<&Scheme> {
        self.checksum.as_ref()
    }

    /// Returns what may stand beside it.
    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// The words that must stand near it.
    ///
    /// `None` where the shape alone is telling.
    pub fn context(&self) -> Option<&Context> {
        self.context.as_ref()
    }

    /// The named group that is the token's id.
    pub fn token_id_group(&self) -> Option<&str> {
        self.data.token_id.as_deref()
    }

    /// Texts in which the rule must match.
    pub fn examples(&self) -> &[Example] {
        &self.data.examples
    }

    /// Texts in which it must not.
    pub fn counter_examples(&self) -> &[CounterExample] {
        &self.data.counter_examples
    }

    /// Returns for each byte of a `text` that matches whether reports may show
    /// it.
    ///
    /// Shown are the anchor, the groups that are `public`, and punctuation that
    /// is in no group. All else is secret: a rule that names only a part of its
    /// secret must not show the rest.
    ///
    /// # Panics
    ///
    /// `captures` are those of a longer text.
    ///
    /// # Examples
    ///
    /// ```
    /// use dogcatcher::rule::RuleSet;
    /// let rules = RuleSet::builtin();
    /// let rule = rules.get("datadog-application-key").unwrap();
    /// let key = rule.mint_sample(1, false).unwrap();
    /// let visible = rule.visible_bytes(&key, &rule.pattern().match_start(&key).unwrap());
    /// assert!(visible[..6].iter().all(|shown| *shown)); // ddapp_
    /// assert!(!visible[6..34].contains(&true)); // the secret
    /// ```
    pub fn visible_bytes(&self, text: &[u8], captures: &Captures<'_>) -> Vec<bool> {
        let text = &text[..captures.len()];
        let mut visible: Vec<bool> = text.iter().map(|byte| !byte.is_ascii_alphanumeric()).collect();
        let anchor = self.anchors().iter().filter(|anchor| text.starts_with(anchor.as_bytes()));
        let shown = anchor.map(String::len).max().unwrap_or(0);
        visible[..shown].fill(true);
        for name in self.pattern.group_names() {
            if let Some(group) = captures.get(&self.pattern, name) {
                visible[group].fill(self.data.public.contains(name));
            }
        }
        visible
    }
}

/// Returns what is wrong with an id: it is a name in files, reports and
/// fingerprints.
fn check_id(id: &str) -> Result<(), &'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match !id.is_empty() && id.len() <= 64 && id.chars().all(plain) {
        true => Ok(()),
        false => Err("is not 1 to 64 characters of a-z, 0-9 and -"),
    }
}

/// Returns Datadog's kind of that name; `None` for a kind of somebody else's.
///
/// # Errors
///
/// It is no name, or so much like one of Datadog's that it may be misspelt:
/// such a credential would never be verified.
fn known_kind(name: &str) -> Result<Option<Kind>, (String, String)> {
    /// Letters that may be off: `aplication_key`, `api_kye`.
    const MISSPELT: usize = 2;
    if let Some(kind) = Kind::from_name(name) {
        return Ok(Some(kind));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !(1..=64).contains(&name.len()) || !name.chars().all(plain) {
        let fix = "for example `acme_api_token`".to_owned();
        return Err((format!("says `{name}`, which is not 1 to 64 characters of a-z, 0-9 and _"), fix));
    }
    match Kind::ALL.iter().find(|kind| strsim::osa_distance(kind.as_str(), name) <= MISSPELT) {
        Some(near) => Err((
            format!("says `{name}`, which is none of Datadog's kinds"),
            format!("did you mean `{near}`?"),
        )),
        None => Ok(None),
    }
}

/// Every match must begin with an anchor, or it would be missed in silence.
///
/// The literals that a match can begin with are computed by `regex-syntax`. An
/// alternation has several, and each needs an anchor.
fn check_anchors(anchors: &[String], pattern: &Pattern) -> Result<(), (String, String)> {
    if anchors.is_empty() {
        let fix = "name the literal that every match begins with: anchors = [\"ghp_\"]";
        return Err(("is empty".to_owned(), fix.to_owned()));
    }
    if let Some(short) = anchors.iter().find(|anchor| anchor.len() < MIN_ANCHOR_LEN) {
        let fix = format!(
            "an anchor has at least {MIN_ANCHOR_LEN} bytes, so that the search can run at full speed"
        );
        return Err((format!("has `{short}`, which is too short"), fix));
    }
    let fix = "let the pattern begin with one of the anchors".to_owned();
    let Some(prefixes) = pattern.literal_prefixes() else {
        return Err(("does not cover the pattern: a match can begin with anything".to_owned(), fix));
    };
    for prefix in prefixes {
        if !anchors.iter().any(|anchor| prefix.starts_with(anchor.as_bytes())) {
            let prefix = String::from_utf8_lossy(&prefix).into_owned();
            return Err((format!("does not cover a match that begins with `{prefix}`"), fix));
        }
    }
    Ok(())
}

/// Returns an error where a rule for unprefixed keys has anchors, too: one of
/// both would be dead.
fn check_no_anchors(anchors: &[String]) -> Result<(), (String, String)> {
    match anchors {
        [] => Ok(()),
        _ => Err(("cannot be used with `unprefixed`".to_owned(), "leave one of the two out".to_owned())),
    }
}

/// Returns an error where a match can be longer than [`MAX_MATCH_LEN`].
/// Patterns without a limit pass: they are cut there when they are tried.
fn check_length(pattern: &Pattern) -> Result<(), String> {
    match pattern.max_len() {
        Some(length) if length > MAX_MATCH_LEN => {
            Err(format!("can match {length} bytes; {MAX_MATCH_LEN} is the limit"))
        }
        _ => Ok(()),
    }
}

/// Prepares the words of `[context]`: in lower case, and within
/// [`MAX_MATCH_LEN`].
fn compile_context(table: &ContextTable) -> Context {
    Context {
        words: table.words.iter().map(|word| word.to_ascii_lowercase()).collect(),
        within: table.within.min(MAX_MATCH_LEN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule that names only a part of its secret must not show the rest.
    #[test]
    fn only_what_is_public_is_visible() {
        let shown = |pattern: &str, public: &str, text: &str| {
            let source = format!(
                "id = 'a'\nname = 'A'\ndescription = 'x'\nseverity = 'low'\nanchors = ['acme_']\n\
                 pattern = '{pattern}'\npublic = [{public}]\nremediation = 'x'\n\
                 [[example]]\ntext = 'x'\nconfidence = 'suspect'\n"
            );
            let rule = Rule::parse("a.toml", &source).expect("a rule");
            let captures = rule.pattern().match_start(text.as_bytes()).expect("it matches");
            let visible = rule.visible_bytes(text.as_bytes(), &captures);
            text.chars().zip(visible).map(|(c, shown)| if shown { c } else { '*' }).collect::<String>()
        };
        assert_eq!(shown("acme_[a-z]{4}", "", "acme_abcd"), "acme_****");
        assert_eq!(shown("acme_(?<head>[a-z]{2})[a-z]{2}", "", "acme_abcd"), "acme_****");
        assert_eq!(shown("acme_(?<id>[a-z]{2})-(?<key>[a-z-]{3})", "'id'", "acme_ab-c-d"), "acme_ab-***");
    }
}
