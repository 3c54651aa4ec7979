//! Answers of Datadog, in two steps: JSON as it is sent, and the records that
//! the rest of the program sees.
//!
//! ```text
//! {"data": {"id": "…", "type": "…", "attributes": {…}, "relationships": {…}}, "included": […]}
//!   → Answer<Resource> → TokenRecord | KeyRecord | User | ApiKeyOwner
//! {"data": [{…}, …], "meta": {"page": {"total_filtered_count": 3}}}
//!   → Answer<Items>    → Page<TokenRecord> | Page<KeyRecord>
//! ```
//!
//! Unknown fields are passed over, since Datadog adds some; no answer's `key`
//! is kept. Texts and lists are cut to a length that a person would read: an
//! impostor must not fill the memory.
//!
//! # Who is read
//!
//! Three kinds of records come in the same JSON:API envelope, so there is one
//! struct for what is sent, with every field optional, and one for each kind of
//! what is made of it. A record is made only of what a caller needs; a field
//! that Datadog adds or takes away cannot fail a run.

use std::fmt;

use jiff::Timestamp;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

/// Items of a page of a list: the most that Datadog gives at once. Its own
/// default is 10.
pub(super) const PAGE: u64 = 100;

/// The most characters that are kept of a text.
const MAX_TEXT: usize = 1_000;

/// The most scopes that are kept of a credential; Datadog knows a few hundred.
const MAX_SCOPES: usize = 1_000;

/// An access token as an administrator sees it: everything but the token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenRecord {
    /// Its id, which its alias encodes.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Scopes: permissions that it is limited to.
    pub scopes: Option<Vec<String>>,
    /// Time at which it was made.
    pub created_at: Option<Timestamp>,
    /// Time at which it ends; never, where there is none.
    pub expires_at: Option<Timestamp>,
    /// Time of its last use; never, where there is none.
    pub last_used_at: Option<Timestamp>,
    /// Owner.
    pub owner: Option<Owner>,
    /// Datadog's own record of a leak.
    pub leak: Option<Leak>,
}

/// The user that a credential acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owner {
    /// The user's id.
    pub id: String,
    /// True where it is a service account.
    pub is_service_account: bool,
}

/// A person or a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The name; none where that is an e-mail address.
    pub name: Option<String>,
    /// The handle, which often is an e-mail address.
    pub handle: Option<String>,
    /// True where it is a service account.
    pub is_service_account: bool,
    /// True where it may not sign in any more.
    pub is_disabled: bool,
}

/// Datadog's own record of a leak: other people's scanners report to it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leak {
    /// Date, as Datadog writes it.
    pub date: Option<String>,
    /// Name of the place, such as `github`.
    pub source: Option<String>,
}

/// An application key or API key as an administrator sees it: everything but
/// the key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its last four characters.
    pub last4: String,
    /// Scopes; everything that its owner may, where there is none.
    pub scopes: Option<Vec<String>>,
    /// Time at which it was made.
    pub created_at: Option<Timestamp>,
    /// Time of its last use.
    pub last_used_at: Option<Timestamp>,
    /// Owner.
    pub owner: Option<Owner>,
    /// True where it was used within the last day, where that is known.
    pub used_in_last_day: Option<bool>,
    /// True where Datadog itself knows of a leak; the particulars do not come
    /// with keys.
    pub is_leaked: bool,
}

/// Answer of an API key to what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiKeyOwner {
    /// The organisation's id.
    pub org: String,
    /// The key's own id.
    pub key_id: Option<String>,
}

/// One page of a list.
pub(super) struct Page<T> {
    /// The items, [`PAGE`] at most.
    pub(super) items: Vec<T>,
    /// Number of items of the whole list, where the answer says.
    pub(super) total: Option<u64>,
    /// True where it holds more than was asked for.
    pub(super) is_too_long: bool,
}

/// The items of one page, and not more than a page may hold.
#[derive(Default)]
pub(super) struct Items {
    /// At most [`PAGE`] of them.
    items: Vec<Resource>,
    /// True where there were more.
    is_too_long: bool,
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Reads a JSON list without keeping what is too much.
        struct OfPage;
        impl<'de> Visitor<'de> for OfPage {
            type Value = Items;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Items, A::Error> {
                let mut page = Items::default();
                while (page.items.len() as u64) < PAGE {
                    let Some(item) = all.next_element()? else { return Ok(page) };
                    page.items.push(item);
                }
                while all.next_element::<IgnoredAny>()?.is_some() {
                    page.is_too_long = true;
                }
                Ok(page)
            }
        }
        deserializer.deserialize_seq(OfPage)
    }
}

/// An answer with one resource or a list of them.
#[derive(Deserialize)]
pub(super) struct Answer<D> {
    /// The resource, or the list.
    pub(super) data: D,
    /// Leaks that the resources refer to.
    #[serde(default, deserialize_with = "read_leaks")]
    included: Vec<Included>,
    /// Counts, beside a list.
    #[serde(default)]
    meta: Option<Meta>,
}

