//! Random records, and the seed that holds them.

use std::collections::BTreeMap;

use rand::RngExt as _;
use rand::rngs::ChaCha12Rng;
use serde_json::{Map, Value as Json, json};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Type {
    Text,
    Picklist,
    Multi,
    Number,
    Flag,
    Date,
    Moment,
    Lookup,
    User,
}

#[rustfmt::skip]
pub(super) const FIELDS: [(&str, Type); 11] = [
    ("Last_Name", Type::Text), ("City", Type::Text), ("Color", Type::Picklist),
    ("Languages", Type::Multi), ("Number_1", Type::Number), ("Budget", Type::Number),
    ("Is_Vip", Type::Flag), ("Birth_Date", Type::Date), ("Next_Call", Type::Moment),
    ("Related_Contact", Type::Lookup), ("Owner", Type::User),
];

const TEXTS: [&str; 12] = [
    "Austin",
    "AUSTIN",
    "Boston",
    "Zürich",
    "zürich",
    "San José",
    "Burns,B",
    "a(b)c",
    "Bo",
    "in",
    "Austin Nord",
    "x\\y",
];

const COLORS: [&str; 3] = ["Red", "Green", "Blue"];

const LANGUAGES: [&str; 3] = ["English", "German", "French"];

const DATES: [&str; 5] = [
    "1980-01-15",
    "1985-05-20",
    "1990-09-10",
    "1999-12-31",
    "2000-02-29",
];

const MOMENTS: [&str; 5] = [
    "2026-12-01T10:00:00+00:00",
    "2026-12-01T12:00:00+02:00",
    "2026-12-02T00:00:00+05:30",
    "2026-12-03T23:59:59+00:00",
    "2026-12-04T10:00:00-08:00",
];

const CONTACTS: [&str; 3] = [
    "5725767000000510001",
    "5725767000000510002",
    "5725767000000510003",
];

const USERS: [&str; 3] = [
    "5725767000000411001",
    "5725767000000411002",
    "5725767000000411003",
];

fn pick<'l>(rng: &mut ChaCha12Rng, list: &[&'l str]) -> &'l str {
    list[rng.random_range(0..list.len())]
}

/// A value of a field, or none.
pub(super) fn value(rng: &mut ChaCha12Rng, field: &str, kind: Type) -> Json {
    let may_be_empty = !matches!(field, "Last_Name" | "Owner" | "Is_Vip");
    if may_be_empty && rng.random_range(0..5) == 0 {
        return Json::Null;
    }
    match kind {
        Type::Text => pick(rng, &TEXTS).into(),
        Type::Picklist => pick(rng, &COLORS).into(),
        Type::Multi => {
            let from = rng.random_range(0..3);
            LANGUAGES[from..rng.random_range(from + 1..=3)]
                .to_vec()
                .into()
        }
        Type::Number if field == "Budget" => (f64::from(rng.random_range(-4..20)) / 4.0).into(),
        Type::Number => rng.random_range(-3..20).into(),
        Type::Flag => rng.random_bool(0.5).into(),
        Type::Date => pick(rng, &DATES).into(),
        Type::Moment => pick(rng, &MOMENTS).into(),
        Type::Lookup => pick(rng, &CONTACTS).into(),
        Type::User => pick(rng, &USERS).into(),
    }
}

pub(super) fn record(rng: &mut ChaCha12Rng) -> Map<String, Json> {
    FIELDS
        .iter()
        .map(|(field, kind)| ((*field).to_owned(), value(rng, field, *kind)))
        .collect()
}

pub(super) fn seed(leads: &BTreeMap<u64, Map<String, Json>>) -> Json {
    let leads: Vec<Json> = leads
        .iter()
        .map(|(id, lead)| {
            let mut lead = lead.clone();
            lead.insert("id".into(), id.to_string().into());
            lead.retain(|_, value| !value.is_null());
            Json::Object(lead)
        })
        .collect();
    let users: Vec<Json> = USERS
        .iter()
        .zip(1..)
        .map(|(id, n)| {
            json!({"id": id, "last_name": format!("User {n}"), "email": format!("u{n}@example.com"),
                   "current": n == 1, "time_zone": "UTC"})
        })
        .collect();
    let contacts = CONTACTS.iter().zip(1..);
    let contacts: Vec<Json> = contacts
        .map(|(id, n)| json!({"id": id, "Last_Name": format!("Contact {n}")}))
        .collect();
    json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "users": users,
        "fields": {"Leads": [
            {"api_name": "Color", "field_label": "Color", "data_type": "picklist", "pick_list": COLORS},
            {"api_name": "Languages", "field_label": "Languages", "data_type": "multiselectpicklist", "pick_list": LANGUAGES},
            {"api_name": "Number_1", "field_label": "Number 1", "data_type": "integer", "length": 9},
            {"api_name": "Budget", "field_label": "Budget", "data_type": "currency", "length": 16, "decimal_place": 2},
            {"api_name": "Is_Vip", "field_label": "Is Vip", "data_type": "boolean"},
            {"api_name": "Birth_Date", "field_label": "Birth Date", "data_type": "date"},
            {"api_name": "Next_Call", "field_label": "Next Call", "data_type": "datetime"},
            {"api_name": "Related_Contact", "field_label": "Related Contact", "data_type": "lookup", "lookup": {"module": "Contacts"}},
        ]},
        "Contacts": contacts,
        "Leads": leads,
    })
}
