//! `docs/fidelity.md`: how sure it is that Zoho answers as this server does, written from the table
//! of operations, the cases and the comments that mark assumptions.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use zoho_crm_mock::api::{endpoints, router};
use zoho_crm_mock::cases::{Case, Evidence, Step};
use zoho_crm_mock::request::Method;

use crate::cases;

const HEAD: &str = "\
# How sure the answers are

Zoho CRM is a service of others: nobody can prove what it answers. This page is written by a test from
the table of operations, the [cases](../tests/cases) and the comments that mark assumptions
(`UPDATE_EXPECT=1 cargo test --test it fidelity`), and says of each what stands behind it.

- **recorded**: an answer of real Zoho was kept.
- **docs**: a page of Zoho's, or a published example of its API's description, says so.
- **reported**: somebody tells it who has seen it.
- **described**: Zoho's pages, its OpenAPI documents or the tables inside its SDKs say how the
  operation looks; no single exchange is replayed.
- **assumed**: nothing was found. These are listed at the end.

Who knows better, or has a recording, writes a line of a [case](../README.md#cases) and sends it.
";

/// What stands behind an operation: the ids of its cases, by grade.
type Behind = BTreeMap<&'static str, BTreeMap<Evidence, Vec<String>>>;

/// The operation that a step asks for; none of those of the control plane.
fn operation(step: &Step) -> Option<&'static str> {
    let path = step.path.split('?').next().unwrap_or_default();
    // what is known only when the case runs stands for some id
    let mut plain = String::new();
    let mut within = false;
    for letter in path.chars() {
        match letter {
            '{' => {
                within = true;
                plain.push('1');
            }
            '}' => within = false,
            letter if !within => plain.push(letter),
            _ => {}
        }
    }
    let route = router::route(Method::parse(&step.method), &plain).ok()?;
    Some(route.endpoint.id)
}

fn behind(all: &[Case]) -> Behind {
    let mut behind = Behind::new();
    for case in all.iter().filter(|case| case.contested.is_none()) {
        for id in case.steps.iter().filter_map(operation) {
            let grades = behind.entry(id).or_default();
            let ids = grades.entry(case.evidence).or_default();
            if ids.last() != Some(&case.id) {
                ids.push(case.id.clone());
            }
        }
    }
    behind
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn operations(text: &mut String, all: &[Case]) {
    let behind = behind(all);
    text.push_str("\n## Operations\n\n| operation | request | since | evidence |\n| --- | --- | --- | --- |\n");
    for row in endpoints() {
        let grades = behind.get(row.id);
        let told: Vec<String> = Evidence::ALL
            .iter()
            .filter_map(|grade| {
                let ids = grades?.get(grade)?;
                Some(format!("{} {}", ids.len(), grade.as_str()))
            })
            .collect();
        let told = match told.is_empty() {
            true => "described".to_owned(),
            false => told.join(", "),
        };
        let (method, path) = (row.method.as_str(), cell(row.path));
        let since = row.versions.first().as_str();
        let _ = writeln!(
            text,
            "| {} | `{method} {path}` | {since} | {told} |",
            row.id
        );
    }
}

fn exchanges(text: &mut String, all: &[Case]) {
    text.push_str("\n## Exchanges\n");
    for grade in Evidence::ALL {
        let of_grade = || {
            let cases = all.iter().filter(move |case| case.evidence == grade);
            cases.filter(|case| case.contested.is_none())
        };
        let count = of_grade().count();
        let _ = writeln!(
            text,
            "\n### {} ({count})\n\n| case | rule | source |\n| --- | --- | --- |",
            grade.as_str()
        );
        for case in of_grade() {
            let (title, source) = (cell(&case.title), cell(&case.source));
            let _ = writeln!(text, "| {} | {title} | {source} |", case.id);
        }
    }
    text.push_str("\n### Contested\n\nBetter evidence, or none that decides, stands against these.\n\n| case | rule | evidence | why it is answered otherwise |\n| --- | --- | --- | --- |\n");
    for case in all {
        if let Some(reason) = &case.contested {
            let (title, reason) = (cell(&case.title), cell(reason));
            let grade = case.evidence.as_str();
            let _ = writeln!(text, "| {} | {title} | {grade} | {reason} |", case.id);
        }
    }
}

/// The sentences of a source's comments that speak of an assumption.
fn assumptions_of(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block = String::new();
    for line in source.lines().chain([""]) {
        let line = line.trim_start();
        if let Some(comment) = line.strip_prefix("//") {
            let comment = comment.trim_start_matches(['/', '!']).trim();
            block.push_str(comment);
            block.push(' ');
            continue;
        }
        let text = std::mem::take(&mut block);
        let sentences = text.split_inclusive(". ").map(str::trim);
        found.extend(
            sentences
                .filter(|s| s.contains("assumed"))
                .map(str::to_owned),
        );
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn assumptions(text: &mut String) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    files.sort();
    text.push_str("\n## Assumptions\n\n| where | what |\n| --- | --- |\n");
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a source");
        let shown = file.strip_prefix(&root).expect("a path of the project");
        for sentence in assumptions_of(&source) {
            let _ = writeln!(text, "| {} | {} |", shown.display(), cell(&sentence));
        }
    }
}

#[test]
fn the_page_of_evidence_is_what_is_known() {
    let all: Vec<Case> = cases::files()
        .iter()
        .flat_map(|path| cases::read(path))
        .collect();
    let mut text = HEAD.to_owned();
    operations(&mut text, &all);
    exchanges(&mut text, &all);
    assumptions(&mut text);
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/fidelity.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(page.parent().expect("a folder")).expect("made");
        std::fs::write(&page, &text).expect("written");
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        text == written,
        "docs/fidelity.md is not up to date: UPDATE_EXPECT=1 cargo test --test it fidelity"
    );
}
