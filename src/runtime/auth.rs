//! Tokens: which are taken, and those that the OAuth endpoints have issued.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;
use rustc_hash::FxHashMap;

use crate::error::{ApiError, Kind};
use crate::request::Headers;

/// Which access tokens a request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum AuthMode {
    /// None is asked for.
    Off,
    /// Any that is not empty.
    #[default]
    Any,
    /// Only those that the server issued, while they live, within their scopes.
    Strict,
}

/// Life of an access token, in seconds (recorded).
pub const ACCESS_LIFE: i64 = 3600;
/// Life of a grant code from the browser flow, in seconds (Zoho's page on OAuth).
pub const CODE_LIFE: i64 = 60;
/// Live access tokens per refresh token; one more ends the oldest (Zoho's page on limits).
const MOST_ACCESS: usize = 30;

/// What an access token stands for.
#[derive(Clone, Debug)]
pub struct Access {
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// Scopes, in lower case without `zohocrm.`.
    pub scopes: Vec<String>,
    refresh: Option<String>,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The client it was issued to.
    pub client: String,
    /// Scopes as asked for.
    pub scopes: String,
    live: Vec<String>,
}

/// What a grant code stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The client it was given to.
    pub client: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// Scopes as asked for.
    pub scopes: String,
    /// Whether a refresh token comes with it.
    pub offline: bool,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
}

/// Everything the OAuth endpoints remember.
#[derive(Debug)]
pub struct Tokens {
    rng: ChaCha12Rng,
    access: FxHashMap<String, Access>,
    refresh: FxHashMap<String, Refresh>,
    grants: FxHashMap<String, Grant>,
    secrets: FxHashMap<String, String>,
}

impl Tokens {
    /// No tokens yet; those to come are a function of `rng_seed`.
    #[must_use]
    pub fn new(rng_seed: u64) -> Self {
        Self {
            rng: ChaCha12Rng::seed_from_u64(rng_seed),
            access: FxHashMap::default(),
            refresh: FxHashMap::default(),
            grants: FxHashMap::default(),
            secrets: FxHashMap::default(),
        }
    }

    /// `1000.` and twice 32 hexadecimal digits, as recorded.
    fn token(&mut self) -> String {
        let mut bytes = [0u8; 32];
        self.rng.fill_bytes(&mut bytes);
        let hex = |half: &[u8]| -> String { half.iter().map(|b| format!("{b:02x}")).collect() };
        format!("1000.{}.{}", hex(&bytes[..16]), hex(&bytes[16..]))
    }

    /// The secret of a client; the first one given is remembered, so that a second can be wrong.
    pub fn check_secret(&mut self, client: &str, secret: &str) -> bool {
        self.secrets
            .entry(client.to_owned())
            .or_insert_with(|| secret.to_owned())
            == secret
    }

    /// A grant code for a client.
    pub fn grant(&mut self, grant: Grant) -> String {
        let code = self.token();
        self.grants.insert(code.clone(), grant);
        code
    }

    /// Uses a grant code up.
    pub fn redeem(&mut self, code: &str, now: i64) -> Option<Grant> {
        self.grants.remove(code).filter(|grant| grant.expires > now)
    }

    /// A refresh token for a client.
    pub fn new_refresh(&mut self, client: &str, scopes: &str) -> String {
        let token = self.token();
        self.adopt_refresh(&token, client, scopes);
        token
    }

    /// Takes a refresh token that was made up elsewhere, so that a client can be started with
    /// the one of its configuration.
    pub fn adopt_refresh(&mut self, token: &str, client: &str, scopes: &str) {
        let refresh = Refresh {
            client: client.to_owned(),
            scopes: scopes.to_owned(),
            live: Vec::new(),
        };
        self.refresh.insert(token.to_owned(), refresh);
    }

    /// What a refresh token stands for.
    #[must_use]
    pub fn refresh(&self, token: &str) -> Option<&Refresh> {
        self.refresh.get(token)
    }

    /// An access token with the given scopes.
    pub fn new_access(&mut self, scopes: &str, refresh: Option<&str>, now: i64) -> String {
        let token = self.token();
        let scopes = scope_list(scopes);
        self.access.insert(
            token.clone(),
            Access {
                expires: now + ACCESS_LIFE,
                scopes,
                refresh: refresh.map(str::to_owned),
            },
        );
        if let Some(parent) = refresh.and_then(|r| self.refresh.get_mut(r)) {
            parent.live.push(token.clone());
            if parent.live.len() > MOST_ACCESS {
                let oldest = parent.live.remove(0);
                self.access.remove(&oldest);
            }
        }
        token
    }

