//! How the modules of an org are shared by themselves. Seeds alone say it so far: the operations on
//! it are not there yet.

use crate::settings::access;
use crate::settings::family::Family;
use crate::settings::key::{Key, ReferenceTarget};

/// Data sharing by module (v8 description).
pub static DATA_SHARING: Family = Family::new(
    access::DATA_SHARING,
    "/settings/data_sharing",
    &[
        Key::word("share_type", SHARE_TYPES).mandatory(),
        Key::boolean("public_in_portal"),
        Key::reference("module", ReferenceTarget::Module).mandatory().unique(),
        Key::id(),
    ],
)
.scope("settings.data_sharing")
.title("sharing of modules")
.label("share_type");

static SHARE_TYPES: &[&str] =
    &["private", "public_read_only", "public_read_write", "public_read_write_delete"];
