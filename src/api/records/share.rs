//! `/crm/{version}/{module}/{id}/actions/share`: with whom a record is shared.

mod entry;

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param, ParamKind, VersionedKey};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::access::{self, is_shared_with_caller, sees, shares_of};
use crate::settings::families::record_shares::RECORD_SHARES;
use crate::store::{OrgState, Record, Setting, Tx, User};
use crate::value::time;
use crate::version::Versions;

use entry::{Entry, name_of};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&GET, &SHARE, &UPDATE, &REVOKE];

/// The key of the entries in bodies.
const SHARE_ROOT: &str = "share";
/// Entries that a call takes (newest description of v8).
const MOST_ENTRIES: usize = 20;

/// Modules whose records are shared along with others alone (page of v7).
const NOT_BY_THEMSELVES: [&str; 6] = [
    "Tasks",
    "Events",
    "Calls",
    "Notes",
    "Attachments",
    "Activities",
];

/// `sharedTo`: what is shared with one user alone.
const SHARED_TO: Param = Param::new("sharedTo").of(ParamKind::Id);
/// `view`: the shares, or also with whom the record could be shared.
const VIEW: Param = Param::new("view").of(ParamKind::Word(&["summary", "manage"]));

const KEYS: &[VersionedKey] = &[
    ("notify", Versions::ALL),
    ("notify_on_completion", Versions::ALL),
    ("notify_shared_members", Versions::ALL),
];
static BODY: BodySpec = BodySpec::list(SHARE_ROOT, MOST_ENTRIES, Items::Own).keys(&[KEYS]);

pub(crate) static GET: Endpoint =
    Endpoint::get("records.shares", "/crm/{v}/{module}/{id}/actions/share")
        .scope("share.{module}.READ")
        .params(&[SHARED_TO, VIEW])
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .does("With whom a record is shared", get);

pub(crate) static SHARE: Endpoint =
    Endpoint::post("records.share", "/crm/{v}/{module}/{id}/actions/share")
        .scope("share.{module}.CREATE")
        .body(&BODY)
        .outcomes(&[200, 201, 202, 207, 400])
        .does("Share a record with users, roles and groups", share);

pub(crate) static UPDATE: Endpoint = Endpoint::put(
    "records.update_shares",
    "/crm/{v}/{module}/{id}/actions/share",
)
.scope("share.{module}.UPDATE")
.body(&BODY)
.outcomes(&[200, 201, 202, 207, 400])
.does(
    "Put other shares of a record in the place of those it has",
    update,
);

pub(crate) static REVOKE: Endpoint = Endpoint::delete(
    "records.revoke_shares",
    "/crm/{v}/{module}/{id}/actions/share",
)
.scope("share.{module}.DELETE")
.outcomes(&[200, 400])
.does("End all shares of a record", revoke);

/// The module and the record of the path, if the record can be shared by itself and the caller sees
/// it.
fn shared(call: &Call<'_>, state: &OrgState) -> Result<(Arc<Module>, Arc<Record>), ApiError> {
    let module = call.module(state)?;
    let kind = module.generated_type();
    if NOT_BY_THEMSELVES.contains(&module.api_name()) || !matches!(kind, "default" | "custom") {
        return Err(Code::SHARING_NOT_SUPPORTED.into());
    }
    let record = state.table(module).get(call.path_id("id")?);
    let record = record.ok_or_else(|| call.path_error(Code::SHARED_RECORD_INVALID, 1))?;
    may_see(state, module, record)?;
    Ok((Arc::clone(module), Arc::clone(record)))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let manage = match call.get(VIEW) {
        None | Some("summary") => false,
        Some("manage") if call.version.manages_shares() => true,
        Some(_) => return Err(ApiError::new(Code::PATTERN_NOT_MATCHED).with("api_name", VIEW.name)),
    };
    let to = call.get(SHARED_TO).map(Id::parse).transpose();
    let to =
        to.map_err(|_| ApiError::new(Code::INVALID_PARAM).with("param_name", SHARED_TO.name))?;
    let state = call.read();
    let (module, record) = shared(call, &state)?;
    let shares = shares_of(&state, module.no, record.id);
    let wanted = shares.filter(|share| {
        let whom = access::recipient(share);
        // users, roles and groups may be gone
        whom.is_none_or(|(kind, id)| name_of(&state, kind, id).is_some())
            && to.is_none_or(|user| whom == Some(("users", user)))
    });
    let shown: Vec<Json> = wanted
        .map(|share| shape(call, &state, &module, &record, share))
        .collect();
    if shown.is_empty() && !manage {
        return Ok(Response::no_content());
    }
    let mut body = json!({"share": shown});
    if manage {
        body["shareable_user"] = shareable(&state, &module, &record);
    }
    Ok(Response::json(200, body))
}

