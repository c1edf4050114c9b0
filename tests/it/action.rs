//! The Action for GitHub, run as its runner does: by variables, and by files that steps write to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{BINARY, skip};

/// A job that has this one step.
struct Job {
    folder: tempfile::TempDir,
    inputs: Vec<(String, String)>,
}

impl Job {
    /// A job; or none, with a word about it.
    fn new(test: &str, inputs: &[(&str, &str)]) -> Option<Self> {
        let newer = "process.exit(+(parseInt(process.versions.node) < 20))";
        let node = Command::new("node").args(["-e", newer]).status();
        if !node.is_ok_and(|status| status.success()) {
            skip(test, "Node 20 is needed");
            return None;
        }
        let named = |&(name, value): &(&str, &str)| {
            (format!("INPUT_{}", name.to_uppercase()), value.to_owned())
        };
        Some(Self {
            folder: tempfile::tempdir().expect("a folder"),
            inputs: inputs.iter().map(named).collect(),
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, script: &str, state: &[(String, String)]) -> Output {
        let mut command = Command::new("node");
        for name in ["OUTPUT", "ENV", "STATE", "STEP_SUMMARY"] {
            command.env(format!("GITHUB_{name}"), self.path(name));
        }
        command
            .arg(
                Path::new(env!("CARGO_MANIFEST_DIR"))
                    .join("action")
                    .join(script),
            )
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_ACTION_REPOSITORY", "someone/zoho-crm-mock")
            .envs(self.inputs.iter().cloned())
            .envs(state.iter().cloned())
            .current_dir(self.folder.path())
            .output()
            .expect("node")
    }

    /// What a step has written to a file of the runner.
    fn written(&self, file: &str) -> Vec<(String, String)> {
        let text = fs::read_to_string(self.path(file)).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let entries = lines.chunks(3).map(|entry| {
            let [name, value, end] = entry else {
                panic!("no entry: {entry:?}");
            };
            let (name, mark) = name.split_once("<<").expect("a name");
            assert_eq!(mark, *end);
            (name.to_owned(), (*value).to_owned())
        });
        entries.collect()
    }

    fn value(&self, file: &str, name: &str) -> String {
        let all = self.written(file);
        let found = all.into_iter().find(|(key, _)| key == name);
        found.expect("a value").1
    }

    fn start(&self) -> Output {
        self.run("start.js", &[])
    }

    fn report(&self) -> Output {
        let state = self.written("STATE").into_iter();
        let state: Vec<_> = state
            .map(|(name, value)| (format!("STATE_{name}"), value))
            .collect();
        self.run("report.js", &state)
    }
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// Asks for a field that does not exist.
fn mistake(url: &str) {
    let answer = reqwest::blocking::Client::new()
        .post(format!("{url}/crm/v8/Leads"))
        .header("Authorization", "Zoho-oauthtoken any")
        .body(r#"{"data":[{"Last_Name":"Rao","Compny":"Rao"}]}"#)
        .send();
    assert!(answer.is_ok(), "{answer:?}");
}

#[test]
fn a_mistake_fails_the_job_and_stands_in_its_summary() {
    for (fail_on, fails) in [("error", true), ("never", false)] {
        let inputs = [
            ("program", BINARY),
            ("arguments", "--empty  --workers 1"),
            ("fail-on", fail_on),
            ("junit", "contract.xml"),
        ];
        let test = "action::a_mistake_fails_the_job_and_stands_in_its_summary";
        let Some(job) = Job::new(test, &inputs) else {
            return;
        };
        let started = job.start();
        assert!(started.status.success(), "{}", said(&started));
        let url = job.value("OUTPUT", "url");
        assert_eq!(url, job.value("ENV", "ZOHO_MOCK_URL"));
        assert!(url.ends_with(&format!(":{}", job.value("OUTPUT", "port"))));
        mistake(&url);
        let reported = job.report();
        let told = said(&reported);
        assert_eq!(reported.status.success(), !fails, "{told}");
        assert_eq!(
            told.contains("::error title=zoho-crm-mock::"),
            fails,
            "{told}"
        );
        let summary = fs::read_to_string(job.path("STEP_SUMMARY")).expect("a summary");
        assert!(summary.contains("Compny"), "{summary}");
        let junit = fs::read_to_string(job.path("contract.xml")).expect("a report");
        assert!(junit.contains("<testsuite"), "{junit}");
        let gone = reqwest::blocking::get(format!("{url}/__admin/health"));
        let gone = gone.is_err() || {
            std::thread::sleep(std::time::Duration::from_secs(2));
            reqwest::blocking::get(format!("{url}/__admin/health")).is_err()
        };
        assert!(gone, "the server is still there");
    }
}

#[test]
fn a_job_without_mistakes_ends_well() {
    let test = "action::a_job_without_mistakes_ends_well";
    let Some(job) = Job::new(test, &[("program", BINARY)]) else {
        return;
    };
    assert!(job.start().status.success());
    let reported = job.report();
    assert!(reported.status.success(), "{}", said(&reported));
}

#[test]
fn why_a_server_does_not_start_is_told() {
    let test = "action::why_a_server_does_not_start_is_told";
    for (inputs, word) in [
        (
            [("program", BINARY), ("arguments", "--seed nosuch")],
            "nosuch",
        ),
        (
            [("program", "/no/such/program"), ("arguments", "")],
            "ENOENT",
        ),
        ([("program", BINARY), ("arguments", "--prot 1")], "--prot"),
    ] {
        let Some(job) = Job::new(test, &inputs) else {
            return;
        };
        let started = job.start();
        let told = said(&started);
        assert!(!started.status.success(), "{told}");
        assert!(told.contains("::error") && told.contains(word), "{told}");
        // and nothing is left for the last step to trip over
        let reported = job.report();
        assert!(reported.status.success(), "{}", said(&reported));
    }
}
