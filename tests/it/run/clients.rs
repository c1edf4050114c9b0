//! Clients in whose sources Zoho's hosts stand, unmodified, none of which leaves the machine: they run
//! in a network of their own, with a resolver that fails them for any name that they look up.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::{outcome, run_of};
use crate::sdk;
use crate::support::{BINARY, skip};

/// The folder of the scripts.
fn scripts() -> PathBuf {
    sdk::clients().join("built_in")
}

/// What a command is run by that is to reach no other machine; or why it cannot be had.
fn alone() -> Result<Command, String> {
    static CHECKED: OnceLock<Result<(), String>> = OnceLock::new();
    let alone = || {
        let mut command = Command::new("unshare");
        command.args([
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "python3",
            "-B",
        ]);
        command.arg(scripts().join("alone.py"));
        command
    };
    let checked = CHECKED.get_or_init(|| sdk::run(alone().arg("true")).map(drop));
    checked.clone().map(|()| alone())
}

/// Runs a program under `run` where no other machine can be reached.
fn runs(test: &str, options: &[&str], program: &[&str]) {
    let mut command = match alone() {
        Ok(command) => command,
        Err(why) => return skip(test, &why),
    };
    command.arg(BINARY).args(["run", "--ephemeral-ca"]);
    command.args(options).arg("--").args(program);
    // where Zoho's SDK for version 2 writes its log
    let folder = tempfile::tempdir().expect("a folder");
    command.current_dir(&folder);
    let outcome = sdk::run(&mut command);
    assert!(outcome.is_ok(), "{test}: {}", outcome.expect_err("checked"));
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path")
}

fn python(test: &str, options: &[&str], script: &str, arguments: &[&str]) {
    let python = match sdk::python() {
        Ok(python) => python,
        Err(why) => return skip(test, &why),
    };
    let script = scripts().join(script);
    let program = [&[path(&python), path(&script)], arguments].concat();
    runs(test, options, &program);
}

fn node(test: &str, options: &[&str], script: &str, arguments: &[&str]) {
    let folder = match sdk::node() {
        Ok(folder) => folder,
        Err(why) => return skip(test, &why),
    };
    let script = folder.join(script);
    let program = [&["node", path(&script)], arguments].concat();
    runs(test, options, &program);
}

/// Whether a program is there.
fn has(test: &str, program: &str, argument: &str) -> bool {
    let found = Command::new(program).arg(argument).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        skip(test, &format!("{program} is not installed"));
    }
    found
}

/// What breaks no rule of the contract that is worse than a warning, or fails.
const RIGHT: &[&str] = &["--empty", "--fail-on", "error"];

#[test]
fn zohocrmsdk8_0_in_production() {
    for location in ["US", "EU", "IN"] {
        python("zohocrmsdk8_0_in_production", RIGHT, "sdk.py", &[location]);
    }
}

#[test]
fn zohocrmsdk2_0_in_production() {
    for location in ["US", "EU", "IN"] {
        python(
            "zohocrmsdk2_0_in_production",
            RIGHT,
            "sdk_v2.py",
            &[location],
        );
    }
}

#[test]
fn nodejs_sdk_8_0_in_production() {
    for location in ["US", "EU", "IN"] {
        node(
            "nodejs_sdk_8_0_in_production",
            RIGHT,
            "sdk.mjs",
            &[location],
        );
    }
}

#[test]
fn libraries_for_python() {
    python("libraries_for_python", &[], "http_clients.py", &[]);
}

#[test]
fn clients_of_third_parties() {
    python("clients_of_third_parties", &[], "others.py", &[]);
}

#[test]
fn ways_of_node() {
    node("ways_of_node", &[], "fetch.mjs", &[]);
    node("ways_of_node", &[], "commonjs.cjs", &[]);
}

#[test]
fn ways_of_java() {
    if has("ways_of_java", "java", "-version") {
        let program = scripts().join("Client.java");
        runs("ways_of_java", &[], &["java", path(&program)]);
    }
}

#[test]
fn ways_of_curl() {
    const SCRIPT: &str = r#"
set -e
token='Authorization: Zoho-oauthtoken any'
for url in https://www.zohoapis.com https://sandbox.zohoapis.eu http://www.zohoapis.in; do
  curl -fsS -H "$token" "$url/crm/v8/Leads/actions/count" | grep -q '"count":16'
done
curl -fsS --http2 -H "$token" https://www.zohoapis.com/crm/v8/Leads/actions/count | grep -q '"count":16'
curl -fsS 'https://accounts.zoho.in/oauth/v2/token?grant_type=refresh_token&refresh_token=r' \
  -d client_id=1000.CLIENT -d client_secret=secret | grep -q '"api_domain":"https://www.zohoapis.in"'
"#;
    if has("ways_of_curl", "curl", "--version") {
        runs("ways_of_curl", &[], &["sh", "-c", SCRIPT]);
    }
}

/// Paths of the files stand in options of runtimes, among others.
#[cfg(unix)]
#[test]
fn the_folder_of_temporary_files_may_have_any_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let strange = folder.path().join("a \"b\" \\ c's");
    std::fs::create_dir(&strange).expect("made");
    for (words, version) in [
        (["node", "-e", "fetch"], "--version"),
        (["java", "-Xshare:auto", "-version"], "-version"),
        (["python3", "-c", "import socket"], "--version"),
    ] {
        if !has("the_folder_of_temporary_files", words[0], version) {
            continue;
        }
        let (status, _, told) = outcome(run_of(&[], &words).env("TMPDIR", &strange));
        assert_eq!(status, Some(0), "{words:?}: {told}");
    }
}

/// Python loads one module of that name, and `run` has brought one.
#[test]
fn a_sitecustomize_of_ones_own_is_loaded() {
    if !has(
        "a_sitecustomize_of_ones_own_is_loaded",
        "python3",
        "--version",
    ) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("sitecustomize.py");
    std::fs::write(own, "import builtins\nbuiltins.own = 'loaded'\n").expect("written");
    let program = "import sys; print(own, sys.modules['sitecustomize'].__file__)";
    let mut run = run_of(&[], &["python3", "-c", program]);
    let (status, printed, told) = outcome(run.env("PYTHONPATH", folder.path()));
    assert_eq!(status, Some(0), "{told}");
    let place = format!("loaded {}", path(folder.path()));
    assert!(printed.starts_with(&place), "{printed}");
}

#[test]
fn a_name_that_is_looked_up_fails() {
    let mut command = match alone() {
        Ok(command) => command,
        Err(why) => return skip("a_name_that_is_looked_up_fails", &why),
    };
    // whatever the program makes of it
    const LOOKS_UP: &str = "import socket\ntry: socket.getaddrinfo('www.zohoapis.com', 443)\n\
        except OSError: pass";
    let outcome = sdk::run(command.args(["python3", "-c", LOOKS_UP]));
    let told = outcome.expect_err("a name was looked up");
    assert!(told.contains("looked up: www.zohoapis.com"), "{told}");
}
