#![doc = "temporary"]
pub mod detect;
pub mod error;
pub mod location;
pub mod rule;
pub mod secret;
pub mod token;
