//! A key that a seed names twice.

use zoho_crm_mock::Builder;

use super::{refused, write};
use crate::support::send_bytes;

/// Seeds in JSON with a key that is there twice, and the place that is told.
fn twice() -> Vec<(String, &'static str)> {
    let lead = r#"{"Last_Name":"a","Last_Name":"b"}"#;
    let with_id = lead.replacen('{', r#"{"id":"1","#, 1);
    vec![
        (
            format!(r#"{{"Leads":[{lead}]}}"#),
            "$.Leads[0]: the record cannot be read: the key Last_Name is named twice at line 1 column 28",
        ),
        (
            format!(r#"{{"export":1,"Leads":[{with_id}]}}"#),
            "$.Leads[0]: the",
        ),
        (
            format!(r#"{{"records":{{"Leads":[{{}},{lead}]}}}}"#),
            "$.records.Leads[1]: the",
        ),
        (
            r#"{"Leads":[{"id":"1","Last_Name":"a","id":"2"}]}"#.into(),
            "$.Leads[0]: the",
        ),
        (
            r#"{"Leads":[{"Last_Name":"a","$x":1,"$x":2}]}"#.into(),
            "$.Leads[0]: the",
        ),
        (
            r#"{"Leads":[{"Last_Name":"a","Owner":{"id":"1","\u0069d":"2"}}]}"#.into(),
            "$.Leads[0]: the",
        ),
        (
            format!(r#"{{"deleted":{{"Leads":[{{"record":{lead}}}]}}}}"#),
            "$.deleted.Leads[0].record: the",
        ),
        (
            r#"{"deleted":{"Leads":[{"record":{},"record":{}}]}}"#.into(),
            "$.deleted.Leads[0]: the",
        ),
        (r#"{"Leads":[],"Leads":[]}"#.into(), "$.Leads: the"),
        (
            r#"{"records":{"Leads":[],"Leads":[]}}"#.into(),
            "$.records.Leads: the",
        ),
        (
            r#"{"tags":{"Leads":[],"Leads":[]}}"#.into(),
            "$.tags.Leads: the",
        ),
        (
            r#"{"roles":[{"name":"a","name":"b"}]}"#.into(),
            "$.roles[0]: cannot be read: the",
        ),
        (
            r#"{"business_hours":{"type":"24_by_7","type":"custom"}}"#.into(),
            "$.business_hours: cannot be read: the",
        ),
        (
            r#"{"org":{"era":1,"era":2}}"#.into(),
            "$.org: cannot be read: the",
        ),
    ]
}

/// Nothing that a seed says is dropped: a key that is there twice is refused in every form.
#[test]
fn seeds_name_a_key_once() {
    let json = twice().into_iter();
    let json = json.map(|(text, place)| ("seed.json", text, place));
    let others = [
        (
            "Leads.csv",
            "Last_Name,City,Last_Name\na,b,c\n",
            "Leads.csv: row 1: the key Last_Name",
        ),
        (
            "Calls.csv",
            "Outbound_Call_Status,Outgoing_Call_Status\na,b\n",
            "Calls.csv: row 2.Outgoing_Call_Status: the key",
        ),
        (
            "Leads.yaml",
            "- {Last_Name: a, Last_Name: b}\n",
            "Leads.yaml: not valid YAML: .[0]: the key Last_Name",
        ),
        (
            "org.json",
            r#"{"era":1,"era":2}"#,
            "org.json: cannot be read: the key era",
        ),
    ];
    let others = others.map(|(name, text, place)| (name, text.to_owned(), place));
    for (name, text, place) in json.chain(others) {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), name, &text);
        let error = refused(&folder.path().join(name));
        assert!(
            error.contains(place) && error.contains("is named twice"),
            "{text}: {error}"
        );
        if name == "seed.json" {
            let world = Builder::default().empty().build_world().expect("empty");
            let sent = send_bytes(&world, "POST", "/__admin/seed", text.as_bytes());
            assert_eq!(sent.0, 422, "{text}");
        }
    }
    // columns without a name are none
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "Leads.csv", "Last_Name,,\na,,\n");
    assert_eq!(refused(folder.path()), "");
}
