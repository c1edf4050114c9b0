//! A channel as it is kept: what a user wants to be told of a module, and where.

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::hooks::SettingChange;
use super::refusal::Refusal;
use crate::error::Code;
use crate::ids::Id;
use crate::schema::Module;
use crate::store::{OrgState, Setting, Tx};
use crate::value::time;

/// The name of the family.
pub const FAMILY: &str = "watch";
/// The key of the number that the client has chosen.
pub const CHANNEL_ID: &str = "channel_id";
/// The key of the module.
pub const MODULE: &str = "module";
/// The key of the events.
pub const EVENTS: &str = "events";
/// The key of the address.
pub const NOTIFY_URL: &str = "notify_url";
/// The key of the text that is sent back.
pub const TOKEN: &str = "token";
/// The key of the end.
pub const EXPIRY: &str = "channel_expiry";
/// The key that says whether values are sent.
pub const VALUES: &str = "return_affected_field_values";
/// The key that says whether actions on related records count.
pub const RELATED: &str = "notify_on_related_action";
/// The key of the conditions on the fields that a change is about.
pub const CONDITIONS: &str = "notification_condition";
/// The key of the fields of which one has to change.
pub const FIELDS: &str = "fields";
/// The key of the user.
pub const OWNER: &str = "created_by";

/// Characters of an address, as of other addresses of the CRM (assumed).
pub const LONGEST_URL: usize = 2_000;
/// Characters of a token (pages of v6 to v8).
pub const LONGEST_TOKEN: usize = 50;
/// The name under which users are watched.
pub const USERS: &str = "users";

/// What can happen to a record, in the order in which answers name it (captured v8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChannelEvent {
    /// It was changed.
    Edit,
    /// It is new.
    Create,
    /// It is gone.
    Delete,
}

impl ChannelEvent {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Edit, Self::Create, Self::Delete];
    /// Their words.
    pub const WORDS: [&str; 3] = ["edit", "create", "delete"];

    /// The word of subscriptions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }

    /// The word of notifications.
    #[must_use]
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Edit => "update",
            Self::Create => "insert",
            Self::Delete => "delete",
        }
    }

    /// The events that a word of a subscription means.
    #[must_use]
    pub fn meant(word: &str) -> Option<Vec<Self>> {
        if word == "all" {
            return Some(Self::ALL.to_vec());
        }
        let event = Self::ALL.into_iter().find(|event| event.as_str() == word);
        event.map(|event| vec![event])
    }
}

/// Which fields a change has to be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldSelection {
    /// This one.
    Field(LeanString),
    /// All of these, or any.
    Group {
        /// All of them.
        and: bool,
        /// The selections in it.
        items: Vec<Self>,
    },
}

impl FieldSelection {
    /// Whether a change of these fields is meant.
    #[must_use]
    pub fn holds(&self, changed: &[LeanString]) -> bool {
        match self {
            Self::Field(name) => changed.contains(name),
            Self::Group { and: true, items } => items.iter().all(|item| item.holds(changed)),
            Self::Group { and: false, items } => items.iter().any(|item| item.holds(changed)),
        }
    }

    /// As it is kept: fields by their names.
    #[must_use]
    pub fn kept(&self) -> Json {
        match self {
            Self::Field(name) => json!({"field": name.as_str()}),
            Self::Group { and, items } => {
                let group: Vec<Json> = items.iter().map(Self::kept).collect();
                json!({"group_operator": if *and { "and" } else { "or" }, "group": group})
            }
        }
    }

    /// Reads what is kept.
    #[must_use]
    pub fn of_kept(kept: &Json) -> Option<Self> {
        if let Some(name) = kept.get("field") {
            return Some(Self::Field(name.as_str()?.into()));
        }
        let and = match kept.get("group_operator")?.as_str()? {
            "and" => true,
            "or" => false,
            _ => return None,
        };
        let items = kept.get("group")?.as_array()?.iter().map(Self::of_kept);
        Some(Self::Group {
            and,
            items: items.collect::<Option<_>>()?,
        })
    }
}

