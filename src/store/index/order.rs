//! Records in the order of a field: for sorting, for ranges and for beginnings of texts.
//!
//! Like the other indexes an order is an immutable base and the ids written since, but it is
//! exact: a walk leaves out what was written since, and merges those records in where they belong
//! now. The base holds the values it was sorted by, so neither walks nor renewals look at records
//! that did not change.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::TAIL;
use crate::ids::Id;
use crate::schema::{Field, Module};
use crate::store::table::Table;
use crate::value::{Value, starts_with_folded};

type Entry = (Value, Id);

#[derive(Debug)]
pub(in crate::store) struct Base {
    version: u64,
    /// By value, then by id.
    entries: Vec<Entry>,
}

/// What is known of the order of a field.
#[derive(Debug, Default)]
pub(in crate::store) struct Slot {
    base: Option<Arc<Base>>,
    /// How often an order would have helped while there was none.
    missed: u32,
}

/// Tables smaller than this are looked through as fast.
const SMALL: usize = 4096;
/// So many questions that an order would answer are worth making it.
const WORTH_IT: u32 = 3;

/// A part of an order.
#[derive(Clone, Debug)]
pub enum Window<'v> {
    /// All of it.
    All,
    /// Values between two ends, each absent or given with whether it belongs to the range. Empty
    /// values are in none.
    Range(Option<&'v (Value, bool)>, Option<&'v (Value, bool)>),
    /// Texts that begin with a folded text.
    StartsWith(&'v str),
}

impl Window<'_> {
    fn of(&self, entries: &[Entry]) -> Range<usize> {
        let part = |before: &dyn Fn(&Value) -> bool| entries.partition_point(|(v, _)| before(v));
        match self {
            Self::All => 0..entries.len(),
            Self::Range(from, to) => {
                let start = part(&|value| match from {
                    None => value.is_null(),
                    Some((end, closed)) => {
                        let order = value.order(end);
                        order.is_lt() || (!closed && order.is_eq()) || value.is_null()
                    }
                });
                let end = match to {
                    None => entries.len(),
                    Some((end, closed)) => part(&|value| {
                        let order = value.order(end);
                        order.is_lt() || (*closed && order.is_eq()) || value.is_null()
                    }),
                };
                start..end.max(start)
            }
            Self::StartsWith(text) => {
                let beginning = Value::Text((*text).into());
                let before = |value: &Value| value.order(&beginning).is_lt();
                let start = part(&before);
                let within = |value: &Value| {
                    value
                        .as_text()
                        .is_some_and(|value| starts_with_folded(value, text))
                };
                let end = part(&|value| before(value) || within(value));
                start..end.max(start)
            }
        }
    }
}

/// A table in the order of a field.
#[derive(Debug)]
pub struct InOrder {
    base: Arc<Base>,
    /// Ids written since the base was made, ascending.
    changed: Vec<Id>,
    /// Those of them that are there, in order.
    fresh: Vec<Entry>,
}

impl InOrder {
    /// How many records a part has, those counted twice that have changed.
    #[must_use]
    pub fn len(&self, window: &Window<'_>) -> usize {
        window.of(&self.base.entries).len() + window.of(&self.fresh).len()
    }

    /// The ids of a part, in order.
    #[must_use]
    pub fn walk(&self, window: &Window<'_>, descending: bool) -> Walk<'_> {
        Walk {
            base: &self.base.entries[window.of(&self.base.entries)],
            fresh: &self.fresh[window.of(&self.fresh)],
            changed: &self.changed,
            descending,
        }
    }
}

/// Iteration over a part of an order.
#[derive(Clone, Debug)]
pub struct Walk<'o> {
    base: &'o [Entry],
    fresh: &'o [Entry],
    changed: &'o [Id],
    descending: bool,
}

impl Walk<'_> {
    /// Leaves out the next `n`, at once where nothing has changed.
    #[must_use]
    pub fn after(mut self, n: usize) -> Self {
        if self.changed.is_empty() {
            let rest = self.base.len().saturating_sub(n);
            self.base = if self.descending {
                &self.base[..rest]
            } else {
                &self.base[self.base.len() - rest..]
            };
        } else {
            let _ = self.by_ref().take(n).count();
        }
        self
    }
}

