//! The files of a record that its seed gives: taken out before the record is read as a client's would
//! be, since clients name files that they have uploaded before.

use std::sync::Arc;

use serde_json::Value as Json;

use super::files::{SeedFiles, has_bytes};
use super::flaws::Flaw;
use super::object::Object;
use super::stored::FILE;
use crate::ids::Id;
use crate::ops::input::Draft;
use crate::schema::dollar::dollar_no;
use crate::schema::{DataType, FieldNo, Module, Storage};
use crate::store::OrgState;
use crate::value::{RecordFile, StoredFile, Value};

/// With what files are taken out of a record.
pub(super) struct Taking<'a> {
    pub(super) files: SeedFiles<'a>,
    pub(super) state: &'a OrgState,
    /// The module of the record.
    pub(super) module: &'a Module,
    /// The file of the seed.
    pub(super) at: &'a str,
    /// Who has put files there that do not say so, and when.
    pub(super) by: Id,
    pub(super) now: i64,
}

/// The files of a record that say where their bytes are.
#[derive(Default)]
pub(super) struct GivenFiles(Vec<(FieldNo, Value)>);

impl GivenFiles {
    /// Puts them into what the record will be. An attachment has the name and the size of its file,
    /// unless it says otherwise.
    pub(super) fn into_draft(self, module: &Module, draft: &mut Draft) {
        for (no, value) in self.0 {
            if let (Some(file), "Attachments") = (value.files().first(), module.api_name()) {
                let size = i64::try_from(file.file.size).unwrap_or(i64::MAX);
                for (key, usual) in [
                    ("File_Name", Value::Text(file.file.name.clone())),
                    ("Size", Value::Int(size)),
                ] {
                    let field = module.field(key).map(|field| field.no);
                    if let Some(no) = field.filter(|no| draft.value(*no).is_none()) {
                        draft.set(no, usual);
                    }
                }
            }
            draft.set(no, value);
        }
    }
}

impl Taking<'_> {
    /// Takes the files out of a record that say where their bytes are.
    pub(super) fn out_of(&self, object: &mut Object, flaws: &mut Vec<Flaw>) -> GivenFiles {
        let module = self.module;
        let mut given = GivenFiles::default();
        let mut add = |no: FieldNo, key: &str, read: Result<Value, Flaw>| match read {
            Ok(value) => given.0.push((no, value)),
            Err((path, reason)) => flaws.push((format!(".{key}{path}"), reason)),
        };
        let one = |json: &Json| {
            let file = self.files.of_record(self.at, json, self.by, self.now);
            file.map(|file| Value::Files(Arc::new(vec![file])))
        };
        object.fields.retain(|(no, json)| {
            let field = module.field_at(*no);
            let several = json
                .as_array()
                .is_some_and(|items| items.iter().any(has_bytes));
            if field.kind == Storage::Files && several {
                let read = self.files.of_field(self.at, json, self.by, self.now);
                add(*no, field.api_name(), read);
                return false;
            }
            let photo = field.spec.data_type == DataType::ProfileImage && json.is_object();
            if photo {
                add(*no, field.api_name(), one(json));
            }
            !photo
        });
        if let (Some(no), Some(json)) = (dollar_no(module, FILE), object.others.get(FILE)) {
            let uploaded = json.as_str().and_then(|id| self.state.files.uploaded(id));
            if let Some(file) = uploaded {
                let file = RecordFile::new(StoredFile::clone(file), self.by, self.now);
                add(no, FILE, Ok(Value::Files(Arc::new(vec![file]))));
            } else if json.is_object() {
                add(no, FILE, one(json));
            }
            if uploaded.is_some() || json.is_object() {
                object.others.shift_remove(FILE);
            }
        }
        given
    }
}
