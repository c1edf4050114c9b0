//! What the page about fixed hosts says of hosts and variables.

use std::collections::BTreeSet;
use std::process::Command;

use zoho_crm_mock::hosts::{DataCentre, Environment};

use super::{outcome, run_of};
use crate::pages::read;

const PAGE: &str = "docs/fixed-hosts.md";

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
