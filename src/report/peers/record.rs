//! Records of each scanner's reports, and what they claim.

use serde_json::Value;

use crate::report::claim::{Claim, ClaimedPlace, Held, names_datadog};
use crate::secret::Secret;

/// The shape of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Gitleaks,
    Betterleaks,
    /// A line of betterleaks' JSON lines.
    BetterleaksLine,
    Kingfisher,
    TruffleHog,
    DetectSecrets,
    Ggshield,
    /// A scan of ggshield's within a scan.
    GgshieldScan,
    /// A result of SARIF, of whatever scanner.
    Sarif,
    /// Something that a scanner says beside its records: a line of its log, its
    /// sum.
    Note,
}

impl Shape {
    /// The name of the scanner.
    pub(super) fn scanner(self) -> &'static str {
        match self {
            Self::Gitleaks => "gitleaks",
            Self::Betterleaks | Self::BetterleaksLine => "betterleaks",
            Self::Kingfisher => "kingfisher",
            Self::TruffleHog => "trufflehog",
            Self::DetectSecrets => "detect-secrets",
            Self::Ggshield | Self::GgshieldScan => "ggshield",
            Self::Sarif => "a scanner that writes SARIF",
            Self::Note => "",
        }
    }
}

/// Returns the shape of a record; none of what no scanner that is known writes.
pub(super) fn shape_of(value: &Value, has_file: bool) -> Option<Shape> {
    let has = |key: &str| value.get(key).is_some();
    let all = |keys: &[&str]| keys.iter().all(|key| has(key));
    Some(match () {
        () if has_file && all(&["type", "hashed_secret"]) => Shape::DetectSecrets,
        () if all(&["RuleID", "File"]) => Shape::Gitleaks,
        () if has("DetectorName") && (has("Raw") || has("SourceMetadata")) => Shape::TruffleHog,
        () if all(&["rule_id", "match", "location"]) => Shape::Betterleaks,
        () if value["finding"].get("rule_id").is_some() => Shape::BetterleaksLine,
        () if all(&["rule", "finding"]) => Shape::Kingfisher,
        () if all(&["filename", "incidents"]) => Shape::Ggshield,
        () if has("entities_with_incidents") || all(&["id", "type", "total_incidents"]) => {
            Shape::GgshieldScan
        }
        () if has("locations") && (has("ruleId") || has("message")) => Shape::Sarif,
        () if all(&["level", "msg"]) || has("audit") || all(&["rules_applied", "blobs_scanned"]) => {
            Shape::Note
        }
        () => return None,
    })
}

/// Returns what a record claims: ggshield's and TruffleHog's may claim several
/// credentials.
pub(super) fn claims_of(shape: Shape, file: Option<&str>, value: &Value) -> Vec<Claim> {
    match shape {
        Shape::Gitleaks => vec![of_gitleaks(value)],
        Shape::Betterleaks => vec![of_betterleaks(value)],
        Shape::BetterleaksLine => vec![of_betterleaks(&value["finding"])],
        Shape::Kingfisher => vec![of_kingfisher(value)],
        Shape::TruffleHog => of_trufflehog(value),
        Shape::DetectSecrets => vec![of_detect_secrets(file.unwrap_or_default(), value)],
        Shape::Ggshield => of_ggshield(value),
        Shape::GgshieldScan => of_ggshield_scan(value),
        Shape::Sarif => vec![of_sarif(value)],
        Shape::Note => Vec::new(),
    }
}

/// The text at a path of keys, if there is one that says anything.
fn text(value: &Value, keys: &[&str]) -> Option<String> {
    let at = keys.iter().try_fold(value, |value, key| value.get(key))?;
    at.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The number at a path of keys; 0 where there is none.
fn number(value: &Value, keys: &[&str]) -> u64 {
    keys.iter().try_fold(value, |value, key| value.get(key)).and_then(Value::as_u64).unwrap_or_default()
}

/// The column of an end, by the names of both lines and of that column; 0
/// where it is not named, the greatest where it is on a later line.
fn end_column(value: &Value, [line, end_line, column]: [&str; 3]) -> u64 {
    let end = number(value, &[end_line]);
    if end == 0 || end == number(value, &[line]) { number(value, &[column]) } else { u64::MAX }
}

/// The column of an index that is counted from 0; 0 where none is named.
fn column_of_index(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).map_or(0, |index| index.saturating_add(1))
}

