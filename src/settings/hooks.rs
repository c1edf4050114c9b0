//! What a family may do beyond its keys: refuse a change, follow one, show what is not kept.

use serde_json::{Map, Value as Json};

use super::refusal::{Refusal, Source};
use crate::store::{OrgState, Setting, Tx};
use crate::version::ApiVersion;

/// What is about to happen to an object, or has happened.
#[derive(Clone, Copy, Debug)]
pub struct SettingChange<'a> {
    /// The object before, unless it is new.
    pub old: Option<&'a Setting>,
    /// The object after, unless it goes. Its id is 0 while a new one is checked.
    pub new: Option<&'a Setting>,
    /// What the client or the seed has sent.
    pub said: &'a Map<String, Json>,
    /// Who has sent it.
    pub source: Source,
}

/// An object that is about to be shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownSetting<'a> {
    /// The org.
    pub state: &'a OrgState,
    /// The object.
    pub setting: &'a Setting,
    /// The version of the API.
    pub version: ApiVersion,
    /// The answer holds this object alone.
    pub single: bool,
    /// Keys that are shown on request alone (`include`).
    pub include: &'a [&'a str],
}

/// Refuses a change for a reason that the keys do not tell.
pub type Check = fn(&Tx, SettingChange<'_>) -> Result<(), Refusal>;
/// Does what follows from a change that was made.
pub type Changed = fn(&mut Tx, SettingChange<'_>);
/// Works out values that are not kept.
pub type Show = fn(ShownSetting<'_>, &mut Map<String, Json>);
