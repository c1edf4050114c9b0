//! The connector's operations: documented inputs give documented outputs, schemas accept what
//! they should, and conditions find what a person expects.
//!
//! `tests/connector/` has the documented samples. Further cases are scenarios, in
//! `tests/scenarios/connector/`.

mod errors;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::query::conditions::WORDS;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::value::time;
use zoho_crm_mock::world::World;

const CALL: &str = "/core/v1/connectors/zoho/versions/3.3/call";

/// Operations without a sample of their input, and an input for their seed.
const INPUTS: [(&str, &str); 5] = [
    ("get_organization", "{}"),
    (
        "get_record",
        r#"{"module_name": "Leads", "record_id": "3872984000000321001"}"#,
    ),
    ("get_user", r#"{"user_id": "3000000123456"}"#),
    ("list_records", r#"{"module_name": "Leads"}"#),
    ("list_creatable_modules_ddl", "{}"),
];

fn sample(operation: &str, side: &str) -> Option<Json> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/connector");
    let text = std::fs::read_to_string(folder.join(format!("{operation}.{side}.json"))).ok()?;
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn input(operation: &str) -> Json {
    let made_up = || {
        let found = INPUTS.iter().find(|(name, _)| *name == operation);
        serde_json::from_str(found.expect("an input").1).expect("JSON")
    };
    sample(operation, "input").unwrap_or_else(made_up)
}

fn post(world: &World, method: &str, path: &str, body: &Json) -> (u16, Json) {
    let headers = vec![("authorization".to_owned(), "Bearer any".to_owned())];
    let body = body.to_string();
    let response = dispatch(
        world,
        &Request::new(method, path, "", &headers, Some(body.as_bytes())),
    );
    let body = serde_json::from_slice(&response.body).expect("JSON");
    (response.status, body)
}

fn documented(operation: &str) -> World {
    Builder::default()
        .seed(format!("documented/{operation}"))
        .now("2023-05-15T14:30:45Z")
        .build_world()
        .expect("the seed")
}

/// The operations as the platform lists them.
fn operations() -> Vec<Json> {
    let world = Builder::default().empty().build_world().expect("a world");
    let path = "/core/v1/connectors/zoho/versions/3.3/operations";
    let (status, body) = post(&world, "GET", path, &Json::Null);
    assert_eq!(status, 200);
    body["elements"].as_array().expect("a list").clone()
}

fn name(operation: &Json) -> &str {
    operation["name"].as_str().expect("a name")
}

#[test]
fn there_are_nineteen() {
    let all = operations();
    let names: BTreeSet<&str> = all.iter().map(name).collect();
    assert_eq!((all.len(), names.len()), (19, 19));
}

/// Times that the server sets itself may differ, but not in their form.
fn same(documented: &Json, got: &Json, path: &str) {
    match (documented, got) {
        (Json::Object(a), Json::Object(b)) => {
            let keys = |map: &serde_json::Map<String, Json>| -> BTreeSet<String> {
                map.keys().cloned().collect()
            };
            assert_eq!(keys(a), keys(b), "{path}");
            for (key, value) in a {
                same(value, &b[key], &format!("{path}.{key}"));
            }
        }
        (Json::Array(a), Json::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}");
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                same(a, b, &format!("{path}[{n}]"));
            }
        }
        (Json::String(a), Json::String(b)) if path.ends_with(".details.Modified_Time") => {
            let instant = |text: &str| time::parse_datetime(text).expect("a time");
            assert!((instant(a) - instant(b)).abs() <= 1, "{path}");
            assert_eq!(a[19..], b[19..], "{path}");
        }
        _ => assert_eq!(documented, got, "{path}"),
    }
}

#[test]
fn documented_inputs_give_documented_outputs() {
    for operation in &operations() {
        let name = name(operation);
        let input = input(name);
        let (status, plain) = post(
            &documented(name),
            "POST",
            &format!("/operations/{name}"),
            &input,
        );
        assert_eq!(status, 200, "{name}: {plain}");
        let call = json!({"operation": name, "authId": "any", "input": input});
        let (status, answer) = post(&documented(name), "POST", CALL, &call);
        assert_eq!(
            (status, &answer["outcome"]),
            (200, &json!("success")),
            "{name}"
        );
        assert_eq!(answer["output"], plain, "{name}");
        if let Some(output) = sample(name, "output") {
            same(&output, &plain, name);
        }
    }
}

