//! The criteria of custom views: JSON groups and conditions, with words for users and days.

mod bulk;
mod check;
mod days;

use lean_string::LeanString;
use serde_json::Value as Json;

pub use bulk::bulk_criteria;
pub use check::check;

use super::expr::{Expr, Test, reference};
use crate::ids::Id;
use crate::schema::{Field, Module, Storage, View};
use crate::store::OrgState;
use crate::value::{Number, Value, fold, time};

/// The expression that the records of a view meet at the time `now`, in seconds since 1970.
#[must_use]
pub fn view_expr(view: &View, module: &Module, state: &OrgState, now: i64) -> Expr {
    let criteria = view.spec.criteria.as_ref();
    criteria.map_or_else(Expr::always, |it| criteria_expr(it, module, state, now))
}

/// The expression of criteria in the form of views, at the time `now`. What `check` would refuse in
/// them never holds.
#[must_use]
pub fn criteria_expr(criteria: &Json, module: &Module, state: &OrgState, now: i64) -> Expr {
    ViewScope { module, state, now }.node(criteria)
}

struct ViewScope<'a> {
    module: &'a Module,
    state: &'a OrgState,
    now: i64,
}

impl ViewScope<'_> {
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

    /// The expression of a condition; one that never holds for a value that makes no sense.
    fn condition(&self, field: &Field, comparator: &str, value: &Json) -> Expr {
        let empty = is(field, Test::Null);
        if value.is_null() || *value == "${EMPTY}" {
            return negated(empty, comparator.starts_with("not"));
        }
        if *value == "${NOTEMPTY}" {
            return negated(empty, true);
        }
        let word = value.as_str();
        let found = word.and_then(|word| self.relative(field, comparator, word));
        let found = found.or_else(|| self.compared(field, comparator, value));
        found.unwrap_or_else(never)
    }

    /// A comparison with a word for days. `None` if the text is none.
    fn relative(&self, field: &Field, comparator: &str, word: &str) -> Option<Expr> {
        if let Some(days) = word.strip_prefix("${AGEINDAYS}+") {
            return Some(self.age(field, comparator, days).unwrap_or_else(never));
        }
        if let Some(days) = word.strip_prefix("${DUEINDAYS}+") {
            return Some(self.due(field, comparator, days).unwrap_or_else(never));
        }
        let (from, to) = self.days_named(word)?;
        let (start, end) = self.span(field, from, to);
        let within = |start, end| is(field, Test::Range(Some((start, true)), Some((end, false))));
        Some(match comparator {
            "equal" | "in" | "between" => within(start, end),
            "not_equal" | "not_in" => negated(within(start, end), true),
            "less_than" => is(field, Test::Range(None, Some((start, false)))),
            "less_equal" => is(field, Test::Range(None, Some((end, false)))),
            "greater_than" => is(field, Test::Range(Some((end, true)), None)),
            "greater_equal" => is(field, Test::Range(Some((start, true)), None)),
            _ => never(),
        })
    }

    /// A comparison with an instant so many days ago.
    fn age(&self, field: &Field, comparator: &str, days: &str) -> Option<Expr> {
        let days: i64 = days.parse().ok()?;
        let edge = self.now.saturating_sub(days.saturating_mul(86_400));
        let edge = match field.kind {
            Storage::Date => Value::Date(time::day_of(edge, &self.state.time_zone)),
            _ => Value::DateTime(edge),
        };
        Some(match comparator {
            "less_equal" | "less_than" => is(field, Test::Range(Some((edge, true)), None)),
            _ => is(field, Test::Range(None, Some((edge, true)))),
        })
    }

    /// A comparison with a day so many days ahead.
    fn due(&self, field: &Field, comparator: &str, days: &str) -> Option<Expr> {
        let days: i32 = days.parse().ok().filter(|days| *days >= 0)?;
        let today = self.today();
        let (start, end) = self.span(field, today, today.saturating_add(days).saturating_add(1));
        Some(match comparator {
            "less_equal" | "less_than" => {
                is(field, Test::Range(Some((start, true)), Some((end, false))))
            }
            _ => is(field, Test::Range(Some((end, true)), None)),
        })
    }

    /// A comparison with a value, or with each of several.
    fn compared(&self, field: &Field, comparator: &str, value: &Json) -> Option<Expr> {
        let each = || {
            list(value)
                .map(|v| is(field, self.one_of(field, v)))
                .collect()
        };
        Some(match comparator {
            "equal" | "in" | "include_any" => is(field, self.one_of(field, value)),
            "not_equal" | "not_in" | "exclude_any" => {
                negated(is(field, self.one_of(field, value)), true)
            }
            "include_all" => Expr::All(each()),
            "exclude_all" => negated(Expr::All(each()), true),
            "contains" => is(field, Test::Contains(text(value))),
            "not_contains" => negated(is(field, Test::Contains(text(value))), true),
            "starts_with" => is(field, Test::StartsWith(text(value))),
            "ends_with" => is(field, Test::EndsWith(text(value))),
            "less_than" | "less_equal" | "greater_than" | "greater_equal" => {
                let edge = self.literal(field, value)?;
                let edge = Some((edge, comparator.ends_with("equal")));
                is(
                    field,
                    if comparator.starts_with("less") {
                        Test::Range(None, edge)
                    } else {
                        Test::Range(edge, None)
                    },
                )
            }
            "between" | "not_between" => {
                let ends: Vec<Value> = list(value).filter_map(|v| self.literal(field, v)).collect();
                let [from, to] = <[Value; 2]>::try_from(ends).ok()?;
                let range = Test::Range(Some((from, true)), Some((to, true)));
                negated(is(field, range), comparator == "not_between")
            }
            _ => return None,
        })
    }

    fn one_of(&self, field: &Field, value: &Json) -> Test {
        let user = value.get("name").unwrap_or(value);
        if user.as_str() == Some("${CURRENTUSER}") {
            return Test::OneOf(vec![Value::User(self.state.current_user)]);
        }
        let mut wanted = Vec::new();
        for value in list(value) {
            match (&field.kind, value.as_str()) {
                (Storage::Picklist | Storage::MultiPicklist, Some(text)) => {
                    wanted.extend(field.names_of(text).into_iter().map(Value::Text));
                }
                _ => wanted.extend(self.literal(field, value)),
            }
        }
        Test::OneOf(wanted)
    }

    fn literal(&self, field: &Field, value: &Json) -> Option<Value> {
        match field.kind {
            Storage::Boolean => value
                .as_bool()
                .or_else(|| value.as_str()?.parse().ok())
                .map(Value::Bool),
            Storage::Integer | Storage::BigInt => value
                .as_i64()
                .or_else(|| value.as_str()?.parse().ok())
                .map(Value::Int),
            Storage::Double => value
                .as_f64()
                .and_then(Number::new)
                .or_else(|| Number::parse(value.as_str()?))
                .map(Value::Double),
            Storage::Date => time::parse_date(value.as_str()?).map(Value::Date),
            Storage::DateTime => time::parse_datetime(value.as_str()?).map(Value::DateTime),
            Storage::User | Storage::Lookup(_) | Storage::Id => {
                Id::from_json(value.get("id").unwrap_or(value)).map(|id| reference(&field.kind, id))
            }
            _ => Some(Value::Text(fold(value.as_str()?).into())),
        }
    }

    fn today(&self) -> i32 {
        time::day_of(self.now, &self.state.time_zone)
    }

    /// The days that a word stands for: the first, and the one after the last.
    fn days_named(&self, word: &str) -> Option<(i32, i32)> {
        days::days(word, self.today())
    }

    /// Two days as values of a field: themselves, or the instants at which they begin.
    fn span(&self, field: &Field, from: i32, to: i32) -> (Value, Value) {
        if field.kind == Storage::Date {
            return (Value::Date(from), Value::Date(to));
        }
        let tz = &self.state.time_zone;
        (
            Value::DateTime(time::start_of_day(from, tz)),
            Value::DateTime(time::start_of_day(to, tz)),
        )
    }
}

fn never() -> Expr {
    Expr::Any(Vec::new())
}

fn is(field: &Field, test: Test) -> Expr {
    Expr::Test(field.no, test)
}

fn negated(expr: Expr, not: bool) -> Expr {
    if not { Expr::Not(Box::new(expr)) } else { expr }
}

/// The items of a list; the value itself where it is none.
fn list(value: &Json) -> impl Iterator<Item = &Json> {
    let many = value.as_array();
    many.into_iter()
        .flatten()
        .chain(many.is_none().then_some(value))
}

fn text(value: &Json) -> LeanString {
    fold(value.as_str().unwrap_or_default()).into()
}
