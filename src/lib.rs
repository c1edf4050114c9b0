//! A local, in-memory, stateful double of the Zoho CRM REST API.

pub mod api;
pub mod error;
pub mod ids;
pub mod render;
pub mod request;
pub mod response;
pub mod runtime;
pub mod schema;
pub mod store;
pub mod value;
pub mod version;
pub mod world;
