//! Making, changing and deleting fields (pages of v6 to v8 on custom fields, v8 description).

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::check::{Draft, operands};
use super::types::{Type, UNSUPPORTED};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::settings;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::{DataType, Field, Module, Schema};
use crate::store::{Record, Tx};
use crate::value::{Value, time};

pub(super) const ROOT: &str = "fields";
/// Custom fields that a module may have, in the largest edition.
const MOST_CUSTOM: usize = 500;
/// Numbers of fields that a module gives out, to living and to deleted ones.
const MOST_NUMBERS: usize = 10_000;
/// Modules whose fields are as they are.
const FIXED: &[&str] = &["Notes", "Attachments", "Activities"];

/// The module whose fields are written.
///
/// # Errors
/// As for reading them; `INVALID_MODULE` for modules without custom fields, too.
fn module<'s>(call: &Call<'_>, schema: &'s Schema) -> Result<&'s Arc<Module>, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_IN_API)?;
    let module = schema
        .module(module.api_name())
        .ok_or(Code::INVALID_MODULE)?;
    if module.fields.is_empty() || module.spec.read_only || FIXED.contains(&module.api_name()) {
        return Err(Code::MODULE_NOT_SUPPORTED_IN_API.into());
    }
    Ok(module)
}

/// Runs `each` over the fields of the body in one transaction: one that fails leaves nothing
/// behind.
fn batch(
    call: &Call<'_>,
    done: u16,
    message: Message,
    each: impl Fn(&mut Tx, &Module, &Map<String, Json>, Spot) -> Result<Id, ApiError>,
) -> Result<Response, ApiError> {
    module(call, &call.read().schema)?;
    let batch = Batch::of_body(call, done);
    let items = batch.write(|tx, json, index| {
        // the one before has changed the module
        let schema = Arc::clone(&tx.state().schema);
        let id = module(call, &schema).and_then(|m| each(tx, m, json, batch.spot(index)));
        id.map(|id| Item::success_of(message, id))
            .map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

/// The schema with a declared field. What was checked fits the form of a field.
fn declare(tx: &mut Tx, module: &str, declared: &Map<String, Json>) -> Result<(), ApiError> {
    let schema = tx.state().schema.with_field(module, declared);
    tx.set_schema(schema.map_err(|error| {
        tracing::error!(%error, "a checked field was refused");
        Code::INTERNAL_ERROR
    })?);
    Ok(())
}

/// `POST /settings/fields?module=`.
pub(super) fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    batch(
        call,
        201,
        Message::FIELD_CREATED,
        |tx, module, json, spot| {
            let (data_type, allows) = new_type(json, spot)?;
            let custom = module.fields.iter().filter(|f| f.spec.custom_field).count();
            if custom >= MOST_CUSTOM || module.numbers() >= MOST_NUMBERS {
                let error = ApiError::new(Code::LIMIT_EXCEEDED);
                return Err(error.with("limit", MOST_CUSTOM.min(custom)));
            }
            let draft = Draft {
                state: tx.state(),
                module,
                said: json,
                spot,
                existing: None,
                data_type,
                allows: Some(allows),
                now: tx.now(),
                declared: Map::new(),
            };
            let mut declared = draft.check()?;
            let id = tx.next_id();
            declared.insert("id".into(), id.json());
            declared.insert("data_type".into(), data_type.as_str().into());
            if let Some(lookup) = declared.get_mut("lookup") {
                lookup["id"] = tx.next_id().json();
            }
            name_values(tx, &mut declared);
            // at the end of the standard layout
            let layout = module.standard_layout();
            if let Some(section) = layout.and_then(|layout| layout.sections.last()) {
                declared.insert("section".into(), section.spec.key.as_str().into());
            }
            for key in ["created_time", "modified_time"] {
                declared.insert(key.into(), now(tx).into());
            }
            declare(tx, module.api_name(), &declared)?;
            if json.get("_update_existing_records") == Some(&Json::Bool(true)) {
                number_records(tx, module.api_name(), id);
            }
            Ok(id)
        },
    )
}

fn now(tx: &Tx) -> String {
    time::format_datetime(tx.now(), &tx.state().time_zone)
}

/// Gives the new values of a picklist ids.
fn name_values(tx: &mut Tx, declared: &mut Map<String, Json>) {
    let values = declared.get_mut("pick_list").and_then(Json::as_array_mut);
    for value in values.into_iter().flatten() {
        if value.get("id").is_none_or(Json::is_null) {
            let tail = tx.state().next_tail;
            tx.next_id();
            value["id"] = tail.into();
        }
    }
}

/// The type of a new field, and what it allows.
fn new_type(json: &Map<String, Json>, spot: Spot) -> Result<(DataType, &'static Type), ApiError> {
    const KEY: &str = "data_type";
    let label = json.get("field_label").filter(|label| !label.is_null());
    if label.is_none() {
        return Err(spot.about(Code::MANDATORY_NOT_FOUND, "field_label"));
    }
    let word = match json.get(KEY) {
        None | Some(Json::Null) => return Err(spot.about(Code::MANDATORY_NOT_FOUND, KEY)),
        Some(Json::String(word)) => word,
        Some(_) => {
            let error = ApiError::new(Code::INVALID_DATA);
            return Err(spot.about(error.with("expected_data_type", "string"), KEY));
        }
    };
    if UNSUPPORTED.contains(&word.as_str()) {
        return Err(spot.about(Code::FEATURE_NOT_SUPPORTED, KEY));
    }
    let data_type = DataType::parse(word).filter(|known| known.as_str() == word);
    let row = data_type.and_then(|known| Some((known, Type::of(known)?)));
    row.ok_or_else(|| spot.about(Code::INVALID_DATA, KEY))
}

/// Numbers the records that are there, in the order of their ids.
fn number_records(tx: &mut Tx, module: &str, field: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let Some(module) = schema.module(module) else {
        return;
    };
    let Some(field) = module.fields.iter().find(|known| known.id == field) else {
        return;
    };
    let rows = tx.state().table(module).rows().iter();
    let records: Vec<Arc<Record>> = rows.map(|(_, record)| Arc::clone(record)).collect();
    let mut numbered = Vec::with_capacity(records.len());
    for record in records {
        if let Some(number) = tx.next_number(module, field) {
            let changed = record.with_values(vec![(field.no, Value::Text(number))]);
            numbered.push(Arc::new(changed));
        }
    }
    tx.put_all(module, numbered);
}

/// `PATCH /settings/fields?module=` and `PATCH /settings/fields/{id}?module=`.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    if !call.path("id").is_empty() {
        let state = call.read();
        named(call, module(call, &state.schema)?)?;
    }
    batch(
        call,
        200,
        Message::FIELD_UPDATED,
        |tx, module, json, spot| {
            let field = if call.path("id").is_empty() {
                let given = json.get("id").filter(|id| !id.is_null());
                let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
                let found = Id::from_json(given);
                let found = found.and_then(|id| module.fields.iter().find(|f| f.id == id));
                found.ok_or_else(|| spot.about(Code::UNKNOWN_SETTING, "id"))?
            } else {
                named(call, module)?
            };
            change(tx, module, field, json, spot)?;
            Ok(field.id)
        },
    )
}