/// `meta` of a list.
#[derive(Deserialize)]
struct Meta {
    /// Missing where the list is not paged.
    page: Option<MetaPage>,
}

/// `meta.page` of a list.
#[derive(Deserialize)]
struct MetaPage {
    /// Items of the whole list.
    total_filtered_count: Option<u64>,
}

/// One resource in the form of JSON:API.
#[derive(Deserialize)]
pub(super) struct Resource {
    id: String,
    /// Facts of the resource itself.
    #[serde(default)]
    attributes: Attributes,
    /// Ids of others.
    #[serde(default)]
    relationships: Relationships,
}

/// Attributes of all the kinds of resources that are read here: each kind has
/// some of them.
#[derive(Default, Deserialize)]
struct Attributes {
    /// Name that a person gave it, or the person's own.
    name: Option<String>,
    /// Last four characters of a key.
    last4: Option<String>,
    /// Permissions that it is limited to; `null` for all.
    scopes: Option<Vec<String>>,
    /// Of tokens and keys.
    #[serde(default, deserialize_with = "read_time")]
    created_at: Option<Timestamp>,
    /// Of tokens alone: keys live until they are revoked.
    #[serde(default, deserialize_with = "read_time")]
    expires_at: Option<Timestamp>,
    /// Of tokens and application keys.
    #[serde(default, deserialize_with = "read_time")]
    last_used_at: Option<Timestamp>,
    /// The same of API keys, by the specification.
    #[serde(default, deserialize_with = "read_time")]
    date_last_used: Option<Timestamp>,
    /// The same of API keys, as it was recorded.
    last_used_date: Option<LastUsedDate>,
    /// Of API keys.
    used_in_last_24_hours: Option<bool>,
    /// Of users; mostly an e-mail address.
    handle: Option<String>,
    /// Of users.
    service_account: Option<bool>,
    /// Of users.
    disabled: Option<bool>,
    /// Id of an API key, in the answer to what it is.
    api_key_id: Option<String>,
    /// That answer's yes or no.
    valid: Option<bool>,
}

impl Attributes {
    /// Returns the scopes, [`MAX_SCOPES`] at most.
    fn kept_scopes(&self) -> Option<Vec<String>> {
        let scopes = self.scopes.as_ref()?.iter().take(MAX_SCOPES);
        Some(scopes.map(|scope| shorten_text(Some(scope))).collect())
    }
}

/// Returns the beginning of a text, [`MAX_TEXT`] characters at most; nothing
/// where there is none.
fn shorten_text(text: Option<&str>) -> String {
    text.unwrap_or_default().chars().take(MAX_TEXT).collect()
}

/// The last use of an API key, as it was recorded and is not in the
/// specification.
#[derive(Deserialize)]
struct LastUsedDate {
    /// The time itself.
    #[serde(default, deserialize_with = "read_time")]
    timestamp: Option<Timestamp>,
}

/// A relationship, which may be empty.
#[derive(Default, Deserialize)]
struct Relationships {
    /// User or service account that a token or an application key acts for.
    owned_by: Option<Relationship>,
    /// User that made an API key.
    created_by: Option<Relationship>,
    /// Datadog's own record of a leak.
    leak_information: Option<Relationship>,
}

/// A relationship to one resource.
#[derive(Deserialize)]
struct Relationship {
    /// `null` where there is none.
    data: Option<Reference>,
}

/// The id and the type of another resource.
#[derive(Deserialize)]
struct Reference {
    id: String,
    /// Its type: `users`, `service_account`, `leaked_keys`.
    #[serde(rename = "type", default)]
    kind: String,
}

/// Another resource that comes along.
#[derive(Deserialize)]
struct Included {
    id: String,
    /// Its type; only `leaked_keys` are kept.
    #[serde(rename = "type", default)]
    kind: String,
    /// Attributes of it.
    #[serde(default)]
    attributes: IncludedAttributes,
}

/// Attributes of a leak.
#[derive(Default, Deserialize)]
struct IncludedAttributes {
    /// Day on which it was seen.
    date: Option<String>,
    /// Place where it was seen, such as `github`.
    leak_source: Option<String>,
}

impl<D> Answer<D> {
    /// Returns the leak that a resource refers to. Its particulars are there
    /// only where they were asked for (`include=leak_information`); a leak
    /// without them is one all the same.
    fn leak_of(&self, resource: &Resource) -> Option<Leak> {
        let reference = resource.relationships.leak_information.as_ref()?.data.as_ref()?;
        let included = self.included.iter().find(|leak| leak.id == reference.id).map(|leak| &leak.attributes);
        Some(Leak {
            date: included.and_then(|leak| leak.date.clone()),
            source: included.and_then(|leak| leak.leak_source.clone()),
        })
    }
}

