//! `/crm/{version}/coql`: records by a query.

mod rows;

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::credits;
use super::endpoint::{BodySpec, Credits, Endpoint, VersionedKey};
use super::spot::Spot;
use crate::api::metadata::fields::plain_object;
use crate::error::{ApiError, Code};
use crate::query::coql::{self, CoqlRules};
use crate::query::select::{self, ColumnContent, Rows, Select};
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::OrgState;
use crate::value::order;
use crate::version::{ApiVersion, Versions};
use rows::RowWriter;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&QUERY];

/// Keys of a call (SDK tables).
const KEYS: &[VersionedKey] = &[
    ("select_query", Versions::ALL),
    ("include_meta", Versions::since(ApiVersion::V6)),
];

static QUERY_BODY: BodySpec = BodySpec::object(&[KEYS]).query("select_query");

pub(crate) static QUERY: Endpoint = Endpoint::post("coql.query", "/crm/{v}/coql")
    .scope("coql.READ")
    .body(&QUERY_BODY)
    .costs(Credits::By(credits::of_query))
    .composite(25)
    .outcomes(&[200, 204, 400])
    .does("Records that a COQL query selects", query);

fn query(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let text = match call.body.get("select_query") {
        None | Some(Json::Null) => {
            return Err(ApiError::new(Code::COQL_MISSING_QUERY).with("api_name", "select_query"));
        }
        Some(Json::String(text)) => text,
        Some(_) => return Err(wrong(call, "text", "select_query")),
    };
    let meta = wants_meta(call)?;
    let rules = CoqlRules {
        plain_chains: state.info.coql_plain_chains,
    };
    let query = coql::parse(text, rules)?;
    let select = select::resolve(&query, &state, call.version.coql_limits(), call.now)
        .map_err(|error| call.worded(error))?;
    call.check_module_scope(select.module.api_name(), "READ")?;
    let writer = RowWriter::of(&state, &select, call.version.coql_names_lookups());
    let (count, data, more) = match select.run(&state) {
        Rows::Records(records, more) => {
            let rows = writer.records(records.iter().map(|record| &***record));
            (records.len(), rows, more)
        }
        Rows::Groups(groups, more) => (
            groups.len(),
            writer.groups(groups.iter().map(Vec::as_slice)),
            more,
        ),
    };
    if count == 0 {
        return Ok(Response::no_content());
    }
    let mut info = Vec::new();
    order::write_sorted(&mut info, &json!({"count": count, "more_records": more}));
    let mut members = vec![("data", data)];
    if meta {
        let mut described = Vec::new();
        order::write_sorted(&mut described, &fields(call, &state, &select));
        members.push(("fields", described));
    }
    members.push(("info", info));
    order::sort(&mut members, |(key, _)| key);
    Ok(Response::members(200, &members))
}

fn wrong(call: &Call<'_>, expected: &str, path: &str) -> ApiError {
    let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
    Spot::body(call.version).about(error, path)
}

/// `include_meta`, which knows one word. Others, and what is no list, are `INVALID_QUERY` (page of
/// v7); its details are assumed.
fn wants_meta(call: &Call<'_>) -> Result<bool, ApiError> {
    let key = "include_meta";
    let given = call.body.get(key).filter(|given| !given.is_null());
    let Some(given) = given.filter(|_| call.version.coql_takes_meta()) else {
        return Ok(false);
    };
    let refused = |error: ApiError, path: &str| Spot::body(call.version).about(error, path);
    let query = || ApiError::new(Code::INVALID_QUERY);
    let words = given
        .as_array()
        .ok_or_else(|| refused(query().with("expected_data_type", "jsonarray"), key))?;
    for (n, word) in words.iter().enumerate() {
        if word != "fields" {
            let error = refused(query(), &format!("{key}[{n}]"));
            return Err(error.with("supported_values", vec!["fields"]));
        }
    }
    Ok(!words.is_empty())
}

/// The fields of the columns, by their keys.
fn fields(call: &Call<'_>, state: &OrgState, select: &Select) -> Json {
    let mut fields = Map::new();
    for (key, shown) in &select.columns {
        if let ColumnContent::Column(column) = shown
            && let Some(field) = column.field(&state.schema)
        {
            let module = state.schema.module_at(column.module);
            let object = plain_object(state, module, field, call.version);
            fields.insert(key.clone(), internal(object, module, field));
        }
    }
    Json::Object(fields)
}

/// Keys of a field that the description in an answer lacks.
const NOT_INTERNAL: [&str; 8] = [
    // null there, and behind others
    "customizable_properties",
    "associated_module",
    "businesscard_supported",
    "profiles",
    "private",
    "hipaa_compliance",
    "hipaa_compliance_enabled",
    "mass_update",
];

/// A field as an answer describes it: as its metadata do, but closer to Zoho's tables (captured v8,
/// for a lead's last name). Names of tables of other modules, and of columns in the index, are
/// made after it.
fn internal(object: Json, module: &Module, field: &Field) -> Json {
    let Json::Object(mut object) = object else {
        return object;
    };
    object.retain(|key, _| !NOT_INTERNAL.contains(&key.as_str()));
    let one = match module.api_name() {
        // the name that deals had
        "Deals" => "Potential",
        _ => &module.spec.singular_label,
    };
    let column = object.get("column_name").cloned().unwrap_or_default();
    let required = field.spec.required || field.spec.system_mandatory;
    let added = [
        (
            "table_name",
            format!("Crm{}Details", one.replace(' ', "")).into(),
        ),
        ("required", required.into()),
        ("refer_from_field", Json::Null),
        (
            "default_value",
            field.spec.default.as_deref().cloned().unwrap_or_default(),
        ),
        ("lucene_colname", column),
        // 2 for fields of the org is assumed
        (
            "generated_type",
            if field.spec.custom_field { 2 } else { 1 }.into(),
        ),
        ("customizable_properties", Json::Null),
    ];
    object.extend(added.map(|(key, value)| (key.to_owned(), value)));
    if let Some(Json::Object(parser)) = object.get_mut("email_parser") {
        parser.insert("fields_update_supported".into(), false.into());
    }
    Json::Object(object)
}
