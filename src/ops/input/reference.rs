//! Values that point to a record or a user.

use serde_json::Value as Json;

use super::draft::RecordInput;
use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{CUSTOMERS, DataType, Field, Module, ModuleNo};
use crate::store::Record;
use crate::value::Value;

impl RecordReader<'_> {
    /// Whether a module has a record with an id.
    pub(super) fn exists(&self, module: ModuleNo, id: Id) -> bool {
        let module = self.state.schema.module_at(module);
        self.state.table(module).get(id).is_some()
    }

    /// The id in a lookup, which is a bare id or an object with one. `None` for no value.
    pub(super) fn reference(value: &Json) -> Result<Option<Id>, Problem> {
        match value {
            Json::Null => Ok(None),
            Json::String(text) if text.is_empty() => Ok(None),
            Json::String(_) | Json::Number(_) => Id::from_json(value)
                .map(Some)
                .ok_or(Problem::Type("bigint")),
            Json::Object(object) => match object.get("id") {
                None | Some(Json::Null) => Err(Problem::MissingId),
                Some(id) => Id::from_json(id).map(Some).ok_or(Problem::UnknownId),
            },
            Json::Bool(_) | Json::Array(_) => Err(Problem::Type("jsonobject")),
        }
    }

    /// A lookup into a module. The id must be one of its records.
    pub(super) fn lookup(&self, target: ModuleNo, value: &Json) -> Result<Value, Problem> {
        match Self::reference(value)? {
            None => Ok(Value::Null),
            Some(id) if self.exists(target, id) => Ok(Value::Lookup(target, id)),
            Some(_) => Err(Problem::UnknownId),
        }
    }

    /// A user. An id that is no user's fails with the type that Zoho expects (recorded v8).
    pub(super) fn user(&self, value: &Json) -> Result<Option<Id>, Problem> {
        match Self::reference(value) {
            Ok(Some(id)) if self.state.users.get(&id).is_some() => Ok(Some(id)),
            Ok(None) => Ok(None),
            Ok(Some(_)) | Err(Problem::UnknownId | Problem::Type("bigint")) => {
                Err(Problem::UnknownUser)
            }
            Err(other) => Err(other),
        }
    }

    /// A lookup whose module the record names: `What_Id` with `$se_module`, a note's `Parent_Id`
    /// with `se_module` or a module of its own. Without either it is that of the value before.
    pub(super) fn open_lookup(
        &self,
        field: &Field,
        value: &Json,
        input: &RecordInput<'_>,
        existing: Option<&Record>,
    ) -> Result<Value, Problem> {
        let Some(id) = Self::reference(value)? else {
            return Ok(Value::Null);
        };
        if field.api_name() == "Appointment_For" {
            self.check_module(field, value)?;
        }
        let named = ["$se_module", "se_module"]
            .iter()
            .find_map(|key| input.other(key))
            .and_then(Json::as_str);
        let schema = &self.state.schema;
        let module = match (self.module_within(value), named) {
            (Some(module), _) => module,
            (None, Some(name)) => schema.module(name).ok_or(Problem::UnknownSeModule)?,
            (None, None) => match existing.and_then(|record| record.stored(field.no)) {
                Some(Value::Lookup(module, _)) => schema.module_at(*module),
                _ if field.spec.data_type == DataType::MultiModuleLookup => {
                    let error = Code::MANDATORY_NOT_FOUND.into();
                    let error = self.inner(error, field.api_name(), "module");
                    return Err(Problem::Inner(vec![error]));
                }
                _ => return Err(Problem::MissingSeModule),
            },
        };
        if self.exists(module.no, id) {
            Ok(Value::Lookup(module.no, id))
        } else {
            Err(Problem::UnknownId)
        }
    }

    /// Checks what a lookup into several modules says of its module.
    fn check_module(&self, field: &Field, value: &Json) -> Result<(), Problem> {
        let name = field.api_name();
        let Some(module) = value.get("module").filter(|module| !module.is_null()) else {
            // a seed may say it beside the lookup, and a change may leave it as it is
            return Ok(());
        };
        if !module.is_object() && self.mode != Mode::Seed {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
            return Err(Problem::Inner(vec![self.inner(error, name, "module")]));
        }
        let known = self.module_within(value);
        let may = |module: &Module| {
            CUSTOMERS.contains(&module.api_name()) || module.generated_type() == "custom"
        };
        if known.is_some_and(may) {
            return Ok(());
        }
        let path = format_args!("{}.{name}.module.api_name", self.path);
        let error = ApiError::new(Code::APPOINTMENT_MODULE);
        Err(Problem::Inner(vec![error.about(
            self.version,
            "api_name",
            path,
        )]))
    }

    /// The module that a lookup names itself, by its API name or by an object with name or id.
    fn module_within(&self, value: &Json) -> Option<&Module> {
        let schema = &self.state.schema;
        let module = value.get("module")?;
        let name = module
            .as_str()
            .or_else(|| module.get("api_name").and_then(Json::as_str));
        match name {
            Some(name) => schema.module(name).map(AsRef::as_ref),
            None => {
                let id = module.get("id").and_then(Id::from_json)?;
                schema.modules().find(|m| m.id == id).map(AsRef::as_ref)
            }
        }
    }
}
