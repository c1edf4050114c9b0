//! An org of the server: its data, and what belongs to it without being data.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use lean_string::LeanString;
use parking_lot::Mutex;

use crate::runtime::auth::{Credentials, Tokens};
use crate::runtime::callbacks::Callbacks;
use crate::runtime::clock::Clock;
use crate::runtime::fault::Faults;
use crate::runtime::jobs::JobSettings;
use crate::runtime::journal::Journal;
use crate::runtime::limits::Limits;
use crate::runtime::memory::Memory;
use crate::store::{OrgState, Store, Tx};

/// A state that was kept under a name.
#[derive(Clone, Debug)]
pub struct KeptSnapshot {
    /// The state.
    pub state: Arc<OrgState>,
    /// When it was kept, in seconds since 1970 on the org's clock.
    pub created: i64,
}

/// An org of the server. Label, clock, tokens, rules of faults, journal and limits are its own and
/// survive a reset of its data.
#[derive(Debug)]
pub struct Org {
    /// The id: `default`, `org1` …
    pub id: Arc<str>,
    /// Its number; 0 for the default org.
    pub number: u32,
    /// The name.
    pub name: String,
    /// What people know it by; empty without one.
    label: ArcSwap<LeanString>,
    /// What it was made from.
    pub from: String,
    /// Its data.
    pub store: Store,
    /// Its clock.
    pub clock: Clock,
    /// Tokens, codes and clients.
    pub tokens: Mutex<Tokens>,
    /// Rules of faults.
    pub faults: Faults,
    /// What was asked of it.
    pub journal: Arc<Journal>,
    /// What it has told its channels.
    pub callbacks: Arc<Callbacks>,
    /// Limits on its requests.
    pub limits: Limits,
    /// How its jobs advance.
    pub jobs: JobSettings,
    /// What is remembered of its requests.
    pub memory: Mutex<Memory>,
    /// What a reset goes back to.
    first: Arc<OrgState>,
    snapshots: Mutex<BTreeMap<String, KeptSnapshot>>,
    idle: Option<Mutex<Idle>>,
    made: Instant,
    rng_seed: u64,
}

/// What an org is made with.
#[derive(Debug)]
pub(super) struct OrgParts {
    pub(super) id: Arc<str>,
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) from: String,
    pub(super) state: Arc<OrgState>,
    pub(super) clock: Clock,
    pub(super) tokens: Tokens,
    pub(super) journal: usize,
    pub(super) limits: Limits,
    pub(super) jobs: JobSettings,
    pub(super) ttl: Option<Duration>,
    pub(super) rng_seed: u64,
}

impl Org {
    pub(super) fn new(parts: OrgParts) -> Self {
        Self {
            id: parts.id,
            number: parts.number,
            name: parts.name,
            label: ArcSwap::default(),
            from: parts.from,
            store: Store::sharing(Arc::clone(&parts.state)),
            clock: parts.clock,
            tokens: Mutex::new(parts.tokens),
            faults: Faults::new(parts.rng_seed),
            journal: Arc::new(Journal::new(parts.journal)),
            callbacks: Arc::new(Callbacks::new(parts.journal)),
            limits: parts.limits,
            jobs: parts.jobs,
            memory: Mutex::default(),
            first: parts.state,
            snapshots: Mutex::default(),
            idle: parts.ttl.map(|ttl| {
                let since = Instant::now();
                Mutex::new(Idle { ttl, since })
            }),
            made: Instant::now(),
            rng_seed: parts.rng_seed,
        }
    }

    /// What people know it by, such as the name of the test that has it; empty without one. Other
    /// than a name it leads nowhere, and several orgs may have the same.
    #[must_use]
    pub fn label(&self) -> LeanString {
        LeanString::clone(&self.label.load())
    }

    /// Gives it another label; an empty one takes it away. What was asked before keeps the old one.
    pub fn set_label(&self, label: &str) {
        self.label.store(Arc::new(label.into()));
    }

