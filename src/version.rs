//! API versions, and everything that older versions do otherwise.
//!
//! The newest behaviour is written once, in the handlers. What an earlier version does
//! differently is a question with a name in one of the files of this folder; no other file compares
//! versions. A new version is one more variant of [`ApiVersion`], which becomes
//! [`ApiVersion::LATEST`] and with it the end of every range that has none, and a look at each
//! answer: one that begins with a version (`self >= V7`) holds for the new one, too.

mod age;
mod bulk;
mod composite;
mod coql;
mod files;
mod metadata;
mod notes;
mod notifications;
mod number;
mod people;
mod range;
mod records;
mod related;
mod rights;
mod search;
mod settings;
mod tags;

pub use coql::{CoqlLimits, Joins};
pub use files::FileForm;
pub use number::ApiVersion;
pub use range::Versions;
pub use records::{BatchStatus, DuplicateDetails, ListInfo};
