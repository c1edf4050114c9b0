//! `/crm/{version}/{module}/{id}/Emails[/{message_id}]`: the e-mails of a record, which a seed
//! declares (pages of v4 to v7, description of v8).

use serde_json::{Map, Value as Json, json};

use super::external::record_of_path;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind, Reads};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::render::user_reference;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::emails::{EMAIL_TYPES, EMAILS};
use crate::settings::family::ShownSetting;
use crate::settings::shape;
use crate::store::OrgState;
use crate::value::{Value, time};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

/// The key of e-mails in answers.
const ROOT: &str = "Emails";
/// E-mails on a page (page of v7).
const PER_PAGE: usize = 10;
/// Versions whose lists have a key for activities (description of v8).
const ACTIVITY_INFO: Versions = Versions::since(ApiVersion::V8);
/// A value of `type` that stands for e-mails to contacts too: the end of it, and what it stands for.
const OF_CONTACTS: [(&str, &str); 3] = [
    ("all_contacts_sent_crm_emails", "sent_from_crm"),
    ("all_contacts_scheduled_crm_emails", "scheduled_in_crm"),
    ("all_contacts_draft_crm_emails", "drafts"),
];

/// `type`: what e-mails are listed. The description of v8 still has it.
const TYPE: Param = Param::new("type").of(ParamKind::Text);
/// `owner_id`: whose mailbox they are of.
const OWNER: Param = Param::new("owner_id").of(ParamKind::Id);
/// `index`: where a page begins.
const INDEX: Param = Param::new("index");
/// `filter`: conditions, as JSON.
const FILTER: Param = Param::new("filter").since(ApiVersion::V6);

pub(crate) static LIST: Endpoint = Endpoint::get("records.emails", "/crm/{v}/{module}/{id}/Emails")
    .since(ApiVersion::V4)
    .scope("modules.{module}.READ")
    .params(&[TYPE, OWNER, INDEX, FILTER])
    .reads(Reads::Other)
    .outcomes(&[200, 204, 400])
    .does("The e-mails of a record", list);

pub(crate) static GET: Endpoint = Endpoint::get(
    "records.email",
    "/crm/{v}/{module}/{id}/Emails/{message_id}",
)
.since(ApiVersion::V4)
.scope("modules.{module}.READ")
.params(&[TYPE, OWNER])
.reads(Reads::Other)
.outcomes(&[200, 204, 400])
.does("An e-mail of a record", get);

/// Which e-mails are wanted.
struct WantedEmails {
    /// Of which records.
    records: Vec<Id>,
    /// Of which type; none for all that were sent or came.
    of_type: Option<String>,
    owner: Option<Id>,
    subject: Option<String>,
}

impl WantedEmails {
    fn of(call: &Call<'_>, state: &OrgState, module: &Module, id: Id) -> Result<Self, ApiError> {
        let mut wanted = Self {
            records: vec![id],
            of_type: call.get(TYPE).map(str::to_owned),
            owner: None,
            subject: None,
        };
        if let Some(owner) = call.get(OWNER) {
            let owner = Id::parse(owner).map_err(|_| invalid(OWNER))?;
            wanted.owner = Some(owner);
        }
        if let Some(text) = call.get(FILTER) {
            let filter: Option<Json> = serde_json::from_str(text).ok();
            let read = filter.and_then(|filter| wanted.narrow(&filter));
            read.ok_or_else(|| invalid(FILTER))?;
        }
        let named = wanted.of_type.clone();
        if let Some((_, word)) = OF_CONTACTS
            .iter()
            .find(|(name, _)| named.as_deref() == Some(name))
        {
            wanted.of_type = Some((*word).to_owned());
            wanted.records.extend(contacts(state, module, id));
        } else if named.is_some_and(|word| !EMAIL_TYPES.contains(&word.as_str())) {
            return Err(invalid(TYPE));
        }
        Ok(wanted)
    }

