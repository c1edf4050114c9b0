//! The criteria of custom views: JSON groups and conditions, with words for users and days.

use ecow::EcoString;
use jiff::civil::Weekday;
use serde_json::{Value as Json, json};

use super::expr::{Expr, Test, reference};
use crate::error::{ApiError, Kind as ErrorKind};
use crate::ids::Id;
use crate::schema::{Field, Kind, Module, View};
use crate::store::OrgState;
use crate::value::{Number, Value, fold, time};

/// The condition of a view, as of `now` (seconds since 1970).
#[must_use]
pub fn view_expr(view: &View, module: &Module, state: &OrgState, now: i64) -> Expr {
    let context = Context { module, state, now };
    view.spec
        .criteria
        .as_ref()
        .map_or_else(Expr::always, |criteria| context.node(criteria))
}

/// Comparators of a condition.
const COMPARATORS: [&str; 18] = [
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
    "include_all",
    "include_any",
    "exclude_all",
    "exclude_any",
];
/// Items that a group may have.
const MOST_ITEMS: usize = 25;
/// How deep groups may be nested: a guard.
const DEEPEST: usize = 16;

/// Checks criteria that a client sends, and gives them in the form of the declarations. `path`
/// is where they stand in the body.
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
    Context { module, state, now }.check(criteria, path, 0)
}

fn at(error: impl Into<ApiError>, path: &str, key: &str) -> ApiError {
    let error = error.into().with("api_name", key);
    error.with("json_path", format!("{path}.{key}"))
}

impl Context<'_> {
    fn check(&self, criteria: &Json, path: &str, depth: usize) -> Result<Json, ApiError> {
        let invalid = || ApiError::new(ErrorKind::InvalidData);
        let Some(object) = criteria.as_object().filter(|_| depth <= DEEPEST) else {
            let error = invalid().with("expected_data_type", "jsonobject");
            return Err(error.with("json_path", path));
        };
        let needed = |key: &str| {
            let given = object.get(key).filter(|value| !value.is_null());
            given.ok_or_else(|| at(ErrorKind::MandatoryNotFound, path, key))
        };
        if object.contains_key("group") || object.contains_key("group_operator") {
            let operator = needed("group_operator")?.as_str().unwrap_or_default();
            let operator = operator.to_ascii_uppercase();
            if !matches!(operator.as_str(), "AND" | "OR") {
                let error = at(invalid(), path, "group_operator");
                return Err(error.with("supported_values", vec!["AND", "OR"]));
            }
            let group = needed("group")?
                .as_array()
                .filter(|group| !group.is_empty());
            let group = group.ok_or_else(|| {
                at(
                    invalid().with("expected_data_type", "jsonarray"),
                    path,
                    "group",
                )
            })?;
            if group.len() > MOST_ITEMS {
                return Err(at(
                    invalid().with("maximum_length", MOST_ITEMS),
                    path,
                    "group",
                ));
            }
            let group = group.iter().enumerate();
            let group =
                group.map(|(n, part)| self.check(part, &format!("{path}.group[{n}]"), depth + 1));
            let group = group.collect::<Result<Vec<_>, _>>()?;
            return Ok(json!({"group_operator": operator, "group": group}));
        }
        let field = needed("field")?;
        let name = field.as_str().or_else(|| field.get("api_name")?.as_str());
        let field = name.and_then(|name| self.module.field(name));
        let field = field
            .filter(|field| !matches!(field.kind, Kind::Rows(_) | Kind::Raw))
            .ok_or_else(|| at(invalid(), &format!("{path}.field"), "api_name"))?;
        let comparator = needed("comparator")?.as_str().unwrap_or_default();
        if !COMPARATORS.contains(&comparator) {
            let error = at(invalid(), path, "comparator");
            return Err(error.with("supported_values", COMPARATORS.to_vec()));
        }
        let value = object.get("value");
        let value = value.ok_or_else(|| at(ErrorKind::MandatoryNotFound, path, "value"))?;
        if !self.fits(field, value) {
            let expected = field.spec.data_type.as_str();
            return Err(at(
                invalid().with("expected_data_type", expected),
                path,
                "value",
            ));
        }
        Ok(json!({"field": field.api_name(), "comparator": comparator, "value": value}))
    }

    /// Whether a value, or each of several, is one of the field's, or a word for some.
    fn fits(&self, field: &Field, value: &Json) -> bool {
        let word = |word: &str| {
            let relative = ["${AGEINDAYS}+", "${DUEINDAYS}+"];
            let days = relative.iter().find_map(|start| word.strip_prefix(start));
            matches!(word, "${EMPTY}" | "${NOTEMPTY}" | "${CURRENTUSER}")
                || days.is_some_and(|days| days.parse::<u32>().is_ok())
                || self.days(word).is_some()
        };
        list(value).all(|value| {
            let named = value.get("name").unwrap_or(value).as_str();
            value.is_null() || named.is_some_and(word) || self.literal(field, value).is_some()
        })
    }
}

