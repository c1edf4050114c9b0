//! Modules and fields.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::Loader;
use crate::schema::builtin;
use crate::schema::edit::EditError;
use crate::schema::spec::{FieldSpec, ModuleSpec};
use crate::schema::{DataType, Declared, Features, Field, Module, ModuleNo, Schema, Storage};
use crate::seed::format::Located;
use crate::seed::problem::unknown;
use crate::store::{OrgInfo, OrgState, Record};
use crate::value::Value;

impl Loader<'_> {
    /// The modules of the org. In one that lives, records hold numbers of modules and fields: what
    /// has a number keeps it.
    pub(super) fn schema(&mut self, info: &OrgInfo) -> Option<Arc<Schema>> {
        let document = self.document;
        self.check_declarations();
        if !self.problems.is_empty() {
            return None;
        }
        if let Some(base) = self.base
            && document.modules.is_empty()
            && document.fields.is_empty()
        {
            return Some(Arc::clone(&base.schema));
        }
        let schema = match self.base {
            Some(base) => {
                let mut declared = base.schema.declared().clone();
                document.declare(&mut declared);
                self.check_types(base);
                base.schema.redeclared(declared)
            }
            None => {
                let mut declared = Declared::default();
                document.declare(&mut declared);
                let features = Features {
                    on: info.features.clone(),
                };
                let schema = Schema::of(declared, info.prefix, &features);
                schema.map_err(|(module, reason)| EditError::Malformed { module, reason })
            }
        };
        match schema {
            Ok(schema) => self.problems.is_empty().then(|| Arc::new(schema)),
            Err(error) => {
                self.edit_problem(error);
                None
            }
        }
    }

    fn edit_problem(&mut self, error: EditError) {
        match error {
            EditError::Malformed { module, reason } => {
                let document = self.document;
                let modules = document.modules.iter();
                let at = modules.chain(document.fields.iter().map(|(_, f)| f)).next();
                let file = at.map_or("seed", |at| &at.file).to_owned();
                self.problem_at(&file, format!("module {module}"), reason);
            }
            EditError::Lost {
                module,
                field: Some(field),
            } => {
                let reason = "a field of an org that exists cannot be hidden";
                self.declaration_problem(&module, Some(&field), reason);
            }
            EditError::Lost {
                module,
                field: None,
            } => self.declaration_problem(&module, None, "the module cannot be taken away"),
        }
    }

    /// Each declared module and field by itself, so that a problem is named by its place.
    fn check_declarations(&mut self) {
        let document = self.document;
        for module in &document.modules {
            let name = module.object.get("api_name").and_then(Json::as_str);
            if name.is_none_or(str::is_empty) {
                self.problem(module, "api_name", "a module needs an api_name");
                continue;
            }
            let object = Json::Object(module.object.clone());
            if let Err(error) = serde_json::from_value::<ModuleSpec>(object) {
                self.problem(module, "", error.to_string());
            }
        }
        let mut known: Vec<&str> = builtin::names().collect();
        let named = |at: &'_ Located| {
            at.object
                .get("api_name")
                .and_then(Json::as_str)
                .map(str::to_owned)
        };
        let declared: Vec<String> = document.modules.iter().filter_map(named).collect();
        known.extend(declared.iter().map(String::as_str));
        if let Some(base) = self.base {
            known.extend(base.schema.declared().patches().map(|(name, _)| name));
        }
        for (module, field) in &document.fields {
            if !builtin::is_standard(module) && !known.contains(&module.as_str()) {
                self.problem(field, "", unknown("module", module, known.iter().copied()));
            }
            self.check_field(field, &known);
        }
        for module in &document.modules {
            let fields = module.object.get("fields").and_then(Json::as_array);
            for (n, field) in fields.into_iter().flatten().enumerate() {
                if let Json::Object(object) = field {
                    let field = Located {
                        object: object.clone(),
                        path: format!("{}.fields[{n}]", module.path),
                        file: Arc::clone(&module.file),
                        stored: module.stored,
                    };
                    self.check_field(&field, &known);
                }
            }
        }
    }

    fn check_field(&mut self, field: &Located, known: &[&str]) {
        let named = |key: &str| field.object.get(key).and_then(Json::as_str);
        let name = named("api_name").or_else(|| named("grave"));
        if name.is_none_or(str::is_empty) {
            return self.problem(field, "api_name", "a field needs an api_name");
        }
        match serde_json::from_value::<FieldSpec>(Json::Object(field.object.clone())) {
            Err(error) => self.problem(field, "", error.to_string()),
            Ok(spec) => {
                let lookup = spec.lookup.map(|l| l.module);
                // that of users names no module
                let lookup = lookup.filter(|module| !module.is_empty());
                if let Some(target) = lookup.or(spec.subform)
                    && target != "se_module"
                    && !builtin::is_standard(&target)
                    && !known.contains(&target.as_str())
                {
                    let reason = unknown("module", &target, known.iter().copied());
                    self.problem(field, "lookup", reason);
                }
            }
        }
    }

    /// Refuses another type for a field that has values: they would read otherwise.
    fn check_types(&mut self, base: &OrgState) {
        let of = |at: &Located| {
            let fields = at.object.get("fields").and_then(Json::as_array);
            let fields = fields.into_iter().flatten().filter_map(Json::as_object);
            let module = at.object.get("api_name").and_then(Json::as_str);
            let module = module.unwrap_or_default().to_owned();
            let fields = fields.map(|field| (module.clone(), field.clone()));
            fields.collect::<Vec<_>>()
        };
        let document = self.document;
        let mut said: Vec<(String, Map<String, Json>)> =
            document.modules.iter().flat_map(of).collect();
        let fields = document.fields.iter();
        said.extend(fields.map(|(module, at)| (module.clone(), at.object.clone())));
        for (name, object) in said {
            let module = base.schema.module(&name);
            let field = object.get("api_name").and_then(Json::as_str);
            let field = module
                .zip(field)
                .and_then(|(m, field)| Some((m, m.field(field)?)));
            if let Some((module, field)) = field
                && reads_otherwise(field, &object)
                && has_values(base, module, field)
            {
                let reason = "the type cannot be changed: there are values";
                self.declaration_problem(&name, Some(field.api_name()), reason);
            }
        }
    }

    /// A problem with what the document says of a module or field, last.
    fn declaration_problem(&mut self, module: &str, field: Option<&str>, reason: &str) {
        let document = self.document;
        let named = |object: &serde_json::Map<String, Json>, name: &str| {
            object.get("api_name").and_then(Json::as_str) == Some(name)
        };
        let fields = document
            .fields
            .iter()
            .filter(|(of, at)| of == module && field.is_none_or(|field| named(&at.object, field)));
        let mut modules = document.modules.iter();
        let mut module_at = || modules.rfind(|at| named(&at.object, module));
        let field_at = fields.map(|(_, at)| at).next_back();
        match (field_at.or_else(&mut module_at), field) {
            (Some(at), None) => self.problem(at, "", reason),
            (Some(at), Some(field)) => self.problem(at, "", format!("{field}: {reason}")),
            (None, _) => self.problem_at("seed", format!("module {module}"), reason),
        }
    }
}

