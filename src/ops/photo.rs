//! The photo of a record.

use std::sync::Arc;

use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{FieldNo, Module};
use crate::store::{Record, Tx};
use crate::value::{RecordFile, StoredFile, Value};

/// Sets the photo of a record, or takes it away. That changes the record as an update does.
///
/// # Errors
/// `INVALID_DATA` for a converted lead, and for a record that is gone.
pub fn set(
    tx: &mut Tx,
    module: &Module,
    id: Id,
    field: FieldNo,
    photo: Option<StoredFile>,
) -> Result<(), ApiError> {
    let record = tx.state().table(module).get(id).cloned();
    let record = record.ok_or(Code::UNKNOWN_ID)?;
    if record.converted {
        return Err(Code::CONVERTED_RECORD.into());
    }
    if photo.is_none() && record.stored(field).is_none() {
        return Ok(());
    }
    let photo = photo.map_or(Value::Null, |file| {
        let id = tx.next_id();
        let mut held = RecordFile::new(file.identified(id), tx.user(), tx.now());
        held.id = id;
        Value::Files(Arc::new(vec![held]))
    });
    let mut changed: Record = record.with_values(vec![(field, photo)]);
    changed.modified_time = tx.now();
    changed.modified_by = tx.user();
    tx.put(module, changed);
    Ok(())
}
