//! `/crm/{version}/{module}/{id}/actions/merge`: up to two records are merged into that of the path
//! (v6 and later).

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::common::of_path;
use super::external::{external_ids, path_record};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, Items, Param, ParamKind};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::held::{Hold, hold};
use crate::ops::permit::{Deed, may_see, permit};
use crate::ops::write::combine;
use crate::ops::{jobs as ops, merge};
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::job::{JobKind, JobResult, JobWork, KeptFiles, MergeWork, MergedChild};
use crate::store::{Job, OrgState, Record, Tx};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&MERGE, &STATUS];

const ROOT: &str = "merge";
/// Records that are merged into another one at once (v7 page).
const MOST_CHILDREN: usize = 2;

static BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Own);

/// `job_id`: one of the merges that were ordered.
const JOB_ID: Param = Param::new("job_id").of(ParamKind::Id);

pub(crate) static MERGE: Endpoint =
    Endpoint::post("records.merge", "/crm/{v}/{module}/{id}/actions/merge")
        .since(ApiVersion::V6)
        .scope("modules.{module}.WRITE")
        .body(&BODY)
        .costs(Credits::Of(50))
        .outcomes(&[201, 207, 400])
        .does("Merge up to two duplicates into a record", merge_records);

pub(crate) static STATUS: Endpoint = Endpoint::get(
    "records.merge_status",
    "/crm/{v}/{module}/{id}/actions/merge",
)
.since(ApiVersion::V6)
.scope("modules.{module}.READ")
.params(&[JOB_ID])
.outcomes(&[200, 204, 400])
.does("How far merges into a record are that were ordered", status);

/// What was done.
enum Done {
    /// The records are one.
    Merged(Id),
    /// They are to be by this job.
    Ordered(Id),
}

/// Why a merge was refused: the call as a whole, or its one item.
enum Refused {
    Call(ApiError),
    Item(Vec<ApiError>),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Item(vec![error])
    }
}

/// The module of the path and its record.
///
/// # Errors
/// `INVALID_MODULE` for a module whose records are not merged, `INVALID_DATA` for no record.
fn master(call: &Call<'_>, state: &OrgState) -> Result<(Arc<Module>, Arc<Record>), ApiError> {
    let module = call.module(state)?;
    if !merge::may_merge(module) {
        return Err(call.path_error(Code::INVALID_MODULE, 0));
    }
    let ids = external_ids(call, state, module)?;
    let record = path_record(call, state, module, &ids)?;
    let record = record.ok_or_else(|| call.path_error(Code::MASTER_UNKNOWN, 1))?;
    Ok((Arc::clone(module), record))
}

fn merge_records(call: &Call<'_>) -> Result<Response, ApiError> {
    let (module, master) = master(call, &call.read())?;
    let items = call.items()?;
    let batch = Batch::of_body(call, 201);
    if let Some(fault) = call.fault_of(ROOT, 0) {
        return Ok(batch.answer(&[fault.into()]));
    }
    let advance = call.org.jobs.of(JobKind::Merge);
    let done: Result<_, Refused> = call.attempt(|tx| {
        // read again within the transaction: another writer may have been faster
        let unknown = || Refused::Call(call.path_error(Code::MASTER_UNKNOWN, 1));
        let master = tx.state().table(&module).get(master.id).cloned();
        let master = master.ok_or_else(unknown)?;
        if let Some(code) = refusal(&module, &master) {
            let mut error = call.path_error(code, 1);
            if code == Code::MERGE_CLOSED_DEAL {
                error = error.with("api_name", "record");
            }
            return Err(Refused::Call(error));
        }
        let allowed = permit(tx, &module, &master, Deed::Assign);
        allowed.map_err(|error| Refused::Call(of_path(call, error)))?;
        let item = batch.object(&items[0], 0)?;
        let reader = MergeReader {
            tx,
            state: tx.state(),
            module: &module,
            master: &master,
            spot: batch.spot(0),
        };
        let work = reader
            .read(item)
            .map_err(|error| Refused::Item(vec![error]))?;
        if merge::is_long(tx.state(), &module, &work) {
            merge::mark(tx, &module, &work, true);
            return Ok(Done::Ordered(ops::order(tx, JobWork::Merge(work), advance)));
        }
        match merge::merge(tx, &module, &work).map_err(Refused::Item)? {
            true => Ok(Done::Merged(master.id)),
            false => Err(unknown()),
        }
    });
    match done {
        Ok(Done::Merged(id)) => Ok(batch.answer(&[Item::success_of(Message::MERGED, id)])),
        Ok(Done::Ordered(job)) => {
            let message = Message::MERGE_SCHEDULED.text(call.wording);
            let details = json!({"job_id": job.json()});
            Ok(Response::json(
                201,
                json!({"merge": [
                    {"code": "SCHEDULED", "details": details, "message": message, "status": "success"},
                ]}),
            ))
        }
        Err(Refused::Call(error)) => Err(error),
        Err(Refused::Item(errors)) => {
            let error = combine(errors, call.version, call.wording);
            Ok(batch.answer(&[error.into()]))
        }
    }
}

