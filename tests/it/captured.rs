//! Answers captured from Zoho: each comes out byte for byte from a seed that holds its values.
//!
//! `tests/captured/NAME.body.json` is the text as it was printed (a value that was cut in print
//! is completed), `NAME.seed.json` the seed. Some answers were printed as a list of keys only:
//! those are in `NAME.keys`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize as _;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};
use zoho_crm_mock::MockServer;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::error::Wording;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

/// The time of all requests that name no other.
const NOW: &str = "2026-11-16T09:00:00Z";

/// An answer, and where in it the captured text stands: keys and positions, or nothing for all of
/// it.
struct Case {
    name: &'static str,
    /// The seed, where it is that of another case.
    seed: &'static str,
    request: &'static str,
    body: &'static str,
    now: &'static str,
    at: &'static str,
}

const fn case(name: &'static str, request: &'static str, at: &'static str) -> Case {
    Case {
        name,
        seed: name,
        request,
        body: "",
        now: NOW,
        at,
    }
}

/// A case whose request is a `GET` of the seed of another.
const fn also(
    name: &'static str,
    seed: &'static str,
    request: &'static str,
    at: &'static str,
) -> Case {
    Case {
        name,
        seed,
        request,
        body: "",
        now: NOW,
        at,
    }
}

/// A request with a body, at a time.
const fn write(
    name: &'static str,
    request: &'static str,
    body: &'static str,
    now: &'static str,
    at: &'static str,
) -> Case {
    Case {
        name,
        seed: name,
        request,
        body,
        now,
        at,
    }
}

const BODIES: &[Case] = &[
    case(
        "contacts_2026",
        "GET /crm/v2/Contacts/7328395000000687002",
        "data.0",
    ),
    also(
        "contacts_2026_list",
        "contacts_2026",
        "GET /crm/v2/Contacts",
        "data.0",
    ),
    case(
        "accounts_2026",
        "GET /crm/v2/Accounts/7328395000000710005",
        "data.0",
    ),
    also(
        "accounts_2026_list",
        "accounts_2026",
        "GET /crm/v2/Accounts",
        "data.0",
    ),
    case(
        "deals_2026",
        "GET /crm/v2/Deals/7328395000000710007",
        "data.0",
    ),
    also(
        "deals_2026_list",
        "deals_2026",
        "GET /crm/v2/Deals",
        "data.0",
    ),
    case(
        "tasks_2026",
        "GET /crm/v2/Tasks/7328395000000686005",
        "data.0",
    ),
    also(
        "tasks_2026_list",
        "tasks_2026",
        "GET /crm/v2/Tasks",
        "data.0",
    ),
    case(
        "events_2026",
        "GET /crm/v2/Events/7328395000000688001",
        "data.0",
    ),
    also(
        "events_2026_list",
        "events_2026",
        "GET /crm/v2/Events",
        "data.0",
    ),
    case(
        "calls_2026",
        "GET /crm/v2/Calls/7328395000000680317",
        "data.0",
    ),
    also(
        "calls_2026_list",
        "calls_2026",
        "GET /crm/v2/Calls",
        "data.0",
    ),
    case(
        "leads_2023",
        "GET /crm/v2/Leads/4970762000000335415",
        "data.0",
    ),
    also(
        "leads_2023_list",
        "leads_2023",
        "GET /crm/v2/Leads",
        "data.0",
    ),
    case(
        "products_2024",
        "GET /crm/v2/Products/4876876000000574001",
        "data.0",
    ),
    case(
        "quotes_2018",
        "GET /crm/v2/Quotes/3187579000000153739",
        "data.0",
    ),
    case(
        "quote_row_2023",
        "GET /crm/v2/Quotes/5344455000005509041",
        "data.0.Product_Details.0",
    ),
    case("user_2026", "GET /crm/v2/users?type=CurrentUser", "users.0"),
    also(
        "user_2026_by_id",
        "user_2026",
        "GET /crm/v2/users/7328395000000605001",
        "users.0",
    ),
    also(
        "users_info_2026",
        "user_2026",
        "GET /crm/v2/users?type=AllUsers",
        "info",
    ),
    case(
        "user_v7",
        "GET /crm/v7/users/5725767000000411001",
        "users.0",
    ),
    also(
        "user_v8",
        "user_v7",
        "GET /crm/v8/users/5725767000000411001",
        "users.0",
    ),
    case("org_v7", "GET /crm/v7/org", ""),
    also("org_v8", "org_v7", "GET /crm/v8/org", ""),
    case(
        "profile_administrator_v8",
        "GET /crm/v8/settings/profiles",
        "profiles.0",
    ),
    also(
        "profile_standard_v8",
        "profile_administrator_v8",
        "GET /crm/v8/settings/profiles",
        "profiles.1",
    ),
    case("role_manager_v3", "GET /crm/v3/settings/roles", "roles.1"),
    case(
        "module_v7",
        "GET /crm/v7/settings/modules",
        "modules.@api_name=Leads",
    ),
    case(
        "field_v8",
        "GET /crm/v8/settings/fields/4832675000000000555?module=Leads",
        "",
    ),
    case(
        "view_v7",
        "GET /crm/v7/settings/custom_views?module=Leads",
        "custom_views.@name=All Open Leads",
    ),
    case(
        "related_list_v7",
        "GET /crm/v7/settings/related_lists/2276164000000002730?module=Leads",
        "related_lists.0",
    ),
    also(
        "related_list_v8",
        "related_list_v7",
        "GET /crm/v8/settings/related_lists/2276164000000002730?module=Leads",
        "related_lists.0",
    ),
    also(
        "views_info_v7",
        "view_v7",
        "GET /crm/v7/settings/custom_views?module=Leads",
        "info",
    ),
    also(
        "layout_profile_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts/2276164000000095055?module=Leads",
        "layouts.0.profiles.0",
    ),
    also(
        "layout_actions_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts/2276164000000095055?module=Leads",
        "layouts.0.actions_allowed",
    ),
    case("records_info_2026", "GET /crm/v2/Leads", "info"),
    case("records_info_2023", "GET /crm/v2/Leads", "info"),
    write(
        "insert_v2",
        "POST /crm/v2/Leads",
        r#"{"data":[{"Last_Name":"Rao"}]}"#,
        "2022-11-11T18:13:51+05:30",
        "",
    ),
    write(
        "upsert",
        "POST /crm/v2/Leads/upsert",
        r#"{"data":[{"Last_Name":"Rao","Email":"rao@example.com"},{"Last_Name":"Das"}],"duplicate_check_fields":["Email"]}"#,
        "2020-10-14T10:31:43+05:30",
        "",
    ),
    write(
        "delete_v2",
        "DELETE /crm/v2/Leads?ids=410405000002264040",
        r#""#,
        "2018-01-01T00:00:00Z",
        "",
    ),
    case(
        "attachment_v8",
        "GET /crm/v8/Attachments/2876819000001935002?fields=Owner,Modified_Time,File_Name,$field_states,Created_Time,Size,Parent_Id,$editable,$file_id,$type,$se_module,Modified_By,$state,id,Created_By",
        "data.0",
    ),
    also(
        "attachment_link_v8",
        "attachment_v8",
        "GET /crm/v8/Attachments/2876819000001935003?fields=Owner,Modified_Time,File_Name,$field_states,Created_Time,Size,Parent_Id,$editable,$file_id,$type,$se_module,Modified_By,$state,id,Created_By,$link_url",
        "data.0",
    ),
    case(
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.Parent_Id",
    ),
    also(
        "note_owner_v8",
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.Owner",
    ),
    also(
        "note_files_v8",
        "note_parent_v8",
        "GET /crm/v8/Notes/1043386000020244003",
        "data.0.$attachments",
    ),
    write(
        "deleted_v2",
        "DELETE /crm/v2/Products/410888000000099071; GET /crm/v2/Products/deleted",
        r#""#,
        "2015-06-19T11:19:38+05:30",
        "data.0",
    ),
    write(
        "update_v2",
        "PUT /crm/v2/Leads/1929333000099290066",
        r#"{"data":[{"Company":"Acme"}]}"#,
        "2022-11-12T09:00:00+05:30",
        "",
    ),
    case(
        "unknown_module_v7",
        "GET /crm/v7/settings/fields?module=Nope",
        "",
    ),
];

