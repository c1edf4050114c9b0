//! Reminders, which are an alarm (`{"ALARM":…}`) or a list, whichever a version has.

use serde_json::{Value as Json, json};

/// Units of a reminder, and the letters that an alarm has for them.
const PERIODS: &[(&str, char)] = &[
    ("minutes", 'M'),
    ("hours", 'H'),
    ("days", 'D'),
    ("weeks", 'W'),
];

/// Reminders as a list, or as an object. One that was written in the other form is put into this
/// one; of several, the object tells the first (assumed).
#[must_use]
pub fn in_form(reminders: &Json, list: bool) -> Json {
    match (list, reminders) {
        (false, Json::Array(reminders)) => {
            let alarm = reminders.first().and_then(alarm);
            alarm.map_or(Json::Null, |alarm| json!({"ALARM": alarm}))
        }
        (true, Json::Object(alarm)) => {
            let text = alarm.get("ALARM").and_then(Json::as_str);
            let reminder = text.and_then(reminder);
            reminder.map_or(Json::Null, |it| json!([it]))
        }
        (_, reminders) => reminders.clone(),
    }
}

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
