//! Sends what was made where nothing is sent: requests that wait in the world.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::outbox::{Outbox, Registration};
use crate::runtime::outgoing::Address;
use crate::world::World;

/// Hosts whose queues are kept; when there are more, all of them are given up at once.
const MOST_HOSTS: usize = 64;

/// Sends what waits in a world as long as the outbox lives, to hosts of this machine alone.
pub(super) fn start(outbox: &Outbox, world: Arc<World>) {
    let sender = outbox.clone();
    let _task = outbox.spawn(async move {
        let mut hosts: BTreeMap<String, Registration> = BTreeMap::new();
        loop {
            let outgoing = world.outgoing.next().await;
            let address = outgoing.address.clone();
            if !is_here(&address) {
                tracing::warn!(%address, "nothing is sent to other machines");
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

/// Whether an address is one of this machine.
fn is_here(address: &Address) -> bool {
    let host = address.host();
    let ip: Option<IpAddr> = host.parse().ok();
    host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_here() {
        for (address, here) in [
            ("http://127.0.0.1:8080/", true),
            ("http://localhost/hook", true),
            ("http://[::1]:9/", true),
            ("http://127.1.2.3/", true),
            ("http://10.0.0.1/", false),
            ("http://localhost.example.com/", false),
            ("http://example.com/", false),
        ] {
            let address = Address::parse(address).expect(address);
            assert_eq!(is_here(&address), here, "{address}");
        }
    }
}
