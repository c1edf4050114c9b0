//! What operations on records have in common.

use std::sync::Arc;

use crate::api::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::Module;

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
pub(super) fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Ids of a comma separated parameter.
pub(super) fn id_list(text: &str) -> impl Iterator<Item = (&str, Option<Id>)> {
    listed(text).map(|id| (id, Id::parse(id).ok()))
}
