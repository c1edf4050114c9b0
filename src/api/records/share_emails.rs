//! `/crm/{version}/{module}[/{id}]/actions/share_emails`, `…/unshare_emails` and
//! `/{module}/{id}/__emails_sharing_details`: which users share their e-mails of a record with their
//! colleagues.

use serde_json::{Map, Value as Json, json};

use super::common::ROOT;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, VersionedKey};
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::families::email_configurations::EMAIL_CONFIGURATIONS;
use crate::settings::families::email_shares::EMAIL_SHARES;
use crate::settings::refusal::Source;
use crate::settings::write;
use crate::store::{OrgState, Setting, Tx};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&SHARE, &UNSHARE, &SHARE_MANY, &UNSHARE_MANY, &DETAILS];

/// Modules whose records have e-mails to share (page of v7), besides those of the org.
const WITH_EMAILS: [&str; 8] = [
    "Leads",
    "Accounts",
    "Contacts",
    "Deals",
    "Quotes",
    "Invoices",
    "Sales_Orders",
    "Purchase_Orders",
];
/// Records that a call takes (v8 description).
const MOST_IDS: usize = 100;

const IDS: &[VersionedKey] = &[("ids", Versions::ALL)];
static MANY: BodySpec = BodySpec::object(&[IDS]);

pub(crate) static SHARE: Endpoint = Endpoint::post(
    "records.share_emails",
    "/crm/{v}/{module}/{id}/actions/share_emails",
)
.since(ApiVersion::V8)
.scope("modules.{module}.CREATE")
.outcomes(&[200, 400])
.does("Share the e-mails of a record", |call| {
    change_one(call, Change::Share)
});

pub(crate) static UNSHARE: Endpoint = Endpoint::post(
    "records.unshare_emails",
    "/crm/{v}/{module}/{id}/actions/unshare_emails",
)
.since(ApiVersion::V8)
.scope("modules.{module}.CREATE")
.outcomes(&[200, 400])
.does("Share the e-mails of a record no more", |call| {
    change_one(call, Change::Unshare)
});

pub(crate) static SHARE_MANY: Endpoint = Endpoint::post(
    "records.share_emails_many",
    "/crm/{v}/{module}/actions/share_emails",
)
.since(ApiVersion::V8)
.scope("modules.{module}.CREATE")
.body(&MANY)
.outcomes(&[200, 207, 400])
.does("Share the e-mails of several records", |call| {
    change_many(call, Change::Share)
});

pub(crate) static UNSHARE_MANY: Endpoint = Endpoint::post(
    "records.unshare_emails_many",
    "/crm/{v}/{module}/actions/unshare_emails",
)
.since(ApiVersion::V8)
.scope("modules.{module}.CREATE")
.body(&MANY)
.outcomes(&[200, 207, 400])
.does("Share the e-mails of several records no more", |call| {
    change_many(call, Change::Unshare)
});

pub(crate) static DETAILS: Endpoint = Endpoint::get(
    "records.emails_sharing_details",
    "/crm/{v}/{module}/{id}/__emails_sharing_details",
)
.since(ApiVersion::V4)
.scope("modules.{module}.READ")
.outcomes(&[200, 400])
.does("Whose e-mails of a record are shared", details);

/// What is done with the e-mails of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Share,
    Unshare,
}

/// The module of the path, if its records have e-mails to share.
fn with_emails<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<&'s Module, ApiError> {
    let module = call.module(state)?;
    let known = WITH_EMAILS.contains(&module.api_name()) || module.generated_type() == "custom";
    if known {
        Ok(&**module)
    } else {
        Err(call.path_error(Code::EMAIL_SHARING_NOT_SUPPORTED, 0))
    }
}

/// The mail box of the caller, as far as its e-mails may be shared.
///
/// # Errors
/// `NOT_ALLOWED` without one, and for one that is not shared record by record.
fn check_mail_box(state: &OrgState) -> Result<(), ApiError> {
    match mail_box(state, state.current_user) {
        None => Err(Code::NO_EMAIL_CONFIGURATION.into()),
        Some(found) if found.text("sharing") != Some("custom") => {
            Err(Code::NO_CUSTOM_SHARING.into())
        }
        Some(_) => Ok(()),
    }
}

fn mail_box(state: &OrgState, user: Id) -> Option<&Setting> {
    let mut all = EMAIL_CONFIGURATIONS
        .of(state)
        .iter()
        .map(|setting| &**setting);
    all.find(|setting| user_of(setting, "user") == Some(user))
}

