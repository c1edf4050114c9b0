//! Finding the records that meet an expression: by an index where one helps, else by a scan.

use std::sync::Arc;

use super::expr::{Expr, Test};
use crate::ids::Id;
use crate::schema::{Field, Module, Slot};
use crate::store::index::{Candidates, hash_text, hash_value};
use crate::store::{OrgState, Record, Table};
use crate::value::Value;

/// Which records a search sees beside its expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Converted {
    /// Those that are not converted.
    #[default]
    No,
    /// Only those that are.
    Only,
    /// All.
    Both,
}

impl Converted {
    /// Reads the parameter `converted`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "false" => Self::No,
            "true" => Self::Only,
            "both" => Self::Both,
            _ => return None,
        })
    }

    /// Whether it takes the record in.
    #[must_use]
    pub fn admits(self, record: &Record) -> bool {
        match self {
            Self::No => !record.converted,
            Self::Only => record.converted,
            Self::Both => true,
        }
    }
}

/// How the records found are ordered.
#[derive(Clone, Copy, Debug)]
pub struct Sort<'a> {
    /// The field; ties are ordered by id in the same direction.
    pub by: &'a Field,
    /// Smallest first.
    pub ascending: bool,
}

impl Sort<'_> {
    fn order(&self, a: &Record, b: &Record, module: &Module) -> std::cmp::Ordering {
        let order = a
            .get(self.by, module)
            .order(&b.get(self.by, module))
            .then(a.id.cmp(&b.id));
        if self.ascending {
            order
        } else {
            order.reverse()
        }
    }
}

/// A question to a table.
#[derive(Debug)]
pub struct Query<'a> {
    /// The state to look in.
    pub state: &'a OrgState,
    /// The module.
    pub module: &'a Module,
    /// What must hold.
    pub expr: &'a Expr,
    /// Converted records or not.
    pub converted: Converted,
    /// The order; by id, newest first, where there is none.
    pub sort: Option<Sort<'a>>,
}

impl<'a> Query<'a> {
    fn table(&self) -> &'a Table {
        self.state.table(self.module)
    }

    fn admits(&self, record: &Record) -> bool {
        self.converted.admits(record) && self.expr.matches(record, self.module, self.state)
    }

    fn by_id(&self) -> Option<bool> {
        match self.sort {
            None => Some(false),
            Some(sort) => (sort.by.slot == Slot::Id).then_some(sort.ascending),
        }
    }

    /// The records from position `skip` on, at most `take` of them.
    #[must_use]
    pub fn page(&self, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        let table = self.table();
        match (
            candidates(self.expr, self.module, table).filter(|found| few(found, table)),
            self.by_id(),
        ) {
            (Some(candidates), Some(ascending)) => {
                let found = candidates
                    .in_order(!ascending)
                    .filter_map(|id| table.get(id));
                found
                    .filter(|r| self.admits(r))
                    .skip(skip)
                    .take(take)
                    .collect()
            }
            (Some(candidates), None) => {
                let found = candidates.in_order(true).filter_map(|id| table.get(id));
                let mut found: Vec<_> = found.filter(|r| self.admits(r)).collect();
                if let Some(sort) = self.sort {
                    found.sort_by(|a, b| sort.order(a, b, self.module));
                }
                found.into_iter().skip(skip).take(take).collect()
            }
            (None, Some(ascending)) => self.scan(ascending, skip, take),
            (None, None) => self.walk(skip, take),
        }
    }

    fn takes_everything(&self) -> bool {
        matches!(self.expr, Expr::All(parts) if parts.is_empty())
    }

    /// A page in the order of ids; without a condition it is found by its position.
    fn scan(&self, ascending: bool, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        let rows = self.table().rows();
        let (skip, rows) = if self.takes_everything() && self.converted == Converted::No {
            (0, rows.from_position(skip, !ascending))
        } else {
            (skip, rows.in_order(!ascending))
        };
        rows.map(|(_, record)| record)
            .filter(|r| self.admits(r))
            .skip(skip)
            .take(take)
            .collect()
    }

    /// A page in the order of another field.
    fn walk(&self, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        let Some(sort) = self.sort else {
            return Vec::new();
        };
        let table = self.table();
        let order = table.order_by(self.module, sort.by);
        let position = |n: usize| {
            if sort.ascending {
                n
            } else {
                order.len() - 1 - n
            }
        };
        let all_visible = table.rows().visible_len() == table.rows().len();
        let plain = self.takes_everything() && all_visible && self.converted != Converted::Only;
        let (start, skip) = if plain { (skip, 0) } else { (0, skip) };
        (start..order.len())
            .filter_map(|n| table.get(order.at(position(n))?))
            .filter(|record| self.admits(record))
            .skip(skip)
            .take(take)
            .collect()
    }

    /// All records, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<&'a Arc<Record>> {
        let mut all = Vec::new();
        self.each(|record| all.push(record));
        all
    }

    /// Calls `f` with every record, in no order.
    pub fn each(&self, mut f: impl FnMut(&'a Arc<Record>)) {
        let table = self.table();
        match candidates(self.expr, self.module, table).filter(|found| few(found, table)) {
            Some(ids) => {
                let found = ids.in_order(false).filter_map(|id| table.get(id));
                found.filter(|r| self.admits(r)).for_each(f);
            }
            None => {
                let rows = table.rows().iter().map(|(_, record)| record);
                for record in rows.filter(|r| self.admits(r)) {
                    f(record);
                }
            }
        }
    }

    /// How many records there are.
    #[must_use]
    pub fn count(&self) -> usize {
        let table = self.table();
        if self.takes_everything() {
            let rows = table.rows();
            return match self.converted {
                Converted::No => rows.visible_len(),
                Converted::Only => rows.len() - rows.visible_len(),
                Converted::Both => rows.len(),
            };
        }
        match candidates(self.expr, self.module, table) {
            Some(ids) => {
                let found = ids.in_order(true).filter_map(|id| table.get(id));
                found.filter(|r| self.admits(r)).count()
            }
            None => table.rows().iter().filter(|(_, r)| self.admits(r)).count(),
        }
    }
}

