//! What holds of an org whatever was done in it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::store::{OrgState, Record};
use zoho_crm_mock::value::Value;
use zoho_crm_mock::world::World;

use super::{CHILDREN, MODULES, PAIRS, live};
use crate::support::send;

/// The ids that a related list shows.
pub(super) fn related(world: &World, module: &str, id: Id, list: &str) -> BTreeSet<Id> {
    let target = format!("/crm/v8/{module}/{id}/{list}?fields=id&per_page=200");
    let (status, body) = send(world, "GET", &target, None);
    assert!(matches!(status, 200 | 204), "{target}: {body}");
    let items = body["data"].as_array().into_iter().flatten();
    items
        .map(|item| Id::from_json(&item["id"]).expect("an id"))
        .collect()
}

pub(super) fn assert_counted(world: &World, module: &str, id: Id, list: &str, expected: usize) {
    let target = format!("/crm/v8/{module}/{id}/actions/get_related_records_count");
    let asked = json!({"get_related_records_count": [{"related_list": {"api_name": list}}]});
    let (status, body) = send(world, "POST", &target, Some(&asked));
    assert_eq!(status, 200, "{target}: {body}");
    let counted = &body["get_related_records_count"][0]["count"];
    assert_eq!(counted, expected, "{module} {id} {list}");
}

/// Both sides of all relations agree, and with their counts; what is related is there.
pub(super) fn assert_related(world: &World) {
    let state = world.default_org().read();
    for [near, list, far, back] in PAIRS {
        let mut seen = BTreeSet::new();
        for id in live(&state, near) {
            let others = related(world, near, id, list);
            assert_counted(world, near, id, list, others.len());
            seen.extend(others.into_iter().map(|other| (id, other)));
        }
        let mut mirrored = BTreeSet::new();
        for other in live(&state, far) {
            let these = related(world, far, other, back);
            mirrored.extend(these.into_iter().map(|id| (id, other)));
        }
        assert_eq!(seen, mirrored, "{near} {list} {far} {back}");
    }
    for [module, list, child, lookup] in CHILDREN {
        let children = state.schema.module(child).expect("a module");
        let field = children.field(lookup).expect("a lookup");
        let parent = state.schema.module(module).expect("a module").no;
        for id in live(&state, module) {
            let shown = related(world, module, id, list);
            let held = state.table(children).rows().iter();
            let held = held.filter(|(_, r)| r.stored(field.no) == Some(&Value::Lookup(parent, id)));
            let held: BTreeSet<Id> = held.map(|(id, _)| *id).collect();
            assert_eq!(shown, held, "{module} {id} {list}");
            assert_counted(world, module, id, list, held.len());
        }
    }
}

/// The bytes that a record holds, by their digests.
pub(super) fn held(record: &Record, into: &mut BTreeMap<String, u64>) {
    for (_, value) in record.values() {
        if let Value::Files(files) = value {
            let blobs = files.iter().filter_map(|file| file.file.blob.as_ref());
            into.extend(blobs.map(|blob| (blob.id().to_string(), blob.size())));
        }
    }
}

/// The file store holds what is referenced, and nothing else.
pub(super) fn assert_files(state: &OrgState) {
    let mut all = BTreeMap::new();
    for module in state.schema.modules() {
        let table = state.table(module);
        table
            .rows()
            .iter()
            .for_each(|(_, record)| held(record, &mut all));
        let deleted = table.deleted().iter();
        deleted.for_each(|(_, entry)| held(&entry.record, &mut all));
    }
    let sum: u64 = all.values().sum();
    assert_eq!(state.blobs.used(), sum, "{all:?}");
}

/// Every record that there ever was is live, or the recycle bin tells of it.
pub(super) fn assert_nothing_is_lost(state: &OrgState, made: &mut BTreeSet<(String, Id)>) {
    for module in MODULES.iter().chain(&["Notes", "Attachments", "Tasks"]) {
        let schema = state.schema.module(module).expect("a module");
        let table = state.table(schema);
        let live: BTreeSet<Id> = table.rows().iter().map(|(id, _)| *id).collect();
        let gone: BTreeSet<Id> = table.deleted().iter().map(|(_, e)| e.record.id).collect();
        assert!(live.is_disjoint(&gone), "{module}");
        for (_, id) in made.iter().filter(|(of, _)| of == module) {
            assert!(
                live.contains(id) || gone.contains(id),
                "{module} {id} is lost"
            );
        }
        made.extend(live.into_iter().map(|id| ((*module).to_owned(), id)));
    }
}