/// Captures of which only the order of keys was printed.
const ORDERS: &[Case] = &[
    also(
        "field_v7",
        "field_v8",
        "GET /crm/v7/settings/fields/4832675000000000555?module=Leads",
        "fields.0",
    ),
    also(
        "field_v2",
        "field_v8",
        "GET /crm/v2/settings/fields/4832675000000000555?module=Leads",
        "fields.0",
    ),
    also(
        "module_v2",
        "module_v7",
        "GET /crm/v2/settings/modules",
        "modules.@api_name=Leads",
    ),
    case(
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0",
    ),
    also(
        "layout_section_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.sections.0",
    ),
    also(
        "layout_field_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.sections.1.fields.1",
    ),
    also(
        "layout_conversion_v7",
        "layout_v7",
        "GET /crm/v7/settings/layouts?module=Leads",
        "layouts.0.convert_mapping.Deals.fields.0",
    ),
    also(
        "view_v8",
        "view_v7",
        "GET /crm/v8/settings/custom_views?module=Leads",
        "custom_views.0",
    ),
    also("org_v2", "org_v7", "GET /crm/v2/org", "org.0"),
    also(
        "org_license_v2",
        "org_v7",
        "GET /crm/v2/org",
        "org.0.license_details",
    ),
    also(
        "role_v4",
        "role_manager_v3",
        "GET /crm/v7/settings/roles",
        "roles.1",
    ),
    case(
        "records_info_v8",
        "GET /crm/v8/Leads?fields=Last_Name&per_page=5",
        "info",
    ),
    case("leads_2020", "GET /crm/v2/Leads", "data.0"),
    case("leads_2026", "GET /crm/v2/Leads", "data.0"),
    case("contacts_2023", "GET /crm/v2/Contacts", "data.0"),
    case("accounts_2023", "GET /crm/v2/Accounts", "data.0"),
    case("deals_2023", "GET /crm/v2/Deals", "data.0"),
    case("calls_2023", "GET /crm/v2/Calls", "data.0"),
    case("accounts_2018", "GET /crm/v2/Accounts", "data.0"),
];

