//! Notes that are added to a record. They are read, changed and deleted as other related records.

use serde_json::{Map, Value as Json, json};

use super::place::Place;
use crate::api::call::{Call, InnerCall};
use crate::api::records::{INSERT, ROOT};
use crate::error::{ApiError, Code};
use crate::ops::relations::owning_lookup;
use crate::request::Params;
use crate::response::Response;
use crate::schema::Field;

/// The module of notes.
const NOTES: &str = "Notes";

/// `POST /{module}/{id}/Notes`: notes that need not say whose they are (all versions).
pub(super) fn add(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::to_change(call, &state)?;
    let notes = place.related().filter(|module| module.api_name() == NOTES);
    let parent = notes.and_then(owning_lookup);
    let parent = parent.ok_or(Code::INVALID_REQUEST_METHOD)?;
    let mut body = call.body.clone();
    let items = body.get_mut(ROOT).and_then(Json::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Json::as_object_mut) {
        set_parent(call, &place, parent, item);
    }
    let inner = InnerCall {
        endpoint: &INSERT,
        path: vec![("module", NOTES.to_owned())],
        params: Params::default(),
        body,
        form: call.form,
    };
    call.within(inner, call.version, call.wording, |call| {
        (call.endpoint.handler)(call)
    })
}

/// Says whose note it is, in the form of the version, in place of what the client says of that.
fn set_parent(call: &Call<'_>, place: &Place<'_>, parent: &Field, note: &mut Map<String, Json>) {
    let (name, id) = (place.module.api_name(), place.parent.id.json());
    for key in ["se_module", "$se_module"] {
        note.shift_remove(key);
    }
    let said = if call.version.note_parent_has_module() {
        json!({"module": {"api_name": name}, "id": id})
    } else {
        note.insert("se_module".to_owned(), name.into());
        id
    };
    note.insert(parent.api_name().to_owned(), said);
}
