//! The server's state: its orgs, and how it was configured.
//!
//! There is always the default org. Others are forked from a seed, a snapshot or an org, each with
//! data, clock, tokens, faults and journal of its own. A request belongs to the org that its token
//! was issued for, or that its address names (`/__org/{id}/…`), else to the default org.

pub mod answers;
mod newcomers;
mod org;
mod orgs;
mod settings;
mod trust;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::RwLock;

use answers::Answers;
use newcomers::Newcomers;
pub use org::{KeptSnapshot, Org};
use orgs::{Orgs, Owner};
pub use settings::{JOURNAL, Settings};
use trust::Trust;

use crate::error::{ApiError, Code, Wording};
use crate::ids::Id;
use crate::request::{Params, Request, decode};
use crate::runtime::auth::{self, Credentials, Tokens};
use crate::runtime::clock::Clock;
use crate::runtime::fault::Faults;
use crate::runtime::jobs::JobSettings;
use crate::runtime::limits::Limits;
use crate::runtime::outgoing::Outgoings;
use crate::seed::{self, Document, Options, SeedError};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The id of the org that is always there.
pub const DEFAULT_ORG: &str = "default";
/// What stands before an org's id in an address.
const ORG_PREFIX: &str = "/__org/";

/// Everything that outlives a request.
#[derive(Debug)]
pub struct World {
    /// How the server was configured.
    pub settings: Settings,
    /// Rules of faults for requests of all orgs.
    pub faults: Faults,
    /// Requests to others that wait to be sent.
    pub outgoing: Outgoings,
    default: Arc<Org>,
    orgs: RwLock<Orgs>,
    /// Whoever wants to know of new orgs.
    newcomers: Newcomers,
    /// Whether there ever was another org than the default one.
    forked: AtomicBool,
    started: Instant,
    /// Answers that are kept.
    pub answers: Answers,
    /// Whom clients are to trust.
    pub trust: Trust,
}

/// Why an org cannot be made or taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgError {
    /// There is nothing of that name to fork.
    #[error("there is no org and no snapshot \"{0}\"")]
    NothingToFork(String),
    /// Another org has the name.
    #[error("there is an org \"{0}\" already")]
    NameTaken(String),
    /// No such org.
    #[error("there is no org \"{0}\"")]
    Unknown(String),
    /// The default org stays.
    #[error("the default org cannot be deleted")]
    IsDefault,
}

/// Numbers of records by module, and ids by label.
pub type Seeded = (BTreeMap<String, usize>, BTreeMap<String, Id>);

/// An org that a request is for. That it is the default one, as a rule, counts no holder.
#[derive(Debug)]
pub enum Addressee<'w> {
    /// The org that is always there.
    Default(&'w Arc<Org>),
    /// Another one.
    Other(Arc<Org>),
}

impl Deref for Addressee<'_> {
    type Target = Arc<Org>;

    fn deref(&self) -> &Arc<Org> {
        match self {
            Self::Default(org) => org,
            Self::Other(org) => org,
        }
    }
}

/// Where a request goes.
#[derive(Debug)]
pub struct Place<'w, 'a> {
    /// The org.
    pub org: Addressee<'w>,
    /// What stands before the path in the org's addresses.
    pub prefix: &'a str,
    /// The path within.
    pub path: &'a str,
}

impl World {
    /// A world with its default org.
    #[must_use]
    pub fn new(state: OrgState, tokens: Tokens, clock: Clock, settings: Settings) -> Self {
        state.blobs.set_budget(settings.files);
        let jobs = JobSettings::default();
        settings.jobs.iter().for_each(|setting| jobs.set(*setting));
        let default = Arc::new(Org::new(org::OrgParts {
            id: DEFAULT_ORG.into(),
            number: 0,
            name: DEFAULT_ORG.into(),
            from: "seed".into(),
            state: Arc::new(state),
            clock,
            tokens,
            journal: settings.journal,
            limits: Limits::new(settings.limited),
            jobs,
            ttl: None,
            rng_seed: settings.rng_seed,
        }));
        let mut orgs = Orgs::default();
        orgs.insert(Arc::clone(&default));
        Self {
            faults: Faults::new(!settings.rng_seed),
            outgoing: Outgoings::default(),
            settings,
            default,
            orgs: RwLock::new(orgs),
            newcomers: Newcomers::default(),
            forked: AtomicBool::new(false),
            started: Instant::now(),
            answers: Answers::default(),
            trust: Trust::default(),
        }
    }

    /// The org that is always there.
    #[must_use]
    pub fn default_org(&self) -> &Arc<Org> {
        &self.default
    }

    /// How long the server has been running.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// The org with an id or name.
    #[must_use]
    pub fn org(&self, name: &str) -> Option<Arc<Org>> {
        let orgs = self.orgs.read();
        let org = orgs.named(name)?;
        (!org.is_idle()).then(|| Arc::clone(org))
    }

