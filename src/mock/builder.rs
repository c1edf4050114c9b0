//! What a server starts with.

use std::net::TcpListener;

use serde_json::Value as Json;

use super::edge::EdgeSettings;
use super::start_error::StartError;
use crate::control;
use crate::error::Wording;
use crate::runtime::auth::AuthMode;
use crate::runtime::clock::Clock;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::Limited;
use crate::runtime::violation::Severity;
use crate::seed::generate::{self, GenerateError, Generator, Locale, Wanted};
use crate::seed::{self, Document, Options, Problem, SeedError, prepared};
use crate::value::time;
use crate::world::{Settings, World};

/// What a server starts with; [`MockServer::builder`](super::MockServer::builder) makes one.
///
/// ```
/// use zoho_crm_mock::MockServer;
///
/// let crm = MockServer::builder()
///     .empty()
///     .now("2026-11-16T09:00:00Z")
///     .start_blocking()?;
/// assert_eq!(crm.count("Leads")?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start` is awaited"]
pub struct Builder {
    document: Document,
    problems: Vec<Problem>,
    wanted: Wanted,
    seeded: bool,
    pub(super) settings: Settings,
    now: Option<String>,
    label: String,
    pub(super) workers: usize,
    address: String,
    pub(super) fails_on: Option<Severity>,
    pub(super) edge: EdgeSettings,
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
            label: String::new(),
            workers: 1,
            address: "127.0.0.1:0".into(),
            fails_on: None,
            edge: EdgeSettings::default(),
        }
    }
}

