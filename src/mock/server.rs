//! A server in a Rust test.

use std::sync::Arc;

use super::builder::Builder;
use super::expectation;
use super::org::MockOrg;
use super::start_error::StartError;
use crate::runtime::violation::Severity;
use crate::server::{Edge, Running};
use crate::world::World;

/// A Zoho CRM on a free port, for one test. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use serde_json::{Value, json};
/// use zoho_crm_mock::MockServer;
///
/// let crm = MockServer::builder()
///     .seed_json(&json!({"Leads": [{"Last_Name": "Rao", "Email": "rao@example.com"}]}))
///     .start()
///     .await?;
///
/// let answer: Value = reqwest::Client::new()
///     .get(format!("{}/crm/v8/Leads/search?email=rao@example.com", crm.url()))
///     .header("Authorization", "Zoho-oauthtoken any")
///     .send()
///     .await?
///     .json()
///     .await?;
/// assert_eq!(answer["data"][0]["Last_Name"], "Rao");
/// # Ok(())
/// # }
/// ```
///
/// What it can do to its default org is on [`MockOrg`], to which it dereferences; further orgs come
/// from [`MockOrg::fork`].
#[must_use = "the server stops as soon as this is dropped"]
pub struct MockServer {
    org: MockOrg,
    running: Running,
    world: Arc<World>,
    fails_on: Option<Severity>,
    pub(super) edge: Arc<Edge>,
}

impl MockServer {
    pub(super) fn new(
        world: Arc<World>,
        running: Running,
        url: String,
        fails_on: Option<Severity>,
        edge: Arc<Edge>,
    ) -> Self {
        let default = Arc::clone(world.default_org());
        let org = MockOrg::new(Arc::clone(&world), default, url, running.outbox.clone());
        Self {
            org,
            running,
            world,
            fails_on,
            edge,
        }
    }

    /// Starts a server with the records of the sample company and everything as usual.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let crm = zoho_crm_mock::MockServer::start().await?;
    /// assert_eq!(crm.count("Leads")?, 16);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StartError::Io`] without a free port, or a thread.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts a server as [`start`](Self::start) does, for tests that are not async.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// assert_eq!(crm.count("Leads")?, 16);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`StartError::Io`] without a free port, or a thread.
    pub fn start_blocking() -> Result<Self, StartError> {
        Self::builder().start_blocking()
    }

    /// What the server is to start with.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), zoho_crm_mock::StartError> {
    /// let crm = zoho_crm_mock::MockServer::builder()
    ///     .empty()
    ///     .now("2026-11-16T09:00:00Z")
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// An org of the server by id or name; `None` if there is none.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let forked = crm.fork("seed")?;
    /// assert_eq!(crm.org(forked.id()).map(|org| org.own_url()), Some(forked.own_url()));
    /// assert!(crm.org("nowhere").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn org(&self, name: &str) -> Option<MockOrg> {
        let org = self.world.org(name)?;
        Some(self.org.sibling(org))
    }
}

impl std::ops::Deref for MockServer {
    type Target = MockOrg;

    fn deref(&self) -> &MockOrg {
        &self.org
    }
}

impl std::fmt::Debug for MockServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockServer")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // told to stop, not waited for: tests end at once
        self.running.stop();
        if let Some(severity) = self.fails_on {
            let orgs = self.world.orgs().into_iter();
            expectation::fail_on_violations(orgs, severity);
        }
    }
}
