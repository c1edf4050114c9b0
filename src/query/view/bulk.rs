//! The criteria of bulk reads: those of custom views, also on values behind lookups, and with errors
//! of their own.
//!
//! Codes and messages are those of the SDKs' tables; which details an error has is in the v8
//! description.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::check::COMPARATORS;
use super::{ViewScope, is, list, negated, text};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::column::Column;
use crate::query::expr::{Expr, Test};
use crate::schema::{Field, Module, Storage};
use crate::store::OrgState;
use crate::value::{Value, fold};

/// Conditions that criteria may have.
const MOST_CONDITIONS: usize = 25;
/// Values that a condition may have.
const MOST_VALUES: usize = 200;

/// Comparators of lookups, users and properties of users: a name, or an id.
const OF_NAMES: &[&str] = &[
    "equal",
    "not_equal",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
];
/// Comparators of values that have an order.
const OF_ORDERED: &[&str] = &[
    "equal",
    "not_equal",
    "in",
    "not_in",
    "less_than",
    "less_equal",
    "greater_than",
    "greater_equal",
    "between",
    "not_between",
];
/// Comparators of flags.
const OF_FLAGS: &[&str] = &["equal", "not_equal"];

/// Which comparators have a meaning for values of a kind (the page on bulk reads lists them by data
/// type).
fn comparators(kind: &Storage) -> &'static [&'static str] {
    match kind {
        Storage::Id
        | Storage::Integer
        | Storage::BigInt
        | Storage::Double
        | Storage::Date
        | Storage::DateTime => OF_ORDERED,
        Storage::Boolean => OF_FLAGS,
        _ => OF_NAMES,
    }
}

/// Reads the criteria of a bulk read at the time `now`, in seconds since 1970. Every lookup that they
/// follow is added to `joins`.
///
/// # Errors
/// What is wrong with them.
pub fn bulk_criteria(
    criteria: &Json,
    module: &Arc<Module>,
    state: &OrgState,
    now: i64,
    joins: &mut Vec<Column>,
) -> Result<Expr, ApiError> {
    if conditions(criteria) > MOST_CONDITIONS {
        let error = ApiError::new(Code::BULK_CRITERIA_LIMIT).with("max_limit", MOST_CONDITIONS);
        return Err(error.filled(&[&MOST_CONDITIONS.to_string()]));
    }
    BulkScope {
        view: ViewScope { module, state, now },
        module,
        joins,
    }
    .node(criteria)
}

/// How many conditions there are.
fn conditions(criteria: &Json) -> usize {
    match criteria.get("group").and_then(Json::as_array) {
        Some(group) => group.iter().map(conditions).sum(),
        None => 1,
    }
}

/// An error about criteria, with these words in its message and the criteria as the last one.
fn about(code: Code, words: &[&str], criteria: &Json) -> ApiError {
    let shown = criteria.to_string();
    let words: Vec<&str> = words.iter().copied().chain([shown.as_str()]).collect();
    ApiError::new(code).filled(&words)
}

/// The same with the criteria as details.
fn showing(code: Code, criteria: &Json) -> ApiError {
    let mut error = about(code, &[], criteria);
    error.details = criteria.as_object().cloned().unwrap_or_default();
    error
}

struct BulkScope<'a, 'j> {
    view: ViewScope<'a>,
    module: &'a Arc<Module>,
    joins: &'j mut Vec<Column>,
}

/// A condition, taken apart.
struct BulkCondition<'j> {
    whole: &'j Json,
    name: &'j str,
    comparator: &'j str,
    value: &'j Json,
}

impl BulkCondition<'_> {
    fn error(&self, code: Code) -> ApiError {
        let value = match self.value {
            Json::String(text) => text.clone(),
            value => value.to_string(),
        };
        let words: &[&str] = match code {
            Code::BULK_VALUE => &[&value],
            Code::BULK_VALUE_OF_FIELD => &[self.name, &value],
            Code::BULK_VALUE_OF_COMPARATOR => &[self.comparator, &value],
            Code::BULK_COMPARATOR | Code::BULK_COMPARATOR_OF_FIELD => &[self.name, self.comparator],
            _ => &[self.name],
        };
        about(code, words, self.whole).with("api_name", self.name)
    }
}

