//! Changes of an org, posted to whoever wants to hear of them.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::outbox::{Outbox, Registration, Unsent};
use crate::control;
use crate::request::Method;
use crate::response::JSON;
use crate::runtime::outgoing::{Address, Outgoing};
use crate::world::Org;

/// Posts the changes of an org, until this is dropped.
#[derive(Debug)]
#[must_use = "nothing is posted as soon as this is dropped"]
pub struct Feed {
    task: AbortHandle,
    _registration: Registration,
}

impl Feed {
    /// Posts everything that the org publishes from now on, in that order, as
    /// [`control::published_json`] writes it. What finds the queue full is lost, which the log says.
    ///
    /// # Errors
    /// [`Unsent::Stopped`].
    pub fn start(outbox: &Outbox, org: Arc<Org>, address: Address) -> Result<Self, Unsent> {
        let registration = outbox.register(&address)?;
        let mut changes = org.store.listen();
        let sender = outbox.clone();
        let task = outbox.spawn(async move {
            while let Some(published) = changes.next().await {
                let body = control::published_json(&org, &published).to_string();
                let outgoing = Outgoing {
                    method: Method::Post,
                    address: address.clone(),
                    media_type: JSON,
                    body: body.into(),
                };
                if let Err(error) = sender.send(outgoing) {
                    tracing::warn!(%address, "a change is not posted: {error}");
                }
            }
        });
        Ok(Self {
            task,
            _registration: registration,
        })
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.task.abort();
    }
}
