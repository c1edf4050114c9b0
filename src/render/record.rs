//! The text of a record.

use super::files::FilesOf;
use super::plan::{Part, Plan};
use super::value::write_id;
use super::{items, meeting, rows};
use crate::ids::Id;
use crate::schema::{Field, Module, Slot, Storage};
use crate::store::{OrgState, Record};
use crate::value::{self, Value};

/// Letters of a rich text that lists show (page of v7).
const BEGINNING: usize = 500;

fn beginning(text: &str) -> &str {
    match text.char_indices().nth(BEGINNING) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

impl Plan {
    /// Appends a record's JSON.
    pub fn write(&self, record: &Record, module: &Module, state: &OrgState, out: &mut Vec<u8>) {
        let epoch = state.names.epoch(module.no, &self.shown);
        if record.rendered.copy_to(self.id, epoch, out) {
            return;
        }
        let from = out.len();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.extend_from_slice(text),
                Part::Field(no) => {
                    self.write_field(record, module.field_at(*no), module, state, out)
                }
                Part::Beginning(no) => {
                    record.with(module.field_at(*no), module, |value| match value {
                        Value::Text(text) => value::write_string(out, beginning(text)),
                        other => self.write_value(other, state, out),
                    });
                }
                Part::Dollar(no, default) => match record.stored(*no) {
                    Some(value) => self.write_value(value, state, out),
                    None => out.extend_from_slice(default),
                },
                Part::SeModule(no) => match record.stored(*no) {
                    Some(Value::Lookup(target, _)) => {
                        value::write_string(out, state.schema.module_at(*target).api_name());
                    }
                    _ => out.extend_from_slice(b"null"),
                },
                Part::Layout(field, texts) => {
                    let named = field.and_then(|no| match record.stored(no)? {
                        Value::Json(json) => json.get("id").and_then(Id::from_json),
                        _ => None,
                    });
                    let own = texts.iter().find(|(id, _)| Some(*id) == named);
                    if let Some((_, text)) = own.or(texts.first()) {
                        out.extend_from_slice(text);
                    }
                }
                Part::Converted => {
                    out.extend_from_slice(if record.converted { b"true" } else { b"false" })
                }
                Part::HasMore => {
                    out.push(b'{');
                    let fields = module.fields.iter();
                    let with_rows = fields.filter(|f| f.has_rows() && f.exists_in(self.version));
                    // the v2 view of line items is no field of its own
                    let subforms = with_rows.filter(|f| f.kind != Storage::Rows(None));
                    for (n, field) in subforms.enumerate() {
                        if n > 0 {
                            out.push(b',');
                        }
                        value::write_string(out, field.api_name());
                        out.extend_from_slice(b":false");
                    }
                    out.push(b'}');
                }
                Part::Participants(no) => {
                    meeting::write_participants(record.stored(*no), state, out);
                }
                Part::ProductDetails(no) => {
                    items::write_product_details(
                        record.stored(*no),
                        module.field_at(*no),
                        state,
                        out,
                    );
                }
            }
        }
        if self.knows_names(record) {
            record.rendered.keep(self.id, epoch, &out[from..]);
        }
    }

    fn write_field(
        &self,
        record: &Record,
        field: &Field,
        module: &Module,
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        match (&field.kind, field.slot) {
            (Storage::Id, _) => write_id(record.id, out),
            (Storage::Tags, _) => {
                let tags = record.stored(field.no);
                rows::write_tags(tags, module.no, self.version, state, out);
            }
            (Storage::Rows(Some(rows)), _) => {
                rows::write_rows(record, field, module, *rows, self, state, out);
            }
            (Storage::Links(_), _) => {
                rows::write_links(record.stored(field.no), field, self, state, out);
            }
            (Storage::Raw, _) if field.spec.earlier.is_some() => {
                let form = field.json_type_in(self.version);
                self.write_reminders(record.stored(field.no), form, state, out);
            }
            (Storage::Files, _) => {
                let of = FilesOf::Record(module.api_name(), record.id);
                self.write_files(record.stored(field.no), field, of, state, out);
            }
            (Storage::Rows(None), _) => out.extend_from_slice(b"[]"),
            (Storage::BigInt, Slot::Stored) => match record.stored(field.no) {
                Some(Value::Int(number))
                    if module.api_name() == "Attachments"
                        && self.version.attachment_size_is_a_number() =>
                {
                    out.extend_from_slice(number.to_string().as_bytes());
                }
                Some(Value::Int(number)) => value::write_string(out, &number.to_string()),
                Some(other) => self.write_value(other, state, out),
                None => out.extend_from_slice(b"null"),
            },
            (Storage::MultiPicklist, Slot::Stored) if record.stored(field.no).is_none() => {
                out.extend_from_slice(if field.spec.api_name == "Tax" {
                    b"[]"
                } else {
                    b"null"
                });
            }
            (Storage::Lookup(_), _)
                if field.api_name() == "Parent_Id"
                    // attachments name their parent's module beside it (captured v8)
                    && module.api_name() == "Notes"
                    && self.version.note_parent_has_module() =>
            {
                rows::write_parent(record.stored(field.no), state, out);
            }
            (Storage::User, Slot::Owner | Slot::CreatedBy | Slot::ModifiedBy)
            | (_, Slot::Stored) => {
                record.with(field, module, |value| self.write_value(value, state, out));
            }
            _ => record.with(field, module, |value| self.write_value(value, state, out)),
        }
    }
}
