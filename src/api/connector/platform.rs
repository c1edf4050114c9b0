//! `/core/v1/connectors`: the API of the platform that carries the connector; and
//! `/operations/{operation}`, the same operations without its envelope.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value as Json, json};

use super::operation::{Operation, Run, ServiceRefusal};
use super::table::{find, operations};
use super::validator::Validator;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint};
use crate::error::{ApiError, Code, Wording, catalogue::platform as words};
use crate::request::BodyFault;
use crate::response::Response;

/// The connector's name on the platform.
const NAME: &str = "zoho";
/// Its latest published version.
const VERSION: &str = "3.3";

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &OPERATIONS, &CALL, &RUN];

pub(crate) static LIST: Endpoint = Endpoint::get("connectors.list", "/core/v1/connectors")
    .outcomes(&[200])
    .does("The connectors that there are", list);

pub(crate) static OPERATIONS: Endpoint = Endpoint::get(
    "connectors.operations",
    "/core/v1/connectors/{connector}/versions/{version}/operations",
)
.outcomes(&[200])
.does(
    "The operations of a connector, with the schemas of input and output",
    list_operations,
);

pub(crate) static CALL: Endpoint = Endpoint::post(
    "connectors.call",
    "/core/v1/connectors/{connector}/versions/{version}/call",
)
.body(&BodySpec::RAW)
.outcomes(&[200, 400])
.does("Run an operation of a connector", call_operation);

pub(crate) static RUN: Endpoint = Endpoint::post("operations.run", "/operations/{operation}")
    .body(&BodySpec::RAW)
    .outcomes(&[200, 400])
    .does(
        "Run an operation of the connector, plainly: its input in, its output out",
        run_plainly,
    );

/// JSON as it stands: the platform is not Zoho, and sorts no keys.
#[allow(
    clippy::needless_pass_by_value,
    reason = "callers make the value for this"
)]
fn json_response(status: u16, body: Json) -> Response {
    Response::bytes(status, body.to_string().into_bytes())
}

/// An error of the platform itself.
fn failure(status: u16, message: impl Into<String>) -> Response {
    json_response(status, json!({"message": message.into(), "code": null}))
}

/// What the steps before a handler refuse, in the platform's form.
#[must_use]
pub fn refusal(error: &ApiError) -> Response {
    match error.kind {
        // the recorded body has no code
        Code::AUTHENTICATION_FAILURE | Code::INVALID_TOKEN => {
            json_response(401, json!({"message": words::UNAUTHORIZED}))
        }
        Code::INVALID_URL_PATTERN => failure(404, words::NOT_FOUND),
        Code::INVALID_REQUEST_METHOD => failure(405, words::METHOD_NOT_ALLOWED),
        kind => failure(kind.status(), kind.message(crate::error::Wording::Zoho)),
    }
}

fn list(_: &Call<'_>) -> Result<Response, ApiError> {
    let description = "Records, users and settings of Zoho CRM.";
    let element = json!({
        "name": NAME, "version": VERSION, "title": "Zoho CRM", "description": description,
        "service": {"id": "zoho", "name": "zoho", "version": "2"},
    });
    Ok(json_response(200, json!({"elements": [element]})))
}

/// What is wrong with connector and version of the path, if anything is.
fn unknown(call: &Call<'_>) -> Option<Response> {
    let (name, asked) = (call.path("connector"), call.path("version"));
    if name != NAME {
        return Some(failure(404, format!("Connector '{name}' was not found")));
    }
    (asked != VERSION).then(|| {
        let message = format!("Version '{asked}' of connector '{name}' was not found");
        failure(404, message)
    })
}

fn list_operations(call: &Call<'_>) -> Result<Response, ApiError> {
    if let Some(response) = unknown(call) {
        return Ok(response);
    }
    let elements: Vec<Json> = operations()
        .map(|operation| {
            json!({
                "name": operation.name, "title": operation.title,
                "description": operation.description,
                "inputSchema": (operation.input)(), "outputSchema": (operation.output)(),
            })
        })
        .collect();
    Ok(json_response(200, json!({"elements": elements})))
}

fn unknown_operation(name: &str) -> Response {
    failure(
        404,
        format!("Operation '{name}' of connector '{NAME}' was not found"),
    )
}

/// The body as a JSON object; an empty one counts as `{}` where `or_empty` is set.
fn object(call: &Call<'_>, or_empty: bool) -> Result<Map<String, Json>, Response> {
    let body = call.request.body.map_err(|fault| match fault {
        BodyFault::TooLarge => failure(413, words::TOO_LARGE),
        BodyFault::Incomplete => failure(400, Code::BODY_INCOMPLETE.message(Wording::Zoho)),
        BodyFault::Stalled => failure(408, Code::BODY_TIMEOUT.message(Wording::Zoho)),
    })?;
    if or_empty && body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(failure(
            400,
            "Invalid value for: body (expected a JSON object)",
        )),
        Err(error) => Err(failure(400, format!("Invalid value for: body ({error})"))),
    }
}

