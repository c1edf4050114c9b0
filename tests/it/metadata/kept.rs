//! Answers about metadata are kept, and never longer than they hold.

use bytes::Bytes;
use serde_json::json;
use zoho_crm_mock::Builder;
use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

use crate::support::send;

fn world() -> World {
    let builder = Builder::default().now("2026-11-16T09:00:00Z");
    builder.build_world().expect("the default seed")
}

fn ask(world: &World, path: &str, query: &str) -> Bytes {
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    let request = Request::new("GET", path, query, &headers, Some(b""));
    dispatch(world, &request).body
}

/// Each list of metadata, asked twice: the bytes are the same in memory the second time.
#[test]
fn the_second_answer_is_the_first() {
    let world = world();
    let mut asked = 0;
    for row in endpoints().filter(|row| row.kept && !row.path.contains("{id}")) {
        let path = row.path.replace("{v}", "v8").replace("{module}", "Leads");
        let first = ask(&world, &path, "module=Leads");
        let again = ask(&world, &path, "module=Leads");
        assert!(first.len() > 2, "{path}");
        assert_eq!(first.as_ptr(), again.as_ptr(), "{path}");
        asked += 1;
    }
    assert!(asked > 3, "{asked}");
}

/// What an answer shows is changed by calls of every kind; each time a fresh org with the same changes
/// says the same.
#[test]
fn nothing_is_kept_too_long() {
    let asked = world();
    let changes = [
        (
            "POST",
            "/crm/v8/settings/fields?module=Leads",
            json!({"fields": [{"field_label": "Berth", "data_type": "text", "length": 20}]}),
        ),
        (
            "PUT",
            "/crm/v8/users/{user}",
            json!({"users": [{"last_name": "Renamed", "locale": "de_DE"}]}),
        ),
        (
            "POST",
            "/crm/v8/settings/tags?module=Leads",
            json!({"tags": [{"name": "harbour"}]}),
        ),
        (
            "POST",
            "/crm/v8/settings/custom_views?module=Leads",
            json!({"custom_views": [{"name": "Mine", "fields": [{"api_name": "Last_Name"}], "access_type": "public"}]}),
        ),
    ];
    let (_, users) = send(&asked, "GET", "/crm/v8/users?type=CurrentUser", None);
    let user = users["users"][0]["id"].as_str().expect("a user").to_owned();
    let lists = [
        "fields",
        "layouts",
        "modules",
        "related_lists",
        "custom_views",
    ];
    let read = |world: &World| {
        let one = |list: &str| ask(world, &format!("/crm/v8/settings/{list}"), "module=Leads");
        lists.map(one)
    };
    let mut made = Vec::new();
    for change in &changes {
        // so that something is kept
        read(&asked);
        made.push(change);
        let fresh = world();
        let (method, target, body) = change;
        let target = target.replace("{user}", &user);
        let (status, answer) = send(&asked, method, &target, Some(body));
        assert!(status < 300, "{target}: {answer}");
        for (method, target, body) in &made {
            send(&fresh, method, &target.replace("{user}", &user), Some(body));
        }
        assert_eq!(read(&asked), read(&fresh), "{target}");
    }
    // a fork and what is restored have their own
    assert!(asked.default_org().snapshot("now"));
    let now = read(&asked);
    let (method, target, body) = &changes[0];
    let mut body = body.clone();
    body["fields"][0]["field_label"] = "Pier".into();
    assert_eq!(send(&asked, method, target, Some(&body)).0, 201);
    assert_ne!(read(&asked), now);
    assert!(asked.default_org().restore("now"));
    assert_eq!(read(&asked), now);
}
