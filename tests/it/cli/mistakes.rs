//! Mistakes that people make on the command line, and a word that helps with each of them.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::support::{BINARY, Server};

/// What is typed, and what the message must hold: in `FOLDER` there are the files of [`write`].
const MISTAKES: &[(&str, &str)] = &[
    // options that are none
    ("--prot 8081", "tip: a similar argument exists: '--port'"),
    ("serve --emty", "tip: a similar argument exists: '--empty'"),
    ("serve --sede x", "tip: a similar argument exists: '--seed'"),
    ("serve --admin-prot 1", "'--admin-port'"),
    ("verify --fail-no error", "'--fail-on'"),
    (
        "export --ogr a x",
        "Usage: zoho-crm-mock export [OPTIONS] <FOLDER>",
    ),
    ("generate --modules Leads=1", "'--module'"),
    ("wait --time 3", "'--timeout'"),
    ("-p 8081", "unexpected argument '-p' found"),
    ("serve 8080", "Usage: zoho-crm-mock serve"),
    ("health now", "Usage: zoho-crm-mock health"),
    // commands that are none
    ("strat", "Usage: zoho-crm-mock [OPTIONS]"),
    ("verfy", "'verify'"),
    ("chek x", "'check'"),
    ("complete bash", "'completions'"),
    ("ca prnt", "'print'"),
    ("ca", "Usage: zoho-crm-mock ca <COMMAND>"),
    // what other programs call it
    ("version", "tip: here it is '--version'"),
    ("start --port 1", "tip: here it is 'serve'"),
    ("validate x", "tip: here it is 'check'"),
    ("status", "tip: here it is 'health'"),
    ("-v", "tip: here it is '--log-requests'"),
    ("serve --bind 0.0.0.0", "tip: here it is '--host'"),
    ("serve --fixtures x", "tip: here it is '--seed'"),
    ("serve 9000", "tip: a port is given as '--port 9000'"),
    ("wait 9000", "tip: a port is given as '--port 9000'"),
    // options before the command
    (
        "--seed default serve",
        "options stand behind the command: zoho-crm-mock serve …",
    ),
    (
        "--strict run -- true",
        "options stand behind the command: zoho-crm-mock run …",
    ),
    ("--empty verify", "zoho-crm-mock verify …"),
    // words that are none
    ("--auth none", "[possible values: off, any, strict]"),
    ("--auth Any", "tip: a similar value exists: 'any'"),
    ("--credits gold", "[possible values: free, standard"),
    ("--log xml", "[possible values: text, json]"),
    ("--wording british", "[possible values: documented, zoho]"),
    ("completions tcsh", "[possible values: bash, elvish"),
    (
        "verify --fail-on fatal",
        "[possible values: info, warning, error]",
    ),
    (
        "verify --format xml",
        "[possible values: text, json, junit]",
    ),
    ("env --format bash", "[possible values: sh, fish"),
    ("generate --format xml", "[possible values: json, csv]"),
    ("run --fail-on 3 -- true", "[possible values: info"),
    // numbers that are none
    ("--port abc", "a number from 0 to 65535"),
    ("--port 70000", "a number from 0 to 65535"),
    ("--tls-port https", "a number from 0 to 65535"),
    ("--admin-port=-1", "a number from 0 to 65535"),
    ("health --port x", "a number from 0 to 65535"),
    ("--workers 0", "a number from 1 to 512"),
    ("--journal many", "a whole number, 0 or more"),
    ("--rng-seed=-1", "a whole number, 0 or more"),
    ("--max-file-bytes 1GB", "a whole number, 0 or more"),
    ("--rate-limit fast", "(100/60)"),
    ("--jobs soon", "polls=3"),
    ("--generate Leads", "such as Leads=1000"),
    ("--generate Leads=99999999999", "at most 4294967295"),
    ("--generate Leeds=1 --port 0", "did you mean \"Leads\"?"),
    ("verify --fail-under 101", "a number from 0 to 100"),
    (
        "verify --only record.list",
        "did you mean \"records.list\"?",
    ),
    ("verify --only invoices.*", "no operation is called so"),
    ("wait --timeout soon", "a number of seconds"),
    ("--now yesterday --port 0", "such as 2026-11-16T09:00:00Z"),
    ("--port -1", "a number from 0 to 65535"),
    ("verify --fail-under -1", "a number from 0 to 100"),
    ("wait --timeout -1", "a number of seconds"),
    ("--generate Leads=1,000", "such as Leads=1000"),
    ("--generate Leads:5", "such as Leads=1000"),
    ("generate --module DealHistory=1", "takes no records"),
    (
        "generate --module Leads=1 --locale xx",
        "there are en, ar_SA",
    ),
    ("--jobs mass_updat:polls=3", "there are mass_update"),
    // what is missing, too much or contrary
    ("--port", "a value is required for '--port <PORT>'"),
    ("--port 1 --port 2", "cannot be used multiple times"),
    ("check", "<PATH>..."),
    ("export", "<FOLDER>"),
    ("cases", "<FILE>..."),
    ("run", "Usage: zoho-crm-mock run -- <COMMAND>..."),
    (
        "run pytest",
        "Usage: zoho-crm-mock run [OPTIONS] -- <COMMAND>...",
    ),
    ("generate", "such as --module Leads=1000"),
    ("completions", "<SHELL>"),
    ("--empty --seed default", "cannot be used with '--seed"),
    (
        "--no-admin --admin-port 1",
        "cannot be used with '--admin-port",
    ),
    ("--ephemeral-ca --ca-dir x", "exclude each other"),
    // addresses
    ("verify --url 127.0.0.1:8080", "write http:// before it"),
    ("health --url 127.0.0.1:8080", "write http:// before it"),
    ("env --url https://127.0.0.1", "by http://"),
    (
        "export --url http:// x",
        "an address such as http://127.0.0.1:8080",
    ),
    (
        "health --url http://127.0.0.1:99999",
        "an address such as http://127.0.0.1:8080",
    ),
    (
        "verify --url http://127.0.0.1:FREE",
        "no server listens there",
    ),
    (
        "export --url http://127.0.0.1:FREE FOLDER/new",
        "no server listens there",
    ),
    ("--host 9000", "the port has an option of its own"),
    ("--host http://127.0.0.1", "an address such as 127.0.0.1"),
    ("--host 127.0.0.1:9000", "the port has an option of its own"),
    (
        "--host nosuch.invalid --port 0",
        "cannot listen on nosuch.invalid:0",
    ),
    (
        "--allow-origin localhost:3000",
        "such as http://localhost:3000",
    ),
    ("--allow-host http://crm.test", "a name such as crm.test"),
    ("--pass-through http://crm.test", "a name such as crm.test"),
    ("--admin-token=", "a token that is not empty"),
    (
        "--port 9000 --admin-port 9000",
        "--port and --admin-port name one port",
    ),
    (
        "--port 9000 --tls-port 9000",
        "--port and --tls-port name one port",
    ),
    ("--port TAKEN", "another program has it; --port 0"),
    (
        "--port 0 --tls-port TAKEN --ephemeral-ca",
        "another program has it; --tls-port 0",
    ),
    (
        "--port 0 --admin-port TAKEN",
        "another program has it; --admin-port 0",
    ),
    // files
    ("--seed nosuch", "the program has default and documented"),
    ("--seed documentd", "did you mean \"documented\"?"),
    (
        "--seed ./missing.json",
        "./missing.json: no such file or folder",
    ),
    ("--port 0 --ready-file /no/dir/x", "cannot write /no/dir/x"),
    (
        "--port 0 --seed FOLDER/empty",
        "the folder holds no JSON, YAML or CSV file",
    ),
    (
        "--seed FOLDER/bom.csv",
        "called after it, such as Leads.csv",
    ),
    ("--port 0 --ready-file FOLDER", "is a directory"),
    ("run --report /no/dir/x -- true", "cannot write /no/dir/x"),
    ("export FOLDER/README.md", "is no folder"),
    ("export FOLDER", "name a folder that is empty or new"),
    ("ca renew --ca-dir FOLDER/README.md", "name another folder"),
    (
        "generate --module Leads=1 --format csv --output FOLDER/new.csv",
        "CSV goes into a folder",
    ),
    (
        "generate --module Leads=1 --output /no/dir/x",
        "cannot write /no/dir/x",
    ),
    ("man --dir FOLDER/README.md", "cannot write"),
    ("cases FOLDER/nothing.json", "there is no case"),
    ("cases FOLDER/missing.jsonl", "cannot read"),
    ("check FOLDER/Leads.csv", "separated by semicolons"),
    ("check FOLDER/Tasks.csv", "separated by tabs"),
    (
        "check FOLDER/README.md",
        "not a .json, .yaml, .yml or .csv file",
    ),
    ("check FOLDER/broken.json", "not valid JSON"),
    ("check FOLDER/nothing.json", "is empty"),
    ("check FOLDER/comma.json", "a comma too many?"),
    ("check FOLDER/rows/Leads.csv", "line 3 has 1 of 2 columns"),
    ("check FOLDER/latin/Leads.csv", "is not in UTF-8"),
    (
        "check FOLDER/lower/Leads.csv",
        "did you mean \"Last_Name\"?",
    ),
    ("check FOLDER/typo.json", "did you mean \"Leads\"?"),
    ("check FOLDER/broken.yaml", "not valid YAML"),
];

