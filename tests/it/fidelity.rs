//! `docs/fidelity.md`: how sure it is that Zoho answers as this server does, written from the table
//! of operations, the cases, the notes of scenarios and the comments that mark assumptions.

mod scenarios;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use zoho_crm_mock::api::{endpoints, router};
use zoho_crm_mock::cases::{Case, Evidence};
use zoho_crm_mock::request::Method;

use crate::cases;
use scenarios::NotedRule;

const HEAD: &str = "\
# How sure the answers are

Zoho CRM is a service of others: nobody can prove what it answers. This page is written by a test from
the table of operations, the [cases](../tests/cases), the notes of [scenarios](../tests/scenarios) and the
comments that mark assumptions (`UPDATE_EXPECT=1 cargo test --test it fidelity`), and says of each what
stands behind it, the surest first.

- **recorded**: an answer of real Zoho was kept.
- **docs**: a page of Zoho's, or a published example of its API's description, says so.
- **sdk**: the tables inside Zoho's SDKs have it.
- **oas**: Zoho's OpenAPI documents have it.
- **reported**: somebody tells it who has seen it.
- **assumed**: nothing was found, and the likeliest was built. These are listed at the end, too.
- **described**: Zoho's pages and its OpenAPI documents describe the operation; no rule of it names more.

Who knows better, or has a recording, writes a line of a [case](cases.md) and sends it.
";

/// How sure something is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Recorded,
    Docs,
    Sdk,
    OpenApi,
    Reported,
    Assumed,
}

impl Grade {
    fn of(evidence: Evidence) -> Self {
        match evidence {
            Evidence::Recorded => Self::Recorded,
            Evidence::Docs => Self::Docs,
            Evidence::Reported => Self::Reported,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Docs => "docs",
            Self::Sdk => "sdk",
            Self::OpenApi => "oas",
            Self::Reported => "reported",
            Self::Assumed => "assumed",
        }
    }
}

/// How many cases and rules stand behind an operation, by grade.
type Behind = BTreeMap<&'static str, BTreeMap<Grade, usize>>;

/// The operation that a request asks for; none of those of the control plane.
fn operation(method: &str, target: &str) -> Option<&'static str> {
    let path = target.split('?').next().unwrap_or_default();
    let path = path.replace("{v}", "v8");
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
    let route = router::route(Method::parse(method), &plain).ok()?;
    Some(route.endpoint.id)
}

fn behind(all: &[Case], rules: &[NotedRule]) -> Behind {
    let mut behind = Behind::new();
    let mut count = |grade: Grade, ids: BTreeSet<&'static str>| {
        for id in ids {
            *behind.entry(id).or_default().entry(grade).or_default() += 1;
        }
    };
    for case in all.iter().filter(|case| case.contested.is_none()) {
        let steps = case.steps.iter();
        let ids = steps.filter_map(|step| operation(&step.method, &step.path));
        count(Grade::of(case.evidence), ids.collect());
    }
    for rule in rules {
        let requests = rule.requests.iter();
        let ids = requests.filter_map(|(method, path)| operation(method, path));
        count(rule.grade, ids.collect());
    }
    behind
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn operations(text: &mut String, all: &[Case], rules: &[NotedRule]) {
    let behind = behind(all, rules);
    text.push_str("\n## Operations\n\n| operation | request | since | evidence |\n| --- | --- | --- | --- |\n");
    for row in endpoints() {
        let grades = behind.get(row.id).into_iter().flatten();
        let told: Vec<String> = grades
            .map(|(grade, count)| format!("{count} {}", grade.as_str()))
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

/// Rules that scenarios hold, with the grade that their notes name.
fn noted(text: &mut String, rules: &[NotedRule]) {
    text.push_str("\n## Rules\n\nThe scenarios whose notes name their evidence.\n\n| scenario | rule | evidence |\n| --- | --- | --- |\n");
    for rule in rules {
        let (file, title) = (&rule.file, cell(&rule.title));
        let _ = writeln!(text, "| {file} | {title} | {} |", rule.grade.as_str());
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
    let rules = scenarios::rules();
    operations(&mut text, &all, &rules);
    exchanges(&mut text, &all);
    noted(&mut text, &rules);
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
