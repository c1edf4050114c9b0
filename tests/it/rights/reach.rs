//! A record that its reader may not see is out of reach of every operation there is: those that name
//! it in their path, and those that name it in their body.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::api::endpoint::{BodyKind, Endpoint};
use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::seed::export;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

const MODULES: [&str; 8] = [
    "Leads",
    "Contacts",
    "Accounts",
    "Deals",
    "Products",
    "Quotes",
    "Events",
    "Campaigns",
];
const BOSS: &str = "5725767000000411001";
const CLERK: &str = "5725767000000411002";
const TAG: &str = "5725767000000180001";
const CADENCE: &str = "5725767000000190001";
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x28\0\0\0\x1e\x08\x06\0\0\0 and its points";

/// The id of a record of a module, one that the clerk may not see or one of his own.
fn id(module: &str, own: bool) -> String {
    let place = MODULES.iter().position(|name| *name == module);
    format!(
        "5725767000000{}00{place:03}",
        5 + u8::from(own),
        place = place.unwrap_or(0)
    )
}

/// A note on a record of the boss.
fn note(module: &str) -> String {
    id(module, false).replacen("57257670000005", "57257670000007", 1)
}

fn record(module: &str, own: bool) -> Json {
    let owner = if own { CLERK } else { BOSS };
    let mut record = json!({"id": id(module, own), "Owner": {"id": owner}});
    let (name, more) = match module {
        "Leads" => (
            "Last_Name",
            json!({"Company": "A", "Email": "a@example.com", "Lead_Status": "Contacted"}),
        ),
        "Contacts" => ("Last_Name", json!({"Email": "a@example.com"})),
        "Accounts" => ("Account_Name", json!({})),
        "Deals" => ("Deal_Name", json!({"Stage": "Qualification"})),
        "Products" => ("Product_Name", json!({})),
        "Quotes" => (
            "Subject",
            json!({"Quoted_Items": [{"Product_Name": {"id": id("Products", own)}, "Quantity": 1}]}),
        ),
        "Campaigns" => ("Campaign_Name", json!({})),
        _ => (
            "Event_Title",
            json!({"Start_DateTime": "2026-12-01T10:00:00Z", "End_DateTime": "2026-12-01T11:00:00Z",
                "Participants": [{"type": "email", "participant": "a@example.com"}]}),
        ),
    };
    record[name] = format!("{module} {owner}").into();
    for (key, value) in more.as_object().into_iter().flatten() {
        record[key] = value.clone();
    }
    record
}

fn world() -> World {
    let user = |id: &str, name: &str, role: &str, profile: &str| {
        json!({"id": id, "last_name": name, "email": format!("{name}@example.com"), "role": role,
            "profile": profile, "current": id == BOSS, "status": "active", "confirm": true})
    };
    let mut seed = json!({
        "org": {"company_name": "Reach", "id_prefix": "5725767", "features": ["territories"]},
        "users": [user(BOSS, "boss", "CEO", "Administrator"), user(CLERK, "clerk", "Manager", "Standard")],
        "oauth": {"access_tokens": [{"access_token": "clerk", "user": CLERK}]},
        "territories": [{"id": "5725767000000130001", "name": "World"}],
        "data_sharing": MODULES.map(|module| json!({"module": module, "share_type": "private"})),
        "email_configurations": [{"user": CLERK, "_type": "imap", "sharing": "custom"}],
        "cadences": [{"id": CADENCE, "name": "Calls", "module": "Leads", "type": "manual_enrollment"}],
        "blueprints": {"Leads": [{"name": "Way", "field": "Lead_Status", "transitions": [
            {"id": "5725767000000342606", "name": "On", "from": ["Contacted"], "to": "Pre-Qualified"}]}]},
        "emails": [{"record": id("Leads", false), "subject": "Hi", "type": "sent_from_crm",
            "message_id": "m1", "time": "2026-11-01T10:00:00+00:00", "owner": BOSS}],
        "blocked_emails": [{"record": id("Leads", false), "field": "Email", "blocked": "temporary"}],
        "tags": {"Leads": [{"id": TAG, "name": "Hot"}]},
        "Notes": [],
    });
    for module in MODULES {
        seed[module] = json!([record(module, false), record(module, true)]);
        let note = json!({"id": note(module), "Note_Content": "N", "$se_module": module,
            "Parent_Id": {"id": id(module, false)}, "Owner": {"id": BOSS}});
        seed["Notes"].as_array_mut().expect("notes").push(note);
    }
    Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed")
}

