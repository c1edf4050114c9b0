//! `/crm/{version}/{module}/{id}/__timeline`: what happened to a record, and to its notes,
//! attachments and activities (page of v7, description of v8).

mod cursor;
mod filters;

use serde_json::{Map, Value as Json, json};

use cursor::Cursor;

use super::external::record_of_path;
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind, Reads, Together};
use crate::api::metadata::fields::{FieldForm, Renderer};
use crate::api::paging::ambiguous;
use crate::api::param;
use crate::api::settings::words;
use crate::error::{ApiError, Code};
use crate::response::Response;
use crate::schema::{DataType, Field, Module, Storage};
use crate::store::timeline::{FieldChange, TimelineAction, TimelineEntry};
use crate::store::{OrgState, RecordAt};
use crate::value::{Value, time};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&TIMELINE];

/// `sort_by`: the time of what happened is all that entries are sorted by.
const SORT_BY: Param = Param::new("sort_by").of(ParamKind::Word(&["audited_time"]));
/// `filters`: conditions, as JSON.
const FILTERS: Param = Param::new("filters");
/// `include`: keys that are shown on request.
const INCLUDE: Param = Param::new("include").of(ParamKind::Words(&["extension", "type"]));
/// `include_timeline_type`: kinds of entries besides the usual ones.
const INCLUDE_TYPE: Param = Param::new("include_timeline_type").of(ParamKind::Words(&["signals"]));
/// `include_inner_details`: keys within entries that are shown on request.
const INNER: Param = Param::new("include_inner_details").of(ParamKind::Words(&[
    "field_history.data_type",
    "field_history.enable_colour_code",
    "field_history.field_label",
    "field_history.pick_list_values",
    "done_by.type__s",
    "done_by.profile",
]));

pub(crate) static TIMELINE: Endpoint =
    Endpoint::get("records.timeline", "/crm/{v}/{module}/{id}/__timeline")
        .since(ApiVersion::V5)
        .scope("modules.{module}.READ")
        .params(&[
            SORT_BY,
            param::SORT_ORDER,
            FILTERS,
            INCLUDE,
            INCLUDE_TYPE,
            INNER,
            param::PAGE,
            param::PER_PAGE,
            param::PAGE_TOKEN,
        ])
        .together(&[
            Together::Exclude(param::PER_PAGE, param::PAGE_TOKEN),
            Together::Exclude(param::PAGE, param::PAGE_TOKEN),
        ])
        .reads(Reads::Other)
        .outcomes(&[200, 204, 400])
        .does("What happened to a record", timeline);

/// Ids of entries are numbers of their own, far from those that records get.
const FIRST_ID: u64 = 800_000_000_000;

fn timeline(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let record = record_of_path(call, &state, module)?;
    let record = record.ok_or_else(|| call.path_error(Code::TIMELINE_RECORD_UNKNOWN, 1))?;
    let invalid = |param: Param| ApiError::new(Code::INVALID_PARAM).with("param_name", param.name);
    if call.get(SORT_BY).is_some_and(|by| by != "audited_time") {
        return Err(invalid(SORT_BY));
    }
    let ascending = match call.get(param::SORT_ORDER) {
        None | Some("desc") => false,
        Some("asc") => true,
        Some(_) => return Err(invalid(param::SORT_ORDER)),
    };
    let shown = EntryView {
        state: &state,
        version: call.version,
        inner: words(call, INNER)?.unwrap_or_default(),
        include: words(call, INCLUDE)?.unwrap_or_default(),
    };
    if words(call, INCLUDE_TYPE)?.is_some() && shown.include.is_empty() {
        // the page of v7 calls it mandatory then; the form of the error is assumed
        return Err(ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", INCLUDE.name));
    }
    let filter = filters::of(call)?;
    for alone in [param::PER_PAGE, param::PAGE] {
        if call.get(alone).is_some() && call.get(param::PAGE_TOKEN).is_some() {
            return Err(ambiguous(alone.name, param::PAGE_TOKEN.name));
        }
    }
    let cursor = Cursor::of(call, state.timeline.next())?;
    let key = (module.no, record.id);
    let entries = state.timeline.in_order(ascending);
    let found = entries.filter(|entry| {
        entry.number < cursor.before && entry.concerns(key) && filter.admits(&state, entry)
    });
    let mut found: Vec<&TimelineEntry> = found
        .skip(cursor.skip())
        .take(cursor.per_page.saturating_add(1))
        .map(AsRef::as_ref)
        .collect();
    let more = found.len() > cursor.per_page;
    found.truncate(cursor.per_page);
    if found.is_empty() {
        return Ok(Response::no_content());
    }
    let items: Vec<Json> = found.iter().map(|entry| shown.entry(entry)).collect();
    let info = json!({
        "per_page": cursor.per_page, "count": items.len(), "page": cursor.page,
        "more_records": more,
        "next_page_token": more.then(|| cursor.at_page(cursor.page + 1).text(call)),
        "previous_page_token": (cursor.page > 1).then(|| cursor.at_page(cursor.page - 1).text(call)),
    });
    Ok(Response::json(
        200,
        json!({"__timeline": items, "info": info}),
    ))
}

/// How entries are shown.
struct EntryView<'a> {
    state: &'a OrgState,
    version: ApiVersion,
    inner: Vec<&'a str>,
    include: Vec<&'a str>,
}

