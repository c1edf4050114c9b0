//! State of an org: an immutable value, published whole.
//!
//! [`OrgState`] holds everything an org knows in structurally shared parts. A reader clones an
//! `Arc` of it and lives in one consistent world; a writer works on its own copy and publishes
//! that as a whole, or drops it. Snapshots, forks and resets are all the same thing: an `Arc`
//! that somebody kept.

pub mod bin;
pub mod bulk;
mod cells;
pub mod change;
mod files;
pub mod filling;
pub mod index;
mod info;
pub mod job;
pub mod names;
mod publish;
pub mod record;
pub mod setting;
pub mod shared;
mod state;
pub mod table;
mod tables;
pub mod text;
pub mod timeline;
pub mod tree;
pub mod tx;
mod user;

pub use bin::{Deleted, RecordAt};
pub use cells::{RecordValues, RecordValuesIter};
pub use change::{Change, Listener, Published};
pub use files::Files;
pub use filling::{Filling, Unfilled};
pub use info::OrgInfo;
pub use job::{Job, Jobs};
pub use names::Names;
pub use publish::Store;
pub use record::Record;
pub use setting::{Setting, SettingMap};
pub use shared::Shared;
pub use state::{Framework, OrgState};
pub use table::Table;
pub use tables::{RecordSource, Tables};
pub use timeline::Timeline;
pub use tree::Tree;
pub use tx::Tx;
pub use user::User;

pub use crate::ids::unique;
pub use crate::value::blob::{self, Blob, Blobs};
