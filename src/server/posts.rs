//! Sends what was made where nothing is sent: requests that wait in the world.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outbox::{Outbox, Registration};
use crate::runtime::callees::Callees;
use crate::world::World;

/// Hosts whose queues are kept; when there are more, all of them are given up at once.
const MOST_HOSTS: usize = 64;

/// Sends what waits in a world as long as the outbox lives, to hosts that may be called.
pub(super) fn start(outbox: &Outbox, world: Arc<World>) {
    let sender = outbox.clone();
    let _task = outbox.spawn(async move {
        let mut hosts: BTreeMap<String, Registration> = BTreeMap::new();
        loop {
            let outgoing = world.outgoing.next().await;
            let address = outgoing.address.clone();
            let host = address.host();
            if !world.settings.callees.allow(host) {
                tracing::warn!(%address, "{}", Callees::refusal(host));
                continue;
            }
            if !hosts.contains_key(address.authority()) {
                if hosts.len() == MOST_HOSTS {
                    hosts.clear();
                }
                match sender.register(&address) {
                    Ok(registration) => {
                        hosts.insert(address.authority().to_owned(), registration);
                    }
                    Err(_) => return,
                }
            }
            if let Err(error) = sender.send(outgoing) {
                tracing::warn!(%address, "a request is not sent: {error}");
            }
        }
    });
}
