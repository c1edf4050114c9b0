//! What the families of metadata answer for an org without records, users and changes of its own,
//! and for seeds that change one thing.

mod fields;
mod layouts;
mod modules;
mod org;
mod profiles;
mod related_lists;
mod roles;
mod views;

use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

/// An org with the ids of most captures, and what a seed says of it.
fn org(seed: &Json) -> World {
    let mut whole = json!({"org": {"id_prefix": "5725767", "time_zone": "America/Los_Angeles"}});
    for (part, value) in seed.as_object().into_iter().flatten() {
        match (&mut whole[part], value) {
            (Json::Object(known), Json::Object(more)) => known.extend(more.clone()),
            (place, value) => *place = value.clone(),
        }
    }
    let builder = Builder::default().seed_json(&whole);
    let builder = builder.now("2026-11-16T09:00:00Z");
    builder.build_world().expect("the seed")
}

/// The org of which a seed says nothing.
fn stock() -> &'static World {
    static STOCK: LazyLock<World> = LazyLock::new(|| org(&Json::Null));
    &STOCK
}

/// Status and body of a `GET` of `/crm/{target}`, without the final line feed.
fn get(world: &World, target: &str) -> (u16, String) {
    get_with(world, target, &[])
}

/// As [`get`], with further headers.
fn get_with(world: &World, target: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let token = ("authorization", "Zoho-oauthtoken 1000.stock");
    let headers: Vec<(String, String)> = [token]
        .iter()
        .chain(headers)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let path = format!("/crm/{path}");
    let request = Request::new("GET", &path, query, &headers, None);
    let answer = dispatch(world, &request);
    let body = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    (answer.status, body.trim_end().to_owned())
}

/// The body of an answer of success.
fn ok(world: &World, target: &str) -> Json {
    let (status, body) = get(world, target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// The first item of the list of an answer of success.
fn first(world: &World, target: &str) -> Json {
    let body = ok(world, target);
    let list = body.as_object().and_then(|body| body.values().next());
    list.map(|list| list[0].clone()).expect("a list")
}

/// The texts under a key of each item of a list.
fn texts(list: &Json, key: &str) -> Vec<String> {
    let items = list.as_array().expect("a list").iter();
    let texts = items.filter_map(|item| item[key].as_str().map(str::to_owned));
    texts.collect()
}

/// The keys of an object, in their order.
fn keys(object: &Json) -> Vec<&str> {
    let keys = object.as_object().map(Map::keys);
    keys.into_iter().flatten().map(String::as_str).collect()
}

/// Requests that are refused, or find nothing: target, status, body.
fn refused(cases: &[(&str, u16, &str)]) {
    for (target, status, body) in cases {
        let answer = get(stock(), target);
        assert_eq!(answer, (*status, (*body).to_owned()), "{target}");
    }
}

#[test]
fn every_family_answers_in_every_version() {
    for version in ApiVersion::ALL {
        for module in ["Leads", "Deals", "Events", "Quotes"] {
            for family in ["fields", "layouts", "related_lists", "custom_views"] {
                let target = format!("{version}/settings/{family}?module={module}");
                assert_eq!(get(stock(), &target).0, 200, "{target}");
            }
            let target = format!("{version}/settings/modules/{module}");
            assert_eq!(get(stock(), &target).0, 200, "{target}");
        }
    }
}
