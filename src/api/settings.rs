//! What operations on metadata share (`common`, `object`), and the engine that answers for families
//! of settings: their `rows`, made from what the families say, and the code behind them.

mod common;
mod object;
mod params;
mod read;
pub mod record_locking;
pub(crate) mod rows;
mod write;

pub(super) use super::body::VersionedKey;
pub(super) use common::{
    field_reference, list, listed, module, module_of, module_reference, normal_profiles, reference,
    unknown_id, unknown_setting, words,
};
pub(super) use object::{NEVER, Object};
pub(super) use read::list_of;
pub(super) use write::{first as first_error, success as setting_written, write_one};
