//! `/crm/{version}/{module}/actions/fetch_full_data` and `/{module}/{id}/actions/fetch_full_data`:
//! rich texts to their end, which lists cut.

use std::sync::Arc;

use super::common::{id_list, listed};
use super::external::record_of_path;
use super::write_data;
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ops::permit::may_see;
use crate::render::Detail;
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::{OrgState, Record};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&ONE, &MANY];

/// Records that one call takes (v8 page).
const MOST_IDS: usize = 200;

pub(crate) static ONE: Endpoint = Endpoint::get(
    "records.full_data",
    "/crm/{v}/{module}/{id}/actions/fetch_full_data",
)
// the page of v6 has it, too; the tables of the SDKs begin with v7
.since(ApiVersion::V6)
.scope("modules.{module}.READ")
.params(&[param::FIELDS])
.outcomes(&[200, 204, 400])
.does("The rich texts of a record", one);

pub(crate) static MANY: Endpoint = Endpoint::get(
    "records.full_data_many",
    "/crm/{v}/{module}/actions/fetch_full_data",
)
.since(ApiVersion::V8)
.scope("modules.{module}.READ")
.params(&[param::FIELDS.required(), param::IDS.required()])
.outcomes(&[200, 204, 400])
.does("The rich texts of up to 200 records", many);

fn one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let record = record_of_path(call, &state, module)?;
    let records: Vec<&Arc<Record>> = record.iter().collect();
    Ok(answer(
        call,
        &state,
        module,
        call.get(param::FIELDS),
        &records,
    ))
}

fn many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let missing = |name: &str| ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", name);
    let fields = call
        .get(param::FIELDS)
        .ok_or_else(|| missing(param::FIELDS.name))?;
    let ids = call
        .get(param::IDS)
        .ok_or_else(|| missing(param::IDS.name))?;
    if listed(ids).count() > MOST_IDS {
        return Err(ApiError::new(Code::LIMIT_EXCEEDED)
            .with("limit", MOST_IDS)
            .with("param_name", param::IDS.name));
    }
    let mut records = Vec::new();
    for (_, id) in id_list(ids) {
        let id = id.ok_or(Code::UNABLE_TO_PARSE)?;
        let record = state.table(module).get(id);
        // nor does a list have what the caller does not see
        records.extend(record.filter(|record| may_see(&state, module, record).is_ok()));
    }
    Ok(answer(call, &state, module, Some(fields), &records))
}

/// The records with their ids and the rich texts that are asked for. Names of other fields are passed
/// over, as in lists (assumed).
fn answer(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    asked: Option<&str>,
    records: &[&Arc<Record>],
) -> Response {
    if records.is_empty() {
        return Response::no_content();
    }
    let wanted = |name: &str| asked.is_none_or(|asked| listed(asked).any(|asked| asked == name));
    let rich = |field: &&Field| field.spec.textarea.as_deref() == Some("rich_text");
    let fields = module.fields.iter().filter(rich).map(Field::api_name);
    let fields: Vec<&str> = std::iter::once("id")
        .chain(fields.filter(|name| wanted(name)))
        .collect();
    let fields = fields.join(",");
    let mut body = write_data(call, state, module, Detail::Single, Some(&fields), records);
    body.push(b'}');
    Response::bytes(200, body)
}
