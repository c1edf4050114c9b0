//! Pauses of work that goes on beside requests, so that it takes no more than half of a core from
//! them however much of it there is.

use std::time::{Duration, Instant};

/// How long is worked without a pause, and how long a pause is. Timers are no finer than a
/// millisecond.
const BREATH: Duration = Duration::from_millis(2);

/// A worker's time without a pause.
#[derive(Debug)]
pub(super) struct Breath {
    since: Instant,
}

impl Breath {
    /// Work begins.
    pub(super) fn begin() -> Self {
        Self {
            since: Instant::now(),
        }
    }

    /// Waits for what is to be done next, and before that pauses if it is time for it. To have waited is a
    /// pause, too.
    pub(super) async fn next<T>(&mut self, next: impl Future<Output = T>) -> T {
        if self.since.elapsed() >= BREATH {
            tokio::time::sleep(BREATH).await;
            self.since = Instant::now();
        }
        let asked = Instant::now();
        let next = next.await;
        if asked.elapsed() >= BREATH / 4 {
            self.since = Instant::now();
        }
        next
    }
}
