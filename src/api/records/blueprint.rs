//! `/crm/{version}/{module}/{id}/actions/blueprint`: the transitions that a record can take, and
//! taking one (pages of v2 to v7, description of v8).

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::external::record_of_path;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, VersionedKey};
use crate::api::metadata::fields::{FieldForm, Renderer};
use crate::api::records::{writable, write_data};
use crate::api::settings::Object;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::blueprint::{CHECKS, TransitionOutcome, criteria_met, is_mandatory, perform};
use crate::ops::write::combine;
use crate::query::blueprint::{Process, process_of};
use crate::render::Detail;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::process::{NOTES, fields};
use crate::store::{OrgState, Record};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&GET, &PERFORM];

/// The key of a blueprint in bodies.
const ROOT: &str = "blueprint";

static BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Own);

pub(crate) static GET: Endpoint = Endpoint::get(
    "records.blueprint",
    "/crm/{v}/{module}/{id}/actions/blueprint",
)
.scope("modules.{module}.READ")
.composite_freely()
.outcomes(&[200, 400])
.does("The transitions that a record can take", get);

pub(crate) static PERFORM: Endpoint = Endpoint::put(
    "records.take_transition",
    "/crm/{v}/{module}/{id}/actions/blueprint",
)
.scope("modules.{module}.UPDATE")
.body(&BODY)
.composite_freely()
.outcomes(&[200, 400])
.does("Take a transition", take);

/// Keys of transitions that came later: automatic ones with the third version, colours with the
/// description of v8 (which version has them first is assumed).
const LATER: &[VersionedKey] = &[
    ("type", Versions::since(ApiVersion::V3)),
    ("execution_time", Versions::since(ApiVersion::V3)),
    ("escalation", Versions::since(ApiVersion::V3)),
    ("color_code", Versions::since(ApiVersion::V8)),
    ("text_color_code", Versions::since(ApiVersion::V8)),
];

/// Keys of a field's metadata that a transition shows (page of v7).
const FIELD_KEYS: [&str; 36] = [
    "system_mandatory",
    "private",
    "webhook",
    "json_type",
    "crypt",
    "field_label",
    "tooltip",
    "created_source",
    "field_read_only",
    "display_label",
    "display_type",
    "ui_type",
    "read_only",
    "association_details",
    "multi_module_lookup",
    "currency",
    "id",
    "custom_field",
    "lookup",
    "convert_mapping",
    "visible",
    "profiles",
    "length",
    "view_type",
    "pick_list_values_sorted_lexically",
    "filterable",
    "sortable",
    "external",
    "api_name",
    "unique",
    "history_tracking",
    "data_type",
    "formula",
    "decimal_place",
    "multiselectlookup",
    "quick_sequence_number",
];

/// The record of the path.
fn record_of(call: &Call<'_>, state: &OrgState, module: &Module) -> Result<Arc<Record>, ApiError> {
    let record = record_of_path(call, state, module)?;
    record.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 1))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let record = record_of(call, &state, module)?;
    let process = process_of(&state, module, &record).ok_or(Code::RECORD_NOT_IN_PROCESS)?;
    let view = BlueprintView {
        call,
        state: &state,
        module,
        record: &record,
        process: &process,
    };
    let transitions: Vec<Json> = process
        .transitions()
        .map(|one| view.transition(one))
        .collect();
    let body = json!({"process_info": view.info(), "transitions": transitions});
    Ok(Response::json(200, json!({ROOT: body})))
}

/// How the blueprint of a record is shown.
struct BlueprintView<'a> {
    call: &'a Call<'a>,
    state: &'a OrgState,
    module: &'a Module,
    record: &'a Arc<Record>,
    process: &'a Process<'a>,
}