impl Iterator for Walk<'_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        fn end(entries: &[Entry], descending: bool) -> Option<(&Entry, &[Entry])> {
            if descending {
                entries.split_last()
            } else {
                entries.split_first()
            }
        }
        loop {
            let base = end(self.base, self.descending);
            if let Some(((_, id), rest)) = base
                && !self.changed.is_empty()
                && self.changed.binary_search(id).is_ok()
            {
                self.base = rest;
                continue;
            }
            let fresh = end(self.fresh, self.descending);
            let from_base = match (base, fresh) {
                (None, None) => return None,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some((base, _)), Some((fresh, _))) => {
                    compare(base, fresh).is_lt() != self.descending
                }
            };
            let (entry, rest) = if from_base { base? } else { fresh? };
            if from_base {
                self.base = rest;
            } else {
                self.fresh = rest;
            }
            return Some(entry.1);
        }
    }
}

fn compare(a: &Entry, b: &Entry) -> Ordering {
    a.0.order(&b.0).then(a.1.cmp(&b.1))
}

impl Table {
    /// The records in the order of `field`.
    #[must_use]
    pub fn order_by(&self, module: &Module, field: &Field) -> InOrder {
        let cached = self
            .indexes
            .ordered
            .lock()
            .get(&field.no)
            .and_then(|s| s.base.clone());
        let changed: Option<Vec<Id>> = cached.as_ref().and_then(|base| {
            let mut changed: Vec<Id> = self.since(base.version)?.collect();
            changed.sort_unstable();
            changed.dedup();
            Some(changed)
        });
        let version = self.version();
        let (base, changed) = match (cached, changed) {
            (Some(base), Some(changed)) => (base, changed),
            _ => {
                let all = self.rows().iter();
                let mut entries: Vec<Entry> = all
                    .map(|(id, record)| (record.get(field, module), *id))
                    .collect();
                entries.sort_unstable_by(compare);
                let base = self.keep(field, version, entries);
                (base, Vec::new())
            }
        };
        let records = changed.iter().filter_map(|id| self.get(*id));
        let mut fresh: Vec<Entry> = records
            .map(|record| (record.get(field, module), record.id))
            .collect();
        fresh.sort_unstable_by(compare);
        if changed.len() <= TAIL {
            return InOrder {
                base,
                changed,
                fresh,
            };
        }
        // one pass puts the changed records where they belong
        let order = InOrder {
            base,
            changed,
            fresh,
        };
        let mut merged = Vec::with_capacity(order.base.entries.len() + order.fresh.len());
        let mut fresh = order.fresh.iter().peekable();
        for entry in &order.base.entries {
            if order.changed.binary_search(&entry.1).is_ok() {
                continue;
            }
            while let Some(before) = fresh.next_if(|fresh| compare(fresh, entry).is_lt()) {
                merged.push(before.clone());
            }
            merged.push(entry.clone());
        }
        merged.extend(fresh.cloned());
        InOrder {
            base: self.keep(field, version, merged),
            changed: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// The same if it is there, or worth making: for questions that can be answered without.
    #[must_use]
    pub fn order_if_worth_it(&self, module: &Module, field: &Field) -> Option<InOrder> {
        if self.rows().len() < SMALL {
            return None;
        }
        {
            let mut ordered = self.indexes.ordered.lock();
            let slot = ordered.entry(field.no).or_default();
            if slot.base.is_none() {
                slot.missed += 1;
                if slot.missed < WORTH_IT {
                    return None;
                }
            }
        }
        Some(self.order_by(module, field))
    }

    fn keep(&self, field: &Field, version: u64, entries: Vec<Entry>) -> Arc<Base> {
        let base = Arc::new(Base { version, entries });
        let mut ordered = self.indexes.ordered.lock();
        ordered.entry(field.no).or_default().base = Some(Arc::clone(&base));
        base
    }
}
