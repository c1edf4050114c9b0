//! Checking the criteria that a client sends.

use serde_json::{Map, Value as Json, json};

use super::{ViewScope, list};
use crate::error::{ApiError, Code};
use crate::schema::{Field, Module, Storage};
use crate::store::OrgState;

/// Comparators of one value, a list or a range of them: those that bulk reads know too.
pub(super) const COMPARATORS: [&str; 14] = [
    "equal",
    "not_equal",
    "in",
    "not_in",
    "less_than",
    "less_equal",
    "greater_than",
    "greater_equal",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "between",
    "not_between",
];
/// Comparators of fields that hold several values.
const SET_COMPARATORS: [&str; 4] = ["include_all", "include_any", "exclude_all", "exclude_any"];
/// Items that a group may have.
const MOST_ITEMS: usize = 25;
/// How deep groups may be nested: a guard against endless recursion, far beyond what is useful.
const DEEPEST: usize = 16;

/// Checks criteria, and gives them in the form that declarations of views have. `path` is where
/// they stand in the body, `now` the time in seconds since 1970.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` and `INVALID_DATA` with the place; which details Zoho gives is assumed
/// from other families.
pub fn check(
    criteria: &Json,
    module: &Module,
    state: &OrgState,
    now: i64,
    path: &str,
) -> Result<Json, ApiError> {
    ViewScope { module, state, now }.check(criteria, path, 0)
}

fn at(error: impl Into<ApiError>, path: &str, key: &str) -> ApiError {
    let error = error.into().with("api_name", key);
    error.at(format_args!("{path}.{key}"))
}

fn invalid() -> ApiError {
    ApiError::new(Code::INVALID_DATA)
}

/// The value of a mandatory key.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` if it is absent or null.
fn needed<'j>(object: &'j Map<String, Json>, key: &str, path: &str) -> Result<&'j Json, ApiError> {
    let value = object.get(key).filter(|value| !value.is_null());
    value.ok_or_else(|| at(Code::MANDATORY_NOT_FOUND, path, key))
}

impl ViewScope<'_> {
    fn check(&self, criteria: &Json, path: &str, depth: usize) -> Result<Json, ApiError> {
        let Some(object) = criteria.as_object().filter(|_| depth <= DEEPEST) else {
            let error = invalid().with("expected_data_type", "jsonobject");
            return Err(error.at(path));
        };
        if object.contains_key("group") || object.contains_key("group_operator") {
            self.check_group(object, path, depth)
        } else {
            self.check_condition(object, path)
        }
    }

    fn check_group(
        &self,
        object: &Map<String, Json>,
        path: &str,
        depth: usize,
    ) -> Result<Json, ApiError> {
        let operator = needed(object, "group_operator", path)?;
        let operator = operator.as_str().unwrap_or_default().to_ascii_uppercase();
        if !matches!(operator.as_str(), "AND" | "OR") {
            let error = at(invalid(), path, "group_operator");
            return Err(error.with("supported_values", vec!["AND", "OR"]));
        }
        let group = needed(object, "group", path)?.as_array();
        let group = group.filter(|group| !group.is_empty()).ok_or_else(|| {
            let error = invalid().with("expected_data_type", "jsonarray");
            at(error, path, "group")
        })?;
        if group.len() > MOST_ITEMS {
            let error = invalid().with("maximum_length", MOST_ITEMS);
            return Err(at(error, path, "group"));
        }
        let parts = group.iter().enumerate();
        let parts =
            parts.map(|(n, part)| self.check(part, &format!("{path}.group[{n}]"), depth + 1));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(json!({"group_operator": operator, "group": parts}))
    }

    fn check_condition(&self, object: &Map<String, Json>, path: &str) -> Result<Json, ApiError> {
        let field = needed(object, "field", path)?;
        let name = field.as_str().or_else(|| field.get("api_name")?.as_str());
        let field = name.and_then(|name| self.module.field(name));
        let field = field
            .filter(|field| {
                !matches!(
                    field.kind,
                    Storage::Rows(_) | Storage::Links(_) | Storage::Raw
                )
            })
            .ok_or_else(|| at(invalid(), &format!("{path}.field"), "api_name"))?;
        let comparator = needed(object, "comparator", path)?.as_str();
        let comparator = comparator.unwrap_or_default();
        let supported = [&COMPARATORS[..], &SET_COMPARATORS].concat();
        if !supported.contains(&comparator) {
            let error = at(invalid(), path, "comparator");
            return Err(error.with("supported_values", supported));
        }
        let value = object.get("value");
        let value = value.ok_or_else(|| at(Code::MANDATORY_NOT_FOUND, path, "value"))?;
        if !self.fits(field, value) {
            let error = invalid().with("expected_data_type", field.spec.data_type.as_str());
            return Err(at(error, path, "value"));
        }
        Ok(json!({"field": field.api_name(), "comparator": comparator, "value": value}))
    }

    /// Whether a value, or each item of a list, is a value of the field or a word for one.
    pub(super) fn fits(&self, field: &Field, value: &Json) -> bool {
        let word = |word: &str| {
            let relative = ["${AGEINDAYS}+", "${DUEINDAYS}+"];
            let days = relative.iter().find_map(|start| word.strip_prefix(start));
            matches!(word, "${EMPTY}" | "${NOTEMPTY}" | "${CURRENTUSER}")
                || days.is_some_and(|days| days.parse::<u32>().is_ok())
                || self.days_named(word).is_some()
        };
        list(value).all(|value| {
            let named = value.get("name").unwrap_or(value).as_str();
            value.is_null() || named.is_some_and(word) || self.literal(field, value).is_some()
        })
    }
}
