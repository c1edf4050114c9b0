//! The members of groups of users: users, roles and other groups.

use serde_json::{Map, Value as Json, json};

use super::family::{SettingChange, ShownSetting};
use super::refusal::Refusal;
use crate::error::{Code, Row};
use crate::ids::Id;
use crate::store::{OrgState, Setting, Tx};

/// The name of the family of roles, and of members that are roles.
pub const ROLES: &str = "roles";
/// The name of the family of groups.
pub const USER_GROUPS: &str = "user_groups";
/// Members that are groups.
pub(super) const GROUPS: &str = "groups";

const NO_USER: Code = Code::of(&Row::invalid("The User Id given seems to be Invalid"));

/// The name of a member, if there is such a one: deleted users are none. There are no territories
/// yet.
fn name_of(state: &OrgState, kind: &str, id: Id) -> Option<String> {
    let of_family = |family: &str| Some(state.settings_of(family).get(id)?.name.to_string());
    match kind {
        "users" => {
            let user = state.users.get(&id)?;
            (user.status() != "deleted").then(|| user.full_name())
        }
        ROLES => of_family(ROLES),
        GROUPS => of_family(USER_GROUPS),
        _ => None,
    }
}

/// The members of a group: what is kept of each, its kind and its id.
pub(super) fn members(sources: Option<&Json>) -> impl Iterator<Item = (&Json, &str, Option<Id>)> {
    let sources = sources.and_then(Json::as_array).into_iter().flatten();
    sources.map(|source| {
        let kind = source
            .get("type")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let id = source
            .get("source")
            .and_then(|source| Id::from_json(source.get("id")?));
        (source, kind, id)
    })
}

/// Whether a group is another one, or has it as a member of a member.
fn holds(state: &OrgState, group: Id, other: Id) -> bool {
    let mut groups = vec![group];
    let mut n = 0;
    while let Some(&group) = groups.get(n) {
        if group == other {
            return true;
        }
        let setting = state.settings_of(USER_GROUPS).get(group);
        let sources = setting.and_then(|setting| setting.attributes.get("sources"));
        for (_, kind, id) in members(sources) {
            if let Some(id) = id.filter(|id| kind == GROUPS && !groups.contains(id)) {
                groups.push(id);
            }
        }
        n += 1;
    }
    false
}

/// Refuses members that do not exist.
///
/// # Errors
/// `INVALID_DATA` about the first one, at the place that the service names (newer description of
/// v8, which leaves out a letter).
pub fn check_members(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    for (n, (_, kind, id)) in members(new.attributes.get("sources")).enumerate() {
        let known = id.and_then(|id| name_of(tx.state(), kind, id));
        // a group is no member of itself, by way of others neither (assumed)
        let within = |id| holds(tx.state(), id, new.id);
        let itself = kind == GROUPS && id.is_some_and(within);
        if known.is_none() || itself {
            let code = if kind == "users" {
                NO_USER
            } else {
                Code::UNKNOWN_SETTING
            };
            return Err(Refusal::at(format!("source[{n}].id"), code));
        }
    }
    Ok(())
}

/// Takes a member that goes out of all groups.
pub fn forget(tx: &mut Tx, kind: &str, id: Id) {
    let groups = tx.state().settings_of(USER_GROUPS).iter();
    let groups: Vec<Setting> = groups.map(|group| Setting::clone(group)).collect();
    for mut group in groups {
        let kept = group.attributes.get("sources");
        let others = members(kept).filter(|(_, k, member)| *k != kind || *member != Some(id));
        let others: Vec<Json> = others.map(|(source, ..)| source.clone()).collect();
        if others.len() < members(kept).count() {
            group.attributes.insert("sources".into(), others.into());
            tx.put_setting(USER_GROUPS, group);
        }
    }
}

/// A group that is deleted is no member of others any more.
pub fn leave_groups(tx: &mut Tx, change: SettingChange<'_>) {
    if let (Some(old), None) = (change.old, change.new) {
        forget(tx, GROUPS, old.id);
    }
}

/// Shows members by name, and how many there are of each kind; kinds without any are left out
/// (page of v7).
pub fn show_members(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let kept = shown.setting.attributes.get("sources");
    if let Some(sources) = object.get_mut("sources") {
        let show = |(source, kind, id): (&Json, &str, Option<Id>)| {
            let name = id.and_then(|id| name_of(shown.state, kind, id));
            let mut member = Map::new();
            let id = id.map(Id::json);
            member.insert("source".into(), json!({"name": name, "id": id}));
            member.insert("type".into(), kind.into());
            if kind == ROLES {
                let below = source.get("subordinates") == Some(&Json::Bool(true));
                member.insert("subordinates".into(), below.into());
            }
            Json::Object(member)
        };
        *sources = members(kept).map(show).collect();
    }
    if let Some(counts) = object.get_mut("sources_count") {
        let count = |kind: &str| members(kept).filter(|(_, other, _)| *other == kind).count();
        let kinds = ["territories", "roles", "users", "groups"];
        let kinds = kinds.map(|kind| (kind.to_owned(), count(kind)));
        // a group by itself counts each kind, also those of which there are none (example of v8)
        let kinds = kinds.into_iter().filter(|(_, n)| shown.single || *n > 0);
        let kinds = kinds.map(|(kind, n)| (kind, Json::from(n)));
        *counts = Json::Object(kinds.collect());
    }
}
