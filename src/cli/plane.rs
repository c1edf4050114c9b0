//! The control plane of a running server, as commands ask it.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::Value as Json;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 1 << 30;

/// The token of a server's control plane, as commands are given it.
#[derive(Clone, Debug, Args)]
pub(super) struct AdminToken {
    /// Token of the server's control plane, if it has one
    #[arg(
        long,
        env = "ZOHO_MOCK_ADMIN_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    admin_token: Option<String>,
}

impl AdminToken {
    /// The token, if there is one.
    pub(super) fn token(&self) -> Option<&str> {
        self.admin_token.as_deref()
    }
}

/// The address of a path of the control plane.
pub(super) fn address(url: &str, path: &str) -> String {
    format!("{}/__admin/{path}", url.trim_end_matches('/'))
}

/// What asks a server, and gives up after some time.
pub(super) fn agent(patience: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        // the server is named by its address, and nobody else is to be asked
        .proxy(None)
        .build()
        .new_agent()
}

/// Why a server cannot be reached.
pub(super) fn unreachable(base: &str, error: ureq::Error) -> String {
    let reason = match error {
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            "no server listens there".to_owned()
        }
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "it does not answer in time".to_owned(),
        ureq::Error::HostNotFound => "no host is called so".to_owned(),
        error => error.to_string(),
    };
    format!("cannot reach {base}: {reason}")
}

/// What the server at `url` says under a path, about an org if one is named; `token` is that of its
/// control plane, if it has one.
///
/// # Errors
/// If it cannot be reached, or answers with an error.
pub(super) fn get(
    url: &str,
    token: Option<&str>,
    org: Option<&str>,
    path: &str,
) -> anyhow::Result<String> {
    let base = url.trim_end_matches('/');
    let address = address(url, path);
    let mut request = agent(PATIENCE).get(&address);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    if let Some(org) = org {
        request = request.query("org", org);
    }
    let answer = request.call();
    let mut answer = answer.map_err(|error| anyhow::anyhow!(unreachable(base, error)))?;
    let status = answer.status();
    let body = answer
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_string();
    let body = body.with_context(|| format!("cannot read the answer of {base}"))?;
    if !status.is_success() {
        let json: Json = serde_json::from_str(&body).unwrap_or_default();
        // the control plane's own errors, and those of Zoho's API
        let message = [&json["error"]["message"], &json["message"]];
        match message.into_iter().find_map(Json::as_str) {
            Some(message) => bail!("{base} refuses it: {message}"),
            None => bail!("{address} answers {status}: {}", body.trim()),
        }
    }
    Ok(body)
}
