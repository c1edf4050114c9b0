//! Exchanges with real Zoho, and the command that replays them.

use std::path::PathBuf;
use std::process::{Command, Output};

use zoho_crm_mock::cases::{self, Case};

use crate::support::{BINARY, Server};

/// The files of cases.
pub(crate) fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = std::fs::read_dir(folder).expect("the folder of cases");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    files.sort();
    files
}

/// The cases of a file.
pub(crate) fn read(path: &std::path::Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("a file of cases");
    cases::read(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn replay(arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.arg("cases").args(arguments);
    command.output().expect("the binary runs")
}

fn told(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// Every exchange that is known comes out as Zoho gave it.
#[test]
fn every_known_exchange_comes_out_as_zoho_gave_it() {
    let files = files();
    assert!(files.len() >= 3);
    let paths: Vec<&str> = files.iter().filter_map(|path| path.to_str()).collect();
    let (code, text) = told(&replay(&paths));
    assert_eq!(code, Some(0), "{text}");
}

/// A case says where it comes from, in words that lead there.
#[test]
fn cases_name_public_sources() {
    let mut ids = std::collections::BTreeSet::new();
    for path in files() {
        for case in read(&path) {
            assert!(case.source.len() > 10, "{}: {}", case.id, case.source);
            assert!(!case.steps.is_empty(), "{}", case.id);
            assert!(ids.insert(case.id.clone()), "{} twice", case.id);
        }
    }
}

const LEADS: &str = r#"{"id":"A","title":"a lead","source":"somewhere public","evidence":"docs","seed":{"Leads":[{"Last_Name":"Rao"}]},"options":["--now","2026-05-14T09:30:00Z"],"steps":[{"method":"GET","path":"/crm/v8/Leads?fields=Last_Name, Created_Time","expect_status":200,"expect_json_subset":{"data":[{"Last_Name":"Rao","Created_Time":"2026-05-14T09:30:00+00:00"}],"info":{"count":1}},"expect_absent":["data.0.City"],"expect_key_order":["data","Last_Name","info"],"save":{"id":"data.0.id"}},{"method":"DELETE","path":"/crm/v8/Leads/{id}","expect_status":200,"expect_json_subset":{"data":[{"details":{"id":"{id}"}}]}},{"method":"GET","path":"/crm/v8/Leads/{id}","headers":{"Authorization":null},"expect_status":[401,403]}]}"#;

fn written(name: &str, lines: &[&str]) -> String {
    let path = std::env::temp_dir().join(format!("zcm-cases-{}-{name}", std::process::id()));
    std::fs::write(&path, lines.join("\n")).expect("written");
    path.to_str().expect("a path").to_owned()
}

#[test]
fn what_differs_is_told_with_its_source() {
    let other = LEADS
        .replace("\"Rao\",\"Created", "\"Ito\",\"Created")
        .replace("\"id\":\"A\"", "\"id\":\"B\"");
    let contested = other.replace(
        "\"id\":\"B\"",
        "\"id\":\"C\",\"contested\":\"seen otherwise\"",
    );
    let stale = LEADS.replace(
        "\"id\":\"A\"",
        "\"id\":\"D\",\"contested\":\"seen otherwise\"",
    );
    let path = written("all", &["# four", LEADS, "", &other, &contested, &stale]);
    let (code, text) = told(&replay(&[&path]));
    assert_eq!(code, Some(1), "{text}");
    for line in [
        "differs B: a lead",
        "  step 1: $.data[0].Last_Name: \"Rao\", expected \"Ito\"",
        "  source (docs): somewhere public",
        "contested C: seen otherwise",
        "D is contested, and holds: a lead",
        "1 held, 2 differed, 1 contested",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let (code, text) = told(&replay(&[&path, "--only", "A", "--only", "C"]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 held, 0 differed, 1 contested"), "{text}");
    let _ = std::fs::remove_file(path);
}

#[test]
fn what_is_no_case_is_refused() {
    let no_option = LEADS.replace("--now", "--nwo");
    let unknown = LEADS.replace("expect_absent", "expect_apsent");
    let lines = [
        ("unknown", unknown.as_str(), "line 1: unknown field"),
        ("option", &no_option, "case A: "),
        ("text", "hello", "line 1: "),
    ];
    for (name, line, message) in lines {
        let path = written(name, &[line]);
        let (code, text) = told(&replay(&[&path]));
        assert_eq!(code, Some(2), "{name}: {text}");
        assert!(text.contains(message), "{name}: {text}");
        let _ = std::fs::remove_file(path);
    }
    let path = written("twice", &[LEADS, LEADS]);
    let (code, text) = told(&replay(&[&path]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("line 2: there is a case A before"), "{text}");
    let (code, text) = told(&replay(&[&path, "--only", "Z"]));
    assert_eq!(code, Some(2), "{text}");
    let (code, text) = told(&replay(&["/no/such/file.jsonl"]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("cannot read /no/such/file.jsonl"), "{text}");
    let _ = std::fs::remove_file(path);
}

/// A running server is asked in an org of its own, which is gone afterwards; one without a control
/// plane as it is.
#[test]
fn a_running_server_is_asked() {
    let path = written("running", &[LEADS]);
    let server = Server::start(&["--empty", "--admin-token", "t0k3n"]);
    for _ in 0..2 {
        let (code, text) = told(&replay(&[
            &path,
            "--url",
            &server.url,
            "--admin-token",
            "t0k3n",
        ]));
        assert_eq!(code, Some(0), "{text}");
    }
    // what a living org does not take is told, and the others are asked all the same
    let settled = LEADS.replace("\"id\":\"A\"", "\"id\":\"B\"").replace(
        "{\"Leads\":",
        "{\"org\":{\"features\":[\"pipelines\"]},\"Leads\":",
    );
    let other = written("settled", &[&settled, LEADS]);
    let (code, text) = told(&replay(&[
        &other,
        "--url",
        &server.url,
        "--admin-token",
        "t0k3n",
    ]));
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("skipped B: the control plane answers 422"),
        "{text}"
    );
    assert!(
        text.contains("1 held, 0 differed, 0 contested, 1 skipped"),
        "{text}"
    );
    let _ = std::fs::remove_file(other);
    let (code, text) = told(&replay(&[&path, "--url", &server.url]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("the control plane answers 401"), "{text}");
    let url = server.url.clone();
    drop(server);
    let (code, text) = told(&replay(&[&path, "--url", &url]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("does not answer"), "{text}");
    let plain = Server::start(&["--empty", "--no-admin", "--now", "2026-05-14T09:30:00Z"]);
    let (code, text) = told(&replay(&[&path, "--url", &plain.url]));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("step 1: status 204, expected 200"), "{text}");
    let _ = std::fs::remove_file(path);
}
