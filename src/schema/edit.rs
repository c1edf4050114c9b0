//! Changes of metadata: an edit of the declarations, and a build of what it touches.
//!
//! The modules that an edit does not touch are shared with the schema before it. What comes out is
//! the schema that [`Schema::of`] makes of the edited declarations.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::build::{ModuleBuilder, link, mirrors};
use super::builtin;
use super::declared::Declared;
use super::module::{Module, View};
use super::number::{FieldNo, ModuleNo};
use super::registry::{ModulePlace, Schema};
use super::spec::DeclaredId;
use crate::ids::unique;

/// Why an edit is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// What is declared of a module does not fit the form of one.
    #[error("{module}: {reason}")]
    Malformed {
        /// Its API name.
        module: String,
        /// What is wrong.
        reason: String,
    },
    /// Records hold a number that would be lost, or would mean something else.
    #[error("{module}: a module or field of an org that exists cannot be taken away")]
    Lost {
        /// The module's API name.
        module: String,
        /// The field's, unless it is the whole module.
        field: Option<String>,
    },
}

impl Schema {
    /// The schema with other custom views of a module.
    #[must_use]
    pub fn with_views(&self, no: ModuleNo, mut views: Vec<View>) -> Self {
        let mut modules = self.shared_modules();
        let mut declared = Declared::clone(&self.declared);
        let Some(module) = modules.get_mut(usize::from(no)) else {
            return self.with_modules(modules);
        };
        for view in &mut views {
            view.spec.id = Some(DeclaredId::Whole(view.id));
        }
        let declarations = views.iter().map(|view| view.spec.declaration(view.id));
        declared.set_views(module.api_name(), declarations.collect());
        Arc::make_mut(module).views = views;
        let mut schema = self.with_modules(modules);
        schema.declared = Arc::new(declared);
        schema
    }

    /// The schema with a field that is new, or changed in what the object names. The object has the
    /// form of a field in a seed; its `api_name` says which field is meant.
    ///
    /// # Errors
    /// [`EditError`] if it does not fit that form, or takes the field away.
    pub fn with_field(&self, module: &str, object: &Map<String, Json>) -> Result<Self, EditError> {
        self.edited(module, |declared| declared.add_fields(module, [object]))
    }

    /// The schema without a custom field, whose number stays taken.
    ///
    /// # Errors
    /// [`EditError::Lost`] for a field that was not declared by a seed or a call.
    pub fn without_field(&self, module: &str, api_name: &str) -> Result<Self, EditError> {
        let mut gone = false;
        let schema = self.edited(module, |declared| gone = declared.bury(module, api_name))?;
        if gone {
            Ok(schema)
        } else {
            Err(EditError::Lost {
                module: module.to_owned(),
                field: Some(api_name.to_owned()),
            })
        }
    }

    /// The schema of an org whose metadata have not changed, but what else its answers depend on
    /// has: nothing that was worked out from it holds any more.
    #[must_use]
    pub fn restamped(&self) -> Self {
        let mut modules = self.shared_modules();
        for module in &mut modules {
            Arc::make_mut(module).stamp = unique();
        }
        self.with_modules(modules)
    }

    /// The schema after an edit of what is declared of one module that it has.
    fn edited(&self, module: &str, edit: impl FnOnce(&mut Declared)) -> Result<Self, EditError> {
        let no = self.by_name.get(module).copied();
        let no = no.ok_or_else(|| EditError::Malformed {
            module: module.to_owned(),
            reason: "no such module".to_owned(),
        })?;
        let mut declared = Declared::clone(&self.declared);
        edit(&mut declared);
        self.rebuilt(declared, &[no])
    }

    /// The schema with other declarations, which add to those it has.
    ///
    /// # Errors
    /// [`EditError`] if a declaration does not fit the form of a module, or takes away what records
    /// may hold.
    pub fn redeclared(&self, declared: Declared) -> Result<Self, EditError> {
        let known = |name: &str| self.by_name.contains_key(name);
        // a new module may be what lookups of others lead to
        let new = declared.patches().any(|(name, _)| !known(name));
        let changed = |module: &&Arc<Module>| {
            let name = module.api_name();
            declared.patch_of(name) != self.declared.patch_of(name)
                || declared.views_of(name) != self.declared.views_of(name)
        };
        let custom = |module: &&Arc<Module>| {
            let now = declared.patch_of(module.api_name());
            now.is_some_and(|patch| builtin::is_custom(module.api_name(), patch))
        };
        let tab = |module: &&Arc<Module>| module.fields.is_empty() && custom(module);
        let touched: Vec<&Arc<Module>> = self.modules().filter(changed).collect();
        if new || touched.iter().any(tab) {
            let schema = Self::of(declared, self.prefix, &self.features);
            let schema =
                schema.map_err(|(module, reason)| EditError::Malformed { module, reason })?;
            self.check_numbers(&schema)?;
            return Ok(schema.sharing(self).with_view_ids());
        }
        let touched: Vec<ModuleNo> = touched.iter().map(|module| module.no).collect();
        Ok(self.rebuilt(declared, &touched)?.with_view_ids())
    }

