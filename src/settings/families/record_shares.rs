//! Shares of single records with users, roles and groups. They are answered by
//! `/{module}/{id}/actions/share`.

use crate::settings::access::{self, AccessLevel};
use crate::settings::family::Family;
use crate::settings::key::{Default, Key};

/// Shares of records: each names its record, which is in the module under which it is kept.
pub static RECORD_SHARES: Family = Family::new(
    access::RECORD_SHARES,
    "/settings/record_shares",
    &[
        Key::text("record", 20).mandatory().names_record(),
        Key::object("shared_with", RECIPIENT).names_record(),
        Key::boolean("share_related_records"),
        Key::created_time("shared_time"),
        Key::word("permission", AccessLevel::WORDS).mandatory(),
        Key::created_by("shared_by"),
        Key::word("type", &["private", "public"]).or(Default::Text("private")),
        Key::id(),
    ],
)
.by_module()
.scope("share")
.title("shares of records")
.label("record");

static RECIPIENT: &[Key] = &[
    Key::text("id", 20).mandatory(),
    Key::word("type", &["users", "roles", "groups"]).mandatory(),
];
