//! Merging duplicates: up to two records become part of a third one, the master.
//!
//! The master gets the values that were chosen, the tags of all, and everything that is related to
//! the others, which are gone for good (Zoho's help on merging: they do not go into the recycle bin).

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;

use super::held::IN_MERGE;
use super::input::{Draft, Mode};
use super::repoint::{longest_list, repoint};
use super::write::{RecordPlace, update_typed};
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::dollar::dollar_no;
use crate::schema::{DataType, Field, Module, Slot, Storage};
use crate::settings::access;
use crate::store::job::{JobWork, MergeWork};
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

/// A merge is done later if a related list of a record that goes is longer (v7 page).
pub(super) const MOST_AT_ONCE: usize = 1000;

/// The keys under which an item of a field of files may have its id.
const FILE_IDS: [&str; 4] = ["id", "attachment_Id", "Attachment_Id", "file_id"];

/// Modules whose records can be merged: these, and custom ones (v7 page).
const MERGEABLE: [&str; 5] = ["Leads", "Contacts", "Accounts", "Deals", "Vendors"];

/// Whether records of a module can be merged.
#[must_use]
pub fn may_merge(module: &Module) -> bool {
    MERGEABLE.contains(&module.api_name()) || module.generated_type() == "custom"
}

/// Whether a merge is to be done later.
#[must_use]
pub fn is_long(state: &OrgState, module: &Module, work: &MergeWork) -> bool {
    let mut children = work.children.iter();
    children.any(|child| longest_list(state, module, child.id) > MOST_AT_ONCE)
}

/// Whether a field holds files, of which a merge chooses some.
#[must_use]
pub fn holds_files(field: &Field) -> bool {
    matches!(
        field.spec.data_type,
        DataType::FileUpload | DataType::ImageUpload
    )
}

/// Whether a merge may take the value of a field from another record: not what the service works
/// out, nor tags, of which the master gets all.
#[must_use]
pub fn may_choose(field: &Field) -> bool {
    matches!(field.slot, Slot::Owner | Slot::Stored)
        && field.writable()
        && field.kind != Storage::Tags
}

/// Whether a deal is closed. Those are not merged.
#[must_use]
pub fn is_closed(module: &Module, record: &Record) -> bool {
    let Some(field) = module
        .field("Stage")
        .filter(|_| module.api_name() == "Deals")
    else {
        return false;
    };
    let stage = record.get(field, module);
    let listed = stage.as_text().and_then(|text| field.value_named(text));
    let kind = listed.and_then(|stage| stage.forecast_type.as_deref());
    kind.is_some_and(|kind| kind != "Open")
}

/// The items of a field of files, each with its id.
pub fn files<'r>(
    record: &'r Record,
    field: &Field,
) -> impl Iterator<Item = (Option<&'r str>, &'r Json)> {
    let items = match record.stored(field.no) {
        Some(Value::Json(items)) => items.as_array(),
        _ => None,
    };
    items.into_iter().flatten().map(|item| {
        let id = FILE_IDS.iter().find_map(|key| item.get(key)?.as_str());
        (id, item)
    })
}

/// The merges that were ordered for a master and are not done, or are.
pub fn jobs_of(state: &OrgState, module: &Module, master: Id) -> Vec<Id> {
    let jobs = state.jobs.iter().filter(|job| match &job.work {
        JobWork::Merge(work) => work.module == module.no && work.master == master,
        _ => false,
    });
    jobs.map(|job| job.id).collect()
}

/// Marks the records of a merge that is to be done later, or takes the marks away.
pub fn mark(tx: &mut Tx, module: &Module, work: &MergeWork, waits: bool) {
    let Some(no) = dollar_no(module, IN_MERGE) else {
        return;
    };
    let value = match waits {
        true => Value::Json(Arc::new(Json::Bool(true))),
        false => Value::Null,
    };
    let children = work.children.iter().map(|child| child.id);
    for id in children.chain([work.master]) {
        if let Some(record) = tx.state().table(module).get(id).cloned() {
            tx.put(module, record.with_values(vec![(no, value.clone())]));
        }
    }
}

/// Does a merge that was ordered earlier. False if it cannot be done any more, which leaves
/// everything as it is.
pub(super) fn finish(tx: &mut Tx, work: &MergeWork) -> bool {
    let module = Arc::clone(tx.state().schema.module_at(work.module));
    mark(tx, &module, work, false);
    let mut trial = Tx::new(OrgState::clone(tx.state()), tx.now());
    matches!(merge(&mut trial, &module, work), Ok(true))
        && matches!(merge(tx, &module, work), Ok(true))
}

