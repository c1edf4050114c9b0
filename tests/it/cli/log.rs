//! Levels of the log, by `RUST_LOG`.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{BINARY, Server};

/// What the log says of a search, up to the line of the request itself.
fn log_at(levels: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    let mut command = Command::new(BINARY);
    command
        .args(["serve", "--port", "0", "--empty", "--log-requests"])
        .env("RUST_LOG", levels)
        .stderr(std::fs::File::create(&log).expect("a file"));
    let server = Server::run_logged(command);
    let client = reqwest::blocking::Client::new();
    let search = format!("{}/crm/v8/Leads/search?word=rao", server.url);
    let request = client.get(search).header("Authorization", "Bearer x");
    request.send().expect("an answer");
    let started = Instant::now();
    loop {
        let text = std::fs::read_to_string(&log).expect("the log");
        if text.contains("GET /crm/v8/Leads/search") {
            return text;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "{text}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn levels_are_set_for_all_and_for_targets() {
    // levels, whether the plan of the search is shown, and what is not understood
    for (levels, shown, wrong) in [
        ("debug", true, None),
        ("DEBUG", true, None),
        ("info", false, None),
        ("", false, None),
        ("off", false, None),
        ("off,zoho_crm_mock::query=debug", true, None),
        ("zoho_crm_mock", true, None),
        (
            " warn , zoho_crm_mock = debug",
            false,
            Some("'zoho_crm_mock = debug'"),
        ),
        ("debug,zoho_crm_mock::query=off", false, None),
        (
            "debug,zoho_crm_mock=loud",
            true,
            Some("'zoho_crm_mock=loud'"),
        ),
        ("[span]=debug", false, Some("'[span]=debug'")),
    ] {
        let text = log_at(levels);
        assert_eq!(text.contains("plan="), shown, "{levels}: {text}");
        assert_eq!(
            text.matches("warning: in RUST_LOG, ").count(),
            usize::from(wrong.is_some()),
            "{levels}: {text}"
        );
        assert!(text.contains(wrong.unwrap_or_default()), "{levels}: {text}");
    }
}
