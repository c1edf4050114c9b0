//! What panics anywhere in an exchange is answered.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use super::guard::{GuardedStep, trap};
use super::{dispatch, records_addressed, takes_long};
use crate::Builder;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint};
use crate::error::{Code, Wording};
use crate::render::RecordForm;
use crate::request::{Headers, Params, Request};
use crate::response::Response;
use crate::runtime::auth::Caller;
use crate::version::ApiVersion;
use crate::world::World;

const TOKEN: &str = "Zoho-oauthtoken x";

fn send(world: &World, path: &str, body: &[u8]) -> Response {
    let headers = vec![("authorization".to_owned(), TOKEN.to_owned())];
    let verb = if body.is_empty() { "GET" } else { "POST" };
    dispatch(world, &Request::new(verb, path, "", &headers, Some(body)))
}

fn json(response: &Response) -> Json {
    serde_json::from_slice(&response.body).unwrap_or_default()
}

fn statuses(world: &World) -> Vec<u16> {
    let entries = world.default_org().journal.entries();
    entries.iter().map(|entry| entry.status).collect()
}

/// An operation that reads parts.
static UPLOAD: Endpoint = Endpoint::post("test.upload", "/crm/{v}/upload")
    .body(&BodySpec::multipart(1, 8))
    .does("Reads a file", |_| Ok(Response::no_content()));

#[test]
fn a_call_has_the_parts_of_its_body() {
    let world = Builder::default().empty().build_world().expect("empty");
    let read = |content: &str| {
        let part = "--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n";
        let body = format!("{part}{content}\r\n--x--");
        let media = "multipart/form-data; boundary=x".to_owned();
        let headers = vec![("content-type".to_owned(), media)];
        let request = Request::new("POST", UPLOAD.path, "", &headers, Some(body.as_bytes()));
        let mut call = Call {
            endpoint: &UPLOAD,
            version: ApiVersion::LATEST,
            request: &request,
            params: Params::default(),
            body: Json::Null,
            parts: Vec::new(),
            now: 0,
            wording: Wording::Zoho,
            caller: Caller::Anyone,
            world: &world,
            org: world.default_org(),
            faults: None,
            router: crate::api::router::find,
            shared: None,
            form: RecordForm::Api,
            path: Vec::new(),
        };
        call.read_body().map(|()| call.parts)
    };
    let parts = read("12345678").expect("parts");
    assert_eq!((parts.len(), &parts[0].bytes[..]), (1, &b"12345678"[..]));
    assert_eq!(read("123456789"), Err(Code::FILE_TOO_LARGE.into()));
}

#[test]
fn a_panic_of_any_step_is_an_internal_error() {
    let lead: &[u8] = br#"{"data":[{"Last_Name":"x"}]}"#;
    for (step, path, body, noted) in [
        (GuardedStep::Door, "/crm/v8/Leads", lead, false),
        (GuardedStep::Place, "/crm/v8/Leads", lead, false),
        (GuardedStep::Answer, "/crm/v8/Leads", lead, true),
        // refused before any handler
        (GuardedStep::Judge, "/crm/v8/Nothing", lead, true),
        (GuardedStep::Note, "/crm/v8/Leads", b"", false),
        (GuardedStep::Judge, "/oauth/v2/nothing", b"", true),
        (GuardedStep::Answer, "/operations/nothing", b"", true),
        (GuardedStep::Answer, "/core/nothing", b"", true),
    ] {
        let world = Builder::default().empty().build_world().expect("empty");
        trap::set(step);
        let response = send(&world, path, body);
        assert_eq!(response.status, 500, "{step:?} {path}");
        assert!(json(&response).is_object(), "{step:?} {path}: {response:?}");
        if path.starts_with("/crm/") {
            assert_eq!(json(&response)["code"], "INTERNAL_ERROR", "{step:?}");
        }
        let expected: &[u16] = if noted { &[500] } else { &[] };
        assert_eq!(statuses(&world), expected, "{step:?} {path}");
        // and the next request finds everything as it was
        assert_eq!(send(&world, "/crm/v2/Leads", b"").status, 204, "{step:?}");
    }
}

#[test]
fn a_panic_of_the_control_plane_has_its_form() {
    let world = Builder::default().build_world().expect("a world");
    for step in [GuardedStep::Door, GuardedStep::Place, GuardedStep::Control] {
        trap::set(step);
        let response = send(&world, "/__admin/health", b"");
        assert_eq!(response.status, 500);
        let error = &json(&response)["error"];
        assert_eq!(error["code"], "INTERNAL");
        assert_eq!(error["details"], json!({}));
    }
    assert_eq!(send(&world, "/__admin/health", b"").status, 200);
}

/// Headers of which one look ends in a panic.
struct Trap(Cell<usize>);