impl BlueprintView<'_> {
    fn info(&self) -> Json {
        let Process {
            blueprint, field, ..
        } = self.process;
        let continuous = blueprint.attributes.get("continuous") == Some(&Json::Bool(true));
        let renderer = Renderer::new(self.state, self.module, self.call.version);
        let label = field.spec.field_label.as_str();
        Object::default()
            .put("field_id", field.id.json())
            .put("escalation", Json::Null)
            .put("is_continuous", continuous)
            .put("api_name", field.api_name())
            .put("continuous", continuous)
            .put("field_label", label)
            .put("name", blueprint.name.as_str())
            .put("column_name", renderer.column_name(field))
            .put("field_value", self.process.state.as_str())
            .put("id", blueprint.id.json())
            .put("field_name", label)
            .shown(&[LATER], self.call.version)
    }

    fn transition(&self, transition: &Json) -> Json {
        let get = |key: &str| transition.get(key).cloned().unwrap_or_default();
        let kind = transition.get("type").cloned();
        let to = transition.get("to").and_then(Json::as_str);
        let next = self.process.next(to.unwrap_or_default()).map(|next| {
            let part = |key: &str| next.get(key).cloned().unwrap_or_default();
            Object::default()
                .put("name", part("name"))
                .put("id", part("id"))
                .put("type", next.get("type").cloned().unwrap_or("manual".into()))
                .shown(&[LATER], self.call.version)
        });
        let (state, now) = (self.state, self.call.now);
        let matched = criteria_met(transition, self.module, self.record, state, now);
        let (asked, data) = self.fields(transition);
        Object::default()
            .put("next_transitions", next.collect::<Vec<Json>>())
            .put("data", data)
            .put("next_field_value", get("to"))
            .put("name", get("name"))
            .put("criteria_matched", matched)
            .put("id", get("id"))
            .put("fields", asked)
            .put("type", kind.unwrap_or("manual".into()))
            .put("criteria_message", get("criteria_message"))
            .put("percent_partial_save", self.saved(transition))
            .put("execution_time", Json::Null)
            .put("color_code", get("color_code"))
            .put("text_color_code", get("text_color_code"))
            .shown(&[LATER], self.call.version)
    }

    /// How much of what is mandatory the record has already, in percent.
    fn saved(&self, transition: &Json) -> usize {
        let mandatory = fields(transition).filter(|asked| is_mandatory(asked));
        let names = mandatory.filter_map(|asked| asked.get("api_name")?.as_str());
        let has: Vec<bool> = names
            .map(|name| !self.record.by_name(name, self.module).is_null())
            .collect();
        let there = has.iter().filter(|has| **has).count();
        (there * 100).checked_div(has.len()).unwrap_or(0)
    }

    /// What a transition asks for, and what the record holds of it.
    fn fields(&self, transition: &Json) -> (Vec<Json>, Json) {
        let mut data = Map::new();
        let mut all = Vec::new();
        for (n, asked) in fields(transition).enumerate() {
            let name = asked.get("api_name").and_then(Json::as_str);
            let name = name.unwrap_or_default();
            let special = name == NOTES;
            let value = if special {
                Json::Null
            } else {
                self.value(name)
            };
            all.push(if special {
                special_field(name, n + 1, is_mandatory(asked), &Json::Null)
            } else {
                self.field(name, n + 1, asked, &value)
            });
            if !special {
                data.insert(name.to_owned(), value);
            }
        }
        let list = transition.get("checklist").filter(|list| list.is_array());
        if let Some(list) = list {
            all.push(special_field(CHECKS, all.len() + 1, true, list));
        }
        (all, Json::Object(data))
    }

    /// The value of a field as records show it.
    fn value(&self, name: &str) -> Json {
        let records = [self.record];
        let (call, state, module) = (self.call, self.state, self.module);
        let mut body = write_data(call, state, module, Detail::Single, Some(name), &records);
        body.push(b'}');
        let body: Json = serde_json::from_slice(&body).unwrap_or_default();
        body["data"][0].get(name).cloned().unwrap_or_default()
    }

    fn field(&self, name: &str, sequence: usize, asked: &Json, value: &Json) -> Json {
        let Some(field) = self.module.field(name) else {
            return Json::Null;
        };
        let renderer = Renderer::new(self.state, self.module, self.call.version);
        let shown = renderer.field(field, FieldForm::Plain);
        let layout = self.module.standard_layout();
        let layout = layout.map(|layout| json!({"name": layout.name(), "id": layout.id.json()}));
        let rule = asked.get("validation").filter(|rule| !rule.is_null());
        let rule = rule.map(|_| asked.get("validation_message").cloned().unwrap_or_default());
        let mut object = Map::new();
        for key in FIELD_KEYS {
            let value = shown.get(key).cloned().unwrap_or_default();
            object.insert(key.to_owned(), value);
        }
        for (key, value) in [
            ("layouts", layout.unwrap_or_default()),
            ("content", value.clone()),
            ("validation_rule", rule.unwrap_or_default()),
            ("_type", "fields".into()),
            ("transition_sequence", sequence.into()),
            ("mandatory", is_mandatory(asked).into()),
            ("personality_name", Json::Null),
            ("column_name", renderer.column_name(field).into()),
            (
                "pick_list_values",
                shown.get("pick_list_values").cloned().unwrap_or(json!([])),
            ),
            (
                "auto_number",
                shown.get("auto_number").cloned().unwrap_or(json!({})),
            ),
        ] {
            object.insert(key.to_owned(), value);
        }
        Json::Object(object)
    }
}

