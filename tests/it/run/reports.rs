//! The report at the end, and when it fails.

use serde_json::Value as Json;

use super::{outcome, run_of};
use crate::support::skip;

/// A program that calls the server with a request that breaks two rules, and ends as told.
const CARELESS: &str = r#"
curl -sS "$ZOHO_MOCK_URL/crm/v8/Leads" -H "Authorization: Zoho-oauthtoken $ZOHO_ACCESS_TOKEN" \
  -d '{"data":[{"Last_Name":"Rao","Compny":"Rao Boats"}]}' > /dev/null
exit "$0"
"#;

fn has_curl() -> bool {
    let found = std::process::Command::new("curl").arg("--version").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        skip("run", "curl is not installed");
    }
    found
}

#[test]
fn a_run_fails_for_violations_if_it_is_to() {
    if !has_curl() {
        return;
    }
    for (options, ends, code, said) in [
        (&[][..], "0", 0, "1 error"),
        (&[], "3", 3, "1 error"),
        (&["--fail-on", "error"], "0", 1, "1 violation"),
        (&["--fail-on", "error"], "3", 3, "1 violation"),
        (&["--fail-under", "50"], "0", 1, "not 50 %"),
        (&["--fail-under", "0.1"], "0", 0, "called 1 of"),
    ] {
        let words = ["sh", "-c", CARELESS, ends];
        let (status, printed, told) = outcome(&mut run_of(options, &words));
        assert_eq!(status, Some(code), "{options:?}: {told}");
        assert_eq!(printed, "", "standard output is the command's");
        assert!(told.contains(said), "{options:?}: {told}");
    }
}

#[test]
fn a_report_is_written_in_the_form_that_its_name_says() {
    if !has_curl() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (name, begins) in [
        ("contract.json", "{"),
        ("contract.XML", "<?xml"),
        ("contract.txt", "error "),
    ] {
        let path = folder.path().join(name);
        let path = path.to_str().expect("a path");
        let words = ["sh", "-c", CARELESS, "0"];
        let (status, _, told) = outcome(&mut run_of(&["--report", path], &words));
        assert_eq!(status, Some(0), "{told}");
        let text = std::fs::read_to_string(path).expect("a report");
        assert!(text.starts_with(begins), "{name}: {text}");
        if name.ends_with("json") {
            let report: Json = serde_json::from_str(&text).expect("JSON");
            assert_eq!(report["summary"]["error"], 1, "{text}");
        }
    }
    let nowhere = folder.path().join("none/contract.json");
    let nowhere = nowhere.to_str().expect("a path");
    let started = outcome(&mut run_of(&["--report", nowhere], &["echo", "started"]));
    let (status, printed, told) = started;
    assert_eq!((status, printed.as_str()), (Some(2), ""), "{told}");
    assert!(told.contains("cannot write"), "{told}");
}

#[test]
fn a_report_that_cannot_be_written_at_the_end_hides_no_code() {
    const TAKES_AWAY: &str = "rm -r \"$0\"; exit $1";
    for (ends, code) in [("0", 2), ("3", 3)] {
        let folder = tempfile::tempdir().expect("a folder");
        let report = folder.path().join("contract.json");
        let options = ["--report", report.to_str().expect("a path")];
        let place = folder.path().to_str().expect("a path");
        let words = ["sh", "-c", TAKES_AWAY, place, ends];
        let (status, _, told) = outcome(&mut run_of(&options, &words));
        assert_eq!(status, Some(code), "{told}");
        assert!(told.contains("cannot write"), "{told}");
    }
}

#[test]
fn hosts_that_were_refused_are_told() {
    if !has_curl() {
        return;
    }
    const STRAYS: &str = "curl -sS https://www.example.com/ http://api.example.org:81/x; true";
    let (status, printed, told) = outcome(&mut run_of(&[], &["sh", "-c", STRAYS]));
    assert_eq!(status, Some(0), "{told}");
    assert!(printed.contains("HOST_NOT_ZOHO"), "{printed}");
    let hosts = "refused: api.example.org, www.example.com (--pass-through";
    assert!(told.contains(hosts), "{told}");
}

/// A suite that gives each of its tests an org of its own.
const FORKING: &str = r#"
set -e
org=$(curl -sS -X POST "$ZOHO_MOCK_URL/__admin/orgs" -H 'Content-Type: application/json' -d '{"from":"seed"}')
url=$(printf %s "$org" | sed 's/.*"url": *"\([^"]*\)".*/\1/')
curl -sS "$url/crm/v8/Leads" -H "Authorization: Zoho-oauthtoken any" \
  -d '{"data":[{"Last_Name":"Rao","Compny":"Rao Boats"}]}' > /dev/null
"#;

#[test]
fn the_report_is_about_all_orgs() {
    if !has_curl() {
        return;
    }
    let run = &mut run_of(&["--fail-on", "error"], &["sh", "-c", FORKING]);
    let (status, _, told) = outcome(run);
    assert_eq!(status, Some(1), "{told}");
    assert!(told.contains("called 1 of"), "{told}");
}