impl Trap {
    fn look(&self) {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        assert_ne!(left, 1, "a trap in the headers");
    }
}

impl Headers for Trap {
    fn get(&self, name: &str) -> Option<&str> {
        self.look();
        (name == "authorization").then_some(TOKEN)
    }

    fn each(&self, tell: &mut dyn FnMut(&str, &str)) {
        self.look();
        tell("authorization", TOKEN);
    }
}

/// Headers are looked at in many places: by the org's search, rules of faults, handlers, the
/// contract and the journal.
#[test]
fn no_look_at_a_header_gets_a_panic_out() {
    for path in ["/crm/v8/Leads", "/crm/v8/Nothing", "/oauth/v2/token"] {
        let world = Builder::default().build_world().expect("a world");
        let org = world.default_org();
        // with another org the token is looked at to find the one addressed
        world.fork("seed", org, None, None).expect("a fork");
        let mut panics = 0;
        for after in 1.. {
            let headers = Trap(Cell::new(after));
            let response = dispatch(&world, &Request::new("GET", path, "", &headers, Some(b"")));
            if headers.0.get() > 0 {
                break;
            }
            assert_eq!(response.status, 500, "{path} at look {after}");
            panics += 1;
        }
        assert!(panics > 3, "{path}: {panics} looks");
    }
}

/// A small fork beside a large org is small, however it is addressed, and the other way round.
#[test]
fn the_org_that_a_request_addresses_is_measured() {
    let world = Builder::default().build_world().expect("a world");
    let default = world.default_org();
    let records = default.read().tables.records();
    let (fork, tokens) = world
        .fork("seed", default, Some("fork"), None)
        .expect("a fork");
    let leads = json!({"data": [{"Last_Name": "a"}, {"Last_Name": "b"}]}).to_string();
    let of = |path: &str, token: &str| {
        let headers = vec![(
            "authorization".to_owned(),
            format!("Zoho-oauthtoken {token}"),
        )];
        let body = Some(leads.as_bytes());
        let request = Request::new("POST", path, "", &headers, body);
        let measured = records_addressed(&world, &request);
        (measured, dispatch(&world, &request).status)
    };
    let own = tokens.access_token.as_str();
    assert_eq!(of("/crm/v8/Leads", own), (records, 201));
    assert_eq!(of("/crm/v8/Leads", own), (records + 2, 201));
    assert_eq!(of("/__org/fork/crm/v8/Leads", "x"), (records + 4, 201));
    assert_eq!(of("/crm/v8/Leads", "x"), (records, 201));
    assert_eq!(of("/__org/none/crm/v8/Leads", "x"), (0, 404));
    assert_eq!(fork.read().tables.records(), records + 6);
    assert_eq!(default.read().tables.records(), records + 2);
}

/// In a large org only what may look through all records is answered elsewhere.
#[test]
fn what_may_scan_takes_long_in_a_large_org() {
    let world = Builder::default().build_world().expect("a world");
    let long = |verb: &str, target: &str, headers: &[(&str, &str)], large: usize| {
        let headers = headers.iter();
        let mut headers: Vec<(String, String)> = headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        headers.push(("authorization".to_owned(), TOKEN.to_owned()));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request::new(verb, path, query, &headers, Some(b""));
        takes_long(&world, &request, large)
    };
    let since = [("if-modified-since", "2026-01-01T00:00:00+00:00")];
    for (verb, target, headers, scans) in [
        ("GET", "/crm/v8/Leads/1", &[][..], false),
        ("GET", "/crm/v8/Leads?fields=id&page=3", &[], false),
        ("GET", "/crm/v8/Leads?fields=id&sort_by=Company", &[], true),
        ("GET", "/crm/v8/Leads?fields=id&cvid=1", &[], true),
        ("GET", "/crm/v8/Leads?fields=id", &since, true),
        ("GET", "/crm/v8/Leads/1/Notes?fields=id", &[], false),
        ("GET", "/crm/v8/Leads/1/Notes?filters={}", &[], true),
        ("POST", "/crm/v8/Leads", &[], false),
        ("PUT", "/crm/v8/Leads/1", &[], false),
        ("POST", "/crm/v8/coql", &[], true),
        ("GET", "/crm/v8/Leads/search?word=x", &[], true),
        ("GET", "/crm/v8/settings/modules", &[], false),
        ("POST", "/oauth/v2/token", &[], false),
        ("GET", "/nothing", &[], false),
    ] {
        assert_eq!(long(verb, target, headers, 1), scans, "{verb} {target}");
        assert!(!long(verb, target, headers, 1_000_000), "{verb} {target}");
    }
    assert!(long("POST", "/crm/bulk/v8/read", &[], 1_000_000));
}
