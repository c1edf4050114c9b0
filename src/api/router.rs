//! From method and path to a row of the table.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::endpoint::{Endpoint, Route};
use super::table::endpoints;
use crate::error::{ApiError, Code};
use crate::request::{Method, decode};
use crate::schema::builtin::is_standard;
use crate::store::OrgState;
use crate::version::{ApiVersion, Versions};

/// Rows whose paths differ in the names of their variables alone.
#[derive(Debug, Default)]
struct Shape {
    endpoints: Vec<&'static Endpoint>,
    /// Names of the variables, in the order of the path.
    names: Vec<&'static str>,
    /// Whether the path is that of a module.
    of_module: bool,
}

/// Everything that is found by a path.
struct Routes {
    router: matchit::Router<Shape>,
    /// Words that stand where a module could, and are none.
    reserved: Vec<&'static str>,
}

/// The word behind which operations of a module or a record stand, and never a record or a list.
const ACTIONS: &str = "actions";

/// Words of Zoho's paths that stand where a module could, and of which the table has no row.
const WITHOUT_ROW: [&str; 2] = ["__features", "__apis"];

static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
    // the table is the same in every process, so that a row that does not fit fails every test
    Routes::of(endpoints()).unwrap_or_else(|error| panic!("the table of operations: {error}"))
});

/// Reads the table, which the first request does otherwise.
pub fn make_ready() {
    LazyLock::force(&ROUTES);
}

impl Routes {
    /// Reads the paths of rows.
    ///
    /// # Errors
    /// The row whose path cannot be routed, and why.
    fn of(rows: impl Iterator<Item = &'static Endpoint>) -> Result<Self, String> {
        let mut shapes: FxHashMap<String, Shape> = FxHashMap::default();
        let mut reserved = WITHOUT_ROW.to_vec();
        for row in rows {
            // matchit wants one name a variable: they are numbered, and named by the rows
            let mut names = Vec::new();
            let mut path = String::new();
            for segment in row.path.split('/').skip(1) {
                path.push('/');
                match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                    Some(name) => {
                        let _ = write!(path, "{{p{}}}", names.len());
                        names.push(name);
                    }
                    None if segment.contains(['{', '}']) => {
                        let why = format!("{}: \"{segment}\" is no whole variable", row.id);
                        return Err(why);
                    }
                    None => path.push_str(segment),
                }
            }
            let first = first_segment(row.path);
            let of_module = first == Some("{module}");
            // operations of one module stand below its name
            let word = first.filter(|word| !word.starts_with('{') && !is_standard(word));
            reserved.extend(word);
            let shape = shapes.entry(path).or_insert_with(|| Shape {
                endpoints: Vec::new(),
                names: names.clone(),
                of_module,
            });
            if shape.names != names {
                return Err(format!("{}: other names than in an equal path", row.id));
            }
            shape.endpoints.push(row);
        }
        reserved.sort_unstable();
        reserved.dedup();
        let mut router = matchit::Router::new();
        for (path, shape) in shapes {
            let inserted = router.insert(path.as_str(), shape);
            inserted.map_err(|error| format!("{path}: {error}"))?;
        }
        Ok(Self { router, reserved })
    }

    fn is_reserved(&self, word: &str) -> bool {
        self.reserved.binary_search(&word).is_ok()
    }
}

/// What paths of bulk jobs begin with; the version stands behind it.
pub const BULK: &str = "/crm/bulk/";

/// The segment behind the version of a path of the API: a module, or a word that is none.
fn first_segment(path: &str) -> Option<&str> {
    path.strip_prefix("/crm/")?.split('/').nth(1)
}

/// The segment of a path where a module stands, if it is none of the words that are no module.
#[must_use]
pub fn module_of(path: &str) -> Option<String> {
    if path.starts_with(BULK) {
        return None;
    }
    let module = decode(first_segment(path)?).into_owned();
    (!ROUTES.is_reserved(&module)).then_some(module)
}

/// A path with users in the spelling of the table: in searches they are called as a module, too.
fn as_users(path: &str) -> Cow<'_, str> {
    match path.strip_suffix("/Users/search") {
        Some(head) if head.starts_with("/crm/") => format!("{head}/users/search").into(),
        _ => path.into(),
    }
}