/// Why a record cannot take part in a merge.
fn refusal(module: &Module, record: &Record) -> Option<Code> {
    match hold(module, record) {
        Some(Hold::Merge) => Some(Code::MERGE_ORDERED),
        Some(Hold::Lock | Hold::Approval | Hold::Review) => Some(Code::MERGE_OF_HELD),
        // a lead that became a contact (assumed)
        None if record.converted => Some(Code::MERGE_OF_HELD),
        None if merge::is_closed(module, record) => Some(Code::MERGE_CLOSED_DEAL),
        None => None,
    }
}

/// Reads the item of a merge.
struct MergeReader<'a> {
    tx: &'a Tx,
    state: &'a OrgState,
    module: &'a Module,
    master: &'a Arc<Record>,
    spot: Spot,
}

/// A field that an item names, and where.
struct NamedField<'a> {
    field: &'a Field,
    path: String,
    /// What is said of its files.
    files: Option<&'a Json>,
}

impl MergeReader<'_> {
    fn wrong_type(&self, expected: &str, path: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, path)
    }

    fn read(&self, item: &Map<String, Json>) -> Result<MergeWork, ApiError> {
        let given = match item.get("data") {
            None | Some(Json::Null) => &[],
            Some(Json::Array(given)) => given.as_slice(),
            Some(_) => return Err(self.wrong_type("jsonarray", "data")),
        };
        if given.is_empty() {
            let error = ApiError::new(Code::MERGE_OF_NOTHING).with("minimum_length", 1);
            return Err(self.spot.about(error, "data"));
        }
        if given.len() > MOST_CHILDREN {
            let error = ApiError::new(Code::MERGE_TOO_MANY).with("maximum_length", MOST_CHILDREN);
            return Err(self.spot.about(error, "data"));
        }
        let mut records = vec![Arc::clone(self.master)];
        let mut children = Vec::with_capacity(given.len());
        for (n, child) in given.iter().enumerate() {
            let path = format!("data[{n}]");
            let child = child.as_object();
            let child = child.ok_or_else(|| self.wrong_type("jsonobject", &path))?;
            let record = self.child(child, &path, &records)?;
            records.push(record);
            children.push(child);
        }
        let of_master = self.named(item, "master_record_fields", "master_record_fields")?;
        let mut work = MergeWork {
            module: self.module.no,
            master: self.master.id,
            children: Vec::with_capacity(children.len()),
            files: Vec::new(),
        };
        let mut seen: Vec<&str> = Vec::new();
        self.files(&of_master, self.master, &mut seen, &mut work)?;
        for (n, child) in children.iter().enumerate() {
            let record = &records[n + 1];
            let named = self.named(child, "_fields", &format!("data[{n}]._fields"))?;
            self.check_deal(&named)?;
            self.files(&named, record, &mut seen, &mut work)?;
            work.children.push(MergedChild {
                id: record.id,
                fields: named.iter().map(|named| named.field.no).collect(),
            });
        }
        self.check_superior(&work, &records)?;
        self.check_files(&work, &records)?;
        Ok(work)
    }

    /// A record that is to be merged. `records` are those that the item has named before.
    fn child(
        &self,
        child: &Map<String, Json>,
        path: &str,
        records: &[Arc<Record>],
    ) -> Result<Arc<Record>, ApiError> {
        let about = |code: Code| self.spot.about(code, &format!("{path}.id"));
        let id = child.get("id").filter(|id| !id.is_null() && **id != "");
        let id = id.ok_or_else(|| about(Code::MERGE_ID_MISSING))?;
        let id = Id::from_json(id).ok_or_else(|| about(Code::UNKNOWN_ID))?;
        if records.iter().any(|record| record.id == id) {
            return Err(about(Code::MERGE_SAME_RECORD));
        }
        let record = self.state.table(self.module).get(id);
        let record = record.ok_or_else(|| about(Code::UNKNOWN_ID))?;
        let refused = |error: ApiError| self.spot.about(error, &format!("{path}.id"));
        may_see(self.state, self.module, record).map_err(refused)?;
        if let Some(code) = refusal(self.module, record) {
            return Err(about(code));
        }
        // the merged ones go for good
        permit(self.tx, self.module, record, Deed::Delete).map_err(refused)?;
        Ok(Arc::clone(record))
    }

    /// The fields that an array names.
    fn named<'j>(
        &'j self,
        object: &'j Map<String, Json>,
        key: &str,
        path: &str,
    ) -> Result<Vec<NamedField<'j>>, ApiError> {
        let given = match object.get(key) {
            None | Some(Json::Null) => return Ok(Vec::new()),
            Some(Json::Array(given)) => given,
            Some(_) => return Err(self.wrong_type("jsonarray", path)),
        };
        let missing = match key {
            "_fields" => Code::MERGE_FIELD_MISSING,
            _ => Code::MASTER_FIELD_MISSING,
        };
        let mut named = Vec::with_capacity(given.len());
        for (n, field) in given.iter().enumerate() {
            let path = format!("{path}[{n}]");
            let object = field.as_object();
            let object = object.ok_or_else(|| self.wrong_type("jsonobject", &path))?;
            let at = format!("{path}.api_name");
            let name = object
                .get("api_name")
                .filter(|name| !name.is_null() && **name != "");
            let name = name.ok_or_else(|| self.spot.about(missing, &at))?.as_str();
            let name = name.ok_or_else(|| self.wrong_type("string", &at))?;
            let field = self.module.field(name);
            let field = field.filter(|f| f.exists_in(self.spot.version));
            let of_deal = |name: &str| deal_refusal(self.module, name).is_some();
            let field = field.filter(|f| merge::may_choose(f) || of_deal(f.api_name()));
            named.push(NamedField {
                field: field.ok_or_else(|| self.spot.about(Code::INVALID_DATA, &at))?,
                path,
                files: object.get("_data"),
            });
        }
        Ok(named)
    }

    /// Refuses fields that follow from others.
    fn check_deal(&self, named: &[NamedField<'_>]) -> Result<(), ApiError> {
        let refused = named.iter().find_map(|named| {
            let code = deal_refusal(self.module, named.field.api_name())?;
            Some(self.spot.about(code, &format!("{}.api_name", named.path)))
        });
        refused.map_or(Ok(()), Err)
    }

    /// Takes down which files of a record stay. A field may be named once; but that of files for each
    /// record, since the merged one may have files of all.
    fn files<'j>(
        &self,
        named: &[NamedField<'j>],
        record: &Record,
        seen: &mut Vec<&'j str>,
        work: &mut MergeWork,
    ) -> Result<(), ApiError> {
        for NamedField { field, path, files } in named {
            if !merge::holds_files(field) {
                if seen.contains(&field.api_name()) {
                    let at = format!("{path}.api_name");
                    return Err(self.spot.about(Code::MERGE_SAME_FIELD, &at));
                }
                seen.push(field.api_name());
                continue;
            }
            let of_master = record.id == self.master.id;
            let given = match files {
                Some(Json::Array(given)) => given.as_slice(),
                Some(Json::Null) => &[],
                Some(_) => return Err(self.wrong_type("jsonarray", &format!("{path}._data"))),
                None => {
                    let code = match of_master {
                        true => Code::MERGE_MASTER_FILES,
                        false => Code::MERGE_CHILD_FILES,
                    };
                    let error = self.spot.about(code, &format!("{path}._data"));
                    let error = error.with("api_name", "id");
                    let dependee = self.spot.place(&format!("{path}.api_name"));
                    return Err(error.with("dependee", dependee));
                }
            };
            let mut ids: Vec<LeanString> = Vec::with_capacity(given.len());
            for (n, file) in given.iter().enumerate() {
                let at = format!("{path}._data[{n}].id");
                let id = file.get("id").filter(|id| !id.is_null());
                let id = id.ok_or_else(|| self.spot.about(Code::MANDATORY_NOT_FOUND, &at))?;
                let known = merge::files(record, field)
                    .find_map(|(known, _)| known.filter(|known| id.as_str() == Some(known)));
                ids.push(
                    known
                        .ok_or_else(|| self.spot.about(Code::UNKNOWN_ID, &at))?
                        .into(),
                );
            }
            work.files.push(KeptFiles {
                record: record.id,
                field: field.no,
                files: ids,
            });
        }
        Ok(())
    }

    /// A contact's superior belongs to the account of the same record.
    fn check_superior(&self, work: &MergeWork, records: &[Arc<Record>]) -> Result<(), ApiError> {
        let (Some(superior), Some(account)) = (
            self.module.field("Reporting_To"),
            self.module.field("Account_Name"),
        ) else {
            return Ok(());
        };
        let source = |field: &Field| {
            let mut children = work.children.iter();
            children
                .position(|child| child.fields.contains(&field.no))
                .map_or(0, |n| n + 1)
        };
        let account_no = account.no;
        let (from, account) = (source(superior), source(account));
        let has_one = records[from].stored(superior.no).is_some();
        if from == account || !has_one {
            return Ok(());
        }
        // the field that a record gives without the other one
        let (child, no) = match from {
            0 => (account - 1, account_no),
            from => (from - 1, superior.no),
        };
        let fields = work.children[child].fields.iter();
        let at = fields.take_while(|field| **field != no).count();
        let path = format!("data[{child}]._fields[{at}].api_name");
        Err(self.spot.about(Code::MERGE_REPORTING_TO, &path))
    }

    /// Files of all records fit into their field.
    fn check_files(&self, work: &MergeWork, records: &[Arc<Record>]) -> Result<(), ApiError> {
        for field in self
            .module
            .fields
            .iter()
            .filter(|field| merge::holds_files(field))
        {
            let kept = |record: &Arc<Record>| {
                let mut named = work.files.iter();
                named.find(|kept| kept.record == record.id && kept.field == field.no)
            };
            let own = kept(self.master).map_or_else(
                || merge::files(self.master, field).count(),
                |kept| kept.files.len(),
            );
            let others = records.iter().skip(1).filter_map(kept);
            let all: usize = own + others.map(|kept| kept.files.len()).sum::<usize>();
            let named = work.files.iter().any(|kept| kept.field == field.no);
            let most = field.length().unwrap_or(u32::MAX);
            if named && all > most as usize {
                let error = ApiError::new(Code::MERGE_TOO_MANY_FILES).with("maximum_length", most);
                let path = format!("{}.{}", self.spot, field.api_name());
                return Err(error.about(self.spot.version, field.api_name(), path));
            }
        }
        Ok(())
    }
}

