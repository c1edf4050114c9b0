//! Who uses the org: users, and the roles and profiles that they have.

pub mod profiles;
pub mod roles;
pub mod users;
