//! Tokens of rules of one's own are found and hidden wherever those of the rules that are compiled in are.

#[path = "support/encode.rs"]
mod encode;
mod support;

use dogcatcher::detect::{Detector, Masker, Verdict};
use dogcatcher::report::Format;
use dogcatcher::rule::RuleSet;
use encode::{ENCODERS, base64};
use proptest::prelude::*;
use support::Folder;
use support::git::git;
use support::pack::{Entry, copy, delta, write_repository};

/// Rules whose tokens have a checksum, punctuation, or next to no beginning.
const OWN: [(&str, &str); 3] = [
    ("acme_", "acme_(?<secret>[0-9A-Za-z]{36})"),
    ("corp-pat-", "corp-pat-(?<secret>[0-9A-Za-z_-]{40})"),
    ("XK.", r"XK\.(?<secret>[0-9A-Za-z]{22}\.[0-9A-Za-z]{12})"),
];

fn rule_file(anchor: &str, pattern: &str) -> String {
    let id: String = anchor.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    format!(
        "id = '{id}'\nname = 'N'\ndescription = 'd'\nseverity = 'high'\nanchors = ['{anchor}']\npattern = '{pattern}'\n\
         remediation = 'r'\n[[example]]\ntext = 'K={{{{token}}}}'\nconfidence = 'suspect'\n"
    )
}

fn rules() -> RuleSet {
    let mut rules = RuleSet::builtin();
    for (anchor, pattern) in OWN {
        rules.add_text("own.toml", &rule_file(anchor, pattern)).expect("a rule");
    }
    rules
}

/// A token of one of these rules.
fn token(choice: usize, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut letters =
        |count| std::iter::repeat_with(|| random.alphanumeric()).take(count).collect::<String>();
    match choice {
        0 => format!("acme_{}", letters(36)),
        1 => format!("corp-pat-{}", letters(40)),
        _ => format!("XK.{}.{}", letters(22), letters(12)),
    }
}

/// The secrets that are found in a text, and their layers.
fn found(detector: &Detector<'_>, text: &[u8]) -> Vec<(Vec<u8>, String)> {
    let found = detector.detect(text).into_iter().filter_map(|verdict| match verdict {
        Verdict::Found(found) => Some((found.secret.expose().to_vec(), found.layers.join(", "))),
        Verdict::Rejected { .. } => None,
    });
    found.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_layer_at_every_offset(seed in any::<u64>(), choice in 0usize..3, encoder in 0usize..ENCODERS.len(), before in 0usize..40) {
        let rules = rules();
        let detector = Detector::new(&rules);
        let token = token(choice, seed);
        let (name, layers, encoder) = ENCODERS[encoder];
        let around = matches!(layers, "joined" | "quoted-printable") || name.contains("continued");
        // An indented line of base64 may end within the beginning of a token.
        let before = if name.contains("block") { 20 } else { before + 20 };
        let inner = if around { token.clone() } else { format!("{}={token};", "k".repeat(before)) };
        let text = [b"a: ".as_slice(), &encoder(inner.as_bytes()), b"\n"].concat();
        let all = found(&detector, &text);
        prop_assert_eq!(all, [(token.into_bytes(), layers.to_owned())], "{} {}", name, String::from_utf8_lossy(&text));
    }

    #[test]
    fn base64_of_base64_at_every_place(seed in any::<u64>(), choice in 0usize..3, before in 0usize..40, outer in 0usize..40) {
        let rules = rules();
        let detector = Detector::new(&rules);
        let token = token(choice, seed);
        let once = base64(format!("{}={token}\n", "k".repeat(before)).as_bytes());
        let twice = base64(&[&b"x".repeat(outer)[..], b" ", &once].concat());
        let all = found(&detector, &[b"data: ", &twice[..], b"\n"].concat());
        prop_assert_eq!(all, [(token.into_bytes(), "base64, base64".to_owned())]);
    }

    #[test]
    fn tokens_of_all_rules_beside_each_other(seed in any::<u64>(), order in Just([0, 1, 2, 3, 3, 2, 1, 0]).prop_shuffle()) {
        let rules = rules();
        let detector = Detector::new(&rules);
        let ours = dogcatcher::token::Mint::new(seed).mint(dogcatcher::token::Kind::PersonalAccessToken);
        let mut text = String::new();
        let mut expected = Vec::new();
        for (index, choice) in order.into_iter().enumerate() {
            let token = if choice == 3 { ours.clone() } else { token(choice, seed.wrapping_add(index as u64)) };
            let hex: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
            text += if index % 2 == 0 { &token } else { &hex };
            text += " and DD_API_KEY or ";
            text += &"filler ".repeat(index * 97);
            expected.push(token.into_bytes());
        }
        let all: Vec<Vec<u8>> = found(&detector, text.as_bytes()).into_iter().map(|(secret, _)| secret).collect();
        prop_assert_eq!(all, expected);
    }

    #[test]
    fn a_text_that_shows_none(seed in any::<u64>(), choice in 0usize..3, encoder in 0usize..ENCODERS.len()) {
        let masker = Masker::new(rules());
        let token = token(choice, seed);
        let Ok(encoded) = String::from_utf8(ENCODERS[encoder].2(token.as_bytes())) else { return Ok(()) };
        let shown = masker.hide_secrets(&format!("see {encoded} there"));
        prop_assert!(!shown.contains(&encoded[encoded.len() / 2..][..8]), "{}: {}", encoded, shown);
        prop_assert!(shown.starts_with("see ") && shown.ends_with(" there"), "{}", shown);
    }
}

