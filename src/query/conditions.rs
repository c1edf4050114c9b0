//! Conditions that a person composes of lists: a field, an operator, and a value, often as a text.
//!
//! They can do more than Zoho's criteria: every operator works on every data type for which it has
//! a meaning. Texts are compared as a whole; `contains`, `starts_with` and the like compare the
//! value as records show it.

use serde_json::Value as Json;

use super::expr::{Expr, Test, one_text};
use super::resolve::{bad_value, invalid, literal};
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::{Field, Module, Storage};
use crate::store::{OrgState, User};
use crate::value::{Value, fold, time};

/// An operator, without its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The field has this value.
    Equals,
    /// The value begins with this text.
    StartsWith,
    /// The value ends with this text.
    EndsWith,
    /// The value contains this text.
    Contains,
    /// The field has no value.
    IsEmpty,
    /// The value is greater, later, or further down the alphabet than this one.
    GreaterThan,
    /// The value is as for [`Self::GreaterThan`], or equal.
    GreaterEqual,
    /// The value is smaller, earlier, or further up the alphabet than this one.
    LessThan,
    /// The value is as for [`Self::LessThan`], or equal.
    LessEqual,
    /// The value lies between two values, both included.
    Between,
    /// The value is one of these.
    In,
}

/// Every spelling of an operator, whether it is negated, and the operator. The first spelling of
/// each is the canonical one.
pub const WORDS: &[(&str, bool, Word)] = &[
    ("equals", false, Word::Equals),
    ("not_equals", true, Word::Equals),
    ("starts_with", false, Word::StartsWith),
    ("not_starts_with", true, Word::StartsWith),
    ("ends_with", false, Word::EndsWith),
    ("not_ends_with", true, Word::EndsWith),
    ("contains", false, Word::Contains),
    ("not_contains", true, Word::Contains),
    ("is_empty", false, Word::IsEmpty),
    ("is_not_empty", true, Word::IsEmpty),
    ("greater_than", false, Word::GreaterThan),
    ("greater_equal", false, Word::GreaterEqual),
    ("less_than", false, Word::LessThan),
    ("less_equal", false, Word::LessEqual),
    ("between", false, Word::Between),
    ("not_between", true, Word::Between),
    ("in", false, Word::In),
    ("not_in", true, Word::In),
    // as Zoho and other lists spell them
    ("equal", false, Word::Equals),
    ("is", false, Word::Equals),
    ("not_equal", true, Word::Equals),
    ("is_not", true, Word::Equals),
    ("does_not_start_with", true, Word::StartsWith),
    ("does_not_end_with", true, Word::EndsWith),
    ("does_not_contain", true, Word::Contains),
    ("not_empty", true, Word::IsEmpty),
    ("is_null", false, Word::IsEmpty),
    ("is_not_null", true, Word::IsEmpty),
    ("greater_than_equal", false, Word::GreaterEqual),
    ("greater_than_equals", false, Word::GreaterEqual),
    ("greater_than_or_equal", false, Word::GreaterEqual),
    ("greater_than_or_equals", false, Word::GreaterEqual),
    ("greater_than_or_equal_to", false, Word::GreaterEqual),
    ("greater_or_equal", false, Word::GreaterEqual),
    ("less_than_equal", false, Word::LessEqual),
    ("less_than_equals", false, Word::LessEqual),
    ("less_than_or_equal", false, Word::LessEqual),
    ("less_than_or_equals", false, Word::LessEqual),
    ("less_than_or_equal_to", false, Word::LessEqual),
    ("less_or_equal", false, Word::LessEqual),
];

/// A condition as given.
#[derive(Clone, Copy, Debug)]
pub struct Condition<'a> {
    /// The field, by API name or label.
    pub field: &'a str,
    /// A spelling of [`WORDS`].
    pub word: &'a str,
    /// The operand: a value, a text that stands for one, or a list.
    pub value: &'a Json,
}

/// Turns a condition into an expression.
///
/// # Errors
/// `INVALID_QUERY` for a field, word or value that does not fit.
pub fn expr(condition: Condition<'_>, module: &Module, state: &OrgState) -> Result<Expr, ApiError> {
    let spelled = WORDS.iter().find(|(word, ..)| *word == condition.word);
    let operator = spelled.map(|(_, not, word)| (*not, *word));
    let field = module
        .field_called(condition.field)
        // of rows and the like it can only be said whether there are any
        .filter(|field| {
            matches!(operator, Some((_, Word::IsEmpty)))
                || !matches!(
                    field.kind,
                    Storage::Rows(_) | Storage::Links(_) | Storage::Raw
                )
        })
        .ok_or_else(|| invalid("the field is not available for search", condition.field))?;
    let (not, word) = operator
        .filter(|(_, word)| allowed(*word, field))
        .ok_or_else(|| {
            invalid("invalid operator found", field.api_name()).with("operator", condition.word)
        })?;
    let found = ConditionScope { field, state }.test(word, condition.value)?;
    Ok(if not {
        Expr::Not(Box::new(found))
    } else {
        found
    })
}

/// Whether an operator has a meaning for a field. Comparisons need an order of values.
fn allowed(word: Word, field: &Field) -> bool {
    let ordered = matches!(
        field.kind,
        Storage::Id
            | Storage::Text
            | Storage::Picklist
            | Storage::Integer
            | Storage::BigInt
            | Storage::Double
            | Storage::Date
            | Storage::DateTime
    );
    match word {
        Word::GreaterThan
        | Word::GreaterEqual
        | Word::LessThan
        | Word::LessEqual
        | Word::Between => ordered,
        Word::Equals
        | Word::StartsWith
        | Word::EndsWith
        | Word::Contains
        | Word::IsEmpty
        | Word::In => true,
    }
}

