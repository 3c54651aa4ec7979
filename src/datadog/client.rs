//! One request after another: retried where that can help, at the pace that the
//! site allows.
//!
//! ```text
//! GET    fails with 5xx or no answer   → again, up to 4 times, 0.5 s, 1 s, 2 s apart (± a quarter)
//! GET    answers 429                   → again when the site says so, for everybody who asks that site
//! DELETE fails with 5xx or no answer   → not again: nobody knows what the first one did
//! DELETE answers 429                   → again: it did nothing
//! any    3xx                           → an error that names the host; nothing is sent there
//! ```
//!
//! All waits of one answer together are bounded by [`ClientOptions::max_wait`];
//! waiting for one's turn among other threads is not counted, unless it alone
//! takes longer than that.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::{HeaderMap, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, ResponseExt as _};
use zeroize::Zeroizing;

use super::auth::Auth;
use super::failure::Failure;
use super::pace::{Limits, Pace};
use crate::error::Error;
use crate::token::Site;

/// The longest answer that is read, in bytes: a page of 100 takes less than one
/// million.
const MAX_ANSWER: u64 = 16 << 20;

/// The longest headers of an answer that are read, in bytes.
const MAX_HEADERS: usize = 64 << 10;

/// Time that a request has at least, however little is left to wait: a
/// connection over TLS takes two round trips before anything is asked.
const MIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Requests for one answer at most, where each one fails for the moment.
const ATTEMPTS: u32 = 4;

/// Settings of a [`Client`]. The defaults are for Datadog itself, reached from
/// a person's machine or from CI.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Address to send requests to instead of Datadog: a fake server, or a
    /// gateway. `{site}` in it stands for the site's name. It must be `https`,
    /// or `http` on this machine; then no proxy is used.
    pub api_url: Option<String>,
    /// Certificates of authorities (PEM) to trust instead of the public ones:
    /// that of a proxy that looks into TLS.
    pub ca_file: Option<PathBuf>,
    /// Longest time that one request may take, connecting included.
    pub timeout: Duration,
    /// Longest time to wait in all for one answer: for limits to pass, for the
    /// server, and between attempts.
    pub max_wait: Duration,
    /// Wait before the second attempt; it doubles with each further one, and
    /// varies by a quarter, so that machines that failed together do not come
    /// back together.
    pub backoff: Duration,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            api_url: None,
            ca_file: None,
            timeout: Duration::from_secs(20),
            max_wait: Duration::from_secs(60),
            backoff: Duration::from_millis(500),
        }
    }
}

/// Speaks to Datadog, over a pool of connections that many threads share. It
/// keeps each site's pace for all of them.
///
/// # Examples
///
/// ```
/// use dogcatcher::datadog::{Client, ClientOptions};
///
/// // To another machine a credential goes encrypted, or not at all.
/// let plain = ClientOptions { api_url: Some("http://proxy.example".to_owned()), ..ClientOptions::default() };
/// assert!(Client::new(plain).is_err());
/// ```
#[derive(Debug)]
pub struct Client {
    /// Connections, certificates and proxies.
    agent: Agent,
    /// Addresses and limits, as the caller set them.
    options: ClientOptions,
    /// Pace of every site; none is ever added, so the map needs no lock.
    paces: BTreeMap<Site, Pace>,
}

/// The methods of HTTP that are used here. Nothing is ever created or changed
/// in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Reads; repeated where it fails for the moment.
    Get,
    /// Deletes; never repeated where it may have worked.
    Delete,
}