/// The texts around a credential.
fn texts<const N: usize>(all: [Option<String>; N]) -> Vec<Secret> {
    all.into_iter().flatten().map(|text| Secret::new(text.as_bytes())).collect()
}

fn claim(rule: String, description: &str, held: Held, place: ClaimedPlace) -> Claim {
    let names_datadog = names_datadog(&rule) || names_datadog(description);
    Claim { rule, names_datadog, held, texts: Vec::new(), was_accepted: false, place }
}

fn of_gitleaks(value: &Value) -> Claim {
    let place = ClaimedPlace {
        repository: None,
        path: text(value, &["File"]),
        line: number(value, &["StartLine"]),
        column: number(value, &["StartColumn"]),
        end_column: end_column(value, ["StartLine", "EndLine", "EndColumn"]),
        commit: text(value, &["Commit"]),
        author: text(value, &["Author"]),
        email: text(value, &["Email"]),
        subject: text(value, &["Message"]),
        date: text(value, &["Date"]),
    };
    let rule = text(value, &["RuleID"]).unwrap_or_default();
    let held = Held::of(value["Secret"].as_str().unwrap_or_default());
    let description = text(value, &["Description"]).unwrap_or_default();
    Claim {
        texts: texts([text(value, &["Line"]), text(value, &["Match"])]),
        ..claim(rule, &description, held, place)
    }
}

fn of_betterleaks(value: &Value) -> Claim {
    let of_git = |key: &str| text(value, &["attributes", key]);
    let place = ClaimedPlace {
        repository: of_git("git.remote_url"),
        path: text(value, &["location", "path"]),
        line: number(value, &["location", "start_line"]),
        column: number(value, &["location", "start_column"]),
        end_column: end_column(&value["location"], ["start_line", "end_line", "end_column"]),
        commit: of_git("git.sha"),
        author: of_git("git.author_name"),
        email: of_git("git.author_email"),
        subject: of_git("git.message"),
        date: of_git("git.date"),
    };
    let rule = text(value, &["rule_id"]).unwrap_or_default();
    let held = Held::of(value["match"]["value"].as_str().unwrap_or_default());
    let description = text(value, &["description"]).unwrap_or_default();
    let was_accepted = value["validation"]["status"] == "valid";
    let texts = texts([text(value, &["match", "context"]), text(value, &["match", "full"])]);
    Claim { texts, was_accepted, ..claim(rule, &description, held, place) }
}

fn of_kingfisher(value: &Value) -> Claim {
    let finding = &value["finding"];
    let git = &finding["git_metadata"];
    let place = ClaimedPlace {
        repository: text(git, &["repository_url"]),
        path: text(git, &["file", "path"]).or_else(|| text(finding, &["path"])),
        line: number(finding, &["line"]),
        column: number(finding, &["column_start"]),
        end_column: number(finding, &["column_end"]),
        commit: text(git, &["commit", "id"]),
        author: text(git, &["commit", "author", "name"]),
        email: text(git, &["commit", "author", "email"]),
        subject: text(git, &["commit", "message"]),
        date: text(git, &["commit", "date"]),
    };
    let rule = text(value, &["rule", "id"]).unwrap_or_default();
    let description = format!("{} {}", value["rule"]["name"], value["rule"]["description"]);
    let held = Held::of(finding["snippet"].as_str().unwrap_or_default());
    let outcome = text(finding, &["validation", "outcome"]).unwrap_or_default();
    let status = text(finding, &["validation", "status"]).unwrap_or_default();
    let was_accepted = outcome == "active" || status.starts_with("Active");
    Claim { was_accepted, ..claim(rule, &description, held, place) }
}

