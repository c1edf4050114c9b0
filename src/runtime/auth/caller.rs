//! Who makes a call: what the token of a request stands for.

use parking_lot::Mutex;

use super::{AuthMode, Tokens, differ};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::request::{Headers, Request};

/// The token of the `Authorization` header, under either scheme that Zoho takes.
#[must_use]
pub fn bearer(headers: &dyn Headers) -> Option<&str> {
    let (scheme, token) = headers.get("authorization")?.trim().split_once(' ')?;
    let known =
        scheme.eq_ignore_ascii_case("Zoho-oauthtoken") || scheme.eq_ignore_ascii_case("Bearer");
    Some(token.trim()).filter(|token| known && !token.is_empty())
}

/// Whether the `Authorization` header has a token under the scheme `Bearer`.
#[must_use]
pub fn is_bearer(headers: &dyn Headers) -> bool {
    let scheme = headers.get("authorization").unwrap_or_default().trim();
    let scheme = scheme.split(' ').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("Bearer") && bearer(headers).is_some()
}

/// Whether one of the granted scopes covers the needed one (both in lower case, without
/// `zohocrm.`): `ALL` covers every operation, `WRITE` creating and updating, and a group without
/// a sub-group all of its sub-groups.
#[must_use]
pub fn covers(granted: &[String], needed: &str) -> bool {
    let Some((needed_group, needed_op)) = needed.rsplit_once('.') else {
        return true;
    };
    granted.iter().any(|scope| {
        let (group, op) = scope.rsplit_once('.').unwrap_or((scope, "all"));
        let op_fits = op == "all"
            || op == needed_op
            || (op == "write" && matches!(needed_op, "create" | "update"));
        let group_fits = needed_group == group
            || needed_group
                .strip_prefix(group)
                .is_some_and(|rest| rest.starts_with('.'));
        op_fits && group_fits
    })
}

/// The scopes of whoever makes a call.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Every scope.
    Anyone,
    /// These scopes.
    Scoped(Vec<String>),
    /// A user other than the org's own, with these scopes, or every scope.
    User(Id, Option<Vec<String>>),
}

impl Caller {
    /// Whether the caller's scopes cover one.
    ///
    /// # Errors
    /// `OAUTH_SCOPE_MISMATCH`.
    pub fn may(&self, scope: impl FnOnce() -> String) -> Result<(), ApiError> {
        let (Self::Scoped(granted) | Self::User(_, Some(granted))) = self else {
            return Ok(());
        };
        if covers(granted, &scope()) {
            Ok(())
        } else {
            Err(Code::SCOPE_MISMATCH.into())
        }
    }

    /// The user in whose name the call is made, if it is not the org's own.
    #[must_use]
    pub fn user(&self) -> Option<Id> {
        match self {
            Self::User(id, _) => Some(*id),
            Self::Anyone | Self::Scoped(_) => None,
        }
    }
}

/// Checks the access token of a request, and gives the scopes and the user that come with it.
/// `known` finds the id of a user who may call, by id or address.
///
/// # Errors
/// `AUTHENTICATION_FAILURE` without a token, `INVALID_TOKEN` for one that does not live, for one of
/// another data centre than the host that is asked (threads of 2022 to 2026), and for one of a user who
/// is gone.
pub fn authenticate(
    mode: AuthMode,
    tokens: &Mutex<Tokens>,
    request: &Request<'_>,
    now: i64,
    known: impl FnOnce(&str) -> Option<Id>,
) -> Result<Caller, ApiError> {
    if mode == AuthMode::Off {
        return Ok(Caller::Anyone);
    }
    let token = bearer(request.headers).ok_or(Code::AUTHENTICATION_FAILURE)?;
    let tokens = tokens.lock();
    let strict = mode == AuthMode::Strict;
    let Some(access) = tokens.access(token, now) else {
        return if strict {
            Err(Code::INVALID_TOKEN.into())
        } else {
            Ok(Caller::Anyone)
        };
    };
    // hosts are looked at for tokens alone that belong to a data centre
    if access.centre.is_some() && differ(access.centre, request.data_centre()) {
        return Err(Code::INVALID_TOKEN.into());
    }
    let scopes = strict.then(|| access.scopes.clone());
    match (&access.user, scopes) {
        (Some(user), scopes) => {
            let user = known(user).ok_or(Code::INVALID_TOKEN)?;
            Ok(Caller::User(user, scopes))
        }
        (None, Some(scopes)) => Ok(Caller::Scoped(scopes)),
        (None, None) => Ok(Caller::Anyone),
    }
}