/// Finds the row for a request.
///
/// # Errors
/// `INVALID_URL_PATTERN` for a path or version that does not exist, `INVALID_REQUEST_METHOD` for
/// one that does not take the method, `API_NOT_SUPPORTED` for one that only later versions have.
pub fn route(method: Option<Method>, path: &str) -> Result<Route, ApiError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = &*as_users(path);
    let matched = ROUTES
        .router
        .at(path)
        .map_err(|_| Code::INVALID_URL_PATTERN)?;
    let shape = matched.value;
    let variables: Vec<(&'static str, String)> = shape
        .names
        .iter()
        .zip(matched.params.iter())
        .map(|(name, (_, value))| (*name, decode(value).into_owned()))
        .collect();
    let variable = |name: &str| {
        variables
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v.as_str())
    };
    let version = match variable("v") {
        Some(text) => ApiVersion::parse(text).ok_or(Code::INVALID_URL_PATTERN)?,
        None => ApiVersion::LATEST,
    };
    let is_action = |(_, value): &(_, String)| value == ACTIONS;
    if shape.of_module
        && (variable("module").is_some_and(|name| ROUTES.is_reserved(name))
            || variables.iter().any(is_action))
    {
        return Err(Code::INVALID_URL_PATTERN.into());
    }
    let known = || {
        shape
            .endpoints
            .iter()
            .filter(|e| e.versions.contains(version))
    };
    if let Some(endpoint) = known().find(|e| Some(e.method) == method) {
        return Ok(Route {
            endpoint,
            version,
            path: variables,
        });
    }
    if known().next().is_none() {
        let later = shape.endpoints.iter().map(|e| e.versions.first());
        return Err(
            match later
                .filter(|v| Versions::since(version).contains(*v))
                .min()
            {
                Some(first) => {
                    ApiError::new(Code::API_NOT_SUPPORTED).with("supported_version", first.as_str())
                }
                None => Code::INVALID_URL_PATTERN.into(),
            },
        );
    }
    Err(Code::INVALID_REQUEST_METHOD.into())
}

/// Finds the row for a request of an org. A module that does not exist is reported before a method
/// that does not.
///
/// # Errors
/// Those of [`route`], and `INVALID_MODULE`.
pub fn find(state: &OrgState, method: Option<Method>, path: &str) -> Result<Route, ApiError> {
    match route(method, path) {
        Ok(mut route) => {
            route.name_module(&state.schema);
            Ok(route)
        }
        Err(error) => Err(match module_of(path) {
            Some(module)
                if error.kind == Code::INVALID_REQUEST_METHOD
                    && state.schema.module(&module).is_none() =>
            {
                Code::INVALID_MODULE.into()
            }
            _ => error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response::Response;

    fn of(rows: Vec<Endpoint>) -> Result<Routes, String> {
        let rows = rows.into_iter().map(|row| &*Box::leak(Box::new(row)));
        Routes::of(rows)
    }

    fn row(path: &'static str) -> Endpoint {
        Endpoint::get("test.row", path).does("Nothing", |_| Ok(Response::no_content()))
    }

    #[test]
    fn a_path_that_does_not_fit_is_an_error() {
        for paths in [
            &["/crm/{v}/{module"][..],
            &["/crm/{v}/{name}.json"],
            &["/crm/{v}/{module}/{id}", "/crm/{v}/{module}/{name}"],
        ] {
            let rows = paths.iter().map(|path| row(path));
            assert!(of(rows.collect()).is_err(), "{paths:?}");
        }
        assert!(of(endpoints_again()).is_ok());
    }

    fn endpoints_again() -> Vec<Endpoint> {
        endpoints().map(|known| row(known.path)).collect()
    }

    #[test]
    fn words_of_rows_are_no_modules() {
        for row in endpoints() {
            let word = first_segment(row.path).filter(|word| !word.starts_with('{'));
            if let Some(word) = word.filter(|word| !is_standard(word)) {
                assert!(ROUTES.is_reserved(word), "{word}");
                assert!(!WITHOUT_ROW.contains(&word), "{word} has a row now");
            }
        }
        assert_eq!(module_of("/crm/v8/users/1"), None);
        assert_eq!(module_of("/crm/v8/Leads/1").as_deref(), Some("Leads"));
        assert_eq!(module_of("/oauth/v2/token"), None);
    }
}
