//! The table of operations: what its rows say, and that nobody else says it.

use std::path::{Path, PathBuf};

use zoho_crm_mock::api::{BodyKind, endpoints};

fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
}

/// Whoever has to know something of an operation reads its row, where the next operation says it,
/// too. Names stand in the rows, and in what clients and tests write.
#[test]
fn operations_are_known_by_their_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for (path, text) in &files {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for row in endpoints() {
            let name = format!("\"{}\"", row.id);
            let mut lines = code.lines().enumerate();
            let mut before = "";
            let found = lines.find(|(_, line)| {
                let begins = |text: &str| text.contains("Endpoint::");
                let row = begins(line) || begins(before);
                before = line;
                line.contains(&name) && !row && !line.trim_start().starts_with("//")
            });
            if let Some((number, _)) = found {
                wrong.push(format!("{}:{}: {name}", path.display(), number + 1));
            }
        }
    }
    // a test beside the code
    wrong.retain(|place| !place.contains("/tests.rs:"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Without keys the contract would call every key of a body unknown.
#[test]
fn rows_that_read_json_name_its_keys() {
    for row in endpoints().filter(|row| row.body.kind == BodyKind::Json) {
        assert!(row.body.all_keys().next().is_some(), "{}", row.id);
        if let Some(query) = row.body.query {
            assert!(
                row.body.all_keys().any(|(key, _)| key == query),
                "{}",
                row.id
            );
        }
    }
}

#[test]
fn what_parameters_mean_together_names_parameters_of_the_row() {
    use zoho_crm_mock::api::endpoint::Together;
    for row in endpoints() {
        for rule in row.together {
            let params = match rule {
                Together::Exclude(first, second) => vec![*first, *second],
                Together::First(params) | Together::Any(params) => params.to_vec(),
            };
            for param in params {
                assert!(
                    row.param(param.name).is_some(),
                    "{}: {}",
                    row.id,
                    param.name
                );
            }
        }
    }
}