impl BulkScope<'_, '_> {
    fn node(&mut self, criteria: &Json) -> Result<Expr, ApiError> {
        let object = criteria.as_object().filter(|object| !object.is_empty());
        let Some(object) = object else {
            return Err(about(Code::BULK_CRITERIA, &[], criteria));
        };
        let given = |key: &str| object.get(key).is_some_and(|value| !value.is_null());
        let grouped = given("group") || given("group_operator");
        let single = ["field", "api_name", "comparator", "value"]
            .into_iter()
            .any(given);
        match (grouped, single) {
            (true, false) => self.group(criteria, object),
            (false, true) => self.condition(criteria, object),
            _ => Err(showing(Code::BULK_AMBIGUOUS, criteria)),
        }
    }

    fn group(&mut self, criteria: &Json, object: &Map<String, Json>) -> Result<Expr, ApiError> {
        let group = object.get("group").and_then(Json::as_array);
        let (Some(group), Some(operator)) = (group, object.get("group_operator")) else {
            return Err(showing(Code::BULK_AMBIGUOUS, criteria));
        };
        let operator = operator.as_str().unwrap_or_default();
        let or = operator.eq_ignore_ascii_case("or");
        if !or && !operator.eq_ignore_ascii_case("and") {
            let shown = criteria.to_string();
            let error = ApiError::new(Code::BULK_GROUP_OPERATOR).filled(&[&shown, operator]);
            return Err(error.with("supported", vec!["and", "or"]));
        }
        if group.len() < 2 {
            return Err(showing(Code::BULK_AMBIGUOUS_GROUP, criteria));
        }
        let parts = group.iter().map(|part| self.node(part));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(if or {
            Expr::Any(parts)
        } else {
            Expr::All(parts)
        })
    }

    fn condition(&mut self, whole: &Json, object: &Map<String, Json>) -> Result<Expr, ApiError> {
        let field = object.get("field").and_then(|field| field.get("api_name"));
        let name = field.or_else(|| object.get("api_name"));
        let comparator = object.get("comparator");
        let (Some(Json::String(name)), Some(Json::String(comparator)), Some(value)) =
            (name, comparator, object.get("value"))
        else {
            return Err(showing(Code::BULK_AMBIGUOUS, whole));
        };
        let condition = BulkCondition {
            whole,
            name,
            comparator,
            value,
        };
        let schema = &self.view.state.schema;
        let column = Column::parse(name, self.module, schema).ok_or_else(|| {
            let error = condition.error(Code::BULK_CRITERIA_NO_FIELD);
            error.with("module", self.module.api_name())
        })?;
        let kind = column.kind(schema);
        if matches!(kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw) {
            return Err(condition.error(Code::BULK_CRITERIA_FIELD));
        }
        check_comparator(&condition, &kind)?;
        check_value(&condition)?;
        let expr = match column.field(schema) {
            Some(field) => self.of_field(&condition, field)?,
            None => of_user(&condition, &kind)?,
        };
        if column.own_field().is_some() {
            return Ok(expr);
        }
        let expr = behind(expr, &column);
        self.joins.push(column);
        Ok(expr)
    }

    /// The expression of a condition on a field, which may be one of another module.
    fn of_field(&self, condition: &BulkCondition<'_>, field: &Field) -> Result<Expr, ApiError> {
        let (comparator, value) = (condition.comparator, condition.value);
        let names = matches!(field.kind, Storage::Lookup(_) | Storage::User)
            && matches!(comparator, "equal" | "not_equal" | "in" | "not_in");
        if names && list(value).any(is_name) {
            let each = list(value).map(|value| {
                let id = Id::from_json(value.get("id").unwrap_or(value));
                match id {
                    Some(_) => self.view.condition(field, "equal", value),
                    None => {
                        let name = value.get("name").unwrap_or(value);
                        is(field, Test::Named(text(name)))
                    }
                }
            });
            return Ok(negated(
                Expr::Any(each.collect()),
                comparator.starts_with("not"),
            ));
        }
        let texts = comparator.contains("contains") || comparator.ends_with("_with");
        if !texts && !self.view.fits(field, value) {
            return Err(condition.error(Code::BULK_VALUE_OF_FIELD));
        }
        Ok(self.view.condition(field, comparator, value))
    }
}

/// Whether a value names a record or a user other than by an id or a word for one.
fn is_name(value: &Json) -> bool {
    let named = value.get("name").unwrap_or(value).as_str();
    value.get("id").is_none()
        && named.is_some_and(|name| !name.starts_with("${") && Id::parse(name).is_err())
}

