//! `zoho-crm-mock run`: a server for one command, whose programs find it in the place of Zoho.

mod child;
mod environment;
mod files;
mod group;
mod orphans;
mod trust_store;
mod watch;
#[cfg(unix)]
mod witness;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueHint};

use super::completions;
use super::exit::{Exit, complain};
use super::report::{self, ReportForm};
use super::roots;
use super::serve::{ServeArgs, Serving, serve_while};
use super::words::word;
use crate::admin::connections;
use crate::contract::Severity;
use crate::contract::report::OperationNames;
use crate::control;
use crate::request::without_port;
use crate::runtime::journal::Journal;
use crate::words::printable;
use child::{Heard, RunningCommand, code};
use environment::{BUNDLES, Variables};
use files::CommandFiles;

/// What a shell answers where a command cannot be started.
const NOT_STARTED: u8 = 127;

/// Options of `run`.
#[derive(Clone, Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// Fail if requests broke Zoho's contract, by violations of this severity or a worse one
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>())]
    fail_on: Option<Severity>,
    /// Fail if less than so many in a hundred of the operations were called
    #[arg(long, value_name = "PERCENT", value_parser = report::percent, allow_negative_numbers = true)]
    fail_under: Option<f64>,
    /// Operations that count for what was called: NAME, or records.*; may be given several times
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', add = completions::operations())]
    only: Vec<OperationNames>,
    /// Write the report of the contract to this file: JUnit XML if its name ends in .xml, JSON if it
    /// ends in .json, else text
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The command, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::AnyPath)]
    command: Vec<OsString>,
}

/// Runs the command.
pub(super) fn command(args: &RunArgs) -> Exit {
    args.serve.start_log("warn");
    match start(args) {
        Ok(exit) => exit,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

/// Starts the server, and runs the command.
fn start(args: &RunArgs) -> anyhow::Result<Exit> {
    args.report.as_deref().map_or(Ok(()), report::probe)?;
    let (edge, trusted) = args.serve.edge.opened()?;
    serve_while(&args.serve.on_free_port(), edge, async |serving| {
        run(args, &serving, &trusted).await
    })
}

/// Runs the command for a server whose certificates an authority signs, which is given as DER.
async fn run(args: &RunArgs, serving: &Serving<'_>, trusted: &[u8]) -> anyhow::Result<Exit> {
    let parent = args.serve.parent();
    let mut heard = Heard::new().context("signals cannot be taken")?;
    let files = CommandFiles::write(&roots::all(trusted, &BUNDLES), serving.reachable())?;
    let variables = variables(args, serving, &files);
    serving.write_ready_file()?;
    let started = RunningCommand::start(&args.command, &variables, files.folder());
    let mut command = match started {
        Ok(command) => command,
        Err(error) => {
            let name = args.command.first().map(|name| name.to_string_lossy());
            let name = name.unwrap_or_default();
            complain(&not_started(&name, &error));
            return Ok(Exit::Command(NOT_STARTED));
        }
    };
    let ended = command.wait(&mut heard, parent).await;
    command.finish().await;
    let code = code(ended.context("the command was lost")?);
    Ok(match (code, report(args, serving)) {
        (0, Ok(true)) => Exit::Found,
        (0, Err(error)) => return Err(error),
        (code, Err(error)) => {
            // how the command ended says more
            complain(&format!("{error:#}"));
            Exit::Command(code)
        }
        (code, Ok(_)) => Exit::Command(code),
    })
}

/// Why a command was not started.
fn not_started(name: &str, error: &std::io::Error) -> String {
    let reason = match error.kind() {
        ErrorKind::NotFound if name.contains(char::is_whitespace) => {
            format!("no program is called so; write its words apart: run -- {name}")
        }
        ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    };
    format!("cannot run \"{name}\": {reason}")
}

/// The variables of the command.
fn variables(args: &RunArgs, serving: &Serving<'_>, files: &CommandFiles) -> Variables {
    let mut variables = Variables::default();
    variables.lead(serving.reachable(), files, |name| std::env::var_os(name));
    let org = serving.world.default_org();
    let credentials = org.credentials();
    let known = connections(&serving.url(), &credentials).environment;
    for (name, value) in &known {
        variables.set(name, value.as_str().unwrap_or_default());
    }
    variables.set("ZOHO_MOCK_URL", serving.control_url());
    if let Some(token) = &args.serve.admin_token {
        variables.set("ZOHO_MOCK_ADMIN_TOKEN", token);
    }
    variables
}

/// Tells what the requests of all orgs broke, and what of the API was called; whether that fails.
fn report(args: &RunArgs, serving: &Serving<'_>) -> anyhow::Result<bool> {
    let orgs = serving.world.orgs();
    let mut found = control::report_of(orgs.iter().map(AsRef::as_ref));
    if !args.only.is_empty() {
        found.coverage.keep_only(&args.only);
    }
    let fail_on = args.fail_on.unwrap_or(Severity::Error);
    let reasons = report::reasons(&found, args.fail_on, args.fail_under);
    complain(&if reasons.is_empty() {
        report::summary(&found, fail_on)
    } else {
        report::text(&found, fail_on)
    });
    let refused = refused(&serving.world.default_org().journal);
    if !refused.is_empty() {
        let hosts: Vec<String> = refused.into_iter().collect();
        complain(&format!(
            "these are no hosts of Zoho's, and were refused: {} (--pass-through lets clients through)",
            hosts.join(", ")
        ));
    }
    if let Some(path) = &args.report {
        report::write(path, &ReportForm::of(path).write(&found, fail_on)?)?;
    }
    if !reasons.is_empty() {
        complain(&reasons.join("; "));
    }
    Ok(!reasons.is_empty())
}

/// Hosts that clients have asked for by the proxy, and to which it does not lead.
fn refused(journal: &Journal) -> BTreeSet<String> {
    const FORBIDDEN: u16 = 403;
    let entries = journal.entries().into_iter();
    let refused = entries.filter(|entry| entry.status == FORBIDDEN);
    // requests for this server have a path alone
    let refused = refused.filter(|entry| !entry.path.starts_with('/'));
    let targets = refused.filter_map(|entry| {
        let target = entry.path.split_once("://").map(|(_, rest)| rest);
        let target = target.unwrap_or(&entry.path);
        let host = target.split('/').next().unwrap_or_default();
        (!host.is_empty()).then(|| printable(without_port(host)).into_owned())
    });
    targets.collect()
}
