//! Zoho's own SDKs, unmodified, against the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::support::{BINARY, Server, skip};

/// Where the SDKs for Python are, in the folder that Cargo keeps for tests.
fn environment() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-python")
}

/// The SDK for version 2.1, whose package has the name of that for version 2.
fn version_2_1() -> PathBuf {
    environment().join("v2_1")
}

/// A Python with the SDKs; or why there is none.
pub(crate) fn python() -> Result<PathBuf, String> {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    PYTHON.get_or_init(install_python).clone()
}

fn install_python() -> Result<PathBuf, String> {
    let python = environment().join("bin/python");
    let complete = environment().join("complete");
    let requirements = scripts().join("requirements.txt");
    let apart = scripts().join("requirements_v2_1.txt");
    let mut wanted = std::fs::read_to_string(&requirements).map_err(|e| e.to_string())?;
    wanted += &std::fs::read_to_string(&apart).map_err(|e| e.to_string())?;
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let newer = "import sys; sys.exit(sys.version_info < (3, 11))";
    run(Command::new("python3").args(["-c", newer]))
        .map_err(|e| format!("Python 3.11 is needed: {e}"))?;
    run(Command::new("python3")
        .args(["-m", "venv"])
        .arg(environment()))?;
    let pip = ["-m", "pip", "install", "--quiet", "--no-deps"];
    run(Command::new(&python).args(pip).arg("-r").arg(&requirements))?;
    run(Command::new(&python)
        .args(pip)
        .args(["--upgrade", "--target"])
        .arg(version_2_1())
        .arg("-r")
        .arg(&apart))?;
    std::fs::write(&complete, wanted).map_err(|e| e.to_string())?;
    Ok(python)
}

/// A folder with the SDK for Node and the scripts; or why there is none.
pub(crate) fn node() -> Result<PathBuf, String> {
    static NODE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    NODE.get_or_init(install_node).clone()
}

fn install_node() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-node");
    let lock = clients().join("node/package-lock.json");
    let wanted = std::fs::read_to_string(&lock).map_err(|e| e.to_string())?;
    let complete = folder.join("complete");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    // scripts find packages beside themselves
    for scripts in ["node", "built_in"] {
        let files = std::fs::read_dir(clients().join(scripts)).map_err(|e| e.to_string())?;
        for file in files {
            let file = file.map_err(|e| e.to_string())?;
            let to = folder.join(file.file_name());
            std::fs::copy(file.path(), to).map_err(|e| e.to_string())?;
        }
    }
    if !std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        let newer = "process.exit(+(parseInt(process.versions.node) < 20))";
        run(Command::new("node").args(["-e", newer]))
            .map_err(|e| format!("Node 20 is needed: {e}"))?;
        run(Command::new("npm")
            .args([
                "ci",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
            ])
            .current_dir(&folder))?;
        std::fs::write(&complete, wanted).map_err(|e| e.to_string())?;
    }
    Ok(folder)
}

/// Runs a command; what it printed is the error where it fails.
pub(crate) fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!(
        "{command:?} failed:\n{}{}",
        said(&output.stdout),
        said(&output.stderr)
    ))
}

pub(crate) fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

fn scripts() -> PathBuf {
    clients().join("python")
}

fn sdk(script: &str, seeds: &[&[&str]], on_purpose: &[&str]) {
    sdk_in(None, script, seeds, on_purpose);
}

/// Runs a script with an SDK from a folder of its own, if one is given, against fresh servers.
fn sdk_in(folder: Option<&Path>, script: &str, seeds: &[&[&str]], on_purpose: &[&str]) {
    let python = match python() {
        Ok(python) => python,
        Err(why) => return skip(script, &why),
    };
    for arguments in seeds {
        let server = Server::start(arguments);
        let path = folder.iter().map(|folder| ("PYTHONPATH", folder));
        let outcome = run(Command::new(&python)
            .envs(path)
            .arg(scripts().join(script))
            .args(["--url", &server.url]));
        assert!(
            outcome.is_ok(),
            "{script} with {arguments:?}: {}",
            outcome.expect_err("checked")
        );
        breaks_no_rule(&server, script, on_purpose);
    }
}

