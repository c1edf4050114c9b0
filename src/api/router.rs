//! From method and path to a row of the table.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::endpoint::Endpoint;
use super::param::MODULE;
use super::table::endpoints;
use crate::error::{ApiError, Code};
use crate::request::{Method, Params, decode};
use crate::schema::Schema;
use crate::version::{ApiVersion, Versions};

/// The result of a match: the row, the version and the variables of the path.
#[derive(Debug)]
pub struct Route {
    /// The row.
    pub endpoint: &'static Endpoint,
    /// The version in the path; the newest for paths without one.
    pub version: ApiVersion,
    /// The variables by name.
    pub path: Vec<(&'static str, String)>,
}

impl Route {
    /// A variable of the path; empty if the path has none of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(n, _)| *n == name);
        found.map_or("", |(_, value)| value)
    }

    /// Puts the API name of the module that the path means in place of what stands there.
    pub fn name_module(&mut self, schema: &Schema) {
        for (_, name) in self.path.iter_mut().filter(|(key, _)| *key == "module") {
            if let Some(module) = schema.module_meant(name, self.version)
                && module.api_name() != name
            {
                *name = module.api_name().to_owned();
            }
        }
    }

    /// The same for the parameter of that name, if the operation has it.
    pub fn name_module_param(&self, params: &mut Params, schema: &Schema) {
        if self.endpoint.param(MODULE.name).is_none() {
            return;
        }
        let meant = params.get(MODULE.name).and_then(|name| {
            let module = schema.module_meant(name, self.version)?;
            (module.api_name() != name).then(|| module.api_name().to_owned())
        });
        if let Some(name) = meant {
            params.set(MODULE.name, name);
        }
    }
}

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

/// Words of Zoho's paths that stand where a module could, and of which the table has no row.
const WITHOUT_ROW: [&str; 4] = ["actions", "__composite_requests", "__features", "__apis"];

static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
    // the table is the same in every process, so that a row that does not fit fails every test
    Routes::of(endpoints()).unwrap_or_else(|error| panic!("the table of operations: {error}"))
});

impl Routes {
    /// Reads the paths of rows.
    ///
    /// # Errors
    /// The row whose path cannot be routed, and why.
    fn of(rows: impl Iterator<Item = &'static Endpoint>) -> Result<Self, String> {
        let mut shapes: Vec<(String, Shape)> = Vec::new();
        let mut reserved = WITHOUT_ROW.to_vec();
        for row in rows {
            // matchit wants one name a variable: they are numbered, and named by the rows
            let mut names = Vec::new();
            let mut path = String::new();
            for segment in row.path.split('/').skip(1) {
                path.push('/');
                match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                    Some(name) => {
                        path.push_str(&format!("{{p{}}}", names.len()));
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
            reserved.extend(first.filter(|word| !word.starts_with('{')));
            match shapes.iter_mut().find(|(known, _)| *known == path) {
                Some((_, known)) if known.names != names => {
                    return Err(format!("{}: other names than in an equal path", row.id));
                }
                Some((_, known)) => known.endpoints.push(row),
                None => {
                    let endpoints = vec![row];
                    shapes.push((
                        path,
                        Shape {
                            endpoints,
                            names,
                            of_module,
                        },
                    ));
                }
            }
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

/// The segment behind the version of a path of the API: a module, or a word that is none.
fn first_segment(path: &str) -> Option<&str> {
    path.strip_prefix("/crm/")?.split('/').nth(1)
}

/// The segment of a path where a module stands, if it is none of the words that are no module.
#[must_use]
pub fn module_of(path: &str) -> Option<String> {
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
    if shape.of_module && variable("module").is_some_and(|name| ROUTES.is_reserved(name)) {
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
            if let Some(word) = word {
                assert!(ROUTES.is_reserved(word), "{word}");
                assert!(!WITHOUT_ROW.contains(&word), "{word} has a row now");
            }
        }
        assert_eq!(module_of("/crm/v8/users/1"), None);
        assert_eq!(module_of("/crm/v8/Leads/1").as_deref(), Some("Leads"));
        assert_eq!(module_of("/oauth/v2/token"), None);
    }
}
