//! The values of a record, and which fields they are of.
//!
//! Records of a module mostly have values for the same fields. Which those are is said once for all
//! records of which it is true, so that a value takes no more than its sixteen bytes.

use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};
use std::iter::{Copied, Zip};
use std::slice;
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::schema::FieldNo;
use crate::value::Value;

/// Numbers of fields, ascending.
type FieldSet = Arc<Vec<FieldNo>>;

/// So many sets of fields a thread remembers, to give them to further records. One that is pushed out
/// costs a copy of it, and nothing else.
const REMEMBERED: usize = 64;

thread_local! {
    static FIELD_SETS: RefCell<Vec<FieldSet>> = const { RefCell::new(Vec::new()) };
}

/// The set of the fields that these are values of, which is shared with other records if it can be.
fn fields_of(values: &[(FieldNo, Value)]) -> FieldSet {
    let fields = || values.iter().map(|(no, _)| *no);
    let mut hasher = FxHasher::default();
    fields().for_each(|no| no.hash(&mut hasher));
    let place = usize::try_from(hasher.finish() >> 32).unwrap_or_default() % REMEMBERED;
    let remembered = FIELD_SETS.try_with(|sets| {
        let mut sets = sets.try_borrow_mut().ok()?;
        if sets.is_empty() {
            *sets = vec![FieldSet::default(); REMEMBERED];
        }
        let known = sets.get_mut(place)?;
        if !fields().eq(known.iter().copied()) {
            *known = Arc::new(fields().collect());
        }
        Some(Arc::clone(known))
    });
    // a thread that ends remembers nothing
    remembered
        .ok()
        .flatten()
        .unwrap_or_else(|| Arc::new(fields().collect()))
}

/// The values of a record.
#[derive(Clone)]
pub(super) struct RecordCells {
    fields: FieldSet,
    /// As many as there are fields.
    values: Box<[Value]>,
}

impl Default for RecordCells {
    /// None, which many records have in common while they are made.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl RecordCells {
    /// Values of fields, ascending by field.
    pub(super) fn new(values: Vec<(FieldNo, Value)>) -> Self {
        let fields = fields_of(&values);
        // an allocation of their own: collected in place they would keep the longer one
        let mut own = Vec::with_capacity(values.len());
        own.extend(values.into_iter().map(|(_, value)| value));
        Self {
            values: own.into_boxed_slice(),
            fields,
        }
    }

    /// The value of a field.
    pub(super) fn get(&self, field: FieldNo) -> Option<&Value> {
        // records are short: a scan beats a binary search
        let place = self.fields.iter().position(|no| *no == field)?;
        self.values.get(place)
    }

    /// All of them.
    pub(super) fn all(&self) -> RecordValues<'_> {
        RecordValues {
            fields: &self.fields,
            values: &self.values,
        }
    }
}

impl fmt::Debug for RecordCells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all().fmt(f)
    }
}

/// The values of a record with the numbers of their fields, ascending by number.
#[derive(Clone, Copy, PartialEq)]
pub struct RecordValues<'r> {
    fields: &'r [FieldNo],
    values: &'r [Value],
}

/// Goes over the values of a record.
pub type RecordValuesIter<'r> = Zip<Copied<slice::Iter<'r, FieldNo>>, slice::Iter<'r, Value>>;

impl<'r> RecordValues<'r> {
    /// Goes over them.
    pub fn iter(self) -> RecordValuesIter<'r> {
        self.fields.iter().copied().zip(self.values)
    }
}

impl<'r> IntoIterator for RecordValues<'r> {
    type Item = (FieldNo, &'r Value);
    type IntoIter = RecordValuesIter<'r>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for RecordValues<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_share_what_they_have_values_of() {
        let cells = |fields: &[FieldNo]| {
            let values = fields.iter().map(|no| (*no, Value::Int(i64::from(*no))));
            RecordCells::new(values.collect())
        };
        let (one, two) = (cells(&[2, 5, 9]), cells(&[2, 5, 9]));
        assert!(Arc::ptr_eq(&one.fields, &two.fields));
        for number in 0..1_000 {
            let fields = [number, number + 1, number + 3];
            let cells = cells(&fields);
            assert!(cells.all().iter().map(|(no, _)| no).eq(fields));
            assert_eq!(
                cells.get(number + 1),
                Some(&Value::Int(i64::from(number) + 1))
            );
            assert_eq!(cells.get(number + 2), None);
        }
        assert_eq!(one.all(), cells(&[2, 5, 9]).all());
        assert_ne!(one.all(), cells(&[2, 5]).all());
        assert_eq!(RecordCells::default().get(0), None);
    }
}