    /// Its id for people, with its label if it has one.
    #[must_use]
    pub fn title(&self) -> String {
        let label = self.label();
        if label.is_empty() {
            return self.id.to_string();
        }
        format!("{} ({label})", self.id)
    }

    /// The state as it is now; it stays so for whoever holds it.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        self.store.read()
    }

    /// The same for a look.
    #[must_use]
    pub fn look(&self) -> Guard<Arc<OrgState>> {
        self.store.look()
    }

    /// Changes the state, or leaves it as it is if `change` fails.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn write<T, E>(&self, change: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        self.store.write(self.clock.now(), change)
    }

    /// The client and the tokens with which programs are pointed at this org, made when first
    /// asked for. The access token is renewed when it has expired.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        let now = self.clock.now();
        self.tokens.lock().credentials(self.rng_seed, now)
    }

    /// Back to the state that the org began with.
    pub fn reset(&self) {
        self.store.replace(Arc::clone(&self.first));
    }

    /// The state that the org began with.
    #[must_use]
    pub fn first(&self) -> Arc<OrgState> {
        Arc::clone(&self.first)
    }

    /// Keeps the present state under a name; false if the name is taken.
    pub fn snapshot(&self, name: &str) -> bool {
        let mut snapshots = self.snapshots.lock();
        if snapshots.contains_key(name) {
            return false;
        }
        let kept = KeptSnapshot {
            state: self.read(),
            created: self.clock.now(),
        };
        snapshots.insert(name.to_owned(), kept);
        true
    }

    /// The state that was kept under a name.
    #[must_use]
    pub fn kept(&self, name: &str) -> Option<KeptSnapshot> {
        self.snapshots.lock().get(name).cloned()
    }

    /// Back to the state that was kept under a name; false if there is none.
    pub fn restore(&self, name: &str) -> bool {
        let kept = self.kept(name);
        if let Some(kept) = &kept {
            self.store.replace(Arc::clone(&kept.state));
        }
        kept.is_some()
    }

    /// Forgets what was kept under a name; false if there was nothing.
    pub fn forget(&self, name: &str) -> bool {
        self.snapshots.lock().remove(name).is_some()
    }

    /// Everything that was kept, by name.
    #[must_use]
    pub fn snapshots(&self) -> Vec<(String, KeptSnapshot)> {
        let snapshots = self.snapshots.lock();
        snapshots
            .iter()
            .map(|(name, kept)| (name.clone(), kept.clone()))
            .collect()
    }

    /// Seconds since the org was made.
    #[must_use]
    pub fn age(&self) -> u64 {
        self.made.elapsed().as_secs()
    }

    /// How many users count for the org's limits.
    #[must_use]
    pub fn users(&self) -> u64 {
        let state = self.read();
        u64::try_from(state.users.len()).unwrap_or(u64::MAX)
    }

    /// Seconds without a request after which the org goes, if it does.
    #[must_use]
    pub fn ttl(&self) -> Option<f64> {
        Some(self.idle.as_ref()?.lock().ttl.as_secs_f64())
    }

    /// Notes that somebody uses the org, and will for so long.
    pub fn touch(&self, longer: Duration) {
        if let Some(idle) = &self.idle {
            let now = Instant::now();
            // a length beyond what the machine can count is as good as now
            let until = now.checked_add(longer).unwrap_or(now);
            let mut idle = idle.lock();
            idle.since = idle.since.max(until);
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        let over = |idle: &Mutex<Idle>| {
            let idle = idle.lock();
            // use that goes on lies ahead
            Instant::now().saturating_duration_since(idle.since) >= idle.ttl
        };
        self.idle.as_ref().is_some_and(over)
    }
}

/// Since when nobody has used an org, on the machine's clock: its own one may be moved by a test.
#[derive(Debug)]
struct Idle {
    ttl: Duration,
    since: Instant,
}
