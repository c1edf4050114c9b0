//! What the notes of scenarios say of the evidence behind them.

use std::path::{Path, PathBuf};

use super::Grade;

/// A case of a scenario whose notes name its evidence.
pub(super) struct NotedRule {
    /// The file, without its ending.
    pub(super) file: String,
    /// The case's title.
    pub(super) title: String,
    /// The surest grade that its notes name.
    pub(super) grade: Grade,
    /// Method and path of its requests.
    pub(super) requests: Vec<(String, String)>,
}

/// Words of notes, the surest first.
const WORDS: [(&str, Grade); 12] = [
    ("recorded", Grade::Recorded),
    ("captured", Grade::Recorded),
    ("[docs", Grade::Docs),
    ("documented", Grade::Docs),
    ("page", Grade::Docs),
    ("sdk", Grade::Sdk),
    ("tables of", Grade::Sdk),
    ("oas", Grade::OpenApi),
    ("example of v8", Grade::OpenApi),
    ("reported", Grade::Reported),
    ("assumed", Grade::Assumed),
    ("inferred", Grade::Assumed),
];

fn grade(notes: &str) -> Option<Grade> {
    let notes = notes.to_ascii_lowercase();
    let found = WORDS.iter().find(|(word, _)| notes.contains(word));
    found.map(|(_, grade)| *grade)
}

/// A line that begins a step: method and path.
fn request(line: &str) -> Option<(String, String)> {
    let (method, target) = line.split_once(' ')?;
    let path = target.split('?').next().unwrap_or_default();
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&method);
    (known && path.starts_with('/')).then(|| (method.to_owned(), path.to_owned()))
}

fn rules_of(file: &str, text: &str, found: &mut Vec<NotedRule>) {
    for case in text.split("\n# ").skip(1) {
        let title = case.lines().next().unwrap_or_default();
        let notes: String = case.lines().filter(|line| line.starts_with("; ")).collect();
        let Some(grade) = grade(&notes) else {
            continue;
        };
        found.push(NotedRule {
            file: file.to_owned(),
            title: title.to_owned(),
            grade,
            requests: case.lines().filter_map(request).collect(),
        });
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder of scenarios");
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "scn") {
            found.push(path);
        }
    }
}

/// The cases of all scenarios whose notes name their evidence, by file.
pub(super) fn rules() -> Vec<NotedRule> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut all = Vec::new();
    files(&root, &mut all);
    all.sort();
    let mut found = Vec::new();
    for path in all {
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let name = path
            .strip_prefix(&root)
            .expect("a scenario")
            .with_extension("");
        rules_of(
            &name.display().to_string(),
            &format!("\n{text}"),
            &mut found,
        );
    }
    found
}

#[test]
fn notes_name_grades() {
    let text = "\n# one\n; [recorded], and [oas v8]\nGET /crm/{v}/Leads?x\n--- 200\n\n# two\nGET /a\n--- 200\n# three\n; [inferred]\nPOST /b\n";
    let mut found = Vec::new();
    rules_of("f", text, &mut found);
    let told: Vec<_> = found
        .iter()
        .map(|rule| (rule.title.as_str(), rule.grade))
        .collect();
    assert_eq!(told, [("one", Grade::Recorded), ("three", Grade::Assumed)]);
    assert_eq!(found[0].requests, [("GET".into(), "/crm/{v}/Leads".into())]);
}
