//! Who may ask what, and the answer: one `match` for authentication, one for
//! resources.
//!
//! Statuses and bodies are those of Datadog's recordings. Where they surprise,
//! so does this: a deletion of a token is answered with 204 the second time,
//! too, and one of a key with 404; a key of another site and a missing
//! permission are both 403, with different bodies.

use serde_json::{Value, json};

use super::http::{Reply, Request};
use super::world::{ApiKey, AppKey, Token, World, all_living, find_living, split_site};
use crate::token::{Site, alias_of};

/// Somebody who was recognised by what a request carries.
enum Caller {
    /// By an API key alone.
    ApiKey,
    /// By keys or a token, with these scopes; all of them, where there is none.
    Known(Option<Vec<String>>),
}

/// Answers a request.
///
/// Deletions change the world at once, but for a
/// [lag](super::world::Behaviour::lag) after which they are seen, as at
/// Datadog.
pub(super) fn answer_request(world: &mut World, request: &Request) -> Reply {
    let (site, path) = split_site(&request.path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query = query.replace("%5B", "[").replace("%5D", "]");
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let caller = identify_caller(world, request, site);
    match (request.method.as_str(), &parts[..]) {
        ("GET", ["api", "v1", "validate"]) => match api_key(world, request, site) {
            Some(_) => Reply::with_json(200, &json!({ "valid": true })),
            None if request.header("dd-api-key").is_none() => Reply::with_error(403, "API key required"),
            None => Reply::with_error(403, "Forbidden"),
        },
        ("GET", ["api", "v2", "validate"]) => match api_key(world, request, site) {
            Some(id) => Reply::with_json(200, &validation_json(&id)),
            None => Reply::with_error(403, "Forbidden"),
        },
        ("GET", ["api", "v2", "validate_keys"]) => match caller {
            Ok(Caller::Known(_)) => Reply::with_json(200, &json!({ "status": "ok" })),
            Ok(Caller::ApiKey) => Reply::with_error(403, "Forbidden"),
            Err(reply) => reply,
        },
        (method, ["api", "v2", rest @ ..]) => match caller {
            Ok(Caller::Known(scopes)) => answer_resource(world, site, method, rest, &query, &scopes),
            Ok(Caller::ApiKey) => Reply::with_error(401, "Unauthorized"),
            Err(reply) => reply,
        },
        _ => Reply::with_error(404, "Not found"),
    }
}

/// Returns who asks, or what they are told instead.
///
/// ```text
/// authorization: Bearer …                the token, and nothing beside it
/// dd-api-key and dd-application-key      both, of the same site
/// dd-api-key                             known, but to no more than validation
/// anything else                          401
/// ```
fn identify_caller(world: &mut World, request: &Request, site: Site) -> Result<Caller, Reply> {
    if let Some(token) = request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")) {
        let known = find_living(&mut world.tokens, |known| known.site == site && known.value == token);
        return match known.filter(|known| !is_expired(known)) {
            Some(known) => Ok(Caller::Known(Some(known.scopes.clone()))),
            None => Err(Reply::with_error(401, "Unauthorized")),
        };
    }
    let api = api_key(world, request, site).is_some();
    let Some(value) = request.header("dd-application-key") else {
        return if api { Ok(Caller::ApiKey) } else { Err(Reply::with_error(401, "Unauthorized")) };
    };
    let app = find_living(&mut world.app_keys, |key| key.site == site && key.value == value);
    match app.filter(|_| api) {
        Some(app) => Ok(Caller::Known(app.scopes.clone())),
        None => Err(Reply::with_error(403, "Forbidden")),
    }
}

/// Returns whether a token has ended by now.
fn is_expired(token: &Token) -> bool {
    let ends: Option<jiff::Timestamp> = token.expires_at.as_ref().and_then(|at| at.parse().ok());
    ends.is_some_and(|ends| ends < jiff::Timestamp::now())
}

/// The id of the API key that came along, if it is one.
fn api_key(world: &mut World, request: &Request, site: Site) -> Option<String> {
    let value = request.header("dd-api-key")?;
    find_living(&mut world.api_keys, |key| key.site == site && key.value == value).map(|key| key.id.clone())
}

/// Returns the body of `/api/v2/validate`. The id beside the type is that of
/// the organisation.
fn validation_json(id: &str) -> Value {
    let attributes = json!({ "api_key_id": id, "api_key_scopes": [], "valid": true });
    json!({ "data": { "type": "validate_v2", "id": "550e8400-e29b-41d4-a716-446655440000", "attributes": attributes } })
}

