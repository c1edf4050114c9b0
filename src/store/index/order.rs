//! Records in the order of a field: for sorting, for ranges and for beginnings of texts.
//!
//! Like the other indexes an order is an immutable base and what was written since, but it is
//! exact: of the records written since it knows the values that they have now, so a walk leaves
//! them out of the base and merges them in where they belong. Neither walks nor renewals look at
//! records that did not change.

use std::cmp::Ordering;
use std::iter::{Peekable, Take};
use std::sync::Arc;
use std::time::Instant;

use crate::ids::Id;
use crate::store::tree::{self, Tree, Visible};
use crate::value::{Value, starts_with_folded};

/// A record in an order: by value, then by id.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) value: Value,
    pub(super) id: Id,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.value.order(&other.value);
        order.then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Entry {}

/// The value that a changed record has; none if it is gone.
#[derive(Clone, Debug)]
pub(super) struct Now(Option<Value>);

impl Visible for Now {
    fn visible(&self) -> bool {
        true
    }
}

#[derive(Debug)]
pub(super) struct Base {
    pub(super) version: u64,
    /// Ascending.
    pub(super) entries: Vec<Entry>,
}

/// What is known of the order of a field.
#[derive(Debug)]
pub(super) struct OrderSlot {
    /// Orders of copies of the table that went different ways, the one that was used last at the end.
    pub(super) kept: Vec<KeptOrder>,
    /// How often an order would have helped while there was none.
    pub(super) missed: u32,
    /// When it was last asked for.
    pub(super) asked: Instant,
}

impl Default for OrderSlot {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            missed: 0,
            asked: Instant::now(),
        }
    }
}

impl OrderSlot {
    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.kept.iter().map(|kept| kept.order.bytes()).sum()
    }
}

/// An order that is kept.
#[derive(Debug)]
pub(super) struct KeptOrder {
    pub(super) order: InOrder,
    /// While it is renewed: what has changed since that began.
    pub(super) renewing: Option<Vec<Id>>,
}

/// A part of an order.
#[derive(Clone, Debug)]
pub enum Window<'v> {
    /// All of it.
    All,
    /// Values between two ends, each absent or given with whether it belongs to the range. Empty
    /// values are in none.
    Range(Option<&'v (Value, bool)>, Option<&'v (Value, bool)>),
    /// Texts that begin with a folded text, which is here twice.
    StartsWith(&'v str, Value),
}

impl<'v> Window<'v> {
    /// Texts that begin with a folded text.
    #[must_use]
    pub fn starts_with(text: &'v str) -> Self {
        Self::StartsWith(text, Value::Text(text.into()))
    }

    /// Whether a value stands before the part.
    fn before(&self, value: &Value) -> bool {
        match self {
            Self::All => false,
            Self::Range(None, _) => value.is_null(),
            Self::Range(Some((end, closed)), _) => {
                let order = value.order(end);
                order.is_lt() || (!closed && order.is_eq()) || value.is_null()
            }
            Self::StartsWith(_, beginning) => value.order(beginning).is_lt(),
        }
    }

    /// Whether a value stands before the end of the part.
    fn until(&self, value: &Value) -> bool {
        match self {
            Self::All | Self::Range(_, None) => true,
            Self::Range(_, Some((end, closed))) => {
                let order = value.order(end);
                order.is_lt() || (*closed && order.is_eq()) || value.is_null()
            }
            Self::StartsWith(text, _) => {
                let within = |value: &str| starts_with_folded(value, text);
                self.before(value) || value.as_text().is_some_and(within)
            }
        }
    }

    fn of<'e>(&self, entries: &'e [Entry]) -> &'e [Entry] {
        let rest = &entries[entries.partition_point(|entry| self.before(&entry.value))..];
        &rest[..rest.partition_point(|entry| self.until(&entry.value))]
    }

    /// Where the part begins in changed records, and how many it has.
    fn of_changed(&self, entries: &Tree<Entry, ()>) -> (usize, usize) {
        let start = entries.visible_while(|entry| self.before(&entry.value));
        let end = entries.visible_while(|entry| self.until(&entry.value));
        (start, end.saturating_sub(start))
    }
}

