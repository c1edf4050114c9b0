//! `openapi.json`: the control plane described from its own rows, as OpenAPI 3.1.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::error::ErrorBody;
use super::row::{
    AdminParam, AdminRequest, AdminRow, Answer, Body, HandlerResult, JSON, json_response,
};
use super::schema::of_answer;
use crate::api;
use crate::error::Code;
use crate::request::Method;

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "openapi",
    method: Method::Get,
    path: "/openapi.json",
    summary: "This description",
    params: &[],
    body: Body::None,
    answers: &[Answer::Json(200, of_answer::<Description>)],
    handler,
}];

/// The control plane in OpenAPI 3.1.
#[derive(Debug, Serialize, JsonSchema)]
struct Description {
    /// The version of OpenAPI.
    openapi: &'static str,
    /// What is described.
    #[schemars(with = "Map<String, Json>")]
    info: Json,
    /// Where it is.
    #[schemars(with = "Vec<Map<String, Json>>")]
    servers: Json,
    /// Operations by path and method.
    paths: Map<String, Json>,
    /// Schemas that operations share.
    #[schemars(with = "Map<String, Json>")]
    components: Json,
}

fn handler(request: &AdminRequest<'_>) -> HandlerResult {
    let url = request.url_of(request.world.default_org());
    Ok(json_response(200, &description(&url)))
}

/// The description of the control plane of the server at `url`.
fn description(url: &str) -> Description {
    let mut paths: Map<String, Json> = Map::new();
    for row in super::rows() {
        let path = format!("/__admin{}", row.path);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[row.method.as_str().to_ascii_lowercase()] = operation(row);
    }
    Description {
        openapi: "3.1.0",
        info: json!({"title": "zoho-crm-mock control plane", "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"}}),
        servers: json!([{"url": url}]),
        paths,
        components: json!({"schemas": {"Error": of_answer::<ErrorBody<'_>>()}}),
    }
}

/// What an operation answers: an error, or one of these. Answers of one status differ in their media
/// types.
fn responses(answers: &[Answer]) -> Json {
    let mut responses = json!({});
    for answer in answers {
        let response = &mut responses[answer.status().to_string()];
        let meaning = match *answer {
            Answer::Json(_, schema) => {
                let schema = schema();
                let meaning = schema["description"].clone();
                response["content"][JSON]["schema"] = schema;
                meaning
            }
            Answer::Text(media, meaning) => {
                response["content"][media]["schema"] = json!({"type": "string"});
                meaning.into()
            }
            Answer::Empty(meaning) => meaning.into(),
        };
        if response["description"].is_null() {
            response["description"] = meaning;
        }
    }
    responses["default"] = json!({"description": "an error",
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}});
    responses
}

/// Says which operations and codes a body can name, so that editors can complete them.
fn name_names(schema: &mut Json) {
    if let Some(pattern) = schema.pointer_mut("/properties/match/properties/operation") {
        let known: Vec<&str> = api::endpoints().map(|row| row.id).collect();
        pattern["anyOf"] = json!([{"enum": known}, {"pattern": "[*?]"}]);
    }
    for place in ["error", "record/properties/error"] {
        if let Some(code) = schema.pointer_mut(&format!("/properties/effect/properties/{place}")) {
            let known: BTreeSet<&str> = Code::all().map(Code::code).collect();
            code["enum"] = json!(known);
        }
    }
}

fn operation(row: &AdminRow) -> Json {
    let mut parameters: Vec<Json> = row.all_params().map(AdminParam::describe).collect();
    for segment in row.path.split('/') {
        if let Some(name) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            parameters.push(json!({"name": name, "in": "path", "required": true,
                "schema": {"type": "string"}}));
        }
    }
    let mut operation = json!({
        "operationId": row.id, "summary": row.summary, "parameters": parameters,
        "responses": responses(row.answers),
    });
    match row.body {
        Body::None => {}
        Body::Json(schema) => {
            let mut schema = schema();
            name_names(&mut schema);
            let needed = ["required", "minProperties"];
            let needed = needed.iter().any(|key| schema.get(key).is_some());
            operation["requestBody"]["required"] = needed.into();
            operation["requestBody"]["content"][JSON]["schema"] = schema;
        }
        Body::Raw(media) => {
            for media in media {
                let kinds = if *media != "text/csv" {
                    json!(["object", "array"])
                } else {
                    "string".into()
                };
                operation["requestBody"]["content"][*media] = json!({"schema": {"type": kinds}});
            }
            operation["requestBody"]["required"] = true.into();
        }
    }
    operation
}
