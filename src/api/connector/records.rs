//! Records: getting, listing, creating, updating and deleting them.

use serde_json::{Value as Json, json};

use super::input::{field_called, field_name, record, unknown_field};
use super::operation::{Operation, Run, Running, ServiceRefusal, params, text};
use super::schema::Shape;
use super::{output, schema};
use crate::api::call::InnerCall;
use crate::api::records::{MOST_RECORDS, update_unless_taken};
use crate::error::{ApiError, Code, Wording};
use crate::ids::Id;
use crate::schema::{Field, Module};
use crate::store::OrgState;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "create_specific_record",
        title: "Create record",
        description: "Creates a record of a module.",
        input: || {
            schema::of_module()
                .required("record", schema::record())
                .advanced("trigger", schema::trigger())
                .input()
        },
        output: schema::written,
        run: Running::Json(create),
    },
    Operation {
        name: "create_update_records",
        title: "Create or update records",
        description: "Creates records, or updates those that they duplicate. No sample of the \
            output is documented: it is that of update_records with Zoho's keys action and \
            duplicate_field.",
        input: || many_schema("Fields by which an existing record is found."),
        output: schema::written,
        run: Running::Json(create_or_update),
    },
    Operation {
        name: "delete_records",
        title: "Delete records",
        description: "Deletes one or more records of a module.",
        input: || {
            let ids = schema::described(schema::list(schema::id()), "IDs", "Ids of the records.");
            schema::of_module().required("ids", ids).input()
        },
        output: schema::written,
        run: Running::Json(delete),
    },
    Operation {
        name: "get_record",
        title: "Get record",
        description: "A record by its id. One that does not exist is refused with the documented \
            error of such an id.",
        input: || {
            schema::of_module()
                .required("record_id", schema::record_id())
                .input()
        },
        output: || {
            let records = schema::list(schema::with_id());
            Shape::default().required("data", records).output()
        },
        run: Running::Text(get),
    },
    Operation {
        name: "list_records",
        title: "List records",
        description: "Records of a module, the newest first unless asked otherwise, 100 a page. \
            Where there is none the list is empty.",
        input: list_schema,
        output: schema::record_list,
        run: Running::Text(list),
    },
    Operation {
        name: "update_records",
        title: "Update records",
        description: "Updates records of a module. A change is refused where another record has \
            its value in one of the fields of check_duplicates.",
        input: || many_schema("Fields in which no two records may agree."),
        output: schema::written,
        run: Running::Json(update_many),
    },
    Operation {
        name: "update_specific_record",
        title: "Update record",
        description: "Updates a record of a module.",
        input: || {
            schema::of_module()
                .required("record_id", schema::record_id())
                .required("record", schema::record())
                .advanced("trigger", schema::trigger())
                .input()
        },
        output: schema::written,
        run: Running::Json(update),
    },
];

fn many_schema(checked: &str) -> Json {
    let fields = schema::any_list(schema::text());
    let checked = schema::described(fields, "Check duplicates", checked);
    schema::of_module()
        .required("records", schema::records())
        .advanced("check_duplicates", checked)
        .advanced("trigger", schema::trigger())
        .input()
}

fn list_schema() -> Json {
    let about = schema::described;
    let order = || json!({"type": "string", "enum": ["asc", "desc"]});
    let which = |title, sentence| {
        let words = json!([true, false, "true", "false", "both"]);
        about(
            json!({"type": ["boolean", "string"], "enum": words}),
            title,
            sentence,
        )
    };
    let by = about(
        schema::text(),
        "Sort by",
        "The field, by API name or label.",
    );
    let view = about(schema::id(), "Custom view", "Id of a custom view.");
    let converted = which("Converted", "Converted leads: true, false or both.");
    let approved = which("Approved", "Approved records: true, false or both.");
    let territory = about(schema::id(), "Territory", "Id of a territory.");
    let child = about(
        schema::flag(),
        "Include child",
        "Also those of child territories.",
    );
    schema::of_module()
        .paged("Records on a page; 100 unless given, 200 at most.")
        .advanced("sort_by", by)
        .advanced("sort_order", about(order(), "Sort order", "asc or desc."))
        .advanced("fields", schema::fields())
        .advanced("cvid", view)
        .advanced("converted", converted)
        .advanced("approved", approved)
        .advanced("territory_id", territory)
        .advanced("include_child", child)
        .input()
}

