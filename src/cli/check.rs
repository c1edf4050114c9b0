//! `zoho-crm-mock check`.

use super::exit::{Exit, complain};
use crate::seed::{Document, Options, SeedError, build};
use crate::words::printable;

/// Reads and builds the seeds, and tells what is wrong with them.
#[allow(clippy::print_stdout, reason = "this is the command's result")]
pub(super) fn check(paths: &[String]) -> Exit {
    let mut document = Document::default();
    let mut problems = Vec::new();
    for path in paths {
        document.add(path, &mut problems);
    }
    // what the seeds say does not depend on the time at which they are checked
    let built = build(
        &document,
        Options {
            now: 0,
            rng_seed: 0,
        },
    );
    match built {
        Ok(_) if problems.is_empty() => {
            let records: usize = document
                .records
                .iter()
                .map(crate::seed::format::Records::len)
                .sum();
            let unit = if records == 1 { "record" } else { "records" };
            println!("ok: {records} {unit}");
            return Exit::Success;
        }
        Ok(_) => {}
        Err(SeedError(more)) => problems.extend(more),
    }
    for problem in &problems {
        println!("{}", printable(&problem.to_string()));
    }
    complain(&match problems.len() {
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    });
    Exit::Found
}
