//! Checking COQL queries against the modules, and running them.
//!
//! `!=`, `not in`, `not like` and `not between` hold where there is no value, as they do in a
//! criteria and in a custom view (assumed; an error of Zoho's shows that it turns `is not null`
//! into a custom view's `!= ${EMPTY}`). Converted leads are left out unless the condition asks
//! for `Converted__s` (assumed).

mod aggregate;
mod condition;
mod run;

use std::sync::Arc;

use super::column::Column;
use super::coql::{self, CoqlItem, CoqlNode, Term};
use super::expr::Expr;
use super::plan::Converted;
use super::view::view_expr;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{Module, Schema, Slot, Storage};
use crate::store::{OrgState, Record};
use crate::value::Value;
use crate::version::{CoqlLimits, Joins};

pub use aggregate::Function;

/// Lookups that one name may follow (Zoho's page on joins).
const DEEPEST: usize = 2;
/// Rows of an answer without `limit`.
const DEFAULT_ROWS: usize = 200;

/// The content of a column of the answer, or of a key to sort by.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnContent {
    /// A value of the record, or the common value of a group.
    Column(Column),
    /// A function over a group, and its field; `None` for `*`.
    Aggregate(Function, Option<Column>),
}

/// A query that was checked.
#[derive(Debug)]
pub struct Select {
    /// The module.
    pub module: Arc<Module>,
    /// The columns of the answer by key.
    pub columns: Vec<(String, ColumnContent)>,
    /// Whether each row stands for a group of records.
    pub grouped: bool,
    filter: Expr,
    converted: Converted,
    group_by: Vec<Column>,
    order_by: Vec<(ColumnContent, bool)>,
    limit: usize,
    offset: usize,
}

/// Rows of an answer, with whether there are more.
#[derive(Debug)]
pub enum Rows<'s> {
    /// Records.
    Records(Vec<&'s Arc<Record>>, bool),
    /// The values of each group, in the order of the columns.
    Groups(Vec<Vec<Value>>, bool),
}

/// Checks a query against the modules. `now` is the time in seconds since 1970, from which a custom
/// view counts days.
///
/// # Errors
/// The errors of the newer v8 description of COQL; `LIMIT_EXCEEDED` beyond the limits of the
/// version.
pub fn resolve(
    query: &coql::CoqlQuery,
    state: &OrgState,
    limits: CoqlLimits,
    now: i64,
) -> Result<Select, ApiError> {
    let (name, view) = match query.module.split_once('#') {
        Some((name, view)) => (name, Some(view)),
        None => (query.module.as_str(), None),
    };
    let module = state.schema.module(name.trim_start_matches('!'));
    let module = module.ok_or(Code::MODULE_NOT_SUPPORTED_IN_API)?;
    let context = SelectScope {
        schema: &state.schema,
        module,
    };
    let limit = query.limit.unwrap_or(DEFAULT_ROWS);
    let offset = query.offset.unwrap_or(0);
    check_amounts(query, limits)?;
    if limit > limits.rows || offset.saturating_add(limit) > limits.reach {
        return Err(Code::LIMIT_EXCEEDED.into());
    }
    let columns = context.columns(&query.columns, limits)?;
    let group_by = context.group_by(query)?;
    let order_by = context.order_by(query, &columns, limits)?;
    let aggregates = |shown: &ColumnContent| matches!(shown, ColumnContent::Aggregate(..));
    let grouped = !group_by.is_empty()
        || columns.iter().any(|(_, shown)| aggregates(shown))
        || order_by.iter().any(|(shown, _)| aggregates(shown));
    if grouped {
        // what a group has several values of cannot be shown
        let named = columns.iter().map(|(key, shown)| (key.clone(), shown));
        let sorted = query.order_by.iter().map(|(term, _)| term.key());
        let sorted = sorted.zip(order_by.iter().map(|(shown, _)| shown));
        for (key, shown) in named.chain(sorted) {
            if matches!(shown, ColumnContent::Column(column) if !group_by.contains(column)) {
                return Err(about(Code::COQL_UNSUPPORTED_COLUMN, &key));
            }
        }
    }
    let mut filter = context.condition(&query.filter, limits)?;
    context.check_joins(query, limits)?;
    let converted = if asks_for_converted(&filter, module) {
        Converted::Both
    } else {
        Converted::No
    };
    if let Some(view) = view {
        let bad = || ApiError::new(Code::INVALID_QUERY).with("cvid", view);
        let id = Id::parse(view).map_err(|_| bad())?;
        let view = module.views.iter().find(|v| v.id == id).ok_or_else(bad)?;
        filter = Expr::All(vec![view_expr(view, module, state, now), filter]);
    }
    Ok(Select {
        module: Arc::clone(module),
        columns,
        grouped,
        filter,
        converted,
        group_by,
        order_by,
        limit,
        offset,
    })
}

