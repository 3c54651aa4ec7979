//! The look of the HTML pages, and the policy that lets nothing else into them.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// The style of every page.
pub(super) const PAGE_STYLE: &str = include_str!("html/page.css");

/// The content policy of a page: nothing is loaded, and only its own style and
/// script count.
pub(super) fn content_policy(script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())));
    let (style, script) = (hash(PAGE_STYLE), script.map_or_else(|| "'none'".to_owned(), hash));
    format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'")
}
