//! The modules of an org, by number and by name.

use std::sync::Arc;

use lean_string::LeanString;
use rustc_hash::FxHashMap;

use super::declared::Declared;
use super::features::Features;
use super::module::Module;
use super::number::ModuleNo;
use crate::ids::IdPrefix;
use crate::version::ApiVersion;

/// The modules of an org.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(super) modules: Vec<Arc<Module>>,
    pub(super) by_name: Arc<FxHashMap<LeanString, ModuleNo>>,
    pub(super) declared: Arc<Declared>,
    pub(super) prefix: IdPrefix,
    pub(super) features: Arc<Features>,
}

impl Schema {
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

    /// The module that a request means by a name. v2 takes names in any case (recorded: a client's
    /// captures of calls of `accounts`, `leads` …), and an older name beside the newer one
    /// (`Potentials`, in use by clients until 2026).
    #[must_use]
    pub fn module_meant(&self, name: &str, version: ApiVersion) -> Option<&Arc<Module>> {
        if let Some(module) = self.module(name) {
            return Some(module);
        }
        if !version.reads_module_names_loosely() {
            return None;
        }
        self.modules().find(|module| {
            let old = module.spec.v2.as_ref();
            let also = old.and_then(|old| old.also_called.as_ref());
            let mut names = [Some(&module.spec.api_name), also].into_iter().flatten();
            names.any(|known| known.eq_ignore_ascii_case(name))
        })
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