/// The field with the id in the path.
///
/// # Errors
/// `INVALID_DATA` if there is none.
fn named<'m>(call: &Call<'_>, module: &'m Module) -> Result<&'m Field, ApiError> {
    let id = call.path_id("id")?;
    let found = module.fields.iter().find(|field| field.id == id);
    found.ok_or_else(|| settings::unknown_setting(call))
}

fn change(
    tx: &mut Tx,
    module: &Module,
    field: &Field,
    json: &Map<String, Json>,
    spot: Spot,
) -> Result<(), ApiError> {
    let data_type = field.spec.data_type;
    let other = json.get("data_type").filter(|word| !word.is_null());
    if other.is_some_and(|word| word.as_str() != Some(data_type.as_str())) {
        return Err(spot.about(Code::INVALID_DATA, "data_type"));
    }
    if !field.spec.custom_field && !field.writable() {
        return Err(spot.about(Code::FIELD_FIXED, "id"));
    }
    let draft = Draft {
        state: tx.state(),
        module,
        said: json,
        spot,
        existing: Some(field),
        data_type,
        allows: Type::of(data_type),
        now: tx.now(),
        declared: Map::new(),
    };
    let mut declared = draft.check()?;
    name_values(tx, &mut declared);
    declared.insert("api_name".into(), field.api_name().into());
    declared.insert("modified_time".into(), now(tx).into());
    let renumber = json.get("_update_existing_records") == Some(&Json::Bool(true));
    let start = declared
        .get("auto_number")
        .map(|auto| auto["start_number"].as_u64());
    declare(tx, module.api_name(), &declared)?;
    if let Some(Some(start)) = start {
        let old = field.spec.auto_number.as_ref().map(|old| old.start_number);
        // counting begins again where another number is given
        if renumber || old != Some(start) {
            tx.set_next_number(module, field, start);
        }
        if renumber {
            number_records(tx, module.api_name(), field.id);
        }
    }
    Ok(())
}

