//! What jobs do: a function for each kind of work.

mod convert;
mod owner;
mod tags;

use std::convert::Infallible;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::bulk::{self, Export};
use super::input::Mode;
use super::write::{RecordPlace, update};
use super::{merge, recycle_bin, scoring};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query};
use crate::query::territory::within;
use crate::query::view::{self, view_expr};
use crate::schema::{Module, Storage, View};
use crate::store::bulk::{BulkRead, Exported, Imported};
use crate::store::job::{Advance, JobResult, JobWork, MassAction, MassCounts};
use crate::store::timeline::TimelineSource;
use crate::store::{Job, OrgState, Record, Store, Tx};
use crate::version::ApiVersion;

/// The records that a job is about, as they are now: those of its view that meet its conditions.
///
/// # Errors
/// `INVALID_DATA` for conditions that cannot be read.
pub fn records(
    state: &OrgState,
    module: &Module,
    view: &View,
    request: &Map<String, Json>,
    now: i64,
) -> Result<Vec<Arc<Record>>, ApiError> {
    let mut all = vec![view_expr(view, module, state, now)];
    let conditions = match request.get("criteria") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => items.iter().collect(),
        Some(one) => vec![one],
    };
    for (n, condition) in conditions.into_iter().enumerate() {
        let path = format!("$.criteria[{n}]");
        let criteria = view::check(condition, module, state, now, &path)?;
        let mut narrowed = View::clone(view);
        narrowed.spec.criteria = Some(criteria);
        all.push(view_expr(&narrowed, module, state, now));
    }
    if let Some(territory) = request.get("territory") {
        let id = territory.get("id").and_then(Id::from_json);
        let children = territory.get("include_child") == Some(&Json::Bool(true));
        all.extend(id.map(|id| within(state, module, id, children)));
    }
    let expr = Expr::All(all);
    let query = Query {
        state,
        module,
        expr: &expr,
        converted: Converted::No,
        sort: None,
    };
    Ok(query.all().into_iter().cloned().collect())
}

/// Does what jobs are to have done by now, but for long ones. Costs nothing where there are none.
pub fn advance(tx: &mut Tx) {
    let due: Vec<Id> = tx.state().jobs.due(tx.now()).collect();
    for id in due {
        finish(tx, id);
    }
}

/// Does a job in the name of who ordered it, if it is not done yet and not a long one.
fn finish(tx: &mut Tx, id: Id) {
    let Some(job) = tx.state().jobs.get(id).map(|job| Job::clone(job)) else {
        return;
    };
    if job.result.is_some() {
        return;
    }
    let asking = tx.user();
    tx.act_as(job.user);
    let result = tx.by_way_of(source(&job.work), |tx| run(tx, &job.work));
    tx.act_as(asking);
    if let Some(result) = result {
        tx.put_job(Job {
            result: Some(result),
            ..job
        });
    }
}

/// Whether a long job that somebody else is at is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// It is left to them.
    None,
    /// It is done when this returns.
    UntilDone,
}

/// Does what jobs are to have done by `now` (seconds since 1970), outside of any transaction. Gives
/// the long jobs that it has done. Costs nothing where there are none.
pub fn catch_up(store: &Store, now: i64, patience: Patience) -> Vec<Arc<Job>> {
    let state = store.look();
    let mut due = state.jobs.due(now).peekable();
    if due.peek().is_none() {
        return Vec::new();
    }
    let is_long = |id: &Id| state.jobs.get(*id).is_some_and(|job| job.work.is_long());
    let (long, short): (Vec<Id>, Vec<Id>) = due.partition(is_long);
    drop(state);
    if !short.is_empty() {
        let done = store.write(now, |tx| {
            advance(tx);
            Ok::<(), Infallible>(())
        });
        let Ok(()) = done;
    }
    do_long(store, now, &long, patience)
}

/// Does a job now, if it is not done yet, outside of any transaction. Gives it if that has ended a
/// long one; `None` if there is none of that id.
pub fn finish_now(store: &Store, now: i64, id: Id) -> Option<Vec<Arc<Job>>> {
    let long = store.read().jobs.get(id)?.work.is_long();
    if long {
        return Some(do_long(store, now, &[id], Patience::UntilDone));
    }
    let done = store.write(now, |tx| {
        finish(tx, id);
        Ok::<(), Infallible>(())
    });
    let Ok(()) = done;
    Some(Vec::new())
}

