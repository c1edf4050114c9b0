//! The schema of an org of which nothing is declared: its modules are built when they are asked for.

use std::sync::{Arc, OnceLock};

use super::build::ModuleBuilder;
use super::builtin::{self, PickLists, Standard};
use super::declared::Declared;
use super::features::Features;
use super::module::Module;
use super::number::ModuleNo;
use super::registry::{ModulePlace, Schema};
use crate::ids::IdPrefix;

impl Schema {
    /// The schema of an org of which nothing is declared.
    #[must_use]
    pub fn standard(prefix: IdPrefix, features: &Features) -> Self {
        let modules = builtin::standard().filter(|module| module.is_in(features));
        let modules: Vec<&Standard> = modules.collect();
        let names = modules.iter().zip(0..);
        let names = names.map(|(module, no)| (module.api_name.into(), no));
        let places = modules
            .iter()
            .map(|module| ModulePlace::Standard(module, OnceLock::new()));
        Self {
            modules: places.collect(),
            by_name: Arc::new(names.collect()),
            declared: Arc::new(Declared::default()),
            prefix,
            features: Arc::new(features.clone()),
        }
    }

    /// A standard module of which this schema declares nothing else, under its number. No other module's
    /// lookups are among its related lists, as only custom ones are shown so.
    pub(super) fn standard_module(&self, standard: &Standard, no: ModuleNo) -> Module {
        static NO_LISTS: PickLists = PickLists::new();
        let builder = ModuleBuilder {
            names: &self.by_name,
            // that pick lists and declarations can be read is tested
            shared: builtin::shared_pick_lists().unwrap_or(&NO_LISTS),
            prefix: self.prefix,
            features: &self.features,
            module: no,
        };
        builder.module(standard.spec().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::schema::spec::ModuleSpec;

    /// What a module is, but for the number that is unique to it.
    fn whole(module: &Module) -> String {
        let module = Module {
            stamp: 0,
            ..module.clone()
        };
        format!("{module:#?}")
    }

    #[test]
    fn modules_that_are_built_later_are_those_that_are_built_at_once() {
        let lists = builtin::pick_lists().expect("pick lists");
        for on in [&["classic_address"][..], &["2025_org", "multi_currency"]] {
            let features = Features {
                on: on.iter().map(|name| (*name).into()).collect(),
            };
            let prefix = IdPrefix::parse("5843104").expect("a prefix");
            let specs = builtin::modules(&BTreeMap::default()).expect("declarations");
            let at_once = Schema::build(specs, &lists, prefix, &features);
            let later = Schema::standard(prefix, &features);
            assert_eq!(later.count(), at_once.count());
            for module in at_once.modules() {
                let name = module.api_name();
                // asked before the module is built, and after that
                for _ in 0..2 {
                    assert_eq!(later.number_of(name), Some(module.no));
                    let with_fields = later.with_fields(name);
                    assert_eq!(with_fields, at_once.with_fields(name), "{name}");
                    assert_eq!(with_fields.is_some(), !module.fields.is_empty(), "{name}");
                    assert_eq!(whole(later.module_at(module.no)), whole(module));
                }
            }
        }
    }

    #[test]
    fn what_is_told_of_a_declaration_is_in_it() {
        for standard in builtin::standard() {
            let ModuleSpec { api_name, when, .. } = standard.spec().expect("a declaration");
            assert_eq!(api_name, standard.api_name);
            let features = |on: &[&str]| Features {
                on: on.iter().map(|name| (*name).into()).collect(),
            };
            assert_eq!(standard.is_in(&features(&[])), when.is_none(), "{api_name}");
            if let Some(feature) = &when {
                assert!(standard.is_in(&features(&[feature])), "{api_name}");
            }
        }
    }
}
