//! The page about fixed hosts: every command is run, and what it says of hosts and variables compared.

use std::collections::BTreeSet;
use std::process::Command;

use zoho_crm_mock::hosts::{DataCentre, Environment};

use super::{outcome, run_of};
use crate::readme::{blocks, read, sessions};
use crate::support::{BINARY, skip};

const PAGE: &str = "docs/fixed-hosts.md";

fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

#[test]
fn commands_of_the_page_print_what_it_says() {
    for program in ["curl", "python3"] {
        if !is_there(program) {
            return skip(PAGE, &format!("{program} is not installed"));
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (mut wrong, mut ran) = (Vec::new(), 0);
    for block in blocks(&read(PAGE)) {
        if let Some((_, name)) = block.language.split_once(' ') {
            std::fs::write(folder.path().join(name), &block.text).expect("written");
        }
        if block.language != "console" {
            continue;
        }
        for session in sessions(&block) {
            let words: Vec<&str> = session.words.iter().map(String::as_str).collect();
            let ["zoho-crm-mock", arguments @ ..] = words.as_slice() else {
                panic!("{PAGE}:{}: no command of this program", session.line);
            };
            let mut command = Command::new(BINARY);
            command.args(arguments).current_dir(folder.path());
            let (_, printed, told) = outcome(&mut command);
            ran += 1;
            let really = printed + &told;
            if really.trim_end() != session.printed.trim_end() {
                wrong.push(format!("{PAGE}:{}\n{really}", session.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ran > 3, "{PAGE}: only {ran} commands");
}

#[test]
fn the_page_has_every_data_centre() {
    let page = read(PAGE);
    for centre in DataCentre::ALL {
        let api = centre.api_host(Environment::Production);
        let domain = api.trim_start_matches("www.");
        let row = format!("| `{}` | `{domain}` |", centre.accounts_host());
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn the_page_has_every_variable() {
    let page = read(PAGE);
    let names = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.split_once('='));
        lines.map(|(name, _)| name.to_owned()).collect()
    };
    let without = Command::new("env").env_clear().output().expect("env");
    let without = names(&String::from_utf8_lossy(&without.stdout));
    let (_, printed, _) = outcome(run_of(&[], &["/usr/bin/env"]).env_clear());
    let with = names(&printed);
    let set: Vec<&String> = with.difference(&without).collect();
    assert!(set.len() > 15, "{printed}");
    for name in set {
        let lower = *name != name.to_ascii_uppercase();
        let known = lower || name.starts_with("ZOHO_") || page.contains(&format!("`{name}`"));
        assert!(known, "{name}");
    }
}
