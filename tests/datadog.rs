//! Asking Datadog and revoking, against a fake of it on this machine.

#[path = "support/stage.rs"]
mod stage;
mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use dogcatcher::datadog::fake_server::{ApiKey, AppKey, Fault, Misdeed, Token, World};
use dogcatcher::token::{Kind, Site, token_id};
use serde_json::Value;
use stage::{ACCOUNT, OWNER, RECEIPTS, Stage, hex, mint, run, token, verdict};
use support::Run;

#[test]
fn lookup_sends_the_id_and_never_the_secret() {
    let (pat, sat, app) = (
        mint(1, Kind::PersonalAccessToken),
        mint(2, Kind::ServiceAccessToken),
        mint(3, Kind::ApplicationKey),
    );
    let stage = Stage::new(|world| {
        world.tokens.push(Token {
            leaked: Some("github".to_owned()),
            expires_at: Some("2030-01-01T00:00:00Z".to_owned()),
            ..token(&pat, Kind::PersonalAccessToken)
        });
        world.tokens.push(token(&sat, Kind::ServiceAccessToken));
        world.app_keys.push(AppKey {
            value: app.clone(),
            name: "found".to_owned(),
            id: "x-1".to_owned(),
            ..world.app_keys[0].clone()
        });
    });
    stage.folder.file("a.env", format!("A={pat}\nB={sat}\nC={app}\n"));
    let run = stage.admin(&["scan", "--verify=lookup", "--authors", "--report", "json"], "").exits(1);
    let json = run.json();
    let of = |credential: &str| {
        let findings = json["findings"].as_array().expect("a list");
        findings.iter().find(|it| it["credential"] == credential).expect("a finding").clone()
    };
    let found = of("personal_access_token");
    assert_eq!(found["severity"], "critical");
    let live = &found["liveness"];
    assert_eq!((&live["state"], &live["name"]), (&"live".into(), &"ci deploys".into()), "{live}");
    assert_eq!(live["owner"], format!("ann@example.com ({OWNER})"));
    assert_eq!(live["scopes"], serde_json::json!(["dashboards_read"]));
    assert_eq!(live["expires_at"], "2030-01-01T00:00:00Z");
    assert_eq!(live["leak"], "github, 2026-10-01T00:00:00Z");
    assert_eq!(of("service_access_token")["liveness"]["owner"], format!("service account {ACCOUNT}"));
    assert_eq!(of("application_key")["liveness"]["name"], "found");
    for secret in [&pat, &sat, &app] {
        assert!(!stage.received(secret), "the secret was sent");
        assert!(!stage.received(&secret[secret.len() - 20..]), "a part of the secret was sent");
        assert!(!run.stdout.contains(secret.as_str()) && !run.stderr.contains(secret.as_str()));
    }
    assert!(stage.received(&token_id(&pat.as_bytes()[6..28]).expect("an id").to_string()));
    assert!(!run.stdout.contains(&stage.app_key) && !run.stderr.contains(&stage.app_key));
}

#[test]
fn what_was_learnt_is_written_back_into_the_report() {
    let (pat, sat, app) = (
        mint(1, Kind::PersonalAccessToken),
        mint(2, Kind::ServiceAccessToken),
        mint(3, Kind::ApplicationKey),
    );
    let stage = Stage::new(|world| {
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
        let known = world.app_keys[0].clone();
        world.app_keys.push(AppKey {
            value: app.clone(),
            name: "found".to_owned(),
            id: "x-1".to_owned(),
            ..known
        });
    });
    stage.folder.file("a.env", format!("A={pat}\nB={sat}\nC={app}\n"));
    stage.plain(&["scan", "-q", "--fail-on=never", "--report=json=r.json"], "").exits(0);
    let verify =
        ["verify", "--from", "r.json", "--report=json=r2.json", "--report=html=r2.html", "--report=md=r2.md"];
    let run = stage.admin(&verify, "").exits(1);
    assert!(
        run.stdout.ends_with("3 credentials: 2 live, 0 dead, 1 unknown, 0 not checked\n"),
        "{}",
        run.stdout
    );
    let learnt: Value = serde_json::from_str(&stage.folder.read("r2.json")).expect("JSON");
    let of = |credential: &str| {
        let findings = learnt["findings"].as_array().expect("a list");
        findings.iter().find(|it| it["credential"] == credential).expect("a finding").clone()
    };
    assert_eq!(learnt["summary"]["liveness"], serde_json::json!({"live": 2, "unknown": 1}));
    assert_eq!(of("personal_access_token")["liveness"]["owner"], OWNER);
    assert_eq!(of("personal_access_token")["severity"], "critical");
    assert_eq!(of("application_key")["liveness"]["name"], "found");
    assert_eq!(of("service_access_token")["liveness"]["state"], "unknown");
    assert!(stage.folder.read("r2.html").contains(OWNER) && stage.folder.read("r2.md").contains("**LIVE**"));
    // The proof that it is over.
    let diff = stage.folder.run(&["report", "diff", "r.json", "r2.json"]).exits(1);
    assert!(diff.stdout.contains("    liveness: not_checked -> live\n"), "{}", diff.stdout);
    let only = ["verify", "--from", "r2.json", "--credential", "application_key", "--report=json=r3.json"];
    stage.admin(&only, "").exits(1);
    let kept: Value = serde_json::from_str(&stage.folder.read("r3.json")).expect("JSON");
    assert_eq!(
        kept["summary"]["liveness"], learnt["summary"]["liveness"],
        "what was not asked about is kept"
    );
    let same = stage.admin(&["verify", "--from", "r.json", "--report=json=r.json"], "").exits(2);
    assert!(same.stderr.contains("it is a report that is read"), "{}", same.stderr);
    stage.admin(&["verify", "--report=json=x.json"], &pat).exits(2);
}

