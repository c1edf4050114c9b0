//! Ids of the items of lists that are no subforms: participants of events, ranges of price books.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::ops::input::Draft;
use crate::schema::{Field, Module};
use crate::store::Tx;
use crate::value::{Value, order};

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
    items(module, draft).is_some()
}

/// Gives ids to the items of a draft that have none.
pub(super) fn give(tx: &mut Tx, module: &Module, draft: &mut Draft) {
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
