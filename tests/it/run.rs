//! `run`: a command, and the server that its programs find in the place of Zoho.

mod clients;
#[cfg(unix)]
mod lives;
mod page;
mod reports;
#[cfg(unix)]
mod trust;

use std::process::{Command, Output};

use crate::support::BINARY;

/// `run` with options, for a command.
fn run_of(options: &[&str], words: &[&str]) -> Command {
    let mut run = Command::new(BINARY);
    // the authority goes with the process, so that tests leave none among the user's data
    run.args(["run", "--empty", "--ephemeral-ca"]);
    run.args(options).arg("--").args(words);
    run
}

/// What it prints, and how it ends.
fn outcome(run: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = run.output().expect("the binary");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (status.code(), text(stdout), text(stderr))
}
