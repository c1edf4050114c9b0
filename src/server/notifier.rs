//! Tells channels what they want to hear.
//!
//! A task for each org hears what its store publishes while there are channels, works out what they
//! are to be told, and hands it to the outbox. No request waits for any of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::breath::Breath;
use super::outbox::{CalleeAnswer, Delivery, Fate, Outbox};
use crate::ops::notify::{Notification, Told};
use crate::request::Method;
use crate::response::JSON;
use crate::runtime::callbacks::{Callback, CallbackOutcome, Callbacks};
use crate::runtime::callees::{Callee, Callees};
use crate::runtime::outgoing::{Address, Outgoing};
use crate::settings::channel;
use crate::store::{Listener, Published};
use crate::world::World;

/// Callbacks that wait for a host at most: a burst of writes with several channels is not to lose any,
/// and a host that hangs is not to take all memory.
const QUEUE: usize = 10_000;

/// Writes whose notifications are not worked out yet at most: each keeps a state of the org.
const BACKLOG: usize = 10_000;

/// Addresses of channels that are remembered.
const ADDRESSES: usize = 64;

/// Tells the channels of all orgs, those included that are made later, until the outbox that is
/// returned stops.
#[must_use = "it has to be stopped"]
pub fn start(world: &World, runtime: Handle) -> Outbox {
    let delivery = Delivery {
        queue: QUEUE,
        ..Delivery::default()
    };
    let outbox = Outbox::new(runtime, delivery);
    let callees = Arc::new(world.settings.callees.clone());
    let sender = outbox.clone();
    world.tell_of_orgs(move |org| {
        let notifier = Notifier {
            outbox: sender.clone(),
            callees: Arc::clone(&callees),
            callbacks: Arc::clone(&org.callbacks),
            addresses: BTreeMap::new(),
        };
        // it ends with the org, which it does not hold
        let published = org.store.listen_while(channel::any, BACKLOG);
        sender.spawn(notifier.listen(published));
    });
    outbox
}

/// Tells the channels of an org.
struct Notifier {
    outbox: Outbox,
    callees: Arc<Callees>,
    callbacks: Arc<Callbacks>,
    /// What the addresses of channels were read to.
    addresses: BTreeMap<String, Result<Address, String>>,
}

impl Notifier {
    async fn listen(mut self, mut listener: Listener) {
        let mut breath = Breath::begin();
        while let Some(published) = breath.next(listener.next()).await {
            let missed = listener.missed();
            if missed > 0 {
                tracing::warn!(
                    missed,
                    "writes came faster than channels could be told of them"
                );
            }
            // of seeds, resets and restored snapshots nobody is told
            let Published::Changes {
                at,
                by,
                state,
                changes,
            } = &*published
            else {
                continue;
            };
            let told = Told {
                state,
                at: *at,
                by: *by,
                changes,
            };
            told.notifications(&mut |notification| self.send(notification, *at));
        }
    }

    fn send(&mut self, notification: Notification, at: i64) {
        let body = Bytes::from(notification.body);
        let callback = Arc::new(Callback {
            id: 0,
            time: at,
            channel_id: notification.channel,
            module: notification.module,
            operation: notification.operation.to_owned(),
            url: notification.url,
            body: body.clone(),
            outcome: CallbackOutcome::NotSent,
            attempts: 0,
            status: None,
            answer: Bytes::new(),
            error: None,
        });
        if let Err(reason) = self.try_to_send(&callback, body) {
            tracing::warn!(
                channel = callback.channel_id,
                reason,
                "a callback is not sent"
            );
            self.callbacks.note(Callback {
                error: Some(reason),
                ..Callback::clone(&callback)
            });
        }
    }

    /// Hands a callback to the outbox, which notes it when it was taken or given up.
    ///
    /// # Errors
    /// Why it is not sent.
    fn try_to_send(&mut self, callback: &Arc<Callback>, body: Bytes) -> Result<(), String> {
        let address = self.address(&callback.url)?;
        // the host may be called as long as something waits for it
        let registration = self.outbox.register(&address);
        let registration = registration.map_err(|unsent| unsent.to_string())?;
        let outgoing = Outgoing {
            method: Method::Post,
            address,
            media_type: JSON,
            body,
        };
        let callbacks = Arc::clone(&self.callbacks);
        let noted = Arc::clone(callback);
        let sent = self.outbox.send_then(outgoing, move |fate| {
            callbacks.note(after(&noted, fate));
            drop(registration);
        });
        sent.map_err(|unsent| unsent.to_string())
    }

    /// Where a callback is sent to.
    ///
    /// # Errors
    /// Why it is not.
    fn address(&mut self, url: &str) -> Result<Address, String> {
        if let Some(known) = self.addresses.get(url) {
            return known.clone();
        }
        if self.addresses.len() >= ADDRESSES {
            self.addresses.clear();
        }
        let address = self.read_address(url);
        self.addresses.insert(url.to_owned(), address.clone());
        address
    }

    fn read_address(&self, url: &str) -> Result<Address, String> {
        let callee = Callee::of(url).ok_or_else(|| format!("\"{url}\" is no address"))?;
        if !self.callees.allow(&callee.host) {
            return Err(Callees::refusal(&callee.host));
        }
        if callee.secure {
            return Err("https is not spoken here: have the channel name an http address".into());
        }
        let url = url.replace(' ', "%20");
        Address::parse(&url).map_err(|error| error.to_string())
    }
}

/// A callback with what became of it.
fn after(callback: &Callback, fate: Fate) -> Callback {
    let CalleeAnswer { status, body } = fate.answer.clone().unwrap_or(CalleeAnswer {
        status: 0,
        body: Bytes::new(),
    });
    let outcome = match status {
        200..300 => CallbackOutcome::Delivered,
        _ if fate.settled => CallbackOutcome::Refused,
        _ => CallbackOutcome::GivenUp,
    };
    Callback {
        outcome,
        attempts: fate.attempts,
        status: fate.answer.is_some().then_some(status),
        answer: body,
        error: fate.problem,
        ..callback.clone()
    }
}
