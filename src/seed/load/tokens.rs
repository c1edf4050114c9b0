//! Clients, codes and tokens.

use serde_json::Value as Json;

use super::options::Options;
use crate::runtime::auth::{ALL_SCOPES, Grant, Tokens};
use crate::seed::format::Document;

/// The clients, codes and tokens of a document's `oauth` parts.
#[must_use]
pub fn tokens(document: &Document, options: Options) -> Tokens {
    let mut tokens = Tokens::new(options.rng_seed);
    let _ = adopt(&mut tokens, document);
    tokens
}

/// Adds the clients, codes and tokens of a document's `oauth` parts to those of an org; gives the
/// names by which requests are told to be of that org.
pub fn adopt(tokens: &mut Tokens, document: &Document) -> Vec<String> {
    let mut names = Vec::new();
    for part in &document.oauth {
        let list = |key: &str| {
            part.object
                .get(key)
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
        };
        let text = |object: &Json, key: &str| {
            object
                .get(key)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        // an id or an address
        let user = |object: &Json| {
            let user = object.get("user")?;
            let user = user.get("id").or_else(|| user.get("email")).unwrap_or(user);
            user.as_str().map(str::to_owned)
        };
        for client in list("clients") {
            let uris = client
                .get("redirect_uris")
                .and_then(Json::as_array)
                .into_iter()
                .flatten();
            let uris = uris.filter_map(Json::as_str).map(str::to_owned).collect();
            names.push(text(client, "client_id"));
            tokens.register(
                &text(client, "client_id"),
                client.get("client_secret").and_then(Json::as_str),
                uris,
            );
        }
        for token in list("refresh_tokens") {
            names.push(text(token, "refresh_token"));
            tokens.adopt_refresh(
                &text(token, "refresh_token"),
                Some(&text(token, "client_id")),
                &text(token, "scope"),
            );
            if let Some(user) = user(token) {
                tokens.belongs_to(&text(token, "refresh_token"), &user);
            }
        }
        for token in list("access_tokens") {
            let name = text(token, "access_token");
            let scopes = token.get("scope").and_then(Json::as_str);
            tokens.adopt_access(&name, scopes.unwrap_or(ALL_SCOPES));
            if let Some(user) = user(token) {
                tokens.belongs_to(&name, &user);
            }
            names.push(name);
        }
        for code in list("codes") {
            let grant = Grant {
                client: text(code, "client_id"),
                redirect_uri: text(code, "redirect_uri"),
                scopes: text(code, "scope"),
                user: user(code),
                centre: None,
                offline: text(code, "access_type") != "online",
                // a seeded code lives until it is used
                expires: i64::MAX,
            };
            names.push(text(code, "code"));
            tokens.adopt_grant(&text(code, "code"), grant);
        }
    }
    names
}
