//! `docs/options.md`: its tables are written from the command line itself.

use std::collections::BTreeSet;

use clap::{Arg, Command};
use zoho_crm_mock::cli::command_line;

use super::{read, root};

const PAGE: &str = "docs/options.md";
/// The command whose options others share.
const SERVE: &str = "serve";

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('*', "\\*")
        .replace('\n', " ")
}

/// How an option or a value without one is written.
fn written(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let value: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    let value = value.join(" ");
    match arg.get_long() {
        None if arg.is_last_set() => format!("-- {value}"),
        None => value,
        Some(long) if arg.get_action().takes_values() => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
    }
}

/// What an option is for, with the values that it may have and the usual one.
fn meaning(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if !arg.get_action().takes_values() {
        return text;
    }
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    // flags may be given as `true` and the like, too
    if !values.is_empty() && arg.get_value_names().is_some() {
        text.push_str(&format!(": {}", values.join(", ")));
    }
    let usual: Vec<_> = arg.get_default_values().iter().collect();
    if let [usual] = usual.as_slice() {
        text.push_str(&format!(
            "; `{}` unless said otherwise",
            usual.to_string_lossy()
        ));
    }
    text
}

/// The table of a command, without what it shares with `serve`.
fn table(command: &Command, shared: &BTreeSet<String>) -> String {
    let own = command.get_arguments().filter(|arg| {
        let id = arg.get_id().as_str();
        !arg.is_hide_set() && !["help", "version"].contains(&id) && !shared.contains(&written(arg))
    });
    let own: Vec<&Arg> = own.collect();
    if own.is_empty() {
        return String::new();
    }
    let named = own.iter().any(|arg| arg.get_env().is_some());
    let (head, line) = if named {
        ("| option | variable | what |", "| --- | --- | --- |")
    } else {
        ("| option | what |", "| --- | --- |")
    };
    let mut table = format!("{head}\n{line}\n");
    for arg in own {
        let variable = arg
            .get_env()
            .map(|name| format!("`{}` ", name.to_string_lossy()));
        let variable = if named {
            format!(" {}|", variable.unwrap_or_default())
        } else {
            String::new()
        };
        let (written, meaning) = (written(arg).replace('|', "\\|"), cell(&meaning(arg)));
        table.push_str(&format!("| `{written}` |{variable} {meaning} |\n"));
    }
    table
}

/// The commands below one, with their whole names.
fn commands(above: &str, command: &Command) -> Vec<(String, Command)> {
    let below = command.get_subcommands().filter(|it| !it.is_hide_set());
    let below = below.flat_map(|it| {
        let name = format!("{above}{}", it.get_name());
        let deeper = commands(&format!("{name} "), it);
        std::iter::once((name, it.clone())).chain(deeper)
    });
    below.collect()
}

/// The section of a command: what it is for, and its table.
fn section(name: &str, command: &Command, shared: &BTreeSet<String>) -> String {
    let about = command.get_about().map(ToString::to_string);
    let mut text = format!("## {name}\n\n{}.\n", about.unwrap_or_default());
    if name == "run" {
        text.push_str("\nIt takes the options of `serve`, and:\n");
    }
    let none = BTreeSet::new();
    let table = table(command, if name == "run" { shared } else { &none });
    if !table.is_empty() {
        text.push('\n');
        text.push_str(&table);
    }
    text
}

/// The page up to its first command, with the commands as they are.
fn right(page: &str) -> String {
    let program = command_line();
    let commands = commands("", &program);
    let serve = commands.iter().find(|(name, _)| name == SERVE);
    let (_, serve) = serve.expect("serve");
    let shared = serve.get_arguments().map(written).collect();
    let first = format!("\n## {SERVE}\n");
    let head = page.split(&first).next().unwrap_or_default();
    let sections = commands.iter();
    let sections = sections.map(|(name, command)| format!("\n{}", section(name, command, &shared)));
    format!("{head}{}", sections.collect::<String>())
}

#[test]
fn the_page_has_every_option() {
    let page = read(PAGE);
    let right = right(&page);
    if std::env::var_os("UPDATE_EXPECT").is_some() && right != page {
        return std::fs::write(root().join(PAGE), &right).expect("written");
    }
    assert!(
        page == right,
        "{PAGE} is not what the command line says; UPDATE_EXPECT=1 rewrites it:\n{right}"
    );
}
