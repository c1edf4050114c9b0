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
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

use super::breath::Breath;
use crate::runtime::outgoing::{Address, Outgoing, Retries, may_be_taken_later};
pub use client::CalleeAnswer;

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How many requests may wait for a host.
    pub queue: usize,
    /// How many bytes their bodies may have together.
    pub bytes: usize,
    /// How long an attempt may take, from connecting to the status of the answer.
    pub timeout: Duration,
    /// When a request is sent again.
    pub retries: Retries,
}

impl Default for Delivery {
    /// A thousand requests of 64 MiB a host, five seconds an attempt, five attempts within four seconds.
    fn default() -> Self {
        Self {
            queue: 1_000,
            bytes: 64 << 20,
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

/// What became of a request.
#[derive(Clone, Debug)]
pub struct Fate {
    /// How often it was sent.
    pub attempts: u32,
    /// Whether it was taken, or refused for good; else it was given up.
    pub settled: bool,
    /// The last answer, if the last attempt had one.
    pub answer: Option<CalleeAnswer>,
    /// Why the last attempt had none.
    pub problem: Option<String>,
}

/// A request that waits, and who is told what became of it.
struct Queued {
    outgoing: Outgoing,
    _room: OwnedSemaphorePermit,
    then: Box<dyn FnOnce(Fate) + Send>,
}

#[derive(Debug)]
struct Host {
    queue: Sender<Queued>,
    /// How many bytes may still come to wait.
    room: Arc<Semaphore>,
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
                room: Arc::new(Semaphore::new(
                    self.delivery.bytes.min(Semaphore::MAX_PERMITS),
                )),
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
        self.send_then(outgoing, |_| ())
    }

    /// The same, and tells what became of the request once it was taken or given up.
    ///
    /// # Errors
    /// [`Unsent`]; the request is dropped then.
    pub fn send_then(
        &self,
        outgoing: Outgoing,
        then: impl FnOnce(Fate) + Send + 'static,
    ) -> Result<(), Unsent> {
        let authority = outgoing.address.authority().to_owned();
        let (queue, room) = {
            let hosts = self.hosts.lock();
            if hosts.stopped {
                return Err(Unsent::Stopped);
            }
            match hosts.known.get(&authority) {
                Some(host) => (host.queue.clone(), Arc::clone(&host.room)),
                None => return Err(Unsent::NotRegistered(authority)),
            }
        };
        let bytes = u32::try_from(outgoing.body.len()).unwrap_or(u32::MAX);
        let Ok(room) = room.try_acquire_many_owned(bytes) else {
            return Err(Unsent::QueueFull(authority));
        };
        let then = Box::new(then);
        // what is dropped here may hold a registration, whose end takes the lock
        let sent = queue.try_send(Queued {
            outgoing,
            _room: room,
            then,
        });
        sent.map_err(|error| match error {
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
        let known = {
            let mut hosts = self.hosts.lock();
            hosts.stopped = true;
            std::mem::take(&mut hosts.known)
        };
        for host in known.into_values() {
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
        let authority = std::mem::take(&mut self.authority);
        let last = {
            let mut hosts = self.hosts.lock();
            match hosts.known.entry(authority) {
                Entry::Occupied(mut entry) => {
                    let host = entry.get_mut();
                    host.registrations = host.registrations.saturating_sub(1);
                    (host.registrations == 0).then(|| entry.remove())
                }
                Entry::Vacant(_) => None,
            }
        };
        if let Some(host) = last {
            host.task.abort();
        }
    }
}

/// Sends what waits for a host, one after the other.
async fn work(mut waiting: Receiver<Queued>, delivery: Delivery) {
    let mut breath = Breath::begin();
    while let Some(queued) = breath.next(waiting.recv()).await {
        let Queued {
            outgoing,
            then,
            _room,
        } = queued;
        then(deliver(&outgoing, &delivery).await);
    }
}

/// Sends a request until it is taken, or given up. Its body is in no log.
async fn deliver(outgoing: &Outgoing, delivery: &Delivery) -> Fate {
    let (method, address) = (outgoing.method.as_str(), &outgoing.address);
    let mut fate = Fate {
        attempts: 0,
        settled: false,
        answer: None,
        problem: None,
    };
    loop {
        fate.attempts = fate.attempts.saturating_add(1);
        let attempt = fate.attempts;
        let sending = client::send(outgoing);
        let answered = tokio::time::timeout(delivery.timeout, sending).await;
        (fate.answer, fate.problem) = match answered {
            Ok(Ok(answer)) => (Some(answer), None),
            Ok(Err(error)) => (None, Some(error.to_string())),
            Err(_) => (None, Some("no answer in time".to_owned())),
        };
        match fate.answer.as_ref().map(|answer| answer.status) {
            Some(status @ 200..300) => {
                tracing::debug!(method, %address, status, attempt, "delivered");
                fate.settled = true;
                return fate;
            }
            Some(status) if !may_be_taken_later(status) => {
                tracing::warn!(method, %address, status, attempt, "refused");
                fate.settled = true;
                return fate;
            }
            _ => {}
        }
        let status = fate.answer.as_ref().map(|answer| answer.status);
        let problem = fate.problem.as_deref().unwrap_or_default();
        let Some(wait) = delivery.retries.after(attempt) else {
            tracing::warn!(method, %address, status, problem, attempt, "given up");
            return fate;
        };
        tracing::debug!(method, %address, status, problem, attempt, "to be sent again");
        tokio::time::sleep(wait).await;
    }
}