/// A table in the order of a field. Copies are cheap.
#[derive(Clone, Debug)]
pub struct InOrder {
    pub(super) base: Arc<Base>,
    /// The version of the table that it is true of.
    pub(super) version: u64,
    /// What was written since the base was made.
    pub(super) changed: Tree<Id, Now>,
    /// Those of them that are there, in order.
    pub(super) fresh: Tree<Entry, ()>,
}

impl InOrder {
    pub(super) fn of(version: u64, entries: Vec<Entry>) -> Self {
        Self::from_base(Arc::new(Base { version, entries }))
    }

    pub(super) fn from_base(base: Arc<Base>) -> Self {
        Self {
            version: base.version,
            base,
            changed: Tree::default(),
            fresh: Tree::default(),
        }
    }

    /// What it takes, in bytes; texts are those of the records.
    pub(super) fn bytes(&self) -> usize {
        let changed = self.fresh.len() + self.changed.len();
        size_of_val(self.base.entries.as_slice()) + changed * 2 * size_of::<Entry>()
    }

    /// How many records a part has, those counted twice that have changed.
    #[must_use]
    pub fn len(&self, window: &Window<'_>) -> usize {
        window.of(&self.base.entries).len() + window.of_changed(&self.fresh).1
    }

    /// The values and ids of a part, in order.
    #[must_use]
    pub fn walk(&self, window: &Window<'_>, descending: bool) -> Walk<'_> {
        let (start, count) = window.of_changed(&self.fresh);
        let skipped = if descending {
            self.fresh.len() - start - count
        } else {
            start
        };
        let fresh = self.fresh.from_position(skipped, descending);
        Walk {
            base: window.of(&self.base.entries),
            fresh: fresh.take(count).peekable(),
            changed: &self.changed,
            descending,
        }
    }

    /// Brings it up to a version of the table: `written` are the ids written since its own, and
    /// `read` gives the value that one has now.
    pub(super) fn catch_up(
        &mut self,
        version: u64,
        written: &[Id],
        read: impl Fn(Id) -> Option<Value>,
    ) {
        for id in written {
            self.change(*id, read(*id));
        }
        self.version = version;
    }

    /// Takes over what another order of the same table, brought up to date since, knows of records.
    pub(super) fn carry_over(&mut self, changed: &[Id], from: &Self) {
        self.catch_up(from.version, changed, |id| {
            from.changed.get(&id).and_then(|Now(value)| value.clone())
        });
    }

    fn change(&mut self, id: Id, now: Option<Value>) {
        if let Some(Now(Some(value))) = self.changed.get(&id) {
            let value = value.clone();
            self.fresh.remove(&Entry { value, id });
        }
        if let Some(value) = now.clone() {
            self.fresh.insert(Entry { value, id }, ());
        }
        self.changed.insert(id, Now(now));
    }

    /// It, with all that has changed in the base.
    pub(super) fn renewed(&self) -> Self {
        let mut entries = Vec::with_capacity(self.base.entries.len() + self.fresh.len());
        let mut fresh = self.fresh.iter().map(|(entry, ())| entry).peekable();
        let old = self.base.entries.iter();
        for entry in old.filter(|entry| self.changed.get(&entry.id).is_none()) {
            while let Some(before) = fresh.next_if(|fresh| *fresh < entry) {
                entries.push(before.clone());
            }
            entries.push(entry.clone());
        }
        entries.extend(fresh.cloned());
        Self::of(self.version, entries)
    }
}

/// Iteration over a part of an order.
#[derive(Debug)]
pub struct Walk<'o> {
    base: &'o [Entry],
    fresh: Peekable<Take<tree::Iter<'o, Entry, ()>>>,
    changed: &'o Tree<Id, Now>,
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

impl<'o> Iterator for Walk<'o> {
    type Item = (&'o Value, Id);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let split = if self.descending {
                self.base.split_last()
            } else {
                self.base.split_first()
            };
            let Some((base, rest)) = split else {
                return self
                    .fresh
                    .next()
                    .map(|(fresh, ())| (&fresh.value, fresh.id));
            };
            if !self.changed.is_empty() {
                if self.changed.get(&base.id).is_some() {
                    self.base = rest;
                    continue;
                }
                let descending = self.descending;
                let sooner = |(fresh, ()): &(&Entry, &())| {
                    let order = base.cmp(fresh);
                    if descending {
                        order.is_lt()
                    } else {
                        order.is_gt()
                    }
                };
                if let Some((fresh, ())) = self.fresh.next_if(sooner) {
                    return Some((&fresh.value, fresh.id));
                }
            }
            self.base = rest;
            return Some((&base.value, base.id));
        }
    }
}

