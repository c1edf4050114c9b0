//! The registry of modules and fields of an org.
//!
//! One source for everything that depends on metadata: validation, defaults, system fields,
//! search, sort, seeds and the `/settings` answers. It is built from the declarations embedded
//! in the binary ([`builtin`]), with the changes that seeds and calls make to them
//! ([`Declared`]), for one org: with the org's id prefix and features. A change of metadata is
//! an edit of the declarations, after which the modules it touches are built anew ([`edit`]).
//! A schema is a value and part of the org's state.

mod build;
pub mod builtin;
pub mod data_type;
pub mod declared;
pub mod dollar;
pub mod edit;
pub mod field;
pub mod layout;
pub mod module;
pub mod spec;

use std::collections::BTreeMap;
use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashMap;

pub use data_type::{DataType, JsonType, ValueClass};
pub use declared::Declared;
pub use field::{Body, Field, Slot, Storage, value_tail};
pub use layout::{Layout, Section};
pub use module::{Module, RelatedList, View};
pub use spec::{FieldSpec, ModuleSpec, PickValue, RelatedListSpec, ViewSpec};

use crate::ids::IdPrefix;
use crate::version::{ApiVersion, Versions};

/// Number of a module within its schema.
pub type ModuleNo = u16;
/// Number of a field within its module.
pub type FieldNo = u16;

/// Whether a range given by two optional ends holds a version.
#[must_use]
pub fn in_range(since: Option<ApiVersion>, until: Option<ApiVersion>, version: ApiVersion) -> bool {
    Versions::between(
        since.unwrap_or(ApiVersion::V2),
        until.unwrap_or(ApiVersion::LATEST),
    )
    .contains(version)
}
/// What an org's schema depends on besides the declarations.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Names that `when` of a field or list may ask for.
    pub on: Vec<EcoString>,
}

impl Features {
    fn has(&self, when: Option<&EcoString>) -> bool {
        when.is_none_or(|name| self.on.contains(name))
    }
}

/// The modules of an org.
#[derive(Clone, Debug)]
pub struct Schema {
    modules: Vec<Arc<Module>>,
    by_name: Arc<FxHashMap<EcoString, ModuleNo>>,
    declared: Arc<Declared>,
    prefix: IdPrefix,
    features: Arc<Features>,
}

impl Schema {
    /// The schema of an org with these declarations.
    ///
    /// # Errors
    /// With the module's name if a declaration does not fit the form of a module.
    pub fn of(
        declared: Declared,
        prefix: IdPrefix,
        features: &Features,
    ) -> Result<Self, (String, String)> {
        let shared = builtin::shared_pick_lists().map_err(|e| ("picklists".into(), e))?;
        let mut schema = Self::build(declared.modules()?, shared, prefix, features);
        schema.declared = Arc::new(declared);
        Ok(schema)
    }

    /// Builds the schema of an org from declarations.
    #[must_use]
    pub fn build(
        specs: Vec<ModuleSpec>,
        shared: &BTreeMap<EcoString, Vec<PickValue>>,
        prefix: IdPrefix,
        features: &Features,
    ) -> Self {
        build::schema(specs, shared, prefix, features)
    }

    /// What seeds and calls declared.
    #[must_use]
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// The module that a person means: by API name, else by a label without regard to case.
    #[must_use]
    pub fn module_called(&self, name: &str) -> Option<&Arc<Module>> {
        let known = |module: &&Arc<Module>| {
            let spec = &module.spec;
            [&spec.api_name, &spec.plural_label, &spec.singular_label]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        self.module(name).or_else(|| self.modules().find(known))
    }

    /// The module with an API name (case matters, as for Zoho).
    #[must_use]
    pub fn module(&self, api_name: &str) -> Option<&Arc<Module>> {
        self.by_name
            .get(api_name)
            .map(|&no| &self.modules[usize::from(no)])
    }

    /// The module with a number of this schema.
    #[must_use]
    pub fn module_at(&self, no: ModuleNo) -> &Arc<Module> {
        &self.modules[usize::from(no)]
    }

    /// Every module.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = &Arc<Module>> {
        self.modules.iter()
    }
}
