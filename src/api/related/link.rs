//! Relating records to a record, and taking them out of a related list.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::place::Place;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::param;
use crate::api::records::{ROOT, item_record, listed};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::{Id, IdError};
use crate::ops::delete::delete;
use crate::ops::input::Mode;
use crate::ops::permit::may_see;
use crate::ops::relations::{self, ROLE, owning_lookup};
use crate::ops::write::{self, RecordPlace, with_external};
use crate::response::Response;
use crate::schema::relation::{Children, LedBy, Pairs, Relation};
use crate::schema::{Field, FieldNo, Module, Storage};
use crate::store::{Record, Tx};
use crate::version::ApiVersion;

/// Ids that one call takes.
const MOST_IDS: usize = 100;

/// How the records of a list are related, as far as a call can change it.
enum Link<'a> {
    /// By records of a linking module.
    Pair(&'a Pairs),
    /// By a lookup of the related record.
    Lookup(&'a Field),
    /// By being a part of the parent: such a record is changed and deleted here, and never moved.
    Owned,
    /// By a multi-select lookup of the related record.
    Row(&'a Field),
    /// By a multi-select lookup of the parent.
    ParentRow(&'a Field),
}

/// A call that changes what is related to a record.
struct Linking<'a> {
    call: &'a Call<'a>,
    place: &'a Place<'a>,
    module: &'a Module,
    link: Link<'a>,
}

impl<'a> Linking<'a> {
    /// The call, if its list can be changed.
    ///
    /// # Errors
    /// `CANNOT_BE_UPDATED` for a list that follows from something else.
    fn of(call: &'a Call<'a>, place: &'a Place<'a>) -> Result<Self, ApiError> {
        let fixed = || call.path_error(Code::RELATION_FIXED, 2);
        let module = place.related().ok_or_else(fixed)?;
        let link = match &place.relation {
            Relation::Pairs(list) => Some(Link::Pair(list)),
            Relation::Children(Children { by, .. }) => match by {
                LedBy::Lookup(no) => Some(by_lookup(module, *no)),
                LedBy::Row(no, _) => {
                    let field = module.field_at(*no);
                    matches!(field.kind, Storage::Links(_)).then_some(Link::Row(field))
                }
                LedBy::Parent(no) => Some(Link::ParentRow(place.module.field_at(*no))),
                LedBy::Participant(_) => None,
            },
            Relation::Group(_) | Relation::Nothing => None,
        };
        // pairs and rows of the parent leave the related record as it is
        let changes = !matches!(link, Some(Link::Pair(_) | Link::ParentRow(_)));
        let fixed_module = module.spec.read_only || !module.spec.editable;
        let link = link.filter(|_| !(changes && fixed_module));
        Ok(Self {
            call,
            place,
            module,
            link: link.ok_or_else(fixed)?,
        })
    }

    fn record_place(&self, index: usize) -> RecordPlace {
        RecordPlace {
            version: self.call.version,
            index,
            key: None,
            mode: Mode::Update,
        }
    }

    /// The parent as it is by now: an item before may have changed it.
    fn parent(&self, tx: &Tx) -> Result<Arc<Record>, Vec<ApiError>> {
        let table = tx.state().table(self.place.module);
        let parent = table.get(self.place.parent.id).cloned();
        parent.ok_or_else(|| vec![self.call.path_error(Code::RELATED_ID_INVALID, 1)])
    }

    /// Relates a record, or changes it and what is kept of the relation.
    fn link(
        &self,
        tx: &mut Tx,
        record: &Arc<Record>,
        said: &Map<String, Json>,
        index: usize,
    ) -> Result<Item, Vec<ApiError>> {
        let place = self.record_place(index);
        let message = match &self.link {
            Link::Pair(list) => {
                let new = relations::link(tx, list, self.place.key(), record.id, said, place)?;
                let through = tx.state().schema.module_at(list.through);
                // the page on contact roles tells the two apart, that on related records does not
                let tells = through.field(ROLE).is_some();
                if new || !tells {
                    Message::RELATION_ADDED
                } else {
                    Message::RELATION_UPDATED
                }
            }
            Link::Lookup(field) => {
                let held = self.place.holds(tx.state(), record, self.call.now);
                let mut json = said.clone();
                json.shift_remove("id");
                if !held {
                    let id = self.place.parent.id.json();
                    json.insert(field.api_name().to_owned(), json!({ "id": id }));
                    json.insert("$se_module".to_owned(), self.place.module.api_name().into());
                }
                write::update(tx, self.module, record, &json, place)?;
                if held {
                    Message::RECORD_UPDATED
                } else {
                    Message::RELATION_ADDED
                }
            }
            Link::Owned => {
                if !self.place.holds(tx.state(), record, self.call.now) {
                    return Err(vec![self.unknown(index)]);
                }
                write::update(tx, self.module, record, said, place)?;
                let (id, updated) = (record.id, Message::RECORD_UPDATED);
                return Ok(write::success(tx, self.module, id, updated, false));
            }
            Link::Row(field) => {
                let parent = self.place.parent.id;
                relations::add_row(tx, self.module, record, field, parent, place)?;
                Message::RELATION_ADDED
            }
            Link::ParentRow(field) => {
                let parent = self.parent(tx)?;
                relations::add_row(tx, self.place.module, &parent, field, record.id, place)?;
                Message::RELATION_ADDED
            }
        };
        Ok(self.done(message, record))
    }

    /// Takes a record out of the list; `None` if it is not in it.
    fn unlink(
        &self,
        tx: &mut Tx,
        record: &Arc<Record>,
        index: usize,
    ) -> Result<Option<Item>, Vec<ApiError>> {
        let place = self.record_place(index);
        let held = |tx: &Tx| self.place.holds(tx.state(), record, self.call.now);
        let (done, message) = match &self.link {
            Link::Pair(list) => {
                let done = relations::unlink(tx, list, self.place.key(), record.id);
                (done, Message::RELATION_REMOVED)
            }
            Link::Lookup(field) => {
                let held = held(tx);
                if held {
                    let mut json = Map::new();
                    json.insert(field.api_name().to_owned(), Json::Null);
                    write::update(tx, self.module, record, &json, place)?;
                }
                (held, Message::RELATION_REMOVED)
            }
            Link::Owned => {
                let done = held(tx) && delete(tx, self.module, record.id);
                (done, Message::RECORD_DELETED)
            }
            Link::Row(field) => {
                let parent = self.place.parent.id;
                let done = relations::remove_row(tx, self.module, record, field, parent, place)?;
                (done, Message::RELATION_REMOVED)
            }
            Link::ParentRow(field) => {
                let parent = self.parent(tx)?;
                let module = self.place.module;
                let done = relations::remove_row(tx, module, &parent, field, record.id, place)?;
                (done, Message::RELATION_REMOVED)
            }
        };
        Ok(done.then(|| self.done(message, record)))
    }

    /// The success of a record, with the value of the external field that named it.
    fn done(&self, message: Message, record: &Record) -> Item {
        let mut item = Item::success_of(message, record.id);
        if let (Some(field), Item::Success { details, .. }) =
            (self.place.external_field(), &mut item)
        {
            *details = with_external(details, field, record);
        }
        item
    }

    /// The error of an item that names no record.
    fn unknown(&self, index: usize) -> ApiError {
        let spot = Spot::item(self.call.version, ROOT, index);
        let error = ApiError::new(Code::UNKNOWN_ID);
        if self.call.version.unknown_id_names_the_key() {
            spot.about(error, "id")
        } else {
            error
        }
    }

    /// The record that an item of the body names.
    fn named_in(
        &self,
        tx: &Tx,
        said: &Map<String, Json>,
        index: usize,
    ) -> Result<Arc<Record>, ApiError> {
        let spot = Spot::item(self.call.version, ROOT, index);
        let own = self.place.external_field();
        if let Some(field) = own.filter(|field| said.contains_key(field.api_name())) {
            let found = item_record(tx.state(), self.module, field, said, spot)?;
            may_see(tx.state(), self.module, &found)?;
            return Ok(found);
        }
        let given = said.get("id").filter(|id| !id.is_null());
        let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
        let id = Id::from_json(given);
        let found = id.and_then(|id| tx.state().table(self.module).get(id).cloned());
        let found = found.ok_or_else(|| self.unknown(index))?;
        may_see(tx.state(), self.module, &found)?;
        Ok(found)
    }

    /// The record that the path names.
    fn named_in_path(&self, tx: &Tx) -> Result<Option<Arc<Record>>, ApiError> {
        self.named_by(tx, self.call.path("related_id"))
    }

    /// The record that a text names.
    fn named_by(&self, tx: &Tx, text: &str) -> Result<Option<Arc<Record>>, ApiError> {
        let found = self.place.named(tx.state(), text)?;
        if let Some(found) = &found {
            may_see(tx.state(), self.module, found)?;
        }
        Ok(found)
    }

    /// The error of a path that names no record to relate.
    fn unknown_path(&self) -> ApiError {
        let code = match self.place.external {
            Some(_) => Code::EXTERNAL_INVALID,
            None => Code::UNKNOWN_ID,
        };
        self.call.path_error(code, 3)
    }

    /// The error of a record that is not in the list.
    fn not_found(&self, text: &str) -> ApiError {
        let field = self.place.external_field();
        ApiError::new(Code::RELATION_NOT_FOUND).with(field.map_or("id", Field::api_name), text)
    }
}

fn by_lookup(module: &Module, no: FieldNo) -> Link<'_> {
    match owning_lookup(module) {
        Some(owning) if owning.no == no => Link::Owned,
        _ => Link::Lookup(module.field_at(no)),
    }
}

/// `PUT /{module}/{id}/{related_list}`.
pub(super) fn link_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::to_change(call, &state)?;
    let linking = Linking::of(call, &place)?;
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, said, index| {
        let record = linking
            .named_in(tx, said, index)
            .map_err(|error| vec![error])?;
        linking.link(tx, &record, said, index)
    })?;
    Ok(batch.answer(&items))
}