    /// Ends a token; a refresh token takes its access tokens with it. False if it is unknown.
    pub fn revoke(&mut self, token: &str) -> bool {
        if let Some(refresh) = self.refresh.remove(token) {
            for access in refresh.live {
                self.access.remove(&access);
            }
            return true;
        }
        self.access.remove(token).is_some()
    }

    /// The access token, if it lives.
    #[must_use]
    pub fn access(&self, token: &str, now: i64) -> Option<&Access> {
        self.access.get(token).filter(|access| access.expires > now)
    }
}

impl Access {
    /// The refresh token it came from.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh.as_deref()
    }
}

/// Scopes of a comma or blank separated list, in lower case without `zohocrm.`.
#[must_use]
pub fn scope_list(text: &str) -> Vec<String> {
    let words = text
        .split([',', ' '])
        .map(|s| s.trim().to_ascii_lowercase())
        .filter(|s| !s.is_empty());
    words
        .map(|s| s.strip_prefix("zohocrm.").map_or(s.clone(), str::to_owned))
        .collect()
}

/// The token of the `Authorization` header, under either scheme that Zoho takes.
#[must_use]
pub fn bearer(headers: &dyn Headers) -> Option<&str> {
    let (scheme, token) = headers.get("authorization")?.trim().split_once(' ')?;
    let known =
        scheme.eq_ignore_ascii_case("Zoho-oauthtoken") || scheme.eq_ignore_ascii_case("Bearer");
    Some(token.trim()).filter(|token| known && !token.is_empty())
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

/// Lets a request through, or says why not.
///
/// # Errors
/// `AUTHENTICATION_FAILURE` without a token, `INVALID_TOKEN`, `OAUTH_SCOPE_MISMATCH`.
pub fn authenticate(
    mode: AuthMode,
    tokens: &parking_lot::Mutex<Tokens>,
    headers: &dyn Headers,
    scope: impl FnOnce() -> String,
    now: i64,
) -> Result<(), ApiError> {
    if mode == AuthMode::Off {
        return Ok(());
    }
    let token = bearer(headers).ok_or(Kind::AuthenticationFailure)?;
    if mode == AuthMode::Any {
        return Ok(());
    }
    let tokens = tokens.lock();
    let access = tokens.access(token, now).ok_or(Kind::InvalidToken)?;
    if covers(&access.scopes, &scope()) {
        Ok(())
    } else {
        Err(Kind::ScopeMismatch.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_cover_what_zoho_says() {
        let granted = |text: &str| scope_list(text);
        for (scopes, needed, covered) in [
            ("ZohoCRM.modules.ALL", "modules.leads.read", true),
            ("zohocrm.modules.leads.READ", "modules.leads.read", true),
            ("ZohoCRM.modules.leads.READ", "modules.leads.update", false),
            ("ZohoCRM.modules.leads.WRITE", "modules.leads.update", true),
            ("ZohoCRM.modules.leads.WRITE", "modules.leads.delete", false),
            ("ZohoCRM.modules.contacts.ALL", "modules.leads.read", false),
            ("ZohoCRM.settings.ALL", "settings.fields.read", true),
            ("ZohoCRM.users.READ,ZohoCRM.org.READ", "org.read", true),
        ] {
            assert_eq!(
                covers(&granted(scopes), needed),
                covered,
                "{scopes} for {needed}"
            );
        }
    }

    #[test]
    fn tokens_look_like_zohos_and_follow_the_seed() {
        let (mut a, mut b) = (Tokens::new(7), Tokens::new(7));
        let token = a.new_access("ZohoCRM.modules.ALL", None, 0);
        assert_eq!(token, b.new_access("ZohoCRM.modules.ALL", None, 0));
        assert_eq!(token.len(), 5 + 32 + 1 + 32);
        assert!(a.access(&token, ACCESS_LIFE - 1).is_some());
        assert!(a.access(&token, ACCESS_LIFE).is_none());
    }

    #[test]
    fn a_revoked_refresh_token_takes_its_access_tokens_along() {
        let mut tokens = Tokens::new(0);
        let refresh = tokens.new_refresh("client", "ZohoCRM.modules.ALL");
        let access = tokens.new_access("ZohoCRM.modules.ALL", Some(&refresh), 0);
        assert!(tokens.revoke(&refresh));
        assert!(tokens.access(&access, 1).is_none());
        assert!(!tokens.revoke(&refresh));
    }
}
