//! Pages of the manual.

use std::collections::BTreeSet;
use std::process::Command;

use crate::support::BINARY;

/// What a command prints.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(BINARY).args(arguments).output();
    let output = output.expect("the binary runs");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("a text")
}

/// The commands that a help lists.
fn commands(help: &str) -> Vec<&str> {
    let rest = help.split_once("\nCommands:\n");
    let listed = rest.map_or("", |(_, rest)| rest).lines();
    let listed = listed.take_while(|line| !line.is_empty());
    // help that goes on in another line is further in
    let listed = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    listed
        .filter(|name| !name.is_empty() && *name != "help")
        .collect()
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("new/man1");
    let place = pages.display().to_string();
    assert_eq!(printed(&["man", "--dir", &place]), "");
    let help = printed(&["--help"]);
    let mut expected = BTreeSet::from(["zoho-crm-mock.1".to_owned()]);
    for command in commands(&help) {
        expected.insert(format!("zoho-crm-mock-{command}.1"));
        let help = printed(&[command, "--help"]);
        for below in commands(&help) {
            expected.insert(format!("zoho-crm-mock-{command}-{below}.1"));
        }
    }
    assert!(expected.contains("zoho-crm-mock-serve.1"), "{help}");
    assert!(expected.contains("zoho-crm-mock-ca-renew.1"), "{help}");
    let entries = std::fs::read_dir(&pages).expect("the folder").flatten();
    let written = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    assert_eq!(written.collect::<BTreeSet<_>>(), expected);
    let whole = std::fs::read_to_string(pages.join("zoho-crm-mock.1")).expect("a page");
    assert_eq!(whole, printed(&["man"]));
}

#[test]
fn pages_say_what_the_help_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().display().to_string();
    printed(&["man", "--dir", &place]);
    for command in ["serve", "run", "verify", "env", "health"] {
        let help = printed(&[command, "--help"]);
        let file = folder.path().join(format!("zoho-crm-mock-{command}.1"));
        let page = std::fs::read_to_string(file).expect("a page");
        // what roff has besides: hyphens, and bold print
        let page = page.replace("\\-", "-").replace("\\fB", "");
        let page = page.replace("\\fR", "");
        let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
        let named = words.filter(|it| it.starts_with("ZOHO_MOCK_") || it.starts_with("--"));
        let named: BTreeSet<_> = named.filter(|word| *word != "--").collect();
        assert!(named.iter().any(|it| it.starts_with("ZOHO_MOCK_")));
        for word in named {
            assert!(page.contains(word), "{command}: {word}");
        }
        let (_, examples) = help.split_once("Example").expect("examples");
        for line in examples.lines().skip(1) {
            assert!(page.contains(line.trim()), "{command}: {line}");
        }
        let title = format!(".TH zoho-crm-mock-{command} 1 ");
        assert!(page.contains(&title), "{page}");
        let usage = help.lines().find_map(|line| line.strip_prefix("Usage: "));
        assert!(page.contains(usage.expect("usage")), "{command}");
    }
}

#[test]
fn what_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let place = file.display().to_string();
    let output = Command::new(BINARY).args(["man", "--dir", &place]).output();
    let output = output.expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains(&format!("cannot write {place}")), "{told}");
}