/// What a call asks for: operation, input, and whether the output's schema is wanted.
struct Wanted {
    operation: String,
    input: Map<String, Json>,
    schema: bool,
}

/// Reads the body of a call. `authId` names the account at the platform under which it is made;
/// the org here is that of the token, so any will do.
fn wanted(mut body: Map<String, Json>) -> Result<Wanted, Response> {
    let wrong = |value: &Json, expected: &str, key: &str| {
        let message =
            format!("Got value '{value}' with wrong type, expecting {expected} at '{key}'");
        failure(400, format!("Invalid value for: body ({message})"))
    };
    const KEYS: [&str; 4] = ["operation", "authId", "input", "returnOutputSchema"];
    if let Some(key) = body.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let message = format!("Unexpected field at '{key}'");
        return Err(failure(400, format!("Invalid value for: body ({message})")));
    }
    let operation = match body.remove("operation") {
        Some(Json::String(name)) => name,
        None => {
            let message = "Missing required field at 'operation'";
            return Err(failure(400, format!("Invalid value for: body ({message})")));
        }
        Some(other) => return Err(wrong(&other, "string", "operation")),
    };
    if let Some(other) = body
        .get("authId")
        .filter(|id| !id.is_string() && !id.is_null())
    {
        return Err(wrong(other, "string", "authId"));
    }
    let input = match body.remove("input") {
        None | Some(Json::Null) => Map::new(),
        Some(Json::Object(input)) => input,
        Some(other) => return Err(wrong(&other, "object", "input")),
    };
    let schema = match body.get("returnOutputSchema") {
        None | Some(Json::Null) => false,
        Some(Json::Bool(wanted)) => *wanted,
        Some(other) => return Err(wrong(other, "boolean", "returnOutputSchema")),
    };
    Ok(Wanted {
        operation,
        input,
        schema,
    })
}

fn call_operation(call: &Call<'_>) -> Result<Response, ApiError> {
    Ok(envelope(call).unwrap_or_else(|response| response))
}

fn envelope(call: &Call<'_>) -> Result<Response, Response> {
    if let Some(response) = unknown(call) {
        return Err(response);
    }
    let wanted = wanted(object(call, false)?)?;
    let operation = find(&wanted.operation).ok_or_else(|| unknown_operation(&wanted.operation))?;
    let (outcome, output) = match run(call, operation, wanted.input)? {
        Ok(output) => ("success", output),
        Err(refused) => {
            let output = json!({
                "response": {"statusCode": refused.status, "body": refused.body},
                "expects": {"statusCode": ServiceRefusal::EXPECTED},
                "message": refused.message(),
            });
            ("error", output.to_string().into_bytes())
        }
    };
    let mut answer = vec![
        ("outcome", format!("\"{outcome}\"").into_bytes()),
        ("output", output),
    ];
    if wanted.schema {
        let schema = (operation.output)().to_string();
        answer.push(("outputSchema", schema.into_bytes()));
    }
    Ok(Response::members(200, &answer))
}

fn run_plainly(call: &Call<'_>) -> Result<Response, ApiError> {
    Ok(plainly(call).unwrap_or_else(|response| response))
}

/// The output alone, with status 200; what Zoho's side refuses with its status and body.
fn plainly(call: &Call<'_>) -> Result<Response, Response> {
    let name = call.path("operation");
    let operation = find(name).ok_or_else(|| unknown_operation(name))?;
    match run(call, operation, object(call, true)?)? {
        Ok(output) => Ok(Response::bytes(200, output)),
        Err(refused) => Ok(json_response(refused.status, refused.body)),
    }
}

/// Runs an operation on an input that its schema accepts.
fn run(
    call: &Call<'_>,
    operation: &Operation,
    input: Map<String, Json>,
) -> Result<Result<Vec<u8>, ServiceRefusal>, Response> {
    let input = Json::Object(input);
    check(operation, &input)?;
    let Json::Object(input) = input else {
        return Err(failure(500, words::INTERNAL));
    };
    Ok(operation.run.output(&Run {
        call,
        input: &input,
    }))
}

/// Checks an input against its schema.
fn check(operation: &Operation, input: &Json) -> Result<(), Response> {
    static VALIDATORS: OnceLock<BTreeMap<&str, Option<Validator>>> = OnceLock::new();
    let validators = VALIDATORS.get_or_init(|| {
        operations()
            .map(|row| (row.name, Validator::of(&(row.input)()).ok()))
            .collect()
    });
    // a test sees to it that every schema can be read
    let Some(Some(validator)) = validators.get(operation.name) else {
        return Err(failure(500, words::INTERNAL));
    };
    let faults = validator.faults(input).zip(1..);
    let faults: Vec<String> = faults.map(|(fault, n)| format!("{n} - {fault}")).collect();
    if faults.is_empty() {
        return Ok(());
    }
    let faults = faults.join(", ");
    Err(failure(
        400,
        format!("{}: [ {faults} ]", words::INVALID_INPUT),
    ))
}
