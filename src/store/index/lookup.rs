//! What a table is asked by its indexes, which it brings up to date and renews when that is.

use std::ops::Range;
use std::sync::Arc;

use super::hashed::{Candidates, Find, GRAM, Index, grams, hash_gram, hash_text, hash_value};
use super::order::{Entry, InOrder, sort};
use crate::ids::Id;
use crate::schema::{Field, FieldNo, Module};
use crate::store::record::Record;
use crate::store::table::Table;
use crate::value::{Value, fold};

/// Whether a base is renewed: what was written since is as cheap to ask, but takes more memory.
fn renew(written: usize, base: usize) -> bool {
    written > (base / 8).max(1024)
}

/// Tables smaller than this are looked through as fast.
const SMALL: usize = 4096;
/// So many questions that an order would answer are worth making it.
const WORTH_IT: u32 = 3;

/// The records that an index has under a hash.
fn with_hash(index: &Index, hash: u64) -> Candidates {
    Candidates {
        runs: vec![(Arc::clone(&index.base), index.base.run(hash))],
        more: index.written(hash).collect(),
    }
}

/// The records that take part in an event, by its list of participants.
pub fn participants(value: &Value) -> impl Iterator<Item = Id> + '_ {
    let people = match value {
        Value::Json(people) => people.as_array(),
        _ => None,
    };
    let people = people.into_iter().flatten();
    people.filter_map(|person| Id::from_json(person.get("participant")?))
}