#[test]
fn what_is_live_weighs_more_and_what_is_dead_less() {
    let (live, dead) = (mint(1, Kind::PersonalAccessToken), mint(2, Kind::PersonalAccessToken));
    let stage = Stage::new(|world| {
        world.tokens.push(token(&live, Kind::PersonalAccessToken));
        let ended = Some("2026-01-01T00:00:00+00:00".to_owned());
        world.tokens.push(Token { expires_at: ended, ..token(&dead, Kind::PersonalAccessToken) });
    });
    stage.folder.file("a", &live);
    stage.folder.file("b", &dead);
    stage.folder.file("c", mint(3, Kind::PersonalAccessToken));
    let run = stage.admin(&["scan", "--verify=lookup", "--report", "sarif"], "").exits(1);
    let results = run.json()["runs"][0]["results"].clone();
    let shown = |at: usize| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&results[at]["level"]), text(&results[at]["properties"]["liveness"]))
    };
    let pair = |level: &str, state: &str| (level.to_owned(), state.to_owned());
    assert_eq!(
        [shown(0), shown(1), shown(2)],
        [pair("error", "live"), pair("error", "unknown"), pair("note", "dead")],
        "the gravest first"
    );
    let text = results[2]["message"]["text"].as_str().unwrap_or_default();
    assert!(text.contains("dead at US1: it has expired"), "{text}");
    // Only the dead one is left: that is clean. Of the third nobody knows.
    std::fs::remove_file(stage.folder.path().join("a")).expect("a file");
    stage.admin(&["scan", "--verify=lookup", "--fail-on", "live"], "").exits(2);
    std::fs::remove_file(stage.folder.path().join("c")).expect("a file");
    stage.admin(&["scan", "--verify=lookup", "--fail-on", "live"], "").exits(0);
}

#[test]
fn nothing_is_sent_that_was_not_asked_for() {
    let stage = Stage::new(|_| {});
    stage.folder.file("a", support::pat(1));
    let mut command = stage.folder.command(&["scan"]);
    command.env("DD_API_KEY", &stage.api_key).env("DD_APP_KEY", &stage.app_key);
    run(command, "").exits(1);
    // Suppressed ones are not asked about.
    stage.folder.file("a", format!("{} dogcatcher:allow test\n", support::pat(1)));
    stage.admin(&["scan", "--verify"], "").exits(0);
    assert!(stage.server.received_requests().is_empty());
    stage.folder.file("a", support::pat(1));
    let run = stage.folder.run(&["scan", "--fail-on", "live"]).exits(2);
    assert!(run.stderr.contains("add --verify"), "{run:?}");
}

/// State of the fake Datadog that a verdict is asked of; the secret is the one that is asked about.
#[derive(Debug, Clone)]
enum Given {
    Nothing,
    Token,
    TokenAt(Site),
    ExpiredToken,
    /// The secret is an API key of the organisation, or an application key; twice, where so many are said.
    Keys(usize),
    Failing(Misdeed),
    /// The token lives, and the first two answers fail.
    FailingTwice(Misdeed),
}

impl Given {
    fn set_up(&self, world: &mut World, secret: &str) {
        let pat = |secret: &str| token(secret, Kind::PersonalAccessToken);
        let fault =
            |on: &str, times, misdeed: &Misdeed| Fault { on: on.to_owned(), times, misdeed: misdeed.clone() };
        match self {
            Self::Nothing => {}
            Self::Token => world.tokens.push(pat(secret)),
            Self::TokenAt(site) => world.tokens.push(Token { site: *site, ..pat(secret) }),
            Self::ExpiredToken => {
                let expires_at = Some("2026-01-01T00:00:00+00:00".to_owned());
                world.tokens.push(Token { expires_at, ..pat(secret) });
            }
            Self::Keys(count) => {
                let (api, app) = (world.api_keys[0].clone(), world.app_keys[0].clone());
                for number in 0..*count {
                    let (value, id) = (secret.to_owned(), format!("k-{number}"));
                    match secret.len() {
                        32 => world.api_keys.push(ApiKey { value, id, ..api.clone() }),
                        _ => world.app_keys.push(AppKey { value, id, ..app.clone() }),
                    }
                }
            }
            Self::Failing(misdeed) => world.behaviour.faults.push(fault("GET /api", 99, misdeed)),
            Self::FailingTwice(misdeed) => {
                world.tokens.push(pat(secret));
                world.behaviour.faults.push(fault("GET", 2, misdeed));
            }
        }
    }
}

