//! Clients, codes and tokens.

use serde_json::Value as Json;

use super::options::Options;
use crate::hosts::DataCentre;
use crate::runtime::auth::{ALL_SCOPES, Grant, Tokens};
use crate::seed::format::Document;
use crate::seed::problem::Problem;
use crate::words::nearest;

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
            belong(tokens, &text(client, "client_id"), client);
        }
        for token in list("refresh_tokens") {
            names.push(text(token, "refresh_token"));
            tokens.adopt_refresh(
                &text(token, "refresh_token"),
                Some(&text(token, "client_id")),
                &text(token, "scope"),
            );
            belong(tokens, &text(token, "refresh_token"), token);
        }
        for token in list("access_tokens") {
            let name = text(token, "access_token");
            let scopes = token.get("scope").and_then(Json::as_str);
            tokens.adopt_access(&name, scopes.unwrap_or(ALL_SCOPES));
            belong(tokens, &name, token);
            names.push(name);
        }
        for code in list("codes") {
            let grant = Grant {
                client: text(code, "client_id"),
                redirect_uri: text(code, "redirect_uri"),
                scopes: text(code, "scope"),
                user: user(code),
                centre: location(code),
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

/// Says of a client or token whose it is, and where it is known.
fn belong(tokens: &mut Tokens, name: &str, object: &Json) {
    if let Some(user) = user(object) {
        tokens.belongs_to(name, &user);
    }
    if let Some(centre) = location(object) {
        tokens.lives_in(name, centre);
    }
}

/// The user in whose name a token acts, by id or address, if it is not the org's own.
fn user(object: &Json) -> Option<String> {
    let user = object.get("user")?;
    let user = user.get("id").or_else(|| user.get("email")).unwrap_or(user);
    user.as_str().map(str::to_owned)
}

/// The data centre that alone knows a client, code or token, if one does.
fn location(object: &Json) -> Option<DataCentre> {
    DataCentre::parse(object.get("location")?.as_str()?)
}

/// Tells of data centres that there are not.
pub(super) fn check(document: &Document, problems: &mut Vec<Problem>) {
    let known = || DataCentre::ALL.into_iter().map(DataCentre::location);
    for part in &document.oauth {
        for (key, list) in &part.object {
            for (n, object) in list.as_array().into_iter().flatten().enumerate() {
                let Some(given) = object.get("location").filter(|it| !it.is_null()) else {
                    continue;
                };
                if location(object).is_some() {
                    continue;
                }
                let near = given.as_str().and_then(|given| nearest(given, known()));
                let near =
                    near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                problems.push(Problem {
                    file: part.file.to_string(),
                    path: format!("{}.{key}[{n}].location", part.path),
                    reason: format!("{given} is no data centre{near}"),
                });
            }
        }
    }
}
