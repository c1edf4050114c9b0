//! Rows of subforms, which bulk interfaces know as records of a module of their own.

use std::sync::Arc;

use crate::schema::{Field, Module, Schema, Storage};
use crate::store::Record;
use crate::value::Value;
use crate::version::ApiVersion;

/// The module whose records have rows, and the field with them.
pub(super) struct Parent<'s> {
    pub(super) module: &'s Arc<Module>,
    pub(super) field: &'s Field,
}

/// The parent of a module of rows; none for other modules.
pub(super) fn parent<'s>(schema: &'s Schema, rows: &Module) -> Option<Parent<'s>> {
    if rows.generated_type() != "subform" {
        return None;
    }
    schema.modules().find_map(|module| {
        let mut fields = module.fields.iter();
        let field = fields.find(|field| {
            // the same rows go by another name in old versions
            field.kind == Storage::Rows(Some(rows.no)) && !field.is_over(ApiVersion::LATEST)
        })?;
        Some(Parent { module, field })
    })
}

impl Parent<'_> {
    /// The rows of a record, as records of their module.
    pub(super) fn rows<'r>(
        &self,
        record: &'r Record,
        module: &'r Module,
    ) -> impl Iterator<Item = Record> + 'r {
        let rows = match record.stored(self.field.no) {
            Some(Value::Rows(rows)) => rows.as_slice(),
            _ => &[],
        };
        let above = Value::Lookup(self.module.no, record.id);
        rows.iter().enumerate().map(move |(n, row)| {
            let mut values = row.values.to_vec();
            let number = Value::Int(i64::try_from(n + 1).unwrap_or(i64::MAX));
            for (name, value) in [("Parent_Id", above.clone()), ("Sequence_Number", number)] {
                if let Some(field) = module.field(name) {
                    values.push((field.no, value));
                }
            }
            let mut shown = Record::new(row.id, record.owner, row.created_time, values);
            shown.modified_time = row.modified_time;
            shown
        })
    }
}
