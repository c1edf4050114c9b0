//! What channels were told.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::org::MockOrg;
use super::refused::Refused;
use super::requests::set;
use crate::control::notification::{self, AwaitedCallbacks};
use crate::runtime::callbacks::Callback;

/// Which notifications are meant, and how many are waited for; without a number one. The JSON form,
/// that of `POST /__admin/notifications/wait`, is taken as well.
///
/// ```
/// use zoho_crm_mock::{MockServer, Notifications};
///
/// let crm = MockServer::start_blocking()?;
/// let told = crm.notifications(Notifications::any().module("Leads").operation("insert"))?;
/// assert!(told.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Notifications(Json);

impl Notifications {
    /// Every one.
    #[must_use]
    pub fn any() -> Self {
        Self(json!({"match": {}}))
    }

    /// Those of a channel.
    #[must_use]
    pub fn channel(self, channel_id: impl Into<String>) -> Self {
        self.like("channel_id", channel_id.into())
    }

    /// Those about a module, by its API name, or about `users`.
    #[must_use]
    pub fn module(self, module: impl Into<String>) -> Self {
        self.like("module", module.into())
    }

    /// Those of an operation: `insert`, `update`, `delete`.
    #[must_use]
    pub fn operation(self, operation: impl Into<String>) -> Self {
        self.like("operation", operation.into())
    }

    /// Those that came to this: `delivered`, `refused`, `given_up`, `not_sent`.
    #[must_use]
    pub fn outcome(self, outcome: impl Into<String>) -> Self {
        self.like("outcome", outcome.into())
    }

    /// So many of them or more.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        set(&mut self.0, "count", count.into());
        self
    }

    fn like(mut self, key: &str, value: String) -> Self {
        set(&mut self.0["match"], key, value.into());
        self
    }
}

impl From<Json> for Notifications {
    fn from(json: Json) -> Self {
        Self(json)
    }
}

impl MockOrg {
    /// What channels were told so far (`/actions/watch`) and what they answered, oldest first. A
    /// callback is there when it was taken or given up.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Notifications};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// assert!(crm.notifications(Notifications::any())?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If none can ever match, or the journal is off.
    pub fn notifications(
        &self,
        which: impl Into<Notifications>,
    ) -> Result<Vec<Arc<Callback>>, Refused> {
        let which = AwaitedCallbacks::read(&which.into().0, &self.org)?;
        Ok(notification::callbacks(&self.org)?.matching(&which.on))
    }

    /// Waits until channels were told so much, and gives it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use zoho_crm_mock::{MockServer, Notifications};
    ///
    /// let crm = MockServer::start().await?;
    /// let leads = Notifications::any().module("Leads").outcome("delivered");
    /// // nobody has asked to be told of anything
    /// let waited = crm.wait_for_notifications(leads, Duration::from_millis(10)).await;
    /// assert!(waited.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the time is over, with what channels were told instead. Also if nothing can ever match, or
    /// the journal is off.
    pub async fn wait_for_notifications(
        &self,
        which: impl Into<Notifications>,
        timeout: Duration,
    ) -> Result<Vec<Arc<Callback>>, Refused> {
        let which = self.awaited(&which.into())?;
        let mut waiter = self.org.callbacks.wait_for(&which.on, which.wanted());
        // whether it was reached is asked below
        let _ = tokio::time::timeout(timeout, waiter.reached()).await;
        let came = waiter.came();
        if came.len() >= which.wanted() {
            return Ok(came);
        }
        Err(which.too_few(&self.org.callbacks).into())
    }

    /// Waits as [`wait_for_notifications`](Self::wait_for_notifications) does, for tests that are not
    /// async.
    ///
    /// ```
    /// use std::time::Duration;
    /// use serde_json::json;
    /// use zoho_crm_mock::{MockServer, Notifications};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let watch = json!({"watch": [{
    ///     "channel_id": 7, "events": ["Leads.create"],
    ///     "notify_url": "https://app.example.com/hook",
    /// }]});
    /// let request = reqwest::blocking::Client::new().post(format!("{}/crm/v8/actions/watch", crm.url()));
    /// request.header("Authorization", "Zoho-oauthtoken any").json(&watch).send()?;
    /// crm.insert("Leads", &json!({"Last_Name": "Rao"}))?;
    /// let told = crm.wait_for_notifications_blocking(
    ///     Notifications::any().channel("7").operation("insert"),
    ///     Duration::from_secs(10),
    /// )?;
    /// // nobody but this machine is called
    /// assert!(told[0].error.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`wait_for_notifications`](Self::wait_for_notifications).
    pub fn wait_for_notifications_blocking(
        &self,
        which: impl Into<Notifications>,
        timeout: Duration,
    ) -> Result<Vec<Arc<Callback>>, Refused> {
        const PAUSE: Duration = Duration::from_millis(2);
        let which = self.awaited(&which.into())?;
        let waiter = self.org.callbacks.wait_for(&which.on, which.wanted());
        let asked = Instant::now();
        while !waiter.is_reached() && asked.elapsed() < timeout {
            std::thread::sleep(PAUSE);
        }
        let came = waiter.came();
        if came.len() >= which.wanted() {
            return Ok(came);
        }
        Err(which.too_few(&self.org.callbacks).into())
    }

    /// What is waited for; how long is said apart.
    fn awaited(&self, which: &Notifications) -> Result<AwaitedCallbacks, Refused> {
        let which = AwaitedCallbacks::read(&which.0, &self.org)?;
        match which.timeout_ms {
            None => Ok(which),
            Some(_) => Err(Refused::new("the time is given apart, not by timeout_ms")),
        }
    }
}