#[test]
fn bodies() {
    check(BODIES, |case, raw| {
        let wanted = read(&format!("{}.body.json", case.name));
        let wanted = wanted.trim_end();
        if raw == wanted {
            return Ok(());
        }
        let same = raw
            .bytes()
            .zip(wanted.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let from = same.saturating_sub(60);
        let part = |text: &str| {
            let bytes = text.as_bytes();
            String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 160)]).into_owned()
        };
        Err(format!(
            "{}\n  wanted …{}\n  got    …{}",
            keys_apart(wanted, raw),
            part(wanted),
            part(raw)
        ))
    });
}

#[test]
fn orders() {
    check(ORDERS, |case, raw| {
        let wanted = read(&format!("{}.keys", case.name));
        let wanted: Vec<&str> = wanted.trim_end().split(", ").collect();
        let got: Map<String, Json> = serde_json::from_str(raw).map_err(|e| e.to_string())?;
        let got: Vec<&str> = got.keys().map(String::as_str).collect();
        if got == wanted {
            Ok(())
        } else {
            let only = |a: &[&str], b: &[&str]| {
                a.iter()
                    .filter(|k| !b.contains(k))
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            Err(format!(
                "missing: {}; too many: {}\n  wanted {wanted:?}\n  got    {got:?}",
                only(&wanted, &got),
                only(&got, &wanted)
            ))
        }
    });
}

/// Every file of the folder belongs to a case.
#[test]
fn no_file_is_left_over() {
    let mut known = BTreeSet::new();
    known.extend(BODIES.iter().map(|c| format!("{}.body.json", c.name)));
    known.extend(ORDERS.iter().map(|c| format!("{}.keys", c.name)));
    known.extend(
        BODIES
            .iter()
            .chain(ORDERS)
            .map(|c| format!("{}.seed.json", c.seed)),
    );
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert_eq!(found, known);
}

fn check(cases: &[Case], judge: impl Fn(&Case, &str) -> Result<(), String>) {
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let answer = answer(case);
            let raw: Result<&RawValue, _> = serde_json::from_str(&answer);
            let verdict = match raw {
                Ok(raw) => match cut(raw, case.at) {
                    Some(raw) => judge(case, raw),
                    None => Err(format!("nothing at {}: {answer}", case.at)),
                },
                Err(error) => Err(format!("{error}: {answer}")),
            };
            verdict.err().map(|why| format!("{}: {why}", case.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captured")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What the request is answered with; the last one, where there are several.
fn answer(case: &Case) -> String {
    let seed = folder().join(format!("{}.seed.json", case.seed));
    let world = MockServer::builder()
        .seed(seed.display().to_string())
        .now(case.now)
        .wording(Wording::Zoho)
        .build_world()
        .unwrap_or_else(|e| panic!("{}: {e}", case.name));
    let send = |request: &str| send(&world, request, case.body);
    case.request
        .split("; ")
        .map(send)
        .last()
        .expect("a request")
}

fn send(world: &World, request: &str, body: &str) -> String {
    let (method, target) = request.split_once(' ').expect("a request line");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![
        ("host".to_owned(), "www.zohoapis.com".to_owned()),
        (
            "authorization".to_owned(),
            "Zoho-oauthtoken 1000.captured".to_owned(),
        ),
        ("content-type".to_owned(), "application/json".to_owned()),
    ];
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    String::from_utf8(dispatch(world, &request).body.to_vec()).expect("UTF-8")
}

/// The text at a path of keys and positions, exactly as it stands in the answer.
fn cut<'a>(raw: &'a RawValue, path: &str) -> Option<&'a str> {
    let mut raw = raw;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        raw = match step.parse::<usize>() {
            Ok(index) => *Vec::<&RawValue>::deserialize(&mut reader)
                .ok()?
                .get(index)?,
            // `@name=All Leads`: the item of a list that has this
            Err(_) if step.starts_with('@') => {
                let (key, value) = step[1..].split_once('=')?;
                let pair = format!(r#""{key}":"{value}""#);
                let items = Vec::<&RawValue>::deserialize(&mut reader).ok()?;
                items.into_iter().find(|item| item.get().contains(&pair))?
            }
            Err(_) => {
                let object = BTreeMap::<String, &RawValue>::deserialize(&mut reader).ok()?;
                *object.get(step)?
            }
        };
    }
    Some(raw.get())
}

/// Which keys one object has and the other has not.
fn keys_apart(wanted: &str, got: &str) -> String {
    let keys = |text: &str| -> BTreeSet<String> {
        serde_json::from_str::<Map<String, Json>>(text)
            .map(|object| object.into_iter().map(|(key, _)| key).collect())
            .unwrap_or_default()
    };
    let (wanted, got) = (keys(wanted), keys(got));
    let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).cloned().collect::<Vec<_>>().join(" ")
    };
    format!(
        "missing: [{}], too many: [{}]",
        list(&wanted, &got),
        list(&got, &wanted)
    )
}
