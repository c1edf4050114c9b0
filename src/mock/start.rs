//! From what a server starts with to the server.

use std::net::SocketAddr;
use std::sync::Arc;

use super::builder::Builder;
use super::server::MockServer;
use super::start_error::StartError;
use crate::runtime::violation::Severity;
use crate::server::{self, Edge, Running};
use crate::world::World;

impl Builder {
    /// Believes the `X-Forwarded-Host` and `X-Forwarded-Proto` of a proxy in front, which tell how callers
    /// reached it.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().behind_proxy().start_blocking()?;
    /// # Ok::<(), zoho_crm_mock::StartError>(())
    /// ```
    pub fn behind_proxy(mut self) -> Self {
        self.settings.behind_proxy = true;
        self
    }

    /// Starts the server in a thread of its own and waits until it listens.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), zoho_crm_mock::StartError> {
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().empty().start().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(self) -> Result<MockServer, StartError> {
        let (started, running) = tokio::sync::oneshot::channel();
        let starting = self.spawn(move |running| drop(started.send(running)))?;
        starting.finish(running.await.ok())
    }

    /// Starts the server as [`start`](Self::start) does, for tests that are not async.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().empty().start_blocking()?;
    /// # Ok::<(), zoho_crm_mock::StartError>(())
    /// ```
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start_blocking(self) -> Result<MockServer, StartError> {
        let (started, running) = std::sync::mpsc::channel();
        let starting = self.spawn(move |running| drop(started.send(running)))?;
        starting.finish(running.recv().ok())
    }

    /// Starts the server in a thread of its own, which tells `started` when it listens.
    fn spawn(
        self,
        started: impl FnOnce(std::io::Result<Running>) + Send + 'static,
    ) -> Result<Starting, StartError> {
        let (workers, fails_on) = (self.workers, self.fails_on);
        let edge = Arc::new(self.open_edge()?);
        let (listener, world) = self.bind()?;
        let world = Arc::new(world);
        let address = listener.local_addr().map_err(|reason| StartError::Io {
            address: String::new(),
            reason,
        })?;
        let starting = Starting {
            address,
            world: Arc::clone(&world),
            fails_on,
            edge: Arc::clone(&edge),
        };
        let spawned = server::spawn(world, listener, edge, workers, started);
        spawned.map_err(|reason| starting.failed(reason))?;
        Ok(starting)
    }
}

/// A server whose thread has been started.
struct Starting {
    address: SocketAddr,
    world: Arc<World>,
    fails_on: Option<Severity>,
    edge: Arc<Edge>,
}

impl Starting {
    fn failed(&self, reason: std::io::Error) -> StartError {
        StartError::Io {
            address: self.address.to_string(),
            reason,
        }
    }

    /// The server, when its thread has said how it goes.
    fn finish(self, running: Option<std::io::Result<Running>>) -> Result<MockServer, StartError> {
        let ended = || Err(std::io::Error::other("the server's thread has ended"));
        let running = running.unwrap_or_else(ended);
        let running = running.map_err(|reason| self.failed(reason))?;
        let url = format!("http://{}", self.address);
        let Self {
            world,
            fails_on,
            edge,
            ..
        } = self;
        Ok(MockServer::new(world, running, url, fails_on, edge))
    }
}
