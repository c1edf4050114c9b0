//! The command line, run as a user runs it.

mod completions;
mod log;
mod man;
mod mistakes;

use std::net::TcpListener;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::support::{BINARY, Server};

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .output()
        .expect("the binary runs")
}

/// Exit code 2, nothing on standard output, and the reason on standard error.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let error = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(error.starts_with("zoho-crm-mock: "), "{error}");
    assert!(
        !error.contains("panicked") && !error.contains("backtrace"),
        "{error}"
    );
    error
}

#[test]
fn refusals_say_why() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for (arguments, part) in [
        (
            vec!["serve", "--port", &port],
            "cannot listen on 127.0.0.1:",
        ),
        (vec!["--port", "x"], "invalid value 'x'"),
        (vec!["serve", "--no-such-flag"], "--no-such-flag"),
        (
            vec!["serve", "--now", "yesterday", "--port", "0"],
            "\"yesterday\" is no RFC 3339 date-time",
        ),
        (
            vec!["serve", "--port", "0", "--empty", "--seed", "default"],
            "--empty",
        ),
    ] {
        let error = refused(&arguments);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_bad_seed_stops_the_start_with_every_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("Leads.json"),
        r##"[{"Last_Name": "ok"}, {"Last_Nam": "x"}, {"Last_Name": "y", "Email": "nope", "Owner": "#nobody"}]"##,
    )
    .expect("written");
    let path = folder.path().display().to_string();
    let error = refused(&["serve", "--port", "0", "--seed", &path]);
    for part in [
        "$[1].Last_Nam: unknown field \"Last_Nam\"; did you mean \"Last_Name\"?",
        "$[2].Owner: unknown label",
    ] {
        assert!(error.contains(part), "{error}");
    }
    let output = run(&["check", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Leads.json: $[1].Last_Nam"));
    let error = refused(&["serve", "--port", "0", "--seed", "documentd"]);
    assert!(error.contains("did you mean \"documented\"?"), "{error}");
}

#[test]
fn check_accepts_the_seeds_of_the_binary() {
    for seed in zoho_crm_mock::seed::embedded::names() {
        let output = run(&["check", seed]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{seed}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
    }
}

#[test]
fn check_counts_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("Leads.csv");
    for (records, told) in [(0, "0 records"), (1, "1 record"), (2, "2 records")] {
        // as Windows tools begin files
        let text = format!("\u{feff}Last_Name,Company\n{}", "Rao,Rao\n".repeat(records));
        std::fs::write(&file, text).expect("written");
        let output = run(&["check", &file.display().to_string()]);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(printed, format!("ok: {told}\n"));
    }
}

/// What a server of which strangers may know says when it starts.
#[cfg(unix)]
#[test]
fn a_control_plane_that_others_reach_is_warned_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    for (arguments, warned) in [
        (&["--host", "127.0.0.1"][..], false),
        (&["--host", "0.0.0.0"], true),
        (&["--host", "0.0.0.0", "--no-admin"], false),
        (&["--host", "0.0.0.0", "--admin-token", "secret"], false),
        (&["--host", "0.0.0.0", "--admin-host", "127.0.0.1"], false),
    ] {
        let mut command = Command::new(BINARY);
        command.args(["serve", "--port", "0", "--empty"]);
        command.args(arguments);
        command.stderr(std::fs::File::create(&log).expect("a file"));
        let server = Server::run_logged(command);
        let killed = Command::new("kill")
            .args(["-TERM", &server.child.id().to_string()])
            .status();
        assert!(killed.expect("kill runs").success());
        server.finish();
        let text = std::fs::read_to_string(&log).expect("the log");
        let part = "/__admin is open to everybody who reaches";
        assert_eq!(text.contains(part), warned, "{arguments:?}: {text}");
        // neither those of the libraries below
        assert_eq!(text.lines().count(), usize::from(warned) + 1, "{text}");
    }
}

