//! `/crm/{version}/settings/record_locking_configurations[/{id}]`: which modules have locks, and what
//! they forbid. Lists, single ones and deletions are those of every family; what is written is
//! checked against the fields of the module first.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common::{listed, unknown_setting};
use super::read;
use super::write::{delete, delete_many, first};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param, ParamKind};
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item};
use crate::ids::Id;
use crate::ops::locking::{has_locks, lock_existing};
use crate::query::view;
use crate::response::Response;
use crate::schema::{Field, Module, Storage};
use crate::settings::families::record_locking_configurations::RECORD_LOCKING_CONFIGURATIONS as FAMILY;
use crate::settings::locking::{configuration, named};
use crate::settings::refusal::Source;
use crate::settings::write;
use crate::store::{OrgState, Setting, Tx};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &CREATE,
    &UPDATE_MANY,
    &DELETE_MANY,
    &GET,
    &UPDATE,
    &DELETE,
];

const FEATURE_TYPE: Param = Param::new("feature_type").of(ParamKind::Word(&["record_locking"]));

static BODY: BodySpec = BodySpec::list(FAMILY.name, 1, Items::Settings(&FAMILY));

pub(crate) static LIST: Endpoint = Endpoint::get(
    "record_locking_configurations.list",
    "/crm/{v}/settings/record_locking_configurations",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.READ")
.family(&FAMILY)
.params(&[param::MODULE, FEATURE_TYPE])
.outcomes(&[200, 204, 400])
.does(
    "The configuration of record locking of a module, as a list",
    list,
);

pub(crate) static CREATE: Endpoint = Endpoint::post(
    "record_locking_configurations.create",
    "/crm/{v}/settings/record_locking_configurations",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.CREATE")
.family(&FAMILY)
.params(&[param::MODULE])
.body(&BODY)
.outcomes(&[201, 400])
.does("Configure record locking for a module", create);

pub(crate) static UPDATE_MANY: Endpoint = Endpoint::put(
    "record_locking_configurations.update_many",
    "/crm/{v}/settings/record_locking_configurations",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.UPDATE")
.family(&FAMILY)
.params(&[param::MODULE])
.body(&BODY)
.outcomes(&[200, 400])
.does("Change the configuration that the body names", update_many);

pub(crate) static DELETE_MANY: Endpoint = Endpoint::delete(
    "record_locking_configurations.delete_many",
    "/crm/{v}/settings/record_locking_configurations",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.DELETE")
.family(&FAMILY)
.params(&[param::MODULE, param::IDS.required()])
.outcomes(&[200, 207, 400])
.does("Delete configurations of record locking", |call| {
    module(call, &call.read())?;
    delete_many(call)
});

pub(crate) static GET: Endpoint = Endpoint::get(
    "record_locking_configurations.get",
    "/crm/{v}/settings/record_locking_configurations/{id}",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.READ")
.family(&FAMILY)
.params(&[param::MODULE])
.outcomes(&[200, 400])
.does("One configuration of record locking", |call| {
    module(call, &call.read())?;
    read::get(call)
});

pub(crate) static UPDATE: Endpoint = Endpoint::put(
    "record_locking_configurations.update",
    "/crm/{v}/settings/record_locking_configurations/{id}",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.UPDATE")
.family(&FAMILY)
.params(&[param::MODULE])
.body(&BODY)
.outcomes(&[200, 400])
.does("Change a configuration of record locking", update);

pub(crate) static DELETE: Endpoint = Endpoint::delete(
    "record_locking_configurations.delete",
    "/crm/{v}/settings/record_locking_configurations/{id}",
)
.since(ApiVersion::V7)
.scope("settings.record_locking_configurations.DELETE")
.family(&FAMILY)
.params(&[param::MODULE])
.outcomes(&[200, 400])
.does("Delete a configuration of record locking", |call| {
    module(call, &call.read())?;
    delete(call)
});

/// The module that the call names, if its records can be locked.
///
/// # Errors
/// `REQUIRED_PARAM_MISSING`, `INVALID_MODULE`, and `NOT_SUPPORTED` for one without locks.
fn module(call: &Call<'_>, state: &OrgState) -> Result<Arc<Module>, ApiError> {
    let name = call.get(param::MODULE).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING)
            .with(call.version.settings_param_key(), "module")
    })?;
    let module = state
        .schema
        .module(name)
        .filter(|module| listed(module, call.version));
    let module = module.ok_or(Code::INVALID_MODULE)?;
    if has_locks(module) {
        Ok(Arc::clone(module))
    } else {
        Err(ApiError::new(Code::LOCKING_NOT_SUPPORTED).with("param_name", "module"))
    }
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    module(call, &call.read())?;
    if call
        .get(FEATURE_TYPE)
        .is_some_and(|feature| feature != "record_locking")
    {
        let error = ApiError::new(Code::PATTERN_NOT_MATCHED);
        return Err(error.with("param_name", FEATURE_TYPE.name));
    }
    read::list(call)
}

fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = module(call, &call.read())?;
    if configuration(&call.read(), module.no).is_some() {
        let error = ApiError::new(Code::LOCKING_CONFIGURED).with("param_name", "module");
        return Err(error.with("limit", 1));
    }
    let [created, ..] = FAMILY.messages;
    let batch = Batch::of_body(call, 201).answered_alike();
    let items = batch.write(|tx, said, index| {
        let spot = batch.spot(index);
        check_said(tx, &module, said, None, spot).map_err(|error| vec![error])?;
        let source = Source::Client(call.version);
        let id = write::create(tx, &FAMILY, Some(module.no), said, source)
            .map_err(|refusals| first(spot, refusals))?;
        lock_existing(tx, &module);
        Ok(Item::success_of(created, id))
    })?;
    Ok(batch.answer(&items))
}

fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = module(call, &call.read())?;
    change(call, &module, |tx, said, spot| {
        let given = said.get("id").filter(|id| !id.is_null());
        let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
        let id = Id::from_json(given);
        found(tx, &module, id).ok_or_else(|| spot.about(Code::UNKNOWN_SETTING, "id"))
    })
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = module(call, &state)?;
    let id = call.path_id("id")?;
    let known = FAMILY
        .of(&state)
        .get(id)
        .filter(|s| s.module == Some(module.no));
    known.ok_or_else(|| unknown_setting(call))?;
    change(call, &module, |tx, _, _| {
        found(tx, &module, Some(id)).ok_or_else(|| unknown_setting(call))
    })
}

fn found(tx: &Tx, module: &Module, id: Option<Id>) -> Option<Arc<Setting>> {
    let setting = FAMILY.of(tx.state()).get(id?)?;
    (setting.module == Some(module.no)).then(|| Arc::clone(setting))
}

/// Changes the configuration that `target` finds.
fn change(
    call: &Call<'_>,
    module: &Module,
    target: impl Fn(&Tx, &Map<String, Json>, Spot) -> Result<Arc<Setting>, ApiError>,
) -> Result<Response, ApiError> {
    let [_, updated, _] = FAMILY.messages;
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let spot = batch.spot(index);
        let old = target(tx, said, spot).map_err(|error| vec![error])?;
        check_said(tx, module, said, Some(&old), spot).map_err(|error| vec![error])?;
        let id = write::update(tx, &FAMILY, &old, said, Source::Client(call.version))
            .map_err(|refusals| first(spot, refusals))?;
        lock_existing(tx, module);
        Ok(Item::success_of(updated, id))
    })?;
    Ok(batch.answer(&items))
}

