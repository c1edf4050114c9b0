//! Clients with made-up settings, of several tests on one server.

use serde_json::{Value as Json, json};

use crate::support::Server;

/// Asks an accounts server for tokens.
fn token(base: &str, query: &str) -> Json {
    let client = reqwest::blocking::Client::new();
    let answer = client.post(format!("{base}/oauth/v2/token?{query}")).send();
    answer.expect("an answer").json().expect("JSON")
}

/// A call of the control plane.
fn control(server: &Server, path: &str, body: &Json) -> Json {
    let client = reqwest::blocking::Client::new();
    let request = client.post(format!("{}/__admin/{path}", server.url));
    let request = request.header("Content-Type", "application/json");
    let answer = request.body(body.to_string()).send().expect("an answer");
    assert!(answer.status().is_success(), "{path}");
    let text = answer.text().expect("a text");
    serde_json::from_str(&text).unwrap_or_default()
}

/// Consents as a browser does; gives the code.
fn consent(base: &str, client_id: &str) -> String {
    let policy = reqwest::redirect::Policy::none();
    let client = reqwest::blocking::Client::builder().redirect(policy);
    let query = format!(
        "response_type=code&client_id={client_id}&scope=ZohoCRM.org.READ&access_type=offline\
         &redirect_uri=http%3A%2F%2Flocalhost%2F{client_id}"
    );
    let client = client.build().expect("a client");
    let answer = client.get(format!("{base}/oauth/v2/auth?{query}")).send();
    let answer = answer.expect("an answer");
    let back = answer.headers()["location"].to_str().expect("a text");
    let (_, code) = back.split_once("code=").expect("a code");
    code.split('&').next().expect("a code").to_owned()
}

/// Clients of which each differs from the one before: in its id, its secret, or both.
const CLIENTS: [&str; 4] = [
    "client_id=A&client_secret=s1",
    "client_id=B&client_secret=s2",
    "client_id=A&client_secret=s2",
    "client_id=1000.B&client_secret=s1",
];

/// What each of them asks for.
const GRANTS: [&str; 5] = [
    "grant_type=refresh_token&refresh_token=R",
    "grant_type=refresh_token&refresh_token=1000.other.token",
    // as a self client has it from Zoho's console
    "grant_type=authorization_code&code=1000.from.console",
    "grant_type=authorization_code&code=C&redirect_uri=http%3A%2F%2Flocalhost",
    "grant_type=client_credentials&scope=ZohoCRM.modules.ALL&soid=ZohoCRM.1",
];

#[test]
fn nothing_is_learned_of_a_client_whose_token_does_not_matter() {
    let server = Server::start(&["--empty", "--auth", "any"]);
    let other = control(&server, "orgs", &json!({"name": "other"}));
    let other = format!("{}/__org/{}", server.url, other["id"].as_str().expect("id"));
    for round in ["at first", "again", "after a reset"] {
        if round == "after a reset" {
            control(&server, "reset", &json!({}));
        }
        for base in [&server.url, &other] {
            for (client, grant) in CLIENTS
                .iter()
                .flat_map(|client| GRANTS.map(|grant| (client, grant)))
            {
                let given = token(base, &format!("{client}&{grant}"));
                let taken = given["access_token"].is_string();
                assert!(taken, "{round}, {base}: {client}&{grant}: {given}");
            }
            // codes that were given here are the client's own
            for client in ["A", "B"] {
                let code = consent(base, client);
                let redeem = |secret: &str| {
                    token(
                        base,
                        &format!(
                            "client_id={client}&client_secret={secret}&code={code}\
                             &grant_type=authorization_code\
                             &redirect_uri=http%3A%2F%2Flocalhost%2F{client}"
                        ),
                    )
                };
                let given = redeem("s3");
                assert!(given["refresh_token"].is_string(), "{round}: {given}");
                assert_eq!(redeem("s3"), json!({"error": "invalid_code"}), "{round}");
            }
        }
    }
}

#[test]
fn where_tokens_matter_only_those_from_here_are_taken() {
    let server = Server::start(&["--empty", "--auth", "strict"]);
    let refused = json!({"error": "invalid_code"});
    for client in CLIENTS {
        for grant in &GRANTS[..4] {
            let given = token(&server.url, &format!("{client}&{grant}"));
            assert_eq!(given, refused, "{client}&{grant}");
        }
        let given = token(&server.url, &format!("{client}&{}", GRANTS[4]));
        assert!(given["access_token"].is_string(), "{client}: {given}");
    }
}
