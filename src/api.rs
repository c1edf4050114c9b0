//! The table of operations: every route, with the code behind it.
//!
//! A family of routes is a file that holds its rows and its handlers, in a folder by what it is
//! about. Routing, authentication, the reading of bodies, credits, the contract and documentation
//! read the rows ([`endpoint`]). Handlers work with a [`Call`]; those that write run a
//! [`Batch`](batch::Batch).

pub mod batch;
pub mod body;
pub mod call;
pub mod credits;
pub mod endpoint;
pub mod paging;
pub mod param;
pub mod router;
pub mod spot;
mod table;

pub mod automation;
pub mod bulk;
pub mod composite;
#[cfg(feature = "connector")]
pub mod connector;
pub mod coql;
pub mod files;
pub mod jobs;
pub mod metadata;
pub mod oauth;
pub mod org;
pub mod people;
mod photo;
pub mod records;
pub mod recycle_bin;
pub mod related;
pub mod settings;
pub mod watch;

pub use call::Call;
pub use endpoint::{BodyKind, BodySpec, Endpoint};
pub use table::endpoints;
