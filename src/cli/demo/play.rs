//! The demo with an API: find, look up, revoke, prove. Datadog is played by a
//! fake server on this machine.
//!
//! At the end it looks at every byte that the server received: no found secret
//! may be in them. That is the promise of a lookup, shown rather than told.

use std::path::Path;
use std::time::Duration;

use dogcatcher::datadog::fake_server::{AppKey, FakeServer, Token, User, World};
use dogcatcher::datadog::{Auth, Client, ClientOptions};
use dogcatcher::detect::Detector;
use dogcatcher::error::Error;
use dogcatcher::finding::{Finding, State};
use dogcatcher::report::{foreign, liveness_notes};
use dogcatcher::revoke::{Authority, Planned, ReceiptFile, Revocation, Revoker, plan_revocation};
use dogcatcher::rule::RuleSet;
use dogcatcher::scan::{self, Progress};
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Mint, Site, token_id};
use dogcatcher::verify::{Credential, Lookup, Method, Verifier};

use super::input::demo_settings;
use crate::cli::args::ColorWhen;
use crate::cli::exit::Exit;
use crate::cli::output::print;
use crate::cli::revoke::{shown_outcome, shown_plan};

/// User ids of the play: a person, and a service account.
const ANN: &str = "3ad549bf-eba0-11e9-a77a-0705486660d0";
/// User id of the service account.
const ROBOT: &str = "a7a2e511-5aa2-11f1-80a5-eec0508b7e6c";

/// Plays it through; 0 where everything went as told.
pub(super) fn run(folder: &Path, tokens: &[(Kind, String)]) -> Result<Exit, Error> {
    let admin = Mint::random().mint(Kind::PersonalAccessToken);
    let server = FakeServer::start(fake_world(tokens, &admin))
        .map_err(|cause| Error::io("start", "a fake Datadog on this machine", &cause))?;
    let client = || Client::new(ClientOptions { api_url: Some(server.url()), ..ClientOptions::default() });
    let auth = Auth::Bearer(Secret::new(admin.as_bytes()));

    say_line("1. FIND, and ask whose they are: by id, no secret leaves this machine.\n");
    let rules = RuleSet::builtin();
    let lookup = Lookup { admin: auth.clone(), site: Site::Us1, handles: true };
    let verifier = Verifier { client: client()?, method: Method::Lookup(lookup), jobs: 4 };
    let mut settings = demo_settings(folder)?;
    settings.verifier = Some(verifier);
    let outcome = scan::run(&settings, &Detector::new(&rules), &Progress::default())?;
    for finding in &outcome.findings {
        say_line(&shown_finding(finding, folder));
    }
    let live: Vec<&Finding<'_>> = outcome.findings.iter().filter(|it| it.is_live()).collect();

    say_line("2. REVOKE, after a look at what may break.\n");
    let authority = Authority { auth, site: Site::Us1 };
    let client = client()?;
    let planned = plan_revocation(
        &client,
        Some(&authority),
        Site::Us1,
        &live.iter().map(|it| Credential::from_finding(it)).collect::<Vec<_>>(),
        false,
    );
    say_line(&shown_plan(&planned, "the fake Datadog"));
    let mut receipts = ReceiptFile::open(&folder.join("audit.jsonl"), "demo", None)?;
    let revoker = Revoker {
        client: &client,
        authority: Some(&authority),
        site: Site::Us1,
        may_probe: false,
        first_wait: Duration::from_millis(20),
    };
    let mut dead = 0;
    for (wanted, item) in planned.iter().filter_map(Planned::item) {
        let outcome = revoker.revoke_item(wanted, item, &mut receipts)?;
        dead += usize::from(matches!(outcome, Revocation::Dead(_)));
        say_line(&match &outcome {
            Revocation::Dead(evidence) => format!("   {}: dead: {evidence}", foreign(&wanted.name)),
            other => format!("   {}", shown_outcome(wanted, other)),
        });
    }

    say_line("\n3. PROVE: ask once more.\n");
    let verdicts = settings.verifier.iter().flat_map(|verifier| {
        verifier.check_credentials(&live.iter().map(|it| Credential::from_finding(it)).collect::<Vec<_>>())
    });
    let still_live = verdicts.filter(|verdict| verdict.state == State::Live).count();
    say_line(&format!("   live before: {}, revoked: {dead}, live now: {still_live}", live.len()));
    let sent = server.received_requests();
    let leaked = tokens.iter().any(|(_, token)| {
        sent.iter().any(|request| memchr::memmem::find(request, token.as_bytes()).is_some())
    });
    say_line(&format!(
        "   {} requests were sent; one of the found secrets was in them: {}",
        sent.len(),
        if leaked { "YES" } else { "no" }
    ));
    say_line("\nAll of it was fake, the Datadog as well. With your own organisation: docs/datadog.md");
    let as_told = !leaked && still_live == 0 && dead == live.len() && dead > 0;
    Ok(if as_told { Exit::Clean } else { Exit::Error })
}