/// `PUT /{module}/{id}/{related_list}/{related_id}`. The id in the path wins over one in the body.
pub(super) fn link_one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::to_change(call, &state)?;
    let linking = Linking::of(call, &place)?;
    let batch = Batch::of_body(call, 200);
    let mut missing = false;
    let items = batch.write(|tx, said, index| {
        let record = linking.named_in_path(tx).map_err(|error| vec![error])?;
        let record = record.ok_or_else(|| {
            missing = true;
            vec![linking.unknown_path()]
        })?;
        linking.link(tx, &record, said, index)
    })?;
    if missing && fails_call(call.version) {
        return Err(linking.unknown_path());
    }
    Ok(batch.answer(&items))
}

/// Whether a path that names no record fails the call, as it does for other records.
fn fails_call(version: ApiVersion) -> bool {
    version.unknown_path_id_fails_at_top_level()
}

/// `DELETE /{module}/{id}/{related_list}?ids=…`.
pub(super) fn unlink_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::to_change(call, &state)?;
    let linking = Linking::of(call, &place)?;
    let ids = call.get(param::IDS).ok_or_else(|| {
        // the code is the one of a key in a body (v8 description)
        ApiError::new(Code::MANDATORY_NOT_FOUND).with("param_name", param::IDS.name)
    })?;
    if listed(ids).count() > MOST_IDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_IDS.to_string())
            .with("param_name", param::IDS.name));
    }
    let malformed = |text: &str| Id::parse(text) == Err(IdError::NotNumeric);
    if place.external.is_none() && listed(ids).any(malformed) {
        return Err(Code::UNABLE_TO_PARSE.into());
    }
    unlink_all(&linking, listed(ids))
}

/// `DELETE /{module}/{id}/{related_list}/{related_id}`.
pub(super) fn unlink_one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::to_change(call, &state)?;
    let linking = Linking::of(call, &place)?;
    unlink_all(&linking, [call.path("related_id")])
}

fn unlink_all<'t>(
    linking: &Linking<'_>,
    named: impl IntoIterator<Item = &'t str>,
) -> Result<Response, ApiError> {
    let batch = Batch::new(linking.call, ROOT, 200);
    let items = batch.run(named, |tx, text, index| {
        let record = linking.named_by(tx, text).map_err(|error| vec![error])?;
        let item = match record {
            Some(record) => linking.unlink(tx, &record, index)?,
            None => None,
        };
        item.ok_or_else(|| vec![linking.not_found(text)])
    })?;
    Ok(batch.answer(&items))
}
