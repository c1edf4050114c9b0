//! The log on standard error.

use std::sync::LazyLock;
use std::time::Duration;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::exit::complain;
use crate::dispatch::REQUESTS;

/// Lines that wait for a reader.
const LINES: usize = 4096;

/// Writes lines from a thread of its own. Lines are lost, and the server goes on, where nobody reads them.
static WRITER: LazyLock<NonBlocking> = LazyLock::new(|| {
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LINES)
        .lossy(true)
        .finish(std::io::stderr());
    // it would wait for a reader at the end
    std::mem::forget(guard);
    writer
});

/// What sets the levels.
const VARIABLE: &str = "RUST_LOG";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LogForm {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

/// Starts the log, with a line for each request or without, at a level unless the environment names one.
pub(super) fn start(form: LogForm, requests: bool, level: &str) {
    // the edge tells better than actix what is wrong with a request that cannot be read
    let usual = || format!("{level},actix_http=off,actix_server=warn,rustls=error,{REQUESTS}=off");
    let mut wanted = std::env::var(VARIABLE).unwrap_or_else(|_| usual());
    if requests {
        wanted = format!("{wanted},{REQUESTS}=info");
    }
    let levels = levels(&wanted);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| WRITER.clone())
        .with_ansi(false)
        .with_target(false);
    let log = tracing_subscriber::registry().with(levels);
    // a second one in the same process is refused, and the first goes on
    let _ = match form {
        LogForm::Text => log.with(lines).try_init(),
        LogForm::Json => log.with(lines.json()).try_init(),
    };
}

/// Starts the thread that writes lines, which the last line of a server has no time to wait for; but not
/// while the first answer is waited for.
pub(super) async fn make_ready() {
    tokio::time::sleep(Duration::from_millis(20)).await;
    LazyLock::force(&WRITER);
}

/// A list of levels, each for all or for a target. What cannot be read is told, and the rest holds.
fn levels(wanted: &str) -> Targets {
    let parts = wanted.split(',').map(str::trim);
    let (good, bad): (Vec<_>, Vec<_>) = parts.filter(|part| !part.is_empty()).partition(is_level);
    for part in bad {
        complain(&format!(
            "warning: in {VARIABLE}, '{part}' is no level (off, error, warn, info, debug or trace) \
             and no TARGET=LEVEL"
        ));
    }
    if good.is_empty() {
        return Targets::new().with_default(LevelFilter::ERROR);
    }
    good.join(",").parse().unwrap_or_default()
}

/// Whether a part of the list is a level, a target, or a target with its level.
fn is_level(part: &&str) -> bool {
    let may_be = |c: char| c.is_alphanumeric() || "_-:=".contains(c);
    part.chars().all(may_be) && part.parse::<Targets>().is_ok()
}
