//! `zoho-crm-mock serve`.

mod log;
mod serving;

use std::net::{Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use clap::Args;

use super::completions;
use super::edge::EdgeArgs;
use super::exit::{Exit, complain};
use super::parse::{host, host_name, number, origin, port, secret, switch};
use super::signals::{self, Signals};
use super::words::word;
use crate::error::Wording;
use crate::mock::Builder;
use crate::runtime::auth::AuthMode;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::{Edition, Limited, Rate};
use crate::seed::generate::parse_wanted;
use crate::store::blob::BUDGET;
use crate::world::JOURNAL;
use log::LogForm;
pub(super) use serving::{Serving, serve_while};

/// The port of `serve` unless another is named.
const PORT: u16 = 8080;

/// Threads that the server takes at most.
const MOST_WORKERS: usize = 512;

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
pub(super) struct ServeArgs {
    /// Address to listen on
    #[arg(long, env = "ZOHO_MOCK_HOST", value_parser = host, default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes a free one [default: 8080, with `run` 0]
    #[arg(long, env = "ZOHO_MOCK_PORT", value_parser = port, allow_negative_numbers = true)]
    port: Option<u16>,
    /// Seed by name (default, documented, documented/get_record …) or path of a folder, JSON,
    /// YAML or CSV file; may be given several times (in the environment separated by commas)
    #[arg(
        long,
        env = "ZOHO_MOCK_SEED",
        value_name = "NAME|PATH",
        value_delimiter = ',',
        add = completions::seeds()
    )]
    seed: Vec<String>,
    /// Add generated records: module and number; may be given several times or separated by commas
    #[arg(
        long,
        env = "ZOHO_MOCK_GENERATE",
        value_name = "MODULE=N",
        value_delimiter = ',',
        value_parser = parse_wanted,
        add = completions::modules()
    )]
    generate: Vec<(String, u64)>,
    /// No records: metadata and one user
    #[arg(long, env = "ZOHO_MOCK_EMPTY", conflicts_with = "seed", value_parser = switch)]
    empty: bool,
    /// One wording for all versions; else v2 speaks as documented and later versions as Zoho
    #[arg(long, env = "ZOHO_MOCK_WORDING", value_name = "WORDING", value_parser = word::<Wording>())]
    wording: Option<Wording>,
    /// Which access tokens are taken
    #[arg(
        long,
        env = "ZOHO_MOCK_AUTH",
        value_name = "MODE",
        value_parser = word::<AuthMode>(),
        default_value = "any"
    )]
    auth: AuthMode,
    /// Stop the clock at this time
    #[arg(long, env = "ZOHO_MOCK_NOW", value_name = "RFC3339")]
    pub(super) now: Option<String>,
    /// What ids and tokens depend on
    #[arg(
        long,
        env = "ZOHO_MOCK_RNG_SEED",
        value_name = "N",
        value_parser = number::<u64>,
        default_value_t = 0
    )]
    rng_seed: u64,
    /// Form of the log on standard error
    #[arg(
        long,
        env = "ZOHO_MOCK_LOG",
        value_name = "FORM",
        default_value = "text"
    )]
    log: LogForm,
    /// Log each request in a line: what was asked, status, time, operation, the org if it is not the first,
    /// and the worst that is wrong with it
    #[arg(long, env = "ZOHO_MOCK_LOG_REQUESTS", value_parser = switch)]
    log_requests: bool,
    /// Threads that answer requests; one a core unless said otherwise
    #[arg(long, env = "ZOHO_MOCK_WORKERS", value_name = "N", value_parser = workers, allow_negative_numbers = true)]
    workers: Option<usize>,
    /// Write {pid, port, url} to this file once connections are accepted
    #[arg(long, env = "ZOHO_MOCK_READY_FILE", value_name = "PATH")]
    ready_file: Option<std::path::PathBuf>,
    /// Stop when the process that started this one ends
    #[arg(long, env = "ZOHO_MOCK_EXIT_WITH_PARENT", value_parser = switch)]
    exit_with_parent: bool,
    /// No control plane under /__admin
    #[arg(long, env = "ZOHO_MOCK_NO_ADMIN", value_parser = switch)]
    no_admin: bool,
    /// A name that the server answers to, besides addresses and localhost: NAME, *.NAME, or * for
    /// any; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = host_name
    )]
    allow_host: Vec<String>,
    /// A host that channels for notifications and bulk jobs may name besides this machine: NAME,
    /// *.NAME, or * for any; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_CALLBACKS",
        value_name = "HOST",
        value_delimiter = ',',
        value_parser = host_name
    )]
    allow_callbacks: Vec<String>,
    /// Believe the X-Forwarded-Host and X-Forwarded-Proto of a proxy in front, which tell how callers
    /// reached it
    #[arg(long, env = "ZOHO_MOCK_BEHIND_PROXY", value_parser = switch)]
    behind_proxy: bool,
    /// The origin of web pages that may use the control plane and read answers, such as
    /// http://localhost:3000; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = origin
    )]
    allow_origin: Vec<String>,
    /// A token that calls of the control plane must bear (Authorization: Bearer TOKEN)
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_TOKEN",
        value_name = "TOKEN",
        value_parser = secret,
        hide_env_values = true
    )]
    pub(super) admin_token: Option<String>,
    /// Address of the control plane, if it is to have one of its own
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_HOST",
        value_name = "HOST",
        value_parser = host,
        conflicts_with = "no_admin"
    )]
    admin_host: Option<String>,
    /// Port of the control plane, if it is to have one of its own; 0 takes a free one
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_PORT",
        value_name = "PORT",
        value_parser = port,
        conflicts_with = "no_admin"
    )]
    admin_port: Option<u16>,
    /// Refuse requests that break Zoho's contract, where Zoho would lose or refuse something
    #[arg(long, env = "ZOHO_MOCK_STRICT", value_parser = switch)]
    strict: bool,
    #[command(flatten)]
    pub(super) edge: EdgeArgs,
    /// Requests that the journal of each org holds; 0 for none
    #[arg(long, env = "ZOHO_MOCK_JOURNAL", value_name = "N", value_parser = number::<usize>, default_value_t = JOURNAL)]
    journal: usize,
    /// Bytes that the files of all orgs may take together
    #[arg(long, env = "ZOHO_MOCK_MAX_FILE_BYTES", value_name = "N", value_parser = number::<u64>, default_value_t = BUDGET)]
    max_file_bytes: u64,
    /// API credits and calls at once of an edition of Zoho CRM
    #[arg(long, env = "ZOHO_MOCK_CREDITS", value_name = "EDITION", value_parser = word::<Edition>())]
    credits: Option<Edition>,
    /// Calls that each org takes, a second or in so many seconds (100/60)
    #[arg(long, env = "ZOHO_MOCK_RATE_LIMIT", value_name = "CALLS[/SECONDS]")]
    rate_limit: Option<Rate>,
    /// How jobs advance, all or a kind: at_once, polls=3, mass_update:after=PT10S
    #[arg(
        long,
        env = "ZOHO_MOCK_JOBS",
        value_name = "[KIND:]HOW",
        value_delimiter = ',',
        add = completions::jobs()
    )]
    jobs: Vec<JobSetting>,
}

