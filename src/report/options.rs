//! Settings of a report, as the command line gives them: the format, and how
//! much is said.

/// The formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line for each finding.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitLab's report of secret detection.
    Gitlab,
    /// Annotations, as GitHub Actions reads them out of a log.
    Github,
    /// A page for a browser.
    Html,
    /// Markdown for a ticket or a wiki.
    Markdown,
    /// Comma-separated values, one row a place.
    Csv,
    /// JUnit XML.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Gitlab,
        Self::Github,
        Self::Html,
        Self::Markdown,
        Self::Csv,
        Self::Junit,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Gitlab => "gitlab",
            Self::Github => "github",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Junit => "junit",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// Which of the findings a SARIF report is about: those that stand in files, or
/// those of the history of git.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// Files, where any were scanned.
    #[default]
    Auto,
    /// Files.
    Files,
    /// The history.
    History,
}

/// Settings of a report.
///
/// The default is for a file: no colour, no secret, no author, suppressed
/// findings left out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// True where escape codes for colour are wanted.
    pub styled: bool,
    /// Columns for text.
    pub width: usize,
    /// True where the secrets themselves are written.
    pub show_secrets: bool,
    /// True where the names of authors are written.
    pub authors: bool,
    /// True where decisions are explained.
    pub explain: bool,
    /// True where nothing is written for people where nothing was found.
    pub quiet: bool,
    /// Which findings a SARIF report is about.
    pub part: Part,
    /// True where SARIF and CSV hold those that are suppressed, too.
    pub suppressed: bool,
    /// Property by which text, Markdown and HTML group findings; where there is
    /// none, only many are grouped.
    pub group_by: Option<GroupBy>,
    /// True where the text says what to do about each kind of credential.
    pub remedies: bool,
}

/// Property by which findings are grouped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Liveness, severity, confidence and kind together.
    #[default]
    Gravity,
    /// The kind of credential.
    Credential,
    /// The repository of each place.
    Repository,
    /// The owner that Datadog names.
    Owner,
    /// The author of the commit that brought each place; only where authors
    /// were asked for.
    Author,
    /// The file of each place.
    Path,
}

impl GroupBy {
    /// Every property.
    pub const ALL: [Self; 6] =
        [Self::Gravity, Self::Credential, Self::Repository, Self::Owner, Self::Author, Self::Path];

    /// The word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gravity => "gravity",
            Self::Credential => "credential",
            Self::Repository => "repository",
            Self::Owner => "owner",
            Self::Author => "author",
            Self::Path => "path",
        }
    }

    /// The property of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|property| property.as_str() == name)
    }
}
