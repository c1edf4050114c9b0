//! What an org prefers of services and appointments.

use serde_json::{Map, Value as Json};

use super::hooks::{SettingChange, ShownSetting};
use super::key::{Default, Key};
use super::refusal::Refusal;
use crate::error::{Code, Row};
use crate::schema::Layout;
use crate::store::{OrgState, Setting, Tx};

/// The family of what is preferred of services.
pub const OF_SERVICES: &str = "service_preferences";
/// The family of what is preferred of appointments.
pub const OF_APPOINTMENTS: &str = "appointment_preferences";

/// Services have job sheets.
pub const JOB_SHEETS: &str = "job_sheet_enabled";
/// Appointments are completed with a job sheet alone.
pub const SHEET_NEEDED: &str = "show_job_sheet";
/// Appointments are made when the service is not to be had, too.
pub const ANY_TIME: &str = "allow_booking_outside_service_availability";
/// And when the business is closed.
pub const ANY_HOUR: &str = "allow_booking_outside_businesshours";
/// Who completes an appointment.
pub const AT_THE_END: &str = "when_duration_exceeds";
/// What follows from a completed appointment.
pub const AFTERWARDS: &str = "when_appointment_completed";
/// How deals are made of appointments.
pub const DEALS: &str = "deal_record_configuration";

/// Somebody completes it.
pub const SOMEBODY: &str = "ask_appointment_provider_to_complete";
/// A deal follows.
pub const DEAL: &str = "create_deal";

/// The layout of the deals, and what their fields hold.
pub const DEAL_KEYS: &[Key] = &[
    Key::object("layout", &[Key::text("id", 30).mandatory()]).mandatory(),
    Key::list("field_mappings", MAPPING, 100).or(Default::Null),
];
const MAPPING: &[Key] = &[
    Key::object(
        "field",
        &[
            Key::text("api_name", 50).mandatory(),
            Key::text("id", 30).or(Default::Null),
        ],
    )
    .mandatory(),
    Key::word("type", &["merge_field", "static"]).mandatory(),
    Key::any("value").mandatory(),
];
/// Fields of deals for which there is no usual mapping (v7 page; Closing_Date and Amount are always
/// mapped alike, Deal_Name and Pipeline unless said otherwise).
const MAPPED: [&str; 2] = ["Account_Name", "Stage"];

/// What an org has set, or else what every org prefers.
fn is_on(state: &OrgState, family: &str, key: &str, usual: bool) -> bool {
    let setting = state.settings_of(family).iter().next();
    let value = setting.and_then(|setting| setting.attributes.get(key));
    value.and_then(Json::as_bool).unwrap_or(usual)
}

/// Whether an appointment is completed with a job sheet alone, whatever its service says.
#[must_use]
pub fn needs_job_sheet(state: &OrgState) -> bool {
    is_on(state, OF_APPOINTMENTS, SHEET_NEEDED, false)
}

/// Whether appointments are made at times at which the service is not to be had.
#[must_use]
pub fn books_any_time(state: &OrgState) -> bool {
    is_on(state, OF_APPOINTMENTS, ANY_TIME, false)
}

/// A change of what is preferred of services says it.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` if it does not.
pub fn check_services(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    match change.said.get(JOB_SHEETS).filter(|said| !said.is_null()) {
        Some(_) => Ok(()),
        None => Err(Refusal::at(JOB_SHEETS, Code::MANDATORY_NOT_FOUND)),
    }
}

/// What is preferred of appointments fits together (page of v7).
///
/// # Errors
/// `DEPENDENT_MISMATCH`, `DEPENDENT_FIELD_MISSING`, `INVALID_DATA` and `REQUIRED_DATA_NOT_FOUND`.
pub fn check_appointments(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    // a change that says nothing lacks what the v8 description wants first (assumed)
    let keys = [
        ANY_TIME,
        ANY_HOUR,
        SHEET_NEEDED,
        AT_THE_END,
        AFTERWARDS,
        DEALS,
    ];
    if !keys.into_iter().any(|key| change.said.contains_key(key)) {
        return Err(Refusal::at(ANY_TIME, Code::MANDATORY_NOT_FOUND));
    }
    let on = |key: &str| new.attributes.get(key) == Some(&Json::Bool(true));
    if on(ANY_HOUR) && !on(ANY_TIME) {
        return Err(Refusal::at(ANY_HOUR, HOURS_MISMATCH).depending_on(ANY_TIME));
    }
    if on(SHEET_NEEDED) {
        if new.text(AT_THE_END).is_some_and(|word| word != SOMEBODY) {
            return Err(Refusal::at(SHEET_NEEDED, SHEET_MISMATCH).depending_on(AT_THE_END));
        }
        if !is_on(tx.state(), OF_SERVICES, JOB_SHEETS, true) {
            return Err(Refusal::at(SHEET_NEEDED, Code::INVALID_DATA));
        }
    }
    let deals = new.attributes.get(DEALS).filter(|deals| !deals.is_null());
    match deals {
        Some(deals) => check_deals(tx.state(), deals),
        None if new.text(AFTERWARDS) == Some(DEAL) => {
            Err(Refusal::at(DEALS, Code::DEPENDENT_MISSING).depending_on(AFTERWARDS))
        }
        None => Ok(()),
    }
}

