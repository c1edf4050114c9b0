//! Conditions of a query, checked by the table of comparators on Zoho's pages.

use lean_string::LeanString;

use super::{SelectScope, about};
use crate::error::{ApiError, Code};
use crate::query::column::Column;
use crate::query::coql::{CoqlCondition, CoqlNode, Operator};
use crate::query::expr::{Expr, Test, one_text, reference};
use crate::query::resolve::typed;
use crate::schema::{DataType, PickValue, Storage};
use crate::value::{Value, fold};
use crate::version::CoqlLimits;

impl SelectScope<'_> {
    /// The expression of a condition.
    ///
    /// # Errors
    /// `INVALID_QUERY` for columns, comparators and values that do not fit.
    pub(super) fn condition(&self, node: &CoqlNode, limits: CoqlLimits) -> Result<Expr, ApiError> {
        let all = |parts: &[CoqlNode]| {
            let parts = parts.iter().map(|part| self.condition(part, limits));
            parts.collect::<Result<Vec<_>, _>>()
        };
        Ok(match node {
            CoqlNode::All(parts) => Expr::All(all(parts)?),
            CoqlNode::Any(parts) => Expr::Any(all(parts)?),
            CoqlNode::Condition(condition) => self.comparison(condition, limits)?,
        })
    }

    fn comparison(&self, condition: &CoqlCondition, limits: CoqlLimits) -> Result<Expr, ApiError> {
        let name = condition.name.as_str();
        let column = self.column(name)?;
        let kind = column.kind(self.schema);
        let operator = condition.operator;
        let criteria = matches!(kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw)
            || column.data_type(self.schema) == DataType::Textarea;
        if criteria {
            let value = condition.values.first().map_or("${EMPTY}", String::as_str);
            return Err(ApiError::new(Code::COQL_UNSUPPORTED_CRITERIA)
                .with("cv_criteria", false)
                .with("column_name", name)
                .with("value", value)
                .with("operator", operator.as_str()));
        }
        if !allowed(operator, &kind) {
            return Err(ApiError::new(Code::INVALID_QUERY)
                .with("reason", "invalid operator found")
                .with("column_name", name)
                .with("operator", operator.as_str()));
        }
        if condition.values.len() > limits.values {
            return Err(Code::LIMIT_EXCEEDED.into());
        }
        let comparison = Comparison {
            context: self,
            column: &column,
            kind: &kind,
        };
        let test = comparison
            .test(operator, &condition.values)
            .ok_or_else(|| unfit(&kind, name))?;
        let column_is_own = column.own_field().is_some();
        let found = match column.own_field() {
            Some(no) => Expr::Test(no, test),
            None => Expr::Column(Box::new(column), test),
        };
        let negated = matches!(
            operator,
            Operator::NotEqual
                | Operator::NotIn
                | Operator::NotLike
                | Operator::NotBetween
                | Operator::IsNotNull
        );
        // the usual way to ask for everything: COQL wants a condition
        let always = operator == Operator::IsNotNull && kind == Storage::Id;
        Ok(if always && column_is_own {
            Expr::always()
        } else if negated {
            Expr::Not(Box::new(found))
        } else {
            found
        })
    }
}

/// The error of a value that its column cannot hold. Columns of texts hold every value, and name no
/// type (recorded for an id, 2026: `bigint`).
fn unfit(kind: &Storage, name: &str) -> ApiError {
    let expected = match kind {
        Storage::Id | Storage::BigInt | Storage::Lookup(_) | Storage::User => "bigint",
        Storage::Integer => "integer",
        Storage::Double => "double",
        Storage::Boolean => "boolean",
        Storage::Date => "date",
        Storage::DateTime => "datetime",
        _ => return about(Code::COQL_VALUE, name),
    };
    let error = ApiError::new(Code::COQL_VALUE);
    error
        .with("expected_data_type", expected)
        .with("column_name", name)
}