/// What a transition asks for besides fields: a note, items to check.
fn special_field(name: &str, sequence: usize, mandatory: bool, content: &Json) -> Json {
    json!({
        "display_label": name, "data_type": name, "_type": name, "column_name": null,
        "personality_name": null, "id": "0", "transition_sequence": sequence,
        "mandatory": mandatory, "layouts": null, "content": content,
    })
}

fn take(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |module| module.spec.editable)?;
    let state = call.read();
    record_of(call, &state, &module)?;
    let spot = Spot::item(call.version, ROOT, 0);
    let object = call.items()?[0].as_object().ok_or_else(|| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        Spot::body(call.version).about(error, "blueprint[0]")
    })?;
    let given = object.get("transition_id").filter(|id| !id.is_null());
    let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "transition_id"))?;
    let transition = Id::from_json(given).ok_or_else(|| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "bigint");
        spot.about(error, "transition_id")
    })?;
    let nothing = Map::new();
    let data = match object.get("data") {
        None | Some(Json::Null) => &nothing,
        Some(Json::Object(data)) => data,
        Some(_) => {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
            return Err(spot.about(error, "data"));
        }
    };
    let outcome = call.attempt(|tx| {
        let record = tx
            .state()
            .table(&module)
            .get(call.path_id("id").map_err(|e| vec![e])?);
        let record = record.cloned();
        let record = record.ok_or_else(|| vec![call.path_error(Code::UNKNOWN_ID, 1)])?;
        perform(tx, &module, &record, transition, data, call.version)
    });
    let outcome = outcome.map_err(|errors: Vec<ApiError>| {
        let errors = errors.into_iter().map(in_data).collect();
        combine(errors, call.version, call.wording)
    })?;
    let message = match outcome {
        TransitionOutcome::Done => Message::TRANSITION_UPDATED,
        TransitionOutcome::Partial => Message::TRANSITION_SAVED_PARTIALLY,
    };
    let mut body = Vec::new();
    Item::success(message, b"{}".to_vec()).write(call.wording, &mut body);
    Ok(Response::bytes(200, body))
}

/// An error of a record as one of the data of a transition.
fn in_data(error: ApiError) -> ApiError {
    let path = error.path().and_then(|path| path.strip_prefix("$.data[0]"));
    match path.map(|below| format!("$.{ROOT}[0].data{below}")) {
        Some(path) => error.at(path),
        None => error,
    }
}
