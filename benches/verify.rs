//! 1,000 tokens, asked about one by one with 50 ms of latency and a limit of 100 requests a second, and by the list.
//!
//!     cargo bench --bench verify
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on may stop

use std::time::{Duration, Instant};

use dogcatcher::datadog::fake_server::{FakeServer, Token, World};
use dogcatcher::datadog::{Auth, Client, ClientOptions};
use dogcatcher::finding::State;
use dogcatcher::secret::Secret;
use dogcatcher::token::{Kind, Mint, Site, token_id};
use dogcatcher::verify::{Credential, Lookup, Method, Probe, Sites, Verifier};

const TOKENS: u64 = 1000;
const LIMIT: u64 = 100;

fn main() {
    let tokens: Vec<String> =
        (0..=TOKENS).map(|seed| Mint::new(seed).mint(Kind::PersonalAccessToken)).collect();
    let (admin, tokens) = tokens.split_last().unwrap();
    let secrets: Vec<Secret> = tokens.iter().map(|token| Secret::new(token.as_bytes())).collect();
    let credentials: Vec<Credential> = secrets
        .iter()
        .map(|secret| Credential {
            kind: Some(Kind::PersonalAccessToken),
            token_id: token_id(&secret.expose()[6..28]),
            secret: Some(secret.clone()),
            ..Credential::default()
        })
        .collect();
    let probe = Probe { sites: Sites { named: Some(Site::Us1), ..Sites::default() }, api_key: None };
    let auth = Auth::Bearer(Secret::new(admin.as_bytes()));
    let lookup = Lookup { admin: auth, site: Site::Us1, handles: false };
    for (name, method) in [("probe", Method::Probe(probe)), ("lookup", Method::Lookup(lookup))] {
        let server = FakeServer::start(world(tokens, admin)).unwrap();
        let client =
            Client::new(ClientOptions { api_url: Some(server.url()), ..ClientOptions::default() }).unwrap();
        let verifier = Verifier { client, method, jobs: 8 };
        let start = Instant::now();
        let verdicts = verifier.check_credentials(&credentials);
        let seconds = start.elapsed().as_secs_f64();
        let live = verdicts.iter().filter(|verdict| verdict.state == State::Live).count();
        let sent = server.received_requests().len();
        let allowed = sent as f64 / LIMIT as f64;
        println!(
            "{name:<8}{live:>6} live{sent:>6} requests{seconds:>8.2} s, the limit allows {allowed:.2} s"
        );
    }
}

fn world(tokens: &[String], admin: &str) -> World {
    let mut world = World::default();
    world.behaviour.latency = Duration::from_millis(50);
    world.behaviour.requests_per_second = Some(LIMIT);
    let token = |value: &String, scope: &str| Token {
        site: Site::Us1,
        id: token_id(&value.as_bytes()[6..28]).unwrap(),
        value: value.clone(),
        name: "token".to_owned(),
        scopes: vec![scope.to_owned()],
        owner: "3ad549bf-eba0-11e9-a77a-0705486660d0".to_owned(),
        of_service_account: false,
        expires_at: None,
        last_used_at: None,
        leaked: None,
        revoked: None,
    };
    world.tokens.extend(tokens.iter().map(|value| token(value, "dashboards_read")));
    world.tokens.push(token(&admin.to_owned(), "org_app_keys_read"));
    world
}
