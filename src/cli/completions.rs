//! Completions: what a shell reads once, and what it asks the program while somebody types.

mod values;

use std::io::{self, Write as _};

use clap::Command;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::exit::{Exit, complain};
pub(super) use values::{candidates, jobs, modules, operations, seeds};

/// The variable by which a shell asks.
pub(super) const VARIABLE: &str = "ZOHO_MOCK_COMPLETE";

/// How programs are called for which shells ask.
const NAME: &str = env!("CARGO_PKG_NAME");

/// What bash is to do besides: it takes `=` for the end of a word, and the program does not.
const BASH_WORDS: &str = include_str!("completions/words.bash");

/// How the script for zsh offers values, and how it is to: what ends in `=` goes on.
const ZSH_VALUES: [&str; 2] = [
    "[[ -n $other ]] && _describe -V 'values' other",
    "local -a open=(${(M)other:#*=}) whole=(${other:#*=})
        [[ -n $open ]] && _describe -V 'values' open -S ''
        [[ -n $whole ]] && _describe -V 'values' whole",
];

/// Answers a shell, if it is one that asks, about a command line.
pub(super) fn answer(command: fn() -> Command) -> Option<Exit> {
    std::env::var_os(VARIABLE)?;
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(command).var(VARIABLE);
    match asked.try_complete(std::env::args_os(), folder.as_deref()) {
        Ok(true) => Some(Exit::Success),
        Ok(false) => None,
        Err(error) => {
            complain(&error.to_string());
            Some(Exit::Usage)
        }
    }
}

/// Prints what a shell reads.
pub(super) fn print(shell: Shell) -> Exit {
    let mut out = io::stdout();
    match script(shell) {
        Ok(text) => {
            // nobody may be reading
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            Exit::Success
        }
        Err(error) => {
            complain(&error.to_string());
            Exit::Usage
        }
    }
}

fn script(shell: Shell) -> io::Result<String> {
    let shells = Shells::builtins();
    let unknown = || io::Error::other(format!("there are no completions for {shell}"));
    let completer = shells.completer(&shell.to_string()).ok_or_else(unknown)?;
    let mut text = Vec::new();
    completer.write_registration(VARIABLE, NAME, NAME, NAME, &mut text)?;
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    Ok(match shell {
        Shell::Bash => text + BASH_WORDS,
        Shell::Zsh => text.replace(ZSH_VALUES[0], ZSH_VALUES[1]),
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_has_a_script() {
        for shell in Shell::value_variants() {
            let text = script(*shell).expect("a script");
            assert!(text.contains(VARIABLE), "{shell}: {text}");
        }
    }

    #[test]
    fn what_is_added_to_scripts_fits_them() {
        let bash = script(Shell::Bash).expect("a script");
        let function = "_clap_complete_zoho_crm_mock";
        assert!(bash.contains(&format!("\n{function}() {{")), "{bash}");
        assert!(BASH_WORDS.contains(function));
        let zsh = script(Shell::Zsh).expect("a script");
        assert!(zsh.contains(ZSH_VALUES[1]), "{zsh}");
    }
}
