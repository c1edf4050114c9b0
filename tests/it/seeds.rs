//! Seeds in every form, and everything that can be wrong with them.

use std::path::Path;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::send;

mod folders;
mod once;
mod prepared;
mod problems;

fn load(path: &Path) -> Result<World, String> {
    let builder = Builder::default()
        .seed(path.display().to_string())
        .now("2026-11-16T09:00:00Z");
    builder.build_world().map_err(|e| e.to_string())
}

/// Why a seed is not loaded; empty if it is.
fn refused(path: &Path) -> String {
    load(path).err().unwrap_or_default()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

fn get(world: &World, target: &str) -> Json {
    let (status, body) = send(world, "GET", target, None);
    assert_eq!(status, 200, "{target}: {body}");
    body
}

#[test]
fn one_json_one_yaml_and_a_folder_say_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    write(
        root,
        "one.json",
        r##"{"org": {"id_prefix": "5725767"}, "users": [{"id": "5725767000000411001", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}],
            "Accounts": [{"id": "#zylker", "Account_Name": "Zylker"}],
            "Contacts": [{"id": "5725767000000600001", "Last_Name": "Rao", "Account_Name": "#zylker", "Tag": ["VIP"], "Created_Time": "2026-01-02T03:04:05+05:30"}]}"##,
    );
    write(
        root,
        "two.yaml",
        "org: {id_prefix: '5725767'}\nusers:\n  - {id: '5725767000000411001', first_name: Ann, last_name: Lee, email: ann@example.com}\nrecords:\n  Accounts:\n    - {id: '#zylker', Account_Name: Zylker}\n  Contacts:\n    - id: '5725767000000600001'\n      Last_Name: Rao\n      Account_Name: '#zylker'\n      Tag: [VIP]\n      Created_Time: '2026-01-02T03:04:05+05:30'\n",
    );
    write(root, "three/org.json", r#"{"id_prefix": "5725767"}"#);
    write(
        root,
        "three/users.json",
        r#"[{"id": "5725767000000411001", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}]"#,
    );
    write(
        root,
        "three/records/Accounts.json",
        r##"[{"id": "#zylker", "Account_Name": "Zylker"}]"##,
    );
    write(
        root,
        "three/records/Contacts.csv",
        "id,Last_Name,Account_Name,Tag,Created_Time\n5725767000000600001,Rao,#zylker,VIP,2026-01-02T03:04:05+05:30\n",
    );
    let bodies: Vec<Json> = ["one.json", "two.yaml", "three"]
        .iter()
        .map(|name| {
            let world = load(&root.join(name)).expect("a good seed");
            get(&world, "/crm/v2/Contacts/5725767000000600001")
        })
        .collect();
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[0], bodies[2]);
    let contact = &bodies[0]["data"][0];
    assert_eq!(contact["Account_Name"]["name"], "Zylker");
    assert_eq!(contact["Created_Time"], "2026-01-01T21:34:05+00:00");
    assert_eq!(contact["Tag"][0]["name"], "VIP");
}

#[test]
fn csv_cells_are_typed_by_their_fields() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "Leads.csv",
        "Last_Name,Annual_Revenue,No_of_Employees,Email_Opt_Out,City\n\"Rao, B\",1234.5,12,true,\n",
    );
    let world = load(folder.path()).expect("a good seed");
    let lead = &get(&world, "/crm/v2/Leads")["data"][0];
    assert_eq!(lead["Last_Name"], "Rao, B");
    assert_eq!(lead["Annual_Revenue"], 1234.5);
    assert_eq!(lead["No_of_Employees"], 12);
    assert_eq!(lead["Email_Opt_Out"], true);
    assert_eq!(lead["City"], Json::Null);
}

