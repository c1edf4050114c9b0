//! Requests that are to fail.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::requests::{Requests, entry, set};
use crate::control::AddedFault;
use crate::runtime::fault::Breakage;
use crate::world::World;

/// Which requests fail, and how: a rule that [`MockOrg::fault`](super::MockOrg::fault) adds.
///
/// It begins with what happens; effects may be joined (an error that comes late, on a connection that
/// breaks). The JSON form of `POST /__admin/faults` is taken as well: `Fault::from(json!(…))`.
///
/// ```
/// use std::time::Duration;
/// use serde_json::json;
/// use zoho_crm_mock::{Breakage, Fault, MockServer, Requests};
///
/// let crm = MockServer::start_blocking()?;
/// let busy = crm.fault(Fault::error("TOO_MANY_REQUESTS").on("records.count").times(1))?;
/// let slow = crm.fault(Fault::delay(Duration::from_millis(50)))?;
/// let lost = crm.fault(Fault::breakage(Breakage::Reset).on(Requests::any().method("PUT")))?;
///
/// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
/// let client = reqwest::blocking::Client::new();
/// let ask = || client.get(&count).header("Authorization", "Zoho-oauthtoken any").send();
/// assert_eq!(ask()?.status(), 429);
/// assert_eq!(ask()?.status(), 200);
/// assert_eq!((busy.fired(), slow.fired(), lost.fired()), (1, 2, 0));
///
/// // what cannot be is refused
/// assert!(crm.fault(Fault::error("TO_MANY_REQUESTS")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault does nothing until it is given to an org"]
pub struct Fault(pub(super) Json);

impl Fault {
    /// Zoho's own error of a code (`TOO_MANY_REQUESTS`), with its status and message; or one of its
    /// accounts server (`invalid_code`, `Access Denied`), for operations of that (`oauth.token`).
    pub fn error(code: impl Into<String>) -> Self {
        Self::of("error", code.into())
    }

    /// An answer with this status, from 200 to 599, and no body.
    pub fn status(status: u16) -> Self {
        Self::of("status", status)
    }

    /// The answer comes so much later, at most an hour.
    pub fn delay(delay: Duration) -> Self {
        Self::of("delay_ms", milliseconds(delay))
    }

    /// The connection breaks, or the body is spoiled.
    pub fn breakage(breakage: Breakage) -> Self {
        Self::of("connection", breakage.as_str())
    }

    /// One record of a batch fails with an error of this code, the others are written. Positions
    /// count from 0.
    pub fn record(index: usize, code: impl Into<String>) -> Self {
        Self::of("record", json!({"index": index, "error": code.into()}))
    }

    /// Several records of a batch fail, the others are written.
    pub fn records(indexes: &[usize], code: impl Into<String>) -> Self {
        Self::of("record", json!({"index": indexes, "error": code.into()}))
    }

    /// The answer has this body: a text as it is, anything else as JSON. It needs a
    /// [`status`](Self::status).
    pub fn body(self, body: impl Into<Json>) -> Self {
        self.and("body", body)
    }

    /// The answer has one more header. It needs a [`status`](Self::status).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let headers = entry(entry(&mut self.0, "effect"), "headers");
        set(headers, &name.into(), value.into().into());
        self
    }

    /// And the answer comes so much later.
    pub fn and_delay(self, delay: Duration) -> Self {
        self.and("delay_ms", milliseconds(delay))
    }

    /// And the answer comes later, by a time drawn by lot.
    pub fn and_delay_between(self, least: Duration, most: Duration) -> Self {
        let between = json!({"min": milliseconds(least), "max": milliseconds(most)});
        self.and("delay_ms", between)
    }

    /// And the connection breaks.
    pub fn and_breakage(self, breakage: Breakage) -> Self {
        self.and("connection", breakage.as_str())
    }

    /// Only these requests: an operation by name, or [`Requests`]. Without it all requests of the
    /// org are meant.
    pub fn on(mut self, requests: impl Into<Requests>) -> Self {
        match requests.into().0 {
            Json::Object(pattern) => {
                let on = entry(&mut self.0, "match");
                for (key, value) in pattern {
                    set(on, &key, value);
                }
            }
            // refused when it is read
            other => set(&mut self.0, "match", other),
        }
        self
    }

    /// Only the nth of these requests, counted from 1.
    pub fn nth(self, nth: u64) -> Self {
        self.when("nth", nth)
    }

    /// Each of these requests with this probability, from 0 to 1, by a lot that depends on
    /// [`rng_seed`](super::Builder::rng_seed).
    pub fn probability(self, probability: f64) -> Self {
        self.when("probability", probability)
    }

    /// Requests to every org of the server, not only to the one that it is added to.
    pub fn everywhere(self) -> Self {
        self.when("org", "*")
    }

    /// At most so often.
    pub fn times(mut self, times: u64) -> Self {
        set(&mut self.0, "times", times.into());
        self
    }

    /// At most so long, on the org's clock and on the machine's, whichever comes first.
    pub fn lasting(mut self, time: Duration) -> Self {
        set(&mut self.0, "ttl", time.as_secs_f64().into());
        self
    }

    fn of(key: &str, value: impl Into<Json>) -> Self {
        Self(json!({"effect": {}})).and(key, value)
    }

    fn and(mut self, key: &str, value: impl Into<Json>) -> Self {
        set(entry(&mut self.0, "effect"), key, value.into());
        self
    }

    fn when(mut self, key: &str, value: impl Into<Json>) -> Self {
        set(entry(&mut self.0, "match"), key, value.into());
        self
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

impl From<&Json> for Fault {
    fn from(json: &Json) -> Self {
        Self(json.clone())
    }
}

impl From<Json> for Fault {
    fn from(json: Json) -> Self {
        Self(json)
    }
}

/// A rule of faults that was added; it is taken away when this is dropped.
#[must_use = "the fault is taken away as soon as this is dropped"]
pub struct FaultGuard {
    world: Arc<World>,
    added: AddedFault,
    kept: bool,
}

impl FaultGuard {
    pub(super) fn new(world: Arc<World>, added: AddedFault) -> Self {
        Self {
            world,
            added,
            kept: false,
        }
    }

    /// How often it has fired.
    ///
    /// ```
    /// use zoho_crm_mock::{Fault, MockServer};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let fault = crm.fault(Fault::status(503))?;
    /// reqwest::blocking::get(format!("{}/crm/v8/Leads", crm.url()))?;
    /// assert_eq!(fault.fired(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.added.among(&self.world).fired_of(self.added.id)
    }

    /// Lets it live on without this.
    ///
    /// ```
    /// use zoho_crm_mock::{Fault, MockServer};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// crm.fault(Fault::status(503))?.keep();
    /// let answer = reqwest::blocking::get(format!("{}/crm/v8/Leads", crm.url()))?;
    /// assert_eq!(answer.status(), 503);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        if !self.kept {
            self.added.among(&self.world).remove(self.added.id);
        }
    }
}

impl std::fmt::Debug for FaultGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultGuard")
            .field("id", &self.added.id)
            .finish_non_exhaustive()
    }
}