/// The layout of deals and the fields are there, and enough of these.
fn check_deals(state: &OrgState, deals: &Json) -> Result<(), Refusal> {
    let layout = deals.pointer("/layout/id").and_then(Json::as_str);
    if layout.is_none_or(|id| layout_of(state, id).is_none()) {
        return Err(Refusal::at(
            format!("{DEALS}.layout.id"),
            Code::INVALID_DATA,
        ));
    }
    let at = format!("{DEALS}.field_mappings");
    let mappings = deals.get("field_mappings").and_then(Json::as_array);
    let Some(mappings) = mappings else {
        return Err(Refusal::at(at, Code::DEPENDENT_MISSING).depending_on(DEALS));
    };
    let name = |mapping: &Json| {
        let name = mapping.pointer("/field/api_name");
        name.and_then(Json::as_str).unwrap_or_default().to_owned()
    };
    let module = state.schema.module("Deals");
    let known = |name: &str| module.is_some_and(|module| module.field(name).is_some());
    if let Some(n) = mappings.iter().position(|mapping| !known(&name(mapping))) {
        let at = format!("{at}[{n}].field.api_name");
        return Err(Refusal::at(at, Code::INVALID_DATA));
    }
    let is_mapped = |wanted: &str| mappings.iter().any(|mapping| name(mapping) == wanted);
    match MAPPED.into_iter().find(|wanted| !is_mapped(wanted)) {
        Some(missing) => Err(Refusal::at(at, UNMAPPED).with("required_field", missing)),
        None => Ok(()),
    }
}

fn layout_of<'s>(state: &'s OrgState, id: &str) -> Option<&'s Layout> {
    let mut layouts = state.schema.module("Deals")?.layouts.iter();
    layouts.find(|layout| layout.id.to_string() == id)
}

/// Shows how deals are made where they are and the client asks for it (page of v7), with the name
/// of the layout.
pub fn show_deals(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let made = object.get(AFTERWARDS).and_then(Json::as_str) == Some(DEAL);
    if !made || !shown.include.contains(&DEALS) {
        object.shift_remove(DEALS);
        return;
    }
    let layout = object
        .get_mut(DEALS)
        .and_then(|deals| deals.get_mut("layout"));
    let Some(Json::Object(layout)) = layout else {
        return;
    };
    let id = layout.get("id").and_then(Json::as_str);
    if let Some(known) = id.and_then(|id| layout_of(shown.state, id)) {
        let (name, api_name) = (known.name(), known.spec.api_name.as_deref());
        let api_name = api_name.unwrap_or(name).to_owned();
        layout.insert("name".to_owned(), name.into());
        layout.insert("api_name".to_owned(), api_name.into());
    }
}

/// An org in which nobody has set anything.
#[must_use]
pub fn unset() -> Setting {
    Setting {
        id: crate::ids::Id(0),
        module: None,
        name: "".into(),
        attributes: Map::new(),
    }
}

const HOURS_MISMATCH: Code = Code::of(&Row::new(
    "DEPENDENT_MISMATCH",
    400,
    "allow_booking_outside_service_availability must be enabled to set \
     allow_booking_outside_businesshours to true",
));
// the words are assumed, after those of the other
const SHEET_MISMATCH: Code = Code::of(&Row::new(
    "DEPENDENT_MISMATCH",
    400,
    "when_duration_exceeds must be ask_appointment_provider_to_complete to set show_job_sheet to \
     true",
));
// the words are assumed
const UNMAPPED: Code = Code::of(&Row::new(
    "REQUIRED_DATA_NOT_FOUND",
    400,
    "mandatory fields are not mapped",
));
