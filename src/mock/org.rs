//! An org of a server in the same process: what a test does to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::fault::{Fault, FaultGuard};
use super::refused::Refused;
use crate::control;
use crate::ids::Id;
use crate::runtime::auth::Credentials;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::Limited;
use crate::seed::{self, Document, SeedError};
use crate::server::outbox::Outbox;
use crate::store::OrgState;
use crate::value::time::parse_datetime;
use crate::world::{Org, World};

/// A state of an org that was kept.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<OrgState>);

/// An org of a [`MockServer`](super::MockServer): its address and tokens, its data, clock, faults
/// and journal. Copies are the same org.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use zoho_crm_mock::{Fault, MockServer, Requests};
///
/// let crm = MockServer::builder().now("2026-11-16T09:00:00Z").start().await?;
/// let org = crm.fork("seed")?; // its own data, clock, faults and journal
/// let client = reqwest::Client::new();
/// let leads = format!("{}/crm/v8/Leads/actions/count", org.url());
/// let token = format!("Zoho-oauthtoken {}", org.credentials().access_token);
///
/// let _fault = org.fault(Fault::error("TOO_MANY_REQUESTS").times(1))?;
/// let ask = || client.get(&leads).header("Authorization", &token).send();
/// assert_eq!(ask().await?.status(), 429);
/// assert_eq!(ask().await?.status(), 200);
///
/// org.verify(Requests::of("records.count").count(2))?;
/// org.advance(3600)?;
/// assert_eq!(ask().await?.status(), 200);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MockOrg {
    pub(super) world: Arc<World>,
    pub(super) org: Arc<Org>,
    server: String,
    pub(super) outbox: Outbox,
}

impl MockOrg {
    pub(super) fn new(world: Arc<World>, org: Arc<Org>, server: String, outbox: Outbox) -> Self {
        Self {
            world,
            org,
            server,
            outbox,
        }
    }

    pub(super) fn sibling(&self, org: Arc<Org>) -> Self {
        let (world, outbox) = (Arc::clone(&self.world), self.outbox.clone());
        Self::new(world, org, self.server.clone(), outbox)
    }

