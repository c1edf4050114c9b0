//! Mail boxes that users have connected, and whether their e-mails can be shared. Seeds alone make
//! them.

use crate::settings::family::Family;
use crate::settings::key::{Default, Key, ReferenceTarget};

/// Mail boxes of users.
pub static EMAIL_CONFIGURATIONS: Family = Family::new(
    "email_configurations",
    "/settings/email_configurations",
    &[
        Key::reference("user", ReferenceTarget::User).mandatory(),
        Key::word("_type", &["imap", "pop"]).or(Default::Text("imap")),
        Key::word("sharing", &["private", "public", "custom"]).or(Default::Text("private")),
        Key::id(),
    ],
)
.scope("settings.emails")
.title("mail boxes of users")
.label("_type");