#[test]
fn help_version_and_completions() {
    for (arguments, part) in [
        (vec!["--help"], "Examples:"),
        (vec!["serve", "--help"], "ZOHO_MOCK_READY_FILE"),
        (vec!["--version"], env!("CARGO_PKG_VERSION")),
        (vec!["completions", "bash"], "zoho-crm-mock"),
    ] {
        let output = run(&arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(
            String::from_utf8_lossy(&output.stdout).contains(part),
            "{arguments:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn one_line_a_ready_file_and_a_clean_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ready.json");
    let server = Server::start(&["--empty", "--ready-file", &file.display().to_string()]);
    let started = Instant::now();
    let ready: Json = loop {
        // it is written whole: as soon as it is there it can be read
        match std::fs::read_to_string(&file) {
            Ok(text) => break serde_json::from_str(&text).expect("JSON"),
            Err(_) => assert!(started.elapsed() < Duration::from_secs(5), "no ready file"),
        }
    };
    assert_eq!(ready["url"], server.url.as_str());
    assert_eq!(ready["pid"], server.child.id());
    assert!(server.url.ends_with(&ready["port"].to_string()));
    let status = reqwest::blocking::Client::new()
        .get(format!("{}/crm/v2/org", server.url))
        .header("Authorization", "Zoho-oauthtoken x")
        .send()
        .expect("an answer")
        .status();
    assert_eq!(status, 200);
    let killed = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status();
    assert!(killed.expect("kill runs").success());
    assert_eq!(server.finish(), (String::new(), Some(0)));
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_its_parent() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ready.json");
    let line = format!(
        "{BINARY} serve --port 0 --empty --exit-with-parent --ready-file {} >/dev/null 2>&1 & \
         while [ ! -f {} ]; do sleep 0.01; done",
        file.display(),
        file.display()
    );
    assert!(
        Command::new("sh")
            .args(["-c", &line])
            .status()
            .expect("a shell")
            .success()
    );
    let ready: Json =
        serde_json::from_str(&std::fs::read_to_string(&file).expect("the ready file"))
            .expect("JSON");
    let process = format!("/proc/{}/stat", ready["pid"]);
    let ended = || {
        let stat = std::fs::read_to_string(&process).unwrap_or_default();
        stat.is_empty()
            || stat
                .rsplit(')')
                .next()
                .is_some_and(|rest| rest.trim().starts_with('Z'))
    };
    let started = Instant::now();
    while !ended() {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "it outlives its parent"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn requests_are_logged_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let said = |arguments: &[&str]| {
        let mut command = Command::new(BINARY);
        command
            .args(["serve", "--port", "0", "--empty"])
            .args(arguments);
        command.stderr(std::fs::File::create(&log).expect("a file"));
        let server = Server::run_logged(command);
        for (target, body) in [
            (
                "/crm/v8/Leads",
                r#"{"data":[{"Last_Name":"Rao","Compny":"x"}]}"#,
            ),
            (
                "/crm/v8/Leads/upsert?access_token=1000.secretsecretsecret",
                "{}",
            ),
            ("/oauth/v2/token?refresh_token=1000.secretsecretsecret", ""),
        ] {
            let client = reqwest::blocking::Client::new();
            let request = client.post(format!("{}{target}", server.url));
            let request = request.header("Authorization", "Zoho-oauthtoken secretsecretsecret");
            request.body(body).send().expect("an answer");
        }
        let client = reqwest::blocking::Client::new();
        for body in [r#"{"label": "a\ntest"}"#, "{}"] {
            let orgs = format!("{}/__admin/orgs", server.url);
            let made = client.post(orgs).body(body).send().expect("an org");
            let made: serde_json::Value = made.json().expect("JSON");
            let count = format!(
                "{}/crm/v8/Leads/actions/count",
                made["url"].as_str().expect("a url")
            );
            let asked = client
                .get(count)
                .header("Authorization", "Zoho-oauthtoken x");
            asked.send().expect("an answer");
        }
        let started = Instant::now();
        loop {
            let text = std::fs::read_to_string(&log).expect("the log");
            if text.contains("in org2") || started.elapsed() > Duration::from_secs(1) {
                break text;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let text = said(&["--log-requests"]);
    for part in [
        "POST /crm/v8/Leads 201 ",
        " ms records.insert  error ",
        "Compny",
        "POST /oauth/v2/token?refresh_token=",
        " ms records.count in org1 (a\\ntest)\n",
        " ms records.count in org2\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(!text.contains("secretsecretsecret"), "{text}");
    assert_eq!(said(&[]), "");
}
