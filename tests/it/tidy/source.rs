//! The sources of the crate, read once: for each file what the rules ask about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use syn::punctuated::Punctuated;
use syn::{Attribute, ImplItem, Item, Token, TraitItem};

use super::literals::{self, Literal};
use super::names::{self, Declared};
use super::paths::{self, Reference};
use super::root;
use super::sizes::{self, Function};
use super::versions::{self, Comparison};

/// A file of `src`, without what stands in it for tests.
pub(super) struct Source {
    /// Its path below `src` (`api/call.rs`).
    pub(super) path: String,
    /// The module that it is (`api`, `call`); empty for the root of the crate.
    pub(super) module: Vec<String>,
    /// Its modules that have no file of their own.
    pub(super) inline: Vec<Vec<String>>,
    /// Its text, tests included.
    pub(super) text: String,
    /// What it refers to.
    pub(super) references: Vec<Reference>,
    /// Its functions.
    pub(super) functions: Vec<Function>,
    /// Its structs, enums, traits and aliases.
    pub(super) types: Vec<Declared>,
    /// Where it compares versions of the API.
    pub(super) comparisons: Vec<Comparison>,
    /// Its string literals.
    pub(super) literals: Vec<Literal>,
}

/// A file as it was parsed.
pub(super) struct Parsed {
    path: String,
    module: Vec<String>,
    text: String,
    pub(super) tree: syn::File,
}

/// Every file that the library is made of, but those that only its tests have.
pub(super) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(read);
    &SOURCES
}

/// Parses a root and every file that it leads to; with what is there for tests, or without.
fn walk(root: &str, tests: bool) -> Vec<Parsed> {
    let mut parsed = Vec::new();
    let mut open = vec![(root.to_owned(), Vec::new())];
    while let Some((path, module)) = open.pop() {
        let text = std::fs::read_to_string(folder().join(&path)).expect("a source");
        let mut tree = syn::parse_file(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
        if !tests {
            without_tests(&mut tree.items);
        }
        for name in children(&tree.items) {
            let child: Vec<String> = module.iter().cloned().chain([name]).collect();
            open.push((format!("{}.rs", child.join("/")), child));
        }
        parsed.push(Parsed {
            path,
            module,
            text,
            tree,
        });
    }
    parsed
}

fn read() -> Vec<Source> {
    let mut parsed = walk("lib.rs", false);
    parsed.sort_by(|a, b| a.path.cmp(&b.path));
    let modules: BTreeSet<Vec<String>> = parsed.iter().map(|file| file.module.clone()).collect();
    let named = versions::Named::of(&parsed);
    let facts = |file: Parsed| Source {
        inline: inline(&file.tree.items, &file.module),
        references: paths::of(&file.tree, &file.module, &modules),
        functions: sizes::functions(&file.tree),
        types: names::types(&file.tree),
        comparisons: versions::comparisons(&file.tree, &named),
        literals: literals::of(&file.tree),
        path: file.path,
        module: file.module,
        text: file.text,
    };
    parsed.into_iter().map(facts).collect()
}

/// `src`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Parses a text as if it were a file of the crate.
pub(super) fn parse(text: &str) -> syn::File {
    let mut tree = syn::parse_file(text).expect("Rust");
    without_tests(&mut tree.items);
    tree
}

/// Whether an item is there for tests alone.
fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|condition| condition == "test")
    })
}

fn without_tests(items: &mut Vec<Item>) {
    items.retain(|item| !for_tests(attributes(item)));
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &mut module.content {
                    without_tests(items);
                }
            }
            Item::Impl(item) => item.items.retain(|item| match item {
                ImplItem::Const(item) => !for_tests(&item.attrs),
                ImplItem::Fn(item) => !for_tests(&item.attrs),
                ImplItem::Type(item) => !for_tests(&item.attrs),
                _ => true,
            }),
            Item::Trait(item) => item.items.retain(|item| match item {
                TraitItem::Fn(item) => !for_tests(&item.attrs),
                _ => true,
            }),
            _ => {}
        }
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The modules that have a file of their own.
fn children(items: &[Item]) -> Vec<String> {
    let modules = items.iter().flat_map(|item| match item {
        Item::Mod(module) if module.content.is_none() => vec![module.ident.to_string()],
        Item::Macro(call) if call.mac.path.is_ident("families") => families(&call.mac),
        _ => Vec::new(),
    });
    modules.collect()
}