const LOOKUP: &[&str] = &["--by", "lookup"];
const PROBE: &[&str] = &["--by", "probe", "--site", "US1"];
const PROBE_ALL: &[&str] = &["--by", "probe", "--all-sites"];
const PROBE_ANYWHERE: &[&str] = &["--by", "probe"];

/// A state, how it is asked, the verdict, and words of the reason.
type Case = (Given, &'static [&'static str], &'static str, &'static str);

/// Asks about a secret in each case. The exit status follows from the verdict, and nothing printed holds the secret.
fn check_verdicts(secret: &str, cases: impl IntoIterator<Item = Case>) {
    for (given, by, state, words) in cases {
        let stage = Stage::new(|world| given.set_up(world, secret));
        let args = [&["verify", "--json", "--max-wait", "2"], by].concat();
        let run = if by == LOOKUP { stage.admin(&args, secret) } else { stage.plain(&args, secret) };
        let (found, why) = verdict(&run);
        assert!(found == state && why.contains(words), "{given:?} {by:?}: {found}: {why}: {run:?}");
        let status = match state {
            "live" => 1,
            "dead" => 0,
            _ => 2,
        };
        assert_eq!(run.status, status, "{given:?} {by:?}: {run:?}");
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run:?}");
    }
}

#[test]
fn verdicts_on_tokens() {
    check_verdicts(
        &mint(1, Kind::PersonalAccessToken),
        [
            (Given::Token, LOOKUP, "live", "has a token of this id"),
            (Given::Token, PROBE, "live", "accepted"),
            (Given::ExpiredToken, LOOKUP, "dead", "expired"),
            // Gone, or never there: that is no proof.
            (Given::Nothing, LOOKUP, "unknown", "revoked, or belongs to another"),
            (Given::Nothing, PROBE, "unknown", "not accepted there (401)"),
            (Given::Nothing, PROBE_ALL, "dead", "none of Datadog's sites"),
            (Given::Nothing, PROBE_ANYWHERE, "not_checked", "no site is known"),
            (Given::TokenAt(Site::Ap2), PROBE, "unknown", "another site"),
            (Given::TokenAt(Site::Ap2), PROBE_ALL, "live", "accepted"),
        ],
    );
}

#[test]
fn verdicts_on_keys() {
    check_verdicts(
        &hex(7, 32),
        [
            (Given::Keys(1), LOOKUP, "unknown", "four hexadecimal digits"),
            (Given::Keys(1), PROBE, "live", "accepted"),
            (Given::Nothing, PROBE, "unknown", "not accepted"),
            // 403 has many reasons: even from all sites it proves nothing.
            (Given::Nothing, PROBE_ALL, "unknown", "no clear answer"),
        ],
    );
    check_verdicts(
        &hex(8, 40),
        [
            (Given::Keys(1), LOOKUP, "unknown", "four hexadecimal digits"),
            (Given::Keys(2), LOOKUP, "unknown", "four hexadecimal digits"),
            (Given::Keys(1), PROBE, "unknown", "set DD_API_KEY"),
        ],
    );
}

