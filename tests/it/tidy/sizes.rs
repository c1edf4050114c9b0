//! Files and functions stay small enough to be read at once.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use super::source::{outside, sources, texts};
use crate::known;

/// The most lines of a file.
const FILE: usize = 500;

/// The most lines of a function, from `fn` to its closing brace.
const FUNCTION: usize = 80;

/// Files that are longer.
const LONG_FILES: &[&str] = &[];

/// Functions that are longer.
const LONG_FUNCTIONS: &[&str] = &[];

/// A function, with the type whose method it is.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) lines: usize,
}

/// The functions of a file.
pub(super) fn functions(tree: &syn::File) -> Vec<Function> {
    let mut collector = Collector::default();
    collector.visit_file(tree);
    collector.found
}

#[derive(Default)]
struct Collector {
    within: Vec<String>,
    found: Vec<Function>,
}

impl Collector {
    fn note(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let last = block.brace_token.span.close().end().line;
        let name = self.within.iter().cloned();
        let name = name.chain([signature.ident.to_string()]);
        self.found.push(Function {
            name: name.collect::<Vec<_>>().join("::"),
            lines: last + 1 - first,
        });
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig, &item.block);
        self.within.push(item.sig.ident.to_string());
        visit::visit_item_fn(self, item);
        self.within.pop();
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.note(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let name = match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        self.within.push(name.unwrap_or_else(|| "impl".to_owned()));
        visit::visit_item_impl(self, item);
        self.within.pop();
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.within.pop();
    }
}

#[test]
fn files_are_short() {
    let texts = texts().into_iter().chain(outside());
    let long = texts.filter(|(_, text)| text.lines().count() > FILE);
    known::compare(
        "a file has at most 500 lines",
        LONG_FILES,
        long.map(|(path, _)| path),
    );
}

#[test]
fn functions_are_short() {
    let long = |path: &str, functions: &[Function]| -> Vec<String> {
        let long = functions.iter().filter(|f| f.lines > FUNCTION);
        long.map(|function| format!("{path} {}", function.name))
            .collect()
    };
    let sources = sources().iter();
    let sources = sources.flat_map(|source| long(&source.path, &source.functions));
    let outside = outside().into_iter().flat_map(|(path, text)| {
        let tree = syn::parse_file(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
        long(&path, &functions(&tree))
    });
    let long = sources.chain(outside);
    known::compare("a function has at most 80 lines", LONG_FUNCTIONS, long);
}

#[test]
fn functions_are_measured() {
    let tree = super::source::parse(
        "/// Said of it.\n#[must_use]\nfn a(\n    b: u8,\n) {\n    fn c() {}\n}\nimpl D { fn e() {\n} }",
    );
    let found = functions(&tree);
    let found: Vec<(&str, usize)> = found.iter().map(|f| (f.name.as_str(), f.lines)).collect();
    assert_eq!(found, [("a", 5), ("a::c", 1), ("D::e", 2)]);
}