    /// The schema with other declarations of some of its modules.
    fn rebuilt(&self, declared: Declared, touched: &[ModuleNo]) -> Result<Self, EditError> {
        let shared = builtin::shared_pick_lists().map_err(|reason| EditError::Malformed {
            module: "picklists".to_owned(),
            reason,
        })?;
        let mut modules = self.shared_modules();
        let mut targets: Vec<ModuleNo> = Vec::new();
        for &no in touched {
            let old = self.module_at(no);
            let name = old.api_name();
            let spec = declared.module_spec(name, old.spec.module_name.as_ref());
            let spec = spec.map_err(|reason| EditError::Malformed {
                module: name.to_owned(),
                reason,
            })?;
            if !self.features.has(spec.when.as_ref()) {
                return Err(EditError::Lost {
                    module: name.to_owned(),
                    field: None,
                });
            }
            let builder = ModuleBuilder {
                names: &self.by_name,
                shared,
                prefix: self.prefix,
                features: &self.features,
                module: no,
            };
            let new = builder.module(spec);
            keeps_numbers(old, &new)?;
            let mirrored = mirrors(old).into_iter().chain(mirrors(&new));
            let mirrored = mirrored.filter_map(|m| self.by_name.get(&m.lookup.module).copied());
            targets.extend(mirrored.chain([no]));
            modules[usize::from(no)] = Arc::new(new);
        }
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            link(&mut modules, usize::from(target), self.prefix);
        }
        let mut schema = self.with_modules(modules);
        schema.declared = Arc::new(declared);
        Ok(schema)
    }

    /// Views that a seed has added to those that calls have made get their ids for good.
    fn with_view_ids(self) -> Self {
        let nameless = |view: &Json| view.get("id").is_none_or(Json::is_null);
        let with_new = self
            .declared
            .views()
            .filter(|(_, views)| views.iter().any(nameless));
        let with_new: Vec<Arc<Module>> = with_new
            .filter_map(|(name, _)| self.module(name).map(Arc::clone))
            .collect();
        let with_ids =
            |schema: Self, module: Arc<Module>| schema.with_views(module.no, module.views.clone());
        with_new.into_iter().fold(self, with_ids)
    }

    /// Every module and field keeps its number.
    fn check_numbers(&self, new: &Self) -> Result<(), EditError> {
        for old in self.modules() {
            let now = new.module(old.api_name()).filter(|now| now.no == old.no);
            let now = now.ok_or_else(|| EditError::Lost {
                module: old.api_name().to_owned(),
                field: None,
            })?;
            keeps_numbers(old, now)?;
        }
        Ok(())
    }

    /// Modules that are as they were keep their stamps, and what was worked out from them.
    fn sharing(mut self, old: &Self) -> Self {
        let declared = Arc::clone(&self.declared);
        let same = |name: &str| {
            declared.patch_of(name) == old.declared.patch_of(name)
                && declared.views_of(name) == old.declared.views_of(name)
        };
        for place in &mut self.modules {
            // only where nothing is declared
            let ModulePlace::Built(module) = place else {
                continue;
            };
            let before = old.module(module.api_name());
            if let Some(before) = before.filter(|_| same(module.api_name())) {
                Arc::make_mut(module).stamp = before.stamp;
            }
        }
        self
    }
}

/// No field of a module is lost, or changes its number.
fn keeps_numbers(old: &Module, new: &Module) -> Result<(), EditError> {
    let lost = |no: FieldNo, name: &str| {
        let here = new.field(name).is_some_and(|field| field.no == no);
        !here && !new.is_grave(no)
    };
    match old.fields.iter().find(|f| lost(f.no, f.api_name())) {
        None => Ok(()),
        Some(field) => Err(EditError::Lost {
            module: old.api_name().to_owned(),
            field: Some(field.api_name().to_owned()),
        }),
    }
}
