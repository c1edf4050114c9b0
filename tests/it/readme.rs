//! The README and the examples: every command is run, every answer compared.
//!
//! Blocks marked `console` hold commands, which begin with `$ `, and what they print. Those that
//! start the server start one here with the same options; those of `curl` are sent to it; those
//! of `check` are run. A block with a name behind its language is a file that later commands find.
//! Blocks of Python and Rust are files of `examples/`, which are run too;
//! those of TypeScript, and what `npx` runs, are run beside the packages of npm.

use std::path::{Path, PathBuf};
use std::process::Command;

use zoho_crm_mock::error::Wording;
use zoho_crm_mock::runtime::auth::AuthMode;
use zoho_crm_mock::seed::generate::parse_wanted;
use zoho_crm_mock::{Builder, MockServer};

use crate::support::skip;

/// Where the server of the README listens.
const README_ADDRESS: &str = "127.0.0.1:8080";
const BINARY: &str = env!("CARGO_BIN_EXE_zoho-crm-mock");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A fenced block: its line, its language and its text.
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) text: String,
}

/// The fenced blocks of a page.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (n, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => found.push(block),
            (Some(language), None) => {
                open = Some(Block {
                    line: n + 1,
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    found
}

/// A command of a block and what it is to print.
pub(crate) struct Session {
    pub(crate) line: usize,
    pub(crate) words: Vec<String>,
    pub(crate) printed: String,
}

pub(crate) fn sessions(block: &Block) -> Vec<Session> {
    let mut found: Vec<Session> = Vec::new();
    let mut lines = block.text.lines().zip(block.line + 1..);
    while let Some((text, line)) = lines.next() {
        if let Some(command) = text.strip_prefix("$ ") {
            let mut command = command.to_owned();
            while command.ends_with('\\') {
                command.pop();
                command.push_str(lines.next().expect("the rest of the command").0);
            }
            found.push(Session {
                line,
                words: words(&command),
                printed: String::new(),
            });
        } else {
            let session = found.last_mut().expect("a command before its output");
            session.printed.push_str(text);
            session.printed.push('\n');
        }
    }
    found
}

/// The words of a shell command: blanks separate, quotes hold together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "an open quote in {command}");
    words.extend(word);
    words
}

/// The folder in which a path of a command is found: that of the blocks with names, or the
/// project's.
fn base<'a>(folder: &'a Path, path: &str) -> &'a Path {
    if folder.join(path).exists() {
        folder
    } else {
        root()
    }
}

/// A server with the options of a command line.
fn builder(options: &[String], folder: &Path) -> Builder {
    let mut builder = MockServer::builder();
    let mut rest = options.iter().map(String::as_str);
    while let Some(option) = rest.next() {
        let mut value = || rest.next().expect("a value");
        builder = match option {
            "serve" => builder,
            "--empty" => builder.empty(),
            "--strict" => builder.strict(),
            "--now" => builder.now(value()),
            "--generate" => {
                let wanted = value()
                    .split(',')
                    .map(|one| parse_wanted(one).expect("a number"));
                wanted.fold(builder, |builder, (module, n)| builder.generate(module, n))
            }
            "--seed" => {
                let seed = value();
                let path = base(folder, seed).join(seed);
                // or the name of one in the binary
                builder.seed(if path.exists() {
                    path.to_string_lossy()
                } else {
                    seed.into()
                })
            }
            "--auth" => builder.auth(match value() {
                "off" => AuthMode::Off,
                "strict" => AuthMode::Strict,
                _ => AuthMode::Any,
            }),
            "--wording" => builder.wording(match value() {
                "documented" => Wording::Documented,
                _ => Wording::Zoho,
            }),
            other => panic!("the test does not know {other}"),
        };
    }
    builder
}

/// What `curl` with these arguments prints.
async fn curl(server: &MockServer, arguments: &[String]) -> String {
    let mut method = None;
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut data: Vec<String> = Vec::new();
    let (mut in_query, mut status, mut url) = (false, false, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().expect("a value").clone();
        match argument.as_str() {
            "-H" => {
                let header = value();
                let (name, value) = header.split_once(": ").expect("a header");
                headers.push((name.to_owned(), value.to_owned()));
            }
            "-d" => data.push(value()),
            "--data-urlencode" => {
                let pair = value();
                let (name, value) = pair.split_once('=').expect("name=value");
                let value: String = form_urlencoded(value);
                data.push(format!("{name}={value}"));
            }
            "-X" => method = Some(value()),
            "-G" => in_query = true,
            "-w" => status = value() == "%{http_code}\\n",
            other if other.starts_with('-') => panic!("the test does not know curl {other}"),
            other => url = Some(other.to_owned()),
        }
    }
    let url = url.expect("an address");
    let here = server.url().trim_start_matches("http://");
    let mut url = url.replacen(README_ADDRESS, here, 1);
    let mut body = data.join("&");
    if in_query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&body);
        body.clear();
    }
    let usual = if body.is_empty() { "GET" } else { "POST" };
    let method = method
        .as_deref()
        .unwrap_or(usual)
        .parse()
        .expect("a method");
    let said = |name: &str| headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
    let mut request = reqwest::Client::new().request(method, url);
    if !said("host") {
        request = request.header("Host", README_ADDRESS);
    }
    if !body.is_empty() {
        let form = "application/x-www-form-urlencoded";
        if !said("content-type") {
            request = request.header("Content-Type", form);
        }
        request = request.body(body);
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.expect("an answer");
    let code = response.status().as_u16();
    let mut printed = response.text().await.expect("a text");
    if status {
        printed.push_str(&format!("{code}\n"));
    }
    printed
}

