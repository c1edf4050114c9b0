//! Answers that wait for what other requests do.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use super::stop::Stop;
use super::stream::Connection;
use crate::response::{Awaited, Response, Wait, WaitEnd};
use crate::runtime::journal::Journal;

/// The shortest pause between two looks at the journal.
const PAUSE: Duration = Duration::from_millis(1);
/// Pauses are so many times as long as the look before them: however many wait, looking takes a
/// twentieth of a core.
const SHARE: u32 = 19;
/// How long nobody looks at a journal that does not change, but to see whether anybody waits.
const IDLE: Duration = Duration::from_secs(1);

/// Answers that are worked out at once: those that say why nothing came compare all requests.
static ENDING: Semaphore = Semaphore::const_new(1);

/// Waits, and gives the answer; none if the client has gone.
pub(super) async fn wait(mut wait: Wait, connection: &Connection, stop: &Stop) -> Option<Response> {
    let over = tokio::time::sleep(wait.timeout);
    if let Awaited::Requests(journal, _) = &wait.awaited
        && journal.look_after()
    {
        tokio::spawn(look_after(Arc::clone(journal)));
    }
    let end = tokio::select! {
        () = reached(&mut wait.awaited) => WaitEnd::Reached,
        () = over => WaitEnd::TimedOut,
        () = stop.told() => WaitEnd::Stopping,
        () = connection.gone() => return None,
    };
    let answer = wait.end;
    drop(wait.awaited);
    if end == WaitEnd::Stopping {
        return Some(answer(end));
    }
    let work = async {
        // it is never closed
        let _turn = ENDING.acquire().await.ok()?;
        spawn_blocking(move || answer(end)).await.ok()
    };
    tokio::select! {
        response = work => response,
        () = connection.gone() => None,
        () = stop.told() => None,
    }
}

async fn reached(awaited: &mut Awaited) {
    match awaited {
        Awaited::Requests(_, waiter) => waiter.reached().await,
        Awaited::Callbacks(waiter) => waiter.reached().await,
    }
}

/// Looks at what comes, as long as anybody waits for it.
async fn look_after(journal: Arc<Journal>) {
    let mut changes = journal.watch();
    loop {
        let started = Instant::now();
        let looked = Arc::clone(&journal);
        // not on a worker, whose connections would wait
        let looked = spawn_blocking(move || looked.look()).await;
        if !looked.unwrap_or(false) {
            return;
        }
        tokio::time::sleep(PAUSE.max(started.elapsed().saturating_mul(SHARE))).await;
        // a journal that does not change is looked at, too
        let _ = tokio::time::timeout(IDLE, changes.changed()).await;
    }
}
