//! What operations on records have in common.

use std::sync::Arc;

use crate::api::call::Call;
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::plan::{Approval, Converted};
use crate::render::{self, Detail, Rendering};
use crate::schema::{Module, View};
use crate::store::{OrgState, Record};

/// The key of records in bodies.
pub(in crate::api) const ROOT: &str = "data";
/// Records that one call takes.
pub(crate) const MOST_RECORDS: usize = 100;

/// The module of the path, if it allows the operation.
///
/// # Errors
/// `INVALID_MODULE` for one that does not exist, or does not allow it.
pub(in crate::api) fn writable(
    call: &Call<'_>,
    allows: impl Fn(&Module) -> bool,
) -> Result<Arc<Module>, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if allows(module) && !module.spec.read_only {
        Ok(Arc::clone(module))
    } else {
        Err(Code::MODULE_NOT_SUPPORTED_FOR_API.into())
    }
}

/// Why the record in the path is refused: a lock or an approval tells where it stands there.
pub(super) fn of_path(call: &Call<'_>, error: ApiError) -> ApiError {
    if error.kind == Code::NO_PERMISSION {
        error
    } else {
        call.path_error(error.kind, 1)
    }
}

/// What a comma separated parameter lists.
pub(in crate::api) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Ids of a comma separated parameter.
pub(in crate::api) fn id_list(text: &str) -> impl Iterator<Item = (&str, Option<Id>)> {
    listed(text).map(|id| (id, Id::parse(id).ok()))
}

/// The parameter `converted`.
///
/// # Errors
/// `INVALID_DATA` for anything but `true`, `false` and `both`.
pub(in crate::api) fn converted(call: &Call<'_>) -> Result<Converted, ApiError> {
    call.get(param::CONVERTED)
        .map_or(Ok(Converted::No), |text| {
            Converted::parse(text)
                .ok_or_else(|| ApiError::new(Code::INVALID_PARAM).with("param_name", "converted"))
        })
}

/// The custom view that the parameter `cvid` names.
///
/// # Errors
/// `INVALID_DATA` for one that the module does not have.
pub(in crate::api) fn view<'m>(
    call: &Call<'_>,
    module: &'m Module,
) -> Result<Option<&'m View>, ApiError> {
    let Some(text) = call.get(param::CVID) else {
        return Ok(None);
    };
    let id = Id::parse(text).ok();
    let view = id.and_then(|id| module.views.iter().find(|view| view.id == id));
    let bad = || ApiError::new(Code::INVALID_PARAM).with("param_name", param::CVID.name);
    view.map(Some).ok_or_else(bad)
}

/// The parameter `approved`; records that wait for approval are found on request alone.
///
/// # Errors
/// `INVALID_DATA` for anything but `true`, `false` and `both`.
pub(in crate::api) fn approval(call: &Call<'_>) -> Result<Option<Approval>, ApiError> {
    let Some(text) = call.get(param::APPROVED) else {
        return Ok(None);
    };
    let bad = || ApiError::new(Code::INVALID_PARAM).with("param_name", "approved");
    Approval::parse(text).map(Some).ok_or_else(bad)
}

/// The parameter `fields`, of which there may be fifty.
pub(in crate::api) fn fields<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, ApiError> {
    const MOST_FIELDS: usize = 50;
    let fields = call.get(param::FIELDS);
    if fields.is_some_and(|text| text.split(',').count() > MOST_FIELDS) {
        return Err(ApiError::new(Code::LIMIT_EXCEEDED)
            .with("limit", MOST_FIELDS)
            .with("param_name", "fields"));
    }
    Ok(fields)
}

/// `{"data":[…]` with the records, open for `info`.
pub(in crate::api) fn write_data(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    detail: Detail,
    fields: Option<&str>,
    records: &[&Arc<Record>],
) -> Vec<u8> {
    let asked = Rendering {
        detail,
        fields,
        gaps: None,
        form: call.form,
    };
    let plan = render::plan_of(state, module, call.version, asked);
    let mut body = Vec::with_capacity(64 + records.len() * 2048);
    body.extend_from_slice(b"{\"data\":[");
    for (n, record) in records.iter().enumerate() {
        if n > 0 {
            body.push(b',');
        }
        plan.write(record, module, state, &mut body);
    }
    body.push(b']');
    body
}
