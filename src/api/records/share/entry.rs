//! One entry of a body that shares a record.

use serde_json::{Map, Value as Json, json};

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::Module;
use crate::settings::access::{self, AccessLevel, sees, shares_of};
use crate::settings::families::record_shares::RECORD_SHARES;
use crate::settings::families::roles::ROLES;
use crate::settings::families::user_groups::USER_GROUPS;
use crate::settings::refusal::Source;
use crate::settings::write;
use crate::store::{OrgState, Record, Tx};

/// The name of a user, a role or a group.
pub(super) fn name_of(state: &OrgState, kind: &str, id: Id) -> Option<String> {
    let family = match kind {
        "users" => {
            return state.users.get(&id).map(|user| user.full_name());
        }
        "roles" => &ROLES,
        _ => &USER_GROUPS,
    };
    family
        .of(state)
        .get(id)
        .map(|setting| setting.name.to_string())
}

/// Of a kind of recipients: how many a record is shared with at most (page of v7).
fn most_of(kind: &str) -> usize {
    if kind == "users" { 10 } else { 5 }
}

/// With whom a record is to be shared, and how.
pub(super) struct Entry<'j> {
    /// The kind and the id; none for everybody.
    pub(super) whom: Option<(String, Id)>,
    /// The key that names it.
    key: &'static str,
    permission: &'j str,
    related: bool,
}

impl<'j> Entry<'j> {
    /// Reads an entry.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub(super) fn read(
        state: &OrgState,
        said: &'j Map<String, Json>,
        spot: Spot,
    ) -> Result<Self, ApiError> {
        let missing = |key: &str| spot.about(Code::MANDATORY_NOT_FOUND, key);
        let of_words = |key: &str, words: &[&str]| {
            let error = ApiError::new(Code::INVALID_DATA).with("regex", words.join("|"));
            spot.about(error, key)
        };
        let given = |key: &str| said.get(key).filter(|value| !value.is_null());
        // the form of v2, which later versions take as well
        let of_user = given("shared_with").is_none() && given("user").is_some();
        let kind = match given("type") {
            None if of_user => "private",
            None => return Err(missing("type")),
            Some(kind) => kind
                .as_str()
                .filter(|kind| matches!(*kind, "private" | "public"))
                .ok_or_else(|| of_words("type", &["private", "public"]))?,
        };
        let permission = given("permission").ok_or_else(|| missing("permission"))?;
        let permission = permission
            .as_str()
            .filter(|word| AccessLevel::WORDS.contains(word));
        let permission = permission.ok_or_else(|| of_words("permission", AccessLevel::WORDS))?;
        let related = match given("share_related_records") {
            None => false,
            Some(related) => related.as_bool().ok_or_else(|| {
                let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
                spot.about(error, "share_related_records")
            })?,
        };
        let key = if of_user { "user" } else { "shared_with" };
        let whom = match (kind, given(key)) {
            ("public", None) => None,
            ("public", Some(_)) => {
                let error = ApiError::new(Code::INVALID_DATA).with("dependee", spot.place("type"));
                return Err(spot.about(error, key));
            }
            (_, None) => return Err(missing(key)),
            (_, Some(whom)) => Some(recipient(state, whom, key, spot)?),
        };
        Ok(Self {
            whom,
            key,
            permission,
            related,
        })
    }

    /// Shares the record, or changes how it is shared with the same recipient if that is allowed.
    /// Gives the id of the share; `kept` are those of entries before it.
    ///
    /// # Errors
    /// For somebody who sees the record already or has just been named, and for too many.
    pub(super) fn put(
        &self,
        tx: &mut Tx,
        module: &Module,
        record: &Record,
        spot: Spot,
        changes: bool,
        kept: &[Id],
    ) -> Result<Id, ApiError> {
        let state = tx.state();
        let whom = self.whom.as_ref().map(|(kind, id)| (kind.as_str(), *id));
        let known = {
            let mut shares = shares_of(state, module.no, record.id);
            shares
                .find(|share| access::recipient(share) == whom)
                .map(|share| share.id)
        };
        let (visible, whose) = match whom {
            Some(("users", id)) => {
                let user = state.users.get(&id);
                (
                    user.is_some_and(|user| sees(state, user, module, record)),
                    true,
                )
            }
            _ => (false, false),
        };
        match known {
            Some(share) if changes && !kept.contains(&share) => {
                tx.remove_setting(RECORD_SHARES.name, share);
            }
            Some(_) if whose => return Err(spot.about(Code::ALREADY_VISIBLE, self.key)),
            // groups and roles have no message of their own for it (assumed)
            Some(_) => return Err(spot.about(Code::DUPLICATE_DATA, self.key)),
            None if visible => return Err(spot.about(Code::ALREADY_VISIBLE, self.key)),
            None => self.check_room(state, module, record, spot, changes.then_some(kept))?,
        }
        let source = Source::Operation(spot.version);
        let made = write::create(
            tx,
            &RECORD_SHARES,
            Some(module.no),
            &self.said(record),
            source,
        );
        made.map_err(|_| spot.about(Code::INVALID_DATA, self.key))
    }

    /// Refuses one more of a kind. Where the entries replace all others, those before it count alone.
    fn check_room(
        &self,
        state: &OrgState,
        module: &Module,
        record: &Record,
        spot: Spot,
        counted: Option<&[Id]>,
    ) -> Result<(), ApiError> {
        let Some((kind, _)) = &self.whom else {
            return Ok(());
        };
        let shares = shares_of(state, module.no, record.id);
        let same = shares.filter(|share| {
            access::recipient(share).is_some_and(|(other, _)| other == kind)
                && counted.is_none_or(|kept| kept.contains(&share.id))
        });
        let most = most_of(kind);
        if same.count() < most {
            return Ok(());
        }
        if spot.version.shares_with_users_alone() {
            return Err(Code::SHARE_LIMIT_OF_USERS.into());
        }
        let path = format!("{}.type", self.key);
        Err(spot.about(ApiError::new(Code::SHARE_LIMIT).with("limit", most), &path))
    }

    /// The share as its family reads it.
    fn said(&self, record: &Record) -> Map<String, Json> {
        let mut said = Map::new();
        let mut put = |key: &str, value: Json| said.insert(key.to_owned(), value);
        put("record", record.id.json());
        put("permission", self.permission.into());
        put("share_related_records", self.related.into());
        match &self.whom {
            Some((kind, id)) => {
                put("shared_with", json!({"id": id.json(), "type": kind}));
                put("type", "private".into());
            }
            None => {
                put("type", "public".into());
            }
        }
        said
    }
}

