//! What a user may do with a record: by the data sharing of its module, by the hierarchy of roles,
//! and by what was shared.
//!
//! An org whose seed says nothing about data sharing keeps nothing from anybody. A module that is
//! declared private, or public in part, shows a user the records that he owns, those of the users
//! below him, and what was shared with him; administrators see everything. What belongs to a record
//! (notes, attachments, locks) is seen where that record is.

use serde_json::Value as Json;

use super::hierarchy::reports_to;
use super::members::{GROUPS, ROLES, USER_GROUPS, members};
use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Storage};
use crate::store::{OrgState, Record, Setting, Tx, User};
use crate::value::Value;

/// The name of the family that says how modules are shared by themselves.
pub const DATA_SHARING: &str = "data_sharing";
/// The name of the family of shares of single records.
pub const RECORD_SHARES: &str = "record_shares";
/// The name of the family of shared e-mails.
pub const EMAIL_SHARES: &str = "email_shares";
/// The lookups by which records belong to others of any module.
const OWNING: [&str; 2] = ["Parent_Id", "Locked_For__s"];
/// The profile that sees everything.
const ADMINISTRATOR: &str = "Administrator";

/// What a user may do with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Not even see it.
    Nothing,
    /// See it.
    ReadOnly,
    /// See and change it.
    ReadWrite,
    /// Everything.
    FullAccess,
}

impl AccessLevel {
    /// The levels that a record can be shared with, in Zoho's words.
    pub const WORDS: &[&str] = &["read_only", "read_write", "full_access"];

    /// The level of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "read_only" => Self::ReadOnly,
            "read_write" => Self::ReadWrite,
            "full_access" => Self::FullAccess,
            _ => return None,
        })
    }

    /// Zoho's word; what nobody can see is shown to nobody.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing | Self::ReadOnly => "read_only",
            Self::ReadWrite => "read_write",
            Self::FullAccess => "full_access",
        }
    }
}

/// Everything that a user may see of a module of which he may not see all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restriction {
    /// Users whose records he sees: himself and those below him.
    pub owners: Vec<Id>,
    /// Records that were shared with him.
    pub records: Vec<Id>,
    /// Records that were shared together with what is related to them.
    pub parents: Vec<(ModuleNo, Id)>,
}

/// What everybody may do with the records of a module, if the org says so.
fn declared(state: &OrgState, module: &Module) -> Option<AccessLevel> {
    let settings = state.settings_of(DATA_SHARING);
    if settings.is_empty() {
        return None;
    }
    let of_module = |setting: &&std::sync::Arc<Setting>| {
        let id = setting.attributes.get("module").and_then(Id::from_json);
        id == Some(module.id)
    };
    let setting = settings.iter().find(of_module)?;
    Some(match setting.text("share_type") {
        Some("private") => AccessLevel::Nothing,
        Some("public_read_only") => AccessLevel::ReadOnly,
        Some("public_read_write") => AccessLevel::ReadWrite,
        _ => AccessLevel::FullAccess,
    })
}

/// Whether nothing of a module is kept from the current user.
#[must_use]
pub fn is_open(state: &OrgState, module: &Module) -> bool {
    let level = declared(state, module).unwrap_or(AccessLevel::FullAccess);
    level == AccessLevel::FullAccess
        || state
            .current()
            .is_none_or(|user| is_administrator(state, user))
}

/// The lookup by which records of a module belong to others, with which they are seen; none where
/// nothing is kept from the current user.
#[must_use]
pub fn owning_lookup<'m>(state: &OrgState, module: &'m Module) -> Option<&'m Field> {
    let user = state.current()?;
    if state.settings_of(DATA_SHARING).is_empty() || is_administrator(state, user) {
        return None;
    }
    let mut lookups = OWNING.iter().filter_map(|name| module.field(name));
    lookups.find(|field| field.kind == Storage::Lookup(None))
}

