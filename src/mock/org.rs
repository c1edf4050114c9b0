//! An org of a server in the same process: what a test does to it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::contract::report::Report;
use crate::control::{self, AddedFault, Question, Refusal};
use crate::ids::Id;
use crate::runtime::auth::Credentials;
use crate::runtime::clock::OutOfRange;
use crate::runtime::jobs::JobSetting;
use crate::runtime::journal::Entry;
use crate::runtime::limits::Limited;
use crate::runtime::violation::Violation;
use crate::seed::{self, Document, SeedError};
use crate::store::OrgState;
use crate::value::time::parse_datetime;
use crate::world::{Org, World};

/// Something that cannot be done, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// A state of an org that was kept.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<OrgState>);

/// An org of a [`MockServer`](super::MockServer): its address and tokens, its data, clock, faults
/// and journal. Copies are the same org.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use serde_json::json;
/// use zoho_crm_mock::MockServer;
///
/// let crm = MockServer::builder().now("2026-11-16T09:00:00Z").start().await?;
/// let org = crm.fork("seed")?; // its own data, clock, faults and journal
/// let client = reqwest::Client::new();
/// let leads = format!("{}/crm/v8/Leads/actions/count", org.url());
/// let token = format!("Zoho-oauthtoken {}", org.credentials().access_token);
///
/// let _fault = org.fault(&json!({"times": 1, "effect": {"error": "TOO_MANY_REQUESTS"}}))?;
/// let ask = || client.get(&leads).header("Authorization", &token).send();
/// assert_eq!(ask().await?.status(), 429);
/// assert_eq!(ask().await?.status(), 200);
///
/// org.verify(&json!({"match": {"operation": "records.count"}, "count": 2}))?;
/// org.advance(3600)?;
/// assert_eq!(ask().await?.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MockOrg {
    world: Arc<World>,
    org: Arc<Org>,
    server: String,
}

impl MockOrg {
    pub(super) fn new(world: Arc<World>, org: Arc<Org>, server: String) -> Self {
        Self { world, org, server }
    }

    pub(super) fn sibling(&self, org: Arc<Org>) -> Self {
        Self::new(Arc::clone(&self.world), org, self.server.clone())
    }

    /// Its id: `default`, `org1` …
    #[must_use]
    pub fn id(&self) -> &str {
        &self.org.id
    }