impl Table {
    /// Records among which are all those whose `field` equals one of the `hashes`.
    #[must_use]
    pub fn candidates_by_value(
        &self,
        module: &Module,
        field: &Field,
        hashes: &[u64],
    ) -> Candidates {
        let index = self.index(Find::Value(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::List(items) => {
                    out.extend(items.iter().map(|item| (hash_text(&fold(item)), record.id)));
                }
                value => out.extend(hash_value(value).map(|hash| (hash, record.id))),
            });
        });
        let base = &index.base;
        Candidates {
            runs: hashes
                .iter()
                .map(|hash| (Arc::clone(base), base.run(*hash)))
                .collect(),
            more: hashes
                .iter()
                .flat_map(|hash| index.written(*hash))
                .collect(),
        }
    }

    /// Records among which are all those that have, in a row of `field`, a cell with this hash.
    #[must_use]
    pub fn candidates_by_cell(&self, field: &Field, cell: FieldNo, hash: u64) -> Candidates {
        let index = self.index(Find::Cell(field.no, cell), |record, out| {
            if let Some(Value::Rows(rows)) = record.stored(field.no) {
                let hashes = rows.iter().filter_map(|row| hash_value(row.value(cell)));
                out.extend(hashes.map(|hash| (hash, record.id)));
            }
        });
        with_hash(&index, hash)
    }

    /// Records among which are all those whose `field` lists a record among the participants.
    #[must_use]
    pub fn candidates_by_participant(&self, field: &Field, id: Id) -> Candidates {
        let index = self.index(Find::Participant(field.no), |record, out| {
            let people = record.stored(field.no).into_iter().flat_map(participants);
            out.extend(people.map(|id| (id.0, record.id)));
        });
        with_hash(&index, id.0)
    }

    /// Records among which are all those whose `field` holds `folded` somewhere; `None` if the
    /// text is too short for the index.
    #[must_use]
    pub fn candidates_by_part(
        &self,
        module: &Module,
        field: &Field,
        folded: &str,
    ) -> Option<Candidates> {
        /// A part this rare is good enough.
        const RARE: usize = 16;
        /// Two parts this rare are good enough together.
        const FAIR: usize = 1024;
        /// A part that so many records have does not tell them apart.
        const MANY: usize = 1 << 16;
        if folded.len() < GRAM {
            return None;
        }
        let index = self.index(Find::Parts(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::Text(text) => grams(&fold(text), record.id, out),
                Value::List(items) => items
                    .iter()
                    .for_each(|item| grams(&fold(item), record.id, out)),
                _ => {}
            });
        });
        let base = &index.base;
        let mut fair = 0;
        let mut parts: Vec<(u64, Range<usize>)> = Vec::with_capacity(folded.len());
        for gram in folded.as_bytes().windows(GRAM) {
            let hash = hash_gram(gram);
            let run = base.run(hash);
            fair += usize::from(run.len() <= FAIR);
            let enough = run.len() <= RARE || fair >= 2;
            parts.push((hash, run));
            if enough {
                break;
            }
        }
        parts.sort_by_key(|(_, run)| run.len());
        let mut parts = parts.into_iter();
        let (hash, rarest) = parts.next()?;
        let more = index.written(hash);
        if let Some((_, second)) = parts
            .next()
            .filter(|(_, second)| rarest.len() > RARE && second.len() <= MANY)
        {
            // what has the two rarest parts is worth looking at
            let both = base.in_both(rarest, second).chain(more).collect();
            return Some(Candidates::of(both));
        }
        Some(Candidates {
            runs: vec![(Arc::clone(base), rarest)],
            more: more.collect(),
        })
    }

    /// An index that knows all records. `read` gives the entries of one.
    fn index(&self, by: Find, read: impl Fn(&Record, &mut Vec<(u64, Id)>)) -> Index {
        let of = |id: Id, out: &mut Vec<(u64, Id)>| {
            if let Some(record) = self.get(id) {
                read(record, out);
            }
        };
        let mut behind = None;
        if let Some(known) = self.indexes.hashed.lock().get_mut(&by) {
            if self.has_been(known.version) {
                // in place, where no other reader holds what is changed
                known.catch_up(self.version(), self.since(known.version), of);
                if !renew(known.fresh.len(), known.base.entries.len()) {
                    return known.clone();
                }
                behind = Some(known.clone());
            } else if self.has_been(known.base.version) {
                // what is known is of another copy's future, but its base is not
                behind = Some(Index::from_base(Arc::clone(&known.base)));
            }
        }
        let index = match behind {
            Some(mut index) => {
                index.catch_up(self.version(), self.since(index.version), of);
                if renew(index.fresh.len(), index.base.entries.len()) {
                    index = index.renewed();
                }
                index
            }
            None => {
                let mut all = Vec::with_capacity(self.rows().len());
                let records = self.rows().iter().map(|(_, record)| record);
                records.for_each(|record| read(record, &mut all));
                Index::of(self.version(), all)
            }
        };
        self.indexes.keep(by, &index);
        index
    }

    /// The records in the order of `field`.
    #[must_use]
    pub fn order_by(&self, module: &Module, field: &Field) -> InOrder {
        let version = self.version();
        let read = |id: Id| self.get(id).map(|record| record.get(field, module));
        let mut behind = None;
        if let Some(known) = self
            .indexes
            .ordered
            .lock()
            .entry(field.no)
            .or_default()
            .order
            .as_mut()
        {
            if self.has_been(known.version) {
                // in place, where no other reader holds what is changed
                known.catch_up(version, self.since(known.version), read);
                if !renew(known.changed.len(), known.base.entries.len()) {
                    return known.clone();
                }
                behind = Some(known.clone());
            } else if self.has_been(known.base.version) {
                // what is known is of another copy's future, but its base is not
                behind = Some(InOrder::from_base(Arc::clone(&known.base)));
            }
        }
        let order = match behind {
            Some(mut order) => {
                order.catch_up(version, self.since(order.version), read);
                if renew(order.changed.len(), order.base.entries.len()) {
                    order = order.renewed();
                }
                order
            }
            None => {
                let all = self.rows().iter();
                let mut entries: Vec<Entry> = all
                    .map(|(id, record)| Entry {
                        value: record.get(field, module),
                        id: *id,
                    })
                    .collect();
                sort(&mut entries);
                InOrder::of(version, entries)
            }
        };
        self.indexes.keep_order(field, &order);
        order
    }

    /// The records in the order of `field` if it is there, or worth making: for questions that can be answered without.
    #[must_use]
    pub fn order_if_worth_it(&self, module: &Module, field: &Field) -> Option<InOrder> {
        if self.rows().len() < SMALL {
            return None;
        }
        {
            let mut ordered = self.indexes.ordered.lock();
            let slot = ordered.entry(field.no).or_default();
            if slot.order.is_none() {
                slot.missed += 1;
                if slot.missed < WORTH_IT {
                    return None;
                }
            }
        }
        Some(self.order_by(module, field))
    }
}
