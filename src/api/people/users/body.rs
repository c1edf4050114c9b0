//! A user as JSON: which keys there are, since when, and what they hold unless they were set.

use serde_json::{Map, Value as Json, json};

use crate::ids::Id;
use crate::settings::Family;
use crate::settings::families::profiles::PROFILES;
use crate::settings::families::roles::ROLES;
use crate::store::{OrgState, User};
use crate::value::time;
use crate::version::{ApiVersion, Versions};

use ApiVersion::{V2, V2_1, V3, V4, V6};

/// Who shows a key.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Every user.
    All,
    /// The calling user alone (captured list of 15 users).
    Own,
    /// Every user, in orgs of 2026 (captured v2 body).
    Era2026,
    /// The calling user alone, in orgs of 2026.
    OwnEra2026,
    /// Every user, in orgs with several currencies.
    MultiCurrency,
}

const ALL: Versions = Versions::ALL;
const OLD: Versions = Versions::until(V2_1);

/// The keys of a user, in the order of insertion.
const KEYS: &[(&str, Versions, Who)] = &[
    ("country", ALL, Who::All),
    ("name_format", Versions::until(V3), Who::Own),
    ("name_format__s", Versions::since(V4), Who::Own),
    ("language", ALL, Who::All),
    ("microsoft", ALL, Who::All),
    ("$shift_effective_from", Versions::since(V3), Who::All),
    ("Shift_Effective_From__s", OLD, Who::Era2026),
    ("id", ALL, Who::All),
    ("state", ALL, Who::All),
    ("fax", ALL, Who::All),
    ("country_locale", ALL, Who::All),
    ("sandboxDeveloper", Versions::since(V2_1), Who::All),
    ("sandboxDeveloper", Versions::until(V2), Who::Era2026),
    ("Reporting_To", OLD, Who::Era2026),
    ("zip", ALL, Who::All),
    ("decimal_separator", ALL, Who::All),
    ("created_time", ALL, Who::All),
    ("time_format", ALL, Who::All),
    ("offset", ALL, Who::All),
    ("profile", ALL, Who::All),
    ("created_by", ALL, Who::All),
    ("zuid", ALL, Who::All),
    ("full_name", ALL, Who::All),
    ("territories", OLD, Who::All),
    ("phone", ALL, Who::All),
    ("Current_Shift__s", OLD, Who::Era2026),
    ("dob", ALL, Who::All),
    (
        "sort_order_preference",
        Versions::between(V2_1, V3),
        Who::Own,
    ),
    ("sort_order_preference__s", Versions::since(V4), Who::Own),
    ("status", ALL, Who::All),
    ("type__s", Versions::since(V6), Who::All),
    ("role", ALL, Who::All),
    ("customize_info", ALL, Who::Own),
    ("city", ALL, Who::All),
    ("distance_preference__s", OLD, Who::OwnEra2026),
    ("signature", ALL, Who::Own),
    ("locale", ALL, Who::All),
    ("personal_account", ALL, Who::Own),
    ("Isonline", ALL, Who::All),
    ("default_tab_group", ALL, Who::Own),
    ("Modified_By", ALL, Who::All),
    ("street", ALL, Who::All),
    ("Currency", ALL, Who::MultiCurrency),
    ("$current_shift", Versions::since(V3), Who::All),
    ("alias", ALL, Who::All),
    ("theme", ALL, Who::Own),
    ("first_name", ALL, Who::All),
    ("email", ALL, Who::All),
    ("status_reason__s", Versions::since(V4), Who::All),
    ("status_reason__s", OLD, Who::Era2026),
    ("website", ALL, Who::All),
    ("Modified_Time", ALL, Who::All),
    ("$next_shift", Versions::since(V3), Who::All),
    ("mobile", ALL, Who::All),
    ("last_name", ALL, Who::All),
    ("time_zone", ALL, Who::All),
    ("number_separator", Versions::since(V3), Who::All),
    ("confirm", ALL, Who::All),
    ("Next_Shift__s", OLD, Who::Era2026),
    ("date_format", ALL, Who::All),
];

