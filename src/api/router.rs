//! From method and path to a row of the table.

use std::sync::OnceLock;

use super::endpoint::Endpoint;
use super::endpoints;
use crate::error::{ApiError, Kind};
use crate::request::{Method, decode};
use crate::version::ApiVersion;

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

#[derive(Debug, Default)]
struct Shape {
    endpoints: Vec<&'static Endpoint>,
    /// Names of the variables, in the order of the path.
    names: Vec<&'static str>,
}

fn routes() -> &'static matchit::Router<Shape> {
    static ROUTES: OnceLock<matchit::Router<Shape>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        // matchit wants one name a variable: they are numbered, and named by the rows
        let mut shapes: Vec<(String, Shape)> = Vec::new();
        for endpoint in endpoints() {
            let mut names = Vec::new();
            let mut shape = String::new();
            for segment in endpoint.path.split('/').skip(1) {
                shape.push('/');
                match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                    Some(name) => {
                        shape.push_str(&format!("{{p{}}}", names.len()));
                        names.push(name);
                    }
                    None => shape.push_str(segment),
                }
            }
            match shapes.iter_mut().find(|(s, _)| *s == shape) {
                Some((_, known)) => known.endpoints.push(endpoint),
                None => shapes.push((
                    shape,
                    Shape {
                        endpoints: vec![endpoint],
                        names,
                    },
                )),
            }
        }
        let mut router = matchit::Router::new();
        for (path, shape) in shapes {
            let inserted = router.insert(path, shape);
            debug_assert!(inserted.is_ok(), "{inserted:?}");
        }
        router
    })
}

/// Words that stand where a module could, and are none.
const RESERVED: &[&str] = &[
    "settings",
    "coql",
    "files",
    "actions",
    "__composite_requests",
    "__features",
    "__apis",
];

/// The segment of a path where a module stands, if it is none of the words that are no module.
#[must_use]
pub fn module_of(path: &str) -> Option<String> {
    let segment = path.strip_prefix("/crm/")?.split('/').nth(1)?;
    let module = decode(segment).into_owned();
    let other = ["users", "org"];
    (!RESERVED.contains(&module.as_str()) && !other.contains(&module.as_str())).then_some(module)
}

/// Finds the row for a request.
///
/// # Errors
/// `INVALID_URL_PATTERN` for a path or version that does not exist, `INVALID_REQUEST_METHOD` for
/// one that does not take the method, `API_NOT_SUPPORTED` for one that only later versions have.
pub fn route(method: Option<Method>, path: &str) -> Result<Route, ApiError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let matched = routes().at(path).map_err(|_| Kind::InvalidUrlPattern)?;
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
        Some(text) => ApiVersion::parse(text).ok_or(Kind::InvalidUrlPattern)?,
        None => ApiVersion::LATEST,
    };
    if variable("module").is_some_and(|m| RESERVED.contains(&m)) {
        return Err(Kind::InvalidUrlPattern.into());
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
        return Err(match later.filter(|v| *v > version).min() {
            Some(first) => {
                ApiError::new(Kind::ApiNotSupported).with("supported_version", first.as_str())
            }
            None => Kind::InvalidUrlPattern.into(),
        });
    }
    Err(Kind::InvalidRequestMethod.into())
}
