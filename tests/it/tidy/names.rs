//! A type has a name of its own, at least as far as the outer two levels of modules go.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::source::sources;
use crate::known;

/// Names that several types have, with the modules where they are.
const SHARED: &[&str] = &[];

/// The state of an org. What belongs to a family of settings is kept by that family's name, so
/// that a new family is no new field.
const ORG_STATE: &[&str] = &[
    "blobs",
    "current_user",
    "files",
    "framework",
    "info",
    "jobs",
    "names",
    "next_ids",
    "next_numbers",
    "next_tail",
    "schema",
    "settings",
    "tables",
    "time_zone",
    "timeline",
    "users",
];

/// A declared type.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    /// The names of its fields, if it is a struct that has such.
    pub(super) fields: Vec<String>,
}

/// The types of a file.
pub(super) fn types(tree: &syn::File) -> Vec<Declared> {
    let mut collector = Collector::default();
    collector.visit_file(tree);
    collector.0
}

#[derive(Default)]
struct Collector(Vec<Declared>);

impl Collector {
    fn note(&mut self, name: &syn::Ident) {
        self.0.push(Declared {
            name: name.to_string(),
            fields: Vec::new(),
        });
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let fields = item.fields.iter();
        let fields = fields.filter_map(|field| field.ident.as_ref().map(ToString::to_string));
        self.0.push(Declared {
            name: item.ident.to_string(),
            fields: fields.collect(),
        });
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.note(&item.ident);
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.note(&item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.note(&item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.note(&item.ident);
    }
}

#[test]
fn names_of_types_are_used_once() {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| source.module.len() <= 2) {
        for declared in &source.types {
            let place = source.module.join("::");
            places.entry(&declared.name).or_default().push(place);
        }
    }
    let shared = places.into_iter().filter(|(_, places)| places.len() > 1);
    known::compare(
        "a name stands for one type",
        SHARED,
        shared.map(|(name, places)| format!("{name}: {}", places.join(", "))),
    );
}

#[test]
fn the_state_of_an_org_has_no_other_fields() {
    let types = sources().iter().flat_map(|source| &source.types);
    let of_state = ["OrgState", "Framework"];
    let state = types.filter(|declared| of_state.contains(&declared.name.as_str()));
    let fields: Vec<String> = state.flat_map(|state| state.fields.clone()).collect();
    assert!(!fields.is_empty(), "OrgState was not found");
    known::compare(
        "a field of OrgState and its Framework is for what no family is",
        ORG_STATE,
        fields,
    );
}

#[test]
fn types_are_found_in_functions_too() {
    let tree =
        super::source::parse("struct A { b: u8 } fn c() { enum D {} } mod e { type F = A; }");
    let found: Vec<String> = types(&tree)
        .into_iter()
        .map(|declared| declared.name)
        .collect();
    assert_eq!(found, ["A", "D", "F"]);
}