impl EntryView<'_> {
    fn entry(&self, entry: &TimelineEntry) -> Json {
        let (state, (no, id)) = (self.state, entry.record);
        let module = state.schema.module_at(no);
        let mut shown = Map::new();
        let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
        put("done_by", self.user(entry));
        if self.include.contains(&"extension") {
            put("extension", Json::Null);
        }
        let about = entry.about.first();
        put(
            "related_record",
            about.map_or(Json::Null, |key| self.related(*key)),
        );
        put("automation_details", Json::Null);
        let own = json!({
            "module": {"api_name": module.api_name(), "id": module.id.json()},
            "name": entry.name.as_deref(), "id": id.json(),
        });
        put("record", own);
        put(
            "audited_time",
            time::format_datetime(entry.time, &state.time_zone).into(),
        );
        put("action", entry.action.as_str().into());
        let number = state.info.prefix.id(FIRST_ID.saturating_add(entry.number));
        put("id", number.json());
        put("source", entry.source.as_str().into());
        if self.include.contains(&"type") {
            put("type", "timeline".into());
        }
        let changes = entry.changes.iter();
        let changes = changes.filter_map(|change| self.change(module, entry.action, change));
        let changes: Vec<Json> = changes.collect();
        let history = (!changes.is_empty()).then_some(changes);
        put("field_history", history.map_or(Json::Null, Into::into));
        Json::Object(shown)
    }

    fn user(&self, entry: &TimelineEntry) -> Json {
        let user = self.state.users.get(&entry.by);
        let mut shown = Map::new();
        if self.inner.contains(&"done_by.profile") {
            let profiles = self.state.settings_of("profiles");
            let profile = user.and_then(|user| profiles.get(user.profile?));
            let profile = profile.map(|p| json!({"name": p.name.as_str(), "id": p.id.json()}));
            shown.insert("profile".into(), profile.unwrap_or_default());
        }
        shown.insert("name".into(), self.state.user_name(entry.by).into());
        shown.insert("id".into(), entry.by.json());
        if self.inner.contains(&"done_by.type__s") {
            shown.insert("type__s".into(), "regular user".into());
        }
        Json::Object(shown)
    }

    /// The record that a note, an attachment or an activity is about.
    fn related(&self, (no, id): RecordAt) -> Json {
        let module = self.state.schema.module_at(no);
        json!({
            "module": {"api_name": module.api_name(), "id": module.id.json()},
            "name": self.name((no, id)), "id": id.json(),
        })
    }

    /// The name of a record, or the one that it had.
    fn name(&self, (no, id): RecordAt) -> Option<String> {
        let name = self.state.record_name(no, id).or_else(|| {
            let entry = self.state.tables.get(no).deleted_as(id)?;
            entry.display_name.clone()
        });
        name.map(|name| name.to_string())
    }

    fn change(
        &self,
        module: &Module,
        action: TimelineAction,
        change: &FieldChange,
    ) -> Option<Json> {
        let field = module.living(change.field)?;
        let mut shown = Map::new();
        let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
        put("api_name", field.api_name().into());
        let asks = |key: &str| self.inner.contains(&key);
        if asks("field_history.field_label") {
            put("field_label", field.spec.field_label.as_str().into());
        }
        if asks("field_history.enable_colour_code") {
            put("enable_colour_code", field.spec.enable_colour_code.into());
        }
        if asks("field_history.data_type") {
            put(
                "data_type",
                field.data_type_in(self.version).as_str().into(),
            );
        }
        // what there was none of, tags say in a word of their own (page of v7)
        let blank = |value: Json| match action {
            TimelineAction::TagAdded | TimelineAction::TagRemoved if value.is_null() => {
                "blank".into()
            }
            _ => value,
        };
        let value = |value: &Value| blank(self.value(field, value));
        put(
            "_value",
            json!({"new": value(&change.new), "old": value(&change.old)}),
        );
        put("id", field.id.json());
        if asks("field_history.pick_list_values") {
            put("pick_list_values", self.pick_list(module, field));
        }
        Some(Json::Object(shown))
    }

    fn pick_list(&self, module: &Module, field: &Field) -> Json {
        const KEYS: [&str; 6] = [
            "display_value",
            "sequence_number",
            "colour_code",
            "actual_value",
            "id",
            "type",
        ];
        if field.spec.data_type != DataType::Picklist {
            return json!([]);
        }
        let renderer = Renderer::new(self.state, module, self.version);
        let field = renderer.field(field, FieldForm::Plain);
        let values = field.get("pick_list_values").and_then(Json::as_array);
        let values = values.into_iter().flatten().map(|value| {
            let keys = KEYS
                .iter()
                .filter_map(|key| Some(((*key).to_owned(), value.get(*key)?.clone())));
            Json::Object(keys.collect())
        });
        values.collect()
    }

    /// A value as a text; null for none.
    fn value(&self, field: &Field, value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(on) => on.to_string().into(),
            Value::Int(number) => number.to_string().into(),
            Value::Double(number) => {
                let mut out = Vec::new();
                number.write(&mut out);
                String::from_utf8(out).unwrap_or_default().into()
            }
            Value::Text(text) => text.as_str().into(),
            Value::Date(days) => time::format_date(*days).into(),
            Value::DateTime(at) => time::format_datetime(*at, &self.state.time_zone).into(),
            Value::Lookup(module, id) => self.name((*module, *id)).into(),
            Value::User(id) => self.state.user_name(*id).into(),
            Value::List(items) => {
                let glue = if field.kind == Storage::Tags {
                    ","
                } else {
                    ";"
                };
                items.join(glue).into()
            }
            Value::Rows(_) | Value::Files(_) => Json::Null,
            Value::Json(json) => json.to_string().into(),
        }
    }
}
