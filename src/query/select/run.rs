//! Running a checked query: ordering, grouping and cutting rows.

use std::cmp::Ordering;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::aggregate::{Accumulator, Function};
use super::{ColumnContent, Rows, Select};
use crate::query::column::Column;
use crate::query::plan::{Query, Sort};
use crate::schema::{FieldNo, Slot};
use crate::store::{OrgState, Record};
use crate::value::Value;

impl Select {
    /// The rows that the query asks for.
    #[must_use]
    pub fn run<'s>(&'s self, state: &'s OrgState) -> Rows<'s> {
        if self.grouped {
            let (rows, more) = self.cut(self.groups(state));
            return Rows::Groups(rows, more);
        }
        // one row more than asked for tells whether there are more
        let wanted = self.limit.saturating_add(1);
        let (records, skip) = match self.plain_order() {
            Some(sort) => {
                let query = self.query(state, Some(sort));
                (query.page(self.offset, wanted), 0)
            }
            None => (self.sorted(state), self.offset),
        };
        let mut records: Vec<_> = records.into_iter().skip(skip).take(wanted).collect();
        let more = records.len() > self.limit;
        records.truncate(self.limit);
        Rows::Records(records, more)
    }

    fn query<'s>(&'s self, state: &'s OrgState, sort: Option<Sort<'s>>) -> Query<'s> {
        Query {
            state,
            module: &self.module,
            expr: &self.filter,
            converted: self.converted,
            sort,
        }
    }

    fn cut<T>(&self, rows: Vec<T>) -> (Vec<T>, bool) {
        let more = rows.len() > self.offset.saturating_add(self.limit);
        let rows = rows.into_iter().skip(self.offset).take(self.limit);
        (rows.collect(), more)
    }

    /// The order, if it is that of one field of the records. Without `order by` it is by ascending
    /// id.
    fn plain_order(&self) -> Option<Sort<'_>> {
        match self.order_by.as_slice() {
            [] => self.module.field("id").map(|by| Sort {
                by,
                ascending: true,
            }),
            [(ColumnContent::Column(column), ascending)] => Some(Sort {
                by: self.module.field_at(column.own_field()?),
                ascending: *ascending,
            }),
            _ => None,
        }
    }

    /// All records up to the end of the page, ordered by several keys or by values behind lookups.
    /// Records with equal keys are ordered by id.
    fn sorted<'s>(&'s self, state: &'s OrgState) -> Vec<&'s Arc<Record>> {
        let keys: Vec<(&Column, bool)> = self
            .order_by
            .iter()
            .filter_map(|(shown, ascending)| match shown {
                ColumnContent::Column(column) => Some((column, *ascending)),
                ColumnContent::Aggregate(..) => None,
            })
            .collect();
        // what lies beyond the page need not be in order
        let page = self.offset.saturating_add(self.limit).saturating_add(1);
        let first = keys.first().and_then(|(column, ascending)| {
            let by = self.module.field_at(column.own_field()?);
            let ascending = *ascending;
            let query = self.query(state, Some(Sort { by, ascending }));
            query.first_and_ties(page)
        });
        let records = first.unwrap_or_else(|| self.query(state, None).all());
        let mut keyed: Vec<(Vec<Value>, &Arc<Record>)> = records
            .into_iter()
            .map(|record| {
                let values = keys.iter().map(|(column, _)| column.value(record, state));
                (values.collect(), record)
            })
            .collect();
        let order = |a: &(Vec<Value>, &Arc<Record>), b: &(Vec<Value>, &Arc<Record>)| {
            by_keys(&a.0, &b.0, keys.iter().map(|(_, ascending)| *ascending))
                .then(a.1.id.cmp(&b.1.id))
        };
        if page < keyed.len() {
            keyed.select_nth_unstable_by(page, order);
            keyed.truncate(page);
        }
        keyed.sort_unstable_by(order);
        keyed.into_iter().map(|(_, record)| record).collect()
    }

    /// The only field whose values are needed for the groups and their functions, if there is just
    /// one. Counting ids needs no values, since every record has one.
    fn only_field(&self, functions: &[&ColumnContent]) -> Option<FieldNo> {
        let of_functions = functions.iter().filter_map(|shown| match shown {
            ColumnContent::Aggregate(function, column) => Some((*function, column.as_ref()?)),
            ColumnContent::Column(_) => None,
        });
        let of_functions = of_functions.filter(|(function, column)| {
            let field = column.own_field().map(|no| self.module.field_at(no));
            *function != Function::Count || field.is_none_or(|field| field.slot != Slot::Id)
        });
        let mut columns = self.group_by.iter().chain(of_functions.map(|(_, c)| c));
        let field = columns.next()?.own_field()?;
        let alone = columns.all(|column| column.own_field() == Some(field));
        alone.then_some(field)
    }

    /// The rows of groups, ordered by `order by` and then by the values of the groups.
    fn groups(&self, state: &OrgState) -> Vec<Vec<Value>> {
        let functions = self.columns.iter().map(|(_, shown)| shown);
        let functions: Vec<&ColumnContent> = functions
            .chain(self.order_by.iter().map(|(shown, _)| shown))
            .filter(|shown| matches!(shown, ColumnContent::Aggregate(..)))
            .collect();
        let mut groups = Groups::default();
        let start: Vec<Accumulator> = functions
            .iter()
            .filter_map(|shown| match shown {
                ColumnContent::Aggregate(function, _) => Some(function.start()),
                ColumnContent::Column(_) => None,
            })
            .collect();
        if self.group_by.is_empty() {
            // all records are one group, even if there is none
            groups.list.push((Vec::new(), start.clone()));
        }
        let query = self.query(state, None);
        let counted = |accumulators: &mut [Accumulator], read: &dyn Read| {
            for (accumulator, shown) in accumulators.iter_mut().zip(&functions) {
                match shown {
                    ColumnContent::Aggregate(_, Some(column)) => {
                        read.with(column, &mut |value| accumulator.value(value));
                    }
                    _ => accumulator.record(),
                }
            }
        };
        let from_order = self.only_field(&functions).is_some_and(|field| {
            query.each_value(self.module.field_at(field), |value| {
                let read = OneField { field, value };
                counted(groups.of(&read, &self.group_by, &start), &read);
            })
        });
        if !from_order {
            query.each(|record| {
                let read = (&**record, state);
                counted(groups.of(&read, &self.group_by, &start), &read);
            });
        }
        let mut rows: Vec<(Vec<Value>, Vec<Value>)> = groups
            .list
            .into_iter()
            .map(|(key, accumulators)| {
                let results = accumulators.into_iter().map(Accumulator::result);
                (key, results.collect())
            })
            .collect();
        let value = |(key, results): &(Vec<Value>, Vec<Value>), shown: &ColumnContent| -> Value {
            let found = match shown {
                ColumnContent::Column(column) => {
                    let at = self.group_by.iter().position(|c| c == column);
                    at.and_then(|at| key.get(at))
                }
                ColumnContent::Aggregate(..) => {
                    let at = functions.iter().position(|f| *f == shown);
                    at.and_then(|at| results.get(at))
                }
            };
            found.cloned().unwrap_or(Value::Null)
        };
        rows.sort_by(|a, b| {
            let directions = self.order_by.iter().map(|(_, ascending)| *ascending);
            let keys = |row| -> Vec<Value> {
                let keys = self.order_by.iter().map(|(shown, _)| value(row, shown));
                keys.collect()
            };
            by_keys(&keys(a), &keys(b), directions)
                .then_with(|| by_keys(&a.0, &b.0, std::iter::repeat(true)))
        });
        let shown = self.columns.iter().map(|(_, shown)| shown);
        let shown: Vec<&ColumnContent> = shown.collect();
        rows.iter()
            .map(|row| shown.iter().map(|shown| value(row, shown)).collect())
            .collect()
    }
}

