//! Lists to choose from (`…_ddl`, drop-down lists): modules, fields and records.

use serde_json::{Value as Json, json};

use super::operation::{Operation, Run, Running, ServiceRefusal, VERSION, params, text};
use super::records::page;
use super::schema::{self, Shape};
use crate::api::call::InnerCall;
use crate::ids::Id;
use crate::schema::Module;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "list_convertable_modules_ddl",
        title: "List convertable modules",
        description: "For each module that the user can view, whether its records can be converted.",
        input: schema::nothing,
        output: || {
            let module = Shape::default()
                .required("module", json!({"type": "string"}))
                .required("convertable", json!({"type": "boolean"}))
                .open();
            let modules = schema::any_list(module);
            Shape::default()
                .required("convertable_modules", modules)
                .output()
        },
        run: Running::Json(convertable),
    },
    Operation {
        name: "list_creatable_modules_ddl",
        title: "List creatable modules",
        description: "Modules that the user can create records of.",
        input: schema::nothing,
        output: modules_schema,
        run: Running::Json(|run| modules(run, |module| is(module, "creatable"))),
    },
    Operation {
        name: "list_deletable_modules_ddl",
        title: "List deletable modules",
        description: "Modules that the user can delete records of.",
        input: schema::nothing,
        output: modules_schema,
        run: Running::Json(|run| modules(run, |module| is(module, "deletable"))),
    },
    Operation {
        name: "list_upsertable_modules_ddl",
        title: "List upsertable modules",
        description: "Modules whose records can be created or updated in one call. No sample of \
            the output is documented: it is that of the other lists of modules.",
        input: schema::nothing,
        output: modules_schema,
        run: Running::Json(upsertable),
    },
    Operation {
        name: "list_viewable_modules_ddl",
        title: "List viewable modules",
        description: "Modules whose records the user can view.",
        input: schema::nothing,
        output: modules_schema,
        run: Running::Json(|run| modules(run, |module| is(module, "viewable"))),
    },
    Operation {
        name: "list_fields_ddl",
        title: "List fields",
        description: "The fields of a module, without what depends on a layout. A text field is \
            of type string; required is what Zoho calls system mandatory.",
        input: || schema::of_module().input(),
        output: || {
            let text = || json!({"type": "string"});
            let flag = || json!({"type": "boolean"});
            let field = Shape::default()
                .required("api_name", text())
                .required("data_type", text())
                .required("length", json!({"type": ["integer", "null"]}))
                .required("required", flag())
                .required("field_label", text())
                .required("read_only", flag())
                .open();
            let fields = schema::any_list(field);
            Shape::default().required("fields", fields).output()
        },
        run: Running::Json(fields),
    },
    Operation {
        name: "list_record_ids_ddl",
        title: "List record IDs",
        description: "Records of a module by name and id, the newest first, 200 unless asked \
            otherwise.",
        input: || {
            let sizes = "Records on a page; 200 unless given, and at most.";
            schema::of_module().paged(sizes).input()
        },
        output: || {
            let text = || json!({"type": "string"});
            let item = Shape::default()
                .required("text", text())
                .required("value", text())
                .open();
            let items = schema::any_list(item);
            Shape::default().required("result", items).output()
        },
        run: Running::Json(record_ids),
    },
];

fn modules_schema() -> Json {
    let text = || json!({"type": "string"});
    let module = Shape::default()
        .required("api_name", text())
        .required("singular_label", text())
        .required("plural_label", text())
        .open();
    let modules = schema::any_list(module);
    Shape::default().required("modules", modules).output()
}

fn is(module: &Json, flag: &str) -> bool {
    module[flag] == true
}

/// Modules of Zoho's answer whose records the other operations reach.
fn reachable(run: &Run<'_>) -> Result<Vec<Json>, ServiceRefusal> {
    let mut body = run.zoho(InnerCall::of(&crate::api::metadata::modules::LIST, &[]))?;
    let modules = body["modules"].take();
    let mut modules = modules.as_array().cloned().unwrap_or_default();
    let state = run.call.read();
    let has_records = |name: &str| {
        let module = state.schema.module(name);
        module.is_some_and(|module| module.has_records(VERSION))
    };
    modules.retain(|module| {
        is(module, "api_supported") && module["api_name"].as_str().is_some_and(has_records)
    });
    Ok(modules)
}

