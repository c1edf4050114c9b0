//! The text of a record.

use serde_json::Value as Json;

use super::files::FilesOf;
use super::plan::{GAP, Part, Plan, RecordForm};
use super::value::write_id;
use super::{attached, items, meeting, rows, territories};
use crate::ids::Id;
use crate::query::blueprint::process_of;
use crate::schema::{DataType, Field, Module, Slot, Storage};
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

/// What a `$` key tells, in the form of the connector: when a lead was converted has no colon in its
/// offset.
fn with_plain_offset(json: &Json) -> Json {
    let mut json = json.clone();
    if let Some(Json::String(text)) = json.get_mut("convert_date")
        && text.as_bytes().get(22) == Some(&b':')
    {
        text.remove(22);
    }
    json
}

impl Plan {
    /// Appends a record's JSON.
    pub fn write(&self, record: &Record, module: &Module, state: &OrgState, out: &mut Vec<u8>) {
        let epoch = state.names.epoch(module.no, &self.shown);
        // what is the caller's alone is worked out anew
        let personal = self.personal || record.is_unapproved();
        if !personal && record.rendered.copy_to(self.id, epoch, out) {
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
                Part::Dollar(no, usual) => self.write_dollar(record.stored(*no), usual, state, out),
                Part::ProcessFlow(no) => match record.stored(*no) {
                    Some(value) => self.write_value(value, state, out),
                    None => {
                        let within = process_of(state, module, record).is_some();
                        self.write_value(&Value::Bool(within), state, out);
                    }
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
                Part::Gap(_) => out.push(GAP),
                Part::HasMore => self.write_has_more(module, out),
                Part::Sharing(..)
                | Part::Editable(..)
                | Part::LockedForMe(..)
                | Part::Approved(_)
                | Part::Approval(..) => self.write_rights(part, record, module, state, out),
                Part::Territories(no) => territories::write(record.stored(*no), state, out),
                Part::Participants(no) => {
                    meeting::write_participants(record.stored(*no), state, out);
                }
                Part::Attachments(no) => {
                    attached::write_attachments(record, *no, module, state, out);
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
        if !personal && self.knows_names(record) {
            record.rendered.keep(self.id, epoch, &out[from..]);
        }
    }

    /// Appends what a record says under a `$` key, else what is usual.
    fn write_dollar(
        &self,
        said: Option<&Value>,
        usual: &[u8],
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        match said {
            Some(Value::Json(json)) if self.form == RecordForm::Connector => {
                value::write_json(out, &with_plain_offset(json));
            }
            Some(value) => self.write_value(value, state, out),
            None => out.extend_from_slice(usual),
        }
    }

    /// Appends that no rows of subforms were left out.
    fn write_has_more(&self, module: &Module, out: &mut Vec<u8>) {
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

    /// Appends the value of one field.
    pub fn write_field(
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
                rows::write_tags(tags, module.no, self, state, out);
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
            // what leads to a setting is kept as it is shown
            (Storage::Lookup(_), _)
                if field.spec.data_type == DataType::MultiModuleLookup
                    && !matches!(record.stored(field.no), Some(Value::Json(_))) =>
            {
                rows::write_parent(record.stored(field.no), state, out);
            }
            (Storage::Lookup(_), _)
                if (field.api_name() == "Parent_Id"
                    // attachments name their parent's module beside it (captured v8)
                    && module.api_name() == "Notes"
                    && self.version.note_parent_has_module())
                    // as locks do in every version (examples of v8)
                    || field.api_name() == "Locked_For__s"
                    // and scores
                    || (field.api_name() == "Entity" && module.spec.read_only) =>
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