/// What Zoho's own SDKs send is right by Zoho's contract: no rule is broken that is worse than a
/// warning, but for those that the scripts break on purpose.
fn breaks_no_rule(server: &Server, script: &str, on_purpose: &[&str]) {
    let output = Command::new(BINARY)
        .args(["verify", "--url", &server.url, "--format", "json"])
        .output()
        .expect("the binary");
    let text = String::from_utf8_lossy(&output.stdout);
    let report: Json = serde_json::from_str(&text).expect("JSON");
    let exercised = report["coverage"]["exercised"].as_u64();
    assert!(exercised > Some(5), "{script}: {report:#}");
    let violations = report["violations"].as_array().expect("a list");
    let errors = violations.iter().filter(|v| v["severity"] == "error");
    let unexpected: Vec<&Json> = errors
        .filter(|v| !on_purpose.iter().any(|rule| v["rule"] == *rule))
        .collect();
    assert!(unexpected.is_empty(), "{script}: {unexpected:#?}");
}

/// A lead without a last name, a query without conditions, a module that does not exist, a list
/// without its fields.
const ON_PURPOSE: [&str; 4] = [
    "record.mandatory",
    "coql.invalid",
    "module.unknown",
    "query.missing_param",
];

#[test]
fn zohocrmsdk8_0() {
    sdk("sdk_v8.py", &[&[], &["--empty"]], &ON_PURPOSE);
}

#[test]
fn zohocrmsdk8_0_relates() {
    sdk("sdk_v8_related.py", &[&[], &["--empty"]], &[]);
}

#[test]
fn zohocrmsdk8_0_watches() {
    sdk("sdk_v8_watch.py", &[&[], &["--empty"]], &[]);
}

#[test]
fn zohocrmsdk2_0() {
    sdk(
        "sdk_v2.py",
        &[&[], &["--empty"], &["--wording", "zoho"]],
        &ON_PURPOSE,
    );
}

/// A linked attachment that is downloaded, a file of a field that there is not.
const FILES_ON_PURPOSE: [&str; 1] = ["answer.refused"];

#[test]
fn zohocrmsdk8_0_with_files() {
    sdk("sdk_v8_files.py", &[&[]], &FILES_ON_PURPOSE);
}

/// Notes, tags, clones and owners.
#[test]
fn zohocrmsdk8_0_notes_and_tags() {
    sdk("notes_tags_v8.py", &[&[], &["--empty"]], &[]);
}

#[test]
fn zohocrmsdk2_0_notes_and_tags() {
    sdk("notes_tags_v2.py", &[&[], &["--wording", "zoho"]], &[]);
}

#[test]
fn zohocrmsdk8_0_around_records() {
    sdk("around_v8.py", &[&[]], &[]);
}

#[test]
fn zohocrmsdk2_1() {
    sdk_in(Some(&version_2_1()), "around_v2_1.py", &[&[]], &[]);
}

/// Runs a script of the SDK for Node against a fresh server.
fn node_sdk(script: &str) {
    let folder = match node() {
        Ok(folder) => folder,
        Err(why) => return skip(script, &why),
    };
    let server = Server::start(&[]);
    let outcome = run(Command::new("node")
        .args([script, &server.url])
        .current_dir(&folder));
    assert!(outcome.is_ok(), "{}", outcome.expect_err("checked"));
    breaks_no_rule(&server, script, &[]);
}

/// It sends the form of the token request as `multipart/form-data`.
#[test]
fn nodejs_sdk_8_0() {
    node_sdk("sdk_v8.mjs");
}

#[test]
fn nodejs_sdk_8_0_notes_and_tags() {
    node_sdk("notes_tags_v8.mjs");
}

#[test]
fn nodejs_sdk_8_0_in_bulk() {
    node_sdk("sdk_v8_bulk.mjs");
}

#[test]
fn nodejs_sdk_8_0_with_files() {
    node_sdk("sdk_v8_files.mjs");
}

#[test]
fn nodejs_sdk_8_0_around_records() {
    node_sdk("around_v8.mjs");
}
