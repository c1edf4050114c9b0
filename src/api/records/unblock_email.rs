//! `/crm/{version}/{module}[/{id}]/actions/unblock_email`: e-mails reach an address again (pages of v6
//! and v7, description of v8).

use serde_json::{Map, Value as Json};

use super::external::record_of_path;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, VersionedKey};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::permit::{Deed, permit};
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::emails_blocked::BLOCKED_EMAILS;
use crate::settings::{Source, write};
use crate::store::Tx;
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&UNBLOCK_MANY, &UNBLOCK];

/// Records in a call (page of v7).
const MOST: usize = 500;
/// Times that an address is unblocked at most (page of v7).
const MOST_TIMES: i64 = 5;
/// Fields of addresses.
const FIELDS: [&str; 2] = ["Email", "Secondary_Email"];

const FIELDS_KEY: &str = "unblock_fields";
const KEYS: &[VersionedKey] = &[("ids", Versions::ALL), (FIELDS_KEY, Versions::ALL)];
static BODY: BodySpec = BodySpec::object(&[KEYS]);

pub(crate) static UNBLOCK_MANY: Endpoint = Endpoint::post(
    "records.unblock_emails",
    "/crm/{v}/{module}/actions/unblock_email",
)
.since(ApiVersion::V6)
.scope("send_mail.{module}.CREATE")
.body(&BODY)
.outcomes(&[200, 207, 400])
.does("Unblock addresses of records", unblock_many);

pub(crate) static UNBLOCK: Endpoint = Endpoint::post(
    "records.unblock_email",
    "/crm/{v}/{module}/{id}/actions/unblock_email",
)
.since(ApiVersion::V6)
.scope("send_mail.{module}.CREATE")
.body(&BODY)
.outcomes(&[200, 400])
.does("Unblock addresses of a record", unblock_one);

/// The fields whose addresses are to be unblocked.
fn fields<'c>(call: &'c Call<'_>, module: &Module) -> Result<Vec<&'c str>, ApiError> {
    if !FIELDS.iter().any(|name| module.field(name).is_some()) {
        return Err(Code::NO_EMAIL_FIELDS.into());
    }
    let said = call.array(FIELDS_KEY, FIELDS.len())?;
    let fields = said.iter().enumerate().map(|(n, field)| {
        let known = field
            .as_str()
            .filter(|name| FIELDS.contains(name) && module.field(name).is_some());
        let spot = Spot::body(call.version);
        known.ok_or_else(|| spot.about(Code::UNBLOCK_FIELD, &format!("{FIELDS_KEY}[{n}]")))
    });
    fields.collect()
}

fn unblock_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let fields = fields(call, module)?;
    answer(call, module, &fields, call.array("ids", MOST)?)
}

fn unblock_one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let record = record_of_path(call, &state, module)?;
    let record = record.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 1))?;
    let fields = fields(call, module)?;
    answer(call, module, &fields, &[record.id.json()])
}

fn answer(
    call: &Call<'_>,
    module: &Module,
    fields: &[&str],
    ids: &[Json],
) -> Result<Response, ApiError> {
    let batch = Batch::new(call, "data", 200);
    let items = batch.run(ids, |tx, said, _| {
        let record = Id::from_json(said).and_then(|id| tx.state().table(module).get(id).cloned());
        let refused = |code: Code| vec![ApiError::new(code).with("id", said.clone())];
        let record = record.ok_or_else(|| refused(Code::UNBLOCK_RECORD))?;
        let allowed = permit(tx, module, &record, Deed::Assign);
        allowed.map_err(|error| vec![error.with("id", said.clone())])?;
        unblock(call, tx, record.id, fields).map_err(refused)?;
        Ok(Item::success_of(Message::EMAIL_UNBLOCKED, record.id))
    })?;
    Ok(batch.answer(&items))
}

/// Unblocks addresses of a record: those of the fields that are blocked. If none is, that is an error.
fn unblock(call: &Call<'_>, tx: &mut Tx, id: Id, fields: &[&str]) -> Result<(), Code> {
    let source = Source::Operation(call.version);
    let mut refusal = Code::NOT_BLOCKED;
    let mut any = false;
    let all = BLOCKED_EMAILS.of(tx.state()).iter();
    let of = all.filter(|entry| entry.attributes.get("record").and_then(Id::from_json) == Some(id));
    let of: Vec<_> = of.cloned().collect();
    for entry in of {
        let key = |key: &str| entry.attributes.get(key).and_then(Json::as_str);
        if !key("field").is_some_and(|field| fields.contains(&field)) {
            continue;
        }
        let times = entry
            .attributes
            .get("times_unblocked")
            .and_then(Json::as_i64);
        let times = times.unwrap_or_default();
        match key("blocked") {
            None => {}
            Some("permanent") => refusal = Code::BLOCKED_FOR_GOOD,
            Some(_) if times >= MOST_TIMES => refusal = Code::UNBLOCKED_TOO_OFTEN,
            Some(_) => {
                let said = Map::from_iter([
                    ("blocked".to_owned(), Json::Null),
                    ("times_unblocked".to_owned(), times.saturating_add(1).into()),
                ]);
                let changed = write::update(tx, &BLOCKED_EMAILS, &entry, &said, source);
                any |= changed.is_ok();
            }
        }
    }
    if any { Ok(()) } else { Err(refusal) }
}