/// Why the value of a deal's field cannot be chosen (v7 page).
fn deal_refusal(module: &Module, field: &str) -> Option<Code> {
    match field {
        _ if module.api_name() != "Deals" => None,
        "Closing_Date" => Some(Code::MERGE_CLOSING_DATE),
        "Stage" => Some(Code::MERGE_STAGE),
        "Probability" | "Expected_Revenue" => Some(Code::MERGE_PROBABILITY),
        _ => None,
    }
}

/// `GET`: one of the merges that were ordered for the record, or all of them.
fn status(call: &Call<'_>) -> Result<Response, ApiError> {
    let (module, master) = master(call, &call.read())?;
    let named = call.get(JOB_ID).map(|id| Id::parse(id).ok());
    let jobs = call.write(|tx| {
        let mut jobs = merge::jobs_of(tx.state(), &module, master.id);
        if let Some(named) = named {
            jobs.retain(|id| Some(*id) == named);
        }
        for id in &jobs {
            ops::poll(tx, *id);
        }
        Ok(jobs)
    })?;
    let state = call.read();
    let found = jobs.iter().filter_map(|id| state.jobs.get(*id));
    let shown: Vec<Json> = found
        .map(|job| json!({"job_id": job.id.json(), "status": word(job)}))
        .collect();
    if shown.is_empty() {
        return Ok(Response::no_content());
    }
    Ok(Response::json(200, json!({"merge": shown})))
}

/// How far a merge is, in the words of the v7 page.
fn word(job: &Job) -> &'static str {
    match job.result {
        Some(JobResult::One(false)) => "FAILURE",
        _ => job.status().as_str(),
    }
}
