//! A batch: a write of several items, each of which is done or refused by itself.
//!
//! All items run in one transaction, in their order. One that fails leaves nothing behind, and its
//! error stands in its place in the answer; the status says whether all, some or none were done.

use serde_json::{Map, Value as Json};

use super::call::Call;
use super::spot::Spot;
use crate::error::{ApiError, Code, Item};
use crate::ops::write::combine;
use crate::response::Response;
use crate::store::Tx;

/// How a batch is answered.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    call: &'a Call<'a>,
    /// The key under which the items are answered.
    root: &'static str,
    /// The status if every item was done.
    done: u16,
    /// The status if some were.
    mixed: u16,
    /// The status if none was.
    refused: u16,
}

impl<'a> Batch<'a> {
    /// A batch whose items are answered under `root`, with the status `done` if all is well.
    #[must_use]
    pub fn new(call: &'a Call<'a>, root: &'static str, done: u16) -> Self {
        Self {
            call,
            root,
            done,
            mixed: call.version.batch_status().mixed,
            refused: call.version.batch_status().all_failed,
        }
    }

    /// The batch of the body, whose items are answered under the root key of the row.
    #[must_use]
    pub fn of_body(call: &'a Call<'a>, done: u16) -> Self {
        Self::new(call, call.root(), done)
    }

    /// With a status of its own if every item was refused.
    #[must_use]
    pub fn refused_with(self, status: u16) -> Self {
        Self {
            refused: status,
            ..self
        }
    }

    /// With the statuses of newer versions in all of them, where nothing else is known.
    #[must_use]
    pub fn answered_alike(self) -> Self {
        Self {
            mixed: 207,
            refused: 400,
            ..self
        }
    }

    /// Where the item at an index stands in the body.
    #[must_use]
    pub fn spot(&self, index: usize) -> Spot {
        Spot::item(self.call.version, self.root, index)
    }

    /// Runs `each` over some items: an item and its index in, what became of it out. An item that
    /// a fault is to fail is not run.
    ///
    /// # Errors
    /// None of the items': those are in what it gives.
    pub fn run<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Tx, T, usize) -> Result<Item, Vec<ApiError>>,
    ) -> Result<Vec<Item>, ApiError> {
        let Self { call, root, .. } = *self;
        let mut one = |tx: &mut Tx, item: T, index: usize| {
            if let Some(fault) = call.fault_of(root, index) {
                return fault.into();
            }
            each(tx, item, index)
                .unwrap_or_else(|errors| combine(errors, call.version, call.wording).into())
        };
        call.write(|tx| {
            let items = items.into_iter().enumerate();
            Ok(items.map(|(index, item)| one(tx, item, index)).collect())
        })
    }

    /// Runs `each` over the items of the body, which have to be objects.
    ///
    /// # Errors
    /// Those of the body as a whole ([`Call::items`]).
    pub fn write(
        &self,
        mut each: impl FnMut(&mut Tx, &Map<String, Json>, usize) -> Result<Item, Vec<ApiError>>,
    ) -> Result<Vec<Item>, ApiError> {
        self.run(self.call.items()?, |tx, item, index| {
            let item = self.object(item, index).map_err(|error| vec![error])?;
            each(tx, item, index)
        })
    }

    /// The answer of a batch whose items are named by their ids alone: errors of records that are
    /// locked tell the id, and have `locked` as their row (captured v8).
    #[must_use]
    pub fn answer_by_ids<'i>(
        &self,
        mut items: Vec<Item>,
        ids: impl IntoIterator<Item = &'i str>,
        locked: Code,
    ) -> Response {
        for (item, id) in items.iter_mut().zip(ids) {
            if matches!(item, Item::Error(error) if error.kind == Code::RECORD_LOCKED) {
                let error = ApiError::new(locked).with("action", "record_locking");
                *item = error.with("id", id).into();
            }
        }
        self.answer(&items)
    }

    /// An item that is an object.
    ///
    /// # Errors
    /// `INVALID_DATA` with the root key and the index.
    pub fn object<'j>(
        &self,
        item: &'j Json,
        index: usize,
    ) -> Result<&'j Map<String, Json>, ApiError> {
        item.as_object().ok_or_else(|| {
            ApiError::new(Code::INVALID_DATA)
                .with("expected_data_type", "jsonobject")
                .with("api_name", self.root)
                .with("index", index)
        })
    }

    /// The answer: the items in the order of the input, and the status that tells whether all,
    /// some or none were done.
    #[must_use]
    pub fn answer(&self, items: &[Item]) -> Response {
        let good = items.iter().filter(|item| item.is_success()).count();
        let status = match good {
            good if good == items.len() => self.done,
            0 => self.refused,
            _ => self.mixed,
        };
        Response::bytes(status, Item::write_all(self.root, items, self.call.wording))
    }
}
