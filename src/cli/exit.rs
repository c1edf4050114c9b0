//! How commands end, and what they say then.

use crate::words::printable;

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Success,
    /// `check`, `verify` or `run` has found something; `health` or `wait` no server that is well.
    Found,
    /// The command line, the port, a seed or a server was not usable.
    Usage,
    /// The command of `run` ended with this code.
    Command(u8),
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::Command(code) => code,
        })
    }
}

/// A sentence on standard error.
#[allow(clippy::print_stderr, reason = "this is where the command line speaks")]
pub(super) fn complain(sentence: &str) {
    let sentence = sentence.strip_prefix("error: ").unwrap_or(sentence);
    // a message of several lines stays one
    let lines: Vec<_> = sentence.lines().map(printable).collect();
    eprintln!("zoho-crm-mock: {}", lines.join("\n"));
}
