//! Merges and conversions that concern a great many records: they are done later, whole or not at all.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::world::World;

use crate::support::send;

const MASTER: &str = "5725767000000500001";
const CHILD: &str = "5725767000000500002";

/// Two leads, the second of which has so many tasks.
fn world(tasks: usize) -> World {
    let tasks: Vec<Json> = (0..tasks)
        .map(|n| json!({"Subject": format!("T{n}"), "What_Id": {"id": CHILD}, "$se_module": "Leads"}))
        .collect();
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "Leads": [
            {"id": MASTER, "Last_Name": "Adams", "City": "Austin"},
            {"id": CHILD, "Last_Name": "Baker", "City": "Boston"},
        ],
        "Tasks": tasks,
    });
    Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .unwrap_or_else(|e| panic!("{e}"))
}

fn merge(world: &World) -> (u16, Json) {
    let body = json!({"merge": [{"data": [{"id": CHILD, "_fields": [{"api_name": "City"}]}]}]});
    let target = format!("/crm/v8/Leads/{MASTER}/actions/merge");
    send(world, "POST", &target, Some(&body))
}

fn status(world: &World) -> (u16, Json) {
    send(
        world,
        "GET",
        &format!("/crm/v8/Leads/{MASTER}/actions/merge"),
        None,
    )
}

/// Has jobs of all kinds wait for so many questions.
fn wait_for(world: &World, polls: u32) {
    let body = json!({"all": {"polls": polls}});
    let (status, _) = send(world, "PUT", "/__admin/jobs", Some(&body));
    assert_eq!(status, 200);
}

fn lead(world: &World, id: &str) -> Json {
    let target = format!("/crm/v8/Leads/{id}?fields=City,$in_merge");
    send(world, "GET", &target, None).1["data"][0].clone()
}

#[test]
fn a_thousand_related_records_are_merged_at_once() {
    let world = world(1000);
    let (code, body) = merge(&world);
    assert_eq!((code, &body["merge"][0]["code"]), (201, &json!("SUCCESS")));
}

#[test]
fn more_than_a_thousand_are_merged_later() {
    let world = world(1001);
    wait_for(&world, 2);
    let (code, body) = merge(&world);
    assert_eq!(
        (code, &body["merge"][0]["code"]),
        (201, &json!("SCHEDULED")),
        "{body}"
    );
    let job = body["merge"][0]["details"]["job_id"].clone();
    // until then both are there, and neither is merged or converted once more
    assert_eq!(lead(&world, MASTER)["$in_merge"], true);
    assert_eq!(lead(&world, CHILD)["$in_merge"], true);
    let (code, body) = merge(&world);
    assert_eq!(
        (code, &body["code"]),
        (400, &json!("NOT_ALLOWED")),
        "{body}"
    );
    let convert = format!("/crm/v8/Leads/{CHILD}/actions/convert");
    let (code, body) = send(&world, "POST", &convert, Some(&json!({"data": [{}]})));
    assert_eq!(
        (code, &body["code"]),
        (400, &json!("RECORD_LOCKED")),
        "{body}"
    );
    let waiting = json!({"merge": [{"job_id": job, "status": "RUNNING"}]});
    assert_eq!(status(&world), (200, waiting));
    let done = json!({"merge": [{"job_id": job, "status": "COMPLETED"}]});
    assert_eq!(status(&world), (200, done));
    let merged = lead(&world, MASTER);
    assert_eq!(
        (&merged["City"], &merged["$in_merge"]),
        (&json!("Boston"), &json!(false))
    );
    assert_eq!(lead(&world, CHILD), Json::Null);
    let target = "/crm/v8/Tasks?fields=What_Id&per_page=200";
    let (_, tasks) = send(&world, "GET", target, None);
    let tasks = tasks["data"].as_array().expect("tasks");
    assert!(tasks.iter().all(|task| task["What_Id"]["id"] == MASTER));
}

#[test]
fn a_merge_of_what_is_gone_by_then_fails_and_changes_nothing() {
    let world = world(1001);
    wait_for(&world, 1);
    merge(&world);
    let (code, _) = send(&world, "DELETE", &format!("/crm/v8/Leads/{CHILD}"), None);
    assert_eq!(code, 200);
    let (_, body) = status(&world);
    assert_eq!(body["merge"][0]["status"], "FAILURE", "{body}");
    let left = lead(&world, MASTER);
    assert_eq!(
        (&left["City"], &left["$in_merge"]),
        (&json!("Austin"), &json!(false))
    );
}

#[test]
fn a_lead_with_a_great_many_activities_is_converted_later() {
    let world = world(1001);
    let convert = format!("/crm/v8/Leads/{CHILD}/actions/convert");
    let (code, body) = send(&world, "POST", &convert, Some(&json!({"data": [{}]})));
    assert_eq!(code, 202, "{body}");
    let item = &body["data"][0];
    assert_eq!(item["code"], "SCHEDULED");
    assert_eq!(item["message"], "Convert lead scheduled successfully");
    // jobs are done at once unless the control plane says otherwise
    let (code, _) = send(
        &world,
        "GET",
        &format!("/crm/v8/Leads/{CHILD}?fields=id"),
        None,
    );
    assert_eq!(code, 204);
    let (_, contacts) = send(&world, "GET", "/crm/v8/Contacts?fields=Last_Name", None);
    assert_eq!(contacts["data"][0]["Last_Name"], "Baker");
}
