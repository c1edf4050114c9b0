//! The thread that merges long runs of indexes, renews orders, and gives back what nobody asks for, so
//! that no request waits for it.

use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often it is looked whether something can be given back.
const LOOK: Duration = Duration::from_secs(30);

/// Something that is to be done for an index.
type Upkeep = Box<dyn FnOnce() + Send>;

/// Gives back what nobody has asked for until an instant, and says whether there may be more later.
type Watch = Box<dyn Fn(Instant) -> bool + Send>;

enum Order {
    Do(Upkeep),
    Watch(Watch),
}

/// Where it goes; none if there is no thread to be had.
static ORDERS: LazyLock<Option<Sender<Order>>> = LazyLock::new(|| {
    let (orders, received) = channel();
    let thread = std::thread::Builder::new().name("zoho-crm-mock indexes".into());
    let started = thread.spawn(move || work(&received));
    started.is_ok().then_some(orders)
});

fn work(received: &Receiver<Order>) {
    let mut watched: Vec<Watch> = Vec::new();
    let mut looked = Instant::now();
    loop {
        let order = match watched.is_empty() {
            true => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => received.recv_timeout(LOOK.saturating_sub(looked.elapsed())),
        };
        match order {
            Ok(Order::Do(upkeep)) => upkeep(),
            Ok(Order::Watch(watch)) => watched.push(watch),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            watched.retain(|watch| watch(looked));
        }
    }
}

fn send(order: Order) {
    if let Some(orders) = &*ORDERS {
        // the thread ends with the process
        let _ = orders.send(order);
    }
}

/// Has something done for an index. Without a thread it stays undone: the index is as right, but
/// slower.
pub(super) fn ask(upkeep: impl FnOnce() + Send + 'static) {
    send(Order::Do(Box::new(upkeep)));
}

/// Has `watch` asked from time to time to give something back, until it says that nothing is left.
pub(super) fn watch(watch: impl Fn(Instant) -> bool + Send + 'static) {
    send(Order::Watch(Box::new(watch)));
}
