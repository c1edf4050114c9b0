//! Tokens: which are taken, and those that the OAuth endpoints have issued.

mod caller;
mod pace;

use rand::rngs::ChaCha12Rng;
use rand::{Rng as _, SeedableRng as _};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::hosts::DataCentre;

pub use caller::{Caller, authenticate, bearer, covers, is_bearer};
use pace::Pace;

/// Scopes that cover every operation.
pub const ALL_SCOPES: &str = "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.users.ALL,\
    ZohoCRM.org.ALL,ZohoCRM.bulk.ALL,ZohoCRM.coql.READ,ZohoCRM.mass_update.ALL,\
    ZohoCRM.mass_delete.ALL,ZohoCRM.change_owner.CREATE,ZohoCRM.notifications.ALL,\
    ZohoCRM.files.ALL,ZohoCRM.share.ALL,ZohoSearch.securesearch.READ,AaaServer.profile.READ";

/// Which access tokens a request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AuthMode {
    /// Requests need no token.
    Off,
    /// Any token that is not empty.
    #[default]
    Any,
    /// Only tokens that the server issued, until they end, within their scopes.
    Strict,
}

/// Life of an access token, in seconds (recorded).
pub const ACCESS_LIFE: i64 = 3600;
/// Life of a grant code from the browser flow, in seconds (Zoho's page on OAuth).
pub const CODE_LIFE: i64 = 60;
/// Live access tokens per refresh token; one more ends the oldest (Zoho's page on limits).
const MOST_ACCESS: usize = 30;

/// What a client of an org is configured with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The client's id.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// A refresh token with all scopes.
    pub refresh_token: String,
    /// An access token with all scopes, made from it.
    pub access_token: String,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
pub struct Access {
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// Scopes, in lower case without `zohocrm.`.
    pub scopes: Vec<String>,
    /// The user in whose name it is used, by id or address, if it is not the org's own.
    pub user: Option<String>,
    /// The data centre that knows it; none if all do.
    pub centre: Option<DataCentre>,
    refresh: Option<String>,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// The client it was issued to; none if it came from elsewhere, and is taken of any.
    pub client: Option<String>,
    /// The scopes, as the client named them.
    pub scopes: String,
    /// The user in whose name it is used, by id or address, if it is not the org's own.
    pub user: Option<String>,
    /// The data centre that knows it; none if all do.
    pub centre: Option<DataCentre>,
    live: Vec<String>,
}

/// What a grant code stands for.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The client it was given to.
    pub client: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The scopes, as the client named them.
    pub scopes: String,
    /// The user who has consented, by id or address, if it is not the org's own.
    pub user: Option<String>,
    /// The data centre that knows it; none if all do.
    pub centre: Option<DataCentre>,
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
    pace: Pace,
    clients: FxHashMap<String, Client>,
    /// Clients to which the user has consented for good.
    consents: FxHashSet<String>,
    /// Codes that were used and tokens that were revoked.
    spent: FxHashSet<String>,
    /// Clients were declared: no others are taken, and no tokens from elsewhere.
    closed: bool,
}

/// A registered client.
#[derive(Clone, Debug, Default)]
struct Client {
    secret: Option<String>,
    /// The data centre that knows it; none if all do.
    centre: Option<DataCentre>,
    redirect_uris: Vec<String>,
}

