//! `/settings/profiles`: the list of profiles, which leaves out lite ones unless asked for them, and
//! what is done to profiles, which only come by copying others. One profile by its id is an operation
//! of the family of settings.

mod write;

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param, ParamKind};
use crate::api::settings::list_of;
use crate::error::ApiError;
use crate::response::Response;
use crate::settings::families::profiles::PROFILES;
use crate::store::Setting;
use crate::version::ApiVersion::{V4, V8};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &CLONE, &UPDATE, &PATCH, &DELETE];

pub(crate) static LIST: Endpoint = Endpoint::get("profiles.list", "/crm/{v}/settings/profiles")
    .scope("settings.profiles.READ")
    .params(&[
        INCLUDE_LITE_PROFILE,
        Param::new("type").since(V8),
        INCLUDE_TYPES,
        Param::new("filters").since(V8),
    ])
    .composite_freely()
    .outcomes(&[200, 204])
    .does("The profiles of the org", list);

static ONE_PROFILE: BodySpec = BodySpec::list(PROFILES.name, 1, Items::Own);
const ONE: &str = "/crm/{v}/settings/profiles/{id}";

pub(crate) static CLONE: Endpoint = Endpoint::post(
    "profiles.clone",
    "/crm/{v}/settings/profiles/{id}/actions/clone",
)
.since(V4)
.scope("settings.profiles.CREATE")
.body(&ONE_PROFILE)
.outcomes(&[201, 400])
.does(
    "Makes a profile that permits what another does",
    write::clone,
);

pub(crate) static UPDATE: Endpoint = Endpoint::put("profiles.update", ONE)
    .since(V4)
    .scope("settings.profiles.UPDATE")
    .body(&ONE_PROFILE)
    .outcomes(&[200, 400])
    .does("Changes a profile", write::update);

pub(crate) static PATCH: Endpoint = Endpoint::patch("profiles.patch", ONE)
    .since(V8)
    .scope("settings.profiles.UPDATE")
    .body(&ONE_PROFILE)
    .outcomes(&[200, 400])
    .does("Changes a profile", write::update);

pub(crate) static DELETE: Endpoint = Endpoint::delete("profiles.delete", ONE)
    .since(V4)
    .scope("settings.profiles.DELETE")
    .params(&[TRANSFER_TO])
    .outcomes(&[200, 400])
    .does("Deletes a profile, whose users get another", write::delete);

/// The profile that users get.
const TRANSFER_TO: Param = Param::new("transfer_to").required();
/// Whether lite profiles are listed.
const INCLUDE_LITE_PROFILE: Param = Param::new("include_lite_profile")
    .of(ParamKind::Boolean)
    .since(V4);
/// Kinds of profiles that are listed besides.
const INCLUDE_TYPES: Param = Param::new("include_types").since(V8);

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let lite = wants_lite(call);
    list_of(call, &PROFILES, |profile| lite || !is_lite(profile))
}

/// Lite profiles are left out unless asked for: `include_lite_profile`, `include_types` (v8).
fn wants_lite(call: &Call<'_>) -> bool {
    let lite = |types: &str| types.split(',').any(|t| t.eq_ignore_ascii_case("lite"));
    call.get(INCLUDE_LITE_PROFILE) == Some("true") || call.get(INCLUDE_TYPES).is_some_and(lite)
}

fn is_lite(profile: &Setting) -> bool {
    profile.text("type") == Some("lite_profile")
}