fn user_of(setting: &Setting, key: &str) -> Option<Id> {
    let said = setting.attributes.get(key)?;
    Id::from_json(said.get("id").unwrap_or(said))
}

fn change_one(call: &Call<'_>, change: Change) -> Result<Response, ApiError> {
    let state = call.read();
    let module = with_emails(call, &state)?;
    let id = call.path_id("id")?;
    let record = state.table(module).get(id);
    let unknown = || call.path_error(Code::PARENT_ID_INVALID, 1);
    may_see(&state, module, record.ok_or_else(unknown)?)?;
    check_mail_box(&state)?;
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run([id], |tx, id, _| {
        apply(call, tx, module, id, change).map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

fn change_many(call: &Call<'_>, change: Change) -> Result<Response, ApiError> {
    let state = call.read();
    let module = with_emails(call, &state)?;
    let ids = call.array("ids", MOST_IDS)?;
    check_mail_box(&state)?;
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(ids, |tx, given, _| {
        let unknown = || {
            let text = given
                .as_str()
                .map_or_else(|| given.to_string(), str::to_owned);
            vec![ApiError::new(Code::PARENT_ID_INVALID).with("id", text)]
        };
        let id = Id::from_json(given).ok_or_else(unknown)?;
        let record = tx
            .state()
            .table(module)
            .get(id)
            .cloned()
            .ok_or_else(unknown)?;
        may_see(tx.state(), module, &record).map_err(|error| vec![error])?;
        apply(call, tx, module, id, change).map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

/// Shares the caller's e-mails of a record, or ends that.
///
/// # Errors
/// `ALREADY_SHARED` and `NOT_SHARED`.
fn apply(
    call: &Call<'_>,
    tx: &mut Tx,
    module: &Module,
    record: Id,
    change: Change,
) -> Result<Item, ApiError> {
    let user = tx.user();
    let own = {
        let shares = EMAIL_SHARES.of(tx.state());
        let mut shares = shares.all_named(Some(module.no), &record.to_string());
        let own = shares.find(|share| user_of(share, "shared_by") == Some(user));
        own.map(|share| share.id)
    };
    match (change, own) {
        (Change::Share, Some(_)) => {
            Err(ApiError::new(Code::EMAILS_ALREADY_SHARED).with("id", record.json()))
        }
        (Change::Unshare, None) => {
            Err(ApiError::new(Code::EMAILS_NOT_SHARED).with("id", record.json()))
        }
        (Change::Share, None) => {
            let said = Map::from_iter([("record".to_owned(), record.json())]);
            let source = Source::Operation(call.version);
            let made = write::create(tx, &EMAIL_SHARES, Some(module.no), &said, source);
            made.map_err(|_| ApiError::from(Code::INVALID_DATA))?;
            Ok(Item::success_of(Message::EMAILS_SHARED, record))
        }
        (Change::Unshare, Some(share)) => {
            tx.remove_setting(EMAIL_SHARES.name, share);
            Ok(Item::success_of(Message::EMAILS_UNSHARED, record))
        }
    }
}

/// Kinds of e-mails that can be seen of a record (page of v7). Those of mail boxes are there as soon
/// as somebody shares his (assumed).
fn available_types(shared: bool) -> &'static [&'static str] {
    if shared {
        &[
            "emails_sent_from_crm",
            "all_contacts_emails",
            "all_imap_shared_users",
            "all_emails",
        ]
    } else {
        &["emails_sent_from_crm", "all_emails"]
    }
}

/// The list of the description and the SDKs; the page of v7 has an object in its place.
fn details(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = with_emails(call, &state)?;
    let id = call.path_id("id")?;
    let record = state.table(module).get(id);
    let unknown = || call.path_error(Code::PARENT_ID_INVALID, 1);
    may_see(&state, module, record.ok_or_else(unknown)?)?;
    let name = id.to_string();
    let shares = EMAIL_SHARES.of(&state).all_named(Some(module.no), &name);
    let users = shares.filter_map(|share| state.users.get(&user_of(share, "shared_by")?));
    let users: Vec<Json> = users
        .map(|user| {
            let kind = mail_box(&state, user.id).and_then(|found| found.text("_type"));
            json!({"name": user.full_name(), "_type": kind.unwrap_or("imap"), "id": user.id.json()})
        })
        .collect();
    let types = available_types(!users.is_empty());
    let details = json!([{"available_types": types, "share_from_users": users}]);
    Ok(Response::json(
        200,
        json!({"__emails_sharing_details": details}),
    ))
}