/// Does a merge. False if one of its records is not there, which leaves everything as it is. On
/// failure the transaction must be dropped, since something may have been written.
///
/// # Errors
/// Those of the merged record: a value that a third record has in a unique field, or a number that
/// was worked out and does not fit.
pub fn merge(tx: &mut Tx, module: &Module, work: &MergeWork) -> Result<bool, Vec<ApiError>> {
    let table = tx.state().table(module);
    let Some(master) = table.get(work.master).cloned() else {
        return Ok(false);
    };
    let children = work.children.iter().map(|child| table.get(child.id));
    let Some(children) = children.map(Option::<&Arc<Record>>::cloned).collect() else {
        return Ok(false);
    };
    let children: Vec<Arc<Record>> = children;
    let draft = chosen(module, work, &master, &children);
    for child in &children {
        // gone for good, as lists of deleted records tell (assumed)
        tx.delete(module, child.id);
        tx.erase(module, child.id);
        access::forget(tx, module.no, child.id);
        repoint(tx, module, child.id, master.id);
    }
    // what pointed from the master to one of the others is gone
    let master = tx.state().table(module).get(master.id).cloned();
    let Some(master) = master else {
        return Ok(false);
    };
    let place = RecordPlace {
        version: ApiVersion::LATEST,
        index: 0,
        key: None,
        mode: Mode::Update,
    };
    update_typed(tx, module, &master, draft, place, &[])?;
    Ok(true)
}

/// What the master gets of the other records.
fn chosen(module: &Module, work: &MergeWork, master: &Record, children: &[Arc<Record>]) -> Draft {
    let mut draft = Draft::default();
    for (child, named) in children.iter().zip(&work.children) {
        for field in named.fields.iter().filter_map(|no| module.living(*no)) {
            match field.slot {
                Slot::Owner => draft.owner = Some(child.owner),
                _ if holds_files(field) => {}
                _ => draft.set(field.no, not_itself(module, work, child.get(field, module))),
            }
            // the stage goes with its pipeline (v7 page)
            if let (true, Some(stage)) = (field.api_name() == "Pipeline", module.field("Stage")) {
                draft.set(stage.no, child.get(stage, module));
            }
        }
    }
    tags(module, master, children, &mut draft);
    for field in module.fields.iter().filter(|field| holds_files(field)) {
        if let Some(files) = kept_files(field, work, master, children) {
            draft.set(field.no, files);
        }
    }
    draft
}

/// A value that does not point to a record of the merge.
fn not_itself(module: &Module, work: &MergeWork, value: Value) -> Value {
    let among = |id: &Id| *id == work.master || work.children.iter().any(|child| child.id == *id);
    match value {
        Value::Lookup(no, id) if no == module.no && among(&id) => Value::Null,
        other => other,
    }
}

/// The tags of all, each once.
fn tags(module: &Module, master: &Record, children: &[Arc<Record>], draft: &mut Draft) {
    let Some(field) = module.fields.iter().find(|f| f.kind == Storage::Tags) else {
        return;
    };
    let mut all: Vec<LeanString> = Vec::new();
    let records = children.iter().map(AsRef::as_ref);
    for record in [master].into_iter().chain(records) {
        if let Some(Value::List(tags)) = record.stored(field.no) {
            for tag in tags.iter() {
                if !all.contains(tag) {
                    all.push(tag.clone());
                }
            }
        }
    }
    if !all.is_empty() {
        draft.set(field.no, Value::List(all.into()));
    }
}

/// The files that a field has after the merge; `None` if it keeps what the master has.
fn kept_files(
    field: &Field,
    work: &MergeWork,
    master: &Record,
    children: &[Arc<Record>],
) -> Option<Value> {
    let of = |record: &Record| {
        let mut kept = work.files.iter();
        kept.find(|kept| kept.record == record.id && kept.field == field.no)
    };
    let mut named = work.files.iter();
    if !named.any(|kept| kept.field == field.no) {
        return None;
    }
    let mut items: Vec<Json> = Vec::new();
    let own = of(master);
    let own = files(master, field).filter(|(id, _)| {
        // a field of the master that is not named keeps all of them (v7 page)
        own.is_none_or(|kept| kept.files.iter().any(|file| Some(file.as_str()) == *id))
    });
    items.extend(own.map(|(_, item)| item.clone()));
    for child in children {
        let Some(kept) = of(child) else { continue };
        let chosen = files(child, field)
            .filter(|(id, _)| kept.files.iter().any(|file| Some(file.as_str()) == *id));
        items.extend(chosen.map(|(_, item)| item.clone()));
    }
    Some(match items.is_empty() {
        true => Value::Null,
        false => Value::Json(Arc::new(Json::Array(items))),
    })
}
