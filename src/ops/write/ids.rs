//! Ids of the items of lists that are no subforms: participants of events, ranges of price books,
//! files.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::ops::input::Draft;
use crate::schema::{Field, Module};
use crate::store::Tx;
use crate::value::file::opaque_id;
use crate::value::{RecordFile, Value, order};

/// The field of a module whose items get ids.
fn field(module: &Module) -> Option<&Field> {
    let name = match module.api_name() {
        "Events" => "Participants",
        "Price_Books" => "Pricing_Details",
        _ => return None,
    };
    module.field(name)
}

/// The items of a draft that get ids, if it has any.
fn items(module: &Module, draft: &Draft) -> Option<Arc<Json>> {
    let value = draft.value(field(module)?.no)?;
    match value {
        Value::Json(list) if list.as_array().is_some_and(|items| !items.is_empty()) => {
            Some(Arc::clone(list))
        }
        _ => None,
    }
}

/// Whether items of a draft need ids.
pub(super) fn are_needed(module: &Module, draft: &Draft) -> bool {
    let files = draft.values.iter().flat_map(|(_, value)| value.files());
    let new = files.into_iter().any(|file| file.id == RecordFile::NEW);
    new || items(module, draft).is_some()
}

/// Gives ids to the files of a value that have none, which are put there by the change.
pub(super) fn give_to_files(tx: &mut Tx, value: &mut Value) {
    let new = |file: &RecordFile| file.id == RecordFile::NEW;
    if !value.files().iter().any(new) {
        return;
    }
    let mut files = value.files().to_vec();
    for file in files.iter_mut().filter(|file| new(file)) {
        file.id = tx.next_id();
        file.by = tx.user();
        file.created_time = tx.now();
        if file.file.file_id.is_empty() {
            file.file.file_id = opaque_id(file.id);
        }
    }
    *value = Value::Files(files.into());
}

/// Gives ids to the items of a draft that have none.
pub(super) fn give(tx: &mut Tx, module: &Module, draft: &mut Draft) {
    for (_, value) in &mut draft.values {
        give_to_files(tx, value);
    }
    let (Some(field), Some(list)) = (field(module), items(module, draft)) else {
        return;
    };
    let mut list = Json::clone(&list);
    for item in list.as_array_mut().into_iter().flatten() {
        if let Json::Object(item) = item
            && item.get("id").is_none_or(Json::is_null)
        {
            item.insert("id".to_owned(), tx.next_id().json());
        }
    }
    order::sort_json(&mut list);
    draft.set(field.no, Value::Json(Arc::new(list)));
}
