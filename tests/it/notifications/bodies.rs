//! What is told of which write.

use serde_json::{Value as Json, json};

use super::callee::Callee;
use super::{ask, lead, server, watch};

/// The texts of the keys, in order.
fn keys(body: &Json) -> Vec<&str> {
    let object = body.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn an_insert_an_update_and_a_delete_in_zohos_body() {
    let (crm, callee) = (server(), Callee::new());
    let channel = json!({
        "channel_id": "1000000068001", "events": ["Leads.all"],
        "notify_url": callee.url("?key1=val1&key2=a%20b"), "token": "verify",
    });
    watch(&crm, &json!([channel]));
    let id = lead(&crm, &json!({"Last_Name": "Rao", "Company": "Rao Boats"}));
    let inserted = callee.next();
    assert_eq!(inserted.line, "POST /hook?key1=val1&key2=a%20b HTTP/1.1");
    assert!(
        inserted.head.contains("application/json"),
        "{}",
        inserted.head
    );
    let expected = json!({
        "server_time": 1_794_819_600_000_i64,
        "query_params": {"key1": "val1", "key2": "a b"},
        "module": "Leads",
        "resource_uri": "https://www.zohoapis.com/crm/v2/Leads",
        "ids": [id],
        "affected_fields": [],
        "operation": "insert",
        "channel_id": "1000000068001",
        "token": "verify",
    });
    assert_eq!(inserted.body, expected);
    assert_eq!(keys(&inserted.body), keys(&expected));

    let path = format!("/crm/v8/Leads/{id}");
    let values = json!({"data": [{"Company": "Boats", "Phone": "555-555-1111"}]});
    assert_eq!(ask(&crm, "PUT", &path, &values).0, 200);
    let updated = callee.next().body;
    assert_eq!(updated["operation"], "update");
    let fields = updated["affected_fields"][0][&id]
        .as_array()
        .expect("fields");
    let mut fields: Vec<&str> = fields.iter().filter_map(Json::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["Company", "Phone"]);
    assert_eq!(updated.get("affected_values"), None);

    assert_eq!(ask(&crm, "DELETE", &path, &Json::Null).0, 200);
    let deleted = callee.next().body;
    assert_eq!(deleted["operation"], "delete");
    let gone = json!([{id: ["Modified_By", "Record_Status__s"]}]);
    assert_eq!(deleted["affected_fields"], gone);
}

#[test]
fn values_are_told_to_who_asks_for_them() {
    let (crm, callee) = (server(), Callee::new());
    let channel = json!({
        "channel_id": 7, "events": ["Contacts.all"], "notify_url": callee.url(""),
        "return_affected_field_values": true,
    });
    watch(&crm, &json!([channel]));
    let (_, answer) = ask(
        &crm,
        "POST",
        "/crm/v8/Accounts",
        &json!({"data": [{"Account_Name": "Rao Boats"}]}),
    );
    let account = &answer["data"][0]["details"]["id"];
    let contact = json!({"data": [{"Last_Name": "Rao", "Account_Name": {"id": account}}]});
    let (_, answer) = ask(&crm, "POST", "/crm/v8/Contacts", &contact);
    let id = answer["data"][0]["details"]["id"].as_str().expect("an id");
    let inserted = callee.next().body;
    let values = &inserted["affected_values"][0];
    assert_eq!(values["record_id"], id);
    assert_eq!(
        values["values"]["Account_Name"],
        json!({"name": "Rao Boats", "id": account})
    );
    assert_eq!(values["values"]["Owner"]["email"], json!(crm_user(&crm)));
    assert_eq!(inserted["token"], Json::Null);
    let order = [
        "server_time",
        "affected_values",
        "query_params",
        "module",
        "resource_uri",
        "ids",
        "affected_fields",
        "operation",
        "channel_id",
        "token",
    ];
    assert_eq!(keys(&inserted), order);
    assert_eq!(
        ask(
            &crm,
            "DELETE",
            &format!("/crm/v8/Contacts/{id}"),
            &Json::Null
        )
        .0,
        200
    );
    let deleted = callee.next().body;
    let values = &deleted["affected_values"][0]["values"];
    assert_eq!(values["Record_Status__s"], 0);
    assert_eq!(values["Modified_By"]["email"], json!(crm_user(&crm)));
}

fn crm_user(crm: &zoho_crm_mock::MockServer) -> String {
    let (_, answer) = ask(crm, "GET", "/crm/v8/users?type=CurrentUser", &Json::Null);
    answer["users"][0]["email"]
        .as_str()
        .expect("an address")
        .to_owned()
}

#[test]
fn one_call_is_told_once_for_each_operation() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.all"], "notify_url": callee.url("")}]),
    );
    let id = lead(
        &crm,
        &json!({"Last_Name": "Rao", "Email": "rao@example.com"}),
    );
    assert_eq!(callee.next().body["ids"], json!([id]));
    let upsert = json!({"data": [
        {"Last_Name": "Rao II", "Email": "rao@example.com"},
        {"Last_Name": "Ito", "Email": "ito@example.com"},
        {"Last_Name": "Sen", "Email": "sen@example.com"},
    ], "duplicate_check_fields": ["Email"]});
    let (_, answer) = ask(&crm, "POST", "/crm/v8/Leads/upsert", &upsert);
    let made = |n: usize| answer["data"][n]["details"]["id"].clone();
    let (updated, inserted) = (callee.next().body, callee.next().body);
    assert_eq!(
        (&updated["operation"], &updated["ids"]),
        (&json!("update"), &json!([id]))
    );
    assert_eq!(inserted["operation"], "insert");
    assert_eq!(inserted["ids"], json!([made(1), made(2)]));
    // an item that fails is not told of
    let bad = json!({"data": [{"Company": "None"}, {"Last_Name": "Oka"}]});
    assert_eq!(ask(&crm, "POST", "/crm/v8/Leads", &bad).0, 207);
    assert_eq!(callee.next().body["ids"].as_array().map(Vec::len), Some(1));
    assert!(callee.is_quiet());
}