impl Client {
    /// Sets up, without sending anything. Proxies are those of the environment
    /// (`HTTPS_PROXY`, `NO_PROXY`, …).
    ///
    /// # Errors
    ///
    /// The file of certificates cannot be read or holds none; the address is
    /// none, or would send credentials unencrypted to another machine.
    pub fn new(options: ClientOptions) -> Result<Self, Error> {
        let roots = options.ca_file.as_deref().map(read_certificates).transpose()?;
        if let Some(url) = &options.api_url {
            check_url(url)?;
        }
        let mut tls = TlsConfig::builder();
        if let Some(roots) = roots {
            tls = tls.root_certs(roots);
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A credential goes to the host that it is meant for, and to no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .https_only(options.api_url.is_none())
            .max_response_header_size(MAX_HEADERS)
            .user_agent(concat!("dogcatcher/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build());
        if options.api_url.as_deref().is_some_and(is_local) {
            config = config.proxy(None);
        }
        let paces = Site::ALL.into_iter().map(|site| (site, Pace::default())).collect();
        Ok(Self { agent: config.build().into(), options, paces })
    }

    /// Returns how long to wait in all for one answer.
    pub(super) fn max_wait(&self) -> Duration {
        self.options.max_wait
    }

    /// Asks, and returns the body of the answer, which is wiped from memory
    /// when it is dropped: it may name people.
    ///
    /// # Errors
    ///
    /// Whatever is not 200.
    ///
    /// `path` begins with `/` and may have a query. It never holds a secret:
    /// proxies and servers log paths.
    pub(super) fn get(&self, site: Site, path: &str, auth: &Auth) -> Result<Zeroizing<Vec<u8>>, Failure> {
        self.send_retrying(Method::Get, site, path, auth)
    }

    /// Deletes. Sent once, unless the site says that it did nothing (429):
    /// nobody knows what became of one that failed.
    ///
    /// # Errors
    ///
    /// Whatever is not 204.
    pub(super) fn delete(&self, site: Site, path: &str, auth: &Auth) -> Result<(), Failure> {
        self.send_retrying(Method::Delete, site, path, auth).map(|_| ())
    }

    /// Sends a request, and sends it again where that can help; see the head of
    /// this file.
    ///
    /// ```text
    /// attempt 1   503                     wait 0.5 s ± ¼
    /// attempt 2   429, reset in 3 s       wait 3 s, all threads
    /// attempt 3   200                     done
    /// ```
    ///
    /// A wait for a limit counts towards [`ClientOptions::max_wait`] as much as
    /// one between attempts; what is over by then fails with the last reason.
    fn send_retrying(
        &self,
        method: Method,
        site: Site,
        path: &str,
        auth: &Auth,
    ) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let pace = &self.paces[&site];
        let (mut waited, mut answering) = (Duration::ZERO, Duration::ZERO);
        for attempt in 1.. {
            // Waiting for one's turn among others is not waiting for this answer, unless it takes long.
            if !pace.wait_for_turn(self.options.max_wait) {
                return Err(Failure::RateLimited);
            }
            let begun = Instant::now();
            let left = self.options.max_wait.saturating_sub(waited + answering).max(MIN_TIMEOUT);
            let answer =
                self.send_once(method, &self.request_url(site, path), auth, left.min(self.options.timeout));
            answering += begun.elapsed();
            let (failure, limits) = match answer {
                (Ok(body), limits) => {
                    pace.heed_limits(limits);
                    return Ok(body);
                }
                (Err(failure), limits) => (failure, limits),
            };
            let wait = match failure {
                Failure::RateLimited => Duration::from_secs(limits.reset.unwrap_or(1).max(1)),
                _ if failure.is_passing() && attempt < ATTEMPTS && method == Method::Get => self
                    .options
                    .backoff
                    .mul_f64(f64::from(1 << (attempt - 1)) * (0.75 + fastrand::f64() / 2.0)),
                _ => return Err(failure),
            };
            waited += wait;
            // A limit that passes in time is no fault of the server's, however long its answers take.
            let counted = if failure == Failure::RateLimited { waited } else { waited + answering };
            if counted > self.options.max_wait {
                return Err(failure);
            }
            match failure {
                Failure::RateLimited => pace.pause_for(wait),
                _ => thread::sleep(wait),
            }
        }
        unreachable!("the loop ends by returning")
    }

    /// Sends a request once. Beside the result comes what the answer says of
    /// limits, so that they are heeded after failures, too.
    fn send_once(
        &self,
        method: Method,
        url: &str,
        auth: &Auth,
        timeout: Duration,
    ) -> (Result<Zeroizing<Vec<u8>>, Failure>, Limits) {
        let fails = |what: String| (Err(Failure::Unexpected(what)), Limits::default());
        let Ok(headers) = auth.header_pairs() else {
            return fails("the credential cannot be sent".to_owned());
        };
        let mut request = match method {
            Method::Get => self.agent.get(url),
            Method::Delete => self.agent.delete(url),
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.config().timeout_global(Some(timeout)).build();
        match request.header("accept", "application/json").call() {
            Ok(response) => read_answer(method, response),
            Err(error) => (Err(network_failure(&error)), Limits::default()),
        }
    }

    /// Returns the address of a call; `path` begins with `/`.
    fn request_url(&self, site: Site, path: &str) -> String {
        match &self.options.api_url {
            Some(url) => format!("{}{path}", url.trim_end_matches('/').replace("{site}", site.name())),
            None => format!("https://{}{path}", site.api_host()),
        }
    }
}

/// Reads an answer as far as [`MAX_ANSWER`], and tells success from failure by
/// its status.
fn read_answer(
    method: Method,
    mut response: ureq::http::Response<Body>,
) -> (Result<Zeroizing<Vec<u8>>, Failure>, Limits) {
    let limits = rate_limits(response.headers());
    let status = response.status().as_u16();
    debug_assert!(response.get_redirect_history().is_none());
    let read = response.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map(Zeroizing::new);
    let body = match read {
        Ok(body) => body,
        Err(error) => return (Err(network_failure(&error)), limits),
    };
    let expected = match method {
        Method::Get => 200,
        Method::Delete => 204,
    };
    let result = match Failure::from_answer(status, &body) {
        _ if status == expected => Ok(body),
        Failure::Redirect(status, _) => Err(Failure::Redirect(status, redirect_host(response.headers()))),
        failure => Err(failure),
    };
    (result, limits)
}

/// Returns the host that an answer leads to, for the error that names it. The
/// text is somebody else's: what no host name can have is left out.
fn redirect_host(headers: &HeaderMap) -> Option<String> {
    let address: Uri = headers.get("location")?.to_str().ok()?.parse().ok()?;
    // A host is of few characters, and not long.
    let host = address.host().filter(|host| host.len() <= 253)?;
    Some(host.to_owned())
        .filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte)))
}

