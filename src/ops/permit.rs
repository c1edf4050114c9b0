//! Whether the caller may do something with a record: by his access to it, by its approval, and by
//! locks. Every write of a record asks, whatever operation it belongs to.

use serde_json::{Map, Value as Json};

use crate::error::{ApiError, Code};
use crate::schema::Module;
use crate::settings::access::{self, AccessLevel};
use crate::settings::{locking, permissions};
use crate::store::{OrgState, Record, Tx};

/// What is to be done with a record.
#[derive(Clone, Copy, Debug)]
pub enum Deed<'a> {
    /// Change these keys.
    Update(&'a Map<String, Json>),
    /// Delete it.
    Delete,
    /// Give it to another owner.
    ChangeOwner,
    /// Change its tags.
    Tags,
    /// Convert it.
    Convert,
    /// Change what belongs to it: who else may see it, its territories.
    Assign,
}

impl Deed<'_> {
    fn needs(self) -> AccessLevel {
        match self {
            Self::Delete | Self::ChangeOwner => AccessLevel::FullAccess,
            Self::Update(_) | Self::Tags | Self::Convert | Self::Assign => AccessLevel::ReadWrite,
        }
    }

    /// The action of a configuration of record locking that it is.
    fn action(self) -> &'static str {
        match self {
            Self::Update(_) | Self::Assign => "update",
            Self::Delete => "delete",
            Self::ChangeOwner => "change_owner",
            Self::Tags => "tags",
            Self::Convert => "convert",
        }
    }
}

/// Whether the caller may see a record.
///
/// # Errors
/// `NO_PERMISSION` with the permission that is missing.
pub fn may_see(state: &OrgState, module: &Module, record: &Record) -> Result<(), ApiError> {
    check_access(state, module, record, AccessLevel::ReadOnly)
}

fn check_access(
    state: &OrgState,
    module: &Module,
    record: &Record,
    needed: AccessLevel,
) -> Result<(), ApiError> {
    if access::level(state, module, record) >= needed {
        return Ok(());
    }
    let lacking = permissions::lacking("modules.{module}", module.api_name());
    Err(ApiError::new(Code::NO_PERMISSION).with("permissions", Vec::from_iter(lacking)))
}

/// Lets a deed pass, or says why not. A lock is told by its action alone: where the record stands in
/// the request is the caller's to add.
///
/// # Errors
/// `NO_PERMISSION`, `NOT_APPROVED`, `NOT_REVIEWED` and `RECORD_LOCKED`.
pub fn permit(tx: &Tx, module: &Module, record: &Record, deed: Deed<'_>) -> Result<(), ApiError> {
    let state = tx.state();
    check_access(state, module, record, deed.needs())?;
    if record.is_unapproved() || record.is_in_review() {
        return Err(unapproved(record, deed).into());
    }
    if locking::is_locked(module, record)
        && !tx.passes_locks()
        && locking::forbids(state, module.no, deed.action())
        && locking::hold_up_caller(state, module.no)
        && !is_free(state, module, deed)
    {
        return Err(ApiError::new(Code::RECORD_LOCKED).with("action", "record_locking"));
    }
    Ok(())
}

/// Whether a change is one of fields alone that locks leave free.
fn is_free(state: &OrgState, module: &Module, deed: Deed<'_>) -> bool {
    let changes = match deed {
        Deed::Update(changes) => changes,
        Deed::ChangeOwner => return locking::excludes(state, module, "Owner"),
        Deed::Tags => return locking::excludes(state, module, "Tag"),
        Deed::Delete | Deed::Convert | Deed::Assign => return false,
    };
    let mut fields = changes
        .keys()
        .filter(|key| *key != "id" && !key.starts_with('$'))
        .peekable();
    fields.peek().is_some() && fields.all(|field| locking::excludes(state, module, field))
}

/// Why a record that is not approved stays as it is. Of one that a review holds up another code
/// tells it.
fn unapproved(record: &Record, deed: Deed<'_>) -> Code {
    match deed {
        _ if record.is_in_review() => Code::NOT_REVIEWED,
        Deed::Delete => Code::NOT_APPROVED_FOR_DELETION,
        Deed::Convert => Code::NOT_APPROVED,
        _ => Code::NOT_APPROVED_FOR_UPDATE,
    }
}
