//! `GET /settings/profiles`: the list of profiles, which leaves out lite ones unless asked for them.
//! All else about profiles is a family of settings.

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::settings::list_of;
use crate::error::ApiError;
use crate::response::Response;
use crate::settings::families::profiles::PROFILES;
use crate::store::Setting;
use crate::version::ApiVersion::{V4, V8};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST];

pub(crate) static LIST: Endpoint = Endpoint::get("profiles.list", "/crm/{v}/settings/profiles")
    .scope("settings.profiles.READ")
    .params(&[
        INCLUDE_LITE_PROFILE,
        Param::new("type").since(V8),
        INCLUDE_TYPES,
        Param::new("filters").since(V8),
    ])
    .outcomes(&[200, 204])
    .does("The profiles of the org", list);

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
