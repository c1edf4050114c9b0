//! `zoho-crm-mock serve`.

use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use serde_json::json;
use tokio::runtime::Handle;

use super::edge::EdgeArgs;
use super::exit::{Exit, complain};
use super::generate::explain;
use super::ready::ReadyFile;
use super::signals::{self, Signals};
use super::words::word;
use crate::error::Wording;
use crate::mock::{Builder, StartError};
use crate::runtime::auth::AuthMode;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::{Edition, Limited, Rate};
use crate::seed::generate::parse_wanted;
use crate::server::{self, Sockets, Stop, notifier};
use crate::store::blob::BUDGET;
use crate::world::JOURNAL;

/// Threads that the server takes at most.
const MOST_WORKERS: usize = 512;

/// Lines of the log that wait for a reader.
const LINES: usize = 10_000;

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
    pub(super) now: Option<String>,
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
    /// A name that the server answers to, besides addresses and localhost: NAME, *.NAME, or * for
    /// any; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_HOST",
        value_name = "NAME",
        value_delimiter = ','
    )]
    allow_host: Vec<String>,
    /// A host that channels for notifications and bulk jobs may name besides this machine: NAME,
    /// *.NAME, or * for any; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_CALLBACKS",
        value_name = "HOST",
        value_delimiter = ','
    )]
    allow_callbacks: Vec<String>,
    /// Believe the X-Forwarded-Host and X-Forwarded-Proto of a proxy in front, which tell how callers
    /// reached it
    #[arg(long, env = "ZOHO_MOCK_BEHIND_PROXY", value_parser = BoolishValueParser::new())]
    behind_proxy: bool,
    /// The origin of web pages that may use the control plane and read answers, such as
    /// http://localhost:3000; may be given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_ALLOW_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    allow_origin: Vec<String>,
    /// A token that calls of the control plane must bear (Authorization: Bearer TOKEN)
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    admin_token: Option<String>,
    /// Address of the control plane, if it is to have one of its own
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_HOST",
        value_name = "HOST",
        conflicts_with = "no_admin"
    )]
    admin_host: Option<String>,
    /// Port of the control plane, if it is to have one of its own; 0 takes a free one
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_PORT",
        value_name = "PORT",
        conflicts_with = "no_admin"
    )]
    admin_port: Option<u16>,
    /// Refuse requests that break Zoho's contract, where Zoho would lose or refuse something
    #[arg(long, env = "ZOHO_MOCK_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,
    #[command(flatten)]
    pub(super) edge: EdgeArgs,
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
    // the edge tells better than actix what is wrong with a request that cannot be read
    let usual = || "info,actix_http=off,actix_server=warn".into();
    let level = std::env::var("RUST_LOG").unwrap_or_else(|_| usual());
    // lines are lost, and the server goes on, where nobody reads them
    let (writer, guard) = tracing_appender::non_blocking::NonBlockingBuilder::default()
        .buffered_lines_limit(LINES)
        .lossy(true)
        .finish(std::io::stderr());
    // it would wait for a reader at the end
    std::mem::forget(guard);
    let log = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_target(false);
    let filter = tracing_subscriber::EnvFilter::new(level);
    // a second one in the same process is refused, and the first goes on
    let _ = match form {
        LogForm::Text => log.with_env_filter(filter).try_init(),
        LogForm::Json => log.json().with_env_filter(filter).try_init(),
    };
}

pub(super) fn builder(args: &ServeArgs) -> Builder {
    let mut builder = Builder::default()
        .address(with_port(&args.host, args.port))
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
    let parent = args.exit_with_parent.then(signals::parent);
    let ready_file = args.ready_file.as_deref();
    let ready_file = ready_file.map(|path| ReadyFile::new(path).with_context(|| no_file(path)));
    let ready_file = ready_file.transpose()?;
    let control = control_socket(args)?;
    let (listener, world) = builder(args).bind().map_err(|error| match error {
        StartError::Generate(error) => anyhow::anyhow!(explain(&error, "--generate")),
        error => error.into(),
    })?;
    let address = listener.local_addr()?;
    let control_address = control.as_ref().map(TcpListener::local_addr).transpose()?;
    warn_of_strangers(args, control_address.unwrap_or(address));
    let sockets = Sockets {
        all: listener,
        control,
    };
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = args.workers.unwrap_or_else(cores);
    let serving = async {
        let mut signals = Signals::new().context("signals cannot be taken")?;
        let stop = Stop::default();
        let callbacks = notifier::start(&world, Handle::current());
        let world = Arc::new(world);
        let server = server::serve(Arc::clone(&world), sockets, workers, &stop)?;
        let outbox = server::send_from(&world);
        let handle = server.handle();
        let served = actix_rt::spawn(server);
        announce(address, control_address, ready_file.as_ref())?;
        let reason = tokio::select! {
            reason = signals.next() => reason,
            () = signals::orphaned(parent) => "the parent process has ended",
            ended = served => return ended?.context("the server failed"),
        };
        tracing::info!("stopping: {reason}");
        callbacks.stop();
        outbox.stop();
        stop.tell();
        tokio::select! {
            () = stop.idle() => {}
            // whoever asks twice does not want to wait
            _ = signals.next() => {}
        }
        drop(handle.stop(false));
        Ok(())
    };
    // it is never dropped: what still runs on threads of its own would be waited for, and works for
    // nobody
    let system = ManuallyDrop::new(actix_rt::System::new());
    let served = system.block_on(serving);
    if let Some(file) = ready_file {
        file.remove();
    }
    served
}

fn no_file(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// The socket of the control plane, if it is to have one of its own.
fn control_socket(args: &ServeArgs) -> anyhow::Result<Option<TcpListener>> {
    if args.admin_host.is_none() && args.admin_port.is_none() {
        return Ok(None);
    }
    let host = args.admin_host.as_deref().unwrap_or("127.0.0.1");
    let address = with_port(host, args.admin_port.unwrap_or(0));
    let listener = TcpListener::bind(&address);
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    Ok(Some(listener))
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

/// The URL by which programs of this machine reach an address: nobody can connect to "any".
fn url_of(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    format!("http://{address}")
}

/// Says where the server is: a line on standard output, and the ready file.
fn announce(
    address: SocketAddr,
    control: Option<SocketAddr>,
    ready_file: Option<&ReadyFile>,
) -> anyhow::Result<()> {
    let url = url_of(address);
    let admin_url = control.map(url_of);
    let mut text = format!("zoho-crm-mock listening on {url}");
    if let Some(admin_url) = &admin_url {
        text.push_str(&format!(", its control plane on {admin_url}"));
    }
    let mut out = std::io::stdout();
    // nobody may be reading: that is no reason not to serve
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    if let Some(file) = ready_file {
        let mut ready = json!({"pid": std::process::id(), "port": address.port(), "url": url});
        if let Some(admin_url) = admin_url {
            ready["admin_url"] = admin_url.into();
        }
        let written = file.write(&format!("{ready}\n"));
        written.context("cannot write the ready file")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_can_be_used() {
        for (host, shown) in [
            ("127.0.0.1", "http://127.0.0.1:80"),
            ("0.0.0.0", "http://127.0.0.1:80"),
            ("::", "http://[::1]:80"),
            ("[::1]", "http://[::1]:80"),
            ("192.168.1.7", "http://192.168.1.7:80"),
        ] {
            let address: SocketAddr = with_port(host, 80).parse().expect("an address");
            assert_eq!(url_of(address), shown);
        }
    }
}
