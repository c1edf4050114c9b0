//! `DELETE /settings/roles/{id}`: a role goes, and what it had goes to another. All else about roles
//! is a family of settings.

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param};
use crate::api::settings::unknown_setting;
use crate::error::{ApiError, Code, Item};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::roles::ROLES;
use crate::settings::hierarchy::{hand_over, reports_to};
use crate::store::OrgState;
use crate::version::ApiVersion::V3;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&DELETE];

/// The role that users and subordinate roles get.
const TRANSFER_TO_ID: Param = Param::new("transfer_to_id").required();

pub(crate) static DELETE: Endpoint =
    Endpoint::delete("roles.delete", "/crm/{v}/settings/roles/{id}")
        .since(V3)
        .scope("settings.roles.DELETE")
        .params(&[TRANSFER_TO_ID])
        .outcomes(&[200, 400])
        .does("Deletes a role, whose users get another", delete);

fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    call.write(|tx| {
        if ROLES.of(tx.state()).get(id).is_none() {
            return Err(unknown_setting(call));
        }
        let to = heir(call, tx.state(), id)?;
        hand_over(tx, id, to);
        Ok(())
    })?;
    let [.., deleted] = ROLES.messages;
    let item = Item::success_of(deleted, id);
    let mut body = Vec::new();
    if call.version.deleted_role_is_listed() {
        body = Item::write_all(ROLES.name, &[item], call.wording);
    } else {
        item.write(call.wording, &mut body);
    }
    Ok(Response::bytes(200, body))
}

/// The role that takes over.
///
/// # Errors
/// `REQUIRED_PARAM_MISSING`; `INVALID_DATA` about one that does not exist, is the same, or stands
/// below: then it would lose its own superior.
fn heir(call: &Call<'_>, state: &OrgState, id: Id) -> Result<Id, ApiError> {
    let given = call.get(TRANSFER_TO_ID).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING)
            .with(call.version.settings_param_key(), TRANSFER_TO_ID.name)
    })?;
    let known = Id::parse(given)
        .ok()
        .filter(|to| ROLES.of(state).get(*to).is_some());
    let status = match known {
        None => "invalid",
        Some(to) if to == id => "same_role",
        Some(to) if reports_to(state, to, id) => "subordinate",
        Some(to) => return Ok(to),
    };
    let error = ApiError::new(Code::UNKNOWN_SETTING);
    let error = if call.version.deleted_role_is_listed() {
        error.with("role_status", status)
    } else {
        error
    };
    Err(error.with("param_name", TRANSFER_TO_ID.name))
}
