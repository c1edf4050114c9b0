//! Families of settings: roles, variables, holidays and the like.
//!
//! A [`Family`] is a constant that says everything about one of them: its keys with their types,
//! limits and versions, its operations, its words. One engine does the rest for all families:
//! [`check`] reads what a client or a seed says, [`write`] changes an org, [`shape`] shows a
//! setting as a version has it, and `api::settings` answers the requests. The families themselves
//! are listed in [`families`], a file each.

pub mod access;
pub mod calendar;
pub mod channel;
pub mod check;
pub mod families;
pub mod family;
pub mod hierarchy;
pub mod hooks;
pub mod info;
pub mod key;
pub mod locking;
pub mod members;
pub mod money;
pub mod naming;
pub mod operation;
pub mod permissions;
pub mod preferences;
pub mod process;
pub mod refusal;
pub mod scoring;
pub mod shape;
pub mod tagging;
pub mod typed;
pub mod write;

pub use families::FAMILIES;
pub use family::{Family, SettingChange, ShownSetting, What};
pub use key::{Key, KeyType, ReferenceTarget};
pub use refusal::{Refusal, Source};

/// The family with a name, which is also its root key and its part of a seed.
#[must_use]
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().copied().find(|family| family.name == name)
}
