//! `GET /org`: the organization itself.

pub mod currencies;
pub mod photo;
pub mod tags;

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::endpoint::Endpoint;
use super::settings::{self, Object, VersionedKey};
use crate::error::ApiError;
use crate::response::Response;
use crate::settings::families::currencies::CURRENCIES;
use crate::store::OrgState;
use crate::value::time;
use crate::version::ApiVersion::{self, V2_1, V3, V6, V7, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&GET];

pub(crate) static GET: Endpoint = Endpoint::get("org.get", "/crm/{v}/org")
    .scope("org.READ")
    .composite_freely()
    .outcomes(&[200])
    .does("The organization", get);

/// Keys of the org that not every version has (captures of v2 and v7, SDK tables).
const KEYS: &[VersionedKey] = &[
    ("hierarchy_preferences", Versions::since(V2_1)),
    ("hipaa_compliance_enabled", Versions::since(V2_1)),
    ("deletable_org_account", Versions::since(V3)),
    ("lite_users_enabled", Versions::since(V3)),
    ("created_time", Versions::since(V6)),
    ("type", Versions::since(V6)),
];

/// Keys of its licence.
const LICENSE_KEYS: &[VersionedKey] = &[
    ("portal_users_license_purchased", Versions::since(V7)),
    ("trial_action", Versions::since(V8)),
];

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    Ok(settings::list("org", vec![object(&state, call.version)]))
}

/// Account numbers of an org, which do not begin with its prefix: made from it for a seed that
/// gives none.
struct Accounts {
    zgid: u64,
}

impl Accounts {
    const FIRST: u64 = 800_000_000;

    fn of(state: &OrgState) -> Self {
        let prefix = state.info.prefix.id(0).0 / 1_000_000_000_000;
        Self {
            zgid: Self::FIRST + prefix,
        }
    }

    /// The number of the org itself, or one given out some steps later.
    fn number(&self, later: u64) -> String {
        (self.zgid + later).to_string()
    }
}

/// The number by which other hosts know the org.
pub(in crate::api) fn zgid(state: &OrgState) -> String {
    let said = state.info.attributes.get("zgid").and_then(Json::as_str);
    said.map_or_else(|| Accounts::of(state).number(0), str::to_owned)
}

/// The org's object: the version's keys, with what the seed says of them.
fn object(state: &OrgState, version: ApiVersion) -> Json {
    let said = &state.info.attributes;
    let accounts = Accounts::of(state);
    let zgid = zgid(state);
    Object::default()
        .put("country", Json::Null)
        .put("hierarchy_preferences", json!({"type": "Role_Hierarchy"}))
        .put("photo_id", photo_id(state))
        .put("city", Json::Null)
        .put("description", Json::Null)
        .put("type", "production")
        .put("mc_status", false)
        .put("gapps_enabled", false)
        .put("lite_users_enabled", false)
        .put("domain_name", format!("org{zgid}"))
        .put("translation_enabled", false)
        .put("street", Json::Null)
        .put("alias", Json::Null)
        .put("currency", "US Dollar - USD")
        .put("deletable_org_account", false)
        .put("id", state.info.prefix.id(20_005).json())
        .put("state", Json::Null)
        .put("fax", Json::Null)
        .put("employee_count", "1")
        .put("zip", Json::Null)
        .put("created_time", created_time(state))
        .put("website", Json::Null)
        .put("currency_symbol", "$")
        .put("mobile", Json::Null)
        .put("currency_locale", "en_US")
        .put("primary_zuid", accounts.number(3))
        .put("zia_portal_id", accounts.number(13_485))
        .put("time_zone", state.info.time_zone.iana_name())
        .put("zgid", zgid)
        .put("country_code", "US")
        .put("license_details", Json::Null)
        .put("phone", Json::Null)
        .put("company_name", "Example Organization")
        .put("privacy_settings", false)
        .put("primary_email", primary_email(state))
        .put("hipaa_compliance_enabled", false)
        .put("iso_code", "USD")
        .known(said)
        .map("mc_status", |on| match CURRENCIES.of(state).is_empty() {
            true => on.clone(),
            false => true.into(),
        })
        .retain(|key| !state.info.hides(key))
        .put("license_details", license(said, version))
        .map("currency", |currency| plain_currency(currency, version))
        .shown(&[KEYS], version)
}

/// The id of the org's photo.
fn photo_id(state: &OrgState) -> Option<&str> {
    let photo = state.files.org_photo.as_ref();
    photo.map(|photo| photo.file_id.as_str())
}

/// When the first user came.
fn created_time(state: &OrgState) -> Option<String> {
    let user = state.current()?;
    Some(time::format_datetime(
        user.created_time,
        &state.info.time_zone,
    ))
}

fn primary_email(state: &OrgState) -> Option<String> {
    state.current()?.text("email").map(str::to_owned)
}

/// The licence: that of a paid org unless the seed says otherwise.
fn license(said: &Map<String, Json>, version: ApiVersion) -> Json {
    let given = said.get("license_details").and_then(Json::as_object);
    let nothing = Map::new();
    let given = given.unwrap_or(&nothing);
    Object::default()
        .put("paid_expiry", "2099-12-31T00:00:00+00:00")
        .put("users_license_purchased", 10)
        .put("trial_type", Json::Null)
        .put_some("trial_action", given.get("trial_action").cloned())
        .put("trial_expiry", Json::Null)
        .put("paid", true)
        .put("paid_type", "enterprise")
        .put("portal_users_license_purchased", 0)
        .known(given)
        .shown(&[LICENSE_KEYS], version)
}

/// `US Dollar - USD` without the code, for versions that do not show it.
fn plain_currency(currency: &Json, version: ApiVersion) -> Json {
    let name = currency
        .as_str()
        .filter(|_| !version.org_currency_has_code());
    match name.and_then(|name| name.split_once(" - ")) {
        Some((name, _)) => name.into(),
        None => currency.clone(),
    }
}
