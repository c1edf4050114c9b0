//! The commands of `docs/tls.md`, as a shell runs them.

use std::path::Path;
use std::process::Command;

use crate::support::{BINARY, Server, skip};

/// Where the server of the page listens.
const PAGE_ADDRESS: &str = "127.0.0.1:8080";

/// The commands of the page, and what they print.
fn sessions(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let blocks = page.split("```console\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("```\n").next());
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command.to_owned(), String::new())),
            (None, Some((command, printed))) if printed.is_empty() && command.ends_with('\\') => {
                command.pop();
                command.push_str(line);
            }
            (None, Some((_, printed))) => {
                printed.push_str(line);
                printed.push('\n');
            }
            (None, None) => panic!("an output without a command: {line}"),
        }
    }
    found
}

#[test]
fn commands_print_what_the_page_says() {
    if Command::new("curl").arg("--version").output().is_err() {
        return skip("the page on TLS", "there is no curl");
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tls.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let mut sessions = sessions(&page).into_iter();
    let folder = tempfile::tempdir().expect("a folder");
    let (command, _) = sessions.next().expect("the server");
    let mut words = command.split(' ').skip(1);
    assert!(words.clone().count() > 2, "{command}");
    let mut serving = Command::new(BINARY);
    serving.args(["serve", "--port", "0"]).args(&mut words);
    serving.current_dir(folder.path());
    let server = Server::run(serving);
    let address = server.url.trim_start_matches("http://");
    let programs = Path::new(BINARY).parent().expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", programs.display());
    let mut ran = 0;
    for (command, expected) in sessions {
        let real = command.replace(PAGE_ADDRESS, address);
        let mut shell = Command::new("sh");
        shell.args(["-c", &real]).env("PATH", &path);
        // the settings of whoever runs the test are not those of the page
        for name in [
            "HTTPS_PROXY",
            "HTTP_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "ZOHO_MOCK_CA_DIR",
        ] {
            shell.env_remove(name).env_remove(name.to_lowercase());
        }
        let output = shell.current_dir(folder.path()).output().expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(
            printed.trim_end(),
            expected.trim_end(),
            "{command}: {output:?}"
        );
        ran += 1;
    }
    assert!(ran > 5, "only {ran} commands");
}
