//! `connections`: how programs are pointed at this server, ready to paste.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::of_answer;
use crate::request::Method;
use crate::runtime::auth::Credentials;

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "connections",
    method: Method::Get,
    path: "/connections",
    summary: "Addresses, client and tokens of the org, as settings and as code for Zoho's SDKs",
    params: &[],
    body: Body::None,
    answers: &[Answer::Json(200, of_answer::<Connections>)],
    handler,
}];

/// A program that lists leads, by language; the words in braces are put in.
const SNIPPETS: [(&str, &str); 7] = [
    ("curl", include_str!("snippets/curl.sh")),
    ("python", include_str!("snippets/python.py")),
    ("node", include_str!("snippets/node.mjs")),
    ("typescript", include_str!("snippets/typescript.ts")),
    ("java", include_str!("snippets/Java.java")),
    ("php", include_str!("snippets/php.php")),
    ("csharp", include_str!("snippets/csharp.cs")),
];

/// How programs are pointed at the server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Connections {
    /// Its address.
    pub url: String,
    /// Zoho's word for the address of the API.
    pub api_domain: String,
    /// Zoho's word for the address of the accounts.
    pub accounts_url: String,
    /// Where tokens are got.
    pub token_url: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// What access tokens are got with.
    pub refresh_token: String,
    /// The token that requests bear.
    pub access_token: String,
    /// The same as variables of the environment, by name.
    #[schemars(with = "BTreeMap<String, String>")]
    pub environment: Map<String, Json>,
    /// A program that lists leads, by language, with each of Zoho's SDKs.
    #[schemars(with = "BTreeMap<String, String>")]
    pub snippets: Map<String, Json>,
}

/// How programs are pointed at the server at `url` with some credentials.
#[must_use]
pub fn connections(url: &str, credentials: &Credentials) -> Connections {
    let Credentials {
        client_id,
        client_secret,
        refresh_token,
        access_token,
    } = credentials;
    let values = [
        ("url", url),
        ("client_id", client_id),
        ("client_secret", client_secret),
        ("refresh_token", refresh_token),
        ("access_token", access_token),
    ];
    let snippets: Map<String, Json> = SNIPPETS
        .iter()
        .map(|(language, template)| {
            let program = values
                .iter()
                .fold((*template).to_owned(), |text, (name, value)| {
                    text.replace(&format!("{{{name}}}"), value)
                });
            ((*language).to_owned(), program.into())
        })
        .collect();
    let token_url = format!("{url}/oauth/v2/token");
    let environment = [
        ("ZOHO_API_DOMAIN", url),
        ("ZOHO_ACCOUNTS_URL", url),
        ("ZOHO_TOKEN_URL", &token_url),
        ("ZOHO_CLIENT_ID", client_id),
        ("ZOHO_CLIENT_SECRET", client_secret),
        ("ZOHO_REFRESH_TOKEN", refresh_token),
        ("ZOHO_ACCESS_TOKEN", access_token),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.into()));
    Connections {
        url: url.to_owned(),
        api_domain: url.to_owned(),
        accounts_url: url.to_owned(),
        token_url,
        client_id: client_id.clone(),
        client_secret: client_secret.clone(),
        refresh_token: refresh_token.clone(),
        access_token: access_token.clone(),
        environment: environment.into_iter().collect(),
        snippets,
    }
}

fn handler(request: &AdminRequest<'_>) -> HandlerResult {
    let credentials = request.org.credentials();
    for token in [
        &credentials.client_id,
        &credentials.refresh_token,
        &credentials.access_token,
    ] {
        request.world.adopt(&request.org, token);
    }
    // the tokens alone lead to the org, so the server's own address does for all of them
    let default = request.world.default_org();
    Ok(json_response(
        200,
        &connections(&request.url_of(default), &credentials),
    ))
}