    /// All orgs, in the order of their making.
    #[must_use]
    pub fn orgs(&self) -> Vec<Arc<Org>> {
        self.expire();
        self.orgs.read().iter().cloned().collect()
    }

    /// Tells of every org: of those that there are, and of each that is made from now on, before a
    /// request reaches it.
    pub fn tell_of_orgs(&self, tell: impl Fn(&Arc<Org>) + Send + Sync + 'static) {
        let orgs = self.orgs.write();
        orgs.iter().for_each(&tell);
        self.newcomers.told_by(tell);
    }

    /// Where a request goes; an error if it names an org that is not there. The org is in use from
    /// then on.
    ///
    /// # Errors
    /// `INVALID_URL_PATTERN` for an address of an org that does not exist, `INVALID_TOKEN` for a
    /// token of one that was deleted.
    pub fn place<'a>(&self, request: &Request<'a>) -> Result<Place<'_, 'a>, ApiError> {
        let place = self.addressed(request)?;
        place.org.touch(Duration::ZERO);
        Ok(place)
    }

    /// Where a request would go: as [`World::place`], but the org is not used.
    ///
    /// # Errors
    /// Those of [`World::place`].
    pub fn addressed<'a>(&self, request: &Request<'a>) -> Result<Place<'_, 'a>, ApiError> {
        let here = |org| Place {
            org,
            prefix: "",
            path: request.path,
        };
        if let Some(rest) = request.path.strip_prefix(ORG_PREFIX) {
            let end = rest.find('/').unwrap_or(rest.len());
            let org = self
                .org(&decode(&rest[..end]))
                .ok_or(Code::INVALID_URL_PATTERN)?;
            // a token leads to its own org alone
            if self
                .owner_of(request)
                .is_some_and(|owner| owner != Owner::Org(org.number))
            {
                return Err(Code::INVALID_TOKEN.into());
            }
            let (prefix, path) = request.path.split_at(ORG_PREFIX.len() + end);
            let org = Addressee::Other(org);
            return Ok(Place { org, prefix, path });
        }
        if !self.forked.load(Ordering::Acquire) {
            return Ok(here(Addressee::Default(&self.default)));
        }
        match self.owner_of(request) {
            None | Some(Owner::Org(0)) => Ok(here(Addressee::Default(&self.default))),
            Some(Owner::Gone) => Err(Code::INVALID_TOKEN.into()),
            Some(Owner::Org(number)) => {
                let org = self.orgs.read().numbered(number).cloned();
                let org = org
                    .filter(|org| !org.is_idle())
                    .ok_or(Code::INVALID_TOKEN)?;
                Ok(here(Addressee::Other(org)))
            }
        }
    }

    /// The org that a request's token belongs to, or what of the accounts server it is about.
    fn owner_of(&self, request: &Request<'_>) -> Option<Owner> {
        let path = request.path;
        let by_token = || auth::bearer(request.headers).and_then(|token| self.owner(token));
        if path.contains("/oauth/") {
            // the question about its user has nothing but a token
            self.owner_of_parameters(request).or_else(by_token)
        } else {
            by_token()
        }
    }

    fn owner(&self, token: &str) -> Option<Owner> {
        self.orgs.read().owner(token)
    }

    /// The org that a request to the accounts server is about: that of its token, code or client.
    fn owner_of_parameters(&self, request: &Request<'_>) -> Option<Owner> {
        let mut params = Params::parse(request.query.as_bytes());
        params.extend(request.form());
        ["refresh_token", "code", "token", "client_id"]
            .iter()
            .find_map(|name| self.owner(params.get(name)?))
    }

    /// Notes that a token, code or client belongs to an org.
    pub fn adopt(&self, org: &Org, token: &str) {
        if org.number > 0 {
            self.orgs.write().adopt(org.number, token);
        }
    }

    /// The state that a name stands for: `seed`, an org, or a snapshot of `of`.
    fn source(&self, from: &str, of: &Org) -> Option<(Arc<OrgState>, Clock)> {
        if from == "seed" {
            return Some((self.default.first(), self.default.clock.copy()));
        }
        if let Some(org) = self.org(from) {
            return Some((org.read(), org.clock.copy()));
        }
        of.kept(from).map(|kept| (kept.state, of.clock.copy()))
    }

    /// Makes an org with the data of `seed`, of an org or of a snapshot of `of`. Its clock shows
    /// what the source's does; the rest is as for the default org at the start.
    ///
    /// # Errors
    /// [`OrgError`].
    pub fn fork(
        &self,
        from: &str,
        of: &Org,
        name: Option<&str>,
        ttl: Option<Duration>,
    ) -> Result<(Arc<Org>, Credentials), OrgError> {
        let (state, clock) = self
            .source(from, of)
            .ok_or_else(|| OrgError::NothingToFork(from.to_owned()))?;
        self.expire();
        let mut orgs = self.orgs.write();
        let number = orgs.next_number();
        let id = format!("org{number}");
        let name = name.unwrap_or(&id).to_owned();
        if orgs.is_taken(&name) || name == "seed" {
            return Err(OrgError::NameTaken(name));
        }
        // an org's chance depends on its number alone, not on what others do
        let rng_seed =
            self.settings.rng_seed ^ u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let org = Arc::new(Org::new(org::OrgParts {
            id: id.as_str().into(),
            number,
            name,
            from: from.to_owned(),
            state,
            clock,
            tokens: Tokens::new(rng_seed),
            journal: self.settings.journal,
            limits: Limits::new(self.settings.limited),
            jobs: self.default.jobs.copy(),
            ttl,
            rng_seed,
        }));
        let credentials = org.credentials();
        orgs.insert(Arc::clone(&org));
        for token in [
            &credentials.client_id,
            &credentials.refresh_token,
            &credentials.access_token,
        ] {
            orgs.adopt(number, token);
        }
        self.forked.store(true, Ordering::Release);
        self.newcomers.tell(&org);
        Ok((org, credentials))
    }

    /// Adds a seed to an org, as a whole or not at all: its records and settings to the data, its
    /// clients and tokens to the org's. Gives how many records it brought by module, and the ids
    /// that its labels stand for.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn add_seed(&self, org: &Org, document: &Document) -> Result<Seeded, SeedError> {
        let options = Options {
            now: org.clock.now(),
            rng_seed: self.settings.rng_seed,
        };
        let added = org.store.exchange(|state| {
            let added = seed::add(state, document, options)?;
            Ok::<_, SeedError>((added.state, (added.records, added.labels)))
        })?;
        self.adopt_all(org, document);
        Ok(added)
    }

    /// Puts what a seed says in the place of all that an org holds, as a whole or not at all; of what
    /// is not data, the seed's clients and tokens are added to the org's. A reset goes back to what the
    /// org began with, all the same. Gives what [`World::add_seed`] gives.
    ///
    /// # Errors
    /// Every problem of the document.
    pub fn replace(&self, org: &Org, mut document: Document) -> Result<Seeded, SeedError> {
        let options = Options {
            now: org.clock.now(),
            rng_seed: self.settings.rng_seed,
        };
        // one budget for the bytes of all orgs
        document.blobs = org.look().blobs.clone();
        // nothing of it depends on what the org holds, so nobody waits while it is built
        let built = seed::build_labelled(&document, options)?;
        org.store.replace(Arc::new(built.state));
        self.adopt_all(org, &document);
        Ok((built.records, built.labels))
    }

    /// Notes that a seed's clients and tokens are an org's.
    fn adopt_all(&self, org: &Org, document: &Document) {
        let tokens = seed::load::adopt(&mut org.tokens.lock(), document);
        for token in tokens {
            self.adopt(org, &token);
        }
    }

    /// Takes an org away.
    ///
    /// # Errors
    /// [`OrgError`].
    pub fn delete(&self, name: &str) -> Result<(), OrgError> {
        let mut orgs = self.orgs.write();
        match orgs.named(name).map(|org| org.number) {
            None => Err(OrgError::Unknown(name.to_owned())),
            Some(0) => Err(OrgError::IsDefault),
            Some(number) => {
                orgs.remove(number);
                Ok(())
            }
        }
    }

    /// Takes orgs away whose time is over.
    fn expire(&self) {
        if !self.forked.load(Ordering::Acquire) {
            return;
        }
        let idle = |orgs: &Orgs| -> Vec<u32> {
            let idle = orgs.iter().filter(|org| org.is_idle());
            idle.map(|org| org.number).collect()
        };
        if idle(&self.orgs.read()).is_empty() {
            return;
        }
        let mut orgs = self.orgs.write();
        for number in idle(&orgs) {
            orgs.remove(number);
        }
    }

    /// The wording under a version: v2 speaks as the documented samples do, later versions as
    /// the live service.
    #[must_use]
    pub fn wording(&self, version: ApiVersion) -> Wording {
        self.settings
            .wording
            .unwrap_or(if version.speaks_documented() {
                Wording::Documented
            } else {
                Wording::Zoho
            })
    }

    /// Lets a request of an org through, or says why not.
    ///
    /// # Errors
    /// Those of [`auth::authenticate`].
    pub fn authenticate(
        &self,
        org: &Org,
        request: &Request<'_>,
        now: i64,
    ) -> Result<auth::Caller, ApiError> {
        let known = |user: &str| org.read().active_user(user);
        auth::authenticate(self.settings.auth, &org.tokens, request, now, known)
    }
}

/// A path without the prefix of an org.
#[must_use]
pub fn within_org(path: &str) -> &str {
    let Some(rest) = path.strip_prefix(ORG_PREFIX) else {
        return path;
    };
    rest.find('/').map_or("", |at| &rest[at..])
}