/// Makes an organisation that knows all of the tokens but one of each three,
/// which somebody revoked before.
fn fake_world(tokens: &[(Kind, String)], admin: &str) -> World {
    let mut world = World::default();
    world.behaviour.lag = 2;
    for (number, (kind, value)) in tokens.iter().enumerate().filter(|(number, _)| number % 3 != 2) {
        match kind {
            Kind::ApplicationKey => world.app_keys.push(AppKey {
                site: Site::Us1,
                id: format!("00000000-0000-4000-8000-{number:012}"),
                value: value.clone(),
                name: "terraform".to_owned(),
                scopes: None,
                owner: ANN.to_owned(),
                created_at: "2025-01-01T00:00:00Z".to_owned(),
                revoked: None,
            }),
            _ => world.tokens.extend(fake_token(*kind, value, &["dashboards_read"], number)),
        }
    }
    world.tokens.extend(fake_token(
        Kind::PersonalAccessToken,
        admin,
        &["org_app_keys_read", "org_app_keys_write", "service_account_write", "user_access_read"],
        0,
    ));
    world.users.push(User {
        id: ANN.to_owned(),
        name: Some("Ann Example".to_owned()),
        handle: "ann@example.com".to_owned(),
        is_service_account: false,
    });
    world.users.push(User {
        id: ROBOT.to_owned(),
        name: Some("deploy robot".to_owned()),
        handle: ROBOT.to_owned(),
        is_service_account: true,
    });
    world
}

/// Makes the record of a token; none where its alias is no id.
fn fake_token(kind: Kind, value: &str, scopes: &[&str], number: usize) -> Option<Token> {
    let of_service_account = kind == Kind::ServiceAccessToken;
    Some(Token {
        site: Site::Us1,
        id: token_id(value.as_bytes().get(6..28)?)?,
        value: value.to_owned(),
        name: format!("token {number}"),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        owner: if of_service_account { ROBOT } else { ANN }.to_owned(),
        of_service_account,
        expires_at: (!of_service_account).then(|| "2099-01-01T00:00:00Z".to_owned()),
        last_used_at: Some("2026-11-01T08:00:00Z".to_owned()),
        leaked: None,
        revoked: None,
    })
}

/// Returns a finding in a few lines.
fn shown_finding(finding: &Finding<'_>, folder: &Path) -> String {
    let path = finding.locations.first().and_then(|it| it.origin.path()).unwrap_or(folder);
    let path = path.strip_prefix(folder).unwrap_or(path).display().to_string();
    let notes = finding.liveness.iter().flat_map(liveness_notes);
    let notes: String = notes.map(|(name, text)| format!("     {name:<10} {text}\n")).collect();
    format!("   {} in {}\n{notes}", foreign(&finding.redacted), foreign(&path))
}

/// Prints a line. A demo that nobody reads needs no error.
fn say_line(text: &str) {
    // A demo that nobody reads needs no error.
    let _ = print(ColorWhen::Auto, |out, _| writeln!(out, "{text}"));
}