impl Answer<Resource> {
    /// Makes a record; none where the id is no UUID.
    pub(super) fn token_record(&self) -> Option<TokenRecord> {
        self.data.token_record(self.leak_of(&self.data))
    }

    /// The id of a user.
    pub(super) fn user_id(self) -> String {
        self.data.id
    }

    /// The user that it is of.
    pub(super) fn into_user(self) -> User {
        let attributes = self.data.attributes;
        User {
            name: attributes.name.filter(|name| !name.trim().is_empty() && !name.contains('@')),
            handle: attributes.handle,
            is_service_account: attributes.service_account == Some(true),
            is_disabled: attributes.disabled == Some(true),
        }
    }

    /// Makes a record. Keys that a person made before owners were recorded have
    /// only a creator.
    pub(super) fn key_record(&self) -> KeyRecord {
        self.data.key_record()
    }

    /// Makes a record; none where the key says itself that it is not valid.
    pub(super) fn api_key_owner(self) -> Option<ApiKeyOwner> {
        let attributes = self.data.attributes;
        attributes
            .valid
            .unwrap_or(false)
            .then_some(ApiKeyOwner { org: self.data.id, key_id: attributes.api_key_id })
    }
}

impl Answer<Items> {
    /// Makes records of all items that are tokens.
    pub(super) fn token_page(self) -> Page<TokenRecord> {
        let items = self.data.items.iter().filter_map(|item| item.token_record(self.leak_of(item))).collect();
        Page { items, total: self.total_count(), is_too_long: self.data.is_too_long }
    }

    /// Makes records of all items.
    pub(super) fn key_page(self) -> Page<KeyRecord> {
        let items = self.data.items.iter().map(Resource::key_record).collect();
        Page { items, total: self.total_count(), is_too_long: self.data.is_too_long }
    }

    /// Returns the number of items of the whole list, where the answer says.
    fn total_count(&self) -> Option<u64> {
        self.meta.as_ref()?.page.as_ref()?.total_filtered_count
    }
}

impl Resource {
    /// Makes a record; none where the id is no UUID.
    fn token_record(&self, leak: Option<Leak>) -> Option<TokenRecord> {
        Some(TokenRecord {
            id: self.id.parse().ok()?,
            name: shorten_text(self.attributes.name.as_deref()),
            scopes: self.attributes.kept_scopes(),
            created_at: self.attributes.created_at,
            expires_at: self.attributes.expires_at,
            last_used_at: self.attributes.last_used_at,
            owner: owner_of(self.relationships.owned_by.as_ref()),
            leak,
        })
    }

    /// Makes a record. Keys that a person made before owners were recorded have
    /// only a creator.
    fn key_record(&self) -> KeyRecord {
        let owner = owner_of(self.relationships.owned_by.as_ref())
            .or_else(|| owner_of(self.relationships.created_by.as_ref()));
        let attributes = &self.attributes;
        let named = attributes.last_used_date.as_ref().and_then(|date| date.timestamp);
        KeyRecord {
            id: self.id.clone(),
            name: shorten_text(self.attributes.name.as_deref()),
            last4: shorten_text(self.attributes.last4.as_deref()),
            scopes: self.attributes.kept_scopes(),
            created_at: self.attributes.created_at,
            last_used_at: attributes.last_used_at.or(attributes.date_last_used).or(named),
            owner,
            used_in_last_day: self.attributes.used_in_last_24_hours,
            is_leaked: self.relationships.leak_information.as_ref().is_some_and(|leak| leak.data.is_some()),
        }
    }
}

/// Returns the owner that a relationship names. For keys of service accounts
/// the type is `users`, too: that it is no service account is then not known.
fn owner_of(relationship: Option<&Relationship>) -> Option<Owner> {
    let reference = relationship?.data.as_ref()?;
    Some(Owner { id: reference.id.clone(), is_service_account: reference.kind == "service_account" })
}

/// The leaks among what an answer includes; other things, roles of a user say,
/// are passed over.
fn read_leaks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Included>, D::Error> {
    /// Reads a JSON list, and keeps the leaks in it.
    struct OfAnswer;
    impl<'de> Visitor<'de> for OfAnswer {
        type Value = Vec<Included>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Vec<Included>, A::Error> {
            let mut leaks = Vec::new();
            while let Some(one) = all.next_element::<Included>()? {
                if one.kind == "leaked_keys" && (leaks.len() as u64) < PAGE {
                    leaks.push(one);
                }
            }
            Ok(leaks)
        }
    }
    deserializer.deserialize_seq(OfAnswer)
}

