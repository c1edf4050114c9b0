//! Commands of pages, as somebody types them who has the program on the path.

use std::path::Path;
use std::process::Command;

use super::{Runner, Session, blocks, pages_for, read, root, runner, sessions};
use crate::support::{BINARY, Server, skip};

/// Where servers of pages listen.
const ADDRESS: &str = "127.0.0.1:8080";
/// What a server says.
const LISTENING: &str = "zoho-crm-mock listening on ";

/// Settings of whoever runs the test, which are not those of a page.
const SETTINGS: [&str; 8] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "RUST_LOG",
    "ZOHO_MOCK_BIN",
    "ZOHO_MOCK_CA_DIR",
    "ZOHO_MOCK_ORG",
];

/// A page in a folder of its own.
struct ShellPage {
    folder: tempfile::TempDir,
    server: Option<Server>,
    /// A port that nobody listens on, for what is said without a server.
    free: u16,
}

impl ShellPage {
    fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let folder = tempfile::tempdir().expect("a folder");
        // what curl does by itself where it talks to a terminal
        std::fs::write(folder.path().join(".curlrc"), "no-progress-meter\n").expect("written");
        Self {
            folder,
            server: None,
            free: listener.local_addr().expect("an address").port(),
        }
    }

    /// Where the server listens, or would.
    fn address(&self) -> String {
        let server = self.server.as_ref();
        server.map_or_else(
            || format!("127.0.0.1:{}", self.free),
            |server| server.url.trim_start_matches("http://").to_owned(),
        )
    }

    /// A shell that runs a command where its paths are: in the folder of the page or that of the project.
    fn shell(&self, command: &str) -> Command {
        let own = self.folder.path();
        let mut words = command.split_whitespace();
        let of_project = words.any(|word| {
            word.contains('/') && root().join(word).exists() && !own.join(word).exists()
        });
        let programs = Path::new(BINARY).parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", command])
            .current_dir(if of_project { root() } else { own })
            .env("PATH", format!("{}:{path}", programs.display()))
            // an authority is never made among the data of the user
            .env("XDG_DATA_HOME", own)
            .env("CURL_HOME", own);
        for name in SETTINGS {
            shell.env_remove(name).env_remove(name.to_lowercase());
        }
        shell
    }

    /// Starts a server in the place of the one before.
    fn serve(&mut self, command: &str) -> String {
        self.server = None;
        let mut shell = self.shell(&format!("exec {command}"));
        shell.env("ZOHO_MOCK_PORT", "0").env_remove("ZOHO_MOCK_URL");
        let server = Server::run(shell);
        let line = server.line.clone();
        self.server = Some(server);
        line.replace(&self.address(), ADDRESS)
    }

    /// What a command prints.
    fn print(&self, command: &str) -> String {
        let address = self.address();
        let mut shell = self.shell(&command.replace(ADDRESS, &address));
        if !command.contains("zoho-crm-mock run ") {
            let port = address.rsplit(':').next().expect("a port");
            shell.env("ZOHO_MOCK_URL", format!("http://{address}"));
            shell.env("ZOHO_MOCK_PORT", port);
        }
        let output = shell.output().expect("a shell");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8_lossy(&said).replace(&address, ADDRESS)
    }

    fn run(&mut self, session: &Session) -> String {
        let command = session
            .command
            .replace("cargo run --release -- ", "zoho-crm-mock ");
        let command = command.replace("cargo run --release", "zoho-crm-mock");
        if session.printed.starts_with(LISTENING) {
            self.serve(&command)
        } else {
            self.print(&command)
        }
    }
}

/// What is otherwise than a page says.
fn differences(path: &str) -> Vec<String> {
    let mut page = ShellPage::new();
    let mut wrong = Vec::new();
    for block in blocks(&read(path)) {
        block.write(page.folder.path());
        if block.language != "console" {
            continue;
        }
        for session in sessions(&block) {
            if runner(&session.words()) != Runner::Shell {
                continue;
            }
            let printed = page.run(&session);
            if printed.trim_end() != session.printed.trim_end() {
                wrong.push(format!(
                    "{path}:{}\n  says   {}\n  really {printed}",
                    session.line,
                    session.printed.trim_end()
                ));
            }
        }
    }
    wrong
}

#[test]
fn commands_print_what_pages_say() {
    for program in ["curl", "python3"] {
        if Command::new(program).arg("--version").output().is_err() {
            let why = format!("{program} is not installed");
            return skip("commands_print_what_pages_say", &why);
        }
    }
    let pages = pages_for(Runner::Shell);
    assert!(pages.len() > 10, "{pages:?}");
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = pages
            .iter()
            .map(|page| scope.spawn(|| differences(page)))
            .collect();
        let done = running.into_iter();
        done.flat_map(|page| page.join().expect("a page")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