/// Users with whom a record could still be shared.
fn shareable(state: &OrgState, module: &Module, record: &Record) -> Json {
    let users = state.users.iter().map(|(_, user)| user);
    let free = users.filter(|user| {
        user.status() == "active" && user.confirmed() && !sees(state, user, module, record)
    });
    free.map(|user| person(user, "full_name")).collect()
}

/// `{name, id, zuid}`; what the name is called depends on the place.
fn person(user: &User, name: &str) -> Json {
    let account = user.account().map(|account| account.to_string());
    let pairs = [
        (name.to_owned(), user.full_name().into()),
        ("id".to_owned(), user.id.json()),
        ("zuid".to_owned(), account.into()),
    ];
    Json::Object(Map::from_iter(pairs))
}

/// A share as an answer shows it: up to v2.1 with a user, later with somebody of a kind (pages of v2
/// and v7; newest description of v8).
fn shape(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    record: &Record,
    share: &Setting,
) -> Json {
    let by = share.attributes.get("shared_by").and_then(Id::from_json);
    let by = by.and_then(|id| state.users.get(&id));
    let at = share.text("shared_time").and_then(time::parse_datetime);
    let at = at.map(|at| time::format_datetime(at, &state.time_zone));
    let mut shown = json!({
        "share_related_records": share.attributes.get("share_related_records") == Some(&json!(true)),
        "shared_through": {
            "module": {"name": module.api_name(), "id": module.id.json()},
            "name": record.display_name(module).as_deref(),
            "id": record.id.json(),
        },
        "shared_time": at,
        "permission": share.text("permission"),
        "shared_by": by.map_or(Json::Null, |user| person(user, "name")),
    });
    let whom = access::recipient(share);
    if call.version.shares_with_users_alone() {
        let user = whom.filter(|(kind, _)| *kind == "users");
        let user = user.and_then(|(_, id)| state.users.get(&id));
        shown["user"] = user.map_or(Json::Null, |user| person(user, "full_name"));
        return shown;
    }
    shown["type"] = share.text("type").unwrap_or("private").into();
    if let Some((kind, id)) = whom {
        let mut with = json!({"name": name_of(state, kind, id), "id": id.json(), "type": kind});
        let account = state
            .users
            .get(&id)
            .filter(|_| kind == "users")
            .and_then(|u| u.account());
        if let Some(account) = account {
            with["zuid"] = account.to_string().into();
        }
        shown["shared_with"] = with;
    }
    shown
}

fn share(call: &Call<'_>) -> Result<Response, ApiError> {
    write(call, false)
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    write(call, true)
}