#[test]
fn events_are_told_that_were_asked_for() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.delete"], "notify_url": callee.url("")}]),
    );
    let id = lead(&crm, &json!({"Last_Name": "Rao"}));
    let values = json!({"data": [{"Last_Name": "Ito"}]});
    ask(&crm, "PUT", &format!("/crm/v8/Leads/{id}"), &values);
    assert!(callee.is_quiet());
    ask(&crm, "DELETE", &format!("/crm/v8/Leads/{id}"), &Json::Null);
    assert_eq!(callee.next().body["operation"], "delete");
}

#[test]
fn edits_are_told_whose_fields_are_meant() {
    let (crm, callee) = (server(), Callee::new());
    let field = |name: &str| json!({"field": {"api_name": name}});
    let condition = json!([{
        "type": "field_selection", "module": {"api_name": "Leads"},
        "field_selection": {"group_operator": "or", "group": [
            field("Company"),
            {"group_operator": "and", "group": [field("City"), field("State")]},
        ]},
    }]);
    watch(
        &crm,
        &json!([
            {"channel_id": 1, "events": ["Leads.all"], "notify_url": callee.url("?c=1"), "notification_condition": condition},
            {"channel_id": 2, "events": ["Leads.edit"], "notify_url": callee.url("?c=2"), "fields": {"Leads": ["Phone"]}},
        ]),
    );
    let id = lead(&crm, &json!({"Last_Name": "Rao"}));
    // conditions are about edits alone
    assert_eq!(callee.next().body["operation"], "insert");
    for (values, told) in [
        (json!({"City": "Pune"}), &[][..]),
        (json!({"State": "MH", "City": "Nashik"}), &["1"]),
        (json!({"Company": "Boats", "Phone": "1"}), &["1", "2"]),
        (json!({"Phone": "2"}), &["2"]),
        // nothing is changed
        (json!({"Phone": "2"}), &[]),
    ] {
        let body = json!({"data": [values]});
        assert_eq!(
            ask(&crm, "PUT", &format!("/crm/v8/Leads/{id}"), &body).0,
            200
        );
        for channel in told {
            assert_eq!(callee.next().body["channel_id"], *channel, "{values}");
        }
        assert!(callee.is_quiet(), "{values}");
    }
}

#[test]
fn notes_and_activities_are_actions_on_their_records() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([
            {"channel_id": 1, "events": ["Leads.edit"], "notify_url": callee.url("?c=1")},
            {"channel_id": 2, "events": ["Leads.edit"], "notify_url": callee.url("?c=2"), "notify_on_related_action": false},
            {"channel_id": 3, "events": ["Tasks.create"], "notify_url": callee.url("?c=3")},
        ]),
    );
    let id = lead(&crm, &json!({"Last_Name": "Rao"}));
    let task = json!({"data": [{"Subject": "Call", "What_Id": {"id": id}, "$se_module": "Leads"}]});
    let (status, answer) = ask(&crm, "POST", "/crm/v8/Tasks", &task);
    assert_eq!(status, 201, "{answer}");
    let (one, other) = (callee.next().body, callee.next().body);
    let (lead, task) = if one["module"] == "Leads" {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!(task["channel_id"], "3");
    assert_eq!(
        (&lead["channel_id"], &lead["operation"]),
        (&json!("1"), &json!("update"))
    );
    assert_eq!(
        (&lead["ids"], &lead["affected_fields"]),
        (&json!([id]), &json!([]))
    );
    assert!(callee.is_quiet());
}

#[test]
fn users_are_told_of() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["users.all"], "notify_url": callee.url("")}]),
    );
    let (_, answer) = ask(&crm, "GET", "/crm/v8/users?type=CurrentUser", &Json::Null);
    let id = &answer["users"][0]["id"];
    let body = json!({"users": [{"id": id, "city": "Pune"}]});
    let (status, answer) = ask(&crm, "PUT", "/crm/v8/users", &body);
    assert_eq!(status, 200, "{answer}");
    let told = callee.next().body;
    assert_eq!(
        (&told["module"], &told["operation"]),
        (&json!("users"), &json!("update"))
    );
    assert_eq!(told["ids"], json!([id]));
    let key = id.as_str().expect("an id");
    assert_eq!(told["affected_fields"], json!([{key: ["city"]}]));
}