fn by_keys(a: &[Value], b: &[Value], ascending: impl Iterator<Item = bool>) -> Ordering {
    let pairs = a.iter().zip(b).zip(ascending);
    let orders = pairs.map(|((a, b), ascending)| {
        let order = a.order(b);
        if ascending { order } else { order.reverse() }
    });
    orders
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Groups of records with equal values in the columns of `group by`.
#[derive(Default)]
struct Groups {
    list: Vec<(Vec<Value>, Vec<Accumulator>)>,
    by_hash: FxHashMap<u64, Vec<usize>>,
    last: usize,
}

impl Groups {
    /// The functions of the group that a record belongs to; a new group if there is none.
    fn of(
        &mut self,
        read: &impl Read,
        columns: &[Column],
        start: &[Accumulator],
    ) -> &mut Vec<Accumulator> {
        let same = |key: &[Value]| {
            let mut pairs = columns.iter().zip(key);
            pairs.all(|(column, value)| {
                let mut same = false;
                read.with(column, &mut |v| same = v == value);
                same
            })
        };
        // records that lie side by side often belong together
        let at = match self.list.get(self.last) {
            Some((key, _)) if same(key) => self.last,
            _ => {
                let mut hasher = FxHasher::default();
                for column in columns {
                    read.with(column, &mut |value| hash(value, &mut hasher));
                }
                let list = &mut self.list;
                let known = self.by_hash.entry(hasher.finish()).or_default();
                match known.iter().find(|at| same(&list[**at].0)) {
                    Some(at) => *at,
                    None => {
                        let mut key = Vec::with_capacity(columns.len());
                        for column in columns {
                            read.with(column, &mut |value| key.push(value.clone()));
                        }
                        list.push((key, start.to_vec()));
                        known.push(list.len() - 1);
                        list.len() - 1
                    }
                }
            }
        };
        self.last = at;
        &mut self.list[at].1
    }
}

/// A source of the values of columns.
trait Read {
    fn with(&self, column: &Column, f: &mut dyn FnMut(&Value));
}

/// A record.
impl Read for (&Record, &OrgState) {
    fn with(&self, column: &Column, f: &mut dyn FnMut(&Value)) {
        column.with(self.0, self.1, f);
    }
}

/// The value of one field. Other columns are ids that are only counted, so any value will do.
struct OneField<'v> {
    field: FieldNo,
    value: &'v Value,
}

impl Read for OneField<'_> {
    fn with(&self, column: &Column, f: &mut dyn FnMut(&Value)) {
        f(if column.own_field() == Some(self.field) {
            self.value
        } else {
            &Value::Bool(true)
        });
    }
}

fn hash(value: &Value, hasher: &mut FxHasher) {
    match value {
        Value::Null | Value::Rows(_) | Value::Json(_) | Value::Files(_) => hasher.write_u8(0),
        Value::Bool(flag) => hasher.write_u8(1 + u8::from(*flag)),
        Value::Int(number) => hasher.write_i64(*number),
        Value::Double(number) => number.hash(hasher),
        Value::Text(text) => hasher.write(text.as_bytes()),
        Value::Date(days) => hasher.write_i32(*days),
        Value::DateTime(seconds) => hasher.write_i64(*seconds),
        Value::Lookup(_, id) | Value::User(id) => hasher.write_u64(id.0),
        Value::List(items) => items.iter().for_each(|item| hasher.write(item.as_bytes())),
    }
}
