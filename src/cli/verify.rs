//! `zoho-crm-mock verify`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::completions;
use super::exit::{Exit, complain};
use super::parse::server_url;
use super::plane::{self, AdminToken};
use super::report::{self, ReportForm};
use super::words::word;
use crate::contract::Severity;
use crate::contract::report::{OperationNames, Report};

/// Options of `verify`.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// Base address of the server
    #[arg(
        long,
        env = "ZOHO_MOCK_URL",
        value_name = "URL",
        value_parser = server_url,
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,
    #[command(flatten)]
    admin: AdminToken,
    /// The org whose requests are looked at; the server's first one unless said otherwise
    #[arg(long, value_name = "ID")]
    org: Option<String>,
    /// The mildest severity that fails
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>(), default_value = "error")]
    fail_on: Severity,
    /// Fail if less than so many in a hundred of the operations were called
    #[arg(long, value_name = "PERCENT", value_parser = report::percent, allow_negative_numbers = true)]
    fail_under: Option<f64>,
    /// Operations that count for what was called: NAME, or records.*; may be given several times
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', add = completions::operations())]
    only: Vec<OperationNames>,
    /// Form of the report
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: ReportForm,
    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Asks a server what it has seen, and tells it.
pub(super) fn verify(args: &VerifyArgs) -> Exit {
    match run(args) {
        Ok(reasons) if reasons.is_empty() => Exit::Success,
        Ok(reasons) => {
            complain(&reasons.join("; "));
            Exit::Found
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

/// Writes the report; gives the reasons for which it fails.
#[allow(clippy::print_stdout, reason = "this is the command's result")]
fn run(args: &VerifyArgs) -> anyhow::Result<Vec<String>> {
    let mut found = fetch(args)?;
    if !args.only.is_empty() {
        found.coverage.keep_only(&args.only);
    }
    let text = args.format.write(&found, args.fail_on)?;
    match &args.output {
        Some(path) => report::write(path, &text)?,
        None => print!("{text}"),
    }
    Ok(report::reasons(&found, Some(args.fail_on), args.fail_under))
}

/// Asks the server for its report.
fn fetch(args: &VerifyArgs) -> anyhow::Result<Report> {
    let body = plane::get(
        &args.url,
        args.admin.token(),
        args.org.as_deref(),
        "contract",
    )?;
    let address = plane::address(&args.url, "contract");
    serde_json::from_str(&body).with_context(|| format!("{address} gives no report"))
}