#[test]
fn answers_that_are_none_are_no_verdict() {
    let forbidden = |body: &str| Misdeed::Forbidden(body.to_owned());
    let failures = [
        (Misdeed::Status(500), "the server failed (500)"),
        (Misdeed::Status(502), "the server failed (502)"),
        (Misdeed::Cut, "no answer"),
        (Misdeed::Redirect("http://127.0.0.1:1/".to_owned()), "not followed"),
        (forbidden(r#"{"errors":["Forbidden"]}"#), "(403)"),
        (forbidden(r#"{"errors":[{"title":"Forbidden"}]}"#), "(403)"),
        (Misdeed::Garbage, "no JSON of the documented form"),
        (Misdeed::Status(401), "(401)"),
        (Misdeed::Status(404), ""),
        (Misdeed::Status(418), ""),
    ];
    let cases =
        |by| failures.iter().map(move |(it, words)| (Given::Failing(it.clone()), by, "unknown", *words));
    for secret in [mint(1, Kind::PersonalAccessToken), mint(2, Kind::ServiceAccessToken), hex(7, 32)] {
        check_verdicts(&secret, cases(LOOKUP).chain(cases(PROBE)));
    }
    for secret in [mint(3, Kind::ApplicationKey), hex(8, 40)] {
        check_verdicts(&secret, cases(LOOKUP));
        // An application key alone is not asked about at all.
        check_verdicts(&secret, [(Given::Nothing, PROBE, "unknown", "set DD_API_KEY")]);
    }
}

#[test]
fn trouble_that_passes_is_waited_for_and_a_missing_scope_is_told() {
    let missing = r#"{"errors":["Forbidden","Failed permission authorization checks"]}"#;
    let missing = Given::Failing(Misdeed::Forbidden(missing.to_owned()));
    check_verdicts(
        &mint(1, Kind::PersonalAccessToken),
        [
            (Given::FailingTwice(Misdeed::Status(503)), LOOKUP, "live", ""),
            (Given::FailingTwice(Misdeed::Cut), PROBE, "live", ""),
            (Given::FailingTwice(Misdeed::Status(429)), PROBE, "live", ""),
            (Given::Failing(Misdeed::Status(429)), LOOKUP, "unknown", "rate limited"),
            (Given::Failing(Misdeed::Status(429)), PROBE, "unknown", "rate limited"),
            (missing.clone(), LOOKUP, "unknown", "lacks a permission"),
            (missing, PROBE, "live", "a scope is missing"),
        ],
    );
}

#[test]
fn an_application_key_beside_an_api_key() {
    let app = mint(3, Kind::ApplicationKey);
    let stage = Stage::new(|world| {
        let first = world.app_keys[0].clone();
        world.app_keys.push(AppKey { value: app.clone(), ..first });
    });
    let probe = |secret: &str, api: &str| {
        let mut command = stage.command(&["verify", "--by", "probe", "--json", "--site", "US1"]);
        command.env("DD_API_KEY", api);
        verdict(&run(command, secret))
    };
    assert_eq!(probe(&app, &stage.api_key).0, "live");
    assert!(probe(&mint(4, Kind::ApplicationKey), &stage.api_key).1.contains("not accepted together"));
    assert!(probe(&app, &hex(99, 32)).1.contains("DD_API_KEY itself is not accepted"));
}

#[test]
fn the_site_beside_the_token_is_asked() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let stage = Stage::new(|world| {
        world.tokens.push(Token { site: Site::Eu1, ..token(&pat, Kind::PersonalAccessToken) });
    });
    stage.folder.file("a.env", format!("DD_SITE=datadoghq.eu\nDD_ACCESS_TOKEN={pat}\n"));
    let run = stage.plain(&["scan", "--verify=probe", "--fail-on", "live"], "").exits(1);
    assert!(run.stdout.contains("LIVE at EU1"), "{run:?}");
    assert!(run.stderr.contains("audit trail") && run.stderr.contains("INSTEAD OF DATADOG"), "{run:?}");
    assert_eq!(stage.requests(), ["GET /datadoghq.eu/api/v2/validate_keys"]);
    // A host in the text that is not Datadog's is never asked, nor is a token sent anywhere.
    stage.folder.file("a.env", format!("DD_SITE=datadoghq.com.evil.example\nDD_ACCESS_TOKEN={pat}\n"));
    let run = stage.plain(&["scan", "--verify=probe", "--fail-on", "live"], "").exits(2);
    assert!(run.stdout.contains("no site is known"), "{run:?}");
    assert_eq!(stage.requests().len(), 1);
}

#[test]
fn a_thousand_by_the_list() {
    let tokens: Vec<String> = (0..1000).map(|seed| mint(seed, Kind::PersonalAccessToken)).collect();
    let stage = Stage::new(|world| {
        world.tokens.extend(tokens.iter().map(|value| token(value, Kind::PersonalAccessToken)));
    });
    let run = stage.admin(&["verify", "--by", "lookup", "--json"], &tokens.join("\n")).exits(1);
    assert_eq!(run.stdout.lines().filter(|line| line.contains("\"state\":\"live\"")).count(), 1000);
    assert_eq!(stage.server.received_requests().len(), 10);
}

#[test]
fn as_fast_as_the_limit_allows() {
    let tokens: Vec<String> = (0..150).map(|seed| mint(seed, Kind::PersonalAccessToken)).collect();
    let stage = Stage::new(|world| {
        world.behaviour.latency = Duration::from_millis(20);
        world.behaviour.requests_per_second = Some(100);
        world.tokens.extend(tokens.iter().map(|value| token(value, Kind::PersonalAccessToken)));
    });
    let start = Instant::now();
    let run =
        stage.plain(&["verify", "--by", "probe", "--site", "US1", "--json"], &tokens.join("\n")).exits(1);
    assert_eq!(run.stdout.lines().filter(|line| line.contains("\"state\":\"live\"")).count(), 150);
    // Not a benchmark: it must have kept to the limit, which takes over a second, and not have waited for ages.
    assert!(
        (Duration::from_secs(1)..Duration::from_secs(30)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
}

/// The receipts: event and result of each.
fn receipts(stage: &Stage) -> Vec<String> {
    let text = stage.folder.read(RECEIPTS);
    let line = |line: &str| {
        let json: Value = serde_json::from_str(line).expect("a line of JSON");
        assert!(
            json["time"].is_string() && json["who"].is_string() && json["site"] == "datadoghq.com",
            "{json}"
        );
        format!("{} {}", json["event"].as_str().expect("a word"), json["result"].as_str().unwrap_or("-"))
    };
    text.lines().map(line).collect()
}

#[test]
fn revoked_and_proven_dead() {
    let (pat, sat) = (mint(1, Kind::PersonalAccessToken), mint(2, Kind::ServiceAccessToken));
    let stage = Stage::new(|world| {
        world.behaviour.lag = 2;
        world.tokens.push(Token {
            last_used_at: Some("2026-11-01T00:00:00Z".to_owned()),
            ..token(&pat, Kind::PersonalAccessToken)
        });
        world.tokens.push(token(&sat, Kind::ServiceAccessToken));
    });
    stage.folder.file("a", format!("{pat}\n{sat}\n"));
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", "a"]).exits(0);
    let plan = stage.admin(&["revoke", "--from", "r.json", "--dry-run"], "").exits(0);
    for words in [
        "REVOKE ddpat_",
        "ci deploys",
        OWNER,
        "dashboards_read",
        "whatever uses it will fail",
        ACCOUNT,
        "2 to revoke",
    ] {
        assert!(plan.stdout.contains(words), "{words}: {plan:?}");
    }
    // Nobody consented.
    let run = stage.admin(&["revoke", "--from", "r.json"], "").exits(2);
    assert!(
        run.stderr.contains("nobody consented")
            && !stage.requests().iter().any(|it| it.starts_with("DELETE"))
    );
    let run = stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    assert_eq!(run.stdout.matches("proven dead: ").count(), 2, "{run:?}");
    let deletions: Vec<_> = stage.requests().into_iter().filter(|it| it.starts_with("DELETE")).collect();
    assert_eq!(deletions.len(), 2);
    assert!(deletions.iter().any(|it| it.contains(&format!("/service_accounts/{ACCOUNT}/access_tokens/"))));
    assert_eq!(receipts(&stage), ["revoke -", "result dead", "revoke -", "result dead"]);
    for secret in [&pat, &sat] {
        assert!(!stage.received(secret), "the secret was sent");
        assert!(!stage.folder.read(RECEIPTS).contains(&secret[30..]));
    }
    // Again: there is nothing to do.
    let run = stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(0);
    assert!(run.stdout.contains("0 to revoke"), "{run:?}");
    assert_eq!(stage.requests().iter().filter(|it| it.starts_with("DELETE")).count(), 2);
}

#[test]
fn an_answer_proves_nothing() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let id = token_id(&pat.as_bytes()[6..28]).expect("an id").to_string();
    let stage = Stage::new(|world| {
        world.behaviour.pretends = true;
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
    });
    let run = stage.admin(&["revoke", "--id", &id, "--yes"], "").exits(1);
    assert!(run.stdout.contains("NOT CONFIRMED") && run.stdout.contains("still there"), "{run:?}");
    assert_eq!(receipts(&stage), ["revoke -", "result not_confirmed"]);
    // Cut off: nobody knows, so it is looked, and not asked a second time.
    let stage = Stage::new(|world| {
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
        world.behaviour.faults.push(Fault { on: "DELETE".to_owned(), times: 1, misdeed: Misdeed::Cut });
    });
    let run = stage.admin(&["revoke", "--id", &id, "--yes"], "").exits(1);
    assert!(run.stdout.contains("safe to try again"), "{run:?}");
    assert_eq!(stage.requests().iter().filter(|it| it.starts_with("DELETE")).count(), 1);
    stage.admin(&["revoke", "--id", &id, "--yes"], "").exits(0);
    assert_eq!(receipts(&stage), ["revoke -", "result not_confirmed", "revoke -", "result dead"]);
}

#[test]
fn keys_by_their_last_four_characters() {
    let (app, twin) = (mint(3, Kind::ApplicationKey), mint(4, Kind::ApplicationKey));
    let api = hex(7, 32);
    let stage = Stage::new(|world| {
        let first = world.app_keys[0].clone();
        let key =
            |value: &str, id: &str| AppKey { value: value.to_owned(), id: id.to_owned(), ..first.clone() };
        world.app_keys.push(key(&app, "00000000-0000-4000-8000-00000000000a"));
        world.app_keys.push(key(&twin, "00000000-0000-4000-8000-00000000000b"));
        world.app_keys.push(key(&twin, "00000000-0000-4000-8000-00000000000c"));
        let first = world.api_keys[0].clone();
        world.api_keys.push(ApiKey {
            value: api.clone(),
            id: "00000000-0000-4000-8000-00000000000d".to_owned(),
            ..first
        });
    });
    let run = stage.admin(&["revoke", "--yes"], &twin).exits(1);
    assert!(
        run.stdout.contains("NOT POSSIBLE")
            && run.stdout.contains("00000000000c")
            && run.stdout.contains("--application-key-id")
    );
    let run = stage.admin(&["revoke", "--yes"], &app).exits(0);
    assert!(run.stdout.contains("proven dead"), "{run:?}");
    let run = stage
        .admin(&["revoke", "--yes", "--application-key-id", "00000000-0000-4000-8000-00000000000c"], "")
        .exits(0);
    assert!(run.stdout.contains("proven dead"), "{run:?}");
    assert!(stage.folder.read(RECEIPTS).contains("1 in 15 million"));
    let run = stage.admin(&["revoke", "--yes"], &api).exits(1);
    assert!(run.stdout.contains("NOT POSSIBLE") && run.stdout.contains("--probe"), "{run:?}");
    for secret in [&app, &twin, &api] {
        assert!(!stage.received(secret));
    }
    let run = stage.admin(&["revoke", "--yes", "--probe"], &api).exits(0);
    for words in
        ["STOP SENDING DATA", "its own answer to /api/v2/validate", "not in the last 90 days", "(403)"]
    {
        assert!(run.stdout.contains(words), "{words}: {run:?}");
    }
    // The administrator's own keys are as they were.
    assert!(stage.server.world().app_keys[0].revoked.is_none());
}

/// A report holds no secret: the end of a key, and when it was first seen, is all that there is to go by.
#[test]
fn keys_of_a_report() {
    let (app, old, api) = (mint(3, Kind::ApplicationKey), hex(7, 40), hex(8, 32));
    let stage = Stage::new(|world| {
        let (first, first_api) = (world.app_keys[0].clone(), world.api_keys[0].clone());
        let key =
            |value: &str, id: &str| AppKey { value: value.to_owned(), id: id.to_owned(), ..first.clone() };
        world.app_keys.push(key(&app, "00000000-0000-4000-8000-00000000000a"));
        world.app_keys.push(key(&old, "00000000-0000-4000-8000-00000000000b"));
        let id = "00000000-0000-4000-8000-00000000000d".to_owned();
        world.api_keys.push(ApiKey { value: api.clone(), id, ..first_api });
    });
    let pat = mint(1, Kind::PersonalAccessToken);
    stage.folder.file(".env", format!("DD_APP_KEY={app}\nDD_APP_KEY={old}\nDD_API_KEY={api}\nDD_X={pat}\n"));
    stage.folder.run(&["scan", "--fail-on", "never", "--report", "json=r.json", ".env"]).exits(0);
    let report: Value = serde_json::from_str(&stage.folder.read("r.json")).expect("JSON");
    for finding in report["findings"].as_array().expect("a list") {
        let end = |key: &str| Value::from(&key[key.len() - 4..]);
        let expected = match finding["credential"].as_str().expect("a word") {
            "application_key" => end(&app),
            "legacy_application_key" => end(&old),
            "api_key" => end(&api),
            _ => Value::Null,
        };
        assert_eq!(finding["last4"], expected, "{finding}");
        let shown = finding["redacted"].as_str().expect("a text");
        assert!(expected.as_str().is_none_or(|end| shown.ends_with(&format!("…{end}"))), "{finding}");
    }
    let run = stage.admin(&["verify", "--from", "r.json", "--json"], "").exits(1);
    for (key, state, words) in [
        ("\"application_key\"", "live", "matched by its last four characters"),
        ("\"legacy_application_key\"", "unknown", "00000000000b"),
        ("\"api_key\"", "unknown", "00000000000d"),
    ] {
        let line = run.stdout.lines().find(|line| line.contains(key)).expect(key);
        assert!(line.contains(&format!("\"state\":\"{state}\"")) && line.contains(words), "{line}");
    }
    let run = stage.admin(&["revoke", "--from", "r.json", "--yes"], "").exits(1);
    assert!(run.stdout.contains("pipe the key in") && run.stdout.contains("1 in 15 million"), "{run:?}");
    let deleted: Vec<_> = stage.requests().into_iter().filter(|it| it.starts_with("DELETE")).collect();
    assert!(deleted.len() == 1 && deleted[0].ends_with("00000000000a"), "{deleted:?}");
    // What was seen before any key was made that ends so is none of them.
    let early = stage
        .folder
        .read("r.json")
        .replace("\"first_seen\": null", "\"first_seen\": \"2024-01-01T00:00:00Z\"");
    stage.folder.file("early.json", early);
    let run = stage.admin(&["verify", "--from", "early.json", "--json"], "").exits(2);
    assert!(!run.stdout.contains("00000000000b"), "{run:?}");
    for secret in [&app, &old, &api] {
        assert!(!stage.received(secret));
    }
}

#[test]
fn an_innocent_key_is_never_revoked() {
    let (dead_app, dead_api) = (hex(7, 40), hex(8, 32));
    let stage = Stage::new(|world| {
        let (app, api) = (world.app_keys[0].clone(), world.api_keys[0].clone());
        for n in 0..500_usize {
            let id = format!("00000000-0000-4000-8000-{n:012}");
            // One has the last four digits of the application key that leaked, and eight those of the API key.
            let like = |dead: &str, len: usize, alike: bool| match alike {
                true => format!("{}{}", &hex(n as u64 + 1000, len)[4..], &dead[len - 4..]),
                false => hex(n as u64 + 1000, len),
            };
            world.app_keys.push(AppKey { value: like(&dead_app, 40, n == 3), id: id.clone(), ..app.clone() });
            world.api_keys.push(ApiKey { value: like(&dead_api, 32, n < 8), id, ..api.clone() });
        }
    });
    let both = format!("{dead_app}\n{dead_api}\n");
    let run = stage.admin(&["verify", "--json"], &both).exits(2);
    assert_eq!(run.stdout.matches("\"state\":\"unknown\"").count(), 2, "{run:?}");
    assert!(run.stdout.contains("\"candidates\":["), "{run:?}");
    for args in [&["revoke", "--yes"][..], &["revoke", "--yes", "--probe"]] {
        let run = stage.admin(args, &both).exits(1);
        assert!(run.stdout.contains("0 to revoke"), "{run:?}");
    }
    assert!(!stage.requests().iter().any(|it| it.starts_with("DELETE")));
}

#[test]
fn an_older_application_key_is_revoked_when_it_was_accepted() {
    let app = hex(7, 40);
    let stage = Stage::new(|world| {
        let first = world.app_keys[0].clone();
        world.app_keys.push(AppKey {
            value: app.clone(),
            id: "00000000-0000-4000-8000-00000000000a".to_owned(),
            ..first
        });
    });
    stage.admin(&["revoke", "--yes"], &app).exits(1);
    assert!(!stage.received(&app));
    let run = stage.admin(&["revoke", "--yes", "--probe"], &app).exits(0);
    assert!(
        run.stdout.contains("accepted in this organisation") && run.stdout.contains("proven dead"),
        "{run:?}"
    );
}

#[test]
fn a_bare_verify_never_sends_what_was_found() {
    let stage = Stage::new(|_| {});
    stage.folder.file("a", support::pat(1));
    for args in [&["scan", "--verify"][..], &["verify"]] {
        let run = stage.plain(args, &support::pat(1)).exits(2);
        assert!(run.stderr.contains("DD_ACCESS_TOKEN") && run.stderr.contains("probe"), "{run:?}");
    }
    assert!(stage.server.received_requests().is_empty());
}

#[test]
fn a_token_is_found_behind_its_name() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let stage = Stage::new(|world| world.tokens.push(token(&pat, Kind::PersonalAccessToken)));
    let run = stage.admin(&["verify", "--json"], &format!("export DD_ACCESS_TOKEN=\"{pat}\"\n"));
    assert_eq!(verdict(&run).0, "live", "{run:?}");
}

#[test]
fn an_access_token_is_one_wherever_it_stands() {
    let (own, found) = (mint(1, Kind::ServiceAccessToken), mint(2, Kind::PersonalAccessToken));
    let stage = Stage::new(|world| {
        let scopes = vec!["org_app_keys_read".to_owned()];
        world.tokens.push(Token { scopes, ..token(&own, Kind::ServiceAccessToken) });
        world.tokens.push(token(&found, Kind::PersonalAccessToken));
    });
    for name in ["DD_ACCESS_TOKEN", "DD_BEARER_TOKEN", "DD_APP_KEY", "DD_API_KEY", "DATADOG_APP_KEY"] {
        let mut command = stage.command(&["verify", "--json"]);
        command.env(name, &own);
        assert_eq!(verdict(&run(command, &found)).0, "live", "{name}");
    }
}

#[cfg(unix)]
#[test]
fn receipts_go_through_no_link_and_not_into_this_folder() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let stage = Stage::new(|world| world.tokens.push(token(&pat, Kind::PersonalAccessToken)));
    stage.folder.file("bashrc", "alias\n");
    for name in ["dogcatcher-audit.jsonl", "receipts.jsonl"] {
        std::os::unix::fs::symlink("bashrc", stage.folder.path().join(name)).expect("a link");
    }
    let args = ["revoke", "--yes", "--audit-file", "receipts.jsonl"];
    let run = stage.admin(&args, &pat).exits(2);
    assert!(run.stderr.contains("it is a link"), "{run:?}");
    stage.admin(&["revoke", "--yes"], &pat).exits(0);
    assert_eq!(stage.folder.read("bashrc"), "alias\n");
    assert_eq!(receipts(&stage), ["revoke -", "result dead"]);
    let file = std::fs::metadata(stage.folder.path().join(RECEIPTS)).expect("a file");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn receipts_go_into_no_folder_that_a_repository_links() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let stage = Stage::new(|world| world.tokens.push(token(&pat, Kind::PersonalAccessToken)));
    stage.folder.file("outside/kept.txt", "");
    stage.folder.file("repository/.git/HEAD", "ref: refs/heads/main\n");
    let link = stage.folder.path().join("repository/logs");
    std::os::unix::fs::symlink("../outside", link).expect("a link");
    let args = ["revoke", "--yes", "--audit-file", "repository/logs/x.jsonl"];
    let run = stage.admin(&args, &pat).exits(2);
    assert!(run.stderr.contains("is a link in a repository"), "{run:?}");
    assert!(!stage.folder.path().join("outside/x.jsonl").exists());
}

#[test]
fn a_token_revokes_itself() {
    let pat = mint(1, Kind::PersonalAccessToken);
    let with = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|it| (*it).to_owned()).collect();
        Stage::new(|world| world.tokens.push(Token { scopes, ..token(&pat, Kind::PersonalAccessToken) }))
    };
    let stage = with(&["user_app_keys"]);
    let run = stage.plain(&["revoke", "--by-itself", "--yes"], &pat).exits(0);
    assert!(run.stdout.contains("does not accept it any more (401)"), "{run:?}");
    let stage = with(&["dashboards_read"]);
    let run = stage.plain(&["revoke", "--by-itself", "--yes"], &pat).exits(1);
    assert!(
        run.stdout.contains("NOT REVOKED") && run.stdout.contains("a scope or permission is missing"),
        "{run:?}"
    );
    assert!(!run.stdout.contains(&pat) && !run.stderr.contains(&pat));
}