    /// Narrows it by conditions that all must hold. Which fields they are about is assumed: those that
    /// are parameters in older versions, and the subject.
    fn narrow(&mut self, filter: &Json) -> Option<()> {
        if let Some(group) = filter.get("group") {
            let operator = filter.get("group_operator")?.as_str()?;
            if !operator.eq_ignore_ascii_case("and") {
                return None;
            }
            return group
                .as_array()?
                .iter()
                .try_for_each(|part| self.narrow(part));
        }
        let field = filter.get("field")?;
        let field = field.get("api_name").unwrap_or(field).as_str()?;
        if filter.get("comparator")?.as_str()? != "equal" {
            return None;
        }
        let value = filter.get("value")?;
        match field {
            "type" => self.of_type = Some(value.as_str()?.to_owned()),
            "subject" => self.subject = Some(value.as_str()?.to_owned()),
            "owner" | "owner.id" | "owner_id" => {
                self.owner = Some(Id::from_json(value.get("id").unwrap_or(value))?);
            }
            _ => return None,
        }
        Some(())
    }

    /// The e-mails, the newest first.
    fn found(&self, call: &Call<'_>, state: &OrgState) -> Vec<Email> {
        let mut found = of_records(call, state, &self.records);
        found.retain(|email| self.admits(email));
        found.sort_by_key(|email| std::cmp::Reverse((email.at(), email.id)));
        found
    }

    fn admits(&self, email: &Email) -> bool {
        let kind = email.text("type");
        let of_type = match &self.of_type {
            Some(word) => kind == word,
            // assumed: what is not sent yet is listed on request alone
            None => matches!(kind, "sent_from_crm" | "user_emails"),
        };
        of_type
            && (self.owner.is_none() || self.owner == email.owner())
            && (self.subject.as_deref()).is_none_or(|subject| email.text("subject") == subject)
    }
}

fn invalid(param: Param) -> ApiError {
    ApiError::new(Code::INVALID_PARAM).with("param_name", param.name)
}

/// An e-mail with all that is known of it.
struct Email {
    id: Id,
    /// The record that it is an e-mail of.
    record: Option<Id>,
    keys: Map<String, Json>,
}

impl Email {
    fn text(&self, key: &str) -> &str {
        let text = self.keys.get(key).and_then(Json::as_str);
        text.unwrap_or_default()
    }

    /// What is said of it under a key; null for nothing.
    fn said(&self, key: &str) -> Json {
        self.keys.get(key).cloned().unwrap_or_default()
    }

    /// When it was sent, or came.
    fn at(&self) -> i64 {
        time::parse_datetime(self.text("time")).unwrap_or_default()
    }

    /// Its id in paths; one of its own unless the seed says it.
    fn message_id(&self) -> Json {
        match self.text("message_id") {
            "" => self.id.json(),
            id => id.into(),
        }
    }

    /// Whose mailbox it is of.
    fn owner(&self) -> Option<Id> {
        Id::from_json(self.keys.get("owner")?.get("id")?)
    }

    fn has_attachments(&self) -> bool {
        let attachments = self.keys.get("attachments").and_then(Json::as_array);
        attachments.is_some_and(|attachments| !attachments.is_empty())
    }

    /// What became of it: a list, which may be empty.
    fn statuses(&self) -> Json {
        let status = self.keys.get("status");
        let status = status.filter(|status| status.is_array());
        status.cloned().unwrap_or_else(|| json!([]))
    }
}

/// The e-mails of some records.
fn of_records(call: &Call<'_>, state: &OrgState, records: &[Id]) -> Vec<Email> {
    let all = EMAILS.of(state).iter().filter_map(|setting| {
        let record = setting.attributes.get("record").and_then(Id::from_json);
        record.filter(|id| records.contains(id))?;
        let shown = ShownSetting {
            state,
            setting,
            version: call.version,
            single: true,
            include: &[],
        };
        Some(Email {
            id: setting.id,
            record,
            keys: shape::object(&EMAILS, shown),
        })
    });
    all.collect()
}

/// The contacts of an account that the caller sees.
fn contacts(state: &OrgState, module: &Module, id: Id) -> Vec<Id> {
    let Some(contacts) = state.schema.module("Contacts") else {
        return Vec::new();
    };
    let Some(field) = contacts.field("Account_Name") else {
        return Vec::new();
    };
    let parent = Value::Lookup(module.no, id);
    let records = state.table(contacts).rows().iter();
    let of = records.filter(|(_, contact)| {
        contact.stored(field.no) == Some(&parent) && may_see(state, contacts, contact).is_ok()
    });
    of.map(|(id, _)| *id).collect()
}

