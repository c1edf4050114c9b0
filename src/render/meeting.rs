//! What meetings show: who takes part, and reminders in the form of a version.

use serde_json::{Value as Json, json};

use super::plan::Plan;
use crate::ids::Id;
use crate::schema::JsonType;
use crate::store::OrgState;
use crate::value::{self, Value, order, reminder};

/// Appends the participants of an event, with the names and addresses that they have now
/// (documented; the order of keys is Zoho's).
pub(super) fn write_participants(people: Option<&Value>, state: &OrgState, out: &mut Vec<u8>) {
    let people = match people {
        Some(Value::Json(people)) => people.as_array(),
        _ => None,
    };
    let people = people.into_iter().flatten();
    let shown: Json = people.map(|person| participant(person, state)).collect();
    value::write_json(out, &order::sorted(shown));
}

fn participant(person: &Json, state: &OrgState) -> Json {
    let text = |key: &str| person.get(key).cloned().unwrap_or(Json::Null);
    let who = person.get("participant").and_then(Id::from_json);
    let of_record = |module: &str| {
        let module = state.schema.module(module)?;
        let record = state.table(module).get(who?)?;
        let address = match record.by_name("Email", module) {
            Value::Text(address) => Json::from(address.as_str()),
            _ => Json::Null,
        };
        let name = record.display_name(module).map(|name| name.to_string());
        Some((name.map_or(Json::Null, Json::from), address))
    };
    let known = match person.get("type").and_then(Json::as_str) {
        Some("contact") => of_record("Contacts"),
        Some("lead") => of_record("Leads"),
        Some("user") => who.and_then(|id| state.users.get(&id)).map(|user| {
            let address = user.text("email").map_or(Json::Null, Json::from);
            (user.full_name().into(), address)
        }),
        Some("email") => Some((text("name"), text("participant"))),
        _ => None,
    };
    // one whose record is gone keeps the name under which it was written
    let (name, address) = known.unwrap_or_else(|| (text("name"), Json::Null));
    json!({
        "Email": address, "name": name, "invited": text("invited"), "id": text("id"),
        "type": text("type"), "participant": text("participant"), "status": text("status"),
    })
}

impl Plan {
    /// Appends reminders in the form that the version has.
    pub(super) fn write_reminders(
        &self,
        reminders: Option<&Value>,
        form: JsonType,
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        let Some(Value::Json(json)) = reminders else {
            self.write_value(reminders.unwrap_or(&Value::Null), state, out);
            return;
        };
        let shown = reminder::in_form(json, form == JsonType::JsonArray);
        value::write_json(out, &shown);
    }
}