fn about(kind: Code, column: &str) -> ApiError {
    ApiError::new(kind).with("column_name", column)
}

fn duplicate_aggregate(function: &str, argument: Option<&str>) -> ApiError {
    about(Code::COQL_DUPLICATE_AGGREGATE, argument.unwrap_or("*")).with("aggregate", function)
}

fn check_amounts(query: &coql::CoqlQuery, limits: CoqlLimits) -> Result<(), ApiError> {
    fn conditions(node: &CoqlNode) -> usize {
        match node {
            CoqlNode::All(parts) | CoqlNode::Any(parts) => parts.iter().map(conditions).sum(),
            CoqlNode::Condition(_) => 1,
        }
    }
    if query.columns.len() > limits.columns {
        return Err(Code::COQL_TOO_MANY_COLUMNS.into());
    }
    if !query.group_by.is_empty() && limits.group_by == 0 {
        // a clause that the version does not know
        return Err(ApiError::new(Code::COQL_SYNTAX).with("near", "group"));
    }
    let functions = query.columns.iter();
    let functions = functions.filter(|item| matches!(item.term, Term::Function(..)));
    let too_many = conditions(&query.filter) > limits.conditions
        || query.group_by.len() > limits.group_by
        || query.order_by.len() > limits.order_by
        || (limits.aggregates > 0 && functions.count() > limits.aggregates);
    if too_many {
        return Err(Code::LIMIT_EXCEEDED.into());
    }
    Ok(())
}

/// Whether an expression tests `Converted__s`.
fn asks_for_converted(expr: &Expr, module: &Module) -> bool {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => {
            parts.iter().any(|part| asks_for_converted(part, module))
        }
        Expr::Not(part) => asks_for_converted(part, module),
        Expr::Test(no, _) => module.field_at(*no).slot == Slot::Converted,
        Expr::AnyOf(..) | Expr::Column(..) => false,
    }
}

/// The modules in which names are looked up.
struct SelectScope<'a> {
    schema: &'a Schema,
    module: &'a Arc<Module>,
}

