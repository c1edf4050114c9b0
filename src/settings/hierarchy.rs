//! Roles above one another: a tree, whose top nobody stands above.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::family::{SettingChange, ShownSetting};
use super::members::{self, ROLES};
use super::refusal::Refusal;
use crate::error::Code;
use crate::ids::Id;
use crate::store::{OrgState, Setting, SettingMap, Tx, User};

const SUPERIOR: &str = "reporting_to";

/// The role above one.
fn superior<'s>(roles: &'s SettingMap, role: &Setting) -> Option<&'s Arc<Setting>> {
    let value = role.attributes.get(SUPERIOR)?;
    match Id::from_json(value) {
        Some(id) => roles.get(id),
        // seeds name it, too
        None => roles.named(None, value.as_str()?),
    }
}

/// Whether a role stands below one with an id, or is that one.
fn is_below(roles: &SettingMap, role: &Setting, above: Id) -> bool {
    let above_it = std::iter::successors(Some(role), |role| superior(roles, role).map(|r| &**r));
    // those of a seed could stand in a circle
    above_it.take(roles.len() + 1).any(|role| role.id == above)
}

/// Whether one role stands somewhere below another, or is the same.
#[must_use]
pub fn reports_to(state: &OrgState, role: Id, above: Id) -> bool {
    let roles = state.settings_of(ROLES);
    let role = roles.get(role);
    role.is_some_and(|role| is_below(roles, role, above))
}

/// Refuses a superior who stands below the role.
///
/// # Errors
/// `INVALID_DATA` about the superior (the words are assumed).
pub fn check_superior(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let (Some(old), Some(new)) = (change.old, change.new) else {
        return Ok(());
    };
    let roles = tx.state().settings_of(ROLES);
    match superior(roles, new) {
        Some(above) if is_below(roles, above, old.id) => {
            Err(Refusal::at(SUPERIOR, Code::UNKNOWN_SETTING))
        }
        _ => Ok(()),
    }
}

/// A role that names no superior reports to the top one (page of v7).
pub fn find_superior(tx: &mut Tx, change: SettingChange<'_>) {
    let Some(new) = change.new else { return };
    let roles = tx.state().settings_of(ROLES);
    let on_top = |role: &&Arc<Setting>| superior(roles, role).is_none();
    let was_on_top = change.old.is_some_and(|old| superior(roles, old).is_none());
    if superior(roles, new).is_some() || was_on_top {
        return;
    }
    let top = {
        let mut others = roles.iter().filter(|role| role.id != new.id);
        others.find(on_top).map(|top| top.id)
    };
    if let Some(top) = top {
        put_superior(tx, new, top);
    }
}

fn put_superior(tx: &mut Tx, role: &Setting, above: Id) {
    let mut role = role.clone();
    role.attributes.insert(SUPERIOR.to_owned(), above.json());
    tx.put_setting(ROLES, role);
}

/// Deletes a role. Its users get another one, to which the roles below it report from then on
/// (assumed); groups lose it as a member.
pub fn hand_over(tx: &mut Tx, role: Id, to: Id) {
    let users = tx.state().users.iter().map(|(_, user)| user);
    let users: Vec<Arc<User>> = users.filter(|u| u.role == Some(role)).cloned().collect();
    for user in users {
        tx.put_user(User {
            role: Some(to),
            ..User::clone(&user)
        });
    }
    let roles = tx.state().settings_of(ROLES);
    let below = |other: &&Arc<Setting>| superior(roles, other).is_some_and(|r| r.id == role);
    let below: Vec<Arc<Setting>> = roles.iter().filter(below).cloned().collect();
    for other in below {
        put_superior(tx, &other, to);
    }
    tx.remove_setting(ROLES, role);
    members::forget(tx, ROLES, role);
}

/// Shows what is not kept of a role.
pub fn show_role(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    // nobody stands above the administrators' role
    let first = object.get(SUPERIOR).is_none_or(Json::is_null);
    for (key, value) in [
        ("admin_user", Json::Bool(first)),
        (
            "api_name",
            shown.setting.name.as_str().replace(' ', "_").into(),
        ),
    ] {
        if let Some(shown) = object.get_mut(key).filter(|shown| shown.is_null()) {
            *shown = value;
        }
    }
}
