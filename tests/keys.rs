//! Keys without a checksum: the labelled corpus, in which at least 99 of 100 must be found, with at most one false alarm in 100.

#[path = "support/corpus.rs"]
mod corpus;
mod support;

use std::collections::BTreeSet;

use dogcatcher::token::{Kind, Mint};
use support::Folder;

#[test]
fn the_corpus_is_large_and_varied() {
    let cases = corpus::cases(1);
    let of = |positive: bool| cases.iter().filter(move |case| case.positive == positive);
    let groups = |positive: bool| of(positive).map(|case| case.group.as_str()).collect::<BTreeSet<_>>().len();
    assert!(of(true).count() >= 400 && groups(true) >= 60, "{} in {}", of(true).count(), groups(true));
    assert!(of(false).count() >= 600 && groups(false) >= 50, "{} in {}", of(false).count(), groups(false));
}

#[test]
fn nearly_all_keys_are_found_and_nearly_nothing_else() {
    for seed in [1, 2] {
        let cases = corpus::cases(seed);
        let folder = tempfile::tempdir().expect("a folder");
        corpus::write(&cases, folder.path());
        let score = corpus::score(&cases, &corpus::scan(folder.path()));
        let (recall, precision) = (score.recall(), score.precision());
        assert!(recall >= 0.99 && precision >= 0.99, "{recall} {precision}\n{}", score.wrong.join("\n"));
    }
}

#[test]
fn keys_that_belong_together_are_linked() {
    let mut mint = Mint::new(3);
    let [api, other, lonely] = [(); 3].map(|()| mint.mint(Kind::ApiKey));
    let [app, second, third] = [Kind::LegacyApplicationKey, Kind::ApplicationKey, Kind::LegacyApplicationKey]
        .map(|kind| mint.mint(kind));
    let folder = Folder::new();
    // Two of each in one file: the nearest belong together.
    let gap = "#\n".repeat(50);
    folder.file(
        "a/.env",
        format!("DD_API_KEY={api}\nDD_APP_KEY={app}\n{gap}DD_APP_KEY={second}\nDD_API_KEY={other}\n"),
    );
    // In two files of one folder.
    folder.file("b/api.env", format!("DD_API_KEY={lonely}\n"));
    folder.file("b/app.env", format!("DD_APP_KEY={third}\n"));
    let report = folder.run(&["scan", ".", "--report=json", "--show-secrets"]).exits(1).json();
    let findings = report["findings"].as_array().expect("findings");
    let of = |secret: &str| {
        findings
            .iter()
            .find(|finding| finding["locations"][0]["secret"] == secret)
            .unwrap_or_else(|| panic!("{findings:?}"))
    };
    for (app, api) in [(&app, &api), (&second, &other), (&third, &lonely)] {
        assert_eq!(of(app)["paired_with"], of(api)["fingerprint"]);
        assert_eq!(of(api)["paired_with"], of(app)["fingerprint"]);
    }
    let text = folder.run(&["scan", "a"]).exits(1).stdout;
    assert!(text.contains("goes with: Datadog API key at a/.env:1:12"), "{text}");
    assert!(text.contains("it is assigned to a name of a Datadog key"), "{text}");
}

#[test]
fn a_public_token_is_told_of_and_fails_nothing() {
    let folder = Folder::new();
    let token = Mint::new(4).mint(Kind::ClientToken);
    folder.file("rum.js", format!("datadogRum.init({{ clientToken: '{token}', site: 'datadoghq.eu' }});\n"));
    let report = folder.run(&["scan", ".", "--report=json"]).exits(0).json();
    let finding = &report["findings"][0];
    assert_eq!((&finding["credential"], &finding["severity"]), (&"client_token".into(), &"info".into()));
    assert_eq!((&finding["site"], &finding["context"]), (&"datadoghq.eu".into(), &"name".into()));
}

#[test]
fn what_a_remote_configuration_key_holds_is_a_finding_of_its_own() {
    let folder = Folder::new();
    let key = Mint::new(5).mint(Kind::RemoteConfigKey);
    folder.file("a.env", format!("KEY={key}\nOTHER={}\n", &key[..40]));
    let report = folder.run(&["scan", ".", "--report=json"]).exits(1).json();
    let findings = report["findings"].as_array().expect("findings");
    let mut seen: Vec<_> = findings
        .iter()
        .map(|it| {
            (
                it["credential"].as_str().unwrap_or(""),
                it["confidence"].as_str().unwrap_or(""),
                it["locations"][0]["layers"].to_string(),
            )
        })
        .collect();
    seen.sort();
    let inner = ("application_key", "verified", "[\"base32\",\"msgpack\"]".to_owned());
    assert_eq!(seen, [inner, ("remote_config_key", "verified", "[]".to_owned())]);
    assert!(findings.iter().all(|it| it["site"] == "datadoghq.com"));
    assert_eq!(report["summary"]["rejected_by_reason"]["content"], 1);
}