#[test]
fn custom_modules_and_fields() {
    let seed = json!({
        "modules": [{"api_name": "Projects", "singular_label": "Project", "plural_label": "Projects",
            "fields": [{"api_name": "Budget", "field_label": "Budget", "data_type": "currency"},
                       {"api_name": "Client", "field_label": "Client", "data_type": "lookup",
                        "lookup": {"module": "Accounts", "relation": "Projects", "label": "Projects"}}]}],
        "fields": {"Leads": [{"api_name": "Size", "field_label": "Size", "data_type": "picklist", "pick_list": ["S", "M"]}]},
        "Accounts": [{"id": "#a", "Account_Name": "Zylker"}],
        "Projects": [{"Name": "Bridge", "Budget": 10.5, "Client": "#a"}],
    });
    let world = Builder::default()
        .seed_json(&seed)
        .build_world()
        .expect("a good seed");
    let project = &get(&world, "/crm/v8/Projects?fields=Name,Budget,Client")["data"][0];
    assert_eq!(
        (&project["Name"], &project["Budget"]),
        (&json!("Bridge"), &json!(10.5))
    );
    assert_eq!(project["Client"]["name"], "Zylker");
    let fields = get(&world, "/crm/v8/settings/fields?module=Leads");
    let size = fields["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .find(|f| f["api_name"] == "Size")
        .expect("Size");
    assert_eq!(size["custom_field"], true);
    assert_eq!(size["pick_list_values"][1]["actual_value"], "M");
    let (status, _) = send(
        &world,
        "POST",
        "/crm/v8/Projects",
        Some(&json!({"data": [{"Name": "Tunnel"}]})),
    );
    assert_eq!(status, 201);
}

#[test]
fn an_empty_org_has_metadata_and_one_user() {
    let world = Builder::default().empty().build_world().expect("empty");
    assert_eq!(get(&world, "/crm/v8/users")["info"]["count"], 1);
    assert!(
        get(&world, "/crm/v8/settings/modules")["modules"]
            .as_array()
            .expect("modules")
            .len()
            > 40
    );
    let (status, _) = send(&world, "GET", "/crm/v2/Leads", None);
    assert_eq!(status, 204);
    let (status, body) = send(
        &world,
        "POST",
        "/crm/v2/Leads",
        Some(&json!({"data": [{"Last_Name": "Rao"}]})),
    );
    assert_eq!(status, 201, "{body}");
}

/// Records that are well-formed JSON and yet cannot be read: none is taken, and each is named.
#[test]
fn settings_name_records_by_their_labels() {
    let seed = json!({
        "users": [{"id": "#ines", "last_name": "Costa", "email": "ines@example.com"},
            {"id": "#ben", "last_name": "Ode", "email": "ben@example.com", "role": "Manager", "profile": "Standard"}],
        "record_shares": {"Leads": [{"record": "#a lead with a long name", "permission": "read_only",
            "shared_with": {"type": "users", "id": "#ben"}}]},
        "emails": [{"record": "#a lead with a long name", "subject": "Hi",
            "time": "2026-11-01T10:00:00+00:00", "linked_record": {"id": "#deal"}}],
        "blocked_emails": [{"record": "#a lead with a long name", "field": "Email", "blocked": "temporary"}],
        "Leads": [{"id": "#a lead with a long name", "Last_Name": "Rao", "Company": "Rao",
            "Email": "rao@example.com"}],
        "Deals": [{"id": "#deal", "Deal_Name": "Big", "Stage": "Qualification"}],
    });
    let builder = Builder::default().seed_json(&seed);
    let world = builder.build_world().expect("the seed");
    let id = |module: &str| {
        let listed = get(&world, &format!("/crm/v8/{module}?fields=id"));
        listed["data"][0]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let lead = format!("/crm/v8/Leads/{}", id("Leads"));
    let emails = get(&world, &format!("{lead}/Emails"));
    assert_eq!(emails["Emails"][0]["subject"], "Hi", "{emails}");
    assert_eq!(emails["Emails"][0]["linked_record"]["id"], id("Deals"));
    let shares = get(&world, &format!("{lead}/actions/share"));
    assert_eq!(shares["share"][0]["shared_with"]["name"], "Ode", "{shares}");
    let body = json!({"unblock_fields": ["Email"]});
    let target = format!("{lead}/actions/unblock_email");
    let (status, answer) = send(&world, "POST", &target, Some(&body));
    assert_eq!(status, 200, "{answer}");
    crate::export::check(&world.default_org().read());
}

#[test]
fn records_that_cannot_be_read_are_named_and_nothing_is_loaded() {
    let nested = format!(
        r#"{{"Last_Name":"x","Extra":{}{}}}"#,
        "[".repeat(130),
        "]".repeat(130)
    );
    let bad = [
        (
            r#"{"Last_Name":"x","Annual_Revenue":1e999}"#,
            "number out of range",
        ),
        (r#"{"Last_Name":"\ud800"}"#, "end of hex escape"),
        (r#"{"Last_Name":"\ud800x"}"#, "hex escape"),
        (r#"{"\ud800":"x","Last_Name":"y"}"#, "end of hex escape"),
        (nested.as_str(), "recursion limit exceeded"),
        (r#"["5725767000000600001"]"#, "a record must be an object"),
        ("[null]", "a record must be an object"),
        ("null", "a record must be an object"),
        (r#""x""#, "a record must be an object"),
        ("7", "a record must be an object"),
    ];
    for (record, reason) in bad {
        let with_id = |id: &str| match record.strip_prefix('{') {
            Some(rest) => format!(r#"{{"id":{id},{rest}"#),
            None => record.to_owned(),
        };
        let fine = r#"{"id":"5725767000000600009","Last_Name":"Fine"}"#;
        let (plain, labelled, given) = (
            record.to_owned(),
            with_id(r##""#label""##),
            with_id(r#""5725767000000600001""#),
        );
        let unreadable_id = with_id(r#""\ud800""#);
        let forms = [
            (format!(r#"{{"Leads":[{plain}]}}"#), "$.Leads[0]"),
            (format!(r#"{{"Leads":[{fine},{labelled}]}}"#), "$.Leads[1]"),
            (
                format!(r#"{{"records":{{"Leads":[{given}]}}}}"#),
                "$.records.Leads[0]",
            ),
            (format!(r#"{{"Leads":[{unreadable_id}]}}"#), "$.Leads[0]"),
            (
                format!(r#"{{"export":1,"records":{{"Leads":[{fine},{given}]}}}}"#),
                "$.records.Leads[1]",
            ),
            (
                format!(r#"{{"deleted":{{"Leads":[{{"record":{given}}}]}}}}"#),
                "$.deleted.Leads[0]",
            ),
            (
                format!(r#"{{"export":1,"deleted":{{"Leads":[{{"record":{given}}}]}}}}"#),
                "$.deleted.Leads[0]",
            ),
        ];
        for (seed, path) in forms {
            let folder = tempfile::tempdir().expect("a folder");
            write(folder.path(), "bad.json", &seed);
            let error = refused(&folder.path().join("bad.json"));
            let whole = format!("bad.json: {path}");
            assert!(error.contains(&whole), "{seed}: {error}");
            // an id that cannot be read may be told of first
            if !seed.contains(r#""id":"\ud800""#) {
                assert!(error.contains(reason), "{seed}: {error}");
            }
            // the control plane says the same, and the org stays as it was
            let world = Builder::default().empty().build_world().expect("empty");
            let sent = crate::support::send_bytes(&world, "POST", "/__admin/seed", seed.as_bytes());
            let text = String::from_utf8(sent.1).expect("UTF-8");
            assert_eq!(sent.0, 422, "{seed}: {text}");
            assert!(text.contains(path), "{seed}: {text}");
            let (status, list) = send(&world, "GET", "/crm/v2/Leads", None);
            assert_eq!(status, 204, "{seed}: {list}");
        }
    }
}

/// The same for what is no record: the reason is the one that there is.
#[test]
fn parts_that_cannot_be_read_say_why() {
    for (seed, expected) in [
        (
            r#"{"users": [{"email": "a@example.com"}, {"age": 1e999}]}"#,
            "$.users[1]: cannot be read: number out of range",
        ),
        (
            r#"{"org": {"company_name": "\ud800"}}"#,
            "$.org: cannot be read: unexpected end of hex escape",
        ),
        (
            r#"{"fields": {"Leads": [{"api_name": "\ud800"}]}}"#,
            "$.fields.Leads[0]: cannot be read",
        ),
        (
            r#"{"fields": {"Leads": [7]}}"#,
            "$.fields.Leads[0]: must be an object",
        ),
        (
            r#"{"fields": {"Leads": 7}}"#,
            "$.fields.Leads: must be a list",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "bad.json", seed);
        let error = refused(&folder.path().join("bad.json"));
        assert!(error.contains(expected), "{seed}: {error}");
    }
}

/// What YAML and CSV can say and JSON cannot is refused, too.
#[test]
fn numbers_that_are_none_are_refused_in_every_form() {
    for (name, text, place) in [
        (
            "Leads.yaml",
            "- {Last_Name: a, Annual_Revenue: .inf}\n",
            "Leads.yaml: not valid YAML: .[0].Annual_Revenue: a number must be finite",
        ),
        (
            "seed.yaml",
            "records:\n  Leads:\n    - {Last_Name: a}\n    - {Last_Name: b, Annual_Revenue: .nan}\n    - {Last_Name: c, Annual_Revenue: .NaN}\n",
            "seed.yaml: not valid YAML: records.Leads[1].Annual_Revenue: a number must be finite",
        ),
        (
            "Leads.csv",
            "Last_Name,Annual_Revenue\na,1e999\n",
            "Leads.csv: row 2.Annual_Revenue",
        ),
        (
            "Leads.csv",
            "Last_Name,Annual_Revenue\na,NaN\n",
            "Leads.csv: row 2.Annual_Revenue",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), name, text);
        let error = refused(&folder.path().join(name));
        assert!(error.contains(place), "{text}: {error}");
    }
}
