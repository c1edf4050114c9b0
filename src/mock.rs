//! The server in a Rust test: [`MockServer`].

mod org;

pub use org::{Fault, MockOrg, Refused, Snapshot};

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use serde_json::Value as Json;

use crate::error::Wording;
use crate::runtime::auth::AuthMode;
use crate::runtime::clock::Clock;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::Limited;
use crate::seed::generate::{self, GenerateError, Generator, Locale, Wanted};
use crate::seed::{self, Document, Options, Problem, SeedError};
use crate::server;
use crate::value::time;
use crate::world::{Settings, World};

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something is wrong with a seed; nothing was loaded.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The records to generate cannot be generated.
    #[error(transparent)]
    Generate(GenerateError),
    /// `now` is no date-time with an offset.
    #[error("\"{0}\" is no RFC 3339 date-time, such as 2026-11-16T09:00:00Z")]
    Now(String),
    /// No socket, or no thread.
    #[error("cannot listen on {address}: {source}")]
    Io {
        /// The address.
        address: String,
        /// What the system says.
        source: std::io::Error,
    },
}

/// What a server starts with; see [`MockServer::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start` is awaited"]
pub struct Builder {
    document: Document,
    problems: Vec<Problem>,
    wanted: Wanted,
    seeded: bool,
    settings: Settings,
    now: Option<String>,
    workers: usize,
    address: String,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            document: Document::default(),
            problems: Vec::new(),
            wanted: Wanted::default(),
            seeded: false,
            settings: Settings::default(),
            now: None,
            workers: 1,
            address: "127.0.0.1:0".into(),
        }
    }
}

impl Builder {
    /// Adds a seed: the name of one in the binary (`default`, `documented`,
    /// `documented/get_record` …) or the path of a folder or file. Without any, the seed is
    /// `default`.
    pub fn seed(mut self, source: impl AsRef<str>) -> Self {
        self.document.add(source.as_ref(), &mut self.problems);
        self.settings.seeds.push(source.as_ref().to_owned());
        self.seeded = true;
        self
    }

    /// Adds a seed that is written in the test: an object as a seed file would hold.
    pub fn seed_json(mut self, json: &Json) -> Self {
        self.document.add_file(
            "seed.json",
            &"seed_json".into(),
            json.to_string().into(),
            &mut self.problems,
        );
        self.settings.seeds.push("seed_json".into());
        self.seeded = true;
        self
    }

    /// Adds so many generated records of a module. They depend on [`rng_seed`](Self::rng_seed),
    /// lie around the time of the clock, and point to one another; where none of a module are
    /// asked for, to those of the seed.
    pub fn generate(mut self, module: impl Into<String>, count: u64) -> Self {
        self.wanted.add(module, count);
        self
    }

    /// Starts with metadata and one user, and no records.
    pub fn empty(mut self) -> Self {
        self.seeded = true;
        self
    }

    /// One wording for all versions, instead of the documented one for v2 and Zoho's for later
    /// ones.
    pub fn wording(mut self, wording: Wording) -> Self {
        self.settings.wording = Some(wording);
        self
    }

    /// Which access tokens are taken; any, unless said otherwise.
    pub fn auth(mut self, auth: AuthMode) -> Self {
        self.settings.auth = auth;
        self
    }

    /// Stops the clock at an RFC 3339 date-time.
    pub fn now(mut self, now: impl Into<String>) -> Self {
        self.now = Some(now.into());
        self
    }

    /// What ids, tokens and chance depend on; 0 unless said otherwise.
    pub fn rng_seed(mut self, rng_seed: u64) -> Self {
        self.settings.rng_seed = rng_seed;
        self
    }

    /// Requests that break Zoho's contract are refused, with what is wrong with them.
    pub fn strict(mut self) -> Self {
        self.settings.strict = true;
        self
    }

    /// No control plane over HTTP; what [`MockServer`] can do it still can.
    pub fn no_admin(mut self) -> Self {
        self.settings.admin = false;
        self
    }

    /// How many requests each org's journal holds; 0 for none.
    pub fn journal(mut self, entries: usize) -> Self {
        self.settings.journal = entries;
        self
    }

    /// Limits on credits, calls at once and the rate of calls, for each org.
    pub fn limits(mut self, limited: Limited) -> Self {
        self.settings.limited = limited;
        self
    }

    /// How jobs advance; done at once unless said otherwise.
    pub fn jobs(mut self, setting: JobSetting) -> Self {
        self.settings.jobs.push(setting);
        self
    }

