//! Anatomy of a Datadog credential: kinds, base62, alias ↔ token id, checksum
//! readings, and minting of fake ones.
//!
//! ```text
//! ddpat_ 1dm1op4lL89nV8pt94Tdk8 _ xxxxxxxxxx…xxxxxxxxxx cccccc               65 characters
//! prefix alias, 22 digits         secret, 30 digits     checksum, 6 digits
//!        = UUID 35ef7728-4761-41dd-8a7b-f1112a26f840, the id by which the API knows the token
//!
//! ddapp_ + 28 random characters + 6 of the checksum                        40 characters
//! ```
//!
//! An access token is `ddpat_` or `ddsat_`, the alias, `_`, and 36 characters
//! of which the last six are a checksum. The alias is the token's id. A new
//! application key is `ddapp_`, 28 random characters and six of checksum. Older
//! keys are hexadecimal digits and nothing else: what tells them from a hash
//! stands around them, not in them.
//!
//! Sources of each fact are in `docs/tokens.md`; Datadog's own pages are
//! <https://docs.datadoghq.com/account_management/personal-access-tokens/> and
//! <https://docs.datadoghq.com/account_management/api-app-keys/>. Nothing in
//! this room asks anybody: it knows shapes only.
//!
//! What each module knows:
//!
//! | module | knows |
//! |---|---|
//! | `kind` | the names of kinds, and what can be done with each |
//! | `alias` | that the middle of an access token is its id |
//! | `alphabet`, `checksum` | base62, CRC-32, and the four readings of what the CRC covers |
//! | `remote_config` | the map within `DDRCM_…` |
//! | `site` | Datadog's hosts, a closed list |
//! | `mint` | how to make a fake one that passes all of the above |

mod alias;
mod alphabet;
mod checksum;
mod kind;
mod mint;
mod remote_config;
mod site;

pub use alias::{ALIAS_LEN, alias_of, is_random_id, token_id};
pub use alphabet::Alphabet;
pub use checksum::{CHECKSUM_LEN, Reading, crc32};
pub use kind::Kind;
pub use mint::{Flaw, Mint};
pub use remote_config::RemoteConfig;
pub use site::Site;
