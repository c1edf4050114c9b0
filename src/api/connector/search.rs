//! Searching records by a list of conditions.

use serde_json::{Value as Json, json};

use super::operation::{Operation, Run, Running, ServiceRefusal, params, text};
use super::records::{fields, page};
use super::schema::Shape;
use super::{output, schema};
use crate::api::call::InnerCall;
use crate::api::records::search::found;
use crate::error::ApiError;
use crate::query::Expr;
use crate::query::conditions::{self, Condition, WORDS};
use crate::schema::Module;
use crate::store::OrgState;

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "search_records",
    title: "Search records",
    description: "Records that meet all conditions of a list, or with match any at least one of \
        them. No sample of the output is documented: it is that of list_records, in Zoho's order \
        of a search, newest id first. Texts are compared whole and without regard to case.",
    input: input_schema,
    output: schema::record_list,
    run: Running::Text(search),
}];

/// Records on a page unless asked otherwise, as in `list_records`.
const PER_PAGE: usize = 100;

fn input_schema() -> Json {
    let about = schema::described;
    let words: Vec<&str> = WORDS.iter().map(|(word, _, _)| *word).collect();
    let word = json!({"type": "string", "enum": words});
    let name = about(
        schema::text(),
        "Field",
        "API name of the field, or its label.",
    );
    let value = about(
        json!({}),
        "Value",
        "The value, which may be given as text; for between and in a list, or a text with commas.",
    );
    let condition = Shape::default()
        .required("field_name", name)
        .optional("field_value", value)
        .required("condition", about(word, "Condition", "How they compare."))
        .closed();
    let matching = || {
        let words = json!({"type": "string", "enum": ["all", "any"]});
        about(words, "Match", "Whether all conditions must hold, or any.")
    };
    let conditions = about(schema::list(condition), "Criteria", "The conditions.");
    let query = Shape::default()
        .required("criteria_list", conditions)
        .optional("match", matching())
        .closed();
    schema::of_module()
        .required("query", about(query, "Query", "What to look for."))
        .paged("Records on a page; 100 unless given, 200 at most.")
        .advanced("match", matching())
        .advanced("fields", schema::fields())
        .input()
}

fn search(run: &Run<'_>) -> Result<Vec<u8>, ServiceRefusal> {
    let state = run.call.read();
    let module = run.module(&state);
    let module = module.as_deref();
    let (page, per_page) = page(run, PER_PAGE);
    let inner = InnerCall {
        params: params(vec![
            ("page", Some(page.to_string())),
            ("per_page", Some(per_page.to_string())),
            ("fields", fields(run, module)?),
        ]),
        ..InnerCall::of(
            &crate::api::records::search::SEARCH,
            &[("module", &run.module_name(&state))],
        )
    };
    let body = run.records_by(inner, |call| {
        let state = call.read();
        let module = call.module(&state)?;
        found(call, &state, module, || expression(run, module, &state))
    })?;
    Ok(output::some_records(body, page, per_page))
}

/// The conditions, joined by and, or by or where any is to match.
fn expression(run: &Run<'_>, module: &Module, state: &OrgState) -> Result<Expr, ApiError> {
    let query = &run.input["query"];
    let list = query.get("criteria_list").and_then(Json::as_array);
    let part = |json: &Json| {
        let name = json.get("field_name").and_then(text).unwrap_or_default();
        let word = json.get("condition").and_then(text).unwrap_or_default();
        let condition = Condition {
            field: &name,
            word: &word,
            value: json.get("field_value").unwrap_or(&Json::Null),
        };
        conditions::expr(condition, module, state)
    };
    let parts = list.into_iter().flatten().map(part);
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let matching = query.get("match").or_else(|| run.input.get("match"));
    Ok(if matching == Some(&"any".into()) {
        Expr::Any(parts)
    } else {
        Expr::All(parts)
    })
}