/// Reads the limits of an answer (`x-ratelimit-…`), in requests and seconds.
/// Fractions are rounded up, and what is no number of a plausible size is none.
fn rate_limits(headers: &HeaderMap) -> Limits {
    let number = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?;
        text.trim().parse::<f64>().ok().filter(|n| (0.0..1e9).contains(n)).map(|n| n.ceil() as u64)
    };
    Limits {
        limit: number("x-ratelimit-limit"),
        period: number("x-ratelimit-period"),
        remaining: number("x-ratelimit-remaining"),
        reset: number("x-ratelimit-reset"),
    }
}

/// A failure of the network, in words that name neither header nor body.
fn network_failure(error: &ureq::Error) -> Failure {
    let why = match error {
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::HostNotFound => "the host is not found".to_owned(),
        ureq::Error::ConnectionFailed => "no connection".to_owned(),
        ureq::Error::Io(cause) => crate::error::io_reason(cause),
        ureq::Error::BodyExceedsLimit(_) => {
            return Failure::Unexpected(format!("it is larger than {} MiB", MAX_ANSWER >> 20));
        }
        ureq::Error::LargeResponseHeader(..) => {
            return Failure::Unexpected(format!("headers longer than {} KiB", MAX_HEADERS >> 10));
        }
        ureq::Error::Protocol(cause) if cause.to_string().contains("too many headers") => {
            return Failure::Unexpected("more headers than are read".to_owned());
        }
        ureq::Error::Protocol(_) => "it is no HTTP".to_owned(),
        ureq::Error::Rustls(cause) => format!("no secure connection: {cause}"),
        _ => "no secure connection".to_owned(),
    };
    Failure::Network(why)
}

/// Reads the certificates of authorities from a file in PEM. They take the
/// place of the public ones: whoever names one wants to trust only that.
fn read_certificates(path: &Path) -> Result<RootCerts, Error> {
    let name = path.display().to_string();
    let pem = std::fs::read(path).map_err(|cause| Error::io("read the certificates in", &name, &cause))?;
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(Error::usage("use the certificates in", name, "there are none")
            .mend("the file must be PEM, with `-----BEGIN CERTIFICATE-----`"));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Returns an error unless credentials may be sent to an address: encrypted, or
/// to this machine.
fn check_url(url: &str) -> Result<(), Error> {
    let wrong = |why: &str| {
        Err(Error::usage("use the address", url, why)
            .mend("write it as https://HOST or, on this machine, http://127.0.0.1:PORT"))
    };
    let parsed: Option<Uri> = url.replace("{site}", "site").parse().ok();
    let Some(uri) = parsed.filter(|uri| uri.host().is_some()) else { return wrong("it is no address") };
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_local(url) => Ok(()),
        Some("http") => wrong("credentials would travel unencrypted"),
        _ => wrong("it is not of the web"),
    }
}

/// Returns whether an address is of this machine.
fn is_local(url: &str) -> bool {
    let uri: Option<Uri> = url.replace("{site}", "site").parse().ok();
    let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_url(url: &str) -> Result<Client, Error> {
        Client::new(ClientOptions { api_url: Some(url.to_owned()), ..ClientOptions::default() })
    }

    #[test]
    fn addresses_of_the_api() {
        for good in [
            "https://gateway.example/dd",
            "http://127.0.0.1:1/{site}",
            "http://localhost:80",
            "http://[::1]:9",
        ] {
            assert!(with_url(good).is_ok(), "{good}");
        }
        for bad in ["http://gateway.example", "ftp://127.0.0.1", "127.0.0.1:80", "", "https://"] {
            assert!(with_url(bad).is_err(), "{bad}");
        }
        let client = with_url("http://127.0.0.1:1/{site}/").expect("a client");
        assert_eq!(
            client.request_url(Site::Us3, "/api/v1/validate"),
            "http://127.0.0.1:1/us3.datadoghq.com/api/v1/validate"
        );
        let client = Client::new(ClientOptions::default()).expect("a client");
        assert_eq!(client.request_url(Site::Eu1, "/x"), "https://api.datadoghq.eu/x");
    }

    #[test]
    fn certificates_that_are_none() {
        let options = ClientOptions { ca_file: Some("Cargo.toml".into()), ..ClientOptions::default() };
        assert!(Client::new(options).is_err_and(|error| error.to_string().contains("there are none")));
    }
}
