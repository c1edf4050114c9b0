//! What is different about the list of all notes, `GET /crm/{version}/Notes`.

use crate::api::call::Call;
use crate::api::param;
use crate::error::{ApiError, Code, Row};
use crate::query::plan::Sort;
use crate::schema::Module;
use crate::settings::families::profiles::PROFILES;
use crate::store::OrgState;

/// The module of notes.
const NOTES: &str = "Notes";

const ADMINS_ONLY: Code = Code::of(&Row::new(
    "NOT_SUPPORTED",
    403,
    "This API is supported only for admin users.",
));

/// Whether a module is that of notes.
pub(super) fn is_notes(module: &Module) -> bool {
    module.api_name() == NOTES
}

/// Only administrators list the notes of all records (page on notes; v8 description).
///
/// # Errors
/// `NOT_SUPPORTED` for another user.
pub(super) fn check_reader(state: &OrgState, module: &Module) -> Result<(), ApiError> {
    let profile = state.current().and_then(|user| user.profile);
    let profile = profile.and_then(|id| PROFILES.of(state).get(id));
    let admin = profile.is_none_or(|profile| profile.name == "Administrator");
    if is_notes(module) && !admin {
        return Err(ADMINS_ONLY.into());
    }
    Ok(())
}

/// Whether the list of a module is sorted as the caller wants it.
pub(super) fn can_be_sorted(call: &Call<'_>, module: &Module) -> bool {
    !is_notes(module) || call.version.sorts_notes()
}

/// Whether the list of a module is narrowed down by `ids`.
pub(super) fn has_ids(call: &Call<'_>, module: &Module) -> bool {
    !is_notes(module) || call.version.finds_notes_by_ids()
}

/// The order of notes unless another one is asked for: the oldest first (page on notes, and the
/// example of v8, whose `info` says `Created_Time` and `asc`).
pub(in crate::api) fn usual_sort<'m>(call: &Call<'_>, module: &'m Module) -> Option<Sort<'m>> {
    let sortable = can_be_sorted(call, module);
    if !is_notes(module) || (sortable && call.get(param::SORT_BY).is_some()) {
        return None;
    }
    let order = call.get(param::SORT_ORDER).filter(|_| sortable);
    Some(Sort {
        by: module.field("Created_Time")?,
        ascending: order.is_none_or(|order| !order.eq_ignore_ascii_case("desc")),
    })
}
