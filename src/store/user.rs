//! The users of an org.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::tree::Visible;
use crate::ids::Id;

/// A user of an org.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The id.
    pub id: Id,
    /// The keys of a `/users` answer that were set; the others have defaults.
    pub attributes: Map<String, Json>,
    /// The role's id.
    pub role: Option<Id>,
    /// The profile's id.
    pub profile: Option<Id>,
    /// When the user was created and changed, in seconds since 1970.
    pub created_time: i64,
    /// See `created_time`.
    pub modified_time: i64,
    /// Who did so.
    pub created_by: Id,
    /// See `created_by`.
    pub modified_by: Id,
}

impl Visible for Arc<User> {
    fn visible(&self) -> bool {
        true
    }
}

impl User {
    /// A textual attribute.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).and_then(Json::as_str)
    }

    /// First and last name, or the one given.
    #[must_use]
    pub fn full_name(&self) -> String {
        self.shown_name().into_owned()
    }

    /// The same, where it is only looked at.
    #[must_use]
    pub fn shown_name(&self) -> Cow<'_, str> {
        if let Some(name) = self.text("full_name") {
            return name.into();
        }
        let part = |key| self.text(key).filter(|part| !part.is_empty());
        match (part("first_name"), part("last_name")) {
            (Some(first), Some(last)) => [first, " ", last].concat().into(),
            (first, last) => first.or(last).unwrap_or_default().into(),
        }
    }

    /// `active`, `disabled` or `deleted`.
    #[must_use]
    pub fn status(&self) -> &str {
        self.text("status").unwrap_or("active")
    }

    /// Whether the invitation was accepted.
    #[must_use]
    pub fn confirmed(&self) -> bool {
        self.attributes
            .get("confirm")
            .and_then(Json::as_bool)
            .unwrap_or(true)
    }

    /// The number of the user's account with Zoho (`zuid`): the one given, or one that follows from
    /// the id. Whoever was only invited has none.
    #[must_use]
    pub fn account(&self) -> Option<u64> {
        match self.attributes.get("zuid") {
            Some(Json::String(text)) => text.parse().ok(),
            Some(given) => given.as_u64(),
            None => self
                .confirmed()
                .then(|| 800_000_000 + self.id.0 % 100_000_000),
        }
    }

    /// The zone in which times are written for the user, if it has one of its own.
    #[must_use]
    pub fn time_zone(&self) -> Option<TimeZone> {
        self.text("time_zone")
            .and_then(|name| TimeZone::get(name).ok())
    }
}
