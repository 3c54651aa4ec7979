//! Who revokes, and where.

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
