//! The documented operations of a published Zoho connector: a second surface over the same state.
//!
//! An operation reads its input, calls Zoho's own API (v2, which the documented samples come
//! from) from within, and puts the answer into the documented form. So it validates, refuses and
//! writes as that API does, and there is no second implementation of anything.
//!
//! To find the code of an operation, take what it works on: `get_record` is in `records.rs`,
//! `search_records` in `search.rs`, `convert_lead` in `convert.rs`, the `…_ddl` lists in
//! `lists.rs`, users and the organization in `org.rs`.

mod convert;
mod input;
mod lists;
mod operation;
mod org;
mod output;
mod platform;
mod records;
mod schema;
mod search;
mod table;
mod validator;

pub use platform::{ENDPOINTS, refusal};