/// Whether values of a field would mean something else after a change.
fn reads_otherwise(field: &Field, change: &Map<String, Json>) -> bool {
    let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
    let spec = &field.spec;
    let data_type = text(change.get("data_type")).and_then(|word| DataType::parse(&word));
    let target = text(change.get("lookup").and_then(|lookup| lookup.get("module")));
    let rows = text(change.get("subform"));
    let own = spec.lookup.as_ref().map(|lookup| lookup.module.as_str());
    data_type.is_some_and(|other| other.class() != spec.data_type.class())
        || target.is_some_and(|target| own != Some(target.as_str()))
        || rows.is_some_and(|rows| spec.subform.as_deref() != Some(rows.as_str()))
}

/// Whether a record of an org, or a row of one, has a value in a field.
fn has_values(state: &OrgState, module: &Module, field: &Field) -> bool {
    let of_row = |record: &Record| {
        record.values().iter().any(|(_, value)| match value {
            Value::Rows(rows) => rows
                .iter()
                .any(|row| row.values.iter().any(|(no, _)| *no == field.no)),
            _ => false,
        })
    };
    let subform = |kind: &Storage, rows: ModuleNo| *kind == Storage::Rows(Some(rows));
    let mut modules = state.schema.modules();
    modules.any(|other| {
        let holds = other.fields.iter().any(|f| subform(&f.kind, module.no));
        let own = other.no == module.no;
        let found =
            |record: &Record| own && record.stored(field.no).is_some() || holds && of_row(record);
        let table = state.table(other);
        (own || holds)
            && (table.rows().iter().any(|(_, record)| found(record))
                || table
                    .deleted()
                    .iter()
                    .any(|(_, entry)| found(&entry.record)))
    })
}
