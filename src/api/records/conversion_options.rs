//! `/crm/{version}/Leads/{id}/__conversion_options` (v3 and later): what a lead could become a part of.

use serde_json::{Map, Value as Json, json};

use super::external::{external_ids, path_record};
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::error::{ApiError, Code};
use crate::ops::conversion_options::{Matches, options};
use crate::ops::held::{Hold, hold};
use crate::render::{self, Detail};
use crate::response::Response;
use crate::schema::ModuleNo;
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&OPTIONS];

pub(crate) static OPTIONS: Endpoint = Endpoint::get(
    "leads.conversion_options",
    "/crm/{v}/{module}/{id}/__conversion_options",
)
.since(ApiVersion::V3)
.scope("modules.{module}.READ")
.outcomes(&[200, 204, 400])
.does(
    "Contacts, accounts and deals that a lead could become a part of",
    conversion_options,
);

/// What is told of records, by module (page of v7; v8 description).
const SHOWN: [(&str, &str); 3] = [
    (
        "Contacts",
        "Full_Name,Email,Layout,Account_Name,Locked__s,$editable,$approval_state",
    ),
    (
        "Accounts",
        "Layout,Phone,Account_Type,Website,Account_Name,Locked__s,$editable,$approval_state",
    ),
    (
        "Deals",
        "Layout,Deal_Name,Stage,Amount,Closing_Date,Locked__s,$editable,$approval_state",
    ),
];

fn conversion_options(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if module.api_name() != "Leads" {
        return Err(Code::MODULE_NOT_SUPPORTED_FOR_API.into());
    }
    let ids = external_ids(call, &state, module)?;
    let lead = path_record(call, &state, module, &ids)?;
    // one that was converted has no options any more (assumed)
    let lead = lead.filter(|lead| !lead.converted);
    let lead = lead.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 1))?;
    match hold(module, &lead) {
        None => {}
        Some(Hold::Merge | Hold::Lock) => return Err(call.path_error(Code::OPTIONS_LOCKED, 1)),
        Some(Hold::Approval | Hold::Review) => {
            return Err(call.path_error(Code::OPTIONS_NOT_APPROVED, 1));
        }
    }
    let found = options(&state, module, &lead);
    if found.is_empty() {
        return Ok(Response::no_content());
    }
    let reference = |no: ModuleNo| {
        let module = state.schema.module_at(no);
        json!({"api_name": module.api_name(), "id": module.id.json()})
    };
    let layouts: Vec<Json> = found.with_layouts.iter().map(|no| reference(*no)).collect();
    let by_field = |matches: &Option<Matches>| {
        let matches = matches.as_ref().map(|matches| fields(&state, matches));
        matches.map_or(Json::Null, Json::Array)
    };
    let mut values = Map::new();
    values.insert("Contacts".to_owned(), by_field(&found.contacts));
    values.insert("Accounts".to_owned(), by_field(&found.accounts));
    let mut body = Map::new();
    let mut put = |key: &str, value: Json| body.insert(key.to_owned(), value);
    put(
        "module_preference",
        found.preference.map_or(Json::Null, reference),
    );
    put("Contacts", records(call, &state, found.contacts.as_ref()));
    put("Accounts", records(call, &state, found.accounts.as_ref()));
    if call.version.conversion_options_have_deals() {
        put("Deals", records(call, &state, found.deals.as_ref()));
        // nothing of a lead is the value of a deal's field
        values.insert("Deals".to_owned(), Json::Null);
    }
    put(
        "preference_field_matched_value",
        found.preference.map_or(Json::Null, |_| values.into()),
    );
    put(
        "modules_with_multiple_layouts",
        if layouts.is_empty() {
            Json::Null
        } else {
            layouts.into()
        },
    );
    Ok(Response::json(200, json!({"__conversion_options": body})))
}

/// The fields by which records fit.
fn fields(state: &OrgState, matches: &Matches) -> Vec<Json> {
    let module = state.schema.module_at(matches.module);
    let fields = matches.fields.iter().map(|(no, value)| {
        let field = module.field_at(*no);
        let unique = matches.unique.then_some(true);
        json!({
            "field": {
                "api_name": field.api_name(), "field_label": field.spec.field_label.as_str(),
                "unique": unique, "id": field.id.json(),
            },
            "matched_lead_value": value.as_str(),
        })
    });
    fields.collect()
}

/// The records that fit; null for none.
fn records(call: &Call<'_>, state: &OrgState, matches: Option<&Matches>) -> Json {
    let Some(matches) = matches else {
        return Json::Null;
    };
    let module = state.schema.module_at(matches.module);
    let known = SHOWN.iter().find(|(name, _)| *name == module.api_name());
    let fields = known.map(|(_, fields)| *fields);
    let plan = render::plan(state, module, call.version, Detail::Item, fields);
    let shown = matches.records.iter().filter_map(|record| {
        let mut text = Vec::new();
        plan.write(record, module, state, &mut text);
        serde_json::from_slice::<Json>(&text).ok()
    });
    shown.collect()
}
