//! `seed`, `state` and `export`: data into an org, and out of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::error::AdminError;
use super::row::{
    AdminParam, AdminRequest, AdminRow, Answer, Body, HandlerResult, JSON, ParamForm, json_response,
};
use super::schema::of_answer;
use crate::request::Method;
use crate::response::Response;
use crate::seed::{self, Document, Problem, SeedError};
use crate::world::Seeded;

/// Media types of seeds, with the ending of a file of that kind.
const MEDIA: &[&str] = &[
    "application/json",
    "application/yaml",
    "text/csv",
    "application/x-yaml",
    "text/yaml",
];

/// What seeds need whose text does not say it.
const PARAMS: &[AdminParam] = &[AdminParam::new(
    "module",
    ParamForm::Text,
    "the module of a CSV, or of a list of records",
)];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "seed.add",
        method: Method::Post,
        path: "/seed",
        summary: "Add a seed document to the org, as a whole or not at all: JSON, YAML, or CSV of one module",
        params: PARAMS,
        body: Body::Raw(MEDIA),
        answers: &[Answer::Json(200, of_answer::<LoadedSeed<'_>>)],
        handler: add,
    },
    AdminRow {
        id: "state.replace",
        method: Method::Put,
        path: "/state",
        summary: "Put an export, or another seed, in the place of all that the org holds, or change nothing; what else an org has stays",
        params: PARAMS,
        body: Body::Raw(MEDIA),
        answers: &[Answer::Json(200, of_answer::<LoadedSeed<'_>>)],
        handler: replace,
    },
    AdminRow {
        id: "export",
        method: Method::Get,
        path: "/export",
        summary: "What the org holds, as a seed that loads again to an equal state",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<ExportedSeed>)],
        handler: export,
    },
];

/// What a seed has brought.
#[derive(Debug, Serialize, JsonSchema)]
struct LoadedSeed<'a> {
    /// The id of the org.
    org: &'a str,
    /// How many records the document brought, by module.
    records: BTreeMap<String, usize>,
    /// The ids that its labels stand for.
    labels: BTreeMap<String, String>,
}

/// The org as a seed, which loads again to an equal state.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "it is only described: `seed` writes it in pieces")]
struct ExportedSeed {
    /// The version of its form.
    export: u64,
    /// Settings by family, and `records` by module.
    #[schemars(flatten)]
    rest: Map<String, Json>,
}

/// The name that a file with the body would have.
fn file_name(request: &AdminRequest<'_>) -> Result<String, AdminError> {
    let media = request.http.media_type().unwrap_or_default();
    let ending = match media.to_ascii_lowercase().as_str() {
        "application/yaml" | "application/x-yaml" | "text/yaml" => "yaml",
        "text/csv" => "csv",
        // curl calls everything a form
        _ => "json",
    };
    match request.param("module") {
        Some(module) if !module.contains('/') => Ok(format!("{module}.{ending}")),
        Some(module) => Err(AdminError::not_found("module", module)),
        None if ending == "csv" => Err(AdminError::bad_request(
            "a CSV is of one module: name it with ?module=",
        )),
        None => Ok(format!("seed.{ending}")),
    }
}

/// A seed was refused, and nothing was done.
fn refused(problems: &[Problem], done: &str) -> AdminError {
    let shown: Vec<Json> = problems
        .iter()
        .map(|p| json!({"file": p.file, "path": p.path, "reason": p.reason}))
        .collect();
    let message = match shown.len() {
        1 => format!("1 problem in the seed; nothing was {done}"),
        n => format!("{n} problems in the seed; nothing was {done}"),
    };
    AdminError::invalid(message).with(json!({"problems": shown}))
}

/// The seed that is the body.
fn document(request: &AdminRequest<'_>, done: &str) -> Result<Document, AdminError> {
    let body = request.http.body.map_err(AdminError::unread)?;
    let text = std::str::from_utf8(body)
        .map_err(|_| AdminError::bad_request("a seed is text in UTF-8"))?;
    let name = file_name(request)?;
    let mut document = Document::default();
    let mut problems = Vec::new();
    document.add_file(
        &name,
        &Arc::from(name.as_str()),
        Arc::from(text),
        &mut problems,
    );
    if problems.is_empty() {
        Ok(document)
    } else {
        Err(refused(&problems, done))
    }
}

fn loaded(request: &AdminRequest<'_>, (records, labels): Seeded) -> Response {
    let labels = labels.into_iter();
    let loaded = LoadedSeed {
        org: &request.org.id,
        records,
        labels: labels.map(|(l, id)| (l, id.to_string())).collect(),
    };
    json_response(200, &loaded)
}

fn add(request: &AdminRequest<'_>) -> HandlerResult {
    const DONE: &str = "added";
    let document = document(request, DONE)?;
    let added = request.world.add_seed(&request.org, &document);
    let added = added.map_err(|SeedError(problems)| refused(&problems, DONE))?;
    Ok(loaded(request, added))
}

fn replace(request: &AdminRequest<'_>) -> HandlerResult {
    const DONE: &str = "replaced";
    let document = document(request, DONE)?;
    let replaced = request.world.replace(&request.org, document);
    let replaced = replaced.map_err(|SeedError(problems)| refused(&problems, DONE))?;
    Ok(loaded(request, replaced))
}

fn export(request: &AdminRequest<'_>) -> HandlerResult {
    let state = request.org.read();
    Ok(Response {
        content_type: Some(JSON),
        ..Response::bytes(200, seed::export(&state))
    })
}
