//! Who revokes, and where.
//!
//! One authority is for one organisation at one site: what another site's
//! organisation owns is not found with it, and a plan says so rather than to go
//! on looking.

use crate::datadog::Auth;
use crate::token::Site;

/// The credential to revoke with, and the site of its organisation.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The credential.
    pub auth: Auth,
    /// The site.
    pub site: Site,
}
