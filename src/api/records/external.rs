//! Records that requests name by an external id: the header `X-EXTERNAL`, of all versions.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ops::external::{external_value, record_with};
use crate::ops::permit::may_see;
use crate::schema::external::ExternalIds;
use crate::schema::{Field, Module};
use crate::store::{OrgState, Record};

/// What the header says of the module of a call; nothing if there is no header.
///
/// # Errors
/// `INVALID_DATA` for a part that names no field.
pub(super) fn external_ids(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<ExternalIds, ApiError> {
    match call.request.headers.get("x-external") {
        None => Ok(ExternalIds::default()),
        Some(header) => ExternalIds::parse(header, &state.schema, module)
            .map_err(|_| Code::EXTERNAL_INVALID.into()),
    }
}

/// The field of the module by which its records are named in place of ids.
pub(in crate::api) fn own_field<'m>(ids: &ExternalIds, module: &'m Module) -> Option<&'m Field> {
    ids.own.map(|no| module.field_at(no))
}

/// The record that the path names by its id, or by an external id. `None` if there is none.
///
/// # Errors
/// `INVALID_URL_PATTERN` if the id is no number; `DUPLICATE_DATA` for an external id of several
/// records; `NO_PERMISSION` for a record that the caller does not see.
pub(super) fn path_record(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    ids: &ExternalIds,
) -> Result<Option<Arc<Record>>, ApiError> {
    let record = path_record_to_write(call, state, module, ids)?;
    if let Some(record) = &record {
        may_see(state, module, record)?;
    }
    Ok(record)
}

/// The record that the path names by its id, where no external ids are taken. `None` if there is
/// none.
///
/// # Errors
/// Those of [`path_record`].
pub(in crate::api) fn record_of_path(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<Option<Arc<Record>>, ApiError> {
    path_record(call, state, module, &ExternalIds::default())
}

/// The same whether or not the caller sees it: for updates and deletions, which ask what is permitted
/// themselves, and tell it of an item.
///
/// # Errors
/// Those of [`path_record`] but `NO_PERMISSION`.
pub(super) fn path_record_to_write(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    ids: &ExternalIds,
) -> Result<Option<Arc<Record>>, ApiError> {
    match ids.own {
        Some(field) => Ok(record_with(state, module, field, call.path("id"))?),
        None => Ok(state.table(module).get(call.path_id("id")?).cloned()),
    }
}

/// The record that an item of the body names by the value of an external field.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without a value, `INVALID_DATA` for one that no record has.
pub(in crate::api) fn item_record(
    state: &OrgState,
    module: &Module,
    field: &Field,
    item: &Map<String, Json>,
    spot: Spot,
) -> Result<Arc<Record>, ApiError> {
    let about = |code: Code| spot.about(code, field.api_name());
    let value = item.get(field.api_name()).and_then(external_value);
    let value = value.ok_or_else(|| about(Code::MANDATORY_NOT_FOUND))?;
    let found = record_with(state, module, field.no, &value).map_err(about)?;
    found.ok_or_else(|| about(Code::EXTERNAL_INVALID))
}

/// The changes of a record that is named by an external field, without that field, which stays as
/// it is.
///
/// # Errors
/// `NOT_ALLOWED` for another value of the field.
pub(super) fn without_own<'j>(
    mut changes: Cow<'j, Map<String, Json>>,
    field: Option<&Field>,
    record: &Record,
    spot: Spot,
) -> Result<Cow<'j, Map<String, Json>>, ApiError> {
    let Some(field) = field else {
        return Ok(changes);
    };
    let name = field.api_name();
    if let Some(value) = changes.get(name) {
        let kept = record
            .stored(field.no)
            .and_then(crate::value::Value::as_text);
        if external_value(value).as_deref() != kept {
            return Err(spot.about(Code::EXTERNAL_OF_ITSELF, name));
        }
        changes.to_mut().remove(name);
    }
    Ok(changes)
}

/// How a call is answered whose path names no record.
pub(super) struct PathUnknown<'a> {
    call: &'a Call<'a>,
    code: Code,
    /// Whether the error is the answer, or an item of it.
    pub(super) fails_call: bool,
}

impl<'a> PathUnknown<'a> {
    /// With an error for ids, in place of which there may be external ids.
    pub(super) fn of(call: &'a Call<'a>, ids: &ExternalIds, of_ids: Code) -> Self {
        let external = ids.own.is_some();
        let code = if external {
            Code::EXTERNAL_INVALID
        } else {
            of_ids
        };
        Self {
            call,
            code,
            // the pages of all versions have 400 for external ids
            fails_call: external || call.version.unknown_path_id_fails_at_top_level(),
        }
    }

    /// The error.
    pub(super) fn error(&self) -> ApiError {
        self.call.path_error(self.code, 1)
    }
}