/// Answers a request for a resource, if the scopes of the caller allow it; none
/// are asked of what has none.
fn answer_resource(
    world: &mut World,
    site: Site,
    method: &str,
    path: &[&str],
    query: &str,
    scopes: &Option<Vec<String>>,
) -> Reply {
    let may = |any: &[&str]| {
        scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|scope| any.contains(&scope.as_str())))
    };
    let needs: &[&str] = match (method, path.first().copied()) {
        ("GET", Some("personal_access_tokens")) => &["user_app_keys", "org_app_keys_read"],
        ("DELETE", Some("personal_access_tokens")) => &["user_app_keys", "org_app_keys_write"],
        ("GET", Some("application_keys")) => &["org_app_keys_read"],
        ("DELETE", Some("application_keys")) => &["org_app_keys_write"],
        ("GET", Some("api_keys")) => &["api_keys_read"],
        ("DELETE", Some("api_keys")) => &["api_keys_delete"],
        ("GET", Some("users")) => &["user_access_read"],
        (_, Some("service_accounts")) => &["service_account_write"],
        _ => return Reply::with_error(404, "Not found"),
    };
    if !may(needs) {
        return Reply::with_json(
            403,
            &json!({ "errors": ["Forbidden", "Failed permission authorization checks"] }),
        );
    }
    match (method, path) {
        ("GET", ["personal_access_tokens"]) => {
            let all = all_living(&mut world.tokens, |token| token.site == site);
            let included: Vec<Value> = all.iter().filter_map(|token| leak_json(token)).collect();
            list_page(&all, query, token_json, included)
        }
        ("GET", ["personal_access_tokens", id]) => {
            match find_living(&mut world.tokens, |token| token.site == site && token.id.to_string() == *id) {
                Some(found) => {
                    let included: Vec<Value> = leak_json(found).into_iter().collect();
                    Reply::with_json(200, &json!({ "data": token_json(found), "included": included }))
                }

                None => Reply::with_error(404, "Not found"),
            }
        }
        ("GET", ["service_accounts", account, "access_tokens"]) => {
            let of =
                |token: &Token| token.site == site && token.of_service_account && token.owner == *account;
            let all = all_living(&mut world.tokens, of);
            list_page(&all, query, token_json, Vec::new())
        }
        ("GET", ["service_accounts", account, "access_tokens", id]) => {
            let of =
                |token: &Token| token.site == site && token.owner == *account && token.id.to_string() == *id;
            match find_living(&mut world.tokens, of) {
                Some(found) => Reply::with_json(200, &json!({ "data": token_json(found) })),
                None => Reply::with_error(404, "Not found"),
            }
        }
        // The second time the same answer: 204 proves nothing.
        ("DELETE", ["personal_access_tokens" | "service_accounts", .., id]) => {
            let (lag, pretends) = (world.behaviour.lag, world.behaviour.pretends);
            if let Some(found) =
                find_token(world, site, id).filter(|token| token.revoked.is_none() && !pretends)
            {
                found.revoked = Some(lag);
            }
            Reply::with_text(204, "")
        }
        ("GET", ["application_keys"]) => {
            let all = all_living(&mut world.app_keys, |key| key.site == site);
            list_page(&all, query, app_key_json, Vec::new())
        }
        ("GET", ["application_keys", id]) => {
            match find_living(&mut world.app_keys, |key| key.site == site && key.id == *id) {
                Some(found) => Reply::with_json(200, &json!({ "data": app_key_json(found) })),
                None => Reply::with_error(404, "Application key not found"),
            }
        }
        ("GET", ["api_keys"]) => {
            let all = all_living(&mut world.api_keys, |key| key.site == site);
            list_page(&all, query, api_key_json, Vec::new())
        }
        ("DELETE", [kind @ ("application_keys" | "api_keys"), id]) => delete_key(world, site, kind, id),
        ("GET", ["users", id]) => match world.users.iter().find(|user| user.id == *id) {
            Some(user) => {
                let attributes = json!({
                    "name": user.name, "handle": user.handle, "email": user.handle,
                    "service_account": user.is_service_account, "disabled": false,
                });
                Reply::with_json(
                    200,
                    &json!({ "data": { "type": "users", "id": user.id, "attributes": attributes } }),
                )
            }
            None => Reply::with_error(404, &format!("{id} not found")),
        },
        _ => Reply::with_error(404, "Not found"),
    }
}