    /// Its id: `default`, `org1` …
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// assert_eq!(crm.id(), "default");
    /// assert_eq!(crm.fork("seed")?.id(), "org1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.org.id
    }

    /// Its label, by which people know it; empty without one.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::builder().label("leads::are_found").start_blocking()?;
    /// assert_eq!(crm.label(), "leads::are_found");
    /// // a fork has its own
    /// assert_eq!(crm.fork("seed")?.label(), "");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn label(&self) -> String {
        self.org.label().to_string()
    }

    /// Gives it another label, such as the name of the test that has it: any text, and several orgs
    /// may have the same. Journal and contract name it beside what was asked from then on.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let org = crm.fork("seed")?;
    /// org.set_label("leads::are_found")?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", org.own_url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// assert_eq!(org.received_requests()?[0].label, "leads::are_found");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If it has more than a thousand characters.
    pub fn set_label(&self, label: &str) -> Result<(), Refused> {
        control::check_label(label)?;
        self.org.set_label(label);
        Ok(())
    }

    /// The base address, `http://127.0.0.1:PORT`: what a client takes for Zoho's API domain and
    /// accounts server. It is the server's; requests find the org by their token. A client whose
    /// tokens cannot be chosen takes [`Self::own_url`].
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let org = crm.fork("seed")?;
    /// assert_eq!(org.url(), crm.url());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server
    }

    /// A base address that leads to this org whatever the token.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let org = crm.fork("seed")?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", org.own_url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// assert_eq!(org.received_requests()?.len(), 1);
    /// assert_eq!(crm.received_requests()?.len(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn own_url(&self) -> String {
        format!("{}/__org/{}", self.server, self.org.id)
    }

    /// The client and the tokens that lead to this org.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let org = crm.fork("seed")?;
    /// let token = org.credentials().access_token;
    /// let count = format!("{}/crm/v8/Leads/actions/count", org.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", format!("Zoho-oauthtoken {token}")).send()?;
    /// assert_eq!(org.received_requests()?.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        let credentials = self.org.credentials();
        self.world.adopt(&self.org, &credentials.access_token);
        credentials
    }

    /// What the org holds now, as a value that later requests do not change.
    #[doc(hidden)]
    #[must_use]
    pub fn state(&self) -> Arc<OrgState> {
        self.org.read()
    }

    /// Another org with the data of `seed`, of an org, or of a snapshot that was kept of this one
    /// by name. It costs nothing, however much data there is.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let org = crm.fork("seed")?;
    /// org.insert("Leads", &serde_json::json!({"Last_Name": "Rao"}))?;
    /// assert_eq!(org.count("Leads")?, crm.count("Leads")? + 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is nothing of that name.
    pub fn fork(&self, from: &str) -> Result<Self, Refused> {
        let (org, _) = self.world.fork(from, &self.org, None, None)?;
        Ok(self.sibling(org))
    }

    /// Keeps the data as it is now.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let before = crm.snapshot();
    /// crm.insert("Leads", &serde_json::json!({"Last_Name": "Rao"}))?;
    /// crm.restore(&before);
    /// assert_eq!(crm.count("Leads")?, 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.org.read())
    }

    /// Back to what was kept, of this org or of another one.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let other = crm.fork("seed")?;
    /// other.insert("Leads", &serde_json::json!({"Last_Name": "Rao"}))?;
    /// crm.restore(&other.snapshot());
    /// assert_eq!(crm.count("Leads")?, 17);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore(&self, snapshot: &Snapshot) {
        self.org.store.replace(Arc::clone(&snapshot.0));
    }

    /// Back to the data that the org began with. Clock, faults, journal and tokens stay.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// crm.insert("Leads", &serde_json::json!({"Last_Name": "Rao"}))?;
    /// crm.reset();
    /// assert_eq!(crm.count("Leads")?, 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reset(&self) {
        self.org.reset();
    }

    /// Adds a seed that is written in the test, as a whole or not at all: an object as a seed file
    /// would hold. Gives the ids that its labels (`#rao`) stand for.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let seed = serde_json::json!({"Leads": [{"id": "#rao", "Last_Name": "Rao"}]});
    /// let labels = crm.seed_json(&seed)?;
    /// assert!(crm.record("Leads", labels["#rao"])?.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Every problem of the seed.
    pub fn seed_json(&self, json: &Json) -> Result<BTreeMap<String, Id>, SeedError> {
        let document = document("seed_json", json.to_string().into())?;
        let (_, labels) = self.world.add_seed(&self.org, &document)?;
        Ok(labels)
    }

    /// Puts an export, or another seed (JSON), in the place of all that the org holds, as a whole or
    /// not at all. Label, clock, faults, journal, limits and tokens stay, and a reset goes back to what
    /// the org began with. Gives the ids that the labels of a seed (`#rao`) stand for.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let before = crm.export();
    /// crm.insert("Leads", &serde_json::json!({"Last_Name": "Rao"}))?;
    /// crm.replace(&before)?;
    /// assert_eq!(crm.export(), before);
    /// assert!(crm.replace(r#"{"Leads": [{"Last_Nam": "Rao"}]}"#).is_err());
    /// assert_eq!(crm.export(), before);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Every problem of the seed.
    pub fn replace(&self, seed: &str) -> Result<BTreeMap<String, Id>, SeedError> {
        let document = document("replace", seed.into())?;
        let (_, labels) = self.world.replace(&self.org, document)?;
        Ok(labels)
    }

    /// What the org holds, as a seed that loads again to an equal state (JSON).
    ///
    /// ```
    /// use serde_json::Value;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let exported: Value = serde_json::from_str(&crm.export())?;
    /// let other = MockServer::builder().seed_json(&exported).start_blocking()?;
    /// assert_eq!(other.export(), crm.export());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn export(&self) -> String {
        String::from_utf8_lossy(&seed::export(&self.org.read())).into_owned()
    }

    /// Puts other limits in force.
    ///
    /// ```
    /// use zoho_crm_mock::{Limited, MockServer};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// crm.set_limits(Limited { credits: Some(0), ..Limited::default() });
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// let answer = request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// assert_eq!(answer.status(), 429);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_limits(&self, limited: Limited) {
        self.org.limits.set(limited);
    }

    /// Says how jobs advance that are made from now on.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// crm.set_jobs("after=PT10S".parse()?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_jobs(&self, setting: JobSetting) {
        self.org.jobs.set(setting);
    }

    /// What the org's clock shows, in seconds since 1970.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().now("2026-11-16T09:00:00Z").start_blocking()?;
    /// assert_eq!(crm.now(), 1_794_819_600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn now(&self) -> i64 {
        self.org.clock.now()
    }

    /// Stops the clock at an RFC 3339 date-time.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// crm.freeze("2030-01-01T00:00:00Z")?;
    /// assert_eq!(crm.now(), 1_893_456_000);
    /// assert!(crm.freeze("noon").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If it is none, or none that a clock shows.
    pub fn freeze(&self, now: &str) -> Result<(), Refused> {
        let seconds = parse_datetime(now);
        let told = || Refused::new(format!("\"{now}\" is no RFC 3339 date-time"));
        let seconds = seconds.ok_or_else(told)?;
        Ok(self.org.clock.set(Some(seconds), Some(true))?)
    }

    /// Moves the clock on by so many seconds, back if negative.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().now("2026-11-16T09:00:00Z").start_blocking()?;
    /// let before = crm.now();
    /// crm.advance(3600)?;
    /// assert_eq!(crm.now() - before, 3600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If no clock shows that time: they show times from 1970 to 9998.
    pub fn advance(&self, seconds: i64) -> Result<(), Refused> {
        Ok(self.org.clock.advance(seconds)?)
    }

    /// Lets requests fail: a [`Fault`], or the JSON that `POST /__admin/faults` takes. The rule lives
    /// as long as what is returned.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::{Fault, MockServer};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let _busy = crm.fault(Fault::error("TOO_MANY_REQUESTS").on("records.insert").times(2))?;
    /// let _down = crm.fault(json!({"match": {"module": "Deals"}, "effect": {"status": 503}}))?;
    /// assert!(crm.fault(Fault::status(503).on("recrods.insert")).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the rule makes no sense, or no request can ever match.
    pub fn fault(&self, fault: impl Into<Fault>) -> Result<FaultGuard, Refused> {
        let added = control::add_fault(&self.world, &self.org, &fault.into().0)?;
        Ok(FaultGuard::new(Arc::clone(&self.world), added))
    }
}

/// A seed in JSON, which problems name by where it came from.
fn document(from: &str, text: Arc<str>) -> Result<Document, SeedError> {
    let mut document = Document::default();
    let mut problems = Vec::new();
    document.add_file("seed.json", &from.into(), text, &mut problems);
    if problems.is_empty() {
        Ok(document)
    } else {
        Err(SeedError(problems))
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
