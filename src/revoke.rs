//! Taking credentials off the street: first a plan, then consent, then a
//! receipt, and proof that it is dead.
//!
//! ```text
//! Credential  what somebody wants revoked: a finding, an id, a line of standard input
//!   plan_revocation looks everything up, changes nothing     → Planned { wanted, fate: Revoke(Item) | Refused | Nothing }
//!   (a person looks at the plan and says yes)
//!   Revoker::revoke_item
//!     receipt "revoke" on the disk
//!     DELETE, once
//!     looks, up to 6 times, until it is gone        → Revocation::Dead(evidence) | NotConfirmed | NotKnown | Refused
//!     receipt "result" on the disk
//! ```
//!
//! A scan never gets here. One consent is for one plan, and each entry of it is
//! asked to be deleted once. That Datadog answers a deletion with 204 proves
//! nothing, since it answers so the second time as well: only that the id is
//! gone, or that the credential is not accepted any more, does.
//!
//! # After a crash
//!
//! Each step leaves the next run something to go by, so that a plan that was
//! broken off can be run again as it is:
//!
//! | killed after | the file says | the next run |
//! |---|---|---|
//! | the first receipt | `revoke` without a result | looks, and deletes again if it is there |
//! | the deletion | the same | looks, and writes the result |
//! | the second receipt | `result` | does nothing |

mod authority;
mod carry_out;
mod item;
mod plan;
mod receipt;

pub use authority::Authority;
pub use carry_out::{Revocation, Revoker};
pub use item::{Fate, Item, Planned, Target};
pub use plan::plan_revocation;
pub use receipt::ReceiptFile;
