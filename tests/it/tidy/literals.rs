//! Words that belong into one place: ids of operations, and the key of the place in a body.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use zoho_crm_mock::api::endpoints;

use super::source::sources;
use crate::known;

/// Where an operation is known by its id, other than in its row.
const IDS: &[&str] = &[];

/// A string literal.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) text: String,
    /// It stands in a constant that holds rows of the table of operations.
    pub(super) in_row: bool,
}

/// The string literals of a file.
pub(super) fn of(tree: &syn::File) -> Vec<Literal> {
    let mut collector = Collector::default();
    collector.visit_file(tree);
    collector.found
}

#[derive(Default)]
struct Collector {
    in_row: bool,
    found: Vec<Literal>,
}

impl Collector {
    fn note(&mut self, text: String) {
        self.found.push(Literal {
            text,
            in_row: self.in_row,
        });
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal) {
                        self.note(text.value());
                    }
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, of: &syn::Type, visit: impl FnOnce(&mut Self)) {
        let before = self.in_row;
        self.in_row |= holds_rows(of);
        visit(self);
        self.in_row = before;
    }
}

/// Whether a type is `Endpoint`, or a list or reference of such.
fn holds_rows(of: &syn::Type) -> bool {
    match of {
        syn::Type::Reference(of) => holds_rows(&of.elem),
        syn::Type::Slice(of) => holds_rows(&of.elem),
        syn::Type::Array(of) => holds_rows(&of.elem),
        syn::Type::Path(of) => {
            let last = of.path.segments.last();
            last.is_some_and(|segment| segment.ident == "Endpoint")
        }
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.note(literal.value());
    }

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ty, |this| visit::visit_item_const(this, item));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ty, |this| visit::visit_item_static(this, item));
    }
}

#[test]
fn operations_are_known_by_their_ids_in_their_rows_alone() {
    let ids: BTreeSet<&str> = endpoints().map(|row| row.id).collect();
    let mut found = Vec::new();
    let mut rows = BTreeSet::new();
    for source in sources() {
        for literal in &source.literals {
            if !ids.contains(literal.text.as_str()) {
                continue;
            }
            if literal.in_row {
                rows.insert(literal.text.as_str());
            } else if !source.module.iter().any(|module| module == "connector") {
                found.push(format!("{} {}", source.path, literal.text));
            }
        }
    }
    // rows of families of settings are made from what the families say
    let written = endpoints().filter(|row| row.family.is_none());
    let written: BTreeSet<&str> = written.map(|row| row.id).collect();
    let missing: Vec<_> = written.difference(&rows).collect();
    assert!(missing.is_empty(), "ids that are in no row: {missing:?}");
    known::compare(
        "what depends on an operation is a column of its row",
        IDS,
        found,
    );
}

#[test]
fn places_are_written_in_one_file() {
    let written = sources().iter().filter(|source| {
        let mut literals = source.literals.iter();
        literals.any(|literal| literal.text == "json_path")
    });
    let written: Vec<&str> = written.map(|source| source.path.as_str()).collect();
    assert_eq!(written, ["error/place.rs"], "where errors are");
}

#[test]
fn literals_are_found_in_macros_and_told_from_rows() {
    let tree = super::source::parse(
        "/// doc\nconst ROWS: &[Endpoint] = &[Endpoint { id: \"a\" }];\n\
         static ROW: Endpoint = Endpoint::get(\"b\");\nconst OTHER: &str = \"c\";\n\
         fn f() { json!({\"d\": [format!(\"e\")]}) }",
    );
    let found = of(&tree);
    let found: Vec<(&str, bool)> = found.iter().map(|l| (l.text.as_str(), l.in_row)).collect();
    let expected = [
        ("a", true),
        ("b", true),
        ("c", false),
        ("d", false),
        ("e", false),
    ];
    assert_eq!(found, expected);
}
