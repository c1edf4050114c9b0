//! What is said of command lines, and of variables of the environment, that cannot be meant.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::builder::{Resettable, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use super::completions;
use super::exit::complain;
use crate::words::nearest;

/// What the names of all variables of the program begin with.
const PREFIX: &str = "ZOHO_MOCK_";
/// The variable by which the packages for other languages find the program.
const BINARY: &str = "ZOHO_MOCK_BIN";

/// What other programs call things that have another name here.
const HABITS: &[(&str, &str)] = &[
    ("version", "--version"),
    ("start", "serve"),
    ("server", "serve"),
    ("exec", "run"),
    ("validate", "check"),
    ("lint", "check"),
    ("ping", "health"),
    ("status", "health"),
    ("-p", "--port"),
    ("-v", "--log-requests"),
    ("--verbose", "--log-requests"),
    ("--debug", "--log-requests"),
    ("--bind", "--host"),
    ("--listen", "--host"),
    ("--data", "--seed"),
    ("--fixtures", "--seed"),
    ("--file", "--seed"),
    ("--time", "--now"),
];

/// A command whose variables count only where they hold something: files for Compose and workflows set
/// those that nobody has given a value.
pub(super) fn without_empty_variables(command: Command) -> Command {
    let is_empty = |(name, value): (OsString, OsString)| {
        value.is_empty() && name.to_string_lossy().starts_with(PREFIX)
    };
    if std::env::vars_os().any(is_empty) {
        unset(command)
    } else {
        command
    }
}

fn unset(command: Command) -> Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| {
        if arg.get_env().is_some_and(is_empty) {
            arg.env(Resettable::Reset)
        } else {
            arg
        }
    });
    command.mut_subcommands(unset)
}

/// Says what clap has found, with all that helps: tips, values that are known, usage. What a variable
/// of the environment has brought in is called by the variable's name.
pub(super) fn tell(command: &Command, mut error: Error) {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // this is help, and not a sentence; and nobody may be reading it
        let _ = error.print();
        return;
    }
    let given: Vec<OsString> = std::env::args_os().collect();
    if let Some(tip) = tip(command, &error, &given) {
        // what is only spelt alike is not meant then
        error.remove(ContextKind::SuggestedSubcommand);
        let tips = vec![StyledStr::from(tip)];
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
    }
    for kind in [ContextKind::InvalidArg, ContextKind::PriorArg] {
        let named = |shown: &str| variable_of(command, shown, &given);
        let value = match error.get(kind) {
            Some(ContextValue::String(shown)) => named(shown).map(ContextValue::String),
            Some(ContextValue::Strings(all)) if all.iter().any(|it| named(it).is_some()) => {
                let all = all.iter().map(|it| named(it).unwrap_or_else(|| it.clone()));
                Some(ContextValue::Strings(all.collect()))
            }
            _ => None,
        };
        if let Some(value) = value {
            error.insert(kind, value);
        }
    }
    complain(error.render().to_string().trim_end());
}

/// What is likely meant, where clap does not know it.
fn tip(command: &Command, error: &Error, given: &[OsString]) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let subcommand = text(ContextKind::InvalidSubcommand);
    if error.kind() == ErrorKind::ArgumentConflict {
        let name = command.get_name();
        return subcommand.map(|it| format!("options stand behind the command: {name} {it} …"));
    }
    let word = subcommand.or(text(ContextKind::InvalidArg))?;
    if !matches!(
        error.kind(),
        ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand
    ) {
        return None;
    }
    if let Some((_, ours)) = HABITS.iter().find(|(theirs, _)| *theirs == word) {
        return Some(format!("here it is '{ours}'"));
    }
    // a number by itself is a port
    let begun = given.get(1).and_then(|first| first.to_str());
    let has_port = begun.is_none_or(|it| ["serve", "health", "wait"].contains(&it) || it == word);
    (has_port && word.parse::<u16>().is_ok()).then(|| format!("a port is given as '--port {word}'"))
}

/// The variable that has given an option its value, where the command line does not. The option is
/// named as in `--port <PORT>`.
fn variable_of(command: &Command, shown: &str, given: &[OsString]) -> Option<String> {
    let flag = shown.split([' ', '=', '[']).next()?;
    let long = flag.strip_prefix("--")?;
    let typed = given.iter().filter_map(|argument| argument.to_str());
    let mut typed = typed.map(|argument| argument.split('=').next().unwrap_or(argument));
    if typed.any(|argument| argument == flag) {
        return None;
    }
    // commands may have options of one name, some of them without a variable
    let options = arguments(command).filter(|option| option.get_long() == Some(long));
    let name = options
        .filter_map(Arg::get_env)
        .find_map(|it| it.to_str())?;
    std::env::var_os(name).map(|_| name.to_owned())
}

/// The options of a command and of those below it.
fn arguments(command: &Command) -> Box<dyn Iterator<Item = &Arg> + '_> {
    let below = command.get_subcommands().flat_map(arguments);
    Box::new(command.get_arguments().chain(below))
}

/// Warns of variables that begin like those of the program and are none of them.
pub(super) fn warn_of_variables(command: &Command) {
    let options = arguments(command).filter_map(|option| option.get_env()?.to_str());
    let known: BTreeSet<&str> = options.chain([BINARY, completions::VARIABLE]).collect();
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let names = set.filter_map(|(name, _)| name.into_string().ok());
    let unknown = names.filter(|name| name.starts_with(PREFIX) && !known.contains(name.as_str()));
    for name in unknown {
        // what is alike in all of them would make all of them alike
        let ends = known.iter().filter_map(|it| it.strip_prefix(PREFIX));
        let end = name.strip_prefix(PREFIX).unwrap_or_default();
        let meant = nearest(end, ends).map(|near| format!("; did you mean {PREFIX}{near}?"));
        complain(&format!(
            "warning: {name} is set, which means nothing here{}",
            meant.unwrap_or_default()
        ));
    }
}