/// Sorts entries that stand by id; a great many on two threads. Where there are few values, that
/// takes few steps.
pub(super) fn sort(entries: &mut [Entry]) {
    const MANY: usize = 1 << 18;
    let order = |a: &Entry, b: &Entry| a.value.order(&b.value);
    if entries.len() >= MANY {
        let (left, right) = entries.split_at_mut(entries.len() / 2);
        std::thread::scope(|scope| {
            scope.spawn(|| left.sort_by(order));
            right.sort_by(order);
        });
    }
    // two ascending runs are merged in one pass
    entries.sort_by(order);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn walked(order: &InOrder, window: &Window<'_>, descending: bool) -> Vec<(i64, u64)> {
        let walk = order.walk(window, descending);
        walk.map(|(value, id)| match value {
            Value::Int(value) => (*value, id.0),
            other => panic!("{other:?}"),
        })
        .collect()
    }

    #[test]
    fn many_entries_are_sorted_by_value_and_id() {
        let mut entries: Vec<Entry> = (0..300_000)
            .map(|n: u64| Entry {
                value: Value::Date(i32::try_from(n * 7_919 % 97).unwrap_or_default()),
                id: Id(n),
            })
            .collect();
        sort(&mut entries);
        assert!(entries.is_sorted());
    }

    proptest! {
        /// Changes keep an order exact, before and after they go into its base.
        #[test]
        fn changes_are_merged_in(
            base in prop::collection::btree_map(0..40_u64, 0..9_i64, 0..30),
            changes in prop::collection::vec((0..60_u64, prop::option::of(0..9_i64)), 0..60),
            (from, to) in (0..9_i64, 0..9_i64),
            descending: bool,
        ) {
            let mut entries: Vec<Entry> = base
                .iter()
                .map(|(id, value)| Entry { value: Value::Int(*value), id: Id(*id) })
                .collect();
            entries.sort_unstable();
            let mut order = InOrder::of(1, entries);
            let mut model: BTreeMap<u64, i64> = base;
            for (id, value) in changes {
                order.change(Id(id), value.map(Value::Int));
                match value {
                    Some(value) => drop(model.insert(id, value)),
                    None => drop(model.remove(&id)),
                }
            }
            let ends = ((Value::Int(from), true), (Value::Int(to), false));
            let part = Window::Range(Some(&ends.0), Some(&ends.1));
            for (window, low, high) in [
                (&Window::All, 0, i64::MAX),
                (&part, from, to),
            ] {
                let mut expected: Vec<(i64, u64)> = model.iter().map(|(id, v)| (*v, *id)).collect();
                expected.retain(|(value, _)| (low..high).contains(value));
                expected.sort_unstable();
                if descending {
                    expected.reverse();
                }
                prop_assert_eq!(walked(&order, window, descending), expected.clone());
                let renewed = order.renewed();
                prop_assert!(renewed.changed.is_empty());
                prop_assert_eq!(renewed.len(window), expected.len());
                prop_assert_eq!(walked(&renewed, window, descending), expected);
            }
        }
    }
}
