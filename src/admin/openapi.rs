//! `openapi.json`: the control plane described from its own rows, as OpenAPI 3.1.

use serde_json::{Map, Value as Json, json};

use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use crate::request::Method;

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "openapi",
    method: Method::Get,
    path: "/openapi.json",
    summary: "This description",
    params: &[],
    body: Body::None,
    answers: &[(200, JSON, "OpenAPI 3.1")],
    handler,
}];

fn handler(request: &AdminRequest<'_>) -> HandlerResult {
    let url = request.url_of(request.world.default_org());
    Ok(json_response(200, &description(&url)))
}

/// The description of the control plane of the server at `url`.
fn description(url: &str) -> Json {
    let mut paths: Map<String, Json> = Map::new();
    for row in super::rows() {
        let path = format!("/__admin{}", row.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[row.method.as_str().to_ascii_lowercase()] = operation(row);
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "zoho-crm-mock control plane", "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}},
        "servers": [{"url": url}],
        "paths": paths,
        "components": {"schemas": {"Error": {"type": "object", "required": ["error"], "properties": {
            "error": {"type": "object", "required": ["code", "message", "details"], "properties": {
                "code": {"type": "string"}, "message": {"type": "string"}, "details": {}}}}}}},
    })
}

fn operation(row: &AdminRow) -> Json {
    let query = |name: &str, meaning: &str| json!({"name": name, "in": "query", "description": meaning, "schema": {"type": "string"}});
    let mut parameters = vec![query("org", "the org that it is about, by id or name")];
    parameters.extend(row.params.iter().map(|(name, means)| query(name, means)));
    for segment in row.path.split('/') {
        if let Some(name) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            parameters.push(json!({"name": name, "in": "path", "required": true,
                "schema": {"type": "string"}}));
        }
    }
    let mut responses = Map::new();
    for (status, media, meaning) in row.answers {
        let mut answer = json!({"description": meaning});
        if !media.is_empty() {
            answer["content"][*media] = json!({});
        }
        responses.insert(status.to_string(), answer);
    }
    responses.insert(
        "default".into(),
        json!({"description": "an error",
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}),
    );
    let mut operation = json!({
        "operationId": row.id, "summary": row.summary, "parameters": parameters,
        "responses": responses,
    });
    match row.body {
        Body::None => {}
        Body::Json(schema) => {
            operation["requestBody"]["content"][JSON]["schema"] = schema();
        }
        Body::Raw(media) => {
            for media in media {
                operation["requestBody"]["content"][*media] = json!({});
            }
        }
    }
    operation
}
