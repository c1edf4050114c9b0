//! What the seeds of an org declare: custom modules and fields, and changes to standard ones.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::builtin;
use super::spec::ModuleSpec;

/// Declarations by module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    patches: BTreeMap<String, Map<String, Json>>,
    /// The names of custom modules in the order in which they are numbered: that of their
    /// declaration.
    custom: Vec<String>,
}

impl Declared {
    fn patch(&mut self, module: &str) -> &mut Map<String, Json> {
        if !self.patches.contains_key(module) && !builtin::is_standard(module) {
            self.custom.push(module.to_owned());
        }
        let patch = self.patches.entry(module.to_owned());
        patch.or_insert_with(|| Map::from_iter([("api_name".to_owned(), module.into())]))
    }

    /// Adds what a seed's `modules` say of a module; see [`builtin::merge_module`].
    pub fn module(&mut self, name: &str, object: &Map<String, Json>) {
        let patch = self.patch(name);
        let mut merged = Json::Object(std::mem::take(patch));
        builtin::merge_module(&mut merged, object);
        if let Json::Object(merged) = merged {
            *patch = merged;
        }
    }

    /// Adds what a seed's `fields` say of a field of a module.
    pub fn field(&mut self, module: &str, object: &Map<String, Json>) {
        let fields = self.patch(module).entry("fields");
        if let Json::Array(fields) = fields.or_insert_with(|| Json::Array(Vec::new())) {
            fields.push(Json::Object(object.clone()));
        }
    }

    /// What is said of each module: of the standard ones by name, then of the custom ones in their
    /// order.
    pub fn patches(&self) -> impl Iterator<Item = (&str, &Map<String, Json>)> {
        let all = self
            .patches
            .iter()
            .map(|(name, patch)| (name.as_str(), patch));
        all.filter(|(name, _)| builtin::is_standard(name))
            .chain(self.custom())
    }

    fn custom(&self) -> impl Iterator<Item = (&str, &Map<String, Json>)> {
        let names = self.custom.iter();
        names.filter_map(|name| Some((name.as_str(), self.patches.get(name)?)))
    }

    /// The modules of an org with these declarations: the standard ones as changed, then the
    /// custom ones. What is declared later changes the place of no module.
    ///
    /// # Errors
    /// With the module's name if a declaration does not fit the form of a module.
    pub fn modules(&self) -> Result<Vec<ModuleSpec>, (String, String)> {
        let mut specs = builtin::modules(&self.patches)?;
        for (name, patch) in self.custom() {
            let spec = builtin::custom(name, patch, specs.len());
            specs.push(spec.map_err(|reason| (name.to_owned(), reason))?);
        }
        Ok(specs)
    }
}
