//! The settings of clients, as the command `env` prints them.

use serde_json::Value as Json;

use crate::support::{BINARY, Server};

#[test]
fn settings_are_printed_for_shells_and_files() {
    let server = Server::start(&["--empty"]);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY)
            .args(["env", "--url", &server.url])
            .args(arguments)
            .output()
            .expect("the binary");
        (
            output.status.code(),
            String::from_utf8(output.stdout).expect("text"),
        )
    };
    for (form, start) in [
        ("sh", "export ZOHO_API_DOMAIN='http://"),
        ("fish", "set -gx ZOHO_API_DOMAIN 'http://"),
        ("dotenv", "ZOHO_API_DOMAIN=\"http://"),
    ] {
        let (code, text) = run(&["--format", form]);
        assert_eq!(code, Some(0));
        assert!(text.lines().any(|line| line.starts_with(start)), "{text}");
        assert!(text.contains("ZOHO_REFRESH_TOKEN"));
    }
    let (_, text) = run(&["--format", "json"]);
    let all: Json = serde_json::from_str(&text).expect("JSON");
    for language in [
        "curl",
        "python",
        "node",
        "typescript",
        "java",
        "php",
        "csharp",
    ] {
        let snippet = all["snippets"][language].as_str().expect("a program");
        assert!(snippet.contains(&server.url), "{language}");
        for placeholder in [
            "{url}",
            "{client_id}",
            "{client_secret}",
            "{refresh_token}",
            "{access_token}",
        ] {
            assert!(!snippet.contains(placeholder), "{language}: {placeholder}");
        }
    }
    assert_eq!(run(&["--org", "nowhere"]).0, Some(2));
    let nobody = std::process::Command::new(BINARY)
        .args(["env", "--url", "http://127.0.0.1:9"])
        .output()
        .expect("the binary");
    assert_eq!(nobody.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("cannot reach"));
}
