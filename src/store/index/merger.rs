//! The thread that merges long runs of indexes and renews orders, so that no request waits for it.

use std::sync::LazyLock;
use std::sync::mpsc::{Sender, channel};

/// Something that is to be done for an index.
type Upkeep = Box<dyn FnOnce() + Send>;

/// Where it goes; none if there is no thread to be had.
static ORDERS: LazyLock<Option<Sender<Upkeep>>> = LazyLock::new(|| {
    let (orders, received) = channel::<Upkeep>();
    let thread = std::thread::Builder::new().name("zoho-crm-mock indexes".into());
    let started = thread.spawn(move || received.iter().for_each(|upkeep| upkeep()));
    started.is_ok().then_some(orders)
});

/// Has something done for an index. Without a thread it stays undone: the index is as right, but
/// slower.
pub(super) fn ask(upkeep: impl FnOnce() + Send + 'static) {
    if let Some(orders) = &*ORDERS {
        // the thread ends with the process
        let _ = orders.send(Box::new(upkeep));
    }
}