fn of_trufflehog(value: &Value) -> Vec<Claim> {
    let data = value["SourceMetadata"]["Data"].as_object().and_then(|data| data.values().next());
    let data = data.unwrap_or(&Value::Null);
    let rule = text(value, &["DetectorName"]).unwrap_or_default();
    let was_accepted = value["Verified"] == true;
    let place = || ClaimedPlace {
        repository: text(data, &["repository"]),
        path: text(data, &["file"]).or_else(|| text(data, &["key"])).or_else(|| text(data, &["link"])),
        line: number(data, &["line"]),
        column: 0,
        end_column: 0,
        commit: text(data, &["commit"]),
        author: text(data, &["email"]),
        email: None,
        subject: None,
        date: text(data, &["timestamp"]),
    };
    let (raw, both) =
        (text(value, &["Raw"]).unwrap_or_default(), text(value, &["RawV2"]).unwrap_or_default());
    // Of a pair of keys, the first is given alone, and then both as one text.
    let second = both.strip_prefix(&raw).filter(|second| !second.is_empty() && !raw.is_empty());
    let held = match raw.as_str() {
        "" => Held::of(&text(value, &["Redacted"]).unwrap_or_default()),
        raw => Held::of(raw),
    };
    let second = second.map(Held::of);
    let all = [Some(held), second].into_iter().flatten();
    all.map(|held| Claim { was_accepted, ..claim(rule.clone(), "", held, place()) }).collect()
}

fn of_detect_secrets(file: &str, value: &Value) -> Claim {
    let name = text(value, &["filename"]).unwrap_or_else(|| file.to_owned());
    let line = number(value, &["line_number"]);
    let place = ClaimedPlace { path: Some(name), line, ..ClaimedPlace::default() };
    let rule = text(value, &["type"]).unwrap_or_default();
    let held = text(value, &["hashed_secret"]).map_or(Held::Nothing, Held::Sha1);
    claim(rule, "", held, place)
}

/// The scans within a scan, and what they found.
fn of_ggshield_scan(value: &Value) -> Vec<Claim> {
    let list = |key: &str| value[key].as_array().into_iter().flatten();
    let own = list("entities_with_incidents").flat_map(of_ggshield);
    own.chain(list("scans").flat_map(of_ggshield_scan)).collect()
}

fn of_ggshield(value: &Value) -> Vec<Claim> {
    let path = text(value, &["filename"]);
    let mut claims = Vec::new();
    for incident in value["incidents"].as_array().into_iter().flatten() {
        let rule = text(incident, &["type"]).unwrap_or_default();
        let was_accepted = incident["validity"] == "valid";
        for occurrence in incident["occurrences"].as_array().into_iter().flatten() {
            let place = ClaimedPlace {
                path: path.clone(),
                line: number(occurrence, &["line_start"]),
                column: column_of_index(occurrence, "index_start"),
                end_column: end_column(occurrence, ["line_start", "line_end", "index_end"]),
                ..ClaimedPlace::default()
            };
            let held = Held::of(occurrence["match"].as_str().unwrap_or_default());
            claims.push(Claim { was_accepted, ..claim(rule.clone(), "", held, place) });
        }
    }
    claims
}

fn of_sarif(value: &Value) -> Claim {
    let location = &value["locations"][0];
    let physical = &location["physicalLocation"];
    let of_commit = |key: &str| text(value, &["partialFingerprints", key]);
    let git = &location["properties"]["git_metadata"]["commit"];
    let place = ClaimedPlace {
        repository: None,
        path: text(physical, &["artifactLocation", "uri"]),
        line: number(physical, &["region", "startLine"]),
        column: number(physical, &["region", "startColumn"]),
        end_column: end_column(&physical["region"], ["startLine", "endLine", "endColumn"]),
        commit: of_commit("commitSha").or_else(|| text(git, &["id"])),
        author: of_commit("author").or_else(|| text(git, &["author", "name"])),
        email: of_commit("email").or_else(|| text(git, &["author", "email"])),
        subject: of_commit("commitMessage"),
        date: of_commit("date").or_else(|| text(git, &["date"])),
    };
    let rule = text(value, &["ruleId"]).unwrap_or_default();
    let description = text(value, &["message", "text"]).unwrap_or_default();
    let snippet = text(physical, &["region", "snippet", "text"]).unwrap_or_default();
    let outcome = &location["properties"]["validation_outcome"];
    let around = text(physical, &["contextRegion", "snippet", "text"]);
    Claim {
        texts: texts([around]),
        was_accepted: outcome == "active",
        ..claim(rule, &description, Held::of(&snippet), place)
    }
}
