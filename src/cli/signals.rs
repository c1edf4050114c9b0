//! What tells the server to stop.

use std::time::Duration;

/// Signals that tell a process to end, from the moment of their making on.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Takes the signals, which would end the process otherwise.
    ///
    /// # Errors
    /// If they cannot be had.
    #[cfg(unix)]
    pub(super) fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Takes the signals, which would end the process otherwise.
    #[cfg(not(unix))]
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "interrupted",
            _ = self.terminate.recv() => "terminated",
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "interrupted",
            Err(_) => std::future::pending().await,
        }
    }
}

/// The process that started this one; 0 where that cannot be told.
pub(super) fn parent() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// Waits until the process that started this one has ended: an orphan has another parent than
/// `before`. None waits for ever.
pub(super) async fn orphaned(before: Option<u32>) {
    const INTERVAL: Duration = Duration::from_millis(100);
    let Some(before) = before else {
        return std::future::pending().await;
    };
    while parent() == before {
        tokio::time::sleep(INTERVAL).await;
    }
}
