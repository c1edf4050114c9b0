//! `zoho-crm-mock health` and `zoho-crm-mock wait`: is there a server that takes requests?

use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::Value as Json;

use super::exit::{Exit, complain};
use super::parse::{port, server_url};
use super::plane;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long is paused between two questions.
const PAUSE: Duration = Duration::from_millis(25);

/// Which server is asked. The variables are those of `serve`, so that a command in the server's own
/// container finds it by itself.
#[derive(Clone, Debug, Args)]
pub(super) struct HealthArgs {
    /// Base address of the server; one on this machine without it
    #[arg(long, env = "ZOHO_MOCK_URL", value_name = "URL", value_parser = server_url)]
    url: Option<String>,
    /// Port of a server on this machine
    #[arg(long, env = "ZOHO_MOCK_PORT", value_parser = port, default_value_t = 8080)]
    port: u16,
    /// Port of its control plane, if that has one of its own
    #[arg(long, env = "ZOHO_MOCK_ADMIN_PORT", value_parser = port)]
    admin_port: Option<u16>,
}

impl HealthArgs {
    fn url(&self) -> String {
        let port = self.admin_port.unwrap_or(self.port);
        let local = || format!("http://127.0.0.1:{port}");
        self.url.clone().unwrap_or_else(local)
    }
}

/// Options of `wait`.
#[derive(Clone, Debug, Args)]
pub(super) struct WaitArgs {
    #[command(flatten)]
    server: HealthArgs,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true, default_value = "30")]
    timeout: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse().ok();
    number
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "a number of seconds".to_owned())
}

/// Why a server is not taken for a healthy one.
enum Unwell {
    /// It does not answer, or not as one does: that may change.
    Yet(String),
    /// It cannot be asked, whatever happens.
    Ever(String),
}

/// Tells whether the server is well.
pub(super) fn health(args: &HealthArgs) -> Exit {
    told(look(&args.url(), PATIENCE))
}

/// Waits until the server is well.
pub(super) fn wait(args: &WaitArgs) -> Exit {
    let (url, started) = (args.server.url(), Instant::now());
    loop {
        let left = args.timeout.saturating_sub(started.elapsed());
        // the last look has its time, too: the server may have come in this moment
        let outcome = look(&url, left.clamp(PAUSE, PATIENCE));
        if left.is_zero() || !matches!(outcome, Err(Unwell::Yet(_))) {
            return told(outcome);
        }
        sleep(PAUSE.min(left));
    }
}

#[allow(clippy::print_stdout, reason = "this is the command's result")]
fn told(outcome: Result<String, Unwell>) -> Exit {
    match outcome {
        Ok(well) => {
            println!("{well}");
            Exit::Success
        }
        Err(Unwell::Yet(why)) => {
            complain(&why);
            Exit::Found
        }
        Err(Unwell::Ever(why)) => {
            complain(&why);
            Exit::Usage
        }
    }
}

/// Asks the server once.
fn look(url: &str, patience: Duration) -> Result<String, Unwell> {
    let base = url.trim_end_matches('/');
    let address = plane::address(url, "health");
    let answer = plane::agent(patience).get(&address).call();
    let mut answer = answer.map_err(|error| match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            Unwell::Ever(format!("{base} is no address of a server: {error}"))
        }
        error => Unwell::Yet(plane::unreachable(base, error)),
    })?;
    let status = answer.status();
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    let body: Json = serde_json::from_str(&body).unwrap_or_default();
    if status == 200 && body["status"] == "ok" {
        let version = body["version"].as_str().unwrap_or_default();
        return Ok(format!("ok: zoho-crm-mock {version} at {base}"));
    }
    // without a control plane the path is one that Zoho does not have, which is answered all the same
    if status == 404 && body["code"] == "INVALID_URL_PATTERN" {
        return Ok(format!("ok: a server without a control plane at {base}"));
    }
    let other = format!("{base} answers {status}, and not as zoho-crm-mock does");
    Err(Unwell::Yet(other))
}
