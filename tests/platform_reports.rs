//! Reports as the platforms take them: their limits, their required fields, and nothing of a secret.

mod support;

use std::io::Write;

use dogcatcher::token::{Kind, Mint};
use regex::Regex;
use serde_json::Value;
use support::git::git;
use support::{Folder, pat, secret_part};

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn code_scanning_takes_25_000_results_and_10_mb() {
    let folder = Folder::new();
    let mut mint = Mint::new(1);
    for number in 0..50 {
        let tokens: String = (0..1000).map(|_| mint.mint(Kind::PersonalAccessToken) + "\n").collect();
        folder.file(&format!("{number}.txt"), tokens);
    }
    // The gravest are kept: these are no tokens of Datadog's mint for all that is known.
    let suspect: String = (0..10).map(|seed| support::broken_pat(seed) + "\n").collect();
    folder.file("0-first.txt", suspect);
    folder.run(&["scan", "--quiet", "--report=sarif=all.sarif", "--report=json=all.json"]).exits(1);
    let text = folder.read("all.sarif");
    let sarif: Value = serde_json::from_str(&text).expect("SARIF");
    let run = &sarif["runs"][0];
    assert_eq!(list(&run["results"]).len(), 25_000);
    let levels = list(&run["results"]).iter().filter(|result| result["level"] != "error").count();
    assert_eq!(levels, 0, "the surest ones");
    let notice = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(notice.as_str().is_some_and(|it| it.starts_with("25,010 results left out")), "{notice}");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    let size = encoder.finish().expect("memory").len();
    assert!(size < 10_000_000, "{size} bytes");
    // Nothing is cut where nobody asks for it.
    let json: Value = serde_json::from_str(&folder.read("all.json")).expect("JSON");
    assert_eq!(json["summary"]["findings"], 50_010);
}

#[test]
fn suppressed_findings_are_left_out_of_sarif_unless_asked_for() {
    let folder = Folder::new();
    folder.file("a.txt", format!("{} # dogcatcher:allow minted for a test\n", pat(1)));
    folder.file("b.txt", format!("{}\n", pat(2)));
    folder.file("dogcatcher.toml", "[[allow]]\npath = \"b.txt\"\nreason = \"ours\"\n");
    let results = |args: &[&str]| {
        let run = folder.run(&[&["scan", "--report=sarif"], args].concat()).exits(0);
        list(&run.json()["runs"][0]["results"]).to_vec()
    };
    assert!(results(&[]).is_empty());
    let all = results(&["--suppressed"]);
    let kinds: Vec<&Value> = all.iter().map(|it| &it["suppressions"][0]["kind"]).collect();
    assert_eq!(kinds, ["inSource", "external"]);
    assert_eq!(all[0]["suppressions"][0]["justification"], "inline: minted for a test");
}

