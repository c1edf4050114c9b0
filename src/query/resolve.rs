//! Turns criteria with names and raw values into a typed expression, or into Zoho's errors.

use super::criteria::{CriteriaCondition, CriteriaNode};
use super::expr::{Expr, Test, one_text, reference};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{DataType, Field, Module, Storage};
use crate::value::{Number, Value, fold, time};

/// Values that `in` takes at most.
const MOST_VALUES: usize = 100;

/// How criteria compare texts.
#[derive(Clone, Copy, Debug)]
pub struct ConditionRules {
    /// Whether `equals` compares a text as a whole, instead of finding a part of it.
    pub exact_text: bool,
    /// Whether dates are compared, and not only found.
    pub dates_compared: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OperatorName {
    Equals,
    NotEqual,
    StartsWith,
    In,
    GreaterThan,
    GreaterEqual,
    LessThan,
    LessEqual,
    Between,
}

impl OperatorName {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "equals" => Self::Equals,
            "not_equal" => Self::NotEqual,
            "starts_with" => Self::StartsWith,
            "in" => Self::In,
            "greater_than" => Self::GreaterThan,
            "greater_equal" => Self::GreaterEqual,
            "less_than" => Self::LessThan,
            "less_equal" => Self::LessEqual,
            "between" => Self::Between,
            _ => return None,
        })
    }

    /// Whether a field can be compared by the operator (the table of Zoho's page on search).
    fn allowed(self, field: &Field, rules: ConditionRules) -> bool {
        let equality = matches!(self, Self::Equals | Self::NotEqual);
        match field.kind {
            Storage::Text => match field.spec.data_type {
                DataType::Textarea => equality || self == Self::StartsWith,
                DataType::AutoNumber => equality || self == Self::In,
                _ => equality || matches!(self, Self::StartsWith | Self::In),
            },
            Storage::Picklist | Storage::Id | Storage::User | Storage::Lookup(_) => {
                equality || self == Self::In
            }
            Storage::MultiPicklist | Storage::Tags => {
                equality || matches!(self, Self::In | Self::StartsWith)
            }
            Storage::Date | Storage::DateTime if !rules.dates_compared => {
                equality || self == Self::In
            }
            Storage::Integer
            | Storage::BigInt
            | Storage::Double
            | Storage::Date
            | Storage::DateTime => self != Self::StartsWith,
            Storage::Boolean => equality,
            Storage::Rows(_) | Storage::Links(_) | Storage::Files | Storage::Raw => false,
        }
    }
}

/// Resolves a criteria against a module.
///
/// # Errors
/// `INVALID_QUERY`, saying which field, operator or value does not fit.
pub fn criteria(
    node: &CriteriaNode,
    module: &Module,
    rules: ConditionRules,
) -> Result<Expr, ApiError> {
    Ok(match node {
        CriteriaNode::All(parts) => Expr::All(
            parts
                .iter()
                .map(|p| criteria(p, module, rules))
                .collect::<Result<_, _>>()?,
        ),
        CriteriaNode::Any(parts) => Expr::Any(
            parts
                .iter()
                .map(|p| criteria(p, module, rules))
                .collect::<Result<_, _>>()?,
        ),
        CriteriaNode::Condition(condition) => resolve(condition, module, rules)?,
    })
}

pub(super) fn invalid(reason: &str, api_name: &str) -> ApiError {
    ApiError::new(Code::INVALID_QUERY)
        .with("reason", reason)
        .with("api_name", api_name)
}

