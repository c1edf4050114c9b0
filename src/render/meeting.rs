//! What meetings show: who takes part, and reminders in the form of a version.

use serde_json::{Value as Json, json};

use super::plan::Plan;
use crate::ids::Id;
use crate::schema::JsonType;
use crate::store::OrgState;
use crate::value::{self, Value, order};

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
    /// Appends reminders: `{"ALARM":…}` or a list, whichever the version has. One that was written in
    /// the other form is put into this one; of several, the object tells the first (assumed).
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
        match (form, &**json) {
            (JsonType::JsonObject, Json::Array(list)) => {
                let alarm = list.first().and_then(alarm);
                let alarm = alarm.map_or(Json::Null, |alarm| json!({"ALARM": alarm}));
                value::write_json(out, &alarm);
            }
            (JsonType::JsonArray, Json::Object(alarm)) => {
                let text = alarm.get("ALARM").and_then(Json::as_str);
                let reminder = text.and_then(reminder);
                value::write_json(out, &reminder.map_or(Json::Null, |it| json!([it])));
            }
            (_, json) => value::write_json(out, json),
        }
    }
}

/// Units of a reminder, and the letters that an alarm has for them.
const PERIODS: &[(&str, char)] = &[
    ("minutes", 'M'),
    ("hours", 'H'),
    ("days", 'D'),
    ("weeks", 'W'),
];

/// `{"unit":15,"period":"minutes"}` as `ACTION=EMAIL;TRIGGER=-P15M`.
fn alarm(reminder: &Json) -> Option<String> {
    let unit = reminder.get("unit")?;
    let unit = unit.as_u64().or_else(|| unit.as_str()?.parse().ok())?;
    let period = reminder.get("period")?.as_str()?;
    let (_, letter) = PERIODS.iter().find(|(name, _)| *name == period)?;
    let time = reminder.get("time").and_then(Json::as_str);
    let time = time.map(|time| format!(";TRIGGER_TIME={}", time.replace('.', ":")));
    let time = time.unwrap_or_default();
    Some(format!("ACTION=EMAIL;TRIGGER=-P{unit}{letter}{time}"))
}

/// The other way round; none for an alarm at a fixed time.
fn reminder(alarm: &str) -> Option<Json> {
    let part = |key: &str| alarm.split(';').find_map(|part| part.strip_prefix(key));
    let trigger = part("TRIGGER=-P")?.trim_start_matches('T');
    let letter = trigger.chars().last()?;
    let (period, _) = PERIODS.iter().find(|(_, known)| *known == letter)?;
    let unit: u64 = trigger.strip_suffix(letter)?.parse().ok()?;
    let mut reminder = json!({"unit": unit, "period": period});
    if let Some(time) = part("TRIGGER_TIME=") {
        reminder["time"] = time.replace(':', ".").into();
    }
    Some(reminder)
}