/// What GitLab's schema of secret-detection reports, 15.2, requires; the words are our own, the schema is GitLab's.
fn check_gitlab(report: &Value) {
    let matches = |value: &Value, pattern: &str| {
        let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
        assert!(Regex::new(pattern).expect("valid").is_match(text), "{text}");
    };
    matches(&report["version"], r"^15\.\d+\.\d+$");
    let scan = &report["scan"];
    for time in ["start_time", "end_time"] {
        matches(&scan[time], r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$");
    }
    matches(&scan["status"], "^(success|failure)$");
    matches(&scan["type"], "^secret_detection$");
    for program in ["analyzer", "scanner"] {
        for field in ["id", "name", "version"] {
            matches(&scan[program][field], ".");
        }
        matches(&scan[program]["vendor"]["name"], ".");
    }
    for message in list(&scan["messages"]) {
        matches(&message["level"], "^(info|warn|fatal)$");
        matches(&message["value"], ".");
    }
    let mut ids = std::collections::BTreeSet::new();
    for found in report["vulnerabilities"].as_array().expect("a list") {
        matches(&found["id"], ".");
        assert!(ids.insert(found["id"].as_str()), "an id that stands twice: {found}");
        matches(&found["severity"], "^(Info|Unknown|Low|Medium|High|Critical)$");
        let length = |field: &str| found[field].as_str().expect("text").chars().count();
        assert!(length("name") <= 255 && length("solution") <= 7000 && length("description") <= 1 << 20);
        assert!(!list(&found["identifiers"]).is_empty());
        for identifier in list(&found["identifiers"]) {
            ["type", "name", "value"].into_iter().for_each(|field| matches(&identifier[field], "."));
        }
        for link in list(&found["links"]) {
            matches(&link["url"], "^(https?|ftp)://.+");
        }
        let place = &found["location"];
        matches(&place["commit"]["sha"], ".");
        matches(&place["file"], ".");
        assert!(place["start_line"].is_u64() && place["end_line"].is_u64());
        assert!(found.get("raw_source_code_extract").is_none(), "it would hold the secret");
    }
}

#[test]
fn gitlab() {
    let folder = Folder::new();
    git(folder.path(), &["init", "-q", "-b", "main", "r"]);
    let work = folder.path().join("r");
    let [file, message, gone] = [1, 2, 3].map(pat);
    folder.file("r/ä \n.txt", format!("{file}\n{file}\n"));
    folder.file("r/gone.txt", &gone);
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", &format!("with {message}")]);
    git(&work, &["rm", "-q", "gone.txt"]);
    git(&work, &["commit", "-qm", "without"]);
    let run = folder.run(&["scan", "--report=gitlab", "r", "missing"]).exits(1);
    let report = run.json();
    check_gitlab(&report);
    assert_eq!(
        list(&report["vulnerabilities"]).len(),
        6,
        "two lines in the tree and in history, a message, a file that is gone"
    );
    assert_eq!(report["scan"]["messages"][0]["level"], "warn");
    for token in [&file, &message, &gone] {
        assert!(!run.stdout.contains(secret_part(token)) && !run.stdout.contains("author@example.com"));
    }
    let clean = Folder::new();
    let report = clean.run(&["scan", "--report=gitlab"]).exits(0).json();
    check_gitlab(&report);
}

#[test]
fn annotations_are_few_and_for_the_right_lines() {
    let folder = Folder::new();
    let mut mint = Mint::new(5);
    let tokens: String = (0..30).map(|_| mint.mint(Kind::ServiceAccessToken) + "\n").collect();
    folder.file("a,b:c.txt", &tokens);
    let run = folder.run(&["scan", "--report=github"]).exits(1);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 11, "{run:?}");
    assert!(
        lines[0].starts_with("::error file=a%2Cb%3Ac.txt,line=1,endLine=1,col=1,endColumn=66,title="),
        "{run:?}"
    );
    assert_eq!(lines[10], "::notice title=dogcatcher::20 more findings in the log and in the reports");
    assert!(tokens.lines().all(|token| !run.stdout.contains(secret_part(token))));
    let history = folder.run_with(&["scan", "-", "--report=github"], tokens.as_bytes()).exits(1);
    assert!(history.stdout.starts_with("::error title="), "{history:?}");
    assert!(history.stdout.contains("In standard input."), "{history:?}");
}

/// Two repositories with hostile names: a token in both, one in history only, one that is allowed.
fn hostile() -> Folder {
    let folder = Folder::new();
    let names = ["=1+1|cmd", "</td><script>x</script>&|`"];
    for (name, seed) in names.iter().zip(1..) {
        git(folder.path(), &["init", "-q", "-b", "main", name]);
        let work = folder.path().join(name);
        folder.file(&format!("{name}/-a,\"b\"\n.txt"), format!("{}\n{}\n", pat(1), pat(seed + 1)));
        folder.file(
            &format!("{name}/allowed.txt"),
            format!("{} # dogcatcher:allow our <b>own</b> | x\n", pat(7)),
        );
        git(&work, &["add", "."]);
        git(&work, &["commit", "-qm", "=HYPERLINK(\"https://x\") </code> | [a](b)"]);
    }
    folder
}

