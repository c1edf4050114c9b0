//! `connections`: how programs are pointed at this server, ready to paste.

use serde_json::{Map, Value as Json, json};

use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use crate::request::Method;
use crate::runtime::auth::Credentials;

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "connections",
    method: Method::Get,
    path: "/connections",
    summary: "Addresses, client and tokens of the org, as settings and as code for Zoho's SDKs",
    params: &[],
    body: Body::None,
    answers: &[(
        200,
        JSON,
        "url, accounts_url, client_id, client_secret, refresh_token, access_token, environment, snippets",
    )],
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

/// How programs are pointed at the server at `url` with some credentials: `url` (Zoho's API
/// domain), `accounts_url`, client and tokens; `environment`, the same as variables; `snippets`, a
/// program for each of Zoho's SDKs.
#[must_use]
pub fn connections(url: &str, credentials: &Credentials) -> Json {
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
    json!({
        "url": url, "api_domain": url, "accounts_url": url, "token_url": token_url,
        "client_id": client_id, "client_secret": client_secret,
        "refresh_token": refresh_token, "access_token": access_token,
        "environment": {
            "ZOHO_API_DOMAIN": url, "ZOHO_ACCOUNTS_URL": url, "ZOHO_TOKEN_URL": token_url,
            "ZOHO_CLIENT_ID": client_id, "ZOHO_CLIENT_SECRET": client_secret,
            "ZOHO_REFRESH_TOKEN": refresh_token, "ZOHO_ACCESS_TOKEN": access_token,
        },
        "snippets": snippets,
    })
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
