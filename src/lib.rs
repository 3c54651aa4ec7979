//! Finds Datadog credentials that got loose in files, and proves offline that
//! they are real.
//!
//! The way of the data is the order of the modules: a [`source`] pushes bytes,
//! [`detect`] finds candidates by the [`rule`]s and judges them with what it
//! knows of a [`token`]'s anatomy, a [`finding`] joins the places of one
//! secret, [`suppress`] marks what a person decided to live with, [`scan`]
//! wires these together, and [`report`] writes what came of it. [`verify`] asks
//! [`datadog`] whether a credential works, and [`revoke`] takes it off the
//! street: neither is ever reached by a scan that was not asked to. Imports go
//! one way; `tests/layering.rs` holds them to it.
//!
//! What callers can rely on:
//!
//! - Nothing here prints, exits, or reads flags. What could not be read is part of the outcome, and
//!   the run goes on.
//! - A secret is a [`secret::Secret`]: it has no `Display` and no `Serialize`, and is wiped when it
//!   is dropped. Errors and reports hold its redacted form.
//! - No network but in [`datadog`], and no host there but Datadog's own or the one that the caller
//!   names.
//!
//! # Features
//!
//! `fake-server` (on by default, since the program needs it): [`datadog`] also
//! holds a server that plays Datadog on this machine. Libraries turn it off
//! with `default-features = false`.
//!
//! # Examples
//!
//! ```
//! use dogcatcher::detect::{Detector, Verdict};
//! use dogcatcher::rule::RuleSet;
//! use dogcatcher::token::{Kind, Mint};
//!
//! let rules = RuleSet::builtin();
//! let detector = Detector::new(&rules);
//! let text = format!("app_key: {}", Mint::random().mint(Kind::ApplicationKey));
//! let found = detector.detect(text.as_bytes());
//! assert!(matches!(&found[..], [Verdict::Found(key)] if key.redacted.starts_with("ddapp_…")));
//! ```
#![deny(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, clippy::exit, clippy::panic)]

pub mod datadog;
pub mod decode;
pub mod detect;
pub mod error;
pub mod finding;
pub mod lexicon;
pub mod location;
pub mod report;
pub mod revoke;
pub mod rule;
pub mod scan;
pub mod secret;
pub mod source;
pub mod suppress;
pub mod text;
pub mod threads;
pub mod token;
pub mod verify;