impl Builder {
    /// Adds a seed: the name of one in the binary (`default`, `documented`,
    /// `documented/get_record` …) or the path of a folder or file. Without any, the seed is
    /// `default`.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().seed("documented/get_record").start_blocking()?;
    /// assert_eq!(crm.count("Leads")?, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seed(mut self, source: impl AsRef<str>) -> Self {
        self.document.add(source.as_ref(), &mut self.problems);
        self.settings.seeds.push(source.as_ref().to_owned());
        self.seeded = true;
        self
    }

    /// Adds a seed that is written in the test: an object as a seed file would hold.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let seed = json!({"Leads": [{"Last_Name": "Rao"}, {"Last_Name": "Ito"}]});
    /// let crm = MockServer::builder().seed_json(&seed).start_blocking()?;
    /// assert_eq!(crm.count("Leads")?, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let builder = MockServer::builder().empty().generate("Accounts", 5);
    /// let crm = builder.generate("Contacts", 20).start_blocking()?;
    /// assert_eq!(crm.count("Contacts")?, 20);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn generate(mut self, module: impl Into<String>, count: u64) -> Self {
        self.wanted.add(module, count);
        self
    }

    /// Starts with metadata and one user, and no records.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().empty().start_blocking()?;
    /// assert!(crm.records("Leads")?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn empty(mut self) -> Self {
        self.seeded = true;
        self
    }

    /// One wording for all versions, instead of the documented one for v2 and Zoho's for later
    /// ones.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Wording};
    ///
    /// let builder = MockServer::builder().wording(Wording::Documented);
    /// let crm = builder.start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wording(mut self, wording: Wording) -> Self {
        self.settings.wording = Some(wording);
        self
    }

    /// Which access tokens are taken; any, unless said otherwise.
    ///
    /// ```
    /// use zoho_crm_mock::{AuthMode, MockServer};
    ///
    /// let crm = MockServer::builder().auth(AuthMode::Strict).start_blocking()?;
    /// let leads = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let client = reqwest::blocking::Client::new();
    /// let ask = |token: &str| {
    ///     let token = format!("Zoho-oauthtoken {token}");
    ///     client.get(&leads).header("Authorization", token).send()
    /// };
    /// assert_eq!(ask("any")?.status(), 401);
    /// assert_eq!(ask(&crm.credentials().access_token)?.status(), 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn auth(mut self, auth: AuthMode) -> Self {
        self.settings.auth = auth;
        self
    }

    /// Stops the clock at an RFC 3339 date-time.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().now("1970-01-01T01:00:00Z").start_blocking()?;
    /// assert_eq!(crm.now(), 3600);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn now(mut self, now: impl Into<String>) -> Self {
        self.now = Some(now.into());
        self
    }

    /// What people know the default org by, such as the name of the test: it stands beside what was
    /// asked in journal, contract and panics.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().label("leads::are_found").start_blocking()?;
    /// assert_eq!(crm.label(), "leads::are_found");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What ids, tokens and chance depend on; 0 unless said otherwise.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let token = |rng_seed| {
    ///     let crm = MockServer::builder().rng_seed(rng_seed).start_blocking()?;
    ///     Ok::<_, zoho_crm_mock::StartError>(crm.credentials().access_token)
    /// };
    /// assert_eq!(token(7)?, token(7)?);
    /// assert_ne!(token(7)?, token(8)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rng_seed(mut self, rng_seed: u64) -> Self {
        self.settings.rng_seed = rng_seed;
        self
    }

    /// Requests that break Zoho's contract are refused, with what is wrong with them.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().strict().start_blocking()?;
    /// let request = reqwest::blocking::Client::new().post(format!("{}/crm/v8/Leads", crm.url()));
    /// let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "Rao Boats"}]});
    /// let request = request.header("Authorization", "Zoho-oauthtoken any");
    /// assert_eq!(request.json(&lead).send()?.status(), 400);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn strict(mut self) -> Self {
        self.settings.strict = true;
        self
    }

    /// No control plane over HTTP; what [`MockServer`](super::MockServer) can do it still can.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().no_admin().start_blocking()?;
    /// let health = format!("{}/__admin/health", crm.url());
    /// assert_eq!(reqwest::blocking::get(health)?.status(), 404);
    /// crm.reset();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn no_admin(mut self) -> Self {
        self.settings.admin = false;
        self
    }

    /// How many requests each org's journal holds; 0 for none.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().journal(0).start_blocking()?;
    /// // what is not kept cannot be asked for
    /// assert!(crm.received_requests().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn journal(mut self, entries: usize) -> Self {
        self.settings.journal = entries;
        self
    }

    /// Limits on credits, calls at once and the rate of calls, for each org.
    ///
    /// ```
    /// use zoho_crm_mock::{Edition, Limited, MockServer};
    ///
    /// let limits = Limited { edition: Some(Edition::Free), ..Limited::default() };
    /// let crm = MockServer::builder().limits(limits).start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn limits(mut self, limited: Limited) -> Self {
        self.settings.limited = limited;
        self
    }

    /// How jobs advance; done at once unless said otherwise.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().jobs("mass_update:polls=3".parse()?).start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn jobs(mut self, setting: JobSetting) -> Self {
        self.settings.jobs.push(setting);
        self
    }

    /// How many bytes the files of all orgs may take together; 1 GiB unless said otherwise. What
    /// would take more is refused with `STORAGE_SPACE_EXCEEDED`.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().max_file_bytes(64 << 20).start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.settings.files = bytes;
        self
    }

    /// How many threads answer requests; one unless said otherwise.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().workers(4).start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Host and port to listen on, instead of a free port of 127.0.0.1.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().address("127.0.0.1:0").start_blocking()?;
    /// assert!(crm.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// A name that the server answers to, besides addresses, `localhost` and `*.localhost`: `*.name`
    /// for all below it, `*` for any.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// // as a container is called by its neighbours
    /// let crm = MockServer::builder().allow_host("crm").start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.settings.visitors.hosts.push(name.into());
        self
    }

    /// A host that channels for notifications and bulk jobs may name, and that is called back,
    /// besides this machine: `*.name` for all below it, `*` for any.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// // as a container is called by its neighbours
    /// let crm = MockServer::builder().allow_callbacks("app").start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_callbacks(mut self, host: impl Into<String>) -> Self {
        self.settings.callees.0.push(host.into());
        self
    }

    /// The origin of web pages that may use the control plane, and read what the server answers to
    /// them.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let builder = MockServer::builder().allow_origin("http://localhost:3000");
    /// let crm = builder.start_blocking()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.visitors.origins.push(origin.into());
        self
    }

    /// A token that calls of the control plane must bear.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().admin_token("s3cret").start_blocking()?;
    /// let faults = format!("{}/__admin/faults", crm.url());
    /// let client = reqwest::blocking::Client::new();
    /// assert_eq!(client.get(&faults).send()?.status(), 401);
    /// assert_eq!(client.get(&faults).bearer_auth("s3cret").send()?.status(), 200);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn admin_token(mut self, token: impl Into<String>) -> Self {
        self.settings.visitors.admin_token = Some(token.into());
        self
    }

    /// Fails the test if a request to any org of the server broke Zoho's contract, by a violation of
    /// this severity or a worse one: the server panics when it is dropped, and says which requests,
    /// unless the thread is panicking already.
    ///
    /// ```should_panic
    /// use serde_json::json;
    /// use zoho_crm_mock::{MockServer, Severity};
    ///
    /// let builder = MockServer::builder().fail_on_violations(Severity::Error);
    /// let crm = builder.start_blocking().expect("a server");
    /// let request = reqwest::blocking::Client::new().post(format!("{}/crm/v8/Leads", crm.url()));
    /// let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "Rao Boats"}]});
    /// request.header("Authorization", "Zoho-oauthtoken any").json(&lead).send().expect("an answer");
    /// // Leads has no field "Compny", which Zoho passes over in silence
    /// ```
    pub fn fail_on_violations(mut self, severity: Severity) -> Self {
        self.fails_on = Some(severity);
        self
    }

    /// Loads the seeds, without a server.
    ///
    /// # Errors
    /// [`StartError::Seed`], [`StartError::Generate`], [`StartError::Now`] and [`StartError::Label`].
    #[doc(hidden)]
    pub fn build_world(mut self) -> Result<World, StartError> {
        // what is generated points to records of the seed, and has to read them
        let is_prepared = !self.seeded && self.wanted.is_empty();
        if is_prepared {
            self.settings.seeds.push(prepared::NAME.into());
        } else if !self.seeded {
            self = self.seed(prepared::NAME);
        }
        if !self.problems.is_empty() {
            return Err(SeedError(self.problems).into());
        }
        control::check_label(&self.label).map_err(|e| StartError::Label(e.to_string()))?;
        let clock = match self.now {
            None => Clock::real(),
            Some(text) => {
                let seconds = time::parse_datetime(&text);
                Clock::fixed(seconds.ok_or(StartError::Now(text))?)
            }
        };
        let (now, rng_seed) = (clock.now(), self.settings.rng_seed);
        let options = Options { now, rng_seed };
        if !self.wanted.is_empty() {
            let settings = generate::GeneratorSettings {
                rng_seed,
                locale: Locale::default(),
                now,
            };
            match Generator::new(&self.document, options, &self.wanted, settings) {
                Ok(generator) => {
                    tell_size(&generator);
                    generator.add_to(&mut self.document, &mut self.problems);
                }
                Err(GenerateError::Seed(error)) => return Err(error.into()),
                Err(error) => return Err(StartError::Generate(error)),
            }
        }
        // seeds may bring files
        self.document.blobs.set_budget(self.settings.files);
        let tokens = seed::load::tokens(&self.document, options);
        let state = match is_prepared {
            true => prepared::build(options, self.document.blobs),
            false => seed::build(&self.document, options),
        }?;
        let world = World::new(state, tokens, clock, self.settings);
        world.default_org().set_label(&self.label);
        Ok(world)
    }

    /// Listens, and gives the socket and the world to serve on it.
    ///
    /// # Errors
    /// [`StartError`].
    #[doc(hidden)]
    pub fn bind(mut self) -> Result<(TcpListener, World), StartError> {
        let address = self.address.clone();
        // who is told to listen there is known by that name
        self.settings.visitors.hosts.push(address.clone());
        // before loading: a port in use is known at once
        let listener = TcpListener::bind(&address)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|reason| StartError::Io { address, reason })?;
        Ok((listener, self.build_world()?))
    }
}

/// Says what very many records will take before they take it.
fn tell_size(generator: &Generator) {
    let records = generator.records();
    if let Some(bytes) = generator.large() {
        let gigabytes = bytes.saturating_mul(2).div_ceil(1 << 30);
        tracing::warn!("generating {records} records, which take about {gigabytes} GB of memory");
    }
}
