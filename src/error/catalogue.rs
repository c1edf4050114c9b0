//! The catalogue: every code, message and status that answers can hold.
//!
//! A message of Zoho's stands in a row and nowhere else: here those that many calls share, by
//! subject, beside a family of settings those that are its own. A row here is
//! `Name => CODE, status, "message"`, with a second message where the documented samples say it
//! otherwise.

mod automation;
mod blueprint;
mod bulk;
mod call;
mod composite;
mod conversions;
mod coql;
mod edge;
mod emails;
mod fields;
mod files;
mod lists;
mod mass_actions;
mod meetings;
mod merge;
mod message;
mod notifications;
mod oauth;
pub mod platform;
mod records;
mod recycle_bin;
mod related;
mod rights;
mod row;
mod search;
mod timeline;
mod users;
mod views;
mod walk;

pub use message::Message;
pub use oauth::AccountsError;
pub use row::{Code, Row};
pub use walk::{nearest_code, nearest_error};