/// What the check of a client's secret has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The secret is the client's.
    Proven,
    /// There is no such client.
    UnknownClient,
    /// The client has another secret.
    WrongSecret,
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
            pace: Pace::default(),
            clients: FxHashMap::default(),
            consents: FxHashSet::default(),
            spent: FxHashSet::default(),
            closed: false,
        }
    }

    fn token(&mut self) -> String {
        token(&mut self.rng)
    }

    /// A client of its own with a refresh token and an access token, all of which follow from
    /// `rng_seed`. The tokens that are issued otherwise stay the same.
    pub fn credentials(&mut self, rng_seed: u64, now: i64) -> Credentials {
        let mut rng = ChaCha12Rng::seed_from_u64(!rng_seed);
        let mut letters = [0u8; 30];
        rng.fill_bytes(&mut letters);
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
        let letters = letters
            .iter()
            .map(|b| char::from(ALPHABET[usize::from(b % 32)]));
        let client_id = format!("1000.{}", letters.collect::<String>());
        let mut secret = [0u8; 21];
        rng.fill_bytes(&mut secret);
        let known = Client {
            secret: Some(hex(&secret)),
            centre: None,
            redirect_uris: Vec::new(),
        };
        self.clients.insert(client_id.clone(), known);
        let refresh_token = token(&mut rng);
        if !self.refresh.contains_key(&refresh_token) {
            self.adopt_refresh(&refresh_token, Some(&client_id), ALL_SCOPES);
        }
        let access_token = token(&mut rng);
        if self.access(&access_token, now).is_none() {
            self.keep_access(access_token.clone(), ALL_SCOPES, Some(&refresh_token), now);
        }
        Credentials {
            client_id,
            client_secret: hex(&secret),
            refresh_token,
            access_token,
        }
    }

    /// Registers a client; from then on only registered ones are taken.
    pub fn register(&mut self, client: &str, secret: Option<&str>, redirect_uris: Vec<String>) {
        self.closed = true;
        self.clients.insert(
            client.to_owned(),
            Client {
                secret: secret.map(str::to_owned),
                centre: None,
                redirect_uris,
            },
        );
    }

    /// Whether there is a client of that name. Unless clients were registered, any is.
    #[must_use]
    pub fn knows(&self, client: &str) -> bool {
        !self.closed || self.clients.contains_key(client)
    }

    /// Checks a client's secret. Of a client that was not registered, or without a secret, any is
    /// right, and none is remembered.
    #[must_use]
    pub fn identify(&self, client: &str, secret: &str) -> Identity {
        match self.clients.get(client) {
            None if self.closed => Identity::UnknownClient,
            Some(known) if known.secret.as_deref().is_some_and(|known| known != secret) => {
                Identity::WrongSecret
            }
            _ => Identity::Proven,
        }
    }

    /// Notes that the user consents to a client's working on without them; true if there was no
    /// such consent before.
    ///
    /// Whether one without a refresh token counts, too, is not told: it does not here.
    pub fn consent(&mut self, client: &str) -> bool {
        self.consents.insert(client.to_owned())
    }

    /// Whether a client may be sent back to an address: any, unless some were registered.
    #[must_use]
    pub fn may_redirect(&self, client: &str, uri: &str) -> bool {
        self.clients.get(client).is_none_or(|c| {
            c.redirect_uris.is_empty() || c.redirect_uris.iter().any(|known| known == uri)
        })
    }

    /// A grant code for a client.
    pub fn grant(&mut self, grant: Grant) -> String {
        let code = self.token();
        self.grants.insert(code.clone(), grant);
        code
    }

    /// Adds a grant code that was not issued here.
    pub fn adopt_grant(&mut self, code: &str, grant: Grant) {
        self.grants.insert(code.to_owned(), grant);
    }

    /// Adds an access token that was not issued here, and that lives until it is revoked.
    pub fn adopt_access(&mut self, token: &str, scopes: &str) {
        let access = Access {
            expires: i64::MAX,
            scopes: scope_list(scopes),
            user: None,
            centre: None,
            refresh: None,
        };
        self.access.insert(token.to_owned(), access);
    }

    /// Has a refresh token or an access token used in the name of a user.
    pub fn belongs_to(&mut self, token: &str, user: &str) {
        let user = Some(user.to_owned());
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.user.clone_from(&user);
        }
        if let Some(access) = self.access.get_mut(token) {
            access.user = user;
        }
    }

    /// Has a client, a refresh token or an access token be known in a data centre alone.
    pub fn lives_in(&mut self, token: &str, centre: DataCentre) {
        if let Some(client) = self.clients.get_mut(token) {
            client.centre = Some(centre);
        }
        if let Some(refresh) = self.refresh.get_mut(token) {
            refresh.centre = Some(centre);
        }
        if let Some(access) = self.access.get_mut(token) {
            access.centre = Some(centre);
        }
    }

    /// Whether a client, code or token is known in another data centre than the one that was asked, and so
    /// not there. What belongs to none is known in all of them.
    #[must_use]
    pub fn is_elsewhere(&self, token: &str, asked: Option<DataCentre>) -> bool {
        let grant = self.grants.get(token).and_then(|grant| grant.centre);
        let refresh = || self.refresh.get(token)?.centre;
        let access = || self.access.get(token)?.centre;
        let client = || self.clients.get(token)?.centre;
        let home = grant.or_else(refresh).or_else(access).or_else(client);
        differ(home, asked)
    }

    /// Whether a code or refresh token that is not known here may be one from elsewhere.
    #[must_use]
    pub fn may_adopt(&self, token: &str) -> bool {
        !self.closed && !self.spent.contains(token) && !self.refresh.contains_key(token)
    }

    /// Takes a grant code out; `None` if it is unknown, was used before, or ended before `now`. One from
    /// elsewhere is not remembered: tests share it.
    pub fn redeem(&mut self, code: &str, now: i64) -> Option<Grant> {
        let grant = self.grants.remove(code)?;
        self.spent.insert(code.to_owned());
        Some(grant).filter(|grant| grant.expires > now)
    }

    /// A refresh token for a client.
    pub fn new_refresh(&mut self, client: &str, scopes: &str) -> String {
        let token = self.token();
        self.adopt_refresh(&token, Some(client), scopes);
        token
    }

    /// Adds a refresh token that was not issued here, so that a client can be started with
    /// the one of its configuration. Without a client it is taken of any.
    pub fn adopt_refresh(&mut self, token: &str, client: Option<&str>, scopes: &str) {
        let refresh = Refresh {
            client: client.map(str::to_owned),
            scopes: scopes.to_owned(),
            user: None,
            centre: None,
            live: Vec::new(),
        };
        self.refresh.insert(token.to_owned(), refresh);
    }

    /// What a refresh token stands for in the hands of a client; none if it is another's.
    #[must_use]
    pub fn refresh(&self, token: &str, client: &str) -> Option<&Refresh> {
        let refresh = self.refresh.get(token)?;
        let owner = refresh.client.as_deref();
        owner.is_none_or(|owner| owner == client).then_some(refresh)
    }

    /// Whether a refresh token, or a client with its credentials, has got too many access tokens
    /// lately.
    #[must_use]
    pub fn is_hasty(&self, source: &str, now: i64) -> bool {
        self.pace.is_spent(source, now)
    }

    /// An access token of a client's credentials.
    pub fn new_access_of_client(&mut self, scopes: &str, client: &str, now: i64) -> String {
        self.pace.note(client, now);
        self.new_access(scopes, None, now)
    }

    /// An access token with the given scopes.
    pub fn new_access(&mut self, scopes: &str, refresh: Option<&str>, now: i64) -> String {
        let token = self.token();
        self.keep_access(token.clone(), scopes, refresh, now);
        token
    }

    fn keep_access(&mut self, token: String, scopes: &str, refresh: Option<&str>, now: i64) {
        let scopes = scope_list(scopes);
        let parent = refresh.and_then(|refresh| self.refresh.get(refresh));
        let user = parent.and_then(|parent| parent.user.clone());
        // also of one that is made at another address than Zoho's
        let centre = parent.and_then(|parent| parent.centre);
        self.access.insert(
            token.clone(),
            Access {
                expires: now + ACCESS_LIFE,
                scopes,
                user,
                centre,
                refresh: refresh.map(str::to_owned),
            },
        );
        if let Some(refresh) = refresh.filter(|refresh| self.refresh.contains_key(*refresh)) {
            self.pace.note(refresh, now);
        }
        if let Some(parent) = refresh.and_then(|r| self.refresh.get_mut(r)) {
            parent.live.push(token);
            if parent.live.len() > MOST_ACCESS {
                let oldest = parent.live.remove(0);
                self.access.remove(&oldest);
            }
        }
    }

    /// Ends a token; a refresh token takes its access tokens with it. False if it is unknown.
    pub fn revoke(&mut self, token: &str) -> bool {
        self.spent.insert(token.to_owned());
        self.pace.forget(token);
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

/// Whether something is known in a data centre, and another one was asked.
fn differ(home: Option<DataCentre>, asked: Option<DataCentre>) -> bool {
    home.zip(asked).is_some_and(|(home, asked)| home != asked)
}

/// `1000.` and twice 32 hexadecimal digits, as recorded.
fn token(rng: &mut ChaCha12Rng) -> String {
    let mut bytes = [0u8; 32];
    rng.fill_bytes(&mut bytes);
    format!("1000.{}.{}", hex(&bytes[..16]), hex(&bytes[16..]))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// Scopes of a comma or blank separated list, in lower case without `zohocrm.`.
#[must_use]
pub fn scope_list(text: &str) -> Vec<String> {
    const PREFIX: &str = "zohocrm.";
    let words = text.split([',', ' ']).map(str::trim);
    let words = words.filter(|word| !word.is_empty());
    words
        .map(|word| match word.split_at_checked(PREFIX.len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
            _ => word,
        })
        .map(str::to_ascii_lowercase)
        .collect()
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
