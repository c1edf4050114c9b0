//! Every problem of a seed is told with its place.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;

use super::{load, write};

/// A seed, and what is told of it.
type Problem = (Json, &'static str);

/// What is wrong with records.
fn problems_of_records() -> Vec<Problem> {
    vec![
        (
            json!({"Lead": [{}]}),
            "$.Lead: unknown module \"Lead\"; did you mean \"Leads\"?",
        ),
        (
            json!({"Leads": [{"First_Name": "x"}]}),
            "$.Leads[0].Last_Name: MANDATORY_NOT_FOUND",
        ),
        (
            json!({"Leads": [{"Last_Name": "x", "No_of_Employees": "many"}]}),
            "$.Leads[0].No_of_Employees: INVALID_DATA invalid data (expected_data_type \"integer\")",
        ),
        (
            json!({"Leads": [{"Last_Name": "x", "id": "1"}, {"Last_Name": "y", "id": "1"}]}),
            "$.Leads[1].id: another record of Leads has the id 1",
        ),
        (
            json!({"Leads": [{"Last_Name": "x", "id": "#a"}, {"Last_Name": "y", "id": "#a"}]}),
            "$.Leads[1].id: the label #a is used twice",
        ),
        (
            json!({"Leads": [7]}),
            "$.Leads[0]: a record must be an object",
        ),
        (json!({"Leads": {}}), "the records of Leads must be a list"),
        (
            json!({"Contacts": [{"Last_Name": "x", "Account_Name": "123"}]}),
            "$.Contacts[0].Account_Name.id: INVALID_DATA the id given seems to be invalid",
        ),
        (
            json!({"Leads": [{"Last_Name": "x", "id": "#rao"}],
                "emails": [{"record": "#roa", "time": "2026-11-01T10:00:00+00:00"}]}),
            "$.emails[0].record: unknown label \"#roa\"; did you mean \"#rao\"?",
        ),
        (
            json!({"record_shares": {"Leads": [{"record": "#a", "permission": "read_only"}]}}),
            "record: unknown label \"#a\"",
        ),
    ]
}

/// What is wrong with users, the org, modules and fields.
fn problems_of_declarations() -> Vec<Problem> {
    vec![
        (
            json!({"users": [{"email": "a@b.co", "role": "Boss"}]}),
            "$.users[0].role: unknown role \"Boss\"",
        ),
        (
            json!({"users": [{"email": 7}]}),
            "$.users[0].email: must be a text",
        ),
        (
            json!({"users": [{"email": "a@b.co", "last_name": ["Rao"]}]}),
            "$.users[0].last_name: must be a text",
        ),
        (
            json!({"org": {"time_zone": "Mars/Base"}}),
            "$.org.time_zone: unknown time zone",
        ),
        (
            json!({"org": {"features": ["multi_curency"]}}),
            "unknown feature",
        ),
        (json!({"org": {"era": 1999}}), "$.org.era: must be one of"),
        (
            json!({"fields": {"Leads": [{"api_name": "X", "data_type": "txt"}]}}),
            "$.fields.Leads[0]: unknown data_type `txt`",
        ),
        (
            json!({"fields": {"Leads": [{"api_name": "X", "label": "y"}]}}),
            "unknown field `label`",
        ),
        (
            json!({"modules": [{"singular_label": "x"}]}),
            "$.modules[0].api_name: a module needs an api_name",
        ),
        (
            json!({"modules": [{"api_name": "Boats", "fields": [{"data_type": "text"}]}]}),
            "$.modules[0].fields[0].api_name: a field needs an api_name",
        ),
    ]
}

/// What is wrong with the other parts of a seed.
fn problems_of_parts() -> Vec<Problem> {
    vec![
        (
            json!({"org": {"next_tail": "12"}}),
            "$.org.next_tail: must be a number from 1 on, of at most twelve digits",
        ),
        (
            json!({"org": {"next_ids": []}}),
            "$.org.next_ids: must be an object of modules",
        ),
        (json!({"tags": []}), "$.tags: must be an object of modules"),
        (
            json!({"tags": {"Lead": []}}),
            "$.tags.Lead: unknown module \"Lead\"; did you mean \"Leads\"?",
        ),
        (
            json!({"tags": {"Leads": [{"name": "a", "colour": "x"}]}}),
            "$.tags.Leads[0].colour: unknown key \"colour\"; did you mean \"color_code\"?",
        ),
        (
            json!({"tags": {"Leads": [{"name": "a", "id": "1"}, {"name": "A", "id": "2"}]}}),
            "$.tags.Leads[1].id: another tag of the name \"A\" has the id 1",
        ),
        (
            json!({"views": {"Leads": [{"name": "a", "field": []}]}}),
            "$.views.Leads[0]: unknown field `field`",
        ),
        (
            json!({"views": {"Leads": [{}]}}),
            "$.views.Leads[0].name: a name is needed",
        ),
        (
            json!({"deleted": {"Leads": [{"Last_Name": "x"}]}}),
            "$.deleted.Leads[0]: a record must be an object",
        ),
        (
            json!({"deleted": {"Leads": [{"record": {"Last_Name": "x"}, "by": "1"}]}}),
            "$.deleted.Leads[0].by: unknown key \"by\"",
        ),
        (
            json!({"deleted": {"Leads": [{"record": {"Last_Name": 7}, "deleted_by": "#x"}]}}),
            "$.deleted.Leads[0].deleted_by: no such user",
        ),
        (
            json!({"deleted": {"Leads": [{"record": {"Last_Name": 7}}]}}),
            "$.deleted.Leads[0].record.Last_Name: INVALID_DATA",
        ),
    ]
}

/// What is wrong with exports, and with what only they hold.
fn problems_of_exports() -> Vec<Problem> {
    vec![
        (json!({"export": 2}), "$.export: must be 1"),
        (
            json!({"export": 1, "Leads": [{"Last_Name": "x"}]}),
            "$.Leads[0].id: an id is needed",
        ),
        (
            json!({"export": 1, "Leads": [{"id": "5", "Last_Names": "x", "Annual_Revenue": "x"}]}),
            "$.Leads[0].Annual_Revenue: INVALID_DATA invalid data (expected_data_type \"double\")",
        ),
        (
            json!({"export": 1, "deleted": {"Leads": [{"record": {"Last_Name": "x"}}]}}),
            "$.deleted.Leads[0].record.id: an id is needed",
        ),
        (
            json!({"export": 1, "Quotes": [{"id": "5", "Quoted_Items": [{"id": "6", "Created_Time": 0, "Modified_Time": 0, "Quantities": 1}]}]}),
            "$.Quotes[0].Quoted_Items[0].Quantities: unknown field \"Quantities\"; did you mean \"Quantity\"?",
        ),
        (
            json!({"export": 1, "Quotes": [{"id": "5", "Quoted_Items": [{"id": "6", "Created_Time": "x"}]}]}),
            "$.Quotes[0].Quoted_Items[0].Created_Time: INVALID_DATA invalid data (expected_data_type \"datetime\")",
        ),
        (
            json!({"export": 1, "roles": [{"name": "x"}]}),
            "$.roles[0].id: an id is needed",
        ),
    ]
}

#[test]
fn every_problem_is_named_by_its_place() {
    let problems = problems_of_records().into_iter();
    let problems = problems.chain(problems_of_declarations());
    let problems = problems.chain(problems_of_parts());
    for (seed, expected) in problems.chain(problems_of_exports()) {
        let error = Builder::default()
            .seed_json(&seed)
            .build_world()
            .expect_err("a bad seed")
            .to_string();
        assert!(error.contains(expected), "{seed}: {error}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "Leads.json", "[{]");
    write(folder.path(), "Contacts.yaml", "a: [");
    let error = load(folder.path()).expect_err("a bad seed");
    assert!(
        error.contains("not valid JSON") && error.contains("not valid YAML"),
        "{error}"
    );
}