/// Whether users have a key in a version.
pub(super) fn shows(key: &str, version: ApiVersion) -> bool {
    let mut keys = KEYS.iter();
    keys.any(|(known, versions, _)| *known == key && versions.contains(version))
}

/// The user as `version` shows it to the calling user.
pub(super) fn user(state: &OrgState, user: &User, version: ApiVersion, now: i64) -> Json {
    let own = user.id == state.current_user;
    let recent = state.info.era >= 2026;
    let shown = |who: Who| match who {
        Who::All => true,
        Who::Own => own,
        Who::Era2026 => recent,
        Who::OwnEra2026 => own && recent,
        Who::MultiCurrency => state.info.features.iter().any(|f| f == "multi_currency"),
    };
    let mut body = Map::new();
    for (key, versions, who) in KEYS {
        // what a seed gives of a user's own keys is shown even of another user
        let given = user.attributes.get(*key);
        let usual = shown(*who) && !state.info.hides(key);
        if versions.contains(version) && (usual || given.is_some()) {
            let value = given
                .cloned()
                .unwrap_or_else(|| default(state, user, key, version, now));
            body.insert((*key).to_owned(), value);
        }
    }
    Json::Object(body)
}

fn default(state: &OrgState, user: &User, key: &str, version: ApiVersion, now: i64) -> Json {
    let tz = user
        .time_zone()
        .unwrap_or_else(|| state.info.time_zone.clone());
    let at = |seconds| Json::from(time::format_datetime(seconds, &state.time_zone));
    match key {
        "id" => user.id.json(),
        "full_name" => user.full_name().into(),
        "status" => user.status().into(),
        "confirm" => true.into(),
        "role" => setting(state, &ROLES, user.role),
        "profile" => setting(state, &PROFILES, user.profile),
        "created_time" => at(user.created_time),
        "Modified_Time" => at(user.modified_time),
        "created_by" => person(state, user.created_by),
        "Modified_By" => person(state, user.modified_by),
        "time_zone" => state
            .info
            .attributes
            .get("time_zone")
            .cloned()
            .unwrap_or_else(|| "UTC".into()),
        "offset" => (time::offset_at(now, &tz) * 1000).into(),
        // an account number, which an invited user does not have yet
        "zuid" => user.account().map(|number| format!("{number:09}")).into(),
        "language" | "locale" => "en_US".into(),
        "country_locale" => "US".into(),
        "decimal_separator" if version.decimal_separator_is_locale() => "en_US".into(),
        "decimal_separator" => "Period".into(),
        "number_separator" => "Comma".into(),
        "time_format" => "hh:mm a".into(),
        "date_format" => "MM/dd/yyyy".into(),
        "name_format" | "name_format__s" => "Salutation,First Name,Last Name".into(),
        "sort_order_preference" | "sort_order_preference__s" => "First Name,Last Name".into(),
        "distance_preference__s" => "Miles".into(),
        "type__s" => "Regular User".into(),
        "default_tab_group" => "0".into(),
        "microsoft" | "sandboxDeveloper" | "personal_account" => false.into(),
        "Isonline" => (user.id == state.current_user).into(),
        "territories" => json!([]),
        "Currency" => state
            .info
            .attributes
            .get("iso_code")
            .cloned()
            .unwrap_or(Json::Null),
        "customize_info" => json!({
            "notes_desc": null, "show_right_panel": null, "bc_view": null, "show_home": false,
            "show_detail_view": true, "show_left_panel": true, "unpin_recent_item": null,
        }),
        "theme" => json!({
            "normal_tab": {"font_color": "#FFFFFF", "background": "#222222"},
            "selected_tab": {"font_color": "#FFFFFF", "background": "#222222"},
            "new_background": null, "background": "#F3F0EB", "screen": "fixed", "type": "default",
        }),
        _ => Json::Null,
    }
}

fn setting(state: &OrgState, family: &Family, id: Option<Id>) -> Json {
    let found = id.and_then(|id| family.of(state).get(id));
    found.map_or(
        Json::Null,
        |s| json!({"name": s.name.as_str(), "id": s.id.to_string()}),
    )
}

fn person(state: &OrgState, id: Id) -> Json {
    json!({"name": state.user_name(id), "id": id.to_string()})
}
