//! Rules of the project that the compiler does not check.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::error::{Kind, Message, Wording};
use zoho_crm_mock::schema::builtin;
use zoho_crm_mock::seed::embedded;
use zoho_crm_mock::version::ApiVersion;

use crate::scenario::{files, parse};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(root()).expect("below").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// Low to high: a module uses only what stands before it.
const LAYERS: [&[&str]; 12] = [
    &["ids", "words"],
    &["value"],
    &["error", "version", "schema"],
    &["store"],
    &["query", "render"],
    &["ops"],
    &["request", "response", "runtime"],
    &["seed"],
    &[
        "world",
        "api",
        "connector",
        "contract",
        "control",
        "admin",
        "dispatch",
    ],
    &["server"],
    &["mock"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn layers_are_kept() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let name = path
            .iter()
            .nth(1)
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let Some(own) = layer(name.trim_end_matches(".rs")) else {
            continue;
        };
        // tests at the end of a file may look further
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            for used in line.split("crate::").skip(1) {
                let used: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if layer(&used).is_some_and(|used| used > own) {
                    wrong.push(format!("{}:{}: {line}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "uses of a higher layer:\n{}",
        wrong.join("\n")
    );
}

/// Versions differ in `version.rs`, in rows of the table and in key tables, and nowhere else.
#[test]
fn versions_are_compared_in_one_place() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("version.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let compares = [
                "version >= ",
                "version > ",
                "version < ",
                "version == ",
                "version != ",
            ];
            if compares.iter().any(|c| line.contains(c))
                && !line.contains("from")
                && !line.contains("base.version")
            {
                wrong.push(format!(
                    "{}:{}: {}",
                    path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a comparison that belongs into version.rs:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn files_stay_readable() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 1000, "{} has {lines} lines", path.display());
        assert!(
            !path.ends_with("mod.rs"),
            "{}: `foo.rs` beside `foo/`",
            path.display()
        );
    }
}

#[test]
fn only_the_edge_names_actix() {
    for (path, text) in sources() {
        let edge = [
            "src/server.rs",
            "src/server/breakage.rs",
            "src/mock.rs",
            "src/cli/serve.rs",
        ]
        .iter()
        .any(|e| path == Path::new(e));
        assert!(edge || !text.contains("actix_web::"), "{}", path.display());
    }
}

#[test]
fn every_seed_file_is_in_the_binary() {
    let mut on_disk = BTreeSet::new();
    let mut folders = vec![
        root().join("seed-data/default"),
        root().join("seed-data/documented"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("seeds").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root().join("seed-data")).expect("below");
                on_disk.insert(below.display().to_string());
            }
        }
    }
    let mut embedded_files = BTreeSet::new();
    for seed in embedded::names() {
        for (file, _) in embedded::find(seed).expect("its files") {
            embedded_files.insert(format!("{seed}/{file}"));
        }
    }
    assert_eq!(embedded_files, on_disk);
}

#[test]
fn the_embedded_declarations_can_be_read() {
    let modules = builtin::modules(&std::collections::BTreeMap::default()).expect("modules");
    assert!(modules.len() > 40);
    builtin::pick_lists().expect("pick lists");
    builtin::roles().expect("roles");
    builtin::profiles().expect("profiles");
    let keys = builtin::record_keys().expect("record keys");
    assert!(
        keys.iter()
            .all(|key| key.key.starts_with('$') || key.key == "BEST_TIME")
    );
    for module in &modules {
        for field in module
            .fields
            .iter()
            .filter(|field| field.data_type == zoho_crm_mock::schema::DataType::Lookup)
        {
            let target = field
                .lookup
                .as_ref()
                .map(|l| l.module.as_str())
                .unwrap_or_default();
            let known = target == "se_module"
                || modules.iter().any(|m| m.api_name == target)
                || ["Consents", "Territories"].contains(&target);
            assert!(
                known,
                "{}.{} points to {target}",
                module.api_name, field.api_name
            );
        }
    }
}

#[test]
fn rows_are_named_once_and_do_not_overlap() {
    let rows: Vec<_> = endpoints().collect();
    for (n, a) in rows.iter().enumerate() {
        for b in &rows[n + 1..] {
            assert_ne!(a.id, b.id);
            let both = ApiVersion::ALL
                .iter()
                .any(|v| a.versions.contains(*v) && b.versions.contains(*v));
            assert!(
                a.method != b.method || a.path != b.path || !both,
                "{} and {}",
                a.id,
                b.id
            );
        }
    }
}

#[test]
fn every_row_is_hit_by_a_scenario() {
    let requests: Vec<(String, String)> = files()
        .iter()
        .flat_map(|f| parse(f))
        .flat_map(|c| c.requests())
        .collect();
    for row in endpoints() {
        let segments: Vec<&str> = row.path.split('/').collect();
        let hit = requests.iter().any(|(method, target)| {
            let path: Vec<&str> = target
                .split('?')
                .next()
                .unwrap_or_default()
                .split('/')
                .collect();
            method == row.method.as_str()
                && path.len() == segments.len()
                && segments
                    .iter()
                    .zip(&path)
                    .all(|(s, p)| s.starts_with('{') || s == p)
        });
        assert!(
            hit,
            "no scenario calls {} ({} {})",
            row.id,
            row.method.as_str(),
            row.path
        );
    }
}

/// The whole catalogue, so that a changed word shows in review.
#[test]
fn the_catalogue() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for kind in Kind::ALL {
        let zoho = kind.message(Wording::Zoho);
        let _ = write!(text, "{} {} {zoho}", kind.status(), kind.code());
        let documented = kind.message(Wording::Documented);
        let _ = if documented == zoho {
            writeln!(text)
        } else {
            writeln!(text, " | {documented}")
        };
    }
    for message in Message::ALL {
        let _ = writeln!(
            text,
            "{} | {}",
            message.text(Wording::Zoho),
            message.text(Wording::Documented)
        );
    }
    let file = root().join("tests/it/catalogue.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &text).expect("written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        text, expected,
        "run with UPDATE_EXPECT=1 if the change is meant"
    );
}

/// The names that stand behind `call` in a source: `"…"` after each of `starts`.
fn literals<'t>(text: &'t str, starts: &[&str]) -> Vec<&'t str> {
    let after = starts.iter().flat_map(|start| text.split(start).skip(1));
    after.filter_map(|rest| rest.split('"').next()).collect()
}