#[test]
fn csv_has_a_row_for_each_place_and_no_formula() {
    let folder = hostile();
    let rows = |args: &[&str]| -> Vec<Vec<String>> {
        let run = folder.run(&[&["scan", "--report=csv"], args].concat()).exits(1);
        let mut reader = csv::Reader::from_reader(run.stdout.as_bytes());
        let headings = reader.headers().expect("headings").iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
        [headings].into_iter().chain(rows).collect()
    };
    let all = rows(&[]);
    assert_eq!(all.len(), 1 + 2 * 2 * 2, "two lines, in the file and in history, of two repositories");
    let cells = || all.iter().skip(1).flatten();
    assert!(cells().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{all:?}");
    assert!(cells().any(|cell| cell == "'=1+1|cmd"), "{all:?}");
    assert!(cells().any(|cell| cell.starts_with("'=HYPERLINK")), "{all:?}");
    assert!(cells().all(|cell| !cell.contains(secret_part(&pat(1)))));
    assert_eq!(rows(&["--suppressed"]).len(), all.len() + 4);
    let (authors, secrets) = (rows(&["--authors"]), rows(&["--show-secrets"]));
    assert_eq!(authors[0].last().map(String::as_str), Some("author"));
    assert!(secrets.iter().any(|row| row.last() == Some(&pat(1))), "{secrets:?}");
    let clean = Folder::new().run(&["scan", "--report=csv"]).exits(0).stdout;
    assert_eq!(clean.lines().count(), 1, "the headings");
}

#[test]
fn junit_fails_for_each_place() {
    let folder = hostile();
    folder.file("client.env", format!("DD_CLIENT_TOKEN={}\n", Mint::new(3).mint(Kind::ClientToken)));
    let report = |args: &[&str]| {
        let run = folder.run(&[&["scan", "--report=junit"], args].concat());
        quick_junit::Report::deserialize_from_str(&run.stdout).expect("JUnit")
    };
    let whole = report(&[]);
    let counts = |it: &quick_junit::Report| {
        let cases = it.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let skipped = cases.filter(|case| matches!(case.status, quick_junit::TestCaseStatus::Skipped { .. }));
        (it.tests, it.failures, it.errors, skipped.count())
    };
    assert_eq!(counts(&whole), (9, 8, 0, 1), "what is public fails nothing");
    folder.file("damaged.zip", b"PK\x03\x04 and no more of it");
    let whole = report(&["--history-only"]);
    assert_eq!((whole.failures, whole.errors), (4, 0), "a zip is no part of the history");
    assert_eq!(report(&["damaged.zip"]).errors, 1, "what was not read");
    let clean = Folder::new().run(&["scan", "--report=junit"]).exits(0).stdout;
    let clean = quick_junit::Report::deserialize_from_str(&clean).expect("JUnit");
    assert_eq!(counts(&clean), (1, 0, 0, 0), "one test that passes");
}

#[test]
fn markdown_for_a_ticket() {
    let folder = hostile();
    let run = folder.run(&["scan", "--report=md", "--authors"]).exits(1);
    let text = &run.stdout;
    assert!(
        text.starts_with("# dogcatcher: Datadog credentials\n\n**3 credentials found (3 verified).**\n"),
        "{text}"
    );
    assert!(text.contains("| Datadog personal access token | 3 | 3 |\n"), "{text}");
    let repositories = "| repository | Datadog personal access token |\n|---|--:|\n";
    assert!(text.contains(repositories), "{text}");
    assert_eq!(text.matches("\n- [ ] Revoke it").count(), 3, "a checklist for each: {text}");
    let id = dogcatcher::token::token_id(&pat(1).as_bytes()[6..28]).expect("an id");
    assert!(text.contains(&format!("  dogcatcher revoke --id {id}\n")), "{text}");
    let fingerprint = Regex::new("fingerprint: <code>fp1&#95;[0-9a-f]{32}</code>").expect("a pattern");
    assert_eq!(fingerprint.find_iter(text).count(), 3, "{text}");
    // Foreign text is no markup: what is suppressed is told of with its reason.
    assert!(text.contains("| inline | our &#60;b&#62;own&#60;/b&#62; &#124; x |\n"), "{text}");
    assert!(!text.contains("<script>") && !text.contains("[a](b)") && !text.contains(secret_part(&pat(1))));
    let grouped = folder.run(&["scan", "--report=md", "--group-by=repository"]).exits(1).stdout;
    assert_eq!(grouped.matches("\n### &#").count(), 2, "{grouped}");
    let shown = folder.run(&["scan", "--report=md", "--show-secrets"]).exits(1).stdout;
    assert!(shown.contains(&pat(1).replace('_', "&#95;")));
    let clean = Folder::new().run(&["scan", "--report=md"]).exits(0).stdout;
    assert_eq!(clean, "# dogcatcher: Datadog credentials\n\n**No credentials found.**\n\n");
}
