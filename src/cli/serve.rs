//! `zoho-crm-mock serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;

use super::generate::explain;
use super::{Exit, LogForm, ServeArgs, complain};
use crate::mock::{Builder, StartError};
use crate::runtime::limits::Limited;
use crate::server;

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
    actix_web::rt::System::new().block_on(async {
        let server = server::serve(Arc::new(world), listener, workers)?;
        let handle = server.handle();
        let stopper = handle.clone();
        let watch = args.exit_with_parent.then_some(parent);
        actix_web::rt::spawn(async move {
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
