//! `zoho-crm-mock serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::exit::{Exit, complain};
use super::generate::explain;
use super::words::word;
use crate::error::Wording;
use crate::mock::{Builder, StartError};
use crate::runtime::auth::AuthMode;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::{Edition, Limited, Rate};
use crate::seed::generate::parse_wanted;
use crate::server;
use crate::store::blob::BUDGET;
use crate::world::JOURNAL;

/// Threads that the server takes at most.
const MOST_WORKERS: usize = 512;

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
pub(super) struct ServeArgs {
    /// Address to listen on
    #[arg(long, env = "ZOHO_MOCK_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "ZOHO_MOCK_PORT", default_value_t = 8080)]
    port: u16,
    /// Seed by name (default, documented, documented/get_record …) or path of a folder, JSON,
    /// YAML or CSV file; may be given several times (in the environment separated by commas)
    #[arg(
        long,
        env = "ZOHO_MOCK_SEED",
        value_name = "NAME|PATH",
        value_delimiter = ','
    )]
    seed: Vec<String>,
    /// Add generated records: module and number; may be given several times or separated by commas
    #[arg(
        long,
        env = "ZOHO_MOCK_GENERATE",
        value_name = "MODULE=N",
        value_delimiter = ',',
        value_parser = parse_wanted
    )]
    generate: Vec<(String, u64)>,
    /// No records: metadata and one user
    #[arg(long, env = "ZOHO_MOCK_EMPTY", conflicts_with = "seed", value_parser = BoolishValueParser::new())]
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
    now: Option<String>,
    /// What ids and tokens depend on
    #[arg(
        long,
        env = "ZOHO_MOCK_RNG_SEED",
        value_name = "N",
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
    /// Threads that answer requests; one a core unless said otherwise
    #[arg(long, env = "ZOHO_MOCK_WORKERS", value_name = "N", value_parser = workers)]
    workers: Option<usize>,
    /// Write {pid, port, url} to this file once connections are accepted
    #[arg(long, env = "ZOHO_MOCK_READY_FILE", value_name = "PATH")]
    ready_file: Option<std::path::PathBuf>,
    /// Stop when the process that started this one ends
    #[arg(long, env = "ZOHO_MOCK_EXIT_WITH_PARENT", value_parser = BoolishValueParser::new())]
    exit_with_parent: bool,
    /// No control plane under /__admin
    #[arg(long, env = "ZOHO_MOCK_NO_ADMIN", value_parser = BoolishValueParser::new())]
    no_admin: bool,
    /// Refuse requests that break Zoho's contract, where Zoho would lose or refuse something
    #[arg(long, env = "ZOHO_MOCK_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,
    /// Requests that the journal of each org holds; 0 for none
    #[arg(long, env = "ZOHO_MOCK_JOURNAL", value_name = "N", default_value_t = JOURNAL)]
    journal: usize,
    /// Bytes that the files of all orgs may take together
    #[arg(long, env = "ZOHO_MOCK_MAX_FILE_BYTES", value_name = "N", default_value_t = BUDGET)]
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
        value_delimiter = ','
    )]
    jobs: Vec<JobSetting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

/// A number of threads.
fn workers(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| (1..=MOST_WORKERS).contains(n));
    number.ok_or_else(|| format!("a number from 1 to {MOST_WORKERS}"))
}

/// Serves until told to stop.
pub(super) fn serve(args: &ServeArgs) -> Exit {
    start_log(args.log);
    match run(args) {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

fn start_log(form: LogForm) {
    let level = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    let filter = tracing_subscriber::EnvFilter::new(level);
    // a second one in the same process is refused, and the first goes on
    let _ = match form {
        LogForm::Text => log.with_env_filter(filter).try_init(),
        LogForm::Json => log.json().with_env_filter(filter).try_init(),
    };
}

fn builder(args: &ServeArgs) -> Builder {
    let mut builder = Builder::default()
        .address(format!("{}:{}", args.host, args.port))
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
    let parent = parent();
    let (listener, world) = builder(args).bind().map_err(|error| match error {
        StartError::Generate(error) => anyhow::anyhow!(explain(&error, "--generate")),
        error => error.into(),
    })?;
    let address = listener.local_addr()?;
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = args.workers.unwrap_or_else(cores);
    actix_rt::System::new().block_on(async {
        let server = server::serve(Arc::new(world), listener, workers)?;
        let handle = server.handle();
        let stopper = handle.clone();
        let watch = args.exit_with_parent.then_some(parent);
        actix_rt::spawn(async move {
            let reason = told_to_stop(watch).await;
            tracing::info!("stopping: {reason}");
            stopper.stop(true).await;
        });
        announce(address, args.ready_file.as_deref())?;
        server.await.context("the server failed")
    })
}

/// Says where the server is: a line on standard output, and the ready file.
fn announce(address: SocketAddr, ready_file: Option<&Path>) -> anyhow::Result<()> {
    let url = format!("http://{address}");
    let mut out = std::io::stdout();
    // nobody may be reading: that is no reason not to serve
    let _ = writeln!(out, "zoho-crm-mock listening on {url}").and_then(|()| out.flush());
    if let Some(path) = ready_file {
        let ready = json!({"pid": std::process::id(), "port": address.port(), "url": url});
        write_whole(path, &format!("{ready}\n"))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Writes a file that is either not there or complete.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    std::fs::write(&temporary, text)?;
    std::fs::rename(&temporary, path)
}

/// The process that started this one.
fn parent() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// Waits for a signal to stop, or for the end of the parent.
async fn told_to_stop(watched: Option<u32>) -> &'static str {
    const INTERVAL: Duration = Duration::from_millis(100);
    let orphaned = async {
        match watched {
            // an orphan has another parent
            Some(before) => {
                while parent() == before {
                    tokio::time::sleep(INTERVAL).await;
                }
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        reason = signal() => reason,
        () = orphaned => "the parent process has ended",
    }
}

#[cfg(unix)]
async fn signal() -> &'static str {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
    }
}

#[cfg(not(unix))]
async fn signal() -> &'static str {
    match tokio::signal::ctrl_c().await {
        Ok(()) => "interrupted",
        Err(_) => std::future::pending().await,
    }
}