    /// How many threads answer requests; one unless said otherwise.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Host and port to listen on, instead of a free port of 127.0.0.1.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// Loads the seeds, without a server.
    ///
    /// # Errors
    /// [`StartError::Seed`], [`StartError::Generate`] and [`StartError::Now`].
    pub fn build_world(mut self) -> Result<World, StartError> {
        if !self.seeded {
            self = self.seed("default");
        }
        if !self.problems.is_empty() {
            return Err(SeedError(self.problems).into());
        }
        let clock = match self.now {
            None => Clock::real(),
            Some(text) => match time::parse_datetime(&text) {
                Some(seconds) => Clock::fixed(seconds),
                None => return Err(StartError::Now(text)),
            },
        };
        let options = Options {
            now: clock.now(),
            rng_seed: self.settings.rng_seed,
        };
        if !self.wanted.is_empty() {
            let settings = generate::Settings {
                rng_seed: self.settings.rng_seed,
                locale: Locale::default(),
                now: clock.now(),
            };
            match Generator::new(&self.document, options, &self.wanted, settings) {
                Ok(generator) => generator.add_to(&mut self.document, &mut self.problems),
                Err(GenerateError::Seed(error)) => return Err(error.into()),
                Err(error) => return Err(StartError::Generate(error)),
            }
        }
        let state = seed::build(&self.document, options)?;
        let tokens = seed::load::tokens(&self.document, options);
        Ok(World::new(state, tokens, clock, self.settings))
    }

    /// Listens, and gives the socket and the world to serve on it.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn bind(self) -> Result<(TcpListener, World), StartError> {
        let address = self.address.clone();
        // before loading: a port in use is known at once
        let listener = TcpListener::bind(&address)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|source| StartError::Io { address, source })?;
        Ok((listener, self.build_world()?))
    }

    /// Starts the server in a thread of its own and waits until it listens.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(self) -> Result<MockServer, StartError> {
        let workers = self.workers;
        let (listener, world) = self.bind()?;
        let world = Arc::new(world);
        let io = |source| StartError::Io {
            address: String::new(),
            source,
        };
        let address = listener.local_addr().map_err(io)?;
        let (started, handle) = tokio::sync::oneshot::channel();
        let served = Arc::clone(&world);
        let thread = std::thread::Builder::new().name("zoho-crm-mock".into());
        thread
            .spawn(move || {
                actix_web::rt::System::new().block_on(async move {
                    match server::serve(served, listener, workers) {
                        Ok(server) => {
                            let _ = started.send(Ok(server.handle()));
                            let _ = server.await;
                        }
                        Err(error) => {
                            let _ = started.send(Err(error));
                        }
                    }
                });
            })
            .map_err(io)?;
        let ended = |_| io(std::io::Error::other("the server's thread has ended"));
        let handle = handle.await.map_err(ended)?.map_err(io)?;
        let url = format!("http://{address}");
        let org = MockOrg::new(Arc::clone(&world), Arc::clone(world.default_org()), url);
        Ok(MockServer { org, handle, world })
    }
}

/// A Zoho CRM on a free port, for one test. It stops when it is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use serde_json::{Value, json};
/// use zoho_crm_mock::MockServer;
///
/// let crm = MockServer::builder()
///     .seed_json(&json!({"Leads": [{"Last_Name": "Rao", "Email": "rao@example.com"}]}))
///     .start()
///     .await?;
///
/// let answer: Value = reqwest::Client::new()
///     .get(format!("{}/crm/v8/Leads/search?email=rao@example.com", crm.url()))
///     .header("Authorization", "Zoho-oauthtoken any")
///     .send()
///     .await?
///     .json()
///     .await?;
/// assert_eq!(answer["data"][0]["Last_Name"], "Rao");
/// # Ok(())
/// # }
/// ```
///
/// What it can do to its default org is on [`MockOrg`], to which it dereferences; further orgs come
/// from [`MockOrg::fork`].
#[must_use = "the server stops as soon as this is dropped"]
pub struct MockServer {
    org: MockOrg,
    handle: ServerHandle,
    world: Arc<World>,
}

impl MockServer {
    /// What the server is to start with.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), zoho_crm_mock::StartError> {
    /// let crm = zoho_crm_mock::MockServer::builder()
    ///     .empty()
    ///     .now("2026-11-16T09:00:00Z")
    ///     .start()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// An org of the server by id or name.
    #[must_use]
    pub fn org(&self, name: &str) -> Option<MockOrg> {
        let org = self.world.org(name)?;
        Some(self.org.sibling(org))
    }
}

impl std::ops::Deref for MockServer {
    type Target = MockOrg;

    fn deref(&self) -> &MockOrg {
        &self.org
    }
}

impl std::fmt::Debug for MockServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockServer")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl Drop for MockServer {
    fn drop(&mut self) {
        // told to stop, not waited for: tests end at once
        drop(self.handle.stop(false));
    }
}