/// A time in either of the forms that Datadog writes, `Z` and `+00:00`; what is
/// no time is none.
fn read_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value: Option<serde_json::Value> = Option::deserialize(deserializer)?;
    Ok(value.and_then(|value| value.as_str().and_then(|text| text.parse().ok())))
}

#[cfg(test)]
mod tests {
    use super::super::Failure;
    use super::*;
    use serde_json::Value;
    use std::path::Path;

    /// Every recorded request and answer: method, path, status, body.
    fn recorded_answers() -> Vec<(String, String, u16, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/cassettes");
        let mut all = Vec::new();
        let mut waiting = vec![folder];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    waiting.push(path);
                } else if path.extension().is_some_and(|ending| ending == "json") {
                    let json: Value =
                        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON");
                    for it in json["http_interactions"].as_array().expect("a list") {
                        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                        let uri = text(&it["request"]["uri"]).replace("https://api.datadoghq.com", "");
                        let status = it["response"]["status"]["code"].as_u64().unwrap_or(0) as u16;
                        all.push((
                            text(&it["request"]["method"]),
                            uri,
                            status,
                            text(&it["response"]["body"]["string"]),
                        ));
                    }
                }
            }
        }
        all
    }

    #[test]
    fn an_api_key_names_its_last_use_and_its_leak() {
        let body = r#"{"data":{"id":"k","attributes":{"last4":"ab12","last_used_date":{"timestamp":"2026-11-01T00:00:00Z","description":"x"}},
            "relationships":{"leak_information":{"data":{"id":"l","type":"leaked_keys"}}}}}"#;
        let answer: Answer<Resource> = serde_json::from_str(body).expect("a key");
        let key = answer.key_record();
        assert_eq!(key.last_used_at, "2026-11-01T00:00:00Z".parse().ok());
        assert!(key.is_leaked);
    }

    #[test]
    fn what_datadog_was_recorded_to_answer() {
        // Of the calls that are made here: others have answers of their own.
        let ours = ["access_tokens", "application_keys", "api_keys", "/validate", "/users/"];
        let mut recorded = recorded_answers();
        recorded.retain(|(_, uri, ..)| ours.iter().any(|call| uri.contains(call)));
        if recorded.is_empty() {
            println!("skipped: Datadog's recorded answers are not here");
            return;
        }
        let (mut tokens, mut keys, mut lists, mut failures) = (0, 0, 0, 0);
        for (method, uri, status, body) in &recorded {
            let value: Value = serde_json::from_str(body).unwrap_or_default();
            let what = || format!("{method} {uri} -> {status}");
            match (method.as_str(), status) {
                (_, 400..) => {
                    let failure = Failure::from_answer(*status, body.as_bytes());
                    let expected = match status {
                        403 => Failure::Refused,
                        404 => Failure::NotFound,
                        other => Failure::Unexpected(format!("status {other}")),
                    };
                    assert_eq!(failure, expected, "{}", what());
                    failures += 1;
                }
                ("get", 200) if value["data"].is_array() && !uri.contains("/users") => {
                    let list: Answer<Items> = serde_json::from_str(body).expect("a list");
                    let count = value["data"].as_array().map_or(0, Vec::len);
                    let page = if uri.contains("tokens") {
                        let page = list.token_page();
                        (page.items.len(), page.total)
                    } else {
                        let page = list.key_page();
                        assert!(
                            page.items.iter().all(|key| key.created_at.is_some() && !key.last4.is_empty())
                        );
                        (page.items.len(), page.total)
                    };
                    // Trimmed recordings keep the total of the whole.
                    assert_eq!(page.0, count, "{}", what());
                    assert!(page.1.is_none_or(|total| total >= count as u64), "{}", what());
                    lists += 1;
                }
                ("get", 200) if uri.contains("tokens/") => {
                    let answer: Answer<Resource> = serde_json::from_str(body).expect("a token");
                    let token = answer.token_record().expect("an id");
                    assert!(uri.ends_with(&token.id.to_string()), "{}", what());
                    assert_eq!(token.name, value["data"]["attributes"]["name"]);
                    assert_eq!(
                        token.expires_at.is_none(),
                        value["data"]["attributes"]["expires_at"].is_null()
                    );
                    assert!(token.created_at.is_some() && token.owner.is_some() && token.scopes.is_some());
                    let of_account = value["data"]["type"] == "service_access_tokens";
                    assert_eq!(token.owner.is_some_and(|owner| owner.is_service_account), of_account);
                    tokens += 1;
                }
                ("get", 200) if uri.contains("_keys/") => {
                    let answer: Answer<Resource> = serde_json::from_str(body).expect("a key");
                    assert!(answer.key_record().created_at.is_some(), "{}", what());
                    keys += 1;
                }
                _ => {}
            }
        }
        assert!(
            tokens >= 2 && keys >= 4 && lists >= 5 && failures >= 8,
            "{tokens} {keys} {lists} {failures}"
        );
    }
}
