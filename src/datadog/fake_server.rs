//! A Datadog for tests and for the demo: a server on this machine that answers
//! as Datadog was recorded to answer.
//!
//! It knows credentials, their owners and permissions, and can be told to
//! misbehave. It serves every site: the first part of a path names it; without
//! one it is US1. All bytes that it receives are kept, so that a test can prove
//! what was sent and what was not.
//!
//! ```text
//! World { tokens: [Token { value: "ddpat_…", owner: "3ad5…", scopes: ["dashboards_read"], … }], … }
//!   GET http://127.0.0.1:PORT/us3.datadoghq.com/api/v2/validate_keys   Authorization: Bearer ddpat_…
//!   → 401 {"errors":["Unauthorized"]}     the token lives on another site
//! World.behaviour.faults = [Fault { on: "DELETE", times: 1, misdeed: Misdeed::Cut }]
//!   → the connection ends without an answer, once
//! ```
//!
//! It is an oracle only as far as it is right: `.ci/official-client.py` holds
//! it against Datadog's own client and description of the API. It exists with
//! the feature `fake-server`.

mod http;
mod routes;
mod world;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use http::{Reply, Request};
pub use world::{ApiKey, AppKey, Behaviour, Fault, Misdeed, Token, User, World};

/// A running fake server. It listens on the loopback interface alone, and ends
/// when it is dropped.
///
/// # Examples
///
/// ```
/// use dogcatcher::datadog::fake_server::{FakeServer, World};
/// use dogcatcher::datadog::{Auth, Client, ClientOptions, Failure};
/// use dogcatcher::secret::Secret;
/// use dogcatcher::token::Site;
///
/// let server = FakeServer::start(World::default()).unwrap();
/// let client = Client::new(ClientOptions { api_url: Some(server.url()), ..ClientOptions::default() }).unwrap();
/// let nobody = Auth::Bearer(Secret::new(b"unknown"));
/// assert_eq!(client.accepts_credential((Site::Eu1, &nobody)), Err(Failure::NotAccepted));
/// assert!(server.received_requests()[0].starts_with(b"GET /datadoghq.eu/api/v2/validate_keys "));
/// ```
#[derive(Debug)]
pub struct FakeServer {
    /// Address that it listens on.
    address: SocketAddr,
    /// State that tests look at and change.
    shared: Arc<Shared>,
}

/// The state that the threads of the connections share.
#[derive(Debug, Default)]
struct Shared {
    /// Credentials, people and behaviour.
    world: Mutex<World>,
    /// Requests, in the order in which they came.
    received: Mutex<Vec<Vec<u8>>>,
    /// Beginning of this second, and the requests in it; for limits.
    window: Mutex<Option<(Instant, u64)>>,
    /// Set when the server is dropped; the thread that listens sees it with the
    /// next connection.
    ended: AtomicBool,
}

/// Locks; what a thread that panicked left is looked at all the same.
fn lock_unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeServer {
    /// Starts one on a free port of the loopback interface.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub fn start(world: World) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { world: Mutex::new(world), ..Shared::default() });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ended.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&serving);
                // A client that goes away is none of the server's business.
                thread::spawn(move || serve_connection(&stream, &shared).unwrap_or_default());
            }
        });
        Ok(Self { address, shared })
    }

    /// Returns what to give as the address of the API
    /// ([`ClientOptions::api_url`](super::ClientOptions::api_url)); `{site}` in
    /// it stands for the site.
    pub fn url(&self) -> String {
        format!("http://{}/{{site}}", self.address)
    }

    /// Locks the state, to look at it or to change it. Requests wait meanwhile:
    /// let go of it before the next one.
    pub fn world(&self) -> MutexGuard<'_, World> {
        lock_unpoisoned(&self.shared.world)
    }

    /// All requests so far, each as it came, byte for byte.
    pub fn received_requests(&self) -> Vec<Vec<u8>> {
        lock_unpoisoned(&self.shared.received).clone()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections; if that fails, it is gone already.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers the requests of one connection.
///
/// # Errors
///
/// The client has gone, or sent what is no request.
fn serve_connection(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(request) = Request::read_next(stream)? {
        lock_unpoisoned(&shared.received).push(request.bytes.clone());
        let latency = lock_unpoisoned(&shared.world).behaviour.latency;
        thread::sleep(latency);
        let misdeed = lock_unpoisoned(&shared.world).due_misdeed(&request.method, &request.path);
        let reply = match misdeed {
            Some(Misdeed::Cut) => return Ok(()),
            Some(Misdeed::Slow(wait)) => {
                thread::sleep(wait);
                answer_within_limits(&request, shared)
            }
            Some(Misdeed::Garbage) => Reply::with_text(200, "{\"data\": [{\"id\""),
            Some(Misdeed::Status(status)) => Reply::with_text(status, ""),
            Some(Misdeed::Redirect(to)) => Reply::with_text(302, "").with_header("location", &to),
            Some(Misdeed::Forbidden(body)) => Reply::with_text(403, &body),
            None => answer_within_limits(&request, shared),
        };
        reply.write_to(stream)?;
    }
    Ok(())
}

/// Answers a request, or refuses it where there were too many within this
/// second; with the headers that tell of limits, if there are any.
///
/// Seconds are counted from the first request on, not by the clock, so that a
/// test does not fail at the turn of one.
fn answer_within_limits(request: &Request, shared: &Shared) -> Reply {
    let mut world = lock_unpoisoned(&shared.world);
    let Some(limit) = world.behaviour.requests_per_second else {
        return routes::answer_request(&mut world, request);
    };
    let mut window = lock_unpoisoned(&shared.window);
    let (start, count) =
        window.filter(|(start, _)| start.elapsed().as_secs() == 0).unwrap_or((Instant::now(), 0));
    *window = Some((start, count + 1));
    let remaining = limit.saturating_sub(count + 1);
    let reply = match count < limit {
        true => routes::answer_request(&mut world, request),
        false => Reply::with_text(429, "{\"errors\":[\"Too many requests\"]}"),
    };
    reply
        .with_header("x-ratelimit-limit", &limit.to_string())
        .with_header("x-ratelimit-period", "1")
        .with_header("x-ratelimit-remaining", &remaining.to_string())
        .with_header("x-ratelimit-reset", "1")
        .with_header("x-ratelimit-name", "fake")
}
