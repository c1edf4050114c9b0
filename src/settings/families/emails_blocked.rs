//! Addresses of records that e-mails do not reach. A seed declares them.

use crate::settings::family::Family;
use crate::settings::key::Key;
use crate::version::ApiVersion::V2;

/// Why an address is blocked.
const BLOCKS: &[&str] = &["temporary", "permanent"];

/// Addresses of records that e-mails do not reach.
pub static BLOCKED_EMAILS: Family = Family::new(
    "blocked_emails",
    "/settings/blocked_emails",
    &[
        Key::text("record", 20).mandatory().names_record(),
        Key::word("field", &["Email", "Secondary_Email"]).mandatory(),
        Key::word("blocked", BLOCKS),
        Key::integer("times_unblocked", 0, 1_000_000),
        Key::id(),
    ],
)
.label("field")
.can(&[], V2);