fn check_comparator(condition: &BulkCondition<'_>, kind: &Storage) -> Result<(), ApiError> {
    let supported = comparators(kind);
    if supported.contains(&condition.comparator) {
        return Ok(());
    }
    let error = if COMPARATORS.contains(&condition.comparator) {
        let error = condition.error(Code::BULK_COMPARATOR_OF_FIELD);
        error.with("comparator", condition.comparator)
    } else {
        condition.error(Code::BULK_COMPARATOR)
    };
    Err(error.with("supported", supported.to_vec()))
}

/// Checks the form of a value: how many there are, and whether one can be looked at at all.
fn check_value(condition: &BulkCondition<'_>) -> Result<(), ApiError> {
    let values = condition.value.as_array();
    let fits = match (condition.comparator, values) {
        ("in" | "not_in", Some(values)) => !values.is_empty(),
        ("between" | "not_between", Some(values)) => values.len() == 2,
        // words for days stand for two of them
        ("between" | "not_between", None) => condition.value.is_string(),
        ("in" | "not_in", None) => false,
        (_, values) => values.is_none(),
    };
    if !fits {
        let error = condition.error(Code::BULK_VALUE_OF_COMPARATOR);
        let error = error.with("comparator", condition.comparator);
        return Err(error.with("value", condition.value.clone()));
    }
    if values.is_some_and(|values| values.len() > MOST_VALUES) {
        let error = ApiError::new(Code::BULK_VALUE_LIMIT).with("max_limit", MOST_VALUES);
        return Err(error.filled(&[&MOST_VALUES.to_string()]));
    }
    for value in list(condition.value) {
        let object = value.as_object();
        let named = |object: &Map<String, Json>| {
            object
                .get("id")
                .or_else(|| object.get("name"))
                .is_some_and(Json::is_string)
        };
        if value.is_null() || value.is_array() || object.is_some_and(|it| !named(it)) {
            let error = ApiError::new(Code::BULK_VALUE_TYPE).filled(&[condition.name]);
            let error = error.with("api_name", condition.name);
            return Err(error.with("supported", vec!["string", "number", "boolean", "array"]));
        }
        let word = value.as_str().filter(|word| word.starts_with("${"));
        if word.is_some_and(|word| !is_word(word)) {
            return Err(condition.error(Code::BULK_VALUE));
        }
    }
    Ok(())
}

/// Whether a text in the form of `${EMPTY}` is one of the words that there are.
fn is_word(word: &str) -> bool {
    let relative = ["${AGEINDAYS}+", "${DUEINDAYS}+"];
    let days = relative.iter().find_map(|start| word.strip_prefix(start));
    matches!(word, "${EMPTY}" | "${NOTEMPTY}" | "${CURRENTUSER}")
        || days.is_some_and(|days| days.parse::<u32>().is_ok())
        || super::days::days(word, 0).is_some()
}

/// The expression of a condition on a property of a user, as if it were one on field 0.
fn of_user(condition: &BulkCondition<'_>, kind: &Storage) -> Result<Expr, ApiError> {
    let value = condition.value;
    let one = |value: &Json| match (kind, value) {
        (Storage::Id, value) => Id::from_json(value)
            .and_then(|id| i64::try_from(id.0).ok())
            .map(Value::Int),
        (_, Json::String(text)) => Some(Value::Text(fold(text).into())),
        _ => None,
    };
    let test = match condition.comparator.trim_start_matches("not_") {
        _ if *value == "${EMPTY}" => Test::Null,
        "contains" => Test::Contains(text(value)),
        "starts_with" => Test::StartsWith(text(value)),
        "ends_with" => Test::EndsWith(text(value)),
        _ => {
            let values = list(value).map(one).collect::<Option<Vec<_>>>();
            let values = values.ok_or_else(|| condition.error(Code::BULK_VALUE_OF_FIELD))?;
            Test::OneOf(values)
        }
    };
    Ok(negated(
        Expr::Test(0, test),
        condition.comparator.starts_with("not"),
    ))
}

/// The same tests on the value of a column in place of a field's.
fn behind(expr: Expr, column: &Column) -> Expr {
    let each = |parts: Vec<Expr>| parts.into_iter().map(|part| behind(part, column)).collect();
    match expr {
        Expr::All(parts) => Expr::All(each(parts)),
        Expr::Any(parts) => Expr::Any(each(parts)),
        Expr::Not(part) => Expr::Not(Box::new(behind(*part, column))),
        Expr::Test(_, test) => Expr::Column(Box::new(column.clone()), test),
        other @ (Expr::AnyOf(..) | Expr::Column(..)) => other,
    }
}
