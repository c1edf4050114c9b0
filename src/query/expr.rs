//! Typed expressions over the fields of a module, and their evaluation.

use std::sync::Arc;

use lean_string::LeanString;

use super::column::Column;
use crate::ids::Id;
use crate::schema::{Field, FieldNo, Module, Slot, Storage};
use crate::settings::access::leads_to_seen;
use crate::store::index::participants;
use crate::store::{OrgState, Record};
use crate::value::{
    Value, contains_folded, ends_with_folded, equals_folded, fold, starts_with_folded, time,
};

/// A condition on a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// All parts hold. Without parts it always holds.
    All(Vec<Self>),
    /// At least one part holds. Without parts it never holds.
    Any(Vec<Self>),
    /// The part does not hold.
    Not(Box<Self>),
    /// The value of a field passes a test.
    Test(FieldNo, Test),
    /// The stored value of at least one of some fields passes a test. The fields are ascending.
    AnyOf(Arc<[FieldNo]>, Test),
    /// A value behind lookups passes a test.
    Column(Box<Column>, Test),
}

/// A test of one value. Its texts have been folded by [`fold`].
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is null, or an empty list.
    Null,
    /// The value equals one of these.
    OneOf(Vec<Value>),
    /// The value, or an item of it if it is a list, is this text.
    Text(LeanString),
    /// The value is a list of exactly these texts, in any order. Each may go by several names.
    Exactly(Vec<Vec<LeanString>>),
    /// The value contains this text.
    Contains(LeanString),
    /// The value begins with this text.
    StartsWith(LeanString),
    /// The value ends with this text.
    EndsWith(LeanString),
    /// The value lies in a range. Each end is a value with whether it is included, or `None` if the
    /// range is open.
    Range(Option<(Value, bool)>, Option<(Value, bool)>),
    /// The value is a lookup of a record or user with this name.
    Named(LeanString),
    /// The digits of the value, without what separates them, contain these.
    Digits(LeanString),
    /// The value has a row with this in a cell.
    Row(FieldNo, Value),
    /// The value lists this record among the participants.
    Participant(Id),
    /// The value leads to no record that is kept from the current user.
    Seen,
}

impl Expr {
    /// The expression that every record meets.
    #[must_use]
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// Whether a record meets the expression.
    #[must_use]
    pub fn matches(&self, record: &Record, module: &Module, state: &OrgState) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(record, module, state)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(record, module, state)),
            Self::Not(part) => !part.matches(record, module, state),
            Self::Test(no, test) => record.with(module.field_at(*no), module, |value| {
                test.matches(value, state)
            }),
            Self::AnyOf(fields, test) => {
                // one pass over what the record has
                let mut fields = fields.iter().peekable();
                record.values().iter().any(|(no, value)| {
                    while fields.next_if(|field| **field < no).is_some() {}
                    fields.next_if(|field| **field == no).is_some() && test.matches(value, state)
                })
            }
            Self::Column(column, test) => {
                column.with(record, state, |value| test.matches(value, state))
            }
        }
    }
}

