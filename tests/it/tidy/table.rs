//! The table of operations: its rows do not contradict each other, and all of them are reached.

use zoho_crm_mock::api::endpoint::BodyKind;
use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::api::router::route;
use zoho_crm_mock::version::ApiVersion;

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
