//! What an org has beyond, and otherwise than, the declarations in the binary.
//!
//! This is the one truth about its metadata: a [`Schema`](super::registry::Schema) is built from it, seeds and
//! calls change it (see [`edit`](super::edit)), and an export is it.

use std::collections::BTreeMap;

use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use super::builtin;
use super::data_type::DataType;
use super::spec::ModuleSpec;

/// Declarations by module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declared {
    patches: BTreeMap<String, Map<String, Json>>,
    /// The names of custom modules in the order in which they are numbered: that of their
    /// declaration. None is ever taken out, so no number is given twice.
    custom: Vec<String>,
    /// All views of a module, in place of those that the patches and the binary declare.
    views: BTreeMap<String, Vec<Json>>,
}

impl Declared {
    /// Whether nothing is declared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patches.is_empty() && self.views.is_empty()
    }

    fn patch(&mut self, module: &str) -> &mut Map<String, Json> {
        if !self.patches.contains_key(module) && !builtin::is_standard(module) {
            self.custom.push(module.to_owned());
        }
        let patch = self.patches.entry(module.to_owned());
        patch.or_insert_with(|| Map::from_iter([("api_name".to_owned(), module.into())]))
    }

    fn fields(&mut self, module: &str) -> Option<&mut Vec<Json>> {
        let fields = self.patch(module).entry("fields");
        fields
            .or_insert_with(|| Json::Array(Vec::new()))
            .as_array_mut()
    }

    /// Adds what a seed's `modules` say of a module; see [`builtin::merge_module`].
    pub fn module(&mut self, name: &str, object: &Map<String, Json>) {
        let patch = self.patch(name);
        let mut merged = Json::Object(std::mem::take(patch));
        builtin::merge_module(&mut merged, object);
        if let Json::Object(merged) = merged {
            *patch = merged;
        }
        let views = object.get("custom_views").and_then(Json::as_array);
        if let (Some(new), Some(views)) = (views, self.views.get_mut(name)) {
            builtin::merge_list(views, new, "name");
        }
    }

    /// Adds what is said of fields of a module: new fields, or keys of those that are there.
    pub fn add_fields<'f>(
        &mut self,
        module: &str,
        said: impl IntoIterator<Item = &'f Map<String, Json>>,
    ) {
        let Some(fields) = self.fields(module) else {
            return;
        };
        let name = |field: &Map<String, Json>| field.get("api_name").map(Json::to_string);
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (at, old) in fields.iter().enumerate() {
            if let Some(name) = old.as_object().and_then(name) {
                places.entry(name).or_insert(at);
            }
        }
        for object in said {
            let end = fields.len();
            let place = name(object).map(|name| *places.entry(name).or_insert(end));
            match place.and_then(|at| fields.get_mut(at)) {
                Some(Json::Object(old)) => old.extend(object.clone()),
                _ => fields.push(Json::Object(object.clone())),
            }
        }
    }

    /// Puts a grave in the place of a field, which keeps its number and what its lookup said; false
    /// if no seed or call has declared it.
    pub fn bury(&mut self, module: &str, api_name: &str) -> bool {
        let Some(fields) = self.fields(module) else {
            return false;
        };
        let named =
            |field: &&mut Json| field.get("api_name").and_then(Json::as_str) == Some(api_name);
        let Some(field) = fields.iter_mut().find(named) else {
            return false;
        };
        let mut grave = Map::from_iter([("grave".to_owned(), api_name.into())]);
        if let Some(lookup) = field.get("lookup") {
            grave.insert("lookup".to_owned(), lookup.clone());
        }
        *field = Json::Object(grave);
        true
    }

    /// Puts other views in the place of all that a module has. They have the form of a seed's
    /// `custom_views`, each with its whole id.
    pub fn set_views(&mut self, module: &str, views: Vec<Json>) {
        self.views.insert(module.to_owned(), views);
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

    /// The modules whose views are not those declared of them, with all their views.
    pub fn views(&self) -> impl Iterator<Item = (&str, &[Json])> {
        let all = self.views.iter();
        all.map(|(name, views)| (name.as_str(), views.as_slice()))
    }

    /// What is said of a module.
    pub(super) fn patch_of(&self, module: &str) -> Option<&Map<String, Json>> {
        self.patches.get(module)
    }

    /// All views of a module, where they are not those declared of it.
    pub(super) fn views_of(&self, module: &str) -> Option<&[Json]> {
        self.views.get(module).map(Vec::as_slice)
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
            let spec = builtin::custom(
                name,
                patch,
                specs.len(),
                builtin::parent_of(name, &self.patches),
            );
            specs.push(spec.map_err(|reason| (name.to_owned(), reason))?);
        }
        for spec in &mut specs {
            self.find_link_keys(spec);
            let put = self.put_views(spec);
            put.map_err(|reason| (spec.api_name.to_string(), reason))?;
        }
        Ok(specs)
    }

    /// One of the modules of [`modules`](Self::modules). `module_name` is the one that a custom
    /// module was given by its number.
    ///
    /// # Errors
    /// What does not fit the form of a module.
    pub(super) fn module_spec(
        &self,
        name: &str,
        module_name: Option<&LeanString>,
    ) -> Result<ModuleSpec, String> {
        let none = Map::new();
        let patch = self.patches.get(name).unwrap_or(&none);
        let mut spec = if builtin::is_custom(name, patch) {
            let mut spec =
                builtin::custom(name, patch, 0, builtin::parent_of(name, &self.patches))?;
            if !patch.contains_key("module_name") {
                spec.module_name = module_name.cloned();
            }
            spec
        } else {
            builtin::module(name, patch)?
        };
        self.find_link_keys(&mut spec);
        self.put_views(&mut spec)?;
        Ok(spec)
    }

    /// Multi-select lookups that name their linking module alone get the name of its field.
    fn find_link_keys(&self, spec: &mut ModuleSpec) {
        for field in &mut spec.fields {
            let users = field.data_type == DataType::MultiUserLookup;
            if !users && field.data_type != DataType::MultiSelectLookup {
                continue;
            }
            let Some(lookup) = &mut field.lookup else {
                continue;
            };
            if lookup.connectedlookup_apiname.is_some() {
                continue;
            }
            let linking = lookup.linking_module.as_deref();
            let linking = linking.and_then(|name| self.patches.get(name));
            let columns = linking.and_then(|patch| patch.get("fields")?.as_array());
            let leads = |column: &&Json| match column.get("lookup") {
                Some(target) => target.get("module").and_then(Json::as_str) == Some(&lookup.module),
                None => {
                    users && column.get("data_type").and_then(Json::as_str) == Some("userlookup")
                }
            };
            let column = columns.into_iter().flatten().find(leads);
            let name = column.and_then(|column| column.get("api_name")?.as_str());
            lookup.connectedlookup_apiname = name.map(LeanString::from);
        }
    }

    fn put_views(&self, spec: &mut ModuleSpec) -> Result<(), String> {
        if let Some(views) = self.views.get(spec.api_name.as_str()) {
            let views = serde_json::from_value(Json::Array(views.clone()));
            spec.custom_views = views.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
