//! `/crm/{version}/{module}/{id}/actions/download_fields_attachment`: files that fields of a record
//! hold.

use super::external::{external_ids, path_record};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::files;
use crate::error::{ApiError, Code};
use crate::ids::{Id, IdError};
use crate::response::Response;
use crate::schema::{Module, Storage};
use crate::store::Record;
use crate::value::{RecordFile, Value};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&DOWNLOAD];

/// The id that a file has in its field.
const FIELDS_ATTACHMENT_ID: Param = Param::new("fields_attachment_id")
    .of(ParamKind::Id)
    .required();

/// The SDKs have it from v2.1 on; v2 answers it as well (seen live in September 2026).
pub(crate) static DOWNLOAD: Endpoint = Endpoint::get(
    "records.download_fields_attachment",
    "/crm/{v}/{module}/{id}/actions/download_fields_attachment",
)
.scope("modules.{module}.READ")
.params(&[FIELDS_ATTACHMENT_ID])
.outcomes(&[200, 204, 206, 400, 416])
.does(
    "The bytes of a file that a field of a record holds",
    download,
);

/// The file with an id that a record holds in a field, or in a row of a subform.
pub(super) fn held<'r>(module: &Module, record: &'r Record, id: Id) -> Option<&'r RecordFile> {
    let values = record.values().iter().filter(|(no, value)| {
        let field = module.living(*no).map(|field| &field.kind);
        matches!(value, Value::Rows(_)) || field == Some(&Storage::Files)
    });
    let mut files = values.flat_map(|(_, value)| match value {
        Value::Rows(rows) => {
            let cells = rows.iter().flat_map(|row| row.values.iter());
            cells.flat_map(|(_, cell)| cell.files()).collect::<Vec<_>>()
        }
        value => value.files().iter().collect(),
    });
    files.find(|held| held.id == id)
}

/// What is no number cannot be read, and a number that no file of the record has is no id (seen live in
/// September 2026, v2).
fn download(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let given = call.get(FIELDS_ATTACHMENT_ID).ok_or_else(|| {
        let error = ApiError::new(Code::REQUIRED_PARAM_MISSING);
        let error = error.with("param", FIELDS_ATTACHMENT_ID.name);
        // what a summary of the v8 page shows
        if call.version.has_resource_path_index() {
            error.with("resource_path_index", 0)
        } else {
            error
        }
    })?;
    let id = match Id::parse(given) {
        Ok(id) => Some(id),
        Err(IdError::TooLong) => None,
        Err(IdError::NotNumeric) => return Err(Code::UNABLE_TO_PARSE.into()),
    };
    let ids = external_ids(call, &state, module)?;
    let record = path_record(call, &state, module, &ids)?;
    let record = record.ok_or_else(|| call.path_error(Code::FIELD_FILE_UNKNOWN, 1))?;
    let held = id.and_then(|id| held(module, &record, id));
    let held = held.ok_or_else(|| {
        ApiError::new(Code::FIELD_FILE_UNKNOWN).with("param_name", FIELDS_ATTACHMENT_ID.name)
    })?;
    Ok(files::download(call, &held.file))
}
