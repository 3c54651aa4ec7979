//! The lists of words: each does what it says, by its own examples.

mod support;

use std::path::Path;

use dogcatcher::detect::{Detector, Known, Topic, Verdict};
use dogcatcher::lexicon::{Example, List};
use dogcatcher::rule::RuleSet;
use dogcatcher::token::{Kind, Mint};
use support::Folder;

/// What becomes of the candidate in a text: `found`, the reason against it, or `nothing`.
fn outcome(detector: &Detector<'_>, text: &str, file: Option<&str>) -> String {
    let lexicon = detector.rules().lexicon();
    let topic = file.map_or(Topic::Unknown, |file| Topic::of_path(lexicon, Path::new(file)));
    let mut outcome = "nothing".to_owned();
    let known = Known { topic, wide: None };
    detector.detect_in(text.as_bytes(), 0..text.len(), known, &mut |verdict| {
        outcome = match verdict {
            Verdict::Found(_) => "found".to_owned(),
            Verdict::Rejected { reason, .. } => reason.as_str().to_owned(),
        };
    });
    outcome
}

/// A text with a key of each kind in the place of its name.
fn filled(text: &str, mint: &mut Mint) -> String {
    let stand_ins = [
        ("{{api_key}}", Kind::ApiKey),
        ("{{app_key}}", Kind::LegacyApplicationKey),
        ("{{client_token}}", Kind::ClientToken),
    ];
    stand_ins.iter().fold(text.to_owned(), |text, (name, kind)| text.replace(name, &mint.mint(*kind)))
}

#[test]
fn every_list_does_what_its_examples_say() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(20);
    let mut wrong = Vec::new();
    for list in List::ALL {
        for Example { text, is, file } in list.examples() {
            let outcome = outcome(&detector, &filled(text, &mut mint), file.as_deref());
            if outcome != *is {
                wrong.push(format!("{list:?}: {text:?} is {outcome}, not {is}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_owner_alone_leads_to_a_finding() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(21);
    for owner in List::Owners.words() {
        let upper = owner.to_uppercase();
        for name in [format!("{owner}_api_key"), format!("{upper}_API_KEY"), format!("{upper}_APP_KEY")] {
            let text = format!("{name} = {}\n", mint.mint(Kind::ApiKey));
            assert_eq!(outcome(&detector, &text, None), "found", "{text}");
        }
    }
}

#[test]
fn every_name_of_a_key_alone_leads_to_a_finding() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(22);
    let targets = || {
        List::Targets
            .words()
            .flat_map(|target| List::TargetKeys.words().map(move |key| format!("{target}_{key}")))
    };
    for name in List::Keys.words().map(str::to_owned).chain(targets()) {
        for owner in ["datadog", "DataDog"] {
            let text = format!("{owner}_{name}: \"{}\"\n", mint.mint(Kind::ApiKey));
            assert_eq!(outcome(&detector, &text, None), "found", "{text}");
        }
    }
    for target in List::PublicTargets.words() {
        for key in List::PublicTargetKeys.words() {
            let text = format!("datadog_{target}_{key}: \"{}\"\n", mint.mint(Kind::ClientToken));
            assert_eq!(outcome(&detector, &text, None), "found", "{text}");
        }
    }
}

#[test]
fn every_word_against_a_key_speaks_against_it() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(24);
    let mut is_not_found = |name: String| {
        let text = format!("{name} = {}\n", mint.mint(Kind::ApiKey));
        assert_ne!(outcome(&detector, &text, None), "found", "{text}");
    };
    for list in [List::Hashes, List::Identifiers, List::Encrypted, List::Pretended] {
        list.words().for_each(|word| is_not_found(format!("datadog_api_key_{word}")));
    }
    for list in [List::Adjectives, List::Vendors, List::Platforms] {
        list.words().for_each(|word| is_not_found(format!("datadog_{word}_key")));
    }
    List::KeysOfOthers.words().for_each(|words| is_not_found(format!("datadog_{}", words.replace(' ', "_"))));
    List::FileEndings.words().for_each(|ending| is_not_found(format!("datadog-api-key.{ending}")));
}

#[test]
fn words_of_ones_own() {
    let folder = Folder::new();
    let mut mint = Mint::new(23);
    let [one, two, three, four] = [(); 4].map(|()| mint.mint(Kind::ApiKey));
    folder.file("a.txt", format!("ACME_OBSERVABILITY_API_KEY={one}\n"));
    folder.file("b/acme-observability.yaml", format!("api_key: {two}\n"));
    folder.file("c.txt", format!("datadog: 1\nwombat:\n  api_key: {three}\n"));
    folder.file("d.txt", format!("CANARY_DD_API_KEY={four}\n"));
    let found = |folder: &Folder| {
        let report = folder.run(&["scan", ".", "--report=json"]).json();
        let findings = report["findings"].as_array().expect("findings").clone();
        let mut paths: Vec<_> = findings
            .iter()
            .map(|it| it["locations"][0]["path"].as_str().expect("a path").to_owned())
            .collect();
        paths.sort();
        paths
    };
    assert_eq!(found(&folder), ["d.txt"]);
    folder
        .file("dogcatcher.toml", "[lexicon]\nowners = [\"acme-observability\"]\npretended = [\"canary\"]\n");
    assert_eq!(found(&folder), ["a.txt", "b/acme-observability.yaml"]);
}

#[test]
fn a_wrong_word_is_an_error_with_its_place() {
    let folder = Folder::new();
    for (text, told) in [
        ("[lexicon]\nowners = [\"acme\", \"x\"]\n", "2"),
        ("[lexicon]\nowners = [\"ac/me\"]\n", "2"),
        ("[lexicon]\nowner = [\"acme\"]\n", "owners"),
    ] {
        folder.file("dogcatcher.toml", text);
        let run = folder.run(&["scan", "."]).exits(2);
        assert!(run.stderr.contains("dogcatcher.toml") && run.stderr.contains(told), "{}", run.stderr);
    }
}

/// The lines of the blocks of a page of documentation that are marked with a word.
fn shown<'p>(page: &'p str, mark: &str) -> Vec<&'p str> {
    let fence = format!("```text {mark}\n");
    let blocks = page.split(fence.as_str()).skip(1);
    blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines()).collect()
}

#[test]
fn the_documentation_shows_what_is_found_and_what_is_not() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut mint = Mint::new(26);
    let page = include_str!("../docs/keys.md");
    let (found, quiet) = (shown(page, "found"), shown(page, "quiet"));
    assert!(found.len() >= 15 && quiet.len() >= 15, "{} and {}", found.len(), quiet.len());
    let mut is_found =
        |text: &str| outcome(&detector, &filled(&text.replace("\\n", "\n"), &mut mint), None) == "found";
    let missed: Vec<_> = found.into_iter().filter(|text| !is_found(text)).collect();
    let alarms: Vec<_> = quiet.into_iter().filter(|text| is_found(text)).collect();
    assert!(missed.is_empty() && alarms.is_empty(), "missed: {missed:#?}\nfalse alarms: {alarms:#?}");
}
