//! `/crm/{version}/coql`: records by a query.

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::credits;
use super::endpoint::{BodySpec, Credits, Endpoint, VersionedKey};
use super::spot::Spot;
use crate::api::metadata::fields::plain_object;
use crate::error::{ApiError, Code};
use crate::query::column::Column;
use crate::query::coql::{self, CoqlRules};
use crate::query::select::{self, ColumnContent, Rows, Select};
use crate::response::Response;
use crate::schema::{Field, Module, Storage};
use crate::store::OrgState;
use crate::value::{Value, time};
use crate::version::{ApiVersion, Versions};

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
    let writer = RowWriter {
        state: &state,
        select: &select,
        names: call.version.coql_names_lookups(),
    };
    let (data, more) = match select.run(&state) {
        Rows::Records(records, more) => {
            let rows = records.iter().map(|record| writer.row(record));
            (rows.collect::<Vec<Json>>(), more)
        }
        Rows::Groups(groups, more) => {
            let rows = groups.iter().map(|values| writer.group(values));
            (rows.collect(), more)
        }
    };
    if data.is_empty() {
        return Ok(Response::no_content());
    }
    let info = json!({"count": data.len(), "more_records": more});
    let mut body = json!({"data": data});
    if meta {
        body["fields"] = fields(call, &state, &select);
    }
    body["info"] = info;
    Ok(Response::json(200, body))
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
            field.spec.default.clone().unwrap_or_default(),
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

struct RowWriter<'a> {
    state: &'a OrgState,
    select: &'a Select,
    names: bool,
}

impl RowWriter<'_> {
    /// A record: its columns, and always its id.
    fn row(&self, record: &crate::store::Record) -> Json {
        let mut row = Map::with_capacity(self.select.columns.len() + 1);
        for (key, shown) in &self.select.columns {
            if let ColumnContent::Column(column) = shown {
                let value = column.with(record, self.state, |value| self.value(value, column));
                row.insert(key.clone(), value);
            }
        }
        row.entry("id").or_insert_with(|| record.id.json());
        Json::Object(row)
    }

    fn group(&self, values: &[Value]) -> Json {
        let columns = self.select.columns.iter().zip(values);
        let row = columns.map(|((key, shown), value)| {
            let value = match shown {
                ColumnContent::Column(column) | ColumnContent::Aggregate(_, Some(column)) => {
                    self.aggregate_or_value(shown, value, column)
                }
                ColumnContent::Aggregate(_, None) => number(value),
            };
            (key.clone(), value)
        });
        Json::Object(row.collect())
    }

    /// Counts, sums and averages are numbers whatever the column holds.
    fn aggregate_or_value(&self, shown: &ColumnContent, value: &Value, column: &Column) -> Json {
        use select::Function;
        match shown {
            ColumnContent::Aggregate(Function::Count | Function::Sum | Function::Avg, _) => {
                number(value)
            }
            _ => self.value(value, column),
        }
    }

    fn value(&self, value: &Value, column: &Column) -> Json {
        let kind = column.kind(&self.state.schema);
        match value {
            Value::Null if kind == Storage::Tags => json!([]),
            // files do not come back through COQL (seen live in 2026)
            Value::Null | Value::Rows(_) | Value::Files(_) => Json::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Int(id) if matches!(kind, Storage::Id | Storage::BigInt) => {
                id.to_string().into()
            }
            Value::Int(_) | Value::Double(_) => number(value),
            Value::Text(text) => text.as_str().into(),
            Value::Date(days) => time::format_date(*days).into(),
            Value::DateTime(seconds) => {
                time::format_datetime(*seconds, &self.state.time_zone).into()
            }
            Value::Lookup(module, id) => match self.state.record_name(*module, *id) {
                Some(name) if self.names => json!({"name": name.as_str(), "id": id.json()}),
                Some(_) => json!({"id": id.json()}),
                // the target is gone
                None => Json::Null,
            },
            // the last name alone (page of v7)
            Value::User(id) if self.names => {
                let user = self.state.users.get(id);
                let name = user.and_then(|user| user.text("last_name"));
                json!({"name": name, "id": id.json()})
            }
            Value::User(id) => json!({"id": id.json()}),
            Value::List(items) if kind == Storage::Tags => {
                let tag = |name: &ecow::EcoString| {
                    let id = self.state.tag(column.module, name).map(|tag| tag.id.json());
                    json!({"name": name.as_str(), "id": id})
                };
                items.iter().map(tag).collect()
            }
            // a note of 2026 speaks of one text with semicolons, but shows no answer
            Value::List(items) => items.iter().map(ecow::EcoString::as_str).collect(),
            Value::Json(json) => Json::clone(json),
        }
    }
}

fn number(value: &Value) -> Json {
    match value {
        Value::Int(number) => (*number).into(),
        Value::Double(number) => number.json(),
        _ => Json::Null,
    }
}