/// A parameter that a handler reads stands in the row of an operation of its family.
#[test]
fn every_parameter_that_is_read_is_in_a_row() {
    let starts = ["param(\"", "number(call, \"", "words(call, \""];
    let mut read = 0;
    for (path, text) in sources() {
        let Ok(below) = path.strip_prefix("src/api") else {
            continue;
        };
        let family = below.iter().next().and_then(|name| name.to_str());
        let family = family.unwrap_or_default().trim_end_matches(".rs");
        let rows: Vec<_> = endpoints()
            .filter(|row| {
                let own = match family {
                    "views" => "custom_views",
                    "search" | "count" | "deleted" => "records",
                    family => family,
                };
                // what families share may be in any row
                let shared = ["settings", "paging", "call", "records"].contains(&own);
                shared || row.id.starts_with(&format!("{own}."))
            })
            .collect();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in literals(code, &starts) {
            read += 1;
            assert!(
                rows.iter().any(|row| row.param(name).is_some()),
                "{}: no row has \"{name}\"",
                path.display()
            );
        }
    }
    assert!(read > 40, "only {read} were found");
}

#[test]
fn columns_of_rows_make_sense() {
    for row in endpoints() {
        assert!(!row.outcomes.is_empty(), "{}", row.id);
        assert!(row.outcomes.iter().any(|s| *s < 400), "{}", row.id);
        for (n, param) in row.params.iter().enumerate() {
            let twice = row.params[n + 1..].iter().any(|p| p.name == param.name);
            assert!(!twice, "{}: {} twice", row.id, param.name);
            let somewhere = |v: &ApiVersion| row.versions.contains(*v);
            let known = ApiVersion::ALL.iter().filter(|v| somewhere(v));
            assert!(known.clone().any(|v| param.versions.contains(*v)));
            for version in known.filter(|v| param.required.contains(**v)) {
                assert!(
                    param.versions.contains(*version),
                    "{}: {}",
                    row.id,
                    param.name
                );
            }
        }
    }
}