/// Files with mistakes in them.
fn write(folder: &Path) {
    for (name, text) in [
        ("Leads.csv", "Last_Name;Company\nRao;Rao\n"),
        ("Tasks.csv", "Subject\tStatus\nCall\tOpen\n"),
        ("README.md", "# Seeds\n"),
        ("broken.json", "{\"Leads\": ["),
        ("nothing.json", ""),
        (
            "comma.json",
            "{\"Leads\": [\n  {\"Last_Name\": \"Rao\"},\n]}\n",
        ),
        ("typo.json", "{\"Leeds\": [{\"Last_Name\": \"Rao\"}]}"),
        (
            "broken.yaml",
            "Leads:\n  - Last_Name: Rao\n   Company: Rao\n",
        ),
        ("bom.csv", "\u{feff}Last_Name,Company\r\nRao,Rao\r\n"),
        ("rows/Leads.csv", "Last_Name,Company\nRao,Rao\nRao\n"),
        ("lower/Leads.csv", "last_name,Company\nRao,Rao\n"),
    ] {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, text).expect("written");
    }
    for part in ["empty", "latin"] {
        std::fs::create_dir(folder.join(part)).expect("a folder");
    }
    // as spreadsheets save it that are not asked for UTF-8
    let latin = b"Last_Name,Company\nM\xfcller,Rao\n";
    std::fs::write(folder.join("latin/Leads.csv"), latin).expect("written");
}

