//! `/crm/{version}/{module}/{id}/Locking_Information__s[/{lock_id}]`: the lock of a record.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common::{ROOT, id_list};
use super::write_data;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param};
use crate::api::paging::{Page, PageInfo};
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::locking::{LockCause, has_locks, is_automatic, lock, lock_of, unlock};
use crate::ops::permit::may_see;
use crate::ops::write::success;
use crate::render::Detail;
use crate::response::Response;
use crate::schema::Module;
use crate::settings::access::{AccessLevel, commands, level};
use crate::settings::locking::{LOCKS, configuration, is_locked};
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &LOCK, &GET, &UPDATE, &UNLOCK];

/// The key of the reason for a lock, and its length.
const REASON: &str = "Locked_Reason__s";
const REASON_LENGTH: usize = 3000;

/// What a lock shows unless asked otherwise, those of the examples of v8.
const SHOWN: &str = "Locked_By__s,$field_states,Record_Locking_Rule_Id__s,Locked_For__s,\
    Locked_Reason__s,Record_Locking_Configuration_Id__s,$editable,id,$sharing_permission,\
    Lock_Source__s,Locked_Time__s,Feature_Type__s,$zia_visions";

/// `fields` of the lock, not of the module in the path.
const FIELDS: Param = Param::new(param::FIELDS.name);

static BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Own);

// the pages of v3 have these calls, the SDKs those of v5 and later
pub(crate) static LIST: Endpoint = Endpoint::get(
    "records.locks",
    "/crm/{v}/{module}/{id}/Locking_Information__s",
)
.since(ApiVersion::V3)
.scope("modules.{module}.READ")
.params(&[
    FIELDS.required(),
    param::PAGE,
    param::PER_PAGE,
    param::PAGE_TOKEN,
    param::IDS,
])
.outcomes(&[200, 204, 400])
.does("The lock of a record, as a list", list);

pub(crate) static LOCK: Endpoint = Endpoint::post(
    "records.lock",
    "/crm/{v}/{module}/{id}/Locking_Information__s",
)
.since(ApiVersion::V3)
.scope("modules.{module}.CREATE")
.body(&BODY)
.outcomes(&[201, 400])
.does("Lock a record", lock_record);

pub(crate) static GET: Endpoint = Endpoint::get(
    "records.lock_info",
    "/crm/{v}/{module}/{id}/Locking_Information__s/{lock_id}",
)
.since(ApiVersion::V3)
.scope("modules.{module}.READ")
.params(&[FIELDS])
.outcomes(&[200, 400])
.does("The lock of a record", get);

pub(crate) static UPDATE: Endpoint = Endpoint::put(
    "records.update_lock",
    "/crm/{v}/{module}/{id}/Locking_Information__s/{lock_id}",
)
.since(ApiVersion::V3)
.scope("modules.{module}.UPDATE")
.body(&BODY)
.outcomes(&[200, 400])
.does("Change the reason of a lock", update);

pub(crate) static UNLOCK: Endpoint = Endpoint::delete(
    "records.unlock",
    "/crm/{v}/{module}/{id}/Locking_Information__s/{lock_id}",
)
.since(ApiVersion::V3)
.scope("modules.{module}.DELETE")
.outcomes(&[200, 400])
.does("Unlock a record", unlock_record);

/// What the path leads to.
struct Lockable {
    module: Arc<Module>,
    record: Arc<Record>,
    /// The module of locks.
    locks: Arc<Module>,
}