/// Does long jobs, one at a time in an org.
fn do_long(store: &Store, now: i64, ids: &[Id], patience: Patience) -> Vec<Arc<Job>> {
    if ids.is_empty() {
        return Vec::new();
    }
    let turn = match patience {
        Patience::None => store.long_jobs().try_lock(),
        Patience::UntilDone => Some(store.long_jobs().lock()),
    };
    let Some(_turn) = turn else {
        return Vec::new();
    };
    let open = |id: Id| {
        let job = store.read().jobs.get(id).cloned();
        job.filter(|job| job.result.is_none())
    };
    let done = ids.iter().filter_map(|id| {
        let work = open(*id)?.work.clone();
        let _given_up = GivenUp {
            store,
            now,
            id: *id,
        };
        match &work {
            JobWork::BulkRead(read) => export(store, now, *id, read),
            JobWork::BulkWrite(..) => bulk::import(store, now, *id),
            // done within a transaction
            _ => {}
        }
        let job = store.read().jobs.get(*id).cloned();
        job.filter(|job| job.result.is_some())
    });
    done.collect()
}

/// Ends a long job that panics: it would be begun anew by every request.
struct GivenUp<'a> {
    store: &'a Store,
    now: i64,
    id: Id,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            end(self.store, self.now, self.id, |work| match work {
                JobWork::BulkWrite(..) => JobResult::BulkWrite(Imported {
                    failed: true,
                    report: None,
                }),
                _ => JobResult::BulkRead(None),
            });
        }
    }
}

/// Ends a long job, if it is still open.
fn end(store: &Store, now: i64, id: Id, result: impl FnOnce(&JobWork) -> JobResult) {
    let ended = store.write(now, |tx| {
        let job = tx.state().jobs.get(id).map(|job| Job::clone(job));
        if let Some(job) = job.filter(|job| job.result.is_none()) {
            tx.put_job(Job {
                result: Some(result(&job.work)),
                ..job
            });
        }
        Ok::<(), Infallible>(())
    });
    let Ok(()) = ended;
}

/// Does a bulk read: from one snapshot, and without a transaction but for its end.
fn export(store: &Store, now: i64, id: Id, read: &BulkRead) {
    let mut state = OrgState::clone(&store.read());
    if let Some(user) = state.jobs.get(id).map(|job| job.user) {
        state.set_current_user(user);
    }
    let exported = Export::new(&state, read, now).ok();
    let exported = exported.and_then(|export| export.run(id).ok());
    let exported = exported.and_then(|file| {
        Some(Exported {
            file: state.blobs.put(file.zip).ok()?,
            count: file.page.count,
            last: file.page.last,
            more: file.page.more,
        })
    });
    end(store, now, id, |_| JobResult::BulkRead(exported));
}

/// Counts that a job's status was asked for, which may be the time to do it.
pub fn poll(tx: &mut Tx, id: Id) {
    let Some(job) = tx.state().jobs.get(id).map(|job| Job::clone(job)) else {
        return;
    };
    if job.result.is_none() {
        tx.put_job(Job {
            polls: job.polls.saturating_add(1),
            ..job
        });
        advance(tx);
    }
}

/// Orders a job, which may be done at once. Gives its id.
pub fn order(tx: &mut Tx, work: JobWork, advance: Advance) -> Id {
    let id = tx.next_id();
    tx.put_job(Job {
        id,
        work,
        user: tx.user(),
        created: tx.now(),
        advance,
        polls: 0,
        result: None,
    });
    self::advance(tx);
    id
}

/// What a job comes to that is done within a transaction.
fn run(tx: &mut Tx, work: &JobWork) -> Option<JobResult> {
    Some(match work {
        JobWork::MassUpdate(action) => JobResult::Mass(mass_update(tx, action)),
        JobWork::MassDelete(action) => JobResult::Mass(mass_delete(tx, action)),
        JobWork::ScoringRules(work) => JobResult::Mass(scoring::run(tx, work)),
        JobWork::RecycleBin(work) => JobResult::Mass(recycle_bin::work(tx, work)),
        JobWork::MassChangeOwner(action) => JobResult::Mass(owner::change(tx, action)),
        JobWork::TagDeletion(deletion) => JobResult::Mass(tags::delete(tx, deletion)),
        JobWork::Merge(work) => JobResult::One(merge::finish(tx, work)),
        JobWork::ConvertLeads(work) => JobResult::Mass(convert::leads(tx, work)),
        JobWork::ConvertInventory(work) => JobResult::Mass(convert::inventory(tx, work)),
        JobWork::ConvertLead(work) => JobResult::One(convert::lead(tx, work)),
        JobWork::BulkRead(_) | JobWork::BulkWrite(..) => return None,
    })
}