impl SelectScope<'_> {
    /// The column that a name stands for.
    fn column(&self, name: &str) -> Result<Column, ApiError> {
        let column = Column::parse(name, self.module, self.schema)
            .ok_or_else(|| about(Code::COQL_COLUMN, name))?;
        if column.depth() > DEEPEST {
            return Err(Code::COQL_TOO_MANY_JOINS.into());
        }
        Ok(column)
    }

    /// The column that a name stands for, if queries can select it.
    fn shown(&self, name: &str) -> Result<Column, ApiError> {
        let column = self.column(name)?;
        match column.kind(self.schema) {
            Storage::Rows(_) | Storage::Links(_) | Storage::Raw
                if column.field(self.schema).is_some() =>
            {
                Err(about(Code::COQL_UNSUPPORTED_COLUMN, name))
            }
            _ => Ok(column),
        }
    }

    fn term(&self, term: &Term, limits: CoqlLimits) -> Result<ColumnContent, ApiError> {
        let (function, argument) = match term {
            Term::Name(name) => return self.shown(name).map(ColumnContent::Column),
            Term::Function(function, argument) => (function, argument),
        };
        let known = Function::parse(function).filter(|_| limits.aggregates > 0);
        let function = known.ok_or_else(|| {
            // code and message as a note on a live v8 org has them
            if Function::parse(&function.to_ascii_uppercase()).is_some() && limits.aggregates > 0 {
                return about(Code::COQL_UNSUPPORTED_COLUMN, &term.key());
            }
            ApiError::new(Code::INVALID_DATA)
                .with("reason", "unsupported aggregate function")
                .with("column", term.key())
        })?;
        let Some(name) = argument else {
            return match function {
                Function::Count => Ok(ColumnContent::Aggregate(function, None)),
                _ => Err(about(Code::COQL_UNSUPPORTED_COLUMN, "*")),
            };
        };
        let column = self.shown(name)?;
        if !function.takes(&column.kind(self.schema)) {
            return Err(about(Code::COQL_UNSUPPORTED_COLUMN, name));
        }
        Ok(ColumnContent::Aggregate(function, Some(column)))
    }

    fn columns(
        &self,
        items: &[CoqlItem],
        limits: CoqlLimits,
    ) -> Result<Vec<(String, ColumnContent)>, ApiError> {
        let mut columns: Vec<(String, ColumnContent)> = Vec::with_capacity(items.len());
        for (n, item) in items.iter().enumerate() {
            let shown = self.term(&item.term, limits)?;
            let before = &items[..n];
            if columns.iter().any(|(_, other)| *other == shown) {
                return Err(match &item.term {
                    Term::Name(name) => about(Code::COQL_DUPLICATE_COLUMN, name),
                    Term::Function(function, argument) => {
                        duplicate_aggregate(function, argument.as_deref())
                    }
                });
            }
            if let Some(alias) = &item.alias {
                if let Some(other) = before.iter().find(|o| o.alias.as_ref() == Some(alias)) {
                    let both = vec![other.term.key(), item.term.key()];
                    return Err(ApiError::new(Code::COQL_DUPLICATE_ALIAS)
                        .with("referred_columns", both)
                        .with("alias", alias.as_str()));
                }
                let mut plain = items.iter().filter(|other| other.alias.is_none());
                if plain.any(|other| other.term.key() == *alias) {
                    return Err(about(Code::COQL_ALIAS_IS_COLUMN, &item.term.key())
                        .with("alias", alias.as_str()));
                }
            }
            let key = item.alias.clone().unwrap_or_else(|| item.term.key());
            columns.push((key, shown));
        }
        Ok(columns)
    }

    fn group_by(&self, query: &coql::CoqlQuery) -> Result<Vec<Column>, ApiError> {
        let mut columns: Vec<Column> = Vec::new();
        for name in &query.group_by {
            // a column may be meant by its alias
            let aliased = query.columns.iter().find_map(|item| match &item.term {
                Term::Name(named) if item.alias.as_ref() == Some(name) => Some(named.as_str()),
                _ => None,
            });
            let column = self.shown(aliased.unwrap_or(name))?;
            if columns.contains(&column) {
                return Err(about(Code::COQL_DUPLICATE_CLAUSE, name));
            }
            columns.push(column);
        }
        Ok(columns)
    }

    fn order_by(
        &self,
        query: &coql::CoqlQuery,
        columns: &[(String, ColumnContent)],
        limits: CoqlLimits,
    ) -> Result<Vec<(ColumnContent, bool)>, ApiError> {
        let mut keys: Vec<(ColumnContent, bool)> = Vec::new();
        for (term, ascending) in &query.order_by {
            // what is selected is sorted by its alias (reported, 2026)
            if let Term::Function(function, argument) = term
                && query.columns.iter().any(|item| item.term == *term)
            {
                return Err(duplicate_aggregate(function, argument.as_deref()));
            }
            let name = term.key();
            let selected = columns.iter().find(|(key, _)| *key == name);
            let shown = match selected {
                Some((_, shown)) => shown.clone(),
                None => self.term(term, limits)?,
            };
            if keys.iter().any(|(other, _)| *other == shown) {
                return Err(about(Code::COQL_DUPLICATE_CLAUSE, &name));
            }
            keys.push((shown, *ascending));
        }
        Ok(keys)
    }

    /// Checks the number of lookups that are followed. Names that begin alike share theirs.
    fn check_joins(&self, query: &coql::CoqlQuery, limits: CoqlLimits) -> Result<(), ApiError> {
        fn prefixes(name: &str, into: &mut Vec<String>) {
            for (at, _) in name.match_indices('.') {
                let prefix = name[..at].to_owned();
                if !prefix.starts_with('!') && !into.contains(&prefix) {
                    into.push(prefix);
                }
            }
        }
        fn conditions(node: &CoqlNode, into: &mut Vec<String>) {
            match node {
                CoqlNode::All(parts) | CoqlNode::Any(parts) => {
                    parts.iter().for_each(|part| conditions(part, into));
                }
                CoqlNode::Condition(condition) => prefixes(&condition.name, into),
            }
        }
        fn term(term: &Term, into: &mut Vec<String>) {
            match term {
                Term::Name(name) | Term::Function(_, Some(name)) => prefixes(name, into),
                Term::Function(_, None) => {}
            }
        }
        let (mut select, mut base) = (Vec::new(), Vec::new());
        query
            .columns
            .iter()
            .for_each(|item| term(&item.term, &mut select));
        conditions(&query.filter, &mut base);
        query
            .group_by
            .iter()
            .for_each(|name| prefixes(name, &mut base));
        query
            .order_by
            .iter()
            .for_each(|(key, _)| term(key, &mut base));
        let fits = match limits.joins {
            Joins::Apart {
                select: most,
                base: most_base,
            } => select.len() <= most && base.len() <= most_base,
            Joins::Together(most) => {
                base.retain(|prefix| !select.contains(prefix));
                select.len() + base.len() <= most
            }
        };
        if fits {
            Ok(())
        } else {
            Err(Code::COQL_TOO_MANY_JOINS.into())
        }
    }
}
