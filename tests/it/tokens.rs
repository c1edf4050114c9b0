//! Tokens: what consents give, and what answers tell of a token.

mod clients;

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

/// Sends a request to a host; gives status, `Location` and JSON.
fn ask(world: &World, host: &str, method: &str, target: &str, token: &str) -> (u16, String, Json) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![
        ("host".to_owned(), host.to_owned()),
        (
            "authorization".to_owned(),
            format!("Zoho-oauthtoken {token}"),
        ),
    ];
    let request = Request::new(method, path, query, &headers, Some(b""));
    let answer = dispatch(world, &request);
    let location = header(&answer, "location").unwrap_or_default().to_owned();
    let json = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, location, json)
}

/// The target of a request for tokens.
fn token_for(grant: &str) -> String {
    format!("/oauth/v2/token?client_id=1000.A&client_secret=s&{grant}")
}

/// Accounts servers with what is told of their data centres.
const CENTRES: [(&str, &str, &str, &str); 5] = [
    (
        "accounts.zoho.com",
        "us",
        "https://accounts.zoho.com",
        "https://www.zohoapis.com",
    ),
    (
        "accounts.zoho.eu:443",
        "eu",
        "https://accounts.zoho.eu",
        "https://www.zohoapis.eu",
    ),
    (
        "accounts.zoho.in",
        "in",
        "https://accounts.zoho.in",
        "https://www.zohoapis.in",
    ),
    (
        "accounts.zohocloud.ca",
        "ca",
        "https://accounts.zohocloud.ca",
        "https://www.zohoapis.ca",
    ),
    (
        "127.0.0.1:4000",
        "us",
        "http://127.0.0.1:4000",
        "http://127.0.0.1:4000",
    ),
];

/// Consents at an accounts server; gives the parameters with which it leads back.
fn consent_at(world: &World, host: &str) -> Params {
    let target = format!(
        "/oauth/v2/auth?response_type=code&client_id=1000.A&scope=ZohoCRM.org.READ\
         &redirect_uri={APP}&access_type=offline"
    );
    let (status, back, _) = ask(world, host, "GET", &target, "");
    assert_eq!(status, 302, "{host}");
    Params::parse(back.split_once('?').expect("parameters").1.as_bytes())
}

#[test]
fn hosts_tell_their_data_centre() {
    for auth in [AuthMode::Any, AuthMode::Strict] {
        let world = world(auth);
        for (host, location, accounts, api) in CENTRES {
            let back = consent_at(&world, host);
            assert_eq!(back.get("location"), Some(location), "{host}");
            assert_eq!(back.get("accounts-server"), Some(accounts), "{host}");
            let code = back.get("code").expect("a code");
            let target = token_for(&format!(
                "grant_type=authorization_code&redirect_uri={APP}&code={code}"
            ));
            let (_, _, tokens) = ask(&world, host, "POST", &target, "");
            assert_eq!(tokens["api_domain"], api, "{host}: {tokens}");
            let (_, _, info) = ask(&world, host, "GET", "/oauth/serverinfo", "");
            assert_eq!(info["locations"][location], accounts, "{host}: {info}");
        }
    }
}

#[test]
fn what_one_data_centre_gives_another_does_not_know() {
    for auth in [AuthMode::Any, AuthMode::Strict] {
        let world = world(auth);
        let code = consent_at(&world, "accounts.zoho.eu");
        let code = code.get("code").expect("a code");
        let redeem = token_for(&format!(
            "grant_type=authorization_code&redirect_uri={APP}&code={code}"
        ));
        let refused = serde_json::json!({"error": "invalid_code"});
        let (_, _, answer) = ask(&world, "accounts.zoho.com", "POST", &redeem, "");
        assert_eq!(answer, refused, "a code of another data centre");
        let (_, _, tokens) = ask(&world, "accounts.zoho.eu", "POST", &redeem, "");
        let refresh = tokens["refresh_token"].as_str().expect("a refresh token");
        let again = token_for(&format!("grant_type=refresh_token&refresh_token={refresh}"));
        let (_, _, answer) = ask(&world, "accounts.zoho.in", "POST", &again, "");
        assert_eq!(answer, refused, "a refresh token of another data centre");
        // also one that was asked for at the address of this machine belongs there
        let accounts = ["accounts.zoho.eu", "127.0.0.1:4000"];
        let answers = accounts.map(|accounts| ask(&world, accounts, "POST", &again, "").2);
        let access = |answer: &Json| answer["access_token"].as_str().map(str::to_owned);
        let tokens = answers.each_ref().map(access);
        let rows = tokens.iter().flatten().flat_map(|token| {
            let hosts = [
                ("www.zohoapis.eu", true),
                ("sandbox.zohoapis.eu", true),
                ("content.zohoapis.eu", true),
                ("127.0.0.1:4000", true),
                ("www.zohoapis.com", false),
                ("www.zohoapis.in:443", false),
            ];
            hosts.map(|(host, taken)| (token, host, taken))
        });
        assert!(tokens.iter().all(Option::is_some), "{answers:?}");
        for (access, host, taken) in rows {
            let (status, _, answer) = ask(&world, host, "GET", "/crm/v8/org", access);
            assert_eq!(status == 200, taken, "{host}: {status} {answer}");
            if !taken {
                assert_eq!((status, &answer["code"]), (401, &"INVALID_TOKEN".into()));
            }
        }
        let revoke = format!("/oauth/v2/token/revoke?token={refresh}");
        let (_, _, answer) = ask(&world, "accounts.zoho.com", "POST", &revoke, "");
        assert_eq!(answer, refused);
        let (_, _, answer) = ask(&world, "accounts.zoho.eu", "POST", &revoke, "");
        assert_eq!(answer["status"], "success");
    }
}

