//! Roles that contacts have in deals, in an order.

use serde_json::Value as Json;

use crate::error::{Code, Row};
use crate::settings::family::{ALL, Family, Gone, SettingChange};
use crate::settings::key::Key;
use crate::settings::refusal::{Refusal, Source};
use crate::store::{OrgState, Setting, Tx};
use crate::version::ApiVersion::V2;

/// Roles of contacts (page of v7, SDK tables, v8 description).
pub static CONTACT_ROLES: Family = Family::new(
    "contact_roles",
    "/Contacts/roles",
    &[
        Key::integer(SEQUENCE, 1, MOST as i64).refused(BAD_SEQUENCE),
        Key::text("name", 50).mandatory().unique(),
        Key::id(),
    ],
)
.scope("modules.contacts")
.title("roles of contacts")
.can(ALL, V2)
.order(SEQUENCE)
.limit(MOST, Code::LIMIT_EXCEEDED)
.says("contact role added", "contact role updated", "contact role deleted")
.gone(Gone { ids: NOT_DELETED, ..Gone::USUAL })
.stock(
    r#"[
    {"id": 6801, "name": "Developer/Evaluator", "sequence_number": 1},
    {"id": 6803, "name": "Decision Maker", "sequence_number": 2},
    {"id": 6805, "name": "Purchasing", "sequence_number": 3},
    {"id": 6807, "name": "Executive Sponsor", "sequence_number": 4},
    {"id": 6809, "name": "Engineering Lead", "sequence_number": 5},
    {"id": 6811, "name": "Economic Decision Maker", "sequence_number": 6},
    {"id": 6813, "name": "Product Management", "sequence_number": 7}
]"#,
)
.check(check)
.changed(renumber);

const SEQUENCE: &str = "sequence_number";
/// Roles that an org has.
const MOST: usize = 100;
const NOT_DELETED: Code = Code::of(&Row::invalid("contact role not deleted"));
const BAD_SEQUENCE: Code = Code::of(&Row::invalid("Invalid Sequence Number"));
const LAST_ONE: Code = Code::of(&Row::new("LOWER_LIMIT_REACHED", 400, "Lower limit reached"));

fn sequence(role: &Setting) -> Option<i64> {
    role.attributes.get(SEQUENCE).and_then(Json::as_i64)
}

fn count(state: &OrgState) -> i64 {
    i64::try_from(CONTACT_ROLES.of(state).of_module(None).count()).unwrap_or(i64::MAX)
}

/// An org has at least one role, and no role stands beyond the last one.
fn check(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let roles = count(tx.state());
    let Some(new) = change.new else {
        let id = change.old.map(|old| old.id.json()).unwrap_or_default();
        return match roles {
            ..=1 => Err(Refusal::whole(LAST_ONE).with("limit", 1).with("id", id)),
            _ => Ok(()),
        };
    };
    let last = if change.old.is_some() { roles } else { roles.saturating_add(1) };
    match sequence(new) {
        Some(at) if at > last && change.source != Source::Seed => {
            Err(Refusal::at(SEQUENCE, BAD_SEQUENCE))
        }
        _ => Ok(()),
    }
}

/// A role that comes, goes or moves moves others; one that says no place is the last. Those of a seed
/// stand where it says.
fn renumber(tx: &mut Tx, change: SettingChange<'_>) {
    let new = change.new;
    if change.source == Source::Seed && new.and_then(sequence).is_some() {
        return;
    }
    let down = match (change.old.and_then(sequence), new.and_then(sequence)) {
        (Some(old), Some(new)) => old < new,
        _ => false,
    };
    let mut roles: Vec<Setting> =
        CONTACT_ROLES.of(tx.state()).of_module(None).map(|role| Setting::clone(role)).collect();
    roles.sort_by_key(|role| {
        let moved = new.is_some_and(|new| new.id == role.id);
        // it takes the place of the one that stands there
        let side = if !moved {
            1
        } else if down {
            2
        } else {
            0
        };
        (sequence(role).unwrap_or(i64::MAX), side, role.id)
    });
    for (mut role, at) in roles.into_iter().zip(1_i64..) {
        if sequence(&role) != Some(at) {
            role.attributes.insert(SEQUENCE.to_owned(), at.into());
            tx.put_setting(CONTACT_ROLES.name, role);
        }
    }
}