fn resolve(
    condition: &CriteriaCondition,
    module: &Module,
    rules: ConditionRules,
) -> Result<Expr, ApiError> {
    let name = condition.field.as_str();
    let field = module
        .field(name)
        .filter(|f| !matches!(f.kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw))
        .ok_or_else(|| invalid("the field is not available for search", name))?;
    let operator = OperatorName::parse(&condition.operator)
        .filter(|o| o.allowed(field, rules))
        .ok_or_else(|| {
            invalid("invalid operator found", name).with("operator", condition.operator.as_str())
        })?;
    // Zoho does not know how to ask for what is not empty (reported twice, 2026: a text field, a
    // lookup); the details are assumed
    if operator == OperatorName::NotEqual && condition.value.trim() == "null" {
        return Err(bad_value(field, "null"));
    }
    if matches!(operator, OperatorName::Equals | OperatorName::NotEqual)
        && is_null_word(&condition.value)
    {
        return Ok(negated(
            Expr::Test(field.no, Test::Null),
            operator == OperatorName::NotEqual,
        ));
    }
    // unknown for texts, refused as for the other types: else it would be a part of every text
    if condition.value.trim().is_empty() {
        return Err(bad_value(field, &condition.value));
    }
    let test = match operator {
        OperatorName::Equals | OperatorName::NotEqual => equals(field, &condition.single(), rules)?,
        OperatorName::StartsWith => Test::StartsWith(fold(&condition.single()).into()),
        OperatorName::In => one_of(field, &condition.values())?,
        OperatorName::Between => {
            let values = condition.values();
            let [from, to] = values.as_slice() else {
                return Err(bad_value(field, &condition.single()));
            };
            Test::Range(
                Some((literal(field, from)?, true)),
                Some((literal(field, to)?, true)),
            )
        }
        OperatorName::GreaterThan => {
            Test::Range(Some((literal(field, &condition.single())?, false)), None)
        }
        OperatorName::GreaterEqual => {
            Test::Range(Some((literal(field, &condition.single())?, true)), None)
        }
        OperatorName::LessThan => {
            Test::Range(None, Some((literal(field, &condition.single())?, false)))
        }
        OperatorName::LessEqual => {
            Test::Range(None, Some((literal(field, &condition.single())?, true)))
        }
    };
    Ok(negated(
        Expr::Test(field.no, test),
        operator == OperatorName::NotEqual,
    ))
}

fn negated(expr: Expr, not: bool) -> Expr {
    if not { Expr::Not(Box::new(expr)) } else { expr }
}

/// Whether a value stands for an empty field: `null` (as clients use it) or `${EMPTY}`.
fn is_null_word(value: &str) -> bool {
    value.trim() == "null" || value.trim() == "${EMPTY}"
}

pub(super) fn bad_value(field: &Field, value: &str) -> ApiError {
    invalid("invalid value for search", field.api_name())
        .with("expected_data_type", field.spec.data_type.as_str())
        .with("value", value)
}

fn equals(field: &Field, text: &str, rules: ConditionRules) -> Result<Test, ApiError> {
    Ok(match field.kind {
        Storage::Text if field.spec.data_type == DataType::AutoNumber || rules.exact_text => {
            Test::Text(fold(text).into())
        }
        Storage::Text => Test::Contains(fold(text).into()),
        Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
            one_text(field.names_of(text))
        }
        // a lookup is compared by id; a name does too, which Zoho's page does not promise
        Storage::Lookup(_) | Storage::User if Id::parse(text.trim()).is_err() => {
            Test::Named(fold(text).into())
        }
        _ => Test::OneOf(vec![literal(field, text)?]),
    })
}

fn one_of(field: &Field, values: &[String]) -> Result<Test, ApiError> {
    if values.len() > MOST_VALUES {
        return Err(ApiError::new(Code::TOO_MANY_IN_VALUES).with("api_name", field.api_name()));
    }
    let mut wanted = Vec::with_capacity(values.len());
    for text in values {
        match field.kind {
            Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
                wanted.extend(field.names_of(text).into_iter().map(Value::Text));
            }
            _ => wanted.push(literal(field, text)?),
        }
    }
    Ok(Test::OneOf(wanted))
}

/// Reads a literal as a value of a field.
///
/// # Errors
/// `INVALID_QUERY` if it is none.
pub(super) fn literal(field: &Field, text: &str) -> Result<Value, ApiError> {
    typed(&field.kind, text).ok_or_else(|| bad_value(field, text))
}

/// Reads a literal as a value of a kind, with texts folded. `None` if it is none.
pub(super) fn typed(kind: &Storage, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    match kind {
        Storage::Id | Storage::User | Storage::Lookup(_) => {
            Id::parse(trimmed).ok().map(|id| reference(kind, id))
        }
        Storage::Integer | Storage::BigInt => trimmed.parse().ok().map(Value::Int),
        Storage::Double => Number::parse(trimmed).map(Value::Double),
        Storage::Boolean => match trimmed {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Storage::Date => time::parse_date(trimmed).map(Value::Date),
        Storage::DateTime => time::parse_queried_datetime(trimmed).map(Value::DateTime),
        Storage::Text | Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
            Some(Value::Text(fold(text).into()))
        }
        Storage::Rows(_) | Storage::Links(_) | Storage::Files | Storage::Raw => None,
    }
}
