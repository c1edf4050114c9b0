//! What conversions of all kinds have in common: why they are refused.

use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::error::{ApiError, Code, Item};
use crate::ops::held::{Hold, hold};
use crate::ops::write::combine;
use crate::response::Response;
use crate::schema::Module;
use crate::store::Record;

/// Why a conversion was refused: the call as a whole, or its one item.
pub(super) enum Refusal {
    /// The call.
    Call(ApiError),
    /// The item.
    Item(Vec<ApiError>),
}

impl Refusal {
    /// The answer.
    ///
    /// # Errors
    /// That of the call as a whole.
    pub(super) fn answer(self, call: &Call<'_>, batch: Batch<'_>) -> Result<Response, ApiError> {
        match self {
            Self::Call(error) => Err(error),
            Self::Item(errors) => {
                let item: Item = combine(errors, call.version, call.wording).into();
                Ok(batch.answer(&[item]))
            }
        }
    }
}

/// Why a record cannot be converted now, if anything holds it.
pub(super) fn held(call: &Call<'_>, module: &Module, record: &Record) -> Result<(), Refusal> {
    let code = match hold(module, record) {
        _ if record.converted => Code::ID_ALREADY_CONVERTED,
        None => return Ok(()),
        Some(Hold::Merge | Hold::Lock) => Code::CONVERSION_LOCKED,
        Some(Hold::Approval) => Code::NOT_APPROVED,
        Some(Hold::Review) => Code::NOT_REVIEWED,
    };
    Err(Refusal::Call(call.path_error(code, 1)))
}
