//! Cadences, which a seed declares, and the records that are in them (pages of v7, description of v8).

use serde_json::{Map, Value as Json, json};

use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Param, VersionedKey};
use crate::api::param;
use crate::api::settings::list_of;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::permit::{Deed, permit};
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::cadence_enrolments::CADENCE_ENROLMENTS;
use crate::settings::families::cadences::{CADENCES, MANUAL};
use crate::settings::{Source, write};
use crate::store::{OrgState, Setting, Tx};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &ENROL, &UNENROL];

/// Cadences in a call.
const MOST_CADENCES: usize = 5;
/// Records in a call.
const MOST_RECORDS: usize = 100;

/// `module`: whose cadences are listed.
const MODULE: Param = Param::new("module");
/// The keys of bodies.
const CADENCES_KEY: &str = "cadences_ids";
const IDS_KEY: &str = "ids";
const KEYS: &[VersionedKey] = &[(CADENCES_KEY, Versions::ALL), (IDS_KEY, Versions::ALL)];
static BODY: BodySpec = BodySpec::object(&[KEYS]);

pub(crate) static LIST: Endpoint =
    Endpoint::get("cadences.list", "/crm/{v}/settings/automation/cadences")
        .since(ApiVersion::V7)
        .scope("settings.cadences.READ")
        .params(&[MODULE, param::PAGE, param::PER_PAGE])
        .outcomes(&[200, 204, 400])
        .does("The cadences of the org", list);

pub(crate) static ENROL: Endpoint = Endpoint::post(
    "cadences.enrol",
    "/crm/{v}/{module}/actions/enrol_in_cadences",
)
.since(ApiVersion::V7)
.scope("modules.{module}.CREATE")
.body(&BODY)
.outcomes(&[200, 207, 400])
.does("Put records into cadences", |call| {
    change(call, Message::ENROLLED, enrol)
});

pub(crate) static UNENROL: Endpoint = Endpoint::post(
    "cadences.unenrol",
    "/crm/{v}/{module}/actions/unenrol_from_cadences",
)
.since(ApiVersion::V7)
.scope("modules.{module}.CREATE")
.body(&BODY)
.outcomes(&[200, 207, 400])
.does("Take records out of cadences", |call| {
    change(call, Message::UNENROLLED, unenrol)
});

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    if let Some(name) = call.get(MODULE)
        && state.schema.module(name).is_none()
    {
        return Err(ApiError::new(Code::CADENCE_MODULE).with("param_name", MODULE.name));
    }
    list_of(call, &CADENCES, |_| true)
}

/// The ids under a key of the body.
fn ids<'c>(
    call: &'c Call<'_>,
    key: &str,
    most: usize,
    codes: [Code; 3],
) -> Result<&'c [Json], ApiError> {
    let [missing, wrong, too_many] = codes;
    let spot = Spot::body(call.version);
    let said = call.body.get(key).filter(|said| !said.is_null());
    let said = said.ok_or_else(|| spot.about(missing, key))?;
    let said = said.as_array().ok_or_else(|| {
        let error = ApiError::new(wrong).with("expected_data_type", "jsonarray");
        spot.about(error, key)
    })?;
    if said.is_empty() {
        return Err(spot.about(missing, key));
    }
    if said.len() > most {
        return Err(ApiError::new(too_many)
            .with("limit", most)
            .with("limit_due_to", json!([spot.place(key)])));
    }
    Ok(said)
}