/// The modules that `families!` declares: it takes `file::NAME` of each.
fn families(call: &syn::Macro) -> Vec<String> {
    let list = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let paths = call.parse_body_with(list).expect("paths of families");
    let files = paths.iter().filter_map(|path| path.segments.first());
    files.map(|file| file.ident.to_string()).collect()
}

/// The modules that have none, at any depth.
fn inline(items: &[Item], within: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Mod(module) = item
            && let Some((_, items)) = &module.content
        {
            let mut path = within.to_vec();
            path.push(module.ident.to_string());
            found.extend(inline(items, &path));
            found.push(path);
        }
    }
    found
}

/// Folders of what was built or installed.
const BUILT: [&str; 2] = ["node_modules", "target"];

/// Every file below a folder.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("sources").flatten() {
            let path = entry.path();
            if !path.is_dir() {
                found.push(path);
            } else if !BUILT.iter().any(|built| path.ends_with(built)) {
                folders.push(path);
            }
        }
    }
    found
}

/// The path of a file below a folder, and its text.
fn text(path: &Path, folder: &Path) -> (String, String) {
    let text = std::fs::read_to_string(path).expect("text");
    let below = path.strip_prefix(folder).expect("below");
    (below.display().to_string(), text)
}

/// Every file below `src`, tests included: its path there and its text.
pub(super) fn texts() -> Vec<(String, String)> {
    let files = files(folder()).into_iter();
    files.map(|path| text(&path, &folder())).collect()
}

/// Every Rust file of the tests, benches and examples: its path (`tests/it/tidy.rs`) and its text.
pub(super) fn outside() -> Vec<(String, String)> {
    let folders = ["tests", "benches", "examples"].into_iter();
    let files = folders.flat_map(|folder| files(root().join(folder)));
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    files.map(|path| text(&path, root())).collect()
}

#[test]
fn modules_stand_in_files_of_their_names() {
    let texts = texts();
    for (path, _) in &texts {
        assert!(!path.ends_with("mod.rs"), "{path}: `foo.rs` beside `foo/`");
    }
    let read = sources().len();
    assert!(
        read > 150 && read < texts.len(),
        "{read} of {} were read",
        texts.len()
    );
}

/// A file that no rule sees would pass all of them; one that the compiler does not see is left over.
#[test]
fn every_file_is_reached() {
    let reached: BTreeSet<String> = ["lib.rs", "main.rs"]
        .into_iter()
        .flat_map(|root| walk(root, true))
        .map(|file| file.path)
        .collect();
    let texts = texts().into_iter().map(|(path, _)| path);
    let lost: Vec<String> = texts
        .filter(|path| path.ends_with(".rs") && !reached.contains(path))
        .collect();
    assert!(lost.is_empty(), "no `mod` leads to {lost:?}");
}

#[test]
fn files_outside_of_the_library_are_found() {
    let outside = outside();
    for path in [file!(), "benches/common/load.rs", "examples/control.rs"] {
        assert!(outside.iter().any(|(found, _)| found == path), "{path}");
    }
}

#[test]
fn modules_of_a_macro_are_children() {
    let tree = parse("mod a; mod b {} families! { c::C, d::D, }");
    assert_eq!(children(&tree.items), ["a", "c", "d"]);
}

#[test]
fn what_is_there_for_tests_is_left_out() {
    let tree = parse(
        "#[cfg(test)] mod tests; #[cfg(test)] use crate::a; #[cfg(unix)] use crate::b; \
         impl A { #[cfg(test)] fn c() {} fn d() {} }",
    );
    assert_eq!(tree.items.len(), 2);
    let Item::Impl(item) = &tree.items[1] else {
        panic!("an impl");
    };
    assert_eq!(item.items.len(), 1);
}
