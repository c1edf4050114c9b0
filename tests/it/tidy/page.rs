//! ARCHITECTURE.md says what is so: its paths, its names, its table of layers and its diffs.

use super::layers::ORDER;
use super::root;
use super::source::sources;

const PAGE: &str = "ARCHITECTURE.md";

fn page() -> String {
    read(PAGE).expect("the page")
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(root().join(path)).ok()
}

/// The page without its blocks of code.
fn prose(page: &str) -> String {
    let parts = page.split("\n```").step_by(2);
    parts.collect::<Vec<_>>().join("\n")
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a text in backticks is the path of a file or folder; those of URLs begin with a slash.
fn is_path(word: &str) -> bool {
    let ends = [".rs", ".md", ".json", ".txt", ".scn", "/"];
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    word.contains('/')
        && !word.starts_with('/')
        && word.chars().all(plain)
        && ends.iter().any(|end| word.ends_with(end))
}

/// What begins the declaration of a type.
const TYPES: &[&str] = &["struct", "enum", "trait", "type", "union"];
/// What begins any other declaration.
const OTHERS: &[&str] = &["fn", "const", "static", "mod"];

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}

/// Whether a line declares something of this name behind one of these words.
fn declares(text: &str, name: &str, keywords: &[&str]) -> bool {
    text.lines().any(|line| {
        let before = words(line);
        let mut pairs = before.zip(words(line).skip(1));
        pairs.any(|(keyword, declared)| declared == name && keywords.contains(&keyword))
    })
}

/// Whether a source has something of this name: it declares it, or hands it on.
fn has(text: &str, name: &str) -> bool {
    let handed_on = || {
        text.split(';').any(|statement| {
            let start = statement.rfind("pub use ");
            start.is_some_and(|start| words(&statement[start..]).any(|word| word == name))
        })
    };
    declares(text, name, TYPES) || declares(text, name, OTHERS) || handed_on()
}

/// Whether the type that a source declares has an item, a variant or a field of this name.
fn has_member(text: &str, name: &str) -> bool {
    let member = |line: &str| {
        let line = line.trim_start().trim_start_matches("pub ");
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([',', '(', ':', ' ']))
    };
    has(text, name) || text.lines().any(member)
}

/// What is wrong with a name in the form `a::b`; nothing if there is such a thing.
fn missing(name: &str) -> Option<String> {
    let segments: Vec<&str> = name.split("::").collect();
    let module = |n: usize| {
        let mut all = sources().iter();
        let found = all.find(|source| source.module == segments[..n])?;
        Some((n, found.text.as_str()))
    };
    // the innermost module that it names, with one of its items
    if let Some((n, text)) = (1..=segments.len()).rev().find_map(module) {
        let item = segments.get(n)?;
        if has(text, item) {
            return None;
        }
    }
    if let [first, second] = segments[..] {
        // a type with one of its items
        let texts = || sources().iter().map(|source| source.text.as_str());
        let of_type =
            |text: &&str| declares(text, first, TYPES) || text.contains(&format!("impl {first}"));
        if texts().filter(of_type).any(|text| has_member(text, second)) {
            return None;
        }
        // a file of tests with one of them
        let folders = ["tests/it", "tests/it/tidy", "tests/scenarios"];
        let files = folders.map(|folder| format!("{folder}/{first}.rs"));
        if files
            .iter()
            .filter_map(|file| read(file))
            .any(|text| has(&text, second))
        {
            return None;
        }
    }
    Some(format!("there is no {name}"))
}

#[test]
fn paths_of_the_page_lead_somewhere() {
    let page = page();
    let paths: Vec<&str> = quoted(&page).filter(|word| is_path(word)).collect();
    assert!(paths.len() > 30, "{paths:?}");
    let gone: Vec<&str> = paths
        .into_iter()
        .filter(|path| !root().join(path).exists())
        .collect();
    assert!(gone.is_empty(), "{PAGE} names {gone:?}");
}