impl Lockable {
    /// The record of the path, if its module has locks and is configured to have some.
    ///
    /// # Errors
    /// For a module without locks, a record that is not there, and a module without configuration
    /// (newest description of v8).
    fn of(call: &Call<'_>, state: &OrgState) -> Result<Self, ApiError> {
        let module = call.module(state)?;
        let locks = state.schema.module(LOCKS).filter(|_| has_locks(module));
        let locks = locks.ok_or(Code::NO_LOCKS_IN_MODULE)?;
        let id = Id::parse(call.path("id")).ok();
        let record = id.and_then(|id| state.table(module).get(id));
        let record = record.ok_or_else(|| call.path_error(Code::PARENT_ID_INVALID, 1))?;
        may_see(state, module, record)?;
        if configuration(state, module.no).is_none() && !is_locked(module, record) {
            return Err(call.path_error(Code::LOCKING_NOT_CONFIGURED, 2));
        }
        Ok(Self {
            module: Arc::clone(module),
            record: Arc::clone(record),
            locks: Arc::clone(locks),
        })
    }

    /// Its lock, if it is that of the path.
    ///
    /// # Errors
    /// `INVALID_DATA` for the id of another one.
    fn lock(&self, call: &Call<'_>, state: &OrgState) -> Result<Arc<Record>, ApiError> {
        let named = Id::parse(call.path("lock_id")).ok();
        let lock = lock_of(state, &self.module, self.record.id);
        let lock = lock.filter(|lock| named == Some(lock.id));
        lock.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 3))
    }

    /// Refuses a change of a lock that a rule has made, and of one that the caller may not touch.
    fn check_change(
        &self,
        call: &Call<'_>,
        state: &OrgState,
        lock: &Record,
    ) -> Result<(), ApiError> {
        if is_automatic(&self.locks, lock) {
            return Err(call.path_error(Code::AUTOMATIC_LOCK, 1));
        }
        let by = self
            .locks
            .field("Locked_By__s")
            .and_then(|field| lock.stored(field.no));
        let by = match by {
            Some(Value::User(id)) => *id,
            _ => lock.created_by,
        };
        // profiles decide it at Zoho; here the one who has locked it, and those above (assumed)
        if state
            .current()
            .is_some_and(|user| commands(state, user, by))
        {
            Ok(())
        } else {
            Err(call.path_error(Code::MAY_NOT_UNLOCK, 1))
        }
    }
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let found = Lockable::of(call, &state)?;
    let Some(fields) = super::fields(call)? else {
        return Err(ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", "fields"));
    };
    let page = Page::plain(call)?;
    let lock = lock_of(&state, &found.module, found.record.id);
    let wanted = call
        .get(param::IDS)
        .map(|ids| id_list(ids).collect::<Vec<_>>());
    let lock = lock.filter(|lock| {
        let named = |ids: &Vec<(&str, Option<Id>)>| ids.iter().any(|(_, id)| *id == Some(lock.id));
        page.skip == 0 && wanted.as_ref().is_none_or(named)
    });
    let Some(lock) = lock else {
        return Ok(Response::no_content());
    };
    let shown = PageInfo {
        page: &page,
        count: 1,
        more: false,
        last: None,
        sort_by: "id",
        sort_order: "desc",
    };
    let fields = Some(fields);
    let mut body = write_data(call, &state, &found.locks, Detail::Item, fields, &[&lock]);
    body.extend_from_slice(b",\"info\":");
    crate::value::order::write_sorted(&mut body, &Json::Object(shown.plain()));
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let found = Lockable::of(call, &state)?;
    let lock = found.lock(call, &state)?;
    let fields = Some(super::fields(call)?.unwrap_or(SHOWN));
    let mut body = write_data(call, &state, &found.locks, Detail::Single, fields, &[&lock]);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// The reason that an item gives.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without one, `INVALID_DATA` for what is no text or too long.
fn reason(item: &Map<String, Json>, spot: Spot) -> Result<&str, ApiError> {
    let about = |code: Code, detail: Option<(&str, Json)>| {
        let error = ApiError::new(code);
        let error = match detail {
            Some((key, value)) => error.with(key, value),
            None => error,
        };
        spot.about(error, REASON)
    };
    let given = item
        .get(REASON)
        .filter(|reason| !reason.is_null() && **reason != "");
    let given = given.ok_or_else(|| about(Code::MANDATORY_NOT_FOUND, None))?;
    let reason = given.as_str().ok_or_else(|| {
        about(
            Code::INVALID_DATA,
            Some(("expected_data_type", "string".into())),
        )
    })?;
    if reason.chars().count() > REASON_LENGTH {
        return Err(about(
            Code::INVALID_DATA,
            Some(("maximum_length", REASON_LENGTH.into())),
        ));
    }
    Ok(reason)
}

fn lock_record(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let Lockable {
        module,
        record,
        locks,
    } = Lockable::of(call, &state)?;
    check_lock(call, &state, &module, &record)?;
    let batch = Batch::of_body(call, 201);
    let mut taken = false;
    let items = batch.write(|tx, item, index| {
        let reason = reason(item, batch.spot(index)).map_err(|error| vec![error])?;
        // read again within the transaction: another writer may have been faster
        let now = tx.state().table(&module).get(record.id);
        if now.is_none_or(|record| is_locked(&module, record)) {
            taken = true;
            return Err(vec![Code::ALREADY_LOCKED.into()]);
        }
        let configured = configuration(tx.state(), module.no).map(|setting| setting.id);
        let made = lock(
            tx,
            &module,
            record.id,
            configured,
            LockCause::Manual(reason),
        );
        let id = made.ok_or_else(|| vec![Code::NO_LOCKS_IN_MODULE.into()])?;
        Ok(success(tx, &locks, id, Message::RECORD_ADDED, false))
    })?;
    if taken {
        return Err(call.path_error(Code::ALREADY_LOCKED, 1));
    }
    Ok(batch.answer(&items))
}

/// Whether a record can be locked by hand.
///
/// # Errors
/// `NO_PERMISSION` for one that the caller may not change, `NOT_ALLOWED` for one that is locked, and
/// where rules alone lock.
fn check_lock(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    record: &Record,
) -> Result<(), ApiError> {
    if level(state, module, record) < AccessLevel::ReadWrite {
        return Err(Code::NO_PERMISSION.into());
    }
    if is_locked(module, record) {
        return Err(call.path_error(Code::ALREADY_LOCKED, 1));
    }
    let setting = configuration(state, module.no);
    if setting.is_some_and(|setting| setting.text("lock_type") == Some("automatic")) {
        return Err(call.path_error(Code::ONLY_AUTOMATIC_LOCKING, 1));
    }
    Ok(())
}

/// Changes the lock of the path within a transaction, if it is still there and the caller may.
fn change(call: &Call<'_>, tx: &Tx, found: &Lockable) -> Result<Arc<Record>, ApiError> {
    let lock = found.lock(call, tx.state())?;
    found.check_change(call, tx.state(), &lock)?;
    Ok(lock)
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let found = Lockable::of(call, &state)?;
    let lock = found.lock(call, &state)?;
    found.check_change(call, &state, &lock)?;
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, item, index| {
        let reason = reason(item, batch.spot(index)).map_err(|error| vec![error])?;
        let lock = change(call, tx, &found).map_err(|error| vec![error])?;
        if let Some(field) = found.locks.field(REASON) {
            let mut changed = lock.with_values(vec![(field.no, Value::Text(reason.into()))]);
            changed.modified_by = tx.user();
            changed.modified_time = tx.now();
            tx.put(&found.locks, changed);
        }
        Ok(Item::success_of(Message::LOCK_UPDATED, lock.id))
    })?;
    Ok(batch.answer(&items))
}

fn unlock_record(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let found = Lockable::of(call, &state)?;
    let id = call.write(|tx| {
        let lock = change(call, tx, &found)?;
        unlock(tx, &found.module, found.record.id);
        Ok(lock.id)
    })?;
    let item = Item::success_of(Message::LOCK_REMOVED, id);
    Ok(Batch::new(call, ROOT, 200).answer(&[item]))
}