/// What a good part of the records has is found as fast by looking at them in their order.
fn few(found: &Candidates, table: &Table) -> bool {
    found.len() < table.rows().len() / 8
}

/// Ids among which are those of all records that meet `expr`; `None` if no index helps.
fn candidates(expr: &Expr, module: &Module, table: &Table) -> Option<Candidates> {
    match expr {
        Expr::All(parts) => parts
            .iter()
            .filter_map(|part| candidates(part, module, table))
            .min_by_key(Candidates::len),
        Expr::Any(parts) => {
            let mut all = Candidates::default();
            for part in parts {
                all.join(candidates(part, module, table)?);
            }
            Some(all)
        }
        Expr::Not(_) | Expr::Column(..) => None,
        Expr::Test(no, test) => {
            let field = module.field_at(*no);
            match test {
                Test::OneOf(values) if field.slot == Slot::Id => {
                    Some(Candidates::of(values.iter().filter_map(as_id).collect()))
                }
                Test::OneOf(values) => {
                    let hashes: Vec<u64> = values.iter().filter_map(hash_value).collect();
                    Some(table.candidates_by_value(module, field, &hashes))
                }
                Test::Text(folded) => {
                    Some(table.candidates_by_value(module, field, &[hash_text(folded)]))
                }
                // the index knows texts alone, not what is shown of other values
                Test::Contains(folded) if field.is_textual() => {
                    table.candidates_by_part(module, field, folded)
                }
                // any one of the texts leads to the records that list them all
                Test::Exactly(texts) => {
                    let hash = hash_text(texts.first()?);
                    Some(table.candidates_by_value(module, field, &[hash]))
                }
                Test::Null
                | Test::Contains(_)
                | Test::StartsWith(_)
                | Test::EndsWith(_)
                | Test::Range(..)
                | Test::Named(_)
                | Test::Digits(_) => None,
            }
        }
    }
}

fn as_id(value: &Value) -> Option<Id> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok().map(Id),
        _ => None,
    }
}