fn modules(run: &Run<'_>, wanted: impl Fn(&Json) -> bool) -> Result<Json, ServiceRefusal> {
    let modules = reachable(run)?;
    let modules: Vec<Json> = modules
        .iter()
        .filter(|module| wanted(module))
        .map(|module| {
            json!({
                "api_name": module["api_name"],
                "singular_label": module["singular_label"],
                "plural_label": module["plural_label"],
            })
        })
        .collect();
    Ok(json!({"modules": modules}))
}

/// What `POST /{module}/upsert` takes.
fn upsertable(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    modules(run, |module| {
        let known = module["api_name"]
            .as_str()
            .and_then(|name| state.schema.module(name));
        let checked = known.is_some_and(|known| known.spec.duplicate_check_field.is_some());
        checked && is(module, "creatable") && is(module, "editable")
    })
}

fn convertable(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let modules = reachable(run)?;
    let modules: Vec<Json> = modules
        .iter()
        .filter(|module| is(module, "viewable"))
        .map(|module| {
            json!({"module": module["api_name"], "convertable": is(module, "convertable")})
        })
        .collect();
    Ok(json!({"convertable_modules": modules}))
}

/// The connector's word for a data type.
fn data_type(word: &Json) -> Json {
    if word == "text" {
        "string".into()
    } else {
        word.clone()
    }
}

/// Where a field stands in the layout; those that are in none come last.
fn place(field: &Json, module: Option<&Module>) -> usize {
    let found = module.and_then(|module| {
        let no = module.field(field["api_name"].as_str()?)?.no;
        let sections = &module.standard_layout()?.sections;
        let mut members = sections.iter().flat_map(|section| &section.fields);
        members.position(|member| *member == no)
    });
    found.unwrap_or(usize::MAX)
}

fn fields(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    let state = run.call.read();
    let body = run.zoho(InnerCall {
        params: params(vec![("module", Some(run.module_name(&state)))]),
        ..InnerCall::of(&crate::api::metadata::fields::LIST, &[])
    })?;
    let all = body.get("fields").and_then(Json::as_array);
    let mut all: Vec<&Json> = all.into_iter().flatten().collect();
    let module = run.module(&state);
    all.sort_by_key(|field| place(field, module.as_deref()));
    let fields: Vec<Json> = all
        .into_iter()
        .map(|field| {
            json!({
                "api_name": field["api_name"],
                "data_type": data_type(&field["data_type"]),
                "length": field["length"],
                "required": is(field, "system_mandatory"),
                "field_label": field["field_label"],
                "read_only": is(field, "read_only"),
            })
        })
        .collect();
    Ok(json!({"fields": fields}))
}

fn record_ids(run: &Run<'_>) -> Result<Json, ServiceRefusal> {
    const PER_PAGE: usize = 200;
    let state = run.call.read();
    let module = run.module(&state);
    let (page, per_page) = page(run, PER_PAGE);
    let newest = module
        .as_ref()
        .and_then(|module| module.field("Created_Time"));
    let body = run.zoho(InnerCall {
        params: params(vec![
            ("page", Some(page.to_string())),
            ("per_page", Some(per_page.to_string())),
            ("sort_by", newest.map(|field| field.api_name().to_owned())),
            ("fields", Some("id".into())),
        ]),
        ..InnerCall::of(
            &crate::api::records::LIST,
            &[("module", &run.module_name(&state))],
        )
    })?;
    let records = body.get("data").and_then(Json::as_array);
    let result: Vec<Json> = records
        .into_iter()
        .flatten()
        .map(|record| {
            let value = text(&record["id"]).unwrap_or_default();
            let id = Id::parse(&value).ok();
            let name = id.zip(module.as_ref());
            let name = name.and_then(|(id, module)| state.record_name(module.no, id));
            // a record without a name is known by its id
            json!({"text": name.as_deref().unwrap_or(&value), "value": value})
        })
        .collect();
    Ok(json!({"result": result}))
}
