//! The binary as a child process, and requests within this one.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

/// The real binary.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_zoho-crm-mock");

/// A serving binary, killed when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// What it says when it listens.
    pub(crate) line: String,
}

impl Server {
    /// Starts `serve --port 0` with further arguments and waits for its line.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(BINARY);
        command.args(["serve", "--port", "0"]).args(arguments);
        Self::run(command)
    }

    /// Starts a command that serves, and waits for its line.
    pub(crate) fn run(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::run_logged(command)
    }

    /// The same, and what it logs goes to where the command says.
    pub(crate) fn run_logged(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let line = line.trim().to_owned();
        let told = line.strip_prefix("zoho-crm-mock listening on ");
        let told = told.expect("the line").split(',').next();
        let url = told.expect("an address").to_owned();
        Self { child, url, line }
    }

    /// What it still writes to standard output until it ends, and its exit code.
    pub(crate) fn finish(mut self) -> (String, Option<i32>) {
        let mut rest = String::new();
        if let Some(out) = self.child.stdout.as_mut() {
            out.read_to_string(&mut rest).expect("its output");
        }
        let status = self.child.wait().expect("it ends");
        (rest, status.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The path of a seed of the scenarios, or the name itself, which is then one of the binary.
pub(crate) fn seed_of_scenarios(name: &str) -> String {
    let path = format!(
        "{}/tests/scenarios/seeds/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    if Path::new(&path).is_file() {
        path
    } else {
        name.to_owned()
    }
}

/// Sends a request without a socket; gives status and body, null for none.
pub(crate) fn send(world: &World, method: &str, target: &str, body: Option<&Json>) -> (u16, Json) {
    let text = body.map(Json::to_string).unwrap_or_default();
    let (status, bytes) = send_bytes(world, method, target, text.as_bytes());
    let json = if bytes.is_empty() {
        Json::Null
    } else {
        serde_json::from_slice(&bytes).expect("JSON")
    };
    (status, json)
}

/// The same with a body of any bytes.
pub(crate) fn send_bytes(world: &World, method: &str, target: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    let request = Request::new(method, path, query, &headers, Some(body));
    let response = dispatch(world, &request);
    (response.status, response.body.to_vec())
}

/// What a suite does whose runtime is missing: it says so and is skipped, but fails in CI.
#[allow(clippy::print_stderr, reason = "that is how a skipped suite says so")]
pub(crate) fn skip(suite: &str, why: &str) {
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{suite} cannot run: {why}"
    );
    eprintln!("skipped {suite}: {why}");
}
