//! The plain evaluation of expressions, which knows nothing of the library.

use std::cmp::Ordering;

use serde_json::{Map, Value as Json};
use zoho_crm_mock::value::time;

use super::expressions::{Node, Op};
use super::records::{FIELDS, Type};

impl Node {
    pub(super) fn holds(&self, record: &Map<String, Json>) -> bool {
        match self {
            Self::And(a, b) => a.holds(record) && b.holds(record),
            Self::Or(a, b) => a.holds(record) || b.holds(record),
            Self::Leaf {
                field,
                op,
                not,
                values,
            } => {
                let (name, kind) = FIELDS[*field];
                let found = record.get(name).unwrap_or(&Json::Null);
                says(found, kind, *op, values) != *not
            }
        }
    }
}

fn says(found: &Json, kind: Type, op: Op, values: &[String]) -> bool {
    let items: Vec<&Json> = match found {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().collect(),
        other => vec![other],
    };
    let lower = |text: &str| text.to_lowercase();
    let text = |item: &Json| lower(item.as_str().unwrap_or(&item.to_string()));
    let any = |test: &dyn Fn(&Json) -> bool| items.iter().any(|item| test(item));
    match op {
        Op::Empty => items.is_empty(),
        Op::Is | Op::In => values
            .iter()
            .any(|value| any(&|item| order(item, value, kind).is_eq())),
        Op::Part => any(&|item| text(item).contains(&lower(&values[0]))),
        Op::Begin => any(&|item| text(item).starts_with(&lower(&values[0]))),
        Op::End => any(&|item| text(item).ends_with(&lower(&values[0]))),
        Op::Less => any(&|item| order(item, &values[0], kind).is_lt()),
        Op::LessEqual => any(&|item| order(item, &values[0], kind).is_le()),
        Op::Greater => any(&|item| order(item, &values[0], kind).is_gt()),
        Op::GreaterEqual => any(&|item| order(item, &values[0], kind).is_ge()),
        Op::Between => any(&|item| {
            order(item, &values[0], kind).is_ge() && order(item, &values[1], kind).is_le()
        }),
    }
}

/// How a value of a record compares with a literal.
fn order(item: &Json, value: &str, kind: Type) -> Ordering {
    match kind {
        Type::Number => {
            let number = item.as_f64().expect("a number");
            number.total_cmp(&value.parse().expect("a number"))
        }
        Type::Moment => {
            let instant = |text: &str| time::parse_datetime(text).expect("a time");
            instant(item.as_str().expect("text")).cmp(&instant(value))
        }
        Type::Flag => item.to_string().as_str().cmp(value),
        _ => {
            let text = item.as_str().expect("text").to_lowercase();
            text.cmp(&value.to_lowercase())
        }
    }
}