/// Whether the current user sees what a value leads to. What leads nowhere hides nothing.
#[must_use]
pub fn leads_to_seen(state: &OrgState, value: &Value) -> bool {
    let Value::Lookup(no, id) = value else {
        return true;
    };
    let module = state.schema.module_at(*no);
    let table = state.table(module);
    let record = table.get(*id);
    let record = record.or_else(|| Some(&table.deleted_as(*id)?.record));
    record.is_none_or(|record| level(state, module, record) > AccessLevel::Nothing)
}

/// What the current user may do with a record.
#[must_use]
pub fn level(state: &OrgState, module: &Module, record: &Record) -> AccessLevel {
    let owner = owning_lookup(state, module).and_then(|field| record.stored(field.no));
    if owner.is_some_and(|owner| !leads_to_seen(state, owner)) {
        return AccessLevel::Nothing;
    }
    let everybody = declared(state, module).unwrap_or(AccessLevel::FullAccess);
    match state.current() {
        Some(user) if everybody < AccessLevel::FullAccess => {
            everybody.max(own_level(state, user, module, record))
        }
        _ => everybody,
    }
}

/// Whether a user sees a record although nobody has shared it: that is asked before it is shared
/// with him. A module of which the org says nothing counts as private, as it is in a fresh org of
/// Zoho's.
#[must_use]
pub fn sees(state: &OrgState, user: &User, module: &Module, record: &Record) -> bool {
    let everybody = declared(state, module).unwrap_or(AccessLevel::Nothing);
    everybody.max(own_level(state, user, module, record)) > AccessLevel::Nothing
}

/// Whether the current user has a record only since it was shared with him.
#[must_use]
pub fn is_shared_with_caller(state: &OrgState, module: &Module, record: &Record) -> bool {
    let Some(user) = state.current() else {
        return false;
    };
    let everybody = declared(state, module).unwrap_or(AccessLevel::FullAccess);
    everybody < AccessLevel::FullAccess && !commands(state, user, record.owner)
}

/// Whether a user may do everything with the records of an owner: his own, those of users below
/// him, and all as an administrator.
#[must_use]
pub fn commands(state: &OrgState, user: &User, owner: Id) -> bool {
    user.id == owner || is_administrator(state, user) || stands_above(state, user, owner)
}

/// Whether a user has the profile that sees everything.
#[must_use]
pub fn is_administrator(state: &OrgState, user: &User) -> bool {
    let profile = user
        .profile
        .and_then(|id| state.settings_of("profiles").get(id));
    profile.is_some_and(|profile| profile.name == ADMINISTRATOR)
}

/// Whether a user's role stands above that of another, or shares with its peers.
fn stands_above(state: &OrgState, user: &User, other: Id) -> bool {
    let other = state.users.get(&other).and_then(|other| other.role);
    let (Some(own), Some(other)) = (user.role, other) else {
        return false;
    };
    if own == other {
        let role = state.settings_of(ROLES).get(own);
        let peers = role.and_then(|role| role.attributes.get("share_with_peers"));
        return peers == Some(&Json::Bool(true));
    }
    reports_to(state, other, own)
}

fn own_level(state: &OrgState, user: &User, module: &Module, record: &Record) -> AccessLevel {
    if commands(state, user, record.owner) {
        return AccessLevel::FullAccess;
    }
    let own = shares_of(state, module.no, record.id).map(|share| (share, true));
    let parents = record.values().iter().filter_map(|(_, value)| match value {
        Value::Lookup(module, id) => Some(shares_of(state, *module, *id)),
        _ => None,
    });
    let above = parents
        .flatten()
        .map(|share| (share, shares_related(share)));
    let meant = own.chain(above).filter(|(_, counts)| *counts);
    let levels = meant
        .filter(|(share, _)| is_for(state, share, user))
        .filter_map(|(share, _)| AccessLevel::parse(share.text("permission")?));
    levels.max().unwrap_or(AccessLevel::Nothing)
}

