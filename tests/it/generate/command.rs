//! `generate` as a user runs it, and servers with generated records.

use std::process::{Command, Output};

use zoho_crm_mock::{Builder, StartError};

use super::records;
use crate::support::{BINARY, send};

#[test]
fn a_server_with_generated_records() {
    let world = Builder::default()
        .empty()
        .generate("Accounts", 20)
        .generate("Contacts", 30)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("a world");
    let (_, body) = send(
        &world,
        "GET",
        "/crm/v8/Contacts?fields=Last_Name,Account_Name",
        None,
    );
    let contacts = body["data"].as_array().expect("contacts");
    assert_eq!(contacts.len(), 30);
    assert!(
        contacts
            .iter()
            .all(|c| c["Account_Name"]["name"].is_string())
    );
    let error = Builder::default()
        .empty()
        .generate("Quotes", 1)
        .build_world();
    assert!(matches!(error, Err(StartError::Generate(_))));
}

fn run(arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let output = run(&[
        "generate",
        "--module",
        "Leads=3",
        "--module",
        "Accounts=2,Contacts=4",
    ]);
    assert!(output.status.success() && output.stderr.is_empty());
    let found = records(&String::from_utf8_lossy(&output.stdout));
    let counts: Vec<_> = found
        .iter()
        .map(|(name, list)| (name.as_str(), list.len()))
        .collect();
    assert_eq!(counts, [("Accounts", 2), ("Contacts", 4), ("Leads", 3)]);

    let file = path("crm.json");
    let written = run(&[
        "generate",
        "--module",
        "Contacts=4,Accounts=2,Leads=3",
        "--output",
        &file,
    ]);
    assert!(written.status.success() && written.stdout.is_empty());
    assert_eq!(std::fs::read(&file).expect("the file"), output.stdout);
    let checked = run(&["check", &file]);
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "ok: 9 records\n");

    let csv = run(&[
        "generate", "--module", "Leads=2", "--format", "csv", "--locale", "DE-de",
    ]);
    let text = String::from_utf8_lossy(&csv.stdout);
    assert!(
        text.starts_with("Company,First_Name,") && text.contains("Deutschland"),
        "{text}"
    );
    let several = [
        "generate",
        "--module",
        "Leads=2,Accounts=1",
        "--format",
        "csv",
        "--output",
    ];
    assert!(
        run(&[&several[..], &[&path("tables")]].concat())
            .status
            .success()
    );
    let checked = run(&["check", &path("tables")]);
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "ok: 3 records\n");

    let later = run(&[
        "generate",
        "--module",
        "Leads=3",
        "--now",
        "2030-06-01T00:00:00Z",
    ]);
    let text = String::from_utf8_lossy(&later.stdout);
    assert!(text.contains("2029") && !text.contains("2026-"), "{text}");
}

/// Who has read enough closes the pipe: that is no error.
#[cfg(unix)]
#[test]
fn a_reader_may_stop() {
    for format in ["json", "csv"] {
        let mut child = Command::new(BINARY)
            .args(["generate", "--module", "Leads=20000", "--format", format])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*error), (Some(0), ""), "{format}");
    }
}

#[test]
fn refusals_say_why() {
    for (arguments, part) in [
        (
            &["--module", "Leads=abc"][..],
            "invalid value 'Leads=abc' for '--module <MODULE=N>': \"abc\" is no number of records",
        ),
        (
            &["--module", "Leads"],
            "a module and a number of records, such as Leads=1000",
        ),
        (
            &["--module", "Leeds=5"],
            "unknown module \"Leeds\"; did you mean \"Leads\"?",
        ),
        (&[], "name a module, such as --module Leads=1000"),
        (
            &["--module", "Leads=1", "--locale", "xx"],
            "no such locale; there are en, ar_SA",
        ),
        (
            &["--module", "Leads=1", "--now", "today"],
            "\"today\" is no RFC 3339 date-time",
        ),
        (
            &["--module", "Quotes=1"],
            "Quotes (Quoted_Items.Product_Name) needs records of Products: add --module Products=N",
        ),
        (
            &["--module", "Leads=1,Deals=1", "--format", "csv"],
            "name one with --output",
        ),
        (
            &["--module", "Leads=1", "--output", "/nowhere/x.json"],
            "cannot write /nowhere/x.json",
        ),
        (
            &["--module", "Leads=1", "--seed", "nowhere"],
            "no such file or folder",
        ),
    ] {
        let output = run(&[&["generate"], arguments].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(
            output.stdout.is_empty() && error.contains(part),
            "{arguments:?}: {error}"
        );
        assert!(error.starts_with("zoho-crm-mock: "), "{error}");
    }
    let output = run(&["serve", "--port", "0", "--empty", "--generate", "Quotes=1"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("add --generate Products=N"), "{error}");
}