#[test]
fn every_mistake_gets_a_word_that_helps() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path());
    let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (used, unused) = (port(&taken).to_string(), port(&free).to_string());
    drop(free);
    let mut unhelpful = Vec::new();
    for (typed, word) in MISTAKES {
        let place = folder.path().display().to_string();
        let line = typed.replace("FOLDER", &place);
        let line = line.replace("TAKEN", &used).replace("FREE", &unused);
        let output = Command::new(BINARY).args(line.split(' ')).output();
        let output = output.expect("the binary runs");
        let code = if typed.starts_with("check FOLDER") {
            1
        } else {
            2
        };
        let told = [&*output.stdout, &*output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        // a reason is told in the program's own words, and nothing is begun before it
        let whole = !["panicked", "error: ", "listening", "$: "]
            .iter()
            .any(|it| told.contains(it));
        if output.status.code() != Some(code) || !told.contains(word) || !whole {
            unhelpful.push(format!("{typed}: {:?} {told}", output.status.code()));
        }
    }
    assert!(MISTAKES.len() >= 120);
    assert!(unhelpful.is_empty(), "{}", unhelpful.join("\n"));
}

#[test]
fn commands_that_cannot_be_run_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    for (command, word) in [
        ("nosuchprogram", "there is no such program"),
        ("npm test", "write its words apart: run -- npm test"),
        (&*place, "ermission denied"),
    ] {
        let output = Command::new(BINARY)
            .args(["run", "--ephemeral-ca", "--", command])
            .output();
        let output = output.expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(127), "{command}: {told}");
        assert!(told.contains(word), "{command}: {told}");
    }
}

