//! What is said of command lines, and of variables of the environment, that cannot be meant.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};

use super::completions;
use super::exit::complain;
use crate::words::nearest;

/// What the names of all variables of the program begin with.
const PREFIX: &str = "ZOHO_MOCK_";
/// The variable by which the packages for other languages find the program.
const BINARY: &str = "ZOHO_MOCK_BIN";

/// Says what clap has found, with all that helps: tips, values that are known, usage. What a variable
/// of the environment has brought in is called by the variable's name.
pub(super) fn tell(command: &Command, mut error: Error) {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // this is help, and not a sentence; and nobody may be reading it
        let _ = error.print();
        return;
    }
    let given: Vec<OsString> = std::env::args_os().collect();
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
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
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
