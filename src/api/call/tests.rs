//! Calls that share a transaction.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::{Call, InnerCall};
use crate::Builder;
use crate::api::endpoint::Endpoint;
use crate::api::{records, router};
use crate::error::{ApiError, Code, Wording};
use crate::render::RecordForm;
use crate::request::{Params, Request};
use crate::runtime::auth::Caller;
use crate::store::Published;
use crate::version::ApiVersion;
use crate::world::World;

/// Runs `run` in the call of some request.
fn called<T>(world: &World, run: impl FnOnce(&Call<'_>) -> T) -> T {
    let headers: Vec<(String, String)> = Vec::new();
    let request = Request::new("GET", "/crm/v8/org", "", &headers, Some(b""));
    let route = router::route(request.method, request.path).expect("a route");
    run(&Call {
        endpoint: route.endpoint,
        version: route.version,
        request: &request,
        params: Params::default(),
        body: Json::Null,
        parts: Vec::new(),
        now: 1_794_819_600,
        wording: Wording::Zoho,
        caller: Caller::Anyone,
        world,
        org: world.default_org(),
        faults: None,
        router: crate::api::router::find,
        shared: None,
        form: RecordForm::Api,
        path: route.path,
    })
}

/// The status and the body of an inner call on leads.
fn leads(
    call: &Call<'_>,
    endpoint: &'static Endpoint,
    body: Json,
) -> Result<(u16, Json), ApiError> {
    let inner = InnerCall {
        body,
        ..InnerCall::of(endpoint, &[("module", "Leads")])
    };
    let run = |call: &Call<'_>| (call.endpoint.handler)(call);
    let answer = call.within(inner, ApiVersion::V2, Wording::Zoho, run)?;
    let body = serde_json::from_slice(&answer.body).unwrap_or_default();
    Ok((answer.status, body))
}

fn insert(call: &Call<'_>, lead: &Json) -> Result<Json, ApiError> {
    let (_, body) = leads(call, &records::INSERT, json!({"data": [lead]}))?;
    match &body["data"][0] {
        item if item["status"] == "success" => Ok(item["details"]["id"].clone()),
        _ => Err(Code::INVALID_DATA.into()),
    }
}

fn count(call: &Call<'_>) -> Result<usize, ApiError> {
    let (_, body) = leads(call, &records::LIST, Json::Null)?;
    Ok(body["data"].as_array().map_or(0, Vec::len))
}

#[test]
fn calls_that_share_a_transaction_are_published_at_once() {
    let world = Builder::default().empty().build_world().expect("empty");
    let store = &world.default_org().store;
    let mut heard = store.listen();
    let before = store.read();
    let ids = called(&world, |call| {
        call.together(|all| {
            let first = insert(all, &json!({"Last_Name": "a"}))?;
            assert_eq!(count(all)?, 1, "what was written is seen within");
            let second = insert(all, &json!({"Last_Name": "b"}))?;
            assert_eq!(count(all)?, 2);
            assert!(Arc::ptr_eq(&store.read(), &before), "and not outside");
            Ok::<_, ApiError>([first, second])
        })
    });
    let ids = ids.expect("both are there");
    assert_ne!(ids[0], ids[1]);
    assert_eq!(store.read().tables.records(), 2);
    let published: Vec<_> = heard.heard().collect();
    let [published] = &published[..] else {
        panic!("published {} times", published.len());
    };
    assert!(matches!(&**published, Published::Changes { changes, .. } if changes.len() == 2));
}

#[test]
fn nothing_remains_of_calls_of_which_one_fails() {
    let world = Builder::default().empty().build_world().expect("empty");
    let store = &world.default_org().store;
    let mut heard = store.listen();
    let before = store.read();
    let failed = called(&world, |call| {
        call.together(|all| {
            insert(all, &json!({"Last_Name": "a", "Tag": [{"name": "new"}]}))?;
            assert_eq!(count(all)?, 1);
            insert(all, &json!({"Company": "no name"}))
        })
    });
    assert!(failed.is_err());
    assert!(Arc::ptr_eq(&store.read(), &before));
    assert_eq!(heard.heard().count(), 0);
    // nor of those of which one panics
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        called(&world, |call| {
            call.together(|all| -> Result<(), ApiError> {
                insert(all, &json!({"Last_Name": "a"}))?;
                panic!("on purpose")
            })
        })
    }));
    assert!(panicked.is_err());
    assert!(Arc::ptr_eq(&store.read(), &before));
    // and the store takes writes again
    let id = called(&world, |call| insert(call, &json!({"Last_Name": "a"})));
    assert!(id.is_ok());
    assert_eq!(heard.heard().count(), 1);
}

#[test]
fn a_part_may_fail_alone() {
    let world = Builder::default().empty().build_world().expect("empty");
    let store = &world.default_org().store;
    let mut heard = store.listen();
    let outcome = called(&world, |call| {
        call.together(|all| {
            insert(all, &json!({"Last_Name": "stays"}))?;
            let part = all.together(|part| {
                insert(part, &json!({"Last_Name": "goes"}))?;
                assert_eq!(count(part)?, 2);
                insert(part, &json!({}))
            });
            assert!(part.is_err());
            count(all)
        })
    });
    assert_eq!(outcome.ok(), Some(1));
    assert_eq!(store.read().tables.records(), 1);
    let published: Vec<_> = heard.heard().collect();
    assert!(
        matches!(&*published[0], Published::Changes { changes, .. } if changes.len() == 1),
        "{published:?}"
    );
}