struct Context<'a> {
    module: &'a Module,
    state: &'a OrgState,
    now: i64,
}

fn never() -> Expr {
    Expr::Any(Vec::new())
}

impl Context<'_> {
    fn node(&self, json: &Json) -> Expr {
        if let Some(group) = json.get("group").and_then(Json::as_array) {
            let parts = group.iter().map(|part| self.node(part)).collect();
            let or = json
                .get("group_operator")
                .and_then(Json::as_str)
                .is_some_and(|o| o.eq_ignore_ascii_case("or"));
            return if or {
                Expr::Any(parts)
            } else {
                Expr::All(parts)
            };
        }
        let name = match json.get("field") {
            Some(Json::String(name)) => name.as_str(),
            Some(field) => field
                .get("api_name")
                .and_then(Json::as_str)
                .unwrap_or_default(),
            None => return Expr::always(),
        };
        let comparator = json
            .get("comparator")
            .and_then(Json::as_str)
            .unwrap_or("equal");
        let value = json.get("value").unwrap_or(&Json::Null);
        match self.module.field(name) {
            Some(field) => self.condition(field, comparator, value),
            // who has created, changed or seen a record in the user interface: nobody has seen any
            None if name == "Common_Status" && comparator == "contains" => Expr::always(),
            None => never(),
        }
    }

    fn condition(&self, field: &Field, comparator: &str, value: &Json) -> Expr {
        let test = |test| Expr::Test(field.no, test);
        let not = |expr| Expr::Not(Box::new(expr));
        if matches!(value.as_str(), Some("${EMPTY}")) || value.is_null() {
            let empty = test(Test::Null);
            return if comparator.starts_with("not") {
                not(empty)
            } else {
                empty
            };
        }
        if value.as_str() == Some("${NOTEMPTY}") {
            return not(test(Test::Null));
        }
        if let Some(days) = value
            .as_str()
            .and_then(|word| word.strip_prefix("${AGEINDAYS}+"))
        {
            let Ok(days) = days.parse::<i64>() else {
                return never();
            };
            let edge = self.now.saturating_sub(days.saturating_mul(86_400));
            let edge = match field.kind {
                Kind::Date => Value::Date(time::day_of(edge, &self.state.time_zone)),
                _ => Value::DateTime(edge),
            };
            return match comparator {
                "less_equal" | "less_than" => test(Test::Range(Some((edge, true)), None)),
                _ => test(Test::Range(None, Some((edge, true)))),
            };
        }
        if let Some(days) = value
            .as_str()
            .and_then(|word| word.strip_prefix("${DUEINDAYS}+"))
        {
            let Some(days) = days.parse::<i32>().ok().filter(|days| *days >= 0) else {
                return never();
            };
            let today = time::day_of(self.now, &self.state.time_zone);
            let (start, end) =
                self.span(field, today, today.saturating_add(days).saturating_add(1));
            return match comparator {
                "less_equal" | "less_than" => {
                    test(Test::Range(Some((start, true)), Some((end, false))))
                }
                _ => test(Test::Range(Some((end, true)), None)),
            };
        }
        if let Some((from, to)) = value.as_str().and_then(|word| self.days(word)) {
            let (start, end) = self.span(field, from, to);
            return match comparator {
                "equal" | "in" | "between" => {
                    test(Test::Range(Some((start, true)), Some((end, false))))
                }
                "not_equal" | "not_in" => {
                    not(test(Test::Range(Some((start, true)), Some((end, false)))))
                }
                "less_than" => test(Test::Range(None, Some((start, false)))),
                "less_equal" => test(Test::Range(None, Some((end, false)))),
                "greater_than" => test(Test::Range(Some((end, true)), None)),
                "greater_equal" => test(Test::Range(Some((start, true)), None)),
                _ => never(),
            };
        }
        match comparator {
            "equal" | "in" | "include_any" => test(self.one_of(field, value)),
            "not_equal" | "not_in" | "exclude_any" => not(test(self.one_of(field, value))),
            "include_all" => Expr::All(list(value).map(|v| test(self.one_of(field, v))).collect()),
            "exclude_all" => not(Expr::All(
                list(value).map(|v| test(self.one_of(field, v))).collect(),
            )),
            "contains" => test(Test::Contains(text(value))),
            "not_contains" => not(test(Test::Contains(text(value)))),
            "starts_with" => test(Test::StartsWith(text(value))),
            "ends_with" => test(Test::EndsWith(text(value))),
            "less_than" | "less_equal" | "greater_than" | "greater_equal" => {
                let Some(edge) = self.literal(field, value) else {
                    return never();
                };
                let edge = Some((edge, comparator.ends_with("equal")));
                if comparator.starts_with("less") {
                    test(Test::Range(None, edge))
                } else {
                    test(Test::Range(edge, None))
                }
            }
            "between" | "not_between" => {
                let ends: Vec<Value> = list(value).filter_map(|v| self.literal(field, v)).collect();
                let [from, to] = ends.as_slice() else {
                    return never();
                };
                let range = test(Test::Range(
                    Some((from.clone(), true)),
                    Some((to.clone(), true)),
                ));
                if comparator == "between" {
                    range
                } else {
                    not(range)
                }
            }
            _ => never(),
        }
    }

    fn one_of(&self, field: &Field, value: &Json) -> Test {
        let user = value.get("name").unwrap_or(value);
        if user.as_str() == Some("${CURRENTUSER}") {
            return Test::OneOf(vec![Value::User(self.state.current_user)]);
        }
        Test::OneOf(list(value).filter_map(|v| self.literal(field, v)).collect())
    }

    fn literal(&self, field: &Field, value: &Json) -> Option<Value> {
        match field.kind {
            Kind::Boolean => value
                .as_bool()
                .or_else(|| value.as_str()?.parse().ok())
                .map(Value::Bool),
            Kind::Integer | Kind::BigInt => value
                .as_i64()
                .or_else(|| value.as_str()?.parse().ok())
                .map(Value::Int),
            Kind::Double => value
                .as_f64()
                .and_then(Number::new)
                .or_else(|| Number::parse(value.as_str()?))
                .map(Value::Double),
            Kind::Date => time::parse_date(value.as_str()?).map(Value::Date),
            Kind::DateTime => time::parse_datetime(value.as_str()?).map(Value::DateTime),
            Kind::User | Kind::Lookup(_) | Kind::Id => {
                Id::from_json(value.get("id").unwrap_or(value)).map(|id| reference(&field.kind, id))
            }
            _ => Some(Value::Text(
                fold(field.stored_value(value.as_str()?)).into(),
            )),
        }
    }

    /// The days that a word stands for: the first, and the one after the last.
    fn days(&self, word: &str) -> Option<(i32, i32)> {
        let word = word.strip_prefix("${")?.strip_suffix('}')?;
        let today = time::day_of(self.now, &self.state.time_zone);
        let (year, month, day) = time::civil_from_days(i64::from(today));
        let date = jiff::civil::Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        // weeks begin on Sunday, as in an org that never changed it
        let week = today - i32::from(date.weekday().since(Weekday::Sunday));
        let month_start = |offset: i64| {
            let months = year * 12 + month - 1 + offset;
            time::parse_date(&format!(
                "{:04}-{:02}-01",
                months.div_euclid(12),
                months.rem_euclid(12) + 1
            ))
        };
        let quarter = |offset: i64| month_start((month - 1) / 3 * 3 + 1 - month + 3 * offset);
        if let Some((name, n)) = word.split_once(':') {
            let n: i32 = n.parse().ok().filter(|n| (0..=36_500).contains(n))?;
            return Some(match name {
                "LAST_N_DAYS" => (today - n, today),
                "NEXT_N_DAYS" => (today + 1, today + 1 + n),
                "LAST_N_WEEKS" => (week - 7 * n, week),
                "NEXT_N_WEEKS" => (week + 7, week + 7 + 7 * n),
                _ => return None,
            });
        }
        Some(match word {
            "TODAY" => (today, today + 1),
            "YESTERDAY" => (today - 1, today),
            "TOMORROW" => (today + 1, today + 2),
            "THISWEEK" => (week, week + 7),
            "LASTWEEK" => (week - 7, week),
            "NEXTWEEK" => (week + 7, week + 14),
            "THISMONTH" => (month_start(0)?, month_start(1)?),
            "LASTMONTH" => (month_start(-1)?, month_start(0)?),
            "NEXTMONTH" => (month_start(1)?, month_start(2)?),
            "LASTYEAR" => (month_start(-11 - month)?, month_start(1 - month)?),
            "NEXTYEAR" => (month_start(13 - month)?, month_start(25 - month)?),
            "LASTQUARTER" => (quarter(-1)?, quarter(0)?),
            "THISQUARTER" => (quarter(0)?, quarter(1)?),
            "NEXTQUARTER" => (quarter(1)?, quarter(2)?),
            "THISYEAR" => (month_start(1 - month)?, month_start(13 - month)?),
            _ => return None,
        })
    }

    fn span(&self, field: &Field, from: i32, to: i32) -> (Value, Value) {
        if field.kind == Kind::Date {
            return (Value::Date(from), Value::Date(to));
        }
        let tz = &self.state.time_zone;
        (
            Value::DateTime(time::start_of_day(from, tz)),
            Value::DateTime(time::start_of_day(to, tz)),
        )
    }
}

fn list(value: &Json) -> impl Iterator<Item = &Json> {
    let many = value.as_array();
    many.into_iter()
        .flatten()
        .chain(many.is_none().then_some(value))
}

fn text(value: &Json) -> EcoString {
    fold(value.as_str().unwrap_or_default()).into()
}