/// A body with which a row might do something to a record.
fn body(row: &Endpoint, module: &str) -> (String, Vec<u8>) {
    if matches!(row.body.kind, BodyKind::Multipart) {
        let head = "--x\r\nContent-Disposition: form-data; name=file; filename=\"a.png\"\r\n\r\n";
        let form = [head.as_bytes(), PNG, b"\r\n--x--\r\n"].concat();
        return ("multipart/form-data; boundary=x".to_owned(), form);
    }
    let last = row.path.rsplit('/').next().unwrap_or_default();
    let ids = json!([id(module, false)]);
    let own = id(module, true);
    let territories = json!([{"id": "5725767000000130001"}]);
    let json = match last {
        "merge" => json!({"merge": [{"data": [{"id": own}]}]}),
        "share" => json!({"share": [{"shared_with": {"id": CLERK, "type": "users"},
            "permission": "read_only", "type": "private"}]}),
        "add_tags" | "remove_tags" => json!({"tags": [{"name": "Hot"}], "ids": ids}),
        "change_owner" => json!({"owner": {"id": CLERK}, "ids": ids}),
        "assign_territories" | "remove_territories" => {
            json!({"data": [{"id": id(module, false), "Territories": territories}]})
        }
        "unblock_email" => json!({"unblock_fields": ["Email"], "ids": ids}),
        "blueprint" => json!({"blueprint": [{"transition_id": "5725767000000342606", "data": {}}]}),
        "cancel" => json!({"data": [{"send_cancelling_mail": false}]}),
        "convert" if module == "Quotes" => {
            json!({"data": [{"convert_to": [{"module": {"api_name": "Sales_Orders"}}]}]})
        }
        "convert" => json!({"data": [{"overwrite": false}]}),
        "share_emails" | "unshare_emails" => json!({"ids": ids}),
        "get_related_records_count" => {
            json!({"get_related_records_count": [{"related_list": {"api_name": "Notes"}}]})
        }
        "Locking_Information__s" => json!({"data": [{"Locked_Reason__s": "r"}]}),
        "enrol_in_cadences" | "unenrol_from_cadences" => {
            json!({"cadences_ids": [CADENCE], "ids": ids})
        }
        "mass_update" => json!({"data": [{"City": "X"}], "ids": ids, "over_write": true}),
        "mass_delete" | "mass_convert" => json!({"ids": ids}),
        "{related_list}" if row.method.as_str() == "PUT" => json!({"data": [{"id": own}]}),
        _ => json!({"data": [{"id": id(module, false), "Description": "X", "Note_Content": "X"}]}),
    };
    ("application/json".to_owned(), json.to_string().into_bytes())
}

/// Sends a request of the clerk.
fn ask(
    world: &World,
    method: &str,
    target: &str,
    (kind, body): &(String, Vec<u8>),
) -> (u16, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![
        (
            "authorization".to_owned(),
            "Zoho-oauthtoken clerk".to_owned(),
        ),
        ("content-type".to_owned(), kind.clone()),
    ];
    let body = (method != "GET").then_some(body.as_slice());
    let answer = dispatch(world, &Request::new(method, path, query, &headers, body));
    (
        answer.status,
        String::from_utf8_lossy(&answer.body).into_owned(),
    )
}

fn target(row: &Endpoint, version: ApiVersion, module: &str) -> String {
    let list = match module {
        "Accounts" => "Contacts",
        "Contacts" => "Campaigns",
        "Campaigns" => "Leads",
        _ => "Notes",
    };
    let segments = row.path.split('/').map(|segment| match segment {
        "{v}" => version.as_str().to_owned(),
        "{module}" => module.to_owned(),
        "{id}" => id(module, false),
        "{related_list}" => list.to_owned(),
        "{related_id}" if list != "Notes" => id(list, true),
        "{message_id}" => "m1".to_owned(),
        segment if segment.starts_with('{') => note(module),
        segment => segment.to_owned(),
    });
    let path = segments.collect::<Vec<_>>().join("/");
    let query = format!(
        "fields=id&ids={}&tag_names=Hot&fields_attachment_id=1&job_id=1",
        if row.path.contains("{id}") {
            note(module)
        } else {
            id(module, false)
        },
    );
    let params = query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        row.param(name)
            .is_some_and(|param| param.versions.contains(version))
    });
    format!("{path}?{}", params.collect::<Vec<_>>().join("&"))
}

/// Asks all that a row can be asked about records of the boss, and adds what succeeds or changes
/// something, and rows that never say that the clerk may not.
fn check(world: &World, row: &Endpoint, before: &[u8], wrong: &mut Vec<String>) {
    let mut told = false;
    let known = ApiVersion::ALL.into_iter();
    for version in known.filter(|version| row.versions.contains(*version)) {
        for module in MODULES {
            let target = target(row, version, module);
            let method = row.method.as_str();
            let (status, answer) = ask(world, method, &target, &body(row, module));
            let done = answer.contains("SUCCESS") || answer.contains("SCHEDULED");
            // lists of several leave out what is not seen
            let nothing = status == 204 && !row.path.contains("{id}");
            if done || !(status >= 400 || status == 202 || nothing) {
                wrong.push(format!("{method} {target}: {status} {answer}"));
            }
            told |= answer.contains("NO_PERMISSION") || nothing;
        }
    }
    if !told {
        wrong.push(format!("{} does not tell why", row.id));
    }
    if export(&world.default_org().read()) != before {
        wrong.push(format!("{} has changed something", row.id));
    }
}

#[test]
fn what_a_user_may_not_see_is_out_of_reach_by_any_path() {
    let world = world();
    let before = export(&world.default_org().read());
    let mut wrong = Vec::new();
    for row in endpoints().filter(|row| row.path.contains("/{module}/{id}")) {
        check(&world, row, &before, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Operations that take records by their ids, and the last part of whose path says so.
const BY_IDS: [&str; 14] = [
    "fetch_full_data",
    "add_tags",
    "remove_tags",
    "change_owner",
    "assign_territories",
    "remove_territories",
    "unblock_email",
    "share_emails",
    "unshare_emails",
    "enrol_in_cadences",
    "unenrol_from_cadences",
    "mass_update",
    "mass_delete",
    "{module}",
];

#[test]
fn what_a_user_may_not_see_is_out_of_reach_by_any_body() {
    let world = world();
    let before = export(&world.default_org().read());
    let named = |row: &&Endpoint| {
        let last = row.path.rsplit('/').next().unwrap_or_default();
        let writes = matches!(row.method.as_str(), "PUT" | "DELETE") || last != "{module}";
        let of_module = row.path.contains("{module}") && !row.path.contains("{id}");
        of_module && BY_IDS.contains(&last) && writes && !row.id.ends_with("status")
    };
    let mut wrong = Vec::new();
    for row in endpoints().filter(named) {
        check(&world, row, &before, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