/// The record of the path. An id that is a number and no record's has no e-mails (recorded v8).
fn record_in_path(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<Option<Id>, ApiError> {
    let record = record_of_path(call, state, module).map_err(|error| match error.kind {
        Code::NO_PERMISSION => error,
        _ => call.path_error(Code::TIMELINE_RECORD_UNKNOWN, 1),
    })?;
    Ok(record.map(|record| record.id))
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let Some(id) = record_in_path(call, &state, module)? else {
        return Ok(Response::no_content());
    };
    let wanted = WantedEmails::of(call, &state, module, id)?;
    let start = match call.get(INDEX) {
        None => 0,
        Some(index) => index.parse().map_err(|_| invalid(INDEX))?,
    };
    let found = wanted.found(call, &state);
    let shown = found.iter().skip(start).take(PER_PAGE);
    let shown = shown.map(|email| listed(call, &state, module, email, &found));
    let shown: Vec<Json> = shown.collect();
    if shown.is_empty() {
        return Ok(Response::no_content());
    }
    let next = start.saturating_add(PER_PAGE);
    let more = found.len() > next;
    let info = json!({
        "per_page": PER_PAGE, "next_index": more.then(|| next.to_string()), "count": shown.len(),
        "prev_index": start.saturating_sub(PER_PAGE).to_string(), "more_records": more,
    });
    Ok(Response::json(200, json!({ROOT: shown, "info": info})))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let Some(record) = record_in_path(call, &state, module)? else {
        return Ok(Response::no_content());
    };
    let named = call.path("message_id");
    let all = of_records(call, &state, &[record]);
    let mut named = all
        .iter()
        .filter(|email| email.message_id().as_str() == Some(named));
    let email = named.next();
    let Some(email) = email else {
        return Ok(Response::no_content());
    };
    Ok(Response::json(200, json!({ROOT: [single(&state, email)]})))
}

/// An e-mail in a list, beside others.
fn listed(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    email: &Email,
    others: &[Email],
) -> Json {
    let thread = email.text("thread_id");
    let in_thread = |other: &Email| {
        let same = !thread.is_empty() && other.text("thread_id") == thread;
        (same || other.id == email.id) && other.has_attachments()
    };
    let mut shown = Map::new();
    let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    put("cc", email.said("cc"));
    put("has_thread_attachment", others.iter().any(in_thread).into());
    put("summary", email.said("summary"));
    let owner = email.owner().map(|id| user_reference(state, id));
    put("owner", owner.unwrap_or_else(|| email.said("owner")));
    put("read", email.said("read"));
    put("subject", email.said("subject"));
    put("message_id", email.message_id());
    put("has_attachment", email.has_attachments().into());
    put("source", email.said("source"));
    put("sent", email.said("sent"));
    put("intent", email.said("intent"));
    if ACTIVITY_INFO.contains(call.version) {
        put("activity_info", Json::Null);
    }
    put("sentiment_info", email.said("sentiment_info"));
    put("linked_record", linked(state, module, email));
    put("emotion", email.said("emotion"));
    put("from", email.said("from"));
    put("to", email.said("to"));
    let at = time::format_datetime(email.at(), &state.time_zone);
    put("time", at.into());
    put("status", email.statuses());
    Json::Object(shown)
}

/// The record that an e-mail is about: its own one, unless the seed names another.
fn linked(state: &OrgState, module: &Module, email: &Email) -> Json {
    let linked = email.said("linked_record");
    if linked.is_object() {
        return linked;
    }
    let contacts = state.schema.module("Contacts").map(AsRef::as_ref);
    let mut named = std::iter::once(module)
        .chain(contacts)
        .filter_map(|module| {
            let id = email.record?;
            let name = state.record_name(module.no, id)?;
            Some(json!({
                "module": {"api_name": module.api_name(), "id": module.id.json()},
                "name": name.as_str(), "id": id.json(),
            }))
        });
    named.next().unwrap_or_default()
}

/// An e-mail by itself.
fn single(state: &OrgState, email: &Email) -> Json {
    let mut shown = Map::new();
    let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    for key in [
        "attachments",
        "subject",
        "editable",
        "mail_format",
        "intent",
        "content",
        "sentiment_info",
    ] {
        put(key, email.said(key));
    }
    let at = time::format_datetime(email.at(), &state.time_zone);
    put("sent_time", at.into());
    for key in ["thread_id", "emotion", "reply_to", "from", "to"] {
        put(key, email.said(key));
    }
    put("status", email.statuses());
    Json::Object(shown)
}