    /// The base address, `http://127.0.0.1:PORT`: what a client takes for Zoho's API domain and
    /// accounts server. It is the server's; requests find the org by their token. A client whose
    /// tokens cannot be chosen takes [`Self::own_url`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server
    }

    /// A base address that leads to this org whatever the token.
    #[must_use]
    pub fn own_url(&self) -> String {
        format!("{}/__org/{}", self.server, self.org.id)
    }

    /// The client and the tokens that lead to this org.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        let credentials = self.org.credentials();
        self.world.adopt(&self.org, &credentials.access_token);
        credentials
    }

    /// What the org holds now, as a value that later requests do not change.
    #[must_use]
    pub fn state(&self) -> Arc<OrgState> {
        self.org.read()
    }

    /// Another org with the data of `seed`, of an org, or of a snapshot that was kept of this one
    /// by name. It costs nothing, however much data there is.
    ///
    /// # Errors
    /// If there is nothing of that name.
    pub fn fork(&self, from: &str) -> Result<Self, Refused> {
        let forked = self.world.fork(from, &self.org, None, None);
        let (org, _) = forked.map_err(|error| Refused(error.to_string()))?;
        Ok(self.sibling(org))
    }

    /// Keeps the data as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.org.read())
    }

    /// Back to what was kept, of this org or of another one.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.org.store.replace(Arc::clone(&snapshot.0));
    }

    /// Back to the data that the org began with. Clock, faults, journal and tokens stay.
    pub fn reset(&self) {
        self.org.reset();
    }

    /// Adds a seed that is written in the test, as a whole or not at all: an object as a seed file
    /// would hold. Gives the ids that its labels (`#rao`) stand for.
    ///
    /// # Errors
    /// Every problem of the seed.
    pub fn seed_json(&self, json: &Json) -> Result<BTreeMap<String, Id>, SeedError> {
        let mut document = Document::default();
        let mut problems = Vec::new();
        let text = json.to_string().into();
        document.add_file("seed.json", &"seed_json".into(), text, &mut problems);
        if !problems.is_empty() {
            return Err(SeedError(problems));
        }
        let (_, labels) = self.world.add_seed(&self.org, &document)?;
        Ok(labels)
    }

    /// What the org holds, as a seed that loads again to an equal state (JSON).
    #[must_use]
    pub fn export(&self) -> String {
        String::from_utf8_lossy(&seed::export(&self.org.read())).into_owned()
    }

    /// Puts other limits in force.
    pub fn set_limits(&self, limited: Limited) {
        self.org.limits.set(limited);
    }

    /// Says how jobs advance that are made from now on.
    pub fn set_jobs(&self, setting: JobSetting) {
        self.org.jobs.set(setting);
    }

    /// What the org's clock shows, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.org.clock.now()
    }

    /// Stops the clock at an RFC 3339 date-time.
    ///
    /// # Errors
    /// If it is none.
    pub fn freeze(&self, now: &str) -> Result<(), Refused> {
        let seconds = parse_datetime(now);
        let seconds = seconds.ok_or_else(|| Refused(format!("\"{now}\" is no date-time")))?;
        let set = self.org.clock.set(Some(seconds), Some(true));
        set.map_err(|error| Refused(error.to_string()))
    }

    /// Moves the clock on by so many seconds.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn advance(&self, seconds: i64) -> Result<(), OutOfRange> {
        self.org.clock.advance(seconds)
    }

    /// Adds a rule of faults, in the form that `POST /__admin/faults` takes. It lives as long as
    /// what is returned.
    ///
    /// # Errors
    /// If the rule makes no sense.
    pub fn fault(&self, rule: &Json) -> Result<Fault, Refused> {
        let added = control::add_fault(&self.world, &self.org, rule)?;
        Ok(Fault {
            world: Arc::clone(&self.world),
            added,
            kept: false,
        })
    }

    /// What was asked of the org and answered, oldest first.
    ///
    /// # Errors
    /// If the journal is off.
    pub fn received_requests(&self) -> Result<Vec<Arc<Entry>>, Refused> {
        Ok(control::journal(&self.org)?.entries())
    }

    /// The requests that match a pattern, in the form of `match` of `POST /__admin/requests/count`.
    ///
    /// # Errors
    /// If it is no pattern.
    pub fn requests(&self, pattern: &Json) -> Result<Vec<Arc<Entry>>, Refused> {
        let pattern = control::pattern(pattern, &self.org)?;
        Ok(self.org.journal.matching(&pattern, 0))
    }

    /// Whether as many requests match as expected, in the form that
    /// `POST /__admin/requests/verify` takes.
    ///
    /// # Errors
    /// If not: with the near misses, and how they differ.
    pub fn verify(&self, question: &Json) -> Result<(), Refused> {
        let question = Question::read(question, &self.org)?;
        question.verify(&self.org.journal).into_result()?;
        Ok(())
    }

    /// Waits until so many requests match, in the form that `POST /__admin/requests/verify`
    /// takes, and gives them.
    ///
    /// # Errors
    /// If the time is over: as [`Self::verify`].
    pub async fn wait_for(
        &self,
        question: &Json,
        timeout: Duration,
    ) -> Result<Vec<Arc<Entry>>, Refused> {
        let question = Question::read(question, &self.org)?.waiting()?;
        let asked = Instant::now();
        loop {
            let mut changes = self.org.journal.watch();
            let refusal = match question.verify(&self.org.journal).into_result() {
                Ok(found) => return Ok(found),
                Err(refusal) => refusal,
            };
            let left = timeout.saturating_sub(asked.elapsed());
            if left.is_zero() {
                return Err(refusal.into());
            }
            let _ = tokio::time::timeout(left, changes.changed()).await;
        }
    }

    /// Forgets what was asked so far.
    pub fn clear_requests(&self) {
        self.org.journal.clear();
    }

    /// What is wrong with the requests so far by Zoho's contract, and what of the API they called.
    #[must_use]
    pub fn contract(&self) -> Report {
        control::report(&self.org)
    }

    /// What is wrong with the requests so far by Zoho's contract.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let found = self.org.journal.violations();
        found.into_iter().map(|found| found.violation).collect()
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(match &refusal {
            // the whole report, for people
            Refusal::NotVerified { message, details } => format!("{message}\n{details:#}"),
            other => other.to_string(),
        })
    }
}

impl std::fmt::Debug for MockOrg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockOrg")
            .field("id", &self.id())
            .field("url", &self.server)
            .finish_non_exhaustive()
    }
}

/// A rule of faults; it is taken away when this is dropped.
#[must_use = "the fault is taken away as soon as this is dropped"]
pub struct Fault {
    world: Arc<World>,
    added: AddedFault,
    kept: bool,
}

impl Fault {
    /// How often it has fired.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.added.among(&self.world).fired_of(self.added.id)
    }

    /// Lets it live on without this.
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Fault {
    fn drop(&mut self) {
        if !self.kept {
            self.added.among(&self.world).remove(self.added.id);
        }
    }
}

impl std::fmt::Debug for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fault").field("id", &self.added.id).finish()
    }
}
