//! The parents of notes.

use serde_json::Value as Json;

use super::draft::RecordInput;
use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{Field, Module};
use crate::store::Record;
use crate::value::Value;

/// Modules whose records have notes (page on notes), and whose related lists may not say so.
const WITH_NOTES: [&str; 2] = ["Appointments__s", "Services__s"];

impl RecordReader<'_> {
    /// Whether a field is the parent of a note.
    pub(super) fn is_note_parent(&self, field: &Field) -> bool {
        self.module.api_name() == "Notes" && field.api_name() == "Parent_Id"
    }

    /// The parent of a note: an id with a module in it, or beside it as `se_module`. Newer versions
    /// are sent the older form, too (samples of v7). A note that is changed keeps its module.
    pub(super) fn note_parent(
        &self,
        value: &Json,
        input: &RecordInput<'_>,
        field: &Field,
        existing: Option<&Record>,
    ) -> Result<Value, Problem> {
        let Some(id) = Self::reference(value)? else {
            return Ok(Value::Null);
        };
        let (module, path) = match self.named_module(value, input)? {
            Some(named) => named,
            None => match existing.and_then(|record| record.stored(field.no)) {
                Some(Value::Lookup(module, _)) => {
                    (&**self.state.schema.module_at(*module), "Parent_Id")
                }
                _ if self.version.note_parent_has_module() => {
                    return Err(Problem::At(Code::MANDATORY_NOT_FOUND, "Parent_Id.module"));
                }
                _ => return Err(Problem::MissingSeModule),
            },
        };
        if self.mode != Mode::Seed && !has_notes(module) {
            return Err(Problem::At(Code::MODULE_NOT_SUPPORTED_IN_API, path));
        }
        if self.exists(module.no, id) {
            Ok(Value::Lookup(module.no, id))
        } else {
            Err(Problem::UnknownId)
        }
    }

    /// The module that the note names, and where it does so.
    fn named_module(
        &self,
        value: &Json,
        input: &RecordInput<'_>,
    ) -> Result<Option<(&Module, &'static str)>, Problem> {
        let schema = &self.state.schema;
        let of_name = |name: &str, path| match schema.module(name) {
            Some(module) => Ok(Some((&**module, path))),
            None => Err(Problem::At(Code::INVALID_MODULE, path)),
        };
        let nested = value.get("module").filter(|module| !module.is_null());
        if let Some(nested) = nested {
            let key = |key: &str| nested.get(key).filter(|value| !value.is_null());
            let (name, id) = (key("api_name"), key("id"));
            let name = nested.as_str().or_else(|| name.and_then(Json::as_str));
            let Some(id) = id else {
                return of_name(name.unwrap_or_default(), "Parent_Id.module.api_name");
            };
            let by_id = Id::from_json(id);
            let by_id = schema.modules().find(|module| Some(module.id) == by_id);
            let by_id = by_id.ok_or(Problem::At(Code::INVALID_MODULE, "Parent_Id.module.id"))?;
            if name.is_some_and(|name| name != by_id.api_name()) {
                return Err(self.ambiguous_module());
            }
            return Ok(Some((by_id, "Parent_Id.module.id")));
        }
        for key in ["$se_module", "se_module"] {
            if let Some(name) = input.other(key).and_then(Json::as_str) {
                return of_name(name, key);
            }
        }
        Ok(None)
    }

    /// The error of a module whose id and name are of two modules (its form is that of other
    /// operations).
    fn ambiguous_module(&self) -> Problem {
        let keys = ["id", "api_name"].map(|key| {
            let path = format_args!("{}.Parent_Id.module.{key}", self.path);
            crate::error::place(self.version, key, path)
        });
        let error = ApiError::new(Code::AMBIGUITY).with("ambiguity_due_to", keys.to_vec());
        Problem::Inner(vec![error])
    }
}

/// Whether records of a module have notes.
fn has_notes(module: &Module) -> bool {
    let mut lists = module.related_lists.iter();
    module.generated_type() == "custom"
        || WITH_NOTES.contains(&module.api_name())
        || lists.any(|list| list.spec.module.as_deref() == Some("Notes"))
}
