//! What was changed, as it is told to others.

use serde_json::{Value as Json, json};

use crate::store::change::RecordEvent;
use crate::store::{Change, Published};
use crate::value::time::format_datetime;
use crate::world::Org;

/// A publication of an org as JSON: `{"org", "time", "by", "changes": […]}`, or `{"org",
/// "replaced": true}` for a seed, a reset or a restored snapshot. A change names what it is about
/// (`record`, `user`, `setting`, `metadata`), by module or family and id, and the `operation`:
/// `insert`, `update`, `delete`, and `remove` for a record that left the recycle bin.
#[must_use]
pub fn published_json(org: &Org, published: &Published) -> Json {
    match published {
        Published::Replaced => json!({"org": &*org.id, "replaced": true}),
        Published::Changes {
            at, by, changes, ..
        } => {
            let changes: Vec<Json> = changes.iter().map(|change| one(org, change)).collect();
            let time = format_datetime(*at, &org.read().time_zone);
            json!({"org": &*org.id, "time": time, "by": by.to_string(), "changes": changes})
        }
    }
}

fn one(org: &Org, change: &Change) -> Json {
    let module = |no| org.read().schema.module_at(no).api_name().to_owned();
    let of_pair = |before: bool, after: bool| match (before, after) {
        (false, _) => "insert",
        (true, true) => "update",
        (true, false) => "delete",
    };
    match change {
        Change::Record(change) => {
            let operation = match change.event {
                RecordEvent::Created(_) => "insert",
                RecordEvent::Updated { .. } => "update",
                RecordEvent::Deleted(_) => "delete",
                RecordEvent::Removed(_) => "remove",
            };
            let id = change.id.to_string();
            json!({"about": "record", "module": module(change.module), "id": id, "operation": operation})
        }
        Change::User { before, after } => {
            let operation = of_pair(before.is_some(), true);
            json!({"about": "user", "id": after.id.to_string(), "operation": operation})
        }
        Change::Setting {
            family,
            before,
            after,
        } => {
            let operation = of_pair(before.is_some(), after.is_some());
            let id = after.as_ref().or(before.as_ref());
            let id = id.map(|setting| setting.id.to_string());
            json!({"about": "setting", "family": family, "id": id, "operation": operation})
        }
        Change::Metadata(no) => {
            json!({"about": "metadata", "module": module(*no), "operation": "update"})
        }
    }
}