/// What a user may see of a module of which he may not see all; none where he may.
#[must_use]
pub fn restriction(state: &OrgState, module: &Module) -> Option<Restriction> {
    let user = state.current()?;
    if declared(state, module)? > AccessLevel::Nothing || is_administrator(state, user) {
        return None;
    }
    let users = state.users.iter().map(|(id, _)| *id);
    let mut found = Restriction {
        owners: users
            .filter(|owner| commands(state, user, *owner))
            .collect(),
        ..Restriction::default()
    };
    for share in state.settings_of(RECORD_SHARES).iter() {
        let (Some(of), Some(id)) = (share.module, record_of(share)) else {
            continue;
        };
        if !is_for(state, share, user) {
            continue;
        }
        if of == module.no {
            found.records.push(id);
        }
        if shares_related(share) {
            found.parents.push((of, id));
        }
    }
    Some(found)
}

/// The shares of a record.
pub fn shares_of<'s>(
    state: &'s OrgState,
    module: ModuleNo,
    record: Id,
) -> impl Iterator<Item = &'s Setting> + use<'s> {
    let settings = state.settings_of(RECORD_SHARES);
    let name = (!settings.is_empty()).then(|| record.to_string());
    let shares = name.map(|name| settings.all_named(Some(module), &name));
    shares.into_iter().flatten().map(|share| &**share)
}

/// The record that a share is about.
#[must_use]
pub fn record_of(share: &Setting) -> Option<Id> {
    Id::parse(&share.name).ok()
}

/// The kind of whom a share is for, and its id; none for one that is for everybody.
#[must_use]
pub fn recipient(share: &Setting) -> Option<(&str, Id)> {
    let with = share.attributes.get("shared_with")?;
    let kind = with.get("type").and_then(Json::as_str)?;
    Some((kind, with.get("id").and_then(Id::from_json)?))
}

fn shares_related(share: &Setting) -> bool {
    share.attributes.get("share_related_records") == Some(&Json::Bool(true))
}

/// Whether a share is for a user: himself, his role, or a group that he is in.
fn is_for(state: &OrgState, share: &Setting, user: &User) -> bool {
    if share.text("type") == Some("public") {
        return true;
    }
    match recipient(share) {
        Some(("users", id)) => user.id == id,
        Some(("roles", id)) => user.role == Some(id),
        Some(("groups", id)) => in_group(state, id, user),
        _ => false,
    }
}

/// Whether a user is in a group: by himself, by his role or one that stands above it, or in a group
/// that it holds.
fn in_group(state: &OrgState, group: Id, user: &User) -> bool {
    let mut groups = vec![group];
    let mut n = 0;
    while let Some(&group) = groups.get(n) {
        let setting = state.settings_of(USER_GROUPS).get(group);
        let sources = setting.and_then(|setting| setting.attributes.get("sources"));
        for (source, kind, id) in members(sources) {
            let Some(id) = id else { continue };
            let below = source.get("subordinates") == Some(&Json::Bool(true));
            let found = match kind {
                "users" => user.id == id,
                ROLES => user
                    .role
                    .is_some_and(|own| own == id || (below && reports_to(state, own, id))),
                _ => false,
            };
            if found {
                return true;
            }
            if kind == GROUPS && !groups.contains(&id) {
                groups.push(id);
            }
        }
        n += 1;
    }
    false
}

/// Ends what was shared of a record: itself and its e-mails.
pub fn forget(tx: &mut Tx, module: ModuleNo, record: Id) {
    for family in [RECORD_SHARES, EMAIL_SHARES] {
        let settings = tx.state().settings_of(family);
        if settings.is_empty() {
            continue;
        }
        let name = record.to_string();
        let shares = settings.all_named(Some(module), &name);
        let ids: Vec<Id> = shares.map(|share| share.id).collect();
        for id in ids {
            tx.remove_setting(family, id);
        }
    }
}