/// Files for Compose and workflows set variables that nobody has given a value.
#[test]
fn empty_variables_are_as_if_they_were_not_set() {
    for (name, typed) in [
        ("ZOHO_MOCK_PORT", "check default"),
        ("ZOHO_MOCK_EMPTY", "check default"),
        ("ZOHO_MOCK_URL", "check default"),
        ("ZOHO_MOCK_XYZZY", "check default"),
        ("ZOHO_MOCK_COMPLETE", "check default"),
    ] {
        let output = Command::new(BINARY)
            .args(typed.split(' '))
            .env(name, "")
            .output();
        let output = output.expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}: {told}");
        assert!(told.is_empty(), "{name}: {told}");
    }
    let mut command = Command::new(BINARY);
    command.args(["serve", "--port", "0"]);
    for option in ["SEED", "EMPTY", "AUTH", "READY_FILE", "ADMIN_TOKEN", "HOST"] {
        command.env(format!("ZOHO_MOCK_{option}"), "");
    }
    let server = Server::run(command);
    assert!(
        server.url.starts_with("http://127.0.0.1:"),
        "{}",
        server.url
    );
}

#[test]
fn variables_are_called_by_their_names() {
    for (name, value, typed, word) in [
        (
            "ZOHO_MOCK_PORT",
            "abc",
            "serve",
            "'abc' for 'ZOHO_MOCK_PORT': a number",
        ),
        (
            "ZOHO_MOCK_PORT",
            "1",
            "serve --port x",
            "'x' for '--port <PORT>'",
        ),
        (
            "ZOHO_MOCK_AUTH",
            "none",
            "",
            "'none' for 'ZOHO_MOCK_AUTH'\n  [possible values: off",
        ),
        (
            "ZOHO_MOCK_EMPTY",
            "1",
            "--seed default",
            "cannot be used with 'ZOHO_MOCK_EMPTY'",
        ),
        (
            "ZOHO_MOCK_STRICT",
            "maybe",
            "",
            "'maybe' for 'ZOHO_MOCK_STRICT': true or false",
        ),
        (
            "ZOHO_MOCK_GENERATE",
            "Leads=5 Contacts=5",
            "",
            "for 'ZOHO_MOCK_GENERATE': \"5 Contacts=5\" is no number",
        ),
        (
            "ZOHO_MOCK_URL",
            "localhost:1",
            "verify",
            "for 'ZOHO_MOCK_URL': write http://",
        ),
        // what means nothing is no reason not to do what is asked
        (
            "ZOHO_MOCK_PROT",
            "1",
            "check default",
            "warning: ZOHO_MOCK_PROT is set, which means nothing here; did you mean ZOHO_MOCK_PORT?",
        ),
        (
            "ZOHO_MOCK_XYZZY",
            "1",
            "check default",
            "ZOHO_MOCK_XYZZY is set, which means nothing here\n",
        ),
    ] {
        let arguments = typed.split(' ').filter(|it| !it.is_empty());
        let output = Command::new(BINARY)
            .args(arguments)
            .env(name, value)
            .output();
        let output = output.expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(word), "{name}={value} {typed}: {told}");
        let code = if word.contains("means nothing") { 0 } else { 2 };
        assert_eq!(output.status.code(), Some(code), "{name}={value} {typed}");
    }
    for known in ["ZOHO_MOCK_BIN", "ZOHO_MOCK_ORG", "ZOHO_MOCK_JOBS"] {
        let output = Command::new(BINARY)
            .args(["check", "default"])
            .env(known, "polls=3")
            .output();
        assert!(
            output.expect("the binary runs").stderr.is_empty(),
            "{known}"
        );
    }
}