fn form_urlencoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes()
        .map(|b| {
            if plain(b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

async fn run(document: &str) {
    let text = read(document);
    let mut server = None;
    let folder = tempfile::tempdir().expect("a folder");
    let (mut wrong, mut ran) = (Vec::new(), 0);
    for block in &blocks(&text) {
        if let Some((_, name)) = block.language.split_once(' ') {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, &block.text).expect("written");
        }
        if block.language != "console" {
            continue;
        }
        for session in sessions(block) {
            let words: Vec<&str> = session.words.iter().map(String::as_str).collect();
            let printed = match words.as_slice() {
                ["cargo", "test", ..] | ["git" | "cd" | "npx", ..] => continue,
                [
                    "cargo",
                    "run",
                    "--release",
                    "--",
                    "check" | "cases",
                    path,
                    ..,
                ] => {
                    let output = Command::new(BINARY)
                        .args(&words[4..])
                        .current_dir(base(folder.path(), path))
                        .output()
                        .expect("the binary");
                    String::from_utf8_lossy(&output.stdout).into_owned()
                        + &String::from_utf8_lossy(&output.stderr)
                }
                ["cargo", "run", "--release", "--", command, ..]
                    if ["env", "export", "generate", "verify"].contains(command) =>
                {
                    let server = server
                        .as_ref()
                        .map_or("", |server: &MockServer| server.url());
                    let output = Command::new(BINARY)
                        .args(&words[4..])
                        .env("ZOHO_MOCK_URL", server)
                        .current_dir(folder.path())
                        .output()
                        .expect("the binary");
                    let said = String::from_utf8_lossy(&output.stdout).into_owned()
                        + &String::from_utf8_lossy(&output.stderr);
                    said.replace(server.trim_start_matches("http://"), README_ADDRESS)
                }
                ["cargo", "run", "--release", ..] => {
                    let options = session.words.get(4..).unwrap_or_default();
                    server = Some(
                        builder(options, folder.path())
                            .start()
                            .await
                            .expect("a server"),
                    );
                    format!("zoho-crm-mock listening on http://{README_ADDRESS}\n")
                }
                ["curl", ..] => {
                    let server = server.as_ref().expect("a server before the first request");
                    curl(server, &session.words[1..]).await
                }
                other => panic!("{document}:{}: cannot run {other:?}", session.line),
            };
            ran += 1;
            if printed.trim_end() != session.printed.trim_end() {
                wrong.push(format!(
                    "{document}:{}\n  says   {}\n  really {printed}",
                    session.line,
                    session.printed.trim_end()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 2, "{document}: only {ran} commands");
}

#[tokio::test]
async fn commands_of_the_readme_print_what_it_says() {
    run("README.md").await;
}

#[tokio::test]
async fn commands_of_the_seed_format_print_what_it_says() {
    run("seed-data/README.md").await;
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn programs_of_the_readme_are_the_examples() {
    let examples: Vec<String> = files(&root().join("examples"))
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let readme = read("README.md");
    for block in blocks(&readme) {
        if ["python", "rust"].contains(&block.language.as_str()) {
            assert!(
                examples.contains(&block.text),
                "README.md:{}: no example has this text",
                block.line
            );
        }
    }
}

#[test]
fn links_lead_somewhere() {
    for document in [
        "README.md",
        "docs/tls.md",
        "seed-data/README.md",
        "tests/scenarios/README.md",
        "CHANGELOG.md",
        "docs/docker-ci.md",
        "docs/fixed-hosts.md",
        "docs/node.md",
        "docs/python.md",
        "docs/releasing.md",
    ] {
        let folder = root().join(document);
        let folder = folder.parent().expect("a folder");
        for link in read(document).split("](").skip(1) {
            let link = link.split(')').next().unwrap_or_default();
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !link.contains("://") {
                assert!(folder.join(file).exists(), "{document}: {link}");
            }
        }
    }
}

#[test]
fn the_readme_has_every_option() {
    let help = Command::new(BINARY)
        .args(["serve", "--help"])
        .output()
        .expect("the binary");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let readme = read("README.md");
    let options: Vec<&str> = help
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .split([' ', ','])
                .find(|w| w.starts_with("--"))
        })
        .filter(|option| !["--help", "--version"].contains(option))
        .collect();
    assert!(options.len() > 10, "{help}");
    for option in options {
        assert!(readme.contains(&format!("| `{option}")), "{option}");
    }
}

#[test]
fn the_seed_format_names_every_feature() {
    let mut features: Vec<String> = Vec::new();
    for file in files(&root().join("seed-data/schema")) {
        let text = std::fs::read_to_string(file).expect("readable");
        for rest in text.split("\"when\"").skip(1) {
            features.extend(rest.split('"').nth(1).map(str::to_owned));
        }
    }
    let document = read("seed-data/README.md");
    assert!(!features.is_empty());
    for feature in features {
        assert!(document.contains(&format!("`{feature}`")), "{feature}");
    }
}

fn succeeds(command: &mut Command) {
    let output = command
        .env("ZOHO_MOCK_BIN", BINARY)
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_rust_examples_run() {
    // beside the folder of this test's own binary, unless examples were not asked for
    let own = std::env::current_exe().expect("this binary");
    let folder = own
        .ancestors()
        .nth(2)
        .expect("the profile's folder")
        .join("examples");
    for name in ["in_process_test", "seed_a_fixture", "control"] {
        let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            succeeds(&mut Command::new(program));
        } else {
            skip("the_rust_examples_run", &format!("{name} was not built"));
        }
    }
}
