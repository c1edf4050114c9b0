//! What jobs do: a function for each kind of work.

mod convert;
mod owner;
mod tags;

use std::sync::Arc;

use serde_json::{Map, Value as Json};

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
use crate::store::job::{Advance, JobResult, JobWork, MassAction, MassCounts};
use crate::store::timeline::TimelineSource;
use crate::store::{Job, OrgState, Record, Tx};
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

/// Does what jobs are to have done by now. Costs nothing where there are none.
pub fn advance(tx: &mut Tx) {
    let due: Vec<Id> = tx.state().jobs.due(tx.now()).collect();
    for id in due {
        finish(tx, id);
    }
}

/// Does a job in the name of who ordered it, if it is not done yet. False if there is none of that id.
pub fn finish(tx: &mut Tx, id: Id) -> bool {
    let Some(job) = tx.state().jobs.get(id).map(|job| Job::clone(job)) else {
        return false;
    };
    if job.result.is_none() {
        let asking = tx.user();
        tx.act_as(job.user);
        let result = run(tx, &job.work);
        tx.act_as(asking);
        tx.put_job(Job {
            result: Some(result),
            ..job
        });
    }
    true
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

fn run(tx: &mut Tx, work: &JobWork) -> JobResult {
    match work {
        JobWork::MassUpdate(action) => {
            JobResult::Mass(tx.by_way_of(TimelineSource::MassUpdate, |tx| mass_update(tx, action)))
        }
        JobWork::MassDelete(action) => {
            JobResult::Mass(tx.by_way_of(TimelineSource::MassDelete, |tx| mass_delete(tx, action)))
        }
        JobWork::ScoringRules(work) => JobResult::Mass(scoring::run(tx, work)),
        JobWork::RecycleBin(work) => JobResult::Mass(recycle_bin::work(tx, work)),
        JobWork::MassChangeOwner(action) => JobResult::Mass(owner::change(tx, action)),
        JobWork::TagDeletion(deletion) => JobResult::Mass(tags::delete(tx, deletion)),
        JobWork::Merge(work) => JobResult::One(merge::finish(tx, work)),
        JobWork::ConvertLeads(work) => JobResult::Mass(convert::leads(tx, work)),
        JobWork::ConvertInventory(work) => JobResult::Mass(convert::inventory(tx, work)),
        JobWork::ConvertLead(work) => JobResult::One(convert::lead(tx, work)),
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
