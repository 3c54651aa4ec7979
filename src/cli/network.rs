//! From flags and the environment to a way to Datadog: whose credential, which
//! site, and a notice of what will be sent.
//!
//! A lookup without a credential of one's own is an error, and never a probe
//! instead: sending what was found has to be asked for in so many words.

use std::time::Duration;

use dogcatcher::datadog::{Client, ClientOptions, admin_from_environment, api_key_from_environment};
use dogcatcher::error::Error;
use dogcatcher::secret::hide_tokens;
use dogcatcher::token::Site;
use dogcatcher::verify::{Lookup, Method, Probe, Sites, Verifier};

use super::args::{NetworkArgs, VerifyFlags, VerifyMode};
use super::output::notice;

/// Makes the verifier of a scan, if one was asked for.
pub(super) fn verifier_of_flags(flags: &VerifyFlags, authors: bool) -> Result<Option<Verifier>, Error> {
    flags.verify.map(|mode| make_verifier(mode, &flags.network, flags.all_sites, authors)).transpose()
}

/// Makes a verifier, and prints a notice of what it will do.
///
/// # Errors
///
/// There is no credential, the site of the environment is none, or the client
/// cannot be set up.
///
/// Nothing is sent yet. The notice comes first, on standard error, so that
/// nobody can say they were not told what a probe does.
pub(super) fn make_verifier(
    mode: VerifyMode,
    network: &NetworkArgs,
    all_sites: bool,
    authors: bool,
) -> Result<Verifier, Error> {
    let client = make_client(network)?;
    let environment = site_of_environment()?;
    let method = match mode {
        VerifyMode::Lookup => {
            let admin = admin_from_environment()?.ok_or_else(no_way_to_verify)?;
            let site = network.site.or(environment).unwrap_or(Site::Us1);
            notice(&format!(
                "lookup at {site} with {}: ids are asked for, and no found secret leaves this machine",
                admin.source_name()
            ));
            Method::Lookup(Lookup { admin, site, handles: authors })
        }
        VerifyMode::Probe => {
            notice(
                "probe: each found credential is sent to Datadog itself, and may show in the audit trail of its organisation",
            );
            let sites = Sites { named: network.site, environment, all: all_sites };
            Method::Probe(Probe { sites, api_key: api_key_from_environment()? })
        }
    };
    Ok(Verifier { client, method, jobs: usize::from(network.verify_jobs) })
}

/// Makes a client of Datadog, or of what stands in for it: then a notice says
/// in capitals where credentials go.
pub(super) fn make_client(network: &NetworkArgs) -> Result<Client, Error> {
    let client = Client::new(ClientOptions {
        api_url: network.api_url.clone(),
        ca_file: network.ca_file.clone(),
        max_wait: Duration::from_secs(network.max_wait),
        // What stands in for Datadog is near.
        backoff: Duration::from_millis(if network.api_url.is_some() { 50 } else { 500 }),
        ..ClientOptions::default()
    })?;
    if let Some(url) = &network.api_url {
        let url = hide_tokens(url);
        notice(&format!("REQUESTS GO TO {url} INSTEAD OF DATADOG, with the credentials in them"));
    }
    Ok(client)
}

/// Returns the site of an administrator's organisation: of the flag, of the
/// environment, or else US1, which is Datadog's default.
pub(super) fn own_site(network: &NetworkArgs) -> Result<Site, Error> {
    Ok(network.site.or(site_of_environment()?).unwrap_or(Site::Us1))
}

/// Makes the error where a credential of one's own is needed.
///
/// `tried` completes "cannot …".
pub(super) fn no_admin(tried: &str) -> Error {
    Error::usage(tried, "without a credential of your own", "there is none in the environment")
        .mend("set DD_API_KEY and DD_APP_KEY of an administrator, or an access token in DD_ACCESS_TOKEN")
}

/// The error of a lookup without a credential; sending the found one is never
/// what happens instead.
fn no_way_to_verify() -> Error {
    Error::usage(
        "look credentials up",
        "without a credential of your own",
        "there is none in the environment",
    )
    .mend(
        "set DD_API_KEY and DD_APP_KEY of an administrator, or an access token in DD_ACCESS_TOKEN; \
         or send what was found itself (`scan --verify=probe`, `verify --by probe`)",
    )
}

/// Reads the site of `DD_SITE`, or of `DATADOG_SITE`.
///
/// # Errors
///
/// It is none of Datadog's.
fn site_of_environment() -> Result<Option<Site>, Error> {
    for name in ["DD_SITE", "DATADOG_SITE"] {
        let Some(value) = std::env::var(name).ok().filter(|value| !value.trim().is_empty()) else { continue };
        let site = Site::from_name(&value).ok_or_else(|| {
            Error::usage("use the site in", name, format!("`{value}` is none"))
                .mend(format!("the sites are {}", Site::ALL.map(Site::name).join(", ")))
        });
        return site.map(Some);
    }
    Ok(None)
}