/// A number of threads.
fn workers(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| (1..=MOST_WORKERS).contains(n));
    number.ok_or_else(|| format!("a number from 1 to {MOST_WORKERS}"))
}

impl ServeArgs {
    /// The same on a free port, unless one is named.
    pub(super) fn on_free_port(&self) -> Self {
        Self {
            port: self.port.or(Some(0)),
            ..self.clone()
        }
    }

    /// Starts the log, at a level unless the environment names one.
    pub(super) fn start_log(&self, level: &str) {
        log::start(self.log, self.log_requests, level);
    }

    /// The process with which this one is to end, if it is to.
    pub(super) fn parent(&self) -> Option<u32> {
        self.exit_with_parent.then(signals::parent)
    }
}

/// Serves until told to stop.
pub(super) fn serve(args: &ServeArgs) -> Exit {
    args.start_log("info");
    match run(args) {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

pub(super) fn builder(args: &ServeArgs) -> Builder {
    let mut builder = Builder::default()
        .address(with_port(&args.host, args.port.unwrap_or(PORT)))
        .auth(args.auth)
        .rng_seed(args.rng_seed);
    for seed in &args.seed {
        builder = builder.seed(seed);
    }
    for (module, count) in &args.generate {
        builder = builder.generate(module, *count);
    }
    if args.empty {
        builder = builder.empty();
    }
    builder = builder.max_file_bytes(args.max_file_bytes);
    builder = builder.journal(args.journal).limits(Limited {
        edition: args.credits,
        rate: args.rate_limit,
        ..Limited::default()
    });
    for setting in &args.jobs {
        builder = builder.jobs(*setting);
    }
    for name in &args.allow_host {
        builder = builder.allow_host(name);
    }
    for host in &args.allow_callbacks {
        builder = builder.allow_callbacks(host);
    }
    for origin in &args.allow_origin {
        builder = builder.allow_origin(origin);
    }
    if let Some(token) = &args.admin_token {
        builder = builder.admin_token(token);
    }
    if args.behind_proxy {
        builder = builder.behind_proxy();
    }
    if args.no_admin {
        builder = builder.no_admin();
    }
    if args.strict {
        builder = builder.strict();
    }
    if let Some(wording) = args.wording {
        builder = builder.wording(wording);
    }
    if let Some(now) = &args.now {
        builder = builder.now(now);
    }
    builder
}

fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let parent = args.parent();
    serve_while(args, args.edge.edge()?, async |serving| {
        let mut signals = Signals::new().context("signals cannot be taken")?;
        serving.announce();
        serving.write_ready_file()?;
        let reason = tokio::select! {
            reason = signals.next() => reason,
            () = signals::orphaned(parent) => "the parent process has ended",
        };
        tracing::info!("stopping: {reason}");
        Ok(())
    })
}

/// Warns where programs of other machines can do to the server what a test does.
fn warn_of_strangers(args: &ServeArgs, address: SocketAddr) {
    if address.ip().is_loopback() || args.no_admin || args.admin_token.is_some() {
        return;
    }
    tracing::warn!(
        "/__admin is open to everybody who reaches {address}: close it with --no-admin, ask for a \
         token with --admin-token, or give it an address of its own with --admin-host 127.0.0.1"
    );
}

/// `host:port`, as addresses of version 6 want it, too.
fn with_port(host: &str, port: u16) -> String {
    match host.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]:{port}"),
        Err(_) => format!("{host}:{port}"),
    }
}
