//! Modules and fields.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Loader;
use crate::schema::builtin;
use crate::schema::spec::{FieldSpec, ModuleSpec};
use crate::schema::{Declared, Features, Field, Kind, Module, ModuleNo, Schema, View};
use crate::seed::format::Located;
use crate::seed::unknown;
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
        let mut declared = match self.base {
            Some(base) => base.schema.declared().clone(),
            None => Declared::default(),
        };
        document.declare(&mut declared);
        let features = Features {
            on: info.features.clone(),
        };
        let mut schema = match Schema::of(declared, info.prefix, &features) {
            Ok(schema) => schema,
            Err((module, reason)) => {
                let modules = document.modules.iter();
                let at = modules.chain(document.fields.iter().map(|(_, f)| f)).next();
                let file = at.map_or("seed", |at| &at.file).to_owned();
                self.problem_at(&file, format!("module {module}"), reason);
                return None;
            }
        };
        if let Some(base) = self.base {
            self.check_changes(base, &schema);
            schema = self.with_views_of(base, schema);
        }
        self.problems.is_empty().then(|| Arc::new(schema))
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
                        ..module.clone()
                    };
                    self.check_field(&field, &known);
                }
            }
        }
    }

    fn check_field(&mut self, field: &Located, known: &[&str]) {
        let name = field.object.get("api_name").and_then(Json::as_str);
        if name.is_none_or(str::is_empty) {
            return self.problem(field, "api_name", "a field needs an api_name");
        }
        match serde_json::from_value::<FieldSpec>(Json::Object(field.object.clone())) {
            Err(error) => self.problem(field, "", error.to_string()),
            Ok(spec) => {
                let target = spec.lookup.map(|l| l.module).or(spec.subform);
                if let Some(target) = target
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

    /// Refuses declarations after which the records of a living org would read otherwise.
    fn check_changes(&mut self, base: &OrgState, schema: &Schema) {
        for old in base.schema.modules() {
            let name = old.api_name();
            let new = schema.module(name).filter(|new| new.no == old.no);
            let Some(new) = new else {
                self.declaration_problem(name, None, "the module cannot be taken away");
                continue;
            };
            let keys =
                |module: &Module| module.spec.record_keys.keys().cloned().collect::<Vec<_>>();
            if !keys(new).starts_with(&keys(old)) {
                self.declaration_problem(name, None, "record_keys can only be added to");
            }
            for field in &old.fields {
                let api_name = field.api_name();
                match new.field(api_name).filter(|new| new.no == field.no) {
                    None => {
                        let reason = "a field of an org that exists cannot be hidden";
                        self.declaration_problem(name, Some(api_name), reason);
                    }
                    Some(other) if other.kind != field.kind && has_values(base, old, field) => {
                        let reason = "the type cannot be changed: there are values";
                        self.declaration_problem(name, Some(api_name), reason);
                    }
                    Some(_) => {}
                }
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

    /// Puts the views that an org has back in the place of those that were declared, but for those
    /// that the document names.
    fn with_views_of(&self, base: &OrgState, mut schema: Schema) -> Schema {
        let mut said = Declared::default();
        self.document.declare(&mut said);
        for old in base.schema.modules() {
            let Some(new) = schema.module(old.api_name()).map(Arc::clone) else {
                continue;
            };
            let mut patches = said.patches();
            let named = patches.find(|(name, _)| *name == old.api_name());
            let named = named.and_then(|(_, patch)| patch.get("custom_views")?.as_array());
            let named = named.into_iter().flatten();
            let named: Vec<&str> = named
                .filter_map(|view| view.get("name")?.as_str())
                .collect();
            // a tab that became a custom module had no views
            let mut views: Vec<View> = if old.fields.is_empty() {
                new.views.clone()
            } else {
                old.views.clone()
            };
            for view in new.views.iter().filter(|v| named.contains(&&*v.spec.name)) {
                match views.iter_mut().find(|old| old.spec.name == view.spec.name) {
                    Some(old) => old.spec = view.spec.clone(),
                    None => views.push(view.clone()),
                }
            }
            schema = schema.with_views(new.no, views);
        }
        schema
    }
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
    let subform = |kind: &Kind, rows: ModuleNo| *kind == Kind::Rows(Some(rows));
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