#[test]
fn what_is_wrong_is_said() {
    let stage = Stage::new(|_| {});
    let says =
        |run: Run, words: &str| assert!(run.status == 2 && run.stderr.contains(words), "{words}: {run:?}");
    says(stage.plain(&["verify", "--by", "lookup"], &support::pat(1)), "set DD_API_KEY and DD_APP_KEY");
    says(stage.plain(&["verify"], ""), "it is empty");
    says(stage.plain(&["verify"], "hello"), "line 1 is no Datadog credential");
    says(stage.plain(&["verify", "--from", "none.json"], ""), "cannot read the report none.json");
    stage.folder.file("bad.json", "{}");
    says(stage.plain(&["verify", "--from", "bad.json"], ""), "no JSON report of dogcatcher");
    says(stage.plain(&["verify", "--site", "mars"], ""), "the sites are");
    says(stage.plain(&["revoke", "--id", "35ef7728-4761-41dd-8a7b-f1112a26f840"], ""), "set DD_API_KEY");
    let mut command = stage.command(&["verify"]);
    command.env("DD_SITE", "mars");
    says(run(command, &support::pat(1)), "use the site in DD_SITE");
    let mut command = stage.folder.command(&["verify", "--api-url", "http://gateway.example"]);
    command.env("DD_SITE", "US1");
    says(run(command, &support::pat(1)), "unencrypted");
    // Receipts first: without them nothing is revoked.
    let pat = mint(1, Kind::PersonalAccessToken);
    stage.server.world().tokens.push(token(&pat, Kind::PersonalAccessToken));
    says(
        stage.admin(&["revoke", "--yes", "--audit-file", "no/such/folder/x"], &pat),
        "cannot open the audit file",
    );
    assert!(!stage.requests().iter().any(|it| it.starts_with("DELETE")));
}

