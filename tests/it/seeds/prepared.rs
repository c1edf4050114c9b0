//! The prepared seed is what comes of the default one.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use super::get;
use crate::export::assert_same;
use crate::support::send;

const NOW: &str = "2026-11-16T09:00:00Z";

/// The org of a server that reads the default seed.
fn read(now: &str) -> World {
    let builder = Builder::default().seed("default").now(now);
    builder.build_world().expect("a good seed")
}

/// The org of a server that was told of no seed, and that of one that reads the default seed.
fn both(now: &str) -> (World, World) {
    let prepared = Builder::default().now(now).build_world();
    (prepared.expect("a good seed"), read(now))
}

/// Two orgs have the same export, line by line.
fn assert_exports(a: &OrgState, b: &OrgState) {
    let (a, b) = (seed::export(a), seed::export(b));
    let (a, b) = (String::from_utf8_lossy(&a), String::from_utf8_lossy(&b));
    for (a, b) in a.lines().zip(b.lines()) {
        assert_eq!(a, b);
    }
    assert_eq!(a.lines().count(), b.lines().count());
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seed-data/prepared")
}

/// Takes times that are those of loading out of objects.
fn without(list: &mut Json, times: &[&str]) {
    for object in list.as_array_mut().expect("a list") {
        for time in times {
            assert_eq!(object[*time], "2026-11-16T09:00:00+00:00");
            object[*time] = Json::Null;
        }
    }
}

/// The files that an export is kept in, by name: its records one a line, and the rest a key a line.
fn files(mut export: Json) -> BTreeMap<String, String> {
    let parts = export.as_object_mut().expect("an object");
    let records = parts.shift_remove("records").expect("records");
    let mut files = BTreeMap::new();
    for (module, list) in records.as_object().expect("an object") {
        let list = list.as_array().expect("a list").iter();
        let lines: String = list.map(|record| format!("{record}\n")).collect();
        files.insert(format!("records/{module}.jsonl"), lines);
    }
    for tags in parts["tags"]
        .as_object_mut()
        .expect("an object")
        .values_mut()
    {
        without(tags, &["created_time", "modified_time"]);
    }
    without(&mut parts["users"], &["Modified_Time"]);
    let keys = parts
        .iter()
        .map(|(key, value)| format!("\"{key}\": {value}"));
    let keys: Vec<String> = keys.collect();
    files.insert(
        "org.json".to_owned(),
        format!("{{\n{}\n}}\n", keys.join(",\n")),
    );
    files
}

#[test]
fn its_files_are_made_of_the_default_seed() {
    let export = seed::export(&read(NOW).default_org().read());
    let right = files(serde_json::from_slice(&export).expect("JSON"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder().join("records")).expect("a folder");
        for (name, text) in &right {
            fs::write(folder().join(name), text).expect("written");
        }
    }
    let mut on_disk = BTreeMap::new();
    for place in ["", "records/"] {
        for entry in fs::read_dir(folder().join(place))
            .expect("a folder")
            .flatten()
        {
            if entry.path().is_file() {
                let text = fs::read_to_string(entry.path()).expect("a text");
                on_disk.insert(format!("{place}{}", entry.file_name().display()), text);
            }
        }
    }
    assert!(
        right == on_disk,
        "seed-data/prepared is not up to date: UPDATE_EXPECT=1 cargo test --test it prepared"
    );
}

#[test]
fn its_org_is_that_of_the_default_seed() {
    for now in [NOW, "2031-02-28T23:59:59+05:30"] {
        let (prepared, read) = both(now);
        let (prepared, read) = (prepared.default_org().read(), read.default_org().read());
        assert_eq!(prepared.tables.records(), read.tables.records());
        assert_exports(&prepared, &read);
        assert_same(&prepared, &read);
        assert_eq!(prepared.tables.records(), read.tables.records());
    }
}

/// Requests that meet tables before anybody has asked for them.
#[test]
fn a_first_request_of_any_kind_finds_the_records() {
    let lead = json!({"data": [{"Last_Name": "Rao", "Company": "A"}]});
    let field = json!({"fields": [{"field_label": "Lot", "data_type": "text", "length": 20}]});
    let first = [
        ("GET", "/crm/v8/Leads?fields=Last_Name", None),
        ("GET", "/crm/v8/Leads/actions/count", None),
        ("GET", "/crm/v8/Contacts/search?email=a@b.example", None),
        ("GET", "/crm/v8/Accounts/5843104000005000010", None),
        ("GET", "/crm/v8/settings/modules", None),
        ("GET", "/crm/v8/settings/fields?module=Deals", None),
        ("GET", "/crm/v8/org", None),
        ("POST", "/crm/v8/Leads", Some(&lead)),
        ("POST", "/crm/v8/Leads/upsert", Some(&lead)),
        ("POST", "/crm/v8/settings/fields?module=Leads", Some(&field)),
        ("DELETE", "/crm/v8/Contacts?ids=5843104000005000024", None),
        ("DELETE", "/crm/v8/Accounts?ids=5843104000005000010", None),
    ];
    for (method, target, body) in first {
        let (prepared, read) = both(NOW);
        let copy = prepared.default_org().read();
        let answers = |world: &World| {
            let answer = send(world, method, target, body);
            let (leads, deals) = (
                get(world, "/crm/v8/Leads?fields=Last_Name,Tag,Owner"),
                get(
                    world,
                    "/crm/v8/Deals?fields=Deal_Name,Account_Name,Contact_Name",
                ),
            );
            (
                answer,
                leads,
                deals,
                world.default_org().read().tables.records(),
            )
        };
        assert_eq!(answers(&prepared), answers(&read), "{method} {target}");
        assert_exports(&prepared.default_org().read(), &read.default_org().read());
        // a copy from before the request is as it was
        let rows = copy
            .schema
            .modules()
            .map(|module| copy.table(module).rows().len());
        assert_eq!(rows.sum::<usize>(), 244, "{method} {target}");
    }
}

#[test]
fn copies_that_ask_apart_find_the_same() {
    let (prepared, read) = both(NOW);
    let org = prepared.default_org();
    let (first, second) = (org.read(), org.read());
    let leads = json!({"data": [{"Last_Name": "Rao", "Company": "A"}]});
    let (status, _) = send(&prepared, "POST", "/crm/v8/Leads", Some(&leads));
    assert_eq!(status, 201);
    for copy in [&first, &second] {
        assert_exports(copy, &read.default_org().read());
    }
    let contacts = first.schema.number_of("Contacts").expect("Contacts");
    let after = org.read();
    for copy in [&second, &after] {
        let tables = (first.tables.get(contacts), copy.tables.get(contacts));
        assert!(Arc::ptr_eq(tables.0, tables.1), "nobody has changed them");
    }
}
