//! Placeholder of the family while the crate is put together.

use super::endpoint::Endpoint;

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[];