/// How timelines tell of what a job does.
fn source(work: &JobWork) -> TimelineSource {
    match work {
        JobWork::MassUpdate(_) => TimelineSource::MassUpdate,
        JobWork::MassDelete(_) => TimelineSource::MassDelete,
        JobWork::MassChangeOwner(_) => TimelineSource::MassChangeOwner,
        JobWork::ConvertLeads(_) | JobWork::ConvertInventory(_) => TimelineSource::MassConvert,
        JobWork::ConvertLead(_) => TimelineSource::Convert,
        JobWork::BulkWrite(..) => TimelineSource::BulkApi,
        _ => TimelineSource::CrmApi,
    }
}

fn mass_update(tx: &mut Tx, action: &MassAction) -> MassCounts {
    let (module, found) = found(tx, action);
    let mut counts = MassCounts {
        total: found.len(),
        ..MassCounts::default()
    };
    for (index, record) in found.iter().enumerate() {
        match change(
            tx,
            &module,
            record,
            &action.request,
            index,
            ApiVersion::LATEST,
        ) {
            Ok(()) => counts.done += 1,
            Err(_) => counts.failed += 1,
        }
    }
    counts
}

fn mass_delete(tx: &mut Tx, action: &MassAction) -> MassCounts {
    let (module, found) = found(tx, action);
    let deleted = found.iter();
    let deleted = deleted
        .filter(|record| super::delete::delete_permitted(tx, &module, record.id) == Ok(true));
    let done = deleted.count();
    MassCounts {
        total: found.len(),
        done,
        unchanged: 0,
        failed: found.len() - done,
    }
}

/// The module of a mass action and the records that it is about when it is done. Its view may be
/// gone, or its conditions no longer make sense: nothing is found then.
fn found(tx: &Tx, action: &MassAction) -> (Arc<Module>, Vec<Arc<Record>>) {
    let state = tx.state();
    let module = Arc::clone(state.schema.module_at(action.module));
    let view = module.views.iter().find(|view| view.id == action.view);
    let found = view.map(|view| records(state, &module, view, &action.request, tx.now()));
    let found = found.and_then(Result::ok).unwrap_or_default();
    (module, found)
}

/// Changes a record as a mass update says. Values of a multi-select picklist are added to what the
/// record has, unless `over_write` is true (v7 page).
///
/// # Errors
/// Everything that is wrong with the changes.
pub fn change(
    tx: &mut Tx,
    module: &Module,
    record: &Arc<Record>,
    request: &Map<String, Json>,
    index: usize,
    version: ApiVersion,
) -> Result<(), Vec<ApiError>> {
    let mut values = values(request)
        .cloned()
        .ok_or_else(|| vec![ApiError::new(Code::MANDATORY_NOT_FOUND).with("api_name", "data")])?;
    if request.get("over_write") != Some(&Json::Bool(true)) {
        let lists = values.keys().filter_map(|name| module.field(name));
        let lists = lists.filter(|field| field.kind == Storage::MultiPicklist);
        let append: Map<String, Json> = lists
            .map(|field| (field.api_name().to_owned(), true.into()))
            .collect();
        values.insert("$append_values".to_owned(), append.into());
    }
    let place = RecordPlace {
        version,
        index,
        key: None,
        mode: Mode::Update,
    };
    update(tx, module, record, &values, place)
}

/// How many fields of a module a mass update takes at once (v7 page; Zoho's Swift SDK).
#[must_use]
pub fn most_fields(module: &Module) -> usize {
    if module.api_name() == "Deals" { 3 } else { 1 }
}

/// Whether mass updates change a field of a module: metadata says so, but lookups and layouts are
/// left out (v7 page). Pipelines came later, with the layout that they belong to.
#[must_use]
pub fn may_change(module: &Module, name: &str, version: ApiVersion) -> bool {
    if matches!(name, "Pipeline" | "Layout") {
        return version.mass_updates_pipelines() && module.field("Pipeline").is_some();
    }
    module.field(name).is_some_and(|field| {
        let lookup = matches!(field.kind, Storage::Lookup(_));
        field.flag('m') && field.writable() && !lookup
    })
}

/// The values that a mass update gives.
#[must_use]
pub fn values(request: &Map<String, Json>) -> Option<&Map<String, Json>> {
    let items = request.get("data")?.as_array()?;
    items.first()?.as_object()
}
