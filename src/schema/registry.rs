//! The modules of an org, by number and by name.

use std::sync::{Arc, OnceLock};

use lean_string::LeanString;
use rustc_hash::FxHashMap;

use super::builtin::Standard;
use super::declared::Declared;
use super::features::Features;
use super::module::Module;
use super::number::ModuleNo;
use crate::ids::IdPrefix;
use crate::version::ApiVersion;

/// The modules of an org.
#[derive(Debug)]
pub struct Schema {
    pub(super) modules: Vec<ModulePlace>,
    pub(super) by_name: Arc<FxHashMap<LeanString, ModuleNo>>,
    pub(super) declared: Arc<Declared>,
    pub(super) prefix: IdPrefix,
    pub(super) features: Arc<Features>,
}

/// A module of a schema.
#[derive(Debug)]
pub(super) enum ModulePlace {
    /// It was built with the schema.
    Built(Arc<Module>),
    /// A standard one of which nothing else is declared: it is built when it is asked for first, as
    /// most orgs of tests ask for few.
    Standard(&'static Standard, OnceLock<Arc<Module>>),
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
        self.by_name.get(api_name).map(|&no| self.module_at(no))
    }

    /// The number of the module with an API name.
    #[must_use]
    pub fn number_of(&self, api_name: &str) -> Option<ModuleNo> {
        self.by_name.get(api_name).copied()
    }

    /// The number of the module with an API name, if it has fields.
    #[must_use]
    pub fn with_fields(&self, api_name: &str) -> Option<ModuleNo> {
        let no = self.number_of(api_name)?;
        let has_fields = match &self.modules[usize::from(no)] {
            ModulePlace::Built(module) => !module.fields.is_empty(),
            ModulePlace::Standard(standard, _) => standard.has_fields(),
        };
        has_fields.then_some(no)
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
        match &self.modules[usize::from(no)] {
            ModulePlace::Built(module) => module,
            ModulePlace::Standard(standard, module) => {
                module.get_or_init(|| Arc::new(self.standard_module(standard, no)))
            }
        }
    }

    /// Every module.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = &Arc<Module>> {
        (0..self.count()).map(|no| self.module_at(no))
    }

    /// All modules, to be changed and given to [`with_modules`](Self::with_modules). Those that the two
    /// schemas share are built before: built by each of them, they would seem to have been changed.
    pub(super) fn shared_modules(&self) -> Vec<Arc<Module>> {
        self.modules().cloned().collect()
    }

    /// The schema with these modules in place of those that it has, with the same names.
    pub(super) fn with_modules(&self, modules: Vec<Arc<Module>>) -> Self {
        Self {
            modules: modules.into_iter().map(ModulePlace::Built).collect(),
            by_name: Arc::clone(&self.by_name),
            declared: Arc::clone(&self.declared),
            prefix: self.prefix,
            features: Arc::clone(&self.features),
        }
    }

    /// How many modules there are.
    #[must_use]
    pub fn count(&self) -> ModuleNo {
        ModuleNo::try_from(self.modules.len()).unwrap_or(ModuleNo::MAX)
    }
}
