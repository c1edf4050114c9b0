//! What a table is asked by its indexes, which it brings up to date and renews when that is.

use std::sync::Arc;
use std::time::Instant;

use super::hash::{GRAM, grams, hash_text, hash_value};
use super::hashed::{Candidates, Find, Index};
use super::order::{Entry, InOrder, KeptOrder, OrderSlot, sort};
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

/// So many records that were written since are put into an index by one question. It looks at the
/// others one by one, so that none waits long after many writes.
const AT_ONCE: usize = 256;

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
        let (index, behind) = self.index(Find::Value(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::List(items) => {
                    out.extend(items.iter().map(|item| (hash_text(&fold(item)), record.id)));
                }
                value => out.extend(hash_value(value).map(|hash| (hash, record.id))),
            });
        });
        index.under(hashes).and(behind)
    }

    /// Records among which are all those that have, in a row of `field`, a cell with this hash.
    #[must_use]
    pub fn candidates_by_cell(&self, field: &Field, cell: FieldNo, hash: u64) -> Candidates {
        let (index, behind) = self.index(Find::Cell(field.no, cell), |record, out| {
            if let Some(Value::Rows(rows)) = record.stored(field.no) {
                let hashes = rows.iter().filter_map(|row| hash_value(row.value(cell)));
                out.extend(hashes.map(|hash| (hash, record.id)));
            }
        });
        index.under(&[hash]).and(behind)
    }

    /// Records among which are all those whose `field` lists a record among the participants.
    #[must_use]
    pub fn candidates_by_participant(&self, field: &Field, id: Id) -> Candidates {
        let (index, behind) = self.index(Find::Participant(field.no), |record, out| {
            let people = record.stored(field.no).into_iter().flat_map(participants);
            out.extend(people.map(|id| (id.0, record.id)));
        });
        index.under(&[id.0]).and(behind)
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
        if folded.len() < GRAM {
            return None;
        }
        let (index, behind) = self.index(Find::Parts(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::Text(text) => grams(&fold(text), record.id, out),
                Value::List(items) => items
                    .iter()
                    .for_each(|item| grams(&fold(item), record.id, out)),
                _ => {}
            });
        });
        Some(index.with_parts(folded)?.and(behind))
    }

    /// Records among which are all those whose `field` holds `digits` somewhere, whatever separates
    /// them; `None` if there are too few for the index.
    #[must_use]
    pub fn candidates_by_digits(
        &self,
        module: &Module,
        field: &Field,
        digits: &str,
    ) -> Option<Candidates> {
        if digits.len() < GRAM {
            return None;
        }
        let (index, behind) = self.index(Find::Digits(field.no), |record, out| {
            record.with(field, module, |value| {
                if let Value::Text(text) = value {
                    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                    grams(&digits, record.id, out);
                }
            });
        });
        Some(index.with_parts(digits)?.and(behind))
    }

    /// An index, and the records that it does not know yet. `read` gives the entries of one.
    fn index(&self, by: Find, read: impl Fn(&Record, &mut Vec<(u64, Id)>)) -> (Index, Vec<Id>) {
        let known = self.indexes.known(by, |version| self.has_been(version));
        let mut entries = Vec::new();
        let Some(known) = known else {
            entries.reserve(self.rows().len());
            let records = self.rows().iter().map(|(_, record)| record);
            records.for_each(|record| read(record, &mut entries));
            let index = Index::of(self.version(), entries);
            self.indexes.keep(by, &index);
            return (index, Vec::new());
        };
        let (written, version) = self.first_since(known.version, AT_ONCE);
        if written.is_empty() {
            return (known, Vec::new());
        }
        for record in written.iter().filter_map(|id| self.get(*id)) {
            read(record, &mut entries);
        }
        let index = self.indexes.add(by, known, version, entries);
        (index, self.since(version))
    }

    /// The records in the order of `field`.
    #[must_use]
    pub fn order_by(&self, module: &Module, field: &Field) -> InOrder {
        let version = self.version();
        let read = |id: Id| self.get(id).map(|record| record.get(field, module));
        let mut behind = None;
        if let Some(slot) = self.indexes.ordered.lock().get_mut(&field.no) {
            slot.asked = Instant::now();
            let OrderSlot { kept, .. } = slot;
            let current = kept
                .iter()
                .rposition(|kept| self.has_been(kept.order.version));
            if let Some(at) = current {
                // the one that was used last stands at the end
                kept[at..].rotate_left(1);
            }
            if let (Some(_), Some(KeptOrder { order, renewing })) = (current, kept.last_mut()) {
                // in place, where no other reader holds what is changed
                let written = self.since(order.version);
                order.catch_up(version, &written, read);
                if let Some(changed) = renewing {
                    changed.extend_from_slice(&written);
                } else if renew(order.changed.len(), order.base.entries.len()) {
                    *renewing = Some(Vec::new());
                    self.indexes.ask_to_renew(field.no);
                }
                return order.clone();
            }
            // what is known is of another copy's future, but its base may not be
            let bases = kept.iter().map(|kept| &kept.order.base);
            let past = bases.filter(|base| self.has_been(base.version));
            behind = past
                .max_by_key(|base| base.version)
                .map(|base| InOrder::from_base(Arc::clone(base)));
        }
        let order = match behind {
            Some(mut order) => {
                order.catch_up(version, &self.since(order.version), read);
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
            if slot.kept.is_empty() {
                slot.missed += 1;
                if slot.missed < WORTH_IT {
                    return None;
                }
            }
        }
        Some(self.order_by(module, field))
    }
}