#[test]
fn certificates_and_proxies_of_ones_own() {
    let stage = Stage::new(|_| {});
    let mut command =
        stage.folder.command(&["verify", "--by", "probe", "--site", "US1", "--max-wait", "0", "--json"]);
    // Whatever the proxy is, it is asked, and not Datadog.
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    let (state, why) = verdict(&run(command, &support::pat(1)));
    assert_eq!(state, "unknown");
    assert!(why.contains("no answer"), "{why}");
}

/// Somebody else's word for the fake server: Datadog's own client, where `DOGCATCHER_PYTHON` names a Python that has it (CI does).
#[test]
fn the_double_in_the_eyes_of_datadogs_own_client() {
    let Some(python) = std::env::var_os("DOGCATCHER_PYTHON") else {
        println!("skipped: DOGCATCHER_PYTHON names no Python with datadog-api-client");
        return;
    };
    let (pat, sat) = (mint(1, Kind::PersonalAccessToken), mint(2, Kind::ServiceAccessToken));
    let stage = Stage::new(|world| {
        world.tokens.push(token(&pat, Kind::PersonalAccessToken));
        world.tokens.push(token(&sat, Kind::ServiceAccessToken));
        let first = world.app_keys[0].clone();
        world.app_keys.push(AppKey {
            value: hex(3, 40),
            id: "00000000-0000-4000-8000-00000000000a".to_owned(),
            ..first
        });
        let first = world.api_keys[0].clone();
        world.api_keys.push(ApiKey {
            value: hex(4, 32),
            id: "00000000-0000-4000-8000-00000000000b".to_owned(),
            ..first
        });
    });
    let id = |token: &str| token_id(&token.as_bytes()[6..28]).expect("an id").to_string();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .arg(root.join(".ci/official-client.py"))
        .arg(stage.server.url().replace("{site}", Site::Us1.name()))
        .arg(root.join("../shared/facts/datadog-keys-openapi.yaml"))
        .env("DD_API_KEY", &stage.api_key)
        .env("DD_APP_KEY", &stage.app_key)
        .env("TOKEN", &pat)
        .env("TOKEN_ID", id(&pat))
        .env("SERVICE_TOKEN_ID", id(&sat))
        .env("SERVICE_ACCOUNT", ACCOUNT)
        .env("APPLICATION_KEY_ID", "00000000-0000-4000-8000-00000000000a")
        .env("API_KEY_ID", "00000000-0000-4000-8000-00000000000b")
        .env("USER_ID", OWNER)
        .env_remove("HTTP_PROXY")
        .env_remove("http_proxy")
        .output()
        .expect("a Python");
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && text.contains("Datadog's own client reads the fake server"), "{text}");
    println!("{text}");
}