impl Test {
    fn matches(&self, value: &Value, state: &OrgState) -> bool {
        match self {
            Self::Null => {
                value.is_null() || matches!(value, Value::List(items) if items.is_empty())
            }
            Self::OneOf(values) => match value {
                Value::Null => false,
                Value::Text(text) => values.iter().any(|v| {
                    v.as_text()
                        .is_some_and(|folded| equals_folded(text, folded))
                }),
                Value::List(items) => values
                    .iter()
                    .filter_map(Value::as_text)
                    .any(|folded| any_equal(items, folded)),
                Value::Lookup(_, id) => values.iter().any(|v| match v {
                    Value::Lookup(_, other) => other == id,
                    v => v.order(value).is_eq(),
                }),
                value => values.iter().any(|v| v.order(value).is_eq()),
            },
            Self::Text(folded) => on_texts(value, state, |text| equals_folded(text, folded)),
            Self::Exactly(texts) => match value {
                Value::List(items) => {
                    let listed =
                        |names: &Vec<LeanString>| names.iter().any(|n| any_equal(items, n));
                    items.len() == texts.len() && texts.iter().all(listed)
                }
                _ => false,
            },
            Self::Contains(folded) => on_texts(value, state, |text| contains_folded(text, folded)),
            Self::StartsWith(folded) => {
                on_texts(value, state, |text| starts_with_folded(text, folded))
            }
            Self::EndsWith(folded) => on_texts(value, state, |text| ends_with_folded(text, folded)),
            Self::Range(from, to) => {
                let above = from.as_ref().is_none_or(|(end, closed)| {
                    let order = value.order(end);
                    order.is_gt() || (*closed && order.is_eq())
                });
                let below = to.as_ref().is_none_or(|(end, closed)| {
                    let order = value.order(end);
                    order.is_lt() || (*closed && order.is_eq())
                });
                !value.is_null() && above && below
            }
            Self::Named(folded) => match value {
                Value::Lookup(module, id) => state
                    .record_name(*module, *id)
                    .is_some_and(|name| equals_folded(&name, folded)),
                Value::User(id) => equals_folded(&state.user_name(*id), folded),
                _ => false,
            },
            Self::Digits(digits) => on_texts(value, state, |text| {
                let stored: String = text.chars().filter(char::is_ascii_digit).collect();
                stored.contains(digits.as_str())
            }),
            Self::Row(cell, wanted) => match value {
                Value::Rows(rows) => rows.iter().any(|row| row.value(*cell) == wanted),
                _ => false,
            },
            Self::Participant(id) => participants(value).any(|other| other == *id),
            Self::Seen => leads_to_seen(state, value),
        }
    }
}

/// Whether a value passes a test as text: an item of a list, the name of a lookup, and other values
/// as records show them (date-times in the time zone of the caller).
fn on_texts(value: &Value, state: &OrgState, test: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Text(text) => test(text),
        Value::List(items) => items.iter().any(|item| test(item)),
        Value::Null | Value::Rows(_) | Value::Json(_) | Value::Files(_) => false,
        Value::Bool(flag) => test(if *flag { "true" } else { "false" }),
        Value::Int(number) => test(&number.to_string()),
        Value::Double(number) => test(&number.to_string()),
        Value::Date(days) => test(&time::format_date(*days)),
        Value::DateTime(seconds) => test(&time::format_datetime(*seconds, &state.time_zone)),
        Value::Lookup(module, id) => state.record_name(*module, *id).is_some_and(|n| test(&n)),
        Value::User(id) => test(&state.user_name(*id)),
    }
}

/// The test for one of some folded texts.
#[must_use]
pub fn one_text(mut texts: Vec<LeanString>) -> Test {
    if texts.len() == 1 {
        Test::Text(texts.remove(0))
    } else {
        Test::OneOf(texts.into_iter().map(Value::Text).collect())
    }
}

fn any_equal(items: &[LeanString], folded: &str) -> bool {
    items.iter().any(|item| equals_folded(item, folded))
}

/// The expression of a search for a `word`: a searchable text field contains it.
#[must_use]
pub fn word(module: &Module, text: &str) -> Expr {
    let test = Test::Contains(fold(text).into());
    let fields = module
        .fields
        .iter()
        .filter(|f| f.is_textual() && (f.flag('s') || f.spec.custom_field));
    let (stored, derived): (Vec<&Field>, Vec<&Field>) =
        fields.partition(|field| field.slot == Slot::Stored && field.implicit.is_null());
    let mut stored: Vec<FieldNo> = stored.iter().map(|field| field.no).collect();
    stored.sort_unstable();
    let mut parts = vec![Expr::AnyOf(stored.into(), test.clone())];
    parts.extend(derived.iter().map(|f| Expr::Test(f.no, test.clone())));
    Expr::Any(parts)
}

/// An id as a value of a field of some kind: a user, a lookup, or a plain id.
#[must_use]
pub fn reference(kind: &Storage, id: Id) -> Value {
    match kind {
        Storage::User => Value::User(id),
        Storage::Lookup(module) => Value::Lookup(module.unwrap_or_default(), id),
        _ => Value::Int(i64::try_from(id.0).unwrap_or(i64::MAX)),
    }
}