struct ConditionScope<'a> {
    field: &'a Field,
    state: &'a OrgState,
}

impl ConditionScope<'_> {
    fn test(&self, word: Word, value: &Json) -> Result<Expr, ApiError> {
        let part = || {
            let text = self.text(value)?;
            if text.is_empty() {
                return Err(bad_value(self.field, &text));
            }
            Ok(fold(&text).into())
        };
        Ok(match word {
            Word::IsEmpty => self.is(Test::Null),
            Word::Equals => self.equals(value)?,
            Word::In => {
                let mut values = list(value);
                values.retain(|value| !value.is_null() && *value != "");
                if values.is_empty() {
                    return Err(bad_value(self.field, &shown(value)));
                }
                let values = values.iter().map(|value| self.equals(value));
                Expr::Any(values.collect::<Result<_, _>>()?)
            }
            Word::StartsWith => self.is(Test::StartsWith(part()?)),
            Word::EndsWith => self.is(Test::EndsWith(part()?)),
            Word::Contains => self.is(Test::Contains(part()?)),
            Word::Between => {
                let values = list(value);
                let [from, to] = values.as_slice() else {
                    return Err(bad_value(self.field, &shown(value)));
                };
                let (from, _) = self.span(from)?;
                let (_, to) = self.span(to)?;
                self.is(Test::Range(Some((from, true)), Some(to)))
            }
            Word::GreaterThan => {
                let (_, (to, closed)) = self.span(value)?;
                self.is(Test::Range(Some((to, !closed)), None))
            }
            Word::GreaterEqual => {
                let (from, _) = self.span(value)?;
                self.is(Test::Range(Some((from, true)), None))
            }
            Word::LessThan => {
                let (from, _) = self.span(value)?;
                self.is(Test::Range(None, Some((from, false))))
            }
            Word::LessEqual => {
                let (_, to) = self.span(value)?;
                self.is(Test::Range(None, Some(to)))
            }
        })
    }

    fn is(&self, test: Test) -> Expr {
        Expr::Test(self.field.no, test)
    }

    /// The operand as text.
    fn text(&self, value: &Json) -> Result<String, ApiError> {
        match value {
            Json::String(text) => Ok(text.clone()),
            Json::Bool(_) | Json::Number(_) => Ok(value.to_string()),
            // a lookup as records show it
            Json::Object(object) => match object.get("id").or_else(|| object.get("name")) {
                Some(Json::String(text)) => Ok(text.clone()),
                _ => Err(bad_value(self.field, &shown(value))),
            },
            Json::Null | Json::Array(_) => Err(bad_value(self.field, &shown(value))),
        }
    }

    fn equals(&self, value: &Json) -> Result<Expr, ApiError> {
        if value.is_null() || value == "" {
            return Ok(self.is(Test::Null));
        }
        // several values as records show them, or as they are written
        let several = match (&self.field.kind, value) {
            (Storage::MultiPicklist | Storage::Tags, Json::Array(items)) => Some(items.clone()),
            (Storage::MultiPicklist, Json::String(text)) if text.contains(';') => {
                Some(text.split(';').map(|item| item.trim().into()).collect())
            }
            _ => None,
        };
        if let Some(items) = several {
            let texts = items.iter().map(|item| {
                let text = self.text(item)?;
                Ok(self.field.names_of(&text))
            });
            return Ok(self.is(Test::Exactly(texts.collect::<Result<_, ApiError>>()?)));
        }
        let text = self.text(value)?;
        let by_email = |user: &&User| {
            let email = user.text("email");
            email.is_some_and(|email| email.eq_ignore_ascii_case(text.trim()))
        };
        Ok(match self.field.kind {
            Storage::User if text.contains('@') => {
                let mut users = self.state.users.iter().map(|(_, user)| &**user);
                let found = users.find(by_email).map(|user| Value::User(user.id));
                self.is(Test::OneOf(found.into_iter().collect()))
            }
            Storage::Text => self.is(Test::Text(fold(&text).into())),
            Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
                self.is(one_text(self.field.names_of(&text)))
            }
            Storage::Lookup(_) | Storage::User if Id::parse(text.trim()).is_err() => {
                self.is(Test::Named(fold(&text).into()))
            }
            Storage::DateTime => {
                let (from, to) = self.span(value)?;
                self.is(Test::Range(Some((from, true)), Some(to)))
            }
            Storage::Boolean => {
                let lower = text.trim().to_ascii_lowercase();
                self.is(Test::OneOf(vec![literal(self.field, &lower)?]))
            }
            _ => self.is(Test::OneOf(vec![literal(self.field, &text)?])),
        })
    }

    /// The range that an operand stands for: its start, its end, and whether the end is included.
    /// A date that is compared with date-times stands for all instants of the day.
    fn span(&self, value: &Json) -> Result<(Value, (Value, bool)), ApiError> {
        let text = self.text(value)?;
        let day = time::parse_date(text.trim()).filter(|_| self.field.kind == Storage::DateTime);
        if let Some(day) = day {
            let start = |day| Value::DateTime(time::start_of_day(day, &self.state.time_zone));
            return Ok((start(day), (start(day + 1), false)));
        }
        if text.trim().is_empty() {
            return Err(bad_value(self.field, &text));
        }
        let value = literal(self.field, &text)?;
        Ok((value.clone(), (value, true)))
    }
}

/// The items of a list, or of a text that separates them by commas.
fn list(value: &Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items.clone(),
        Json::String(text) => text.split(',').map(|item| item.trim().into()).collect(),
        other => vec![other.clone()],
    }
}

fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
