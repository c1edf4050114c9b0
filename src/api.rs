//! The table of operations: every route, with the code behind it.
//!
//! A family of routes is a file of this folder that holds its rows and its handlers. Routing,
//! authentication and documentation read the same rows.

pub mod call;
pub mod credits;
pub mod endpoint;
pub mod paging;
pub mod param;
pub mod router;

pub mod convert;
pub mod coql;
pub mod count;
pub mod deleted;
pub mod fields;
pub mod layouts;
pub mod mass_actions;
pub mod modules;
pub mod oauth;
pub mod org;
pub mod profiles;
pub mod records;
pub mod related_lists;
pub mod roles;
pub mod search;
pub mod settings;
pub mod users;
pub mod views;

pub use call::Call;
pub use endpoint::{BodyKind, Endpoint};

/// The families, one a line.
pub const FAMILIES: &[&[Endpoint]] = &[
    oauth::ENDPOINTS,
    users::ENDPOINTS,
    org::ENDPOINTS,
    roles::ENDPOINTS,
    profiles::ENDPOINTS,
    modules::ENDPOINTS,
    fields::ENDPOINTS,
    layouts::ENDPOINTS,
    related_lists::ENDPOINTS,
    views::ENDPOINTS,
    search::ENDPOINTS,
    convert::ENDPOINTS,
    coql::ENDPOINTS,
    count::ENDPOINTS,
    deleted::ENDPOINTS,
    mass_actions::ENDPOINTS,
    records::ENDPOINTS,
    #[cfg(feature = "connector")]
    crate::connector::ENDPOINTS,
];

/// Every operation.
pub fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    FAMILIES.iter().copied().flatten()
}
