//! Territories of records, which are kept by their ids and shown with the names that they have.

use serde_json::Value as Json;

use super::value::write_reference;
use crate::ids::Id;
use crate::schema::{DataType, Field};
use crate::settings::families::territories::TERRITORIES;
use crate::store::OrgState;
use crate::value::Value;

/// Whether a field holds territories: those of a record, or the one of a deal.
pub(super) fn holds(field: &Field) -> bool {
    let of_deal = field
        .spec
        .lookup
        .as_ref()
        .is_some_and(|lookup| lookup.module == "Territories");
    field.spec.data_type == DataType::Territories || of_deal
}

/// Appends what a field holds.
pub(super) fn write(kept: Option<&Value>, state: &OrgState, out: &mut Vec<u8>) {
    let Some(Value::Json(kept)) = kept else {
        out.extend_from_slice(b"null");
        return;
    };
    let write_one = |said: &Json, out: &mut Vec<u8>| {
        let id = Id::from_json(said.get("id").unwrap_or(said));
        match id.and_then(|id| TERRITORIES.of(state).get(id)) {
            Some(territory) => write_reference(&territory.name, territory.id, out),
            // what a seed gives stands for itself
            None => crate::value::write_json(out, said),
        }
    };
    let Some(all) = kept.as_array() else {
        return write_one(kept, out);
    };
    out.push(b'[');
    for (n, said) in all.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write_one(said, out);
    }
    out.push(b']');
}