#[test]
fn names_of_the_page_stand_for_something() {
    let prose = prose(&page());
    let names: Vec<&str> = quoted(&prose)
        .filter_map(|word| word.split('(').next())
        .filter(|word| word.contains("::"))
        .filter(|word| {
            word.chars()
                .all(|c| c.is_alphanumeric() || "_:".contains(c))
        })
        .collect();
    assert!(names.len() > 40, "{names:?}");
    let wrong: Vec<String> = names.into_iter().filter_map(missing).collect();
    assert!(wrong.is_empty(), "{PAGE}:\n{}", wrong.join("\n"));
}

#[test]
fn a_name_that_stands_for_nothing_is_found() {
    for name in [
        "store::OrgState",
        "api::endpoints",
        "Call::within",
        "runtime::fault::Breakage",
        "schema::edit",
        "coverage::every_row_has_a_request",
    ] {
        assert_eq!(missing(name), None);
    }
    for name in [
        "store::OrgSate",
        "api::FAMILIES",
        "Call::without",
        "runtime::fault::breakage::Break",
        "nothing::here",
        "coverage::every_row",
    ] {
        assert!(missing(name).is_some(), "{name}");
    }
}

#[test]
fn the_table_of_layers_is_their_order() {
    let page = page();
    let (_, section) = page.split_once("\n## Layers\n").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("its end");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let modules: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(modules, ORDER);
}

/// What is wrong with a diff: a line that it starts from and that its file does not have, in this
/// order, or a new file that is there.
fn misfits(diff: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut lines: Option<std::vec::IntoIter<String>> = None;
    let mut file = "";
    let mut is_new = false;
    for line in diff.lines() {
        if let Some(path) = line.strip_prefix("--- ") {
            is_new = path == "/dev/null";
            file = path.strip_prefix("a/").unwrap_or(path);
            let text = read(file);
            if !is_new && text.is_none() {
                wrong.push(format!("there is no {file}"));
            }
            let text = text.unwrap_or_default();
            let all: Vec<String> = text.lines().map(str::to_owned).collect();
            lines = Some(all.into_iter());
        } else if let Some(path) = line.strip_prefix("+++ b/") {
            if is_new && read(path).is_some() {
                wrong.push(format!("{path} is there already"));
            }
        } else if let Some(old) = line.strip_prefix([' ', '-']) {
            let found = lines
                .as_mut()
                .is_some_and(|rest| rest.any(|line| line == old));
            if !found {
                wrong.push(format!("{file}: no line {old:?} behind those before it"));
            }
        } else if !line.starts_with(['+', '@']) {
            wrong.push(format!("no line of a diff: {line:?}"));
        }
    }
    wrong
}

#[test]
fn diffs_of_the_page_start_from_what_is_there() {
    let page = page();
    let diffs = page.split("\n```diff\n").skip(1);
    let diffs: Vec<&str> = diffs
        .filter_map(|rest| rest.split("\n```").next())
        .collect();
    assert!(diffs.len() > 5, "{} diffs", diffs.len());
    let wrong: Vec<String> = diffs.into_iter().flat_map(misfits).collect();
    assert!(wrong.is_empty(), "{PAGE}:\n{}", wrong.join("\n"));
}

#[test]
fn a_diff_of_something_else_is_found() {
    let good = "--- a/Cargo.toml\n+++ b/Cargo.toml\n [package]\n+x\n-[lib]";
    assert_eq!(misfits(good), Vec::<String>::new());
    for bad in [
        "--- a/Cargo.toml\n [lib]\n [package]",
        "--- a/Cargo.toml\n-[packages]",
        "--- a/src/nothing.rs\n+x",
        "--- /dev/null\n+++ b/Cargo.toml\n+x",
        "x",
    ] {
        assert!(!misfits(bad).is_empty(), "{bad}");
    }
}