/// Rules, fields and profiles that a configuration takes (newest description of v8).
const LIMITS: [(&str, usize, Code); 3] = [
    ("locking_rules", 5, Code::TOO_MANY_LOCKING_RULES),
    ("excluded_fields", 15, Code::TOO_MANY_EXCLUDED_FIELDS),
    (
        "lock_excluded_profiles",
        15,
        Code::TOO_MANY_EXCLUDED_PROFILES,
    ),
];

/// Checks what is said of a configuration against what the module has.
///
/// # Errors
/// What is wrong with its rules and its fields.
fn check_said(
    tx: &Tx,
    module: &Module,
    said: &Map<String, Json>,
    old: Option<&Setting>,
    spot: Spot,
) -> Result<(), ApiError> {
    let items = |key: &str| {
        said.get(key)
            .and_then(Json::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let rules = items("locking_rules");
    let kept = old.map_or(&[][..], |old| named(old, "locking_rules"));
    for (key, most, code) in LIMITS {
        let length = match key {
            "locking_rules" => rules_after(kept, rules),
            key => items(key).len(),
        };
        if length > most {
            let had = old.map_or(0, |old| named(old, key).len());
            let error = ApiError::new(code).with("limit", most);
            let error = error.with("available_limit", most.saturating_sub(had));
            return Err(spot.about(error, key));
        }
    }
    for (n, rule) in rules.iter().enumerate() {
        if let (Some(id), true) = (rule_id(rule), old.is_some())
            && !kept.iter().any(|known| rule_id(known) == Some(id))
        {
            return Err(spot.about(Code::UNKNOWN_SETTING, &format!("locking_rules[{n}].id")));
        }
        if let Some(criteria) = rule.get("criteria").filter(|criteria| !criteria.is_null()) {
            let path = format!("{spot}.locking_rules[{n}].criteria");
            view::check(criteria, module, tx.state(), tx.now(), &path)?;
        }
    }
    for (n, field) in items("excluded_fields").iter().enumerate() {
        check_field(module, field, spot, n)?;
    }
    Ok(())
}

fn rule_id(rule: &Json) -> Option<Id> {
    rule.get("id").and_then(Id::from_json)
}

/// How many rules there are after a change, which names those that it changes, adds or deletes alone
/// (page of v7).
fn rules_after(kept: &[Json], said: &[Json]) -> usize {
    let goes = |rule: &&Json| {
        let delete = rule.get("_delete");
        delete.is_some_and(|delete| delete.is_null() || *delete == true)
    };
    let added = said.iter().filter(|rule| rule_id(rule).is_none()).count();
    let gone = said.iter().filter(goes).count();
    (kept.len() + added).saturating_sub(gone)
}

/// Whether locks can leave a field out, which is named by its id, its API name or both.
///
/// # Errors
/// For one without a name, with two that do not agree, that there is not, or that locks concern
/// always (newest description of v8).
fn check_field(module: &Module, said: &Json, spot: Spot, n: usize) -> Result<(), ApiError> {
    let path = |key: &str| format!("excluded_fields[{n}].{key}");
    let places = || -> Vec<Json> {
        ["api_name", "id"]
            .iter()
            .map(|key| spot.place(&path(key)))
            .collect()
    };
    let given = |key: &str| said.get(key).filter(|value| !value.is_null());
    let (name, id) = (given("api_name"), given("id"));
    let by_name = name.map(|name| name.as_str().and_then(|name| module.field(name)));
    let by_id = id.map(|id| {
        let id = Id::from_json(id);
        module.fields.iter().find(|field| Some(field.id) == id)
    });
    let field: &Field = match (by_name, by_id) {
        (None, None) => {
            let error = ApiError::new(Code::LOCKING_FIELD_UNNAMED);
            return Err(error.with("expected_fields", places()));
        }
        (Some(Some(a)), Some(Some(b))) if a.no != b.no => {
            let error = ApiError::new(Code::LOCKING_FIELD_AMBIGUOUS);
            return Err(error.with("ambiguity_due_to", places()));
        }
        // where one of both is right, that one counts (page of v7)
        (Some(Some(field)), _) | (_, Some(Some(field))) => field,
        (_, Some(None)) => return Err(spot.about(Code::LOCKING_FIELD_UNKNOWN, &path("id"))),
        (Some(None), None) => {
            return Err(spot.about(Code::LOCKING_FIELD_UNKNOWN, &path("api_name")));
        }
    };
    if field.kind == Storage::Tags || field.api_name() == "Owner" || !field.writable() {
        return Err(spot.about(Code::LOCKING_FIELD_NOT_SUPPORTED, &path("api_name")));
    }
    Ok(())
}
