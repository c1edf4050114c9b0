//! The thread that merges long runs of indexes and renews orders, so that no request waits for it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Weak};

use super::cache::{IndexCache, Upkeep};

/// Something that is to be done for the indexes of a table.
struct Order {
    indexes: Weak<IndexCache>,
    what: Upkeep,
}

/// Where orders go; none if there is no thread to be had.
static ORDERS: LazyLock<Option<Sender<Order>>> = LazyLock::new(|| {
    let (orders, received) = channel();
    let thread = std::thread::Builder::new().name("zoho-crm-mock indexes".into());
    let started = thread.spawn(move || work(&received));
    started.is_ok().then_some(orders)
});

/// Has something done for indexes. Without a thread it stays undone: they are as right, but slower.
pub(super) fn ask(indexes: &Arc<IndexCache>, what: Upkeep) {
    if let Some(orders) = &*ORDERS {
        let indexes = Arc::downgrade(indexes);
        // the thread ends with the process
        let _ = orders.send(Order { indexes, what });
    }
}

fn work(orders: &Receiver<Order>) {
    while let Ok(Order { indexes, what }) = orders.recv() {
        // what belongs to no table any more needs nothing
        if let Some(indexes) = indexes.upgrade() {
            indexes.keep_up(what);
        }
    }
}