/// The kind and the id of whom an entry names.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without kind or id, `INVALID_DATA` for a kind that there is not, for an id
/// that nobody has, and for a user who cannot work.
fn recipient(
    state: &OrgState,
    whom: &Json,
    key: &str,
    spot: Spot,
) -> Result<(String, Id), ApiError> {
    let missing = |part: &str| spot.about(Code::MANDATORY_NOT_FOUND, &format!("{key}.{part}"));
    let whom = whom.as_object().ok_or_else(|| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        spot.about(error, key)
    })?;
    let given = |part: &str| whom.get(part).filter(|value| !value.is_null());
    let kind = match given("type") {
        None if key == "user" => "users",
        None => return Err(missing("type")),
        Some(kind) => kind
            .as_str()
            .filter(|kind| matches!(*kind, "users" | "roles" | "groups"))
            .ok_or_else(|| spot.about(Code::INVALID_DATA, key))?,
    };
    let id = given("id").ok_or_else(|| missing("id"))?;
    let unknown = match kind {
        "users" => Code::SHARED_USER_INVALID,
        "roles" => Code::SHARED_ROLE_INVALID,
        _ => Code::SHARED_GROUP_INVALID,
    };
    let id = Id::from_json(id).filter(|id| name_of(state, kind, *id).is_some());
    let id = id.ok_or_else(|| spot.about(unknown, &format!("{key}.id")))?;
    if kind == "users" {
        let user = state.users.get(&id);
        if user.is_some_and(|user| user.status() != "active" || !user.confirmed()) {
            return Err(spot.about(Code::CANNOT_SHARE_TO_USER, key));
        }
    }
    Ok((kind.to_owned(), id))
}
