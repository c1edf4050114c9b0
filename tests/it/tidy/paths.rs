//! What a file refers to: every path that leads into the crate, in `use` trees, in code and in the
//! tokens of macros.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::UseTree;
use syn::visit::{self, Visit};

/// A path that leads into the crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The segments, seen from the root of the crate.
    pub(super) path: Vec<String>,
    /// The line of the file.
    pub(super) line: usize,
}

/// What a file refers to that is the module `module`, in a crate with these modules.
pub(super) fn of(
    tree: &syn::File,
    module: &[String],
    modules: &BTreeSet<Vec<String>>,
) -> Vec<Reference> {
    let mut collector = Collector {
        module: module.to_vec(),
        modules,
        found: Vec::new(),
    };
    collector.visit_file(tree);
    collector.found
}

struct Collector<'m> {
    /// The module that is being read, which may be one without a file.
    module: Vec<String>,
    modules: &'m BTreeSet<Vec<String>>,
    found: Vec<Reference>,
}

impl Collector<'_> {
    fn note(&mut self, path: &[String], line: usize) {
        let Some(first) = path.first() else { return };
        let supers = path
            .iter()
            .take_while(|segment| *segment == "super")
            .count();
        let mut absolute = match first.as_str() {
            "crate" => Vec::new(),
            // a macro in the body of a module may climb further than there are modules
            "super" if supers > self.module.len() => return,
            "super" => self.module[..self.module.len() - supers].to_vec(),
            "self" => self.module.clone(),
            _ => {
                // a module below this one may be named as it is
                let mut child = self.module.clone();
                child.push(first.clone());
                if !self.modules.contains(&child) {
                    return;
                }
                self.module.clone()
            }
        };
        let skipped = match first.as_str() {
            "crate" | "self" => 1,
            _ => supers,
        };
        absolute.extend(path[skipped..].iter().cloned());
        self.found.push(Reference {
            path: absolute,
            line,
        });
    }

    fn tree(&mut self, tree: &UseTree, before: &[String]) {
        let mut path = before.to_vec();
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.to_string());
                self.tree(&part.tree, &path);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(tree, before);
                }
            }
            UseTree::Name(name) => self.last(path, &name.ident),
            UseTree::Rename(name) => self.last(path, &name.ident),
            UseTree::Glob(glob) => {
                let line = glob.star_token.spans[0].start().line;
                self.note(&path, line);
            }
        }
    }

    /// The name at the end of a `use`; `self` there is what stands before it.
    fn last(&mut self, mut path: Vec<String>, name: &syn::Ident) {
        if name != "self" || path.is_empty() {
            path.push(name.to_string());
        }
        self.note(&path, name.span().start().line);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        // how many of the two colons behind the last name were seen
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.several(&std::mem::take(&mut path), line);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                }
                other => {
                    self.several(&std::mem::take(&mut path), line);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.several(&path, line);
    }

    /// Of loose tokens only what has a `::` is a path.
    fn several(&mut self, path: &[String], line: usize) {
        if path.len() > 1 {
            self.note(path, line);
        }
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 && path.leading_colon.is_none() {
            let segments = path.segments.iter();
            let names: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
            self.note(&names, path.segments[0].ident.span().start().line);
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::api)` says who may see a thing, and uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }
}

mod tests {
    use super::*;
    use crate::tidy::source::parse;

    fn found(text: &str) -> Vec<String> {
        let owned = |path: &[&str]| path.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let modules = [owned(&["a", "b", "child"])].into();
        let references = of(&parse(text), &owned(&["a", "b"]), &modules);
        let mut found: Vec<String> = references.iter().map(|r| r.path.join("::")).collect();
        found.sort();
        found
    }

    #[test]
    fn use_trees() {
        assert_eq!(
            found("use crate::{c::{self, D as E}, f::*}; use super::super::g; use std::fmt;"),
            ["c", "c::D", "f", "g"]
        );
        assert_eq!(
            found("use self::h; pub use child::I;"),
            ["a::b::child::I", "a::b::h"]
        );
        assert_eq!(
            found("mod inner { use super::J; use crate::k; }"),
            ["a::b::J", "k"]
        );
    }

    #[test]
    fn code_and_macros() {
        assert_eq!(
            found("fn f(a: crate::c::D) -> super::e::F { child::g(std::mem::take(a)) }"),
            ["a::b::child::g", "a::e::F", "c::D"]
        );
        assert_eq!(
            found("fn f() { vec![crate::c::D, json!({\"a\": super::e::f(self.x)})] }"),
            ["a::e::f", "c::D"]
        );
        assert_eq!(found("pub(in crate::api) fn f() {}"), [] as [&str; 0]);
        assert_eq!(found("macro_rules! m { () => { $crate::c::D } }"), ["c::D"]);
    }
}
