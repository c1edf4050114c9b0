//! The end of a server: what waits is told, and what is under way is waited for, for a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;

/// How long what is under way may take to end.
const GRACE: Duration = Duration::from_millis(120);
/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(2);
/// How long it takes until the last answers have been written.
const WRITING: Duration = Duration::from_millis(10);

/// Tells all parts of a server that it stops.
#[derive(Clone, Debug)]
pub struct Stop {
    told: watch::Sender<bool>,
    under_way: Arc<AtomicUsize>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            told: watch::Sender::new(false),
            under_way: Arc::default(),
        }
    }
}

impl Stop {
    /// Tells that the server stops.
    pub fn tell(&self) {
        self.told.send_replace(true);
    }

    /// Waits until the server stops.
    pub async fn told(&self) {
        // the sender cannot have gone: it is here
        let _ = self.told.subscribe().wait_for(|told| *told).await;
    }

    /// Notes a request that is being answered, until the result is dropped.
    #[must_use]
    pub fn under_way(&self) -> Answering {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        Answering(Arc::clone(&self.under_way))
    }

    /// Waits until all answers are on their way, or for a moment.
    pub async fn idle(&self) {
        let none_under_way = async {
            while self.under_way.load(Ordering::Acquire) > 0 {
                tokio::time::sleep(INTERVAL).await;
            }
        };
        // what takes longer is given up
        let _ = tokio::time::timeout(GRACE, none_under_way).await;
        tokio::time::sleep(WRITING).await;
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct Answering(Arc<AtomicUsize>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
