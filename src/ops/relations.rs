//! Relations of records to others: pairs that linking modules hold, and lookups.
//!
//! A pair is a record of a linking module. There is none whose records are not both there: with
//! either of them it goes into the recycle bin, and it comes back when both are there again.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::children::pointing_to;
use super::input::Mode;
use super::write::{self, RecordPlace};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::related::{linked, pair};
use crate::schema::relation::{LedBy, Pairs, Relation};
use crate::schema::{Field, FieldNo, Module, Slot, Storage};
use crate::settings::families::contact_roles::CONTACT_ROLES;
use crate::store::{OrgState, Record, RecordAt, Tx};
use crate::value::Value;

/// The key of a contact's role in a deal. The linking module keeps its id.
pub const ROLE: &str = "Contact_Role";

/// The fields of a linking module beside its two lookups and those of the system.
pub fn own_fields<'m>(through: &'m Module, list: &Pairs) -> impl Iterator<Item = &'m Field> {
    let (own, other) = (list.own, list.other);
    through
        .fields
        .iter()
        .filter(move |field| field.slot == Slot::Stored && field.no != own && field.no != other)
}

/// Pairs two records, or changes what is kept of their pair. Whether they were not paired before.
///
/// # Errors
/// All errors of what is said of the pair; nothing is written then.
pub fn link(
    tx: &mut Tx,
    list: &Pairs,
    parent: RecordAt,
    other: Id,
    said: &Map<String, Json>,
    place: RecordPlace,
) -> Result<bool, Vec<ApiError>> {
    let schema = Arc::clone(&tx.state().schema);
    let through = schema.module_at(list.through);
    let mut json = Map::new();
    for field in own_fields(through, list) {
        if let Some(value) = said.get(field.api_name()) {
            let value = if field.api_name() == ROLE {
                role(tx.state(), value, place).map_err(|error| vec![error])?
            } else {
                value.clone()
            };
            json.insert(field.api_name().to_owned(), value);
        }
    }
    if let Some(pair) = pair(tx.state(), list, parent, other) {
        let pair = Arc::new(pair.clone());
        let place = RecordPlace {
            mode: Mode::Update,
            ..place
        };
        write::update(tx, through, &pair, &json, place)?;
        return Ok(false);
    }
    for (lookup, id) in [(list.own, parent.1), (list.other, other)] {
        let name = through.field_at(lookup).api_name();
        json.insert(name.to_owned(), json!({"id": id.json()}));
    }
    let place = RecordPlace {
        mode: Mode::Insert,
        ..place
    };
    write::insert(tx, through, &json, place)?;
    Ok(true)
}

/// The id of a role as the linking module keeps it: an object with its id or name, or one of both
/// alone.
///
/// # Errors
/// `INVALID_DATA` for a role that is not there.
pub fn role(state: &OrgState, said: &Json, place: RecordPlace) -> Result<Json, ApiError> {
    let part = |key: &str| said.get(key).filter(|value| !value.is_null());
    let (key, given) = match (part("id"), part("name")) {
        _ if said.is_null() => return Ok(Json::Null),
        (Some(id), _) => ("id", id),
        (None, Some(name)) => ("name", name),
        (None, None) => (ROLE, said),
    };
    let roles = CONTACT_ROLES.of(state);
    let found = match Id::from_json(given) {
        Some(id) => roles.get(id),
        None => given.as_str().and_then(|name| roles.named(None, name)),
    };
    found.map(|role| role.id.json()).ok_or_else(|| {
        let path = match key {
            ROLE => format!("{}.{ROLE}", place.path()),
            key => format!("{}.{ROLE}.{key}", place.path()),
        };
        ApiError::new(Code::UNKNOWN_SETTING).about(place.version, key, path)
    })
}

/// Takes the pair of two records out; false if there is none.
pub fn unlink(tx: &mut Tx, list: &Pairs, parent: RecordAt, other: Id) -> bool {
    let schema = Arc::clone(&tx.state().schema);
    let id = pair(tx.state(), list, parent, other).map(|pair| pair.id);
    id.is_some_and(|id| tx.take(schema.module_at(list.through), id).is_some())
}

/// Every pair that a record has: the linking module, and the pair's id.
#[must_use]
pub fn pairs_of(state: &OrgState, module: &Module, id: Id) -> Vec<(Arc<Module>, Id)> {
    let mut found = Vec::new();
    for through in state.schema.linking_modules(module) {
        for field in &through.fields {
            if field.kind == Storage::Lookup(Some(module.no)) {
                let target = Value::Lookup(module.no, id);
                let ids = pointing_to(state, through, field, &target);
                found.extend(ids.into_iter().map(|id| (Arc::clone(through), id)));
            }
        }
    }
    found
}

/// The modules whose records go with a record of a module, each with the lookup that leads to it:
/// those that cannot be without a parent.
#[must_use]
pub fn going_with(state: &OrgState, module: &Module) -> Vec<(Arc<Module>, FieldNo)> {
    let lists = module.related_lists.iter();
    let owned = lists.filter_map(|list| {
        let Relation::Children(children) = Relation::of(&state.schema, module, list) else {
            return None;
        };
        let related = state.schema.module_at(children.module);
        let field = owning_lookup(related)?;
        (children.by == LedBy::Lookup(field.no)).then(|| (Arc::clone(related), field.no))
    });
    owned.collect()
}

/// The lookup by which records of a module belong to a parent, without which they cannot be.
#[must_use]
pub fn owning_lookup(module: &Module) -> Option<&Field> {
    let field = module.field("Parent_Id")?;
    (field.kind == Storage::Lookup(None)).then_some(field)
}

/// Adds a row to a multi-select lookup that leads to a record, unless there is one.
///
/// # Errors
/// All errors of the change.
pub fn add_row(
    tx: &mut Tx,
    module: &Module,
    holder: &Arc<Record>,
    field: &Field,
    target: Id,
    place: RecordPlace,
) -> Result<bool, Vec<ApiError>> {
    if linked(holder.stored(field.no)).any(|(_, id)| id == target) {
        return Ok(false);
    }
    let row = json!([{ field.link_key(): {"id": target.json()} }]);
    change(tx, module, holder, field, row, place).map(|()| true)
}

/// Takes the row of a multi-select lookup out that leads to a record; false if there is none.
///
/// # Errors
/// All errors of the change.
pub fn remove_row(
    tx: &mut Tx,
    module: &Module,
    holder: &Arc<Record>,
    field: &Field,
    target: Id,
    place: RecordPlace,
) -> Result<bool, Vec<ApiError>> {
    let row = linked(holder.stored(field.no)).find(|(_, id)| *id == target);
    let Some(row) = row.map(|(row, _)| row.id) else {
        return Ok(false);
    };
    let row = json!([{"id": row.json(), "_delete": null}]);
    change(tx, module, holder, field, row, place).map(|()| true)
}

fn change(
    tx: &mut Tx,
    module: &Module,
    holder: &Arc<Record>,
    field: &Field,
    rows: Json,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    let mut json = Map::new();
    json.insert(field.api_name().to_owned(), rows);
    let place = RecordPlace {
        mode: Mode::Update,
        ..place
    };
    write::update(tx, module, holder, &json, place)
}