/// A channel, as far as it is about one module.
#[derive(Clone, Copy, Debug)]
pub struct Channel<'s>(pub &'s Setting);

impl<'s> Channel<'s> {
    /// Those of an org, in the order of their making.
    pub fn all(state: &'s OrgState) -> impl Iterator<Item = Self> {
        state.settings_of(FAMILY).iter().map(|kept| Self(kept))
    }

    /// Those of the caller that have not ended.
    pub fn own(state: &'s OrgState, now: i64) -> impl Iterator<Item = Self> {
        let user = state.current_user;
        Self::all(state).filter(move |channel| channel.is_of(user) && channel.is_live(now))
    }

    /// The address of what is watched, which names v2 in every version (recorded v7).
    #[must_use]
    pub fn resource_uri(name: &str) -> String {
        format!("https://www.zohoapis.com/crm/v2/{name}")
    }

    /// The number that the client has chosen.
    #[must_use]
    pub fn channel_id(self) -> &'s str {
        self.0.text(CHANNEL_ID).unwrap_or_default()
    }

    /// Whether a user has asked for it. One that a seed declares without a user is everybody's.
    #[must_use]
    pub fn is_of(self, user: Id) -> bool {
        self.id(OWNER).is_none_or(|owner| owner == user)
    }

    /// The id of the module; none for users.
    #[must_use]
    pub fn module_id(self) -> Option<Id> {
        self.id(MODULE)
    }

    fn id(self, key: &str) -> Option<Id> {
        self.0.attributes.get(key).and_then(Id::from_json)
    }

    /// The module; none for users.
    #[must_use]
    pub fn module(self, state: &OrgState) -> Option<&Module> {
        let id = self.module_id()?;
        let mut modules = state.schema.modules();
        modules.find(|module| module.id == id).map(|m| &**m)
    }

    /// Its events, in the order in which answers name them.
    #[must_use]
    pub fn events(self) -> Vec<ChannelEvent> {
        let kept = self.0.attributes.get(EVENTS).and_then(Json::as_array);
        let words: Vec<&str> = kept
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        let events = ChannelEvent::ALL.into_iter();
        events.filter(|e| words.contains(&e.as_str())).collect()
    }

    /// Where it is told.
    #[must_use]
    pub fn notify_url(self) -> &'s str {
        self.0.text(NOTIFY_URL).unwrap_or_default()
    }

    /// What is sent back.
    #[must_use]
    pub fn token(self) -> Option<&'s str> {
        self.0.text(TOKEN)
    }

    /// When it ends, in seconds since 1970.
    #[must_use]
    pub fn expiry(self) -> i64 {
        let end = self.0.text(EXPIRY).and_then(time::parse_datetime);
        end.unwrap_or(i64::MIN)
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_live(self, now: i64) -> bool {
        self.expiry() > now
    }

    /// Whether values are sent.
    #[must_use]
    pub fn returns_values(self) -> bool {
        self.flag(VALUES, false)
    }

    /// Whether actions on related records count.
    #[must_use]
    pub fn hears_of_related(self) -> bool {
        self.flag(RELATED, true)
    }

    fn flag(self, key: &str, usual: bool) -> bool {
        let kept = self.0.attributes.get(key).and_then(Json::as_bool);
        kept.unwrap_or(usual)
    }

    /// The conditions on the fields that a change is about, one of which has to hold; empty for
    /// any change.
    #[must_use]
    pub fn conditions(self) -> Vec<FieldSelection> {
        let kept = self.0.attributes.get(CONDITIONS).and_then(Json::as_array);
        let kept = kept.into_iter().flatten();
        kept.filter_map(FieldSelection::of_kept).collect()
    }

    /// The fields of which one has to change; none for any change.
    #[must_use]
    pub fn fields(self) -> Option<Vec<&'s str>> {
        let kept = self.0.attributes.get(FIELDS).and_then(Json::as_array)?;
        Some(kept.iter().filter_map(Json::as_str).collect())
    }

    /// Whether a change of these fields is told. That conditions are about edits alone is assumed.
    #[must_use]
    pub fn means(self, changed: &[LeanString]) -> bool {
        let conditions = self.conditions();
        let fields = self.fields();
        (conditions.is_empty() || conditions.iter().any(|one| one.holds(changed)))
            && fields.is_none_or(|names| changed.iter().any(|name| names.contains(&name.as_str())))
    }

    /// Whether any change of a field is as good as another one.
    #[must_use]
    pub fn takes_any_field(self) -> bool {
        self.conditions().is_empty() && self.fields().is_none()
    }
}

