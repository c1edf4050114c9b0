//! Tokens: what consents give, and what answers tell of a token.

use serde_json::Value as Json;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::{Params, Request};
use zoho_crm_mock::response::Response;
use zoho_crm_mock::world::World;
use zoho_crm_mock::{AuthMode, Builder};

const APP: &str = "https%3A%2F%2Fapp.example.com%2F";

fn world(auth: AuthMode) -> World {
    let builder = Builder::default().empty().auth(auth);
    let builder = builder.now("2026-11-16T09:00:00Z");
    builder.build_world().expect("a world")
}

fn send(world: &World, method: &str, path: &str, query: &str, token: &str) -> Response {
    let headers = vec![(
        "authorization".to_owned(),
        format!("Zoho-oauthtoken {token}"),
    )];
    let request = Request::new(method, path, query, &headers, Some(b""));
    dispatch(world, &request)
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let mut headers = response.headers.iter();
    headers
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Consents, and redeems the code; gives the answer with the tokens.
fn sign_in(world: &World, client: &str, more: &str) -> Json {
    let query = format!(
        "response_type=code&client_id={client}&scope=ZohoCRM.org.READ&redirect_uri={APP}{more}"
    );
    let consent = send(world, "GET", "/oauth/v2/auth", &query, "x");
    let back = header(&consent, "location").expect("a way back");
    let back = back.split_once('?').expect("parameters").1;
    let back = Params::parse(back.as_bytes());
    let code = back.get("code").expect("a code");
    let query = format!(
        "grant_type=authorization_code&client_id={client}&client_secret=s&code={code}\
         &redirect_uri={APP}"
    );
    let answer = send(world, "POST", "/oauth/v2/token", &query, "x");
    serde_json::from_slice(&answer.body).expect("JSON")
}

#[test]
fn a_second_consent_gives_a_refresh_token_only_if_it_was_asked_for() {
    const OFFLINE: &str = "&access_type=offline";
    const PROMPTED: &str = "&access_type=offline&prompt=consent";
    for (auth, consents) in [
        (
            AuthMode::Strict,
            [
                ("1000.A", "&access_type=online", false),
                ("1000.A", OFFLINE, true),
                ("1000.A", OFFLINE, false),
                ("1000.A", PROMPTED, true),
                ("1000.A", OFFLINE, false),
                ("1000.B", PROMPTED, true),
                ("1000.B", OFFLINE, false),
            ],
        ),
        (
            AuthMode::Any,
            [
                ("1000.A", "", false),
                ("1000.A", OFFLINE, true),
                ("1000.A", OFFLINE, true),
                ("1000.A", PROMPTED, true),
                ("1000.A", OFFLINE, true),
                ("1000.B", PROMPTED, true),
                ("1000.B", OFFLINE, true),
            ],
        ),
    ] {
        let world = world(auth);
        for (n, (client, more, refresh)) in consents.into_iter().enumerate() {
            let tokens = sign_in(&world, client, more);
            assert!(tokens["access_token"].is_string(), "{tokens}");
            let given = tokens.get("refresh_token").is_some();
            assert_eq!(given, refresh, "{auth:?}, consent {n}: {tokens}");
        }
    }
}

#[test]
fn answers_tell_when_an_issued_token_ends() {
    const RESET: &str = "X-ACCESSTOKEN-RESET";
    let world = world(AuthMode::Any);
    let tokens = sign_in(&world, "1000.A", "");
    let token = tokens["access_token"].as_str().expect("a token");
    for path in ["/crm/v2/org", "/crm/v8/org", "/crm/v8/Leads/1"] {
        let answer = send(&world, "GET", path, "", token);
        let end = header(&answer, RESET);
        assert_eq!(end, Some("2026-11-16T10:00:00+00:00"), "{path}");
    }
    let answer = send(&world, "GET", "/crm/v8/org", "", "from-elsewhere");
    assert_eq!(header(&answer, RESET), None);
    let answer = send(&world, "GET", "/oauth/serverinfo", "", token);
    assert_eq!(header(&answer, RESET), None);
}
