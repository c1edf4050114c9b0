//! Who takes part in a meeting, how it repeats, and what reminds of it.

use serde_json::{Map, Value as Json};

use super::PendingRecord;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::input::{Mode, RecordReader, RowPath};
use crate::schema::{Field, JsonType};
use crate::value::email::is_email;
use crate::value::{Value, reminder, time};

/// People that an event takes (v7 page).
const MOST: usize = 50;

/// The kinds of participants, and the module of those that are records.
const KINDS: &[(&str, Option<&str>)] = &[
    ("user", None),
    ("contact", Some("Contacts")),
    ("lead", Some("Leads")),
    ("email", None),
];

impl PendingRecord<'_> {
    /// Completes the participants; their names and addresses are looked up when they are shown.
    /// One that took part before keeps id and answer.
    pub(super) fn participants(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let Some(field) = self.module.field("Participants") else {
            return Ok(());
        };
        let given = match self.draft.value(field.no) {
            Some(Value::Json(given)) => given.as_array().cloned().unwrap_or_default(),
            Some(Value::Null) => Vec::new(),
            _ => return Ok(()),
        };
        if given.len() > MOST {
            let error = reader.error(Code::TOO_MANY_PARTICIPANTS.into(), field.api_name());
            return Err(vec![error]);
        }
        let before = match self.before.and_then(|record| record.stored(field.no)) {
            Some(Value::Json(before)) => before.as_array().cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        let mut people = Vec::with_capacity(given.len());
        let mut errors = Vec::new();
        for (index, item) in given.iter().enumerate() {
            let one = GivenParticipant {
                reader,
                field,
                path: RowPath::new(reader, field, index),
            };
            match one.complete(item, &before) {
                Ok(person) => people.push(Json::Object(person)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            self.draft
                .set(field.no, Value::Json(Json::Array(people).into()));
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// Leaves reminders as they are that are given as the version shows them, since it may show a
    /// part: an alarm tells one of several, a list nothing of a fixed time.
    pub(super) fn reminders(&mut self, reader: &RecordReader<'_>) {
        let Some(field) = self.module.field("Remind_At") else {
            return;
        };
        let before = self.before.and_then(|record| record.stored(field.no));
        let (Some(Value::Json(stored)), Some(given)) = (before, self.draft.value(field.no)) else {
            return;
        };
        let list = field.json_type_in(reader.version) == JsonType::JsonArray;
        let shown = reminder::in_form(stored, list);
        let same = match given {
            Value::Null => shown.is_null(),
            Value::Json(given) => **given == shown,
            _ => false,
        };
        if same {
            self.draft.set(field.no, Value::Json(stored.clone()));
        }
    }

    /// Completes the rule by which an event repeats: `INTERVAL` is 1 and `DTSTART` the first day
    /// where they are not given (assumed).
    pub(super) fn recurrence(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let Some(field) = self.module.field("Recurring_Activity") else {
            return Ok(());
        };
        let Some(Value::Json(given)) = self.draft.value(field.no).cloned() else {
            return Ok(());
        };
        let rule = given.get("RRULE").and_then(Json::as_str);
        let Some(rule) = rule.filter(|rule| frequency(rule)) else {
            let error = ApiError::new(Code::INVALID_DATA);
            return Err(vec![reader.error(error, field.api_name())]);
        };
        let mut rule = rule.to_owned();
        let has = |rule: &str, key: &str| rule.split(';').any(|part| part.starts_with(key));
        if !has(&rule, "INTERVAL=") {
            rule.push_str(";INTERVAL=1");
        }
        if let (false, Value::DateTime(start)) =
            (has(&rule, "DTSTART="), self.get("Start_DateTime"))
        {
            let start = time::format_datetime(start, &self.state.time_zone);
            let day = start.split('T').next().unwrap_or(&start);
            rule.push_str(&format!(";DTSTART={day}"));
        }
        let mut given = Json::clone(&given);
        given["RRULE"] = rule.into();
        self.draft.set(field.no, Value::Json(given.into()));
        Ok(())
    }
}

/// Whether a rule says how often something repeats.
fn frequency(rule: &str) -> bool {
    let mut parts = rule.split(';');
    let known = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
    parts.any(|part| {
        let frequency = part.trim().strip_prefix("FREQ=");
        frequency.is_some_and(|word| known.contains(&word))
    })
}

/// A participant as it was given.
struct GivenParticipant<'a> {
    reader: &'a RecordReader<'a>,
    field: &'a Field,
    path: RowPath<'a>,
}

impl GivenParticipant<'_> {
    /// What is kept of the participant.
    fn complete(&self, item: &Json, before: &[Json]) -> Result<Map<String, Json>, ApiError> {
        let invalid = || ApiError::new(Code::INVALID_DATA);
        let item = item.as_object().ok_or_else(|| {
            let error = invalid().with("expected_data_type", "jsonobject");
            self.reader.error(error, self.field.api_name())
        })?;
        let kind = item.get("type").filter(|kind| !kind.is_null());
        let kind = kind.ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND.into(), "type"))?;
        let kind = KINDS.iter().find(|(name, _)| kind.as_str() == Some(name));
        let (kind, module) = kind.ok_or_else(|| self.error(invalid(), "type"))?;
        // an address may also stand under its own key
        let by_address = (*kind == "email").then(|| item.get("Email")).flatten();
        let who = item.get("participant").filter(|who| !who.is_null());
        let who = who.or(by_address.filter(|address| !address.is_null()));
        let who = who.ok_or_else(|| self.error(Code::MANDATORY_NOT_FOUND.into(), "participant"))?;
        let of_before = |who: &Json| {
            let same = |other: &&Json| {
                other.get("type").and_then(Json::as_str) == Some(*kind)
                    && other.get("participant") == Some(who)
            };
            before.iter().find(same).and_then(Json::as_object)
        };
        // one that is gone may stay, so that a record can be written as it is read (assumed)
        let stays = Id::from_json(who)
            .map(Id::json)
            .filter(|who| of_before(who).is_some());
        let who = match stays {
            Some(who) => who,
            None => self.who(kind, *module, who)?,
        };
        let known = of_before(&who);
        let seed = (self.reader.mode == Mode::Seed).then_some(item);
        let kept = |key: &str| known.or(seed).and_then(|object| object.get(key)).cloned();
        let mut person = Map::new();
        if let Some(id) = kept("id") {
            person.insert("id".to_owned(), id);
        }
        person.insert("type".to_owned(), (*kind).into());
        person.insert("participant".to_owned(), who);
        if let Some(name) = item.get("name").filter(|name| name.is_string()) {
            person.insert("name".to_owned(), name.clone());
        }
        for (key, usual) in [
            ("invited", Json::from(false)),
            ("status", "not_known".into()),
        ] {
            person.insert(key.to_owned(), kept(key).unwrap_or(usual));
        }
        Ok(person)
    }

    /// The id of a record or user that is there, or an address.
    fn who(&self, kind: &str, module: Option<&str>, who: &Json) -> Result<Json, ApiError> {
        if kind == "email" {
            let address = who.as_str().filter(|text| is_email(text));
            return address.map(Json::from).ok_or_else(|| {
                let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "email");
                self.error(error, "participant")
            });
        }
        let state = self.reader.state;
        let there = |id: &Id| match module {
            Some(module) => {
                let module = state.schema.module(module);
                module.is_some_and(|module| state.table(module).get(*id).is_some())
            }
            None => state.users.get(id).is_some(),
        };
        let id = Id::from_json(who).filter(there);
        id.map(Id::json)
            .ok_or_else(|| self.error(Code::UNKNOWN_ID.into(), "participant"))
    }

    fn error(&self, error: ApiError, key: &str) -> ApiError {
        self.path.error(error, key)
    }
}