/// The input with each of its keys taken away, one at a time.
fn without_one_key(input: &Json) -> Vec<(String, Json)> {
    let keys = input.as_object().expect("an object").keys();
    keys.map(|key| {
        let mut broken = input.clone();
        broken.as_object_mut().expect("an object").remove(key);
        (key.clone(), broken)
    })
    .collect()
}

#[test]
fn a_hundred_records_are_all_that_is_taken() {
    let world = documented("create_update_records");
    let good = json!([{"field": "Last_Name", "value": "Rao"}]);
    let bad = json!([{"field": "Nope", "value": "Rao"}]);
    for operation in ["create_update_records", "update_records"] {
        // those that cannot be read count too
        let mut records = vec![good.clone(); 99];
        records.extend([bad.clone(), bad.clone()]);
        let input = json!({"module_name": "Leads", "records": records});
        let (status, answer) = post(&world, "POST", &format!("/operations/{operation}"), &input);
        assert_eq!((status, &answer["code"]), (400, &json!("INVALID_DATA")));
        assert_eq!(
            answer["details"],
            json!({"maximum_length": 100, "api_name": "data"})
        );
    }
}

#[test]
fn schemas_accept_samples_and_reject_broken_ones() {
    for operation in &operations() {
        let name = name(operation);
        let schema = &operation["inputSchema"];
        let validator = jsonschema::validator_for(schema).expect("a schema");
        let input = input(name);
        assert!(validator.is_valid(&input), "{name}");
        let required = schema.get("required").and_then(Json::as_array);
        let is_required = |key: &str| required.is_some_and(|list| list.contains(&key.into()));
        for (key, broken) in without_one_key(&input) {
            assert_eq!(
                validator.is_valid(&broken),
                !is_required(&key),
                "{name} without {key}"
            );
        }
        for (key, _) in without_one_key(&input) {
            let mut broken = input.clone();
            broken[&key] = json!({"no": ["such", "value"]});
            assert!(!validator.is_valid(&broken), "{name} with a wrong {key}");
        }
        let mut broken = input.clone();
        broken["no_such_key"] = 1.into();
        assert!(!validator.is_valid(&broken), "{name} with one key more");
        assert!(!validator.is_valid(&json!([])), "{name}");

        let output = jsonschema::validator_for(&operation["outputSchema"]).expect("a schema");
        if let Some(sample) = sample(name, "output") {
            assert!(output.is_valid(&sample), "{name}");
        }
        let (_, answer) = post(
            &documented(name),
            "POST",
            &format!("/operations/{name}"),
            &input,
        );
        assert!(output.is_valid(&answer), "{name}: {answer}");
    }
}