/// The cadences of the body: of the module, and made for records that are put in one by one.
fn cadences<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    module: &Module,
) -> Result<Vec<&'s Setting>, ApiError> {
    let codes = [
        Code::CADENCES_MISSING,
        Code::CADENCES_TYPE,
        Code::TOO_MANY_CADENCES,
    ];
    let said = ids(call, CADENCES_KEY, MOST_CADENCES, codes)?;
    let cadences = said.iter().enumerate().map(|(n, id)| {
        let about =
            |code: Code| Spot::body(call.version).about(code, &format!("{CADENCES_KEY}[{n}]"));
        let cadence = Id::from_json(id).and_then(|id| CADENCES.of(state).get(id));
        let of = |cadence: &Setting| cadence.attributes.get("module").and_then(Id::from_json);
        let cadence = cadence.filter(|cadence| of(cadence) == Some(module.id));
        let cadence = cadence.ok_or_else(|| about(Code::CADENCE_UNKNOWN))?;
        if cadence.text("type").unwrap_or(MANUAL) != MANUAL {
            return Err(about(Code::CADENCE_NOT_MANUAL));
        }
        Ok(AsRef::as_ref(cadence))
    });
    cadences.collect()
}

/// What is done to a record and a cadence.
type Change = fn(&Call<'_>, &mut Tx, Id, Id) -> Result<(), Vec<ApiError>>;

fn change(call: &Call<'_>, message: Message, each: Change) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let cadences = cadences(call, &state, module)?;
    let codes = [
        Code::ENROLLED_IDS_MISSING,
        Code::ENROLLED_IDS_TYPE,
        Code::TOO_MANY_ENROLLED,
    ];
    let ids = ids(call, IDS_KEY, MOST_RECORDS, codes)?;
    let shown = cadences.iter();
    let shown = shown.map(|one| json!({"name": one.name.as_str(), "id": one.id.json()}));
    let shown: Json = shown.collect();
    let batch = Batch::new(call, "data", 200);
    let items = batch.run(ids, |tx, said, n| {
        let record = Id::from_json(said).and_then(|id| tx.state().table(module).get(id).cloned());
        let spot = Spot::body(call.version);
        let at = format!("{IDS_KEY}[{n}]");
        let record = record.ok_or_else(|| vec![spot.about(Code::ENROLLED_ID_UNKNOWN, &at)])?;
        let allowed = permit(tx, module, &record, Deed::Assign);
        allowed.map_err(|error| vec![spot.about(error, &at)])?;
        let id = record.id;
        for cadence in &cadences {
            each(call, tx, id, cadence.id)?;
        }
        let details = json!({"id": id.json(), "cadences": shown});
        Ok(Item::success(message, details.to_string().into_bytes()))
    })?;
    Ok(batch.answer(&items))
}

/// The enrolment of a record in a cadence.
fn enrolment(tx: &Tx, record: Id, cadence: Id) -> Option<Setting> {
    let mut all = CADENCE_ENROLMENTS.of(tx.state()).iter();
    let found = all.find(|one| {
        let of = |key: &str| one.attributes.get(key).and_then(Id::from_json);
        of("record") == Some(record) && of("cadence") == Some(cadence)
    });
    found.map(|found| Setting::clone(found))
}

/// Puts a record into a cadence; one that is in it stays there (assumed).
fn enrol(call: &Call<'_>, tx: &mut Tx, record: Id, cadence: Id) -> Result<(), Vec<ApiError>> {
    if enrolment(tx, record, cadence).is_some() {
        return Ok(());
    }
    let said = Map::from_iter([
        ("record".to_owned(), record.json()),
        ("cadence".to_owned(), json!({"id": cadence.json()})),
    ]);
    let source = Source::Operation(call.version);
    let made = write::create(tx, &CADENCE_ENROLMENTS, None, &said, source);
    made.map(drop)
        .map_err(|_| vec![Code::INTERNAL_ERROR.into()])
}

/// Takes a record out of a cadence; one that is not in it is let be (assumed).
fn unenrol(_: &Call<'_>, tx: &mut Tx, record: Id, cadence: Id) -> Result<(), Vec<ApiError>> {
    if let Some(found) = enrolment(tx, record, cadence) {
        tx.remove_setting(CADENCE_ENROLMENTS.name, found.id);
    }
    Ok(())
}