#[test]
fn what_belongs_to_no_data_centre_is_known_in_all() {
    let builder = Builder::default().empty().auth(AuthMode::Strict);
    let builder = builder.seed_json(&serde_json::json!({"oauth": {
        "clients": [{"client_id": "1000.A", "client_secret": "s"}],
        "refresh_tokens": [{"refresh_token": "r", "client_id": "1000.A", "scope": "ZohoCRM.org.ALL"}],
        "access_tokens": [{"access_token": "a"}]
    }}));
    let strict = builder.build_world().expect("a world");
    let any = world(AuthMode::Any);
    let refresh = token_for("grant_type=refresh_token&refresh_token=r");
    for world in [&strict, &any] {
        for (accounts, api) in [
            ("accounts.zoho.com", "www.zohoapis.com"),
            ("accounts.zoho.eu", "www.zohoapis.eu"),
            ("127.0.0.1:1", "127.0.0.1:1"),
        ] {
            let (status, _, _) = ask(world, api, "GET", "/crm/v8/org", "a");
            assert_eq!(status, 200, "{api}");
            let (_, _, tokens) = ask(world, accounts, "POST", &refresh, "");
            let access = tokens["access_token"].as_str().expect("a token");
            let (status, _, _) = ask(world, api, "GET", "/crm/v8/org", access);
            assert_eq!(status, 200, "{api}");
        }
    }
}

#[test]
fn seeds_say_where_something_is_known() {
    let seed = |location: &str| {
        serde_json::json!({"oauth": {
            "clients": [
                {"client_id": "1000.A", "client_secret": "s"},
                {"client_id": "1000.EU", "client_secret": "s", "location": "eu"}
            ],
            "refresh_tokens": [
                {"refresh_token": "r", "client_id": "1000.A", "scope": "ZohoCRM.org.ALL", "location": "eu"}
            ],
            "codes": [{"code": "c", "client_id": "1000.A", "scope": "ZohoCRM.org.ALL", "location": "eu"}],
            "access_tokens": [{"access_token": "a", "location": location}]
        }})
    };
    let builder = Builder::default().seed_json(&seed("eu"));
    let world = builder.build_world().expect("a world");
    let refresh = token_for("grant_type=refresh_token&refresh_token=r");
    let code = token_for("grant_type=authorization_code&code=c");
    let client = refresh.replace("1000.A", "1000.EU");
    let consent = "/oauth/v2/auth?response_type=code&client_id=1000.EU&scope=ZohoCRM.org.READ\
        &redirect_uri=https%3A%2F%2Fapp.example.com";
    let (us, eu) = ("accounts.zoho.com", "accounts.zoho.eu");
    for (host, method, target, error) in [
        (us, "POST", refresh.as_str(), "invalid_code"),
        (us, "POST", &code, "invalid_code"),
        (us, "POST", &client, "invalid_client"),
        (us, "GET", consent, "invalid_client"),
        (eu, "POST", &refresh, ""),
        (eu, "POST", &code, ""),
        // it is another client's
        (eu, "POST", &client, "invalid_code"),
    ] {
        let (_, _, answer) = ask(&world, host, method, target, "");
        let told = answer["error"].as_str().unwrap_or_default();
        assert_eq!(told, error, "{host} {target}: {answer}");
    }
    let (status, _, _) = ask(&world, eu, "GET", consent, "");
    assert_eq!(status, 302);
    for (host, status) in [("www.zohoapis.com", 401), ("www.zohoapis.eu", 200)] {
        assert_eq!(
            ask(&world, host, "GET", "/crm/v8/org", "a").0,
            status,
            "{host}"
        );
    }
    let wrong = Builder::default().seed_json(&seed("ue")).build_world();
    let told = wrong.expect_err("a problem").to_string();
    assert!(told.contains("access_tokens[0].location"), "{told}");
    assert!(told.contains("\"ue\" is no data centre"), "{told}");
}

#[test]
fn a_proxy_in_front_is_believed_only_if_there_is_one() {
    for (behind_proxy, api) in [
        (false, "http://127.0.0.1:4000"),
        (true, "https://crm.example.com"),
    ] {
        let builder = Builder::default().empty();
        let builder = if behind_proxy {
            builder.behind_proxy()
        } else {
            builder
        };
        let world = builder.build_world().expect("a world");
        let headers: Vec<(String, String)> = [
            ("host", "127.0.0.1:4000"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "crm.example.com"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let query = "client_id=1000.A&client_secret=s&grant_type=refresh_token&refresh_token=r";
        let request = Request::new("POST", "/oauth/v2/token", query, &headers, Some(b""));
        let answer: Json = serde_json::from_slice(&dispatch(&world, &request).body).expect("JSON");
        assert_eq!(answer["api_domain"], api);
    }
}