/// Field, condition, value, and the leads found, by the last digit of their ids.
#[rustfmt::skip]
const CONDITIONS: &[(&str, &str, &str, &str)] = &[
    // text
    ("City", "equals", r#""AUSTIN""#, "1"),
    ("Company", "equals", r#""Alpha""#, ""),
    ("City", "not_equals", r#""Austin""#, "7 6 5 4 3 2"),
    ("Company", "starts_with", r#""alpha""#, "6 1"),
    ("Company", "not_starts_with", r#""Alpha""#, "7 5 4 3 2"),
    ("Company", "ends_with", r#""inc""#, "3 1"),
    ("Company", "contains", r#""(North)""#, "4"),
    ("Company", "does_not_contain", r#""a""#, "5"),
    ("City", "is_empty", "null", "7 6 5"),
    ("City", "is_not_empty", "null", "4 3 2 1"),
    ("City", "equals", r#""""#, "7 6 5"),
    ("City", "in", r#"["Austin", "Denver"]"#, "4 1"),
    ("City", "in", r#""Austin, Denver""#, "4 1"),
    ("City", "not_in", r#""Austin,Boston""#, "7 6 5 4 3"),
    ("Last_Name", "greater_than", r#""Evans""#, "7 6"),
    ("Last_Name", "less_equal", r#""baker""#, "2 1"),
    ("Last_Name", "between", r#"["B", "D"]"#, "4 3 2"),
    ("Email", "ends_with", r#""@EXAMPLE.com""#, "7 6 4 3 2 1"),
    ("Phone", "contains", r#""-010""#, "6 4 2 1"),
    ("Blog", "is_not_empty", "null", "1"),
    ("Remarks", "contains", r#""spring""#, "1"),
    // picklists
    ("Color", "equals", r#""red""#, "4 1"),
    ("Color", "not_equal", r#""Red""#, "7 6 5 3 2"),
    ("Color", "in", r#"["Red", "Blue"]"#, "4 3 1"),
    ("Color", "starts_with", r#""Gr""#, "2"),
    ("Color", "is_empty", "null", "7 6 5"),
    ("Languages", "equals", r#""German""#, "2 1"),
    ("Languages", "contains", r#""ench""#, "4 3"),
    ("Languages", "in", r#"["French", "German"]"#, "4 3 2 1"),
    ("Languages", "is_empty", "null", "7 6 5"),
    // numbers, also as numbers
    ("Number 1", "equals", r#""3""#, "3"),
    ("Number_1", "equals", "3", "3"),
    ("Number_1", "not_equals", r#""3""#, "7 6 5 4 2 1"),
    ("Number_1", "greater_than", r#""4""#, "7 6"),
    ("Number_1", "greater_equal", r#""4""#, "7 6 4"),
    ("Number_1", "greater_than_or_equal", "4", "7 6 4"),
    ("Number_1", "less_than", r#""2""#, "1"),
    ("Number_1", "less_than_equal", r#""2""#, "2 1"),
    ("Number_1", "between", r#""2,4""#, "4 3 2"),
    ("Number_1", "not_between", r#"["2", 4]"#, "7 6 5 1"),
    ("Number_1", "in", r#"[1, "7"]"#, "7 1"),
    ("Number_1", "is_empty", "null", "5"),
    ("Ratio", "equals", r#""2.50""#, "2"),
    ("Budget", "greater_than", r#""2999.99""#, "4 3"),
    ("Percent_1", "less_equal", "10", "2 1"),
    ("Big_1", "equals", r#""9000000003""#, "3"),
    ("Big_1", "starts_with", r#""90000""#, "4 3 2 1"),
    ("Budget", "contains", r#""300""#, "3"),
    // booleans
    ("Is Vip", "equals", r#""TRUE""#, "4 1"),
    ("Is_Vip", "equals", "false", "7 6 5 3 2"),
    ("Is_Vip", "not_equals", r#""true""#, "7 6 5 3 2"),
    ("Is_Vip", "in", r#"["true", "false"]"#, "7 6 5 4 3 2 1"),
    ("Is_Vip", "is_empty", "null", ""),
    // days
    ("Birth_Date", "equals", r#""1985-05-20""#, "2"),
    ("Birth_Date", "greater_than", r#""1985-05-20""#, "4 3"),
    ("Birth_Date", "between", r#""1980-01-15,1985-05-20""#, "2 1"),
    ("Birth_Date", "starts_with", r#""19""#, "4 3 2 1"),
    ("Birth_Date", "is_not_empty", "null", "4 3 2 1"),
    // moments, and the days that hold them
    ("Next_Call", "equals", r#""2026-12-02T10:00:00+00:00""#, "2"),
    ("Next_Call", "equals", r#""2026-12-02T12:00:00+0200""#, "2"),
    ("Next_Call", "equals", r#""2026-12-02""#, "2"),
    ("Next_Call", "greater_than", r#""2026-12-02""#, "4 3"),
    ("Next_Call", "greater_equal", r#""2026-12-02""#, "4 3 2"),
    ("Next_Call", "less_than", r#""2026-12-02""#, "1"),
    ("Next_Call", "less_equal", r#""2026-12-02""#, "2 1"),
    ("Next_Call", "between", r#"["2026-12-02", "2026-12-03"]"#, "3 2"),
    ("Next_Call", "in", r#"["2026-12-01", "2026-12-04T10:00:00Z"]"#, "4 1"),
    ("Created_Time", "starts_with", r#""2026-03""#, "3"),
    // records and users, by id and by name
    ("Related_Contact", "equals", r#""5725767000000510001""#, "1"),
    ("Related Contact", "equals", r#""carl carter""#, "1"),
    ("Related_Contact", "equals", r#"{"name": "Diana Doyle", "id": "5725767000000510002"}"#, "2"),
    ("Related_Contact", "starts_with", r#""Di""#, "2"),
    ("Related_Contact", "is_empty", "null", "7 6 5 4 3"),
    ("Related_Contact", "in", r#"["Carl Carter", "5725767000000510002"]"#, "2 1"),
    ("Owner", "equals", r#""Michael Reed""#, "6 2"),
    ("Lead Owner", "not_equals", r#""5725767000000411002""#, "7 5 4 3 1"),
    ("Owner", "contains", r#""boyle""#, "7 5 4 3 1"),
    ("id", "equals", r#""5725767000000500004""#, "4"),
    ("id", "greater_than", r#""5725767000000500005""#, "7 6"),
    ("Full_Name", "equals", r#""Anna Adams""#, "1"),
];

#[test]
fn conditions_find_what_a_person_expects() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/seeds/basic.json");
    let world = Builder::default()
        .seed(seed.to_str().expect("a path"))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    for (field, condition, value, expected) in CONDITIONS {
        let value: Json = serde_json::from_str(value).expect("JSON");
        let input = json!({"module_name": "Leads", "fields": ["id"], "query": {"criteria_list": [
            {"field_name": field, "field_value": value, "condition": condition},
        ]}});
        let (status, body) = post(&world, "POST", "/operations/search_records", &input);
        assert_eq!(status, 200, "{field} {condition} {value}: {body}");
        let found = body["data"].as_array().expect("a list").iter();
        let found: Vec<&str> = found
            .map(|record| {
                let id = record["id"].as_str().expect("an id");
                &id[id.len() - 1..]
            })
            .collect();
        assert_eq!(found.join(" "), *expected, "{field} {condition} {value}");
    }
}

/// Fields of every data type that the connector may be asked about, and a value of it. The subform
/// and the reminder cannot be compared with anything: only whether they are empty can be asked.
const TYPED: &[(&str, &str, &str)] = &[
    ("Leads", "id", r#""5725767000000500001""#),
    ("Leads", "Last_Name", r#""Adams""#),
    ("Leads", "Description", r#""a""#),
    ("Leads", "Email", r#""a@example.com""#),
    ("Leads", "Phone", r#""555""#),
    ("Leads", "Website", r#""https://example.com""#),
    ("Leads", "Lead_Source", r#""Partner""#),
    ("Leads", "Languages", r#"["English"]"#),
    ("Leads", "Number_1", "3"),
    ("Leads", "Big_1", r#""9000000003""#),
    ("Leads", "Ratio", "2.5"),
    ("Leads", "Percent_1", "10"),
    ("Leads", "Budget", "3000"),
    ("Leads", "Is_Vip", "true"),
    ("Leads", "Birth_Date", r#""1985-05-20""#),
    ("Leads", "Next_Call", r#""2026-12-02""#),
    ("Leads", "Related_Contact", r#""5725767000000510001""#),
    ("Leads", "Owner", r#""5725767000000411002""#),
    ("Leads", "Tag", r#""a""#),
    ("Quotes", "Quoted_Items", "null"),
    ("Tasks", "Remind_At", "null"),
    ("Tasks", "What_Id", r#""5725767000000500001""#),
];

/// Every spelling of a word finds, or is refused, as the first spelling of the same word is.
#[test]
fn spellings_of_a_word_mean_the_same() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/seeds/basic.json");
    let world = Builder::default()
        .seed(seed.to_str().expect("a path"))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    let mut wrong = Vec::new();
    let mut asked_of_rows = BTreeSet::new();
    for (module, field, value) in TYPED {
        let value: Json = serde_json::from_str(value).expect("JSON");
        let ask = |spelling: &str| {
            let input = json!({"module_name": module, "fields": ["id"], "query": {"criteria_list": [
                {"field_name": field, "field_value": value, "condition": spelling},
            ]}});
            let (status, body) = post(&world, "POST", "/operations/search_records", &input);
            // an error repeats the spelling that it is about
            let body = body.to_string().replace(&format!("\"{spelling}\""), "WORD");
            (status, body)
        };
        for (spelling, not, word) in WORDS {
            let first = WORDS.iter().find(|(_, n, w)| (n, w) == (not, word));
            let (canonical, ..) = first.expect("at least itself");
            let (got, expected) = (ask(spelling), ask(canonical));
            if *field == "Quoted_Items" && got.0 == 200 {
                asked_of_rows.insert(*spelling);
            }
            if got != expected {
                wrong.push(format!(
                    "{field} {spelling}: {got:?}, {canonical}: {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let emptiness = [
        "is_empty",
        "is_not_empty",
        "is_not_null",
        "is_null",
        "not_empty",
    ];
    assert_eq!(asked_of_rows, BTreeSet::from(emptiness));
}
