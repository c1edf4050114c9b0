//! Records as JSON, key for key as Zoho writes them.
//!
//! Which keys a record shows, and in which order, depends on the module, the version and what
//! was asked for, not on the record. A [`Plan`] works that out once, down to the bytes of keys
//! and constant values; writing a record is then copying bytes. Plans are memoised, and the text
//! of a record is kept beside it (see [`crate::store::text::Rendered`]).

mod attached;
mod build;
mod files;
mod items;
mod meeting;
mod memo;
mod plan;
mod record;
mod rights;
mod rows;
mod shown;
mod territories;
mod value;

pub use build::{names, plan, plan_of};
pub use plan::{Detail, GAP, Plan, RecordForm, Rendering};
pub use value::{user_reference, write_id, write_reference};