/// Hexadecimal digits of a token may hold those of another anchor's beginning: `DDR`.
#[test]
fn what_was_decoded_is_not_found_again() {
    let rules = rules();
    let detector = Detector::new(&rules);
    let token = format!("acme_ybDDR1{}", "ULZUVmPkV8feHY2puZOamvaFwcrVCN");
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let others: String = (0..9).map(|seed| hex(&self::token(0, seed)) + " and DD_API_KEY or ").collect();
    let all = found(&detector, format!("{} {others}", hex(&token)).as_bytes());
    assert_eq!(all.iter().filter(|(secret, _)| secret == token.as_bytes()).count(), 1);
    assert_eq!(all.len(), 10);
}

/// The rules that are compiled in are found like those of others: each of them in each encoding.
#[test]
fn every_rule_with_an_anchor_in_every_encoding() {
    let rules = RuleSet::builtin();
    let detector = Detector::new(&rules);
    let mut missed = std::collections::BTreeSet::new();
    for rule in rules.rules().iter().filter(|rule| !rule.anchors().is_empty()) {
        let token = rule.fill_example("{{token}}", 11);
        for ((name, layers, encoder), before) in ENCODERS.iter().flat_map(|it| [(it, 20), (it, 21), (it, 22)])
        {
            let around = matches!(*layers, "joined" | "quoted-printable") || name.contains("continued");
            let inner = [&b"k".repeat(before)[..], b"=", &token, b";"].concat();
            let inner = if around { token.clone() } else { inner };
            let text = [b"datadog: ".as_slice(), &encoder(&inner), b"\n"].concat();
            let is_it = |(secret, path): &(Vec<u8>, String)| *secret == token && path == layers;
            if !found(&detector, &text).iter().any(is_it) {
                missed.insert(format!("{} in {name}, {before}", rule.id()));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

const NEW_KIND: &str = r#"
id = "acme-token"
name = "Acme token"
description = "Lets whoever holds it drive the rockets."
credential = "acme_token"
severity = "critical"
lifetime = "expires with the company"
anchors = ["acme_"]
pattern = 'acme_(?<secret>[0-9A-Za-z]{30})(?<check>[0-9A-Za-z]{6})'
remediation = "Call the coyote."
[checksum]
algorithm = "crc32"
alphabet = "base62"
width = 6
group = "check"
covers = [{ name = "secret", input = "{secret}" }]
[[example]]
text = "ACME={{token}}"
confidence = "verified"
"#;

/// One rule file is all that a new kind of credential needs, from minting to reports.
#[test]
fn a_kind_of_credential_is_one_rule_file() {
    let folder = Folder::new();
    folder.file("rules/acme.toml", NEW_KIND);
    let minted =
        folder.run(&["token", "mint", "acme_token", "--rules", "rules", "--seed", "4"]).exits(0).stdout;
    let token = minted.trim_end();
    assert!(token.starts_with("acme_") && token.len() == 41, "{token}");

    let inspect = ["inspect", "--json", "--rules", "rules"];
    let facts = folder.run_with(&inspect, minted.as_bytes()).exits(0).json();
    let expected = [("credential", "acme_token"), ("confidence", "verified"), ("redacted", "acme_…")];
    for (field, value) in expected.into_iter().chain([("lifetime", "expires with the company")]) {
        assert_eq!(facts[field], value, "{facts}");
    }
    let cut = folder.run_with(&inspect[..2], &minted.as_bytes()[..40]).exits(1).json();
    assert_eq!(cut["note"], "it is no Datadog credential that dogcatcher knows");
    let cut = folder.run_with(&inspect, &minted.as_bytes()[..40]).exits(1).json();
    assert_eq!(cut["note"], "it begins like one (Acme token), but it has 40 characters instead of 41");
    let broken = ["token", "mint", "acme-token", "--rules", "rules", "--broken", "checksum"];
    folder.run_with(&inspect, folder.run(&broken).exits(0).stdout.as_bytes()).exits(1);

    for (index, (_, _, encoder)) in ENCODERS.iter().enumerate() {
        folder.file(&format!("in/{index:02}.txt"), [b"x: ", &encoder(token.as_bytes())[..], b"\n"].concat());
    }
    let scan = ["scan", "--files-only", "--rules", "rules", "in", "--report"];
    let json = folder.run(&[&scan[..], &["json"]].concat()).exits(1).json();
    let findings = json["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "one secret: {findings:#?}");
    let finding = &findings[0];
    assert_eq!((&finding["credential"], &finding["severity"]), (&"acme_token".into(), &"critical".into()));
    let mut files: Vec<_> =
        finding["locations"].as_array().expect("places").iter().map(|place| place["path"].as_str()).collect();
    files.dedup();
    assert_eq!(files.len(), ENCODERS.len(), "{files:?}");
    for format in Format::ALL {
        let run = folder.run(&[&scan[..], &[format.as_str()]].concat()).exits(1);
        let shown = run.stdout + &run.stderr;
        assert!(!shown.contains(&token[12..24]), "{} shows it: {shown}", format.as_str());
        assert!(shown.contains("Acme token") || shown.contains("acme-token"), "{}: {shown}", format.as_str());
    }
}

#[test]
fn a_misspelt_kind_is_an_error() {
    let misspelt = NEW_KIND.replace("acme_token", "aplication_key");
    let error = RuleSet::builtin().add_text("acme.toml", &misspelt).expect_err("misspelt");
    assert!(error.to_string().contains("did you mean `application_key`?"), "{error}");
}

/// Where a report shows texts of others' making.
#[test]
fn no_report_shows_a_token_of_ones_own_rule() {
    let folder = Folder::new();
    for (index, (anchor, pattern)) in OWN.iter().enumerate() {
        folder.file(&format!("rules/{index}.toml"), rule_file(anchor, pattern));
    }
    let secrets: Vec<String> = (0..8).map(|seed| token(seed as usize % 3, seed)).collect();
    let path = folder.path();
    git(path, &["init", "-q", "-b", "main", "r"]);
    let work = path.join("r");
    folder.file(&format!("r/{}.txt", secrets[0]), format!("K={}\n", secrets[0]));
    folder.file("r/a.txt", format!("K={} # dogcatcher:allow was {}\n", secrets[1], secrets[2]));
    folder.file("r/b.txt", format!("K={} and {}\n", secrets[3], secrets[4]));
    folder.file(
        "r/dogcatcher.toml",
        format!("[[allow]]\npath = \"b.txt\"\nreason = \"like {0}\"\n[[allow]]\npath = \"none\"\nreason = \"{0}\"\n", secrets[5]),
    );
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", &format!("rotate {}", secrets[6])]);
    git(&work, &["tag", &secrets[7]]);
    let damaged = format!("r/{}.zip", secrets[1]);
    folder.file(&damaged, b"PK\x03\x04 and no more of it");
    for format in Format::ALL.map(Format::as_str) {
        for more in [&["--explain", "--authors"][..], &["--suppressed", "--group-by", "path"]] {
            let args = ["scan", "--rules", "rules", "--report", format, "r", "r/dogcatcher.toml"];
            let run = folder.run(&[&args, more].concat());
            assert!(run.status != 0, "{run:?}");
            for secret in &secrets {
                let shown = [&run.stdout, &run.stderr].map(|text| text.contains(&secret[12..24]));
                assert_eq!(shown, [false, false], "{format} shows {secret}\n{}\n{}", run.stdout, run.stderr);
            }
        }
    }
    let missing = format!("{}.toml", secrets[0]);
    for flag in ["--config", "--baseline"] {
        let error = folder.run(&["scan", "--rules", "rules", flag, &missing, "r"]).exits(2);
        assert!(error.stderr.contains("acme_….toml"), "{error:?}");
    }
}

/// What is kept as a change to a text about Datadog is looked at with as much of the old text as the longest anchor has.
#[test]
fn a_long_anchor_that_a_delta_completes() {
    let anchor = "acme-corporation-observability-platform-team-access-token-v3-";
    let folder = Folder::new();
    folder.file("rules/long.toml", rule_file(anchor, &format!("{anchor}(?<secret>[0-9A-Za-z]{{36}})")));
    let (known, new) = anchor.split_at(anchor.len() - 3);
    let base = format!("# datadog\n{}{known}", "# nothing\n".repeat(20));
    let end = format!("{new}{}\n", &token(0, 7)["acme_".len()..]);
    let code = [&copy(0, base.len() as u16)[..], &[end.len() as u8], end.as_bytes()].concat();
    let change = delta(base.len(), base.len() + end.len(), &code);
    let entries = [Entry::blob(1, base), Entry::delta(2, 1, change)];
    write_repository(&folder.path().join("r"), &entries, |_| {});
    let run = folder.scan(&["--rules", "rules", "--history-only", "r"]).exits(1);
    assert_eq!(run.places().len(), 1, "{run:?}");
}