/// `{"data":[…]}` with what else the input says of a write.
fn body(run: &Run<'_>, records: &[Json]) -> Json {
    let mut body = json!({"data": records});
    if let Some(trigger) = run.input.get("trigger") {
        body["trigger"] = trigger.clone();
    }
    body
}

/// Sends those records that could be read, and puts the errors of the others in their places.
fn send(
    prepared: Vec<Result<Json, ApiError>>,
    send: impl FnOnce(Vec<Json>) -> Result<Json, ServiceRefusal>,
) -> Result<Json, ServiceRefusal> {
    // before any is looked at, as Zoho's side would if it saw them all
    if prepared.len() > MOST_RECORDS {
        let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", MOST_RECORDS);
        return Err(error.with("api_name", "data").into());
    }
    let mut errors = Vec::new();
    let mut records = Vec::new();
    for (at, record) in prepared.into_iter().enumerate() {
        match record {
            Ok(record) => records.push(record),
            Err(error) => errors.push((at, error.json(Wording::Documented))),
        }
    }
    let mut body = if records.is_empty() {
        json!({"data": []})
    } else {
        send(records)?
    };
    output::written(&mut body);
    if let Some(items) = body.get_mut("data").and_then(Json::as_array_mut) {
        for (at, error) in errors {
            items.insert(at.min(items.len()), error);
        }
    }
    Ok(body)
}

/// The module, which has to exist before fields can be read.
fn module(run: &Run<'_>, state: &OrgState) -> Result<std::sync::Arc<Module>, ServiceRefusal> {
    run.module(state)
        .ok_or_else(|| ApiError::new(Code::INVALID_MODULE).into())
}

fn create(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let module = module(run, &state)?;
    let record = record(&run.input["record"], &module, &state).map(Json::Object);
    send(vec![record], |records| {
        run.zoho(InnerCall {
            body: body(run, &records),
            ..InnerCall::of(
                &crate::api::records::INSERT,
                &[("module", module.api_name())],
            )
        })
    })
}

fn update(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let module = module(run, &state)?;
    let id = run.text("record_id").unwrap_or_default();
    let record = record(&run.input["record"], &module, &state).map(Json::Object);
    send(vec![record], |records| {
        run.zoho(InnerCall {
            body: body(run, &records),
            ..InnerCall::of(
                &crate::api::records::UPDATE,
                &[("module", module.api_name()), ("id", &id)],
            )
        })
    })
}

/// The records of `records`: lists of fields with values, or objects with an id and such a list.
fn records(run: &Run<'_>, module: &Module, state: &OrgState) -> Vec<Result<Json, ApiError>> {
    let given = run.input.get("records").and_then(Json::as_array);
    let read = |item: &Json| -> Result<Json, ApiError> {
        let fields = item.get("properties2").unwrap_or(item);
        let mut values = record(fields, module, state)?;
        if let Some(id) = item.get("record_id").and_then(text) {
            // who names a record means that one
            let known = Id::parse(&id).is_ok_and(|id| state.table(module).get(id).is_some());
            if !known {
                return Err(ApiError::new(Code::UNKNOWN_ID).with("id", id));
            }
            values.insert("id".into(), id.into());
        }
        Ok(Json::Object(values))
    };
    given.into_iter().flatten().map(read).collect()
}

/// API names of the fields of `check_duplicates`.
fn checked(run: &Run<'_>, module: &Module) -> Vec<String> {
    let given = run.input.get("check_duplicates").and_then(Json::as_array);
    let names = given.into_iter().flatten().filter_map(text);
    names.map(|name| field_name(&name, Some(module))).collect()
}

fn create_or_update(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let module = module(run, &state)?;
    send(records(run, &module, &state), |records| {
        let mut body = body(run, &records);
        body["duplicate_check_fields"] = checked(run, &module).into();
        run.zoho(InnerCall {
            body,
            ..InnerCall::of(
                &crate::api::records::UPSERT,
                &[("module", module.api_name())],
            )
        })
    })
}