/// `DELETE /settings/fields/{id}?module=`.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    // `settings` is segment 0
    let refused = |kind: Code| ApiError::new(kind).with("resource_path_index", 2);
    let id = call.write(|tx| {
        let schema = Arc::clone(&tx.state().schema);
        let module = module(call, &schema)?;
        let field = named(call, module)?;
        if !field.spec.custom_field {
            return Err(refused(Code::FIELD_NOT_CUSTOM));
        }
        if is_used(&schema, module, field) {
            return Err(refused(Code::FIELD_IN_USE));
        }
        let mut views = module.views.clone();
        for view in &mut views {
            view.spec.fields.retain(|name| name != field.api_name());
        }
        if views != module.views {
            tx.set_views(module, views);
        }
        let schema = tx
            .state()
            .schema
            .without_field(module.api_name(), field.api_name());
        tx.set_schema(schema.map_err(|_| refused(Code::FIELD_NOT_CUSTOM))?);
        Ok(field.id)
    })?;
    let items = [Item::success_of(Message::FIELD_DELETED, id)];
    Ok(Batch::new(call, ROOT, 200).answer(&items))
}

/// Whether something would not work without a field: the names of records, a view that filters or
/// sorts by it, a formula that reads it, a lookup that offers records by it.
fn is_used(schema: &Schema, module: &Module, field: &Field) -> bool {
    let name = field.api_name();
    let sorted = |name: &str| {
        module
            .views
            .iter()
            .any(|v| v.spec.sort_by.as_deref() == Some(name))
    };
    let mut criteria = module
        .views
        .iter()
        .filter_map(|view| view.spec.criteria.as_ref());
    let spec = &module.spec;
    let named = [&spec.display_field, &spec.duplicate_check_field];
    if named.iter().any(|own| own.as_deref() == Some(name)) {
        return true;
    }
    if sorted(name) || criteria.any(|criteria| mentions(criteria, name)) {
        return true;
    }
    schema.modules().any(|other| {
        other.fields.iter().any(|reader| {
            let formula = reader.spec.formula.as_ref();
            let expression = formula.and_then(|f| f.get("expression")?.as_str());
            let mut read = expression.map(operands).into_iter().flatten();
            let reads = read.any(|operand| {
                let last = operand.rsplit('.').next().unwrap_or(operand);
                let here = other.no == module.no || operand.contains('.');
                let label = &field.spec.field_label;
                here && (last.eq_ignore_ascii_case(name) || last.eq_ignore_ascii_case(label))
            });
            let lookup = reader.spec.lookup.as_ref();
            let lookup = lookup.filter(|lookup| lookup.module == module.api_name());
            let offered = lookup.and_then(|lookup| lookup.query_details.as_ref());
            reads && reader.id != field.id || offered.is_some_and(|o| mentions(o, name))
        })
    })
}

/// Whether criteria compare a field, in either form: by name, or by an object with it.
fn mentions(criteria: &Json, name: &str) -> bool {
    match criteria {
        Json::Array(items) => items.iter().any(|item| mentions(item, name)),
        Json::Object(object) => {
            let field = object.get("field");
            let api_name = field.and_then(|f| f.as_str().or_else(|| f.get("api_name")?.as_str()));
            api_name == Some(name) || object.values().any(|inner| mentions(inner, name))
        }
        _ => false,
    }
}
