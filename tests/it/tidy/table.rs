//! The table of operations: its rows do not contradict each other, and all of them are reached.

use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::api::router::route;
use zoho_crm_mock::version::ApiVersion;

use super::source::sources;

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

/// A row whose path did not fit beside the others would never be found.
#[test]
fn every_row_is_found_by_its_path() {
    for row in endpoints() {
        for version in ApiVersion::ALL {
            if !row.versions.contains(version) {
                continue;
            }
            let segments = row.path.split('/').map(|segment| match segment {
                "{v}" => version.as_str(),
                "{module}" => "Leads",
                segment if segment.starts_with('{') => "5725767000000500001",
                segment => segment,
            });
            let path = segments.collect::<Vec<_>>().join("/");
            let found = route(Some(row.method), &path);
            let found = found.unwrap_or_else(|e| panic!("{} {path}: {e:?}", row.id));
            assert_eq!(found.endpoint.id, row.id, "{path}");
        }
    }
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
    for source in sources() {
        let [api, family, ..] = source.module.as_slice() else {
            continue;
        };
        if api != "api" {
            continue;
        }
        let rows: Vec<_> = endpoints()
            .filter(|row| {
                let own = match family.as_str() {
                    "views" => "custom_views",
                    "search" | "count" | "deleted" => "records",
                    family => family,
                };
                // what families share may be in any row
                let shared = ["settings", "paging", "call", "records"].contains(&own);
                shared || row.id.starts_with(&format!("{own}."))
            })
            .collect();
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in literals(code, &starts) {
            read += 1;
            assert!(
                rows.iter().any(|row| row.param(name).is_some()),
                "{}: no row has \"{name}\"",
                source.path
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
