//! E-mails of records that users share with their colleagues. They are answered by
//! `/{module}/actions/share_emails` and `/{module}/{id}/__emails_sharing_details`.

use crate::settings::access;
use crate::settings::family::Family;
use crate::settings::key::Key;

/// Whose e-mails of which record are shared: each names its record, which is in the module under
/// which it is kept.
pub static EMAIL_SHARES: Family = Family::new(
    access::EMAIL_SHARES,
    "/settings/email_shares",
    &[
        Key::text("record", 20).mandatory().names_record(),
        Key::created_by("shared_by"),
        Key::created_time("shared_time"),
        Key::id(),
    ],
)
.by_module()
.scope("settings.emails")
.title("shared e-mails of records")
.label("record");
