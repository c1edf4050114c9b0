//! The one place that sends requests to somebody else.
//!
//! What is sent is a value ([`Outgoing`]); whoever has one puts it into an [`Outbox`] and does not
//! wait. Each host that is registered has a queue and a task of its own: what goes to it arrives in
//! order, each request when the one before was taken or given up, and a host that hangs holds up
//! nobody else. Nothing is sent to a host that nobody has registered.

mod client;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

use crate::runtime::outgoing::{Address, Outgoing, Retries, may_be_taken_later};

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How many requests may wait for a host.
    pub queue: usize,
    /// How long an attempt may take, from connecting to the status of the answer.
    pub timeout: Duration,
    /// When a request is sent again.
    pub retries: Retries,
}

impl Default for Delivery {
    /// A thousand requests a host, five seconds an attempt, five attempts within four seconds.
    fn default() -> Self {
        Self {
            queue: 1_000,
            timeout: Duration::from_secs(5),
            retries: Retries {
                attempts: 5,
                first: Duration::from_millis(100),
                factor: 3,
                longest: Duration::from_secs(5),
            },
        }
    }
}

/// Why a request is not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsent {
    /// Nobody has registered the host.
    #[error("nothing is sent to {0}, which is not registered")]
    NotRegistered(String),
    /// Too many requests wait for the host already.
    #[error("the queue for {0} is full")]
    QueueFull(String),
    /// The server has stopped.
    #[error("the server has stopped")]
    Stopped,
}

/// Sends requests in tasks of the runtime that it was made in, and ends with that. Copies are the
/// same outbox.
#[derive(Clone, Debug)]
pub struct Outbox {
    runtime: Handle,
    delivery: Delivery,
    hosts: Arc<Mutex<Hosts>>,
}

#[derive(Debug, Default)]
struct Hosts {
    known: BTreeMap<String, Host>,
    stopped: bool,
}

#[derive(Debug)]
struct Host {
    queue: Sender<Outgoing>,
    task: AbortHandle,
    registrations: usize,
}

impl Outbox {
    /// An outbox whose tasks run in `runtime`.
    #[must_use]
    pub fn new(runtime: Handle, delivery: Delivery) -> Self {
        Self {
            runtime,
            delivery,
            hosts: Arc::default(),
        }
    }

    /// Allows requests to the host of an address, as long as what is returned lives. When the last
    /// registration of a host goes, what waits for the host is not sent any more.
    ///
    /// # Errors
    /// [`Unsent::Stopped`].
    pub fn register(&self, address: &Address) -> Result<Registration, Unsent> {
        let mut hosts = self.hosts.lock();
        if hosts.stopped {
            return Err(Unsent::Stopped);
        }
        let authority = address.authority().to_owned();
        let host = hosts.known.entry(authority.clone()).or_insert_with(|| {
            let (queue, waiting) = channel(self.delivery.queue.max(1));
            let task = self.runtime.spawn(work(waiting, self.delivery));
            Host {
                queue,
                task: task.abort_handle(),
                registrations: 0,
            }
        });
        host.registrations = host.registrations.saturating_add(1);
        Ok(Registration {
            hosts: Arc::clone(&self.hosts),
            authority,
        })
    }

    /// Queues a request, without waiting for anything.
    ///
    /// # Errors
    /// [`Unsent`]; the request is dropped then.
    pub fn send(&self, outgoing: Outgoing) -> Result<(), Unsent> {
        let authority = outgoing.address.authority().to_owned();
        let hosts = self.hosts.lock();
        if hosts.stopped {
            return Err(Unsent::Stopped);
        }
        let Some(host) = hosts.known.get(&authority) else {
            return Err(Unsent::NotRegistered(authority));
        };
        host.queue.try_send(outgoing).map_err(|error| match error {
            TrySendError::Full(_) => Unsent::QueueFull(authority),
            TrySendError::Closed(_) => Unsent::Stopped,
        })
    }

    /// Runs a task beside those that send, such as one that makes what is sent.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.runtime.spawn(task).abort_handle()
    }

    /// Ends everything: what waits is not sent, and nothing is taken any more.
    pub fn stop(&self) {
        let mut hosts = self.hosts.lock();
        hosts.stopped = true;
        for host in std::mem::take(&mut hosts.known).into_values() {
            host.task.abort();
        }
    }
}

/// The right to send requests to a host, until this is dropped.
#[derive(Debug)]
#[must_use = "nothing is sent to the host as soon as this is dropped"]
pub struct Registration {
    hosts: Arc<Mutex<Hosts>>,
    authority: String,
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mut hosts = self.hosts.lock();
        let authority = std::mem::take(&mut self.authority);
        if let Entry::Occupied(mut entry) = hosts.known.entry(authority) {
            let host = entry.get_mut();
            host.registrations = host.registrations.saturating_sub(1);
            if host.registrations == 0 {
                entry.remove().task.abort();
            }
        }
    }
}

/// Sends what waits for a host, one after the other.
async fn work(mut waiting: Receiver<Outgoing>, delivery: Delivery) {
    while let Some(outgoing) = waiting.recv().await {
        deliver(&outgoing, &delivery).await;
    }
}

/// Sends a request until it is taken, or given up. Its body is in no log.
async fn deliver(outgoing: &Outgoing, delivery: &Delivery) {
    let (method, address) = (outgoing.method.as_str(), &outgoing.address);
    for attempt in 1.. {
        let sending = client::send(outgoing);
        let problem = match tokio::time::timeout(delivery.timeout, sending).await {
            Ok(Ok(status @ 200..300)) => {
                tracing::debug!(method, %address, status, attempt, "delivered");
                return;
            }
            Ok(Ok(status)) if !may_be_taken_later(status) => {
                tracing::warn!(method, %address, status, attempt, "refused");
                return;
            }
            Ok(Ok(status)) => format!("status {status}"),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        let Some(wait) = delivery.retries.after(attempt) else {
            tracing::warn!(method, %address, problem, attempt, "given up");
            return;
        };
        tracing::debug!(method, %address, problem, attempt, "to be sent again");
        tokio::time::sleep(wait).await;
    }
}
