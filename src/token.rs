//! Anatomy of a Datadog credential: kinds, base62, alias ↔ token id, checksum readings, and minting of fake ones.
//!
//! An access token is `ddpat_` or `ddsat_`, 22 characters of alias, `_`, and 36 characters of which the last six are a
//! checksum. The alias is the token's id, a UUID, in base62. A new application key is `ddapp_`, 28 random characters
//! and six of checksum. Sources of each fact are in `docs/tokens.md`.

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
