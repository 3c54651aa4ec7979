//! A Datadog of a test's own: a fake server with an administrator, and a folder beside it.
#![allow(dead_code, unreachable_pub)] // each test file includes it and uses a part of it

use std::process::{Command, Stdio};

use dogcatcher::datadog::fake_server::{ApiKey, AppKey, FakeServer, Token, User, World};
use dogcatcher::token::{Kind, Mint, Site, token_id};
use serde_json::Value;

use crate::support::{Folder, Run, output_of};

/// Receipts, where nobody says otherwise; the state's folder is put beside the files of a test.
pub const RECEIPTS: &str = "state/dogcatcher/receipts.jsonl";
pub const OWNER: &str = "3ad549bf-eba0-11e9-a77a-0705486660d0";
pub const ACCOUNT: &str = "a7a2e511-5aa2-11f1-80a5-eec0508b7e6c";

/// 32 or 40 hexadecimal digits that no scanner takes for a key: they are made when a test runs.
pub fn hex(seed: u64, len: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..len).map(|_| char::from(b"0123456789abcdef"[random.usize(..16)])).collect()
}

pub fn token(value: &str, kind: Kind) -> Token {
    Token {
        site: Site::Us1,
        id: token_id(&value.as_bytes()[6..28]).expect("an alias"),
        value: value.to_owned(),
        name: "ci deploys".to_owned(),
        scopes: vec!["dashboards_read".to_owned()],
        owner: if kind == Kind::ServiceAccessToken { ACCOUNT } else { OWNER }.to_owned(),
        of_service_account: kind == Kind::ServiceAccessToken,
        expires_at: None,
        last_used_at: None,
        leaked: None,
        revoked: None,
    }
}

/// A Datadog with an administrator, and what else is put there.
pub struct Stage {
    pub folder: Folder,
    pub server: FakeServer,
    pub api_key: String,
    pub app_key: String,
}

impl Stage {
    pub fn new(change: impl FnOnce(&mut World)) -> Self {
        let (api_key, app_key) = (hex(1, 32), hex(2, 40));
        let mut world = World::default();
        world.api_keys.push(ApiKey {
            site: Site::Us1,
            id: "00000000-0000-4000-8000-000000000001".to_owned(),
            value: api_key.clone(),
            name: "admin".to_owned(),
            in_use: true,
            revoked: None,
        });
        world.app_keys.push(AppKey {
            site: Site::Us1,
            id: "00000000-0000-4000-8000-000000000002".to_owned(),
            value: app_key.clone(),
            name: "admin".to_owned(),
            scopes: None,
            owner: OWNER.to_owned(),
            created_at: "2025-01-01T00:00:00+00:00".to_owned(),
            revoked: None,
        });
        world.users.push(User {
            id: OWNER.to_owned(),
            name: Some("Ann Example".to_owned()),
            handle: "ann@example.com".to_owned(),
            is_service_account: false,
        });
        change(&mut world);
        Self { folder: Folder::new(), server: FakeServer::start(world).expect("a port"), api_key, app_key }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.folder.command(args);
        command
            .args(["--api-url", &self.server.url()])
            .env("XDG_STATE_HOME", self.folder.path().join("state"));
        command
    }

    /// Runs with the administrator's keys.
    pub fn admin(&self, args: &[&str], input: &str) -> Run {
        let mut command = self.command(args);
        command.env("DD_API_KEY", &self.api_key).env("DD_APP_KEY", &self.app_key);
        run(command, input)
    }

    /// Runs without any credential of one's own.
    pub fn plain(&self, args: &[&str], input: &str) -> Run {
        run(self.command(args), input)
    }

    /// Returns whether the fake server ever received these bytes.
    pub fn received(&self, bytes: &str) -> bool {
        let all = self.server.received_requests();
        assert!(!all.is_empty(), "nothing was sent at all");
        all.iter().any(|request| memchr::memmem::find(request, bytes.as_bytes()).is_some())
    }

    pub fn requests(&self) -> Vec<String> {
        let line = |request: &Vec<u8>| {
            let text = String::from_utf8_lossy(request).into_owned();
            let mut words = text.split_whitespace();
            let method = words.next().unwrap_or_default().to_owned();
            format!("{method} {}", words.next().unwrap_or_default().replacen("/datadoghq.com", "", 1))
        };
        self.server.received_requests().iter().map(line).collect()
    }
}

pub fn run(mut command: Command, input: &str) -> Run {
    command.stdin(Stdio::piped());
    let output = output_of(command, input.as_bytes());
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The verdict of `verify --json`: state, and the reason.
pub fn verdict(run: &Run) -> (String, String) {
    let json: Value = serde_json::from_str(run.stdout.lines().next().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {run:?}"));
    let text = |field: &str| json["liveness"][field].as_str().unwrap_or_default().to_owned();
    (text("state"), text("why"))
}

pub fn mint(seed: u64, kind: Kind) -> String {
    Mint::new(seed).mint(kind)
}