/// Shares the record as the body says. With `others_go` the shares of which the body does not speak
/// are ended (page of v7), unless nothing that it says can be done (assumed).
fn write(call: &Call<'_>, others_go: bool) -> Result<Response, ApiError> {
    let state = call.read();
    let (module, record) = shared(call, &state)?;
    if is_shared_with_caller(&state, &module, &record) {
        return Err(Code::SHARED_WITH_CALLER.into());
    }
    let entries = call.items()?;
    check_body(call, entries, &state)?;
    let last = entries.len().saturating_sub(1);
    let done = if call.version.share_creates() {
        201
    } else {
        200
    };
    let batch = Batch::of_body(call, done);
    let mut kept: Vec<Id> = Vec::new();
    let mut failed: Vec<Option<(String, Id)>> = Vec::new();
    let items = batch.write(|tx, said, index| {
        let spot = batch.spot(index);
        let entry = Entry::read(tx.state(), said, spot);
        let whom = entry.as_ref().ok().and_then(|entry| entry.whom.clone());
        let outcome =
            entry.and_then(|entry| entry.put(tx, &module, &record, spot, others_go, &kept));
        match &outcome {
            Ok(id) => kept.push(*id),
            Err(_) => failed.push(whom),
        }
        if others_go && index == last && !kept.is_empty() {
            end_others(tx, &module, &record, &kept, &failed);
        }
        outcome
            .map(|_| Item::success(Message::RECORD_SHARED, b"{}".to_vec()))
            .map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

/// Ends the shares that a change does not name; those of entries that were refused stay.
fn end_others(
    tx: &mut Tx,
    module: &Module,
    record: &Record,
    kept: &[Id],
    failed: &[Option<(String, Id)>],
) {
    let refused = |share: &Setting| {
        let whom = access::recipient(share);
        failed
            .iter()
            .flatten()
            .any(|(kind, id)| whom == Some((kind.as_str(), *id)))
    };
    let shares = shares_of(tx.state(), module.no, record.id);
    let over = shares.filter(|share| !kept.contains(&share.id) && !refused(share));
    let over: Vec<Id> = over.map(|share| share.id).collect();
    for id in over {
        tx.remove_setting(RECORD_SHARES.name, id);
    }
}

/// What is wrong with a body as a whole.
///
/// # Errors
/// `AMBIGUITY_DURING_PROCESSING` for something beside a record that everybody is to see,
/// `NOT_ALLOWED` for members who are to be notified in an org without feeds (newest description of
/// v8).
fn check_body(call: &Call<'_>, entries: &[Json], state: &OrgState) -> Result<(), ApiError> {
    let public = |entry: &Json| entry.get("type").is_some_and(|kind| kind == "public");
    if entries.len() > 1 && entries.iter().any(public) {
        let places =
            (0..entries.len()).map(|n| Spot::item(call.version, SHARE_ROOT, n).place("type"));
        let places: Vec<Json> = places.collect();
        return Err(ApiError::new(Code::SHARE_AMBIGUITY).with("ambiguity_due_to", places));
    }
    for (key, _) in KEYS {
        match call.body.get(*key) {
            None | Some(Json::Null | Json::Bool(_)) => {}
            Some(_) => {
                let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
                return Err(Spot::body(call.version).about(error, key));
            }
        }
    }
    let notified = call.body.get("notify_shared_members") == Some(&Json::Bool(true));
    if notified && !state.info.features.iter().any(|feature| feature == "feeds") {
        let spot = Spot::body(call.version);
        return Err(spot.about(Code::FEEDS_NOT_ENABLED, "notify_shared_members"));
    }
    Ok(())
}

fn revoke(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let (module, record) = shared(call, &state)?;
    if is_shared_with_caller(&state, &module, &record) {
        return Err(Code::SHARED_WITH_CALLER.into());
    }
    call.write(|tx| {
        let shares = shares_of(tx.state(), module.no, record.id);
        let shares: Vec<Id> = shares.map(|share| share.id).collect();
        if shares.is_empty() {
            return Err(ApiError::new(
                if call.version.revokes_nothing_with_cannot_process() {
                    Code::NOTHING_TO_REVOKE
                } else {
                    Code::NOTHING_TO_REVOKE_BEFORE
                },
            ));
        }
        for id in shares {
            tx.remove_setting(RECORD_SHARES.name, id);
        }
        Ok(())
    })?;
    let item = Item::success_of(Message::SHARING_REVOKED, record.id);
    Ok(Response::bytes(
        200,
        item.write_under(SHARE_ROOT, call.wording),
    ))
}