/// Deletes a key, once.
///
/// A deletion that [pretends](super::world::Behaviour::pretends) says 204 and
/// does nothing: what a program must not take for proof.
fn delete_key(world: &mut World, site: Site, kind: &str, id: &str) -> Reply {
    let (lag, pretends) = (world.behaviour.lag, world.behaviour.pretends);
    let (revoked, name) = match kind {
        "api_keys" => (
            world
                .api_keys
                .iter_mut()
                .find(|key| key.site == site && key.id == id)
                .map(|key| &mut key.revoked),
            "API",
        ),
        _ => (
            world
                .app_keys
                .iter_mut()
                .find(|key| key.site == site && key.id == id)
                .map(|key| &mut key.revoked),
            "Application",
        ),
    };
    match revoked {
        Some(revoked) if revoked.is_none() => {
            if !pretends {
                *revoked = Some(lag);
            }
            Reply::with_text(204, "")
        }
        _ => Reply::with_error(404, &format!("{name} key not found")),
    }
}

/// Finds a token by its id, alive or not.
fn find_token<'w>(world: &'w mut World, site: Site, id: &str) -> Option<&'w mut Token> {
    world.tokens.iter_mut().find(|token| token.site == site && token.id.to_string() == id)
}

/// One page of a list: ten at a time, unless the query says otherwise, and
/// never more than a hundred.
///
/// A number beyond the end gives an empty page, as Datadog does.
fn list_page<T>(all: &[&T], query: &str, shown: impl Fn(&T) -> Value, included: Vec<Value>) -> Reply {
    let number = |name: &str| {
        let field = query.split('&').find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
        field.and_then(|text| text.parse::<usize>().ok())
    };
    let size = number("page[size]").unwrap_or(10).clamp(1, 100);
    let start = (number("page[number]").unwrap_or(0) * size).min(all.len());
    let data: Vec<Value> = all[start..all.len().min(start + size)].iter().map(|item| shown(item)).collect();
    let meta = json!({ "page": { "total_filtered_count": all.len() }, "max_allowed_per_user": 1000 });
    Reply::with_json(200, &json!({ "data": data, "meta": meta, "included": included }))
}

/// Returns a token as an administrator sees it.
fn token_json(token: &Token) -> Value {
    let (kind, owner) = match token.of_service_account {
        true => ("service_access_tokens", "service_account"),
        false => ("personal_access_tokens", "users"),
    };
    json!({
        "id": token.id,
        "type": kind,
        "attributes": {
            "name": token.name,
            "scopes": token.scopes,
            "created_at": "2026-05-28T14:36:47.296135Z",
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
            "public_portion": alias_of(token.id),
        },
        "relationships": {
            "owned_by": { "data": { "id": token.owner, "type": owner } },
            "leak_information": { "data": token.leaked.as_ref().map(|_| json!({ "id": token.id, "type": "leaked_keys" })) },
        },
    })
}

/// Returns the particulars of a token's leak, where it has one.
fn leak_json(token: &Token) -> Option<Value> {
    let attributes = json!({ "date": "2026-10-01T00:00:00Z", "leak_source": token.leaked.as_ref()? });
    Some(json!({ "id": token.id, "type": "leaked_keys", "attributes": attributes }))
}

/// Returns an application key as an administrator sees it.
fn app_key_json(key: &AppKey) -> Value {
    json!({
        "id": key.id,
        "type": "application_keys",
        "attributes": {
            "name": key.name,
            "created_at": key.created_at,
            "last4": last_four(&key.value),
            "scopes": key.scopes,
            "last_used_at": null,
        },
        "relationships": {
            "owned_by": { "data": { "id": key.owner, "type": "users" } },
            "leak_information": { "data": null },
        },
    })
}

/// Returns an API key as an administrator sees it.
fn api_key_json(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "type": "api_keys",
        "attributes": {
            "name": key.name,
            "created_at": "2025-09-08T09:24:43.558793+00:00",
            "modified_at": "2025-09-08T09:24:43.558793+00:00",
            "last4": last_four(&key.value),
            "category": "default",
            "remote_config_read_enabled": true,
            "date_last_used": null,
            "used_in_last_24_hours": key.in_use,
        },
        "relationships": { "created_by": { "data": { "id": "3ad549bf-eba0-11e9-a77a-0705486660d0", "type": "users" } } },
    })
}

/// Returns the last four characters.
fn last_four(value: &str) -> &str {
    value.get(value.len().saturating_sub(4)..).unwrap_or_default()
}