/// Whether anybody wants to be told of anything.
#[must_use]
pub fn any(state: &OrgState) -> bool {
    !state.settings_of(FAMILY).is_empty()
}

/// Refuses what a seed says of conditions and fields in another form than that in which they are
/// kept.
///
/// # Errors
/// The key that is wrong.
pub fn check(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let given = |key: &str| {
        let said = change.new?.attributes.get(key);
        said.filter(|value| !value.is_null())
    };
    let wrong = |key: &str| Refusal::at(key, Code::INVALID_DATA);
    if let Some(conditions) = given(CONDITIONS) {
        let read = conditions.as_array().ok_or_else(|| wrong(CONDITIONS))?;
        if read
            .iter()
            .any(|one| FieldSelection::of_kept(one).is_none())
        {
            return Err(wrong(CONDITIONS));
        }
    }
    if let Some(fields) = given(FIELDS) {
        let read = fields.as_array().ok_or_else(|| wrong(FIELDS))?;
        if !read.iter().all(Json::is_string) {
            return Err(wrong(FIELDS));
        }
    }
    let channel = given(CHANNEL_ID).and_then(Json::as_str).unwrap_or_default();
    if !is_channel_id(channel) {
        return Err(wrong(CHANNEL_ID));
    }
    Ok(())
}

/// Whether a text is a number that a channel can have.
#[must_use]
pub fn is_channel_id(text: &str) -> bool {
    text.len() <= 19 && text.parse::<i64>().is_ok_and(|id| id >= 0) && !text.starts_with('+')
}

/// A channel that begins with what is kept of it.
#[must_use]
pub fn setting(id: Id, attributes: Map<String, Json>) -> Setting {
    let name = attributes.get(CHANNEL_ID).and_then(Json::as_str);
    Setting {
        id,
        module: None,
        name: name.unwrap_or_default().into(),
        attributes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_are_read_as_they_were_kept() {
        let field = |name: &str| FieldSelection::Field(name.into());
        let selection = FieldSelection::Group {
            and: false,
            items: vec![
                field("Stage"),
                FieldSelection::Group {
                    and: true,
                    items: vec![field("Amount"), field("Lead_Source")],
                },
            ],
        };
        assert_eq!(
            FieldSelection::of_kept(&selection.kept()),
            Some(selection.clone())
        );
        for (changed, holds) in [
            (&["Stage"][..], true),
            (&["Amount"], false),
            (&["Amount", "Lead_Source"], true),
            (&["Description"], false),
        ] {
            let changed: Vec<LeanString> = changed.iter().map(|name| (*name).into()).collect();
            assert_eq!(selection.holds(&changed), holds, "{changed:?}");
        }
    }

    #[test]
    fn ids_of_channels_are_numbers() {
        for (text, fits) in [
            ("10000", true),
            ("9223372036854775807", true),
            ("9223372036854775808", false),
            ("", false),
            ("-1", false),
            ("+1", false),
            ("1.5", false),
            ("abc", false),
        ] {
            assert_eq!(is_channel_id(text), fits, "{text}");
        }
    }
}