fn allowed(operator: Operator, kind: &Storage) -> bool {
    let equality = matches!(
        operator,
        Operator::Equal
            | Operator::NotEqual
            | Operator::In
            | Operator::NotIn
            | Operator::IsNull
            | Operator::IsNotNull
    );
    let like = matches!(operator, Operator::Like | Operator::NotLike);
    match kind {
        Storage::Boolean => operator == Operator::Equal,
        Storage::Text | Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
            equality || like
        }
        Storage::Lookup(_) | Storage::User => equality,
        // ids too: past 100,000 rows a client goes on by the last id (Zoho's page on paging)
        Storage::Id
        | Storage::Integer
        | Storage::BigInt
        | Storage::Double
        | Storage::Date
        | Storage::DateTime => !like,
        Storage::Rows(_) | Storage::Links(_) | Storage::Files | Storage::Raw => false,
    }
}

struct Comparison<'a> {
    context: &'a SelectScope<'a>,
    column: &'a Column,
    kind: &'a Storage,
}

impl Comparison<'_> {
    /// The test of a comparison; `None` for a value that does not fit the column.
    fn test(&self, operator: Operator, values: &[String]) -> Option<Test> {
        let one = || self.literal(values.first()?);
        Some(match operator {
            Operator::IsNull | Operator::IsNotNull => Test::Null,
            Operator::Equal | Operator::NotEqual => self.equals(values.first()?)?,
            Operator::In | Operator::NotIn => {
                let mut wanted = Vec::with_capacity(values.len());
                for value in values {
                    match self.kind {
                        Storage::Picklist | Storage::MultiPicklist | Storage::Tags => {
                            wanted.extend(self.names(value).into_iter().map(Value::Text));
                        }
                        _ => wanted.push(self.literal(value)?),
                    }
                }
                Test::OneOf(wanted)
            }
            Operator::Like => like(values.first()?)?,
            // only what is contained can be excluded (Zoho's page on limits)
            Operator::NotLike => match like(values.first()?)? {
                test @ Test::Contains(_) => test,
                _ => return None,
            },
            Operator::Less => Test::Range(None, Some((one()?, false))),
            Operator::LessEqual => Test::Range(None, Some((one()?, true))),
            Operator::Greater => Test::Range(Some((one()?, false)), None),
            Operator::GreaterEqual => Test::Range(Some((one()?, true)), None),
            Operator::Between | Operator::NotBetween => {
                let to = self.literal(values.get(1)?)?;
                Test::Range(Some((one()?, true)), Some((to, true)))
            }
        })
    }

    /// The texts, folded, that records may have for a value of a query.
    ///
    /// A picklist's display value finds both of its names. The actual value finds what was written
    /// so, and nothing else: a query by it found none of the records that show the display value
    /// (verified live on `Quotes.Quote_Stage`, August 2026; there was no error).
    fn names(&self, text: &str) -> Vec<LeanString> {
        let field = self.column.field(self.context.schema);
        let listed = field.and_then(|field| field.value_displayed(text));
        listed.map_or_else(|| vec![fold(text).into()], PickValue::names)
    }

    fn equals(&self, text: &str) -> Option<Test> {
        Some(match self.kind {
            Storage::Text | Storage::Picklist => one_text(self.names(text)),
            // several values of a multi-select picklist are written with semicolons
            Storage::MultiPicklist | Storage::Tags => {
                let values = text.split(';').map(|value| self.names(value.trim()));
                Test::Exactly(values.collect())
            }
            _ => Test::OneOf(vec![self.literal(text)?]),
        })
    }

    fn literal(&self, text: &str) -> Option<Value> {
        match self.kind {
            Storage::Id => crate::ids::Id::parse(text.trim())
                .ok()
                .map(|id| reference(self.kind, id)),
            kind => typed(kind, text),
        }
    }
}

/// The test of a `like` pattern: `'x%'`, `'%x'`, `'%x%'` or a text without a wildcard. `None` for
/// others.
fn like(pattern: &str) -> Option<Test> {
    let (inner, starts) = match pattern.strip_prefix('%') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let (inner, ends) = match inner.strip_suffix('%') {
        Some(rest) => (rest, true),
        None => (inner, false),
    };
    if inner.contains('%') {
        return None;
    }
    let folded = fold(inner).into();
    Some(match (starts, ends) {
        (true, true) => Test::Contains(folded),
        // a lone wildcard is a part of everything
        (true, false) if inner.is_empty() => Test::Contains(folded),
        (true, false) => Test::EndsWith(folded),
        (false, true) => Test::StartsWith(folded),
        (false, false) => Test::Text(folded),
    })
}