#[test]
fn every_decision_can_be_seen() {
    let folder = Folder::new();
    let mut mint = Mint::new(6);
    let mut hex = |digits| mint.mint(if digits == 40 { Kind::LegacyApplicationKey } else { Kind::ApiKey });
    let lines = [
        (format!("DD_GIT_COMMIT_SHA={}", hex(40)), "its name is that of a hash"),
        (format!("DD_TRACE_ID={}", hex(32)), "its name is that of an identifier"),
        (format!("mailgun_api_key={}", hex(32)), "is about another product"),
        (format!("encrypted_dd_api_key={}", hex(32)), "its name says that it is encrypted"),
        (format!("see {}", hex(32)), "no name of a key stands before it"),
        ("DD_API_KEY=0123456789abcdef0123456789abcdef".to_owned(), "it is a stand-in"),
        (format!("DD_FAKE_API_KEY={}", hex(32)), "it is a stand-in"),
    ];
    let text: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
    folder.file("x.txt", text.join("\n\n"));
    let explained = folder.run(&["scan", ".", "--explain"]).exits(0).stdout;
    for (number, (_, why)) in (1..).step_by(2).zip(&lines) {
        let told =
            explained.lines().any(|line| line.contains(&format!("x.txt:{number}:")) && line.contains(why));
        assert!(told, "{why}: {explained}");
    }
    let told = "(name of an identifier; its name: an identifier, assigned)";
    assert!(explained.contains(told), "{explained}");
}

#[test]
fn what_counts_is_explained_by_its_row_and_facts() {
    let folder = Folder::new();
    let key = Mint::new(7).mint(Kind::ApiKey);
    folder.file("x.yaml", format!("datadog:\n  site: x\n  api_key: {key}\n"));
    let explained = folder.run(&["scan", ".", "--explain"]).exits(1).stdout;
    let told =
        "name of a key; its name: a key, assigned; owner: Datadog, by the head of a block around it, 2 above";
    assert!(explained.contains(&format!("found: x.yaml:3:12: datadog-api-key: {told}")), "{explained}");
    assert!(!explained.contains(&key), "{explained}");
}

/// The findings of a text: their rules and layers.
fn rules_and_layers(folder: &Folder, text: &str) -> Vec<(String, String)> {
    folder.file("code.py", text);
    let json = folder.run(&["scan", "code.py", "--report", "json"]).json();
    let findings = json["findings"].as_array().expect("a list").clone();
    let of = |it: &serde_json::Value| {
        (it["rule_id"].as_str().expect("an id").to_owned(), it["locations"][0]["layers"].to_string())
    };
    findings.iter().map(of).collect()
}

#[test]
fn halves_of_a_key_in_adjacent_literals() {
    let folder = Folder::new();
    let key = Mint::new(3).mint(Kind::ApiKey);
    let other = Mint::new(4).mint(Kind::LegacyApplicationKey);
    let (one, two) = key.split_at(16);
    let joined = |rule: &str| vec![(rule.to_owned(), "[\"joined\"]".to_owned())];
    for text in [
        format!("DD_API_KEY = \"{one}\" \"{two}\"\n"),
        format!("DD_API_KEY = '{one}' + '{two}'\n"),
        format!("datadog_api_key = (\"{one}\"\n    \"{two}\")\n"),
        format!("{{\"DD_API_KEY\": \"{one}\" . \"{two}\"}}\n"),
        format!("DD_API_KEY = [\"{one}\", \"{two}\"].join(\"\")\n"),
    ] {
        assert_eq!(rules_and_layers(&folder, &text), joined("datadog-api-key"), "{text}");
    }
    let text = format!("DD_APP_KEY = \"{}\" + \"{}\"\n", &other[..20], &other[20..]);
    assert_eq!(rules_and_layers(&folder, &text), joined("datadog-legacy-application-key"), "{text}");
    for text in [
        format!("DD_API_KEYS = [\"{one}\", \"{two}\"]\n"),
        format!("# datadog\nsha_of_file = \"{one}\" \"{two}\"\n"),
        format!("DD_API_KEY = \"{one}\" \"{two}\" \"{one}\"\n"),
    ] {
        assert_eq!(rules_and_layers(&folder, &text), [], "{text}");
    }
    // Beside another finding, no line shows both halves, whether they count or not.
    for name in ["DD_API_KEY", "checksum"] {
        folder.file("code.py", format!("{name} = \"{one}\" \"{two}\"; DD_APP_KEY = \"{other}\"\n"));
        let text = folder.run(&["scan", "code.py"]).exits(1).stdout;
        assert!(!text.contains(one) && !text.contains(two), "{text}");
    }
}

#[test]
fn a_key_behind_any_escape_of_the_sign_before_it() {
    let folder = Folder::new();
    let key = Mint::new(7).mint(Kind::ApiKey);
    let other = Mint::new(8).mint(Kind::LegacyApplicationKey);
    let mut count = 0;
    for sign in ["=", ":", "\""] {
        let code = u32::from(sign.chars().next().expect("a sign"));
        let mut forms = vec![
            sign.to_owned(),
            format!("%{code:02X}"),
            format!("%25{code:02X}"),
            format!("\\x{code:02x}"),
            format!("\\u{code:04x}"),
            format!("\\\\u{code:04X}"),
            format!("\\U{code:08x}"),
            format!("\\u{{{code:x}}}"),
            format!("\\{code:03o}"),
            format!("&#{code};"),
            format!("&#x{code:x};"),
            format!("&#X{code:X};"),
        ];
        if sign == "=" {
            forms.push("=3D".to_owned());
        }
        for form in forms {
            let between = if sign == "\"" { format!("={form}") } else { form };
            for (name, value) in [("DD_API_KEY", &key), ("DD_APP_KEY", &other)] {
                let found = rules_and_layers(&folder, &format!("{name}{between}{value}\n"));
                assert_eq!(found.len(), 1, "{name}{between}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 74);
}