fn update_many(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let module = module(run, &state)?;
    let fields: Vec<&Field> = checked(run, &module)
        .iter()
        .map(|name| {
            let field = module.field(name);
            field.ok_or_else(|| unknown_field(name))
        })
        .collect::<Result<_, _>>()?;
    send(records(run, &module, &state), |records| {
        let inner = InnerCall {
            body: body(run, &records),
            ..InnerCall::of(
                &crate::api::records::UPDATE_MANY,
                &[("module", module.api_name())],
            )
        };
        run.zoho_by(inner, |call| {
            let state = call.read();
            update_unless_taken(call, call.module(&state)?, &fields)
        })
    })
}

fn delete(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let ids = run.input.get("ids").and_then(Json::as_array);
    let ids: Vec<String> = ids.into_iter().flatten().filter_map(text).collect();
    run.zoho(InnerCall {
        params: params(vec![("ids", Some(ids.join(",")))]),
        ..InnerCall::of(
            &crate::api::records::DELETE_MANY,
            &[("module", &run.module_name(&state))],
        )
    })
}

fn get(run: &Run<'_>) -> Result<Vec<u8>, ServiceRefusal> {
    let state = run.call.read();
    let id = run.text("record_id").unwrap_or_default();
    let path = [("module", run.module_name(&state)), ("id", id.clone())];
    let path = path.each_ref().map(|(name, value)| (*name, value.as_str()));
    let inner = InnerCall::of(&crate::api::records::GET, &path);
    let body = run.records_by(inner, |call| call.answer())?;
    if body.is_empty() {
        return Err(ApiError::new(Code::UNKNOWN_ID).with("id", id).into());
    }
    Ok(body)
}

/// Records on a page unless asked otherwise (documented sample).
const PER_PAGE: usize = 100;

/// Page and page size that the input asks for.
pub(super) fn page(run: &Run<'_>, default: usize) -> (usize, usize) {
    let number = |key| run.text(key).and_then(|text| text.parse().ok());
    (
        number("page").unwrap_or(1),
        number("per_page").unwrap_or(default),
    )
}

/// `fields`: a list, or a text with commas, of API names and labels.
///
/// # Errors
/// `INVALID_DATA` for one that the module does not have.
pub(super) fn fields(run: &Run<'_>, module: Option<&Module>) -> Result<Option<String>, ApiError> {
    let names: Vec<String> = match run.input.get("fields") {
        Some(Json::Array(names)) => names.iter().filter_map(text).collect(),
        Some(one) => {
            let one = text(one).unwrap_or_default();
            let names = one.split(',').map(|name| name.trim().to_owned());
            names.filter(|name| !name.is_empty()).collect()
        }
        None => Vec::new(),
    };
    let Some(module) = module.filter(|_| !names.is_empty()) else {
        return Ok(None);
    };
    let names = names.iter().map(|name| match field_called(name, module) {
        Some(field) => Ok(field.api_name()),
        None if name.starts_with('$') => Ok(name.as_str()),
        None => Err(unknown_field(name)),
    });
    let names: Vec<&str> = names.collect::<Result<_, _>>()?;
    Ok(Some(names.join(",")))
}

fn list(run: &Run<'_>) -> Result<Vec<u8>, ServiceRefusal> {
    let state = run.call.read();
    let module = run.module(&state);
    let module = module.as_deref();
    let (page, per_page) = page(run, PER_PAGE);
    let mut sort_by = run.text("sort_by").map(|name| field_name(&name, module));
    let plain = sort_by.is_none() && run.text("cvid").is_none();
    // the samples list what was created last first
    if plain && module.is_some_and(|module| module.field("Created_Time").is_some()) {
        sort_by = Some("Created_Time".into());
    }
    let inner = InnerCall {
        params: params(vec![
            ("page", Some(page.to_string())),
            ("per_page", Some(per_page.to_string())),
            ("sort_by", sort_by),
            ("sort_order", run.text("sort_order")),
            ("fields", fields(run, module)?),
            ("cvid", run.text("cvid")),
            ("converted", run.text("converted")),
            ("approved", run.text("approved")),
            ("territory_id", run.text("territory_id")),
            ("include_child", run.text("include_child")),
        ]),
        ..InnerCall::of(
            &crate::api::records::LIST,
            &[("module", &run.module_name(&state))],
        )
    };
    let body = run.records_by(inner, |call| call.answer())?;
    Ok(output::some_records(body, page, per_page))
}
