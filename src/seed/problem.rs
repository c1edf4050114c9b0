//! What is wrong with seeds.

use std::fmt;

use crate::words::nearest;

/// Something that is wrong with a seed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Where in the file: a JSON path, or row and column of a CSV file.
    pub path: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // what is wrong with the file as a whole is in no place of it
        if self.path == "$" {
            return write!(f, "{}: {}", self.file, self.reason);
        }
        write!(f, "{}: {}: {}", self.file, self.path, self.reason)
    }
}

/// All that is wrong with the given seeds.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} in the seed:\n{}", count(.0.len()), list(.0))]
pub struct SeedError(pub Vec<Problem>);

fn count(n: usize) -> String {
    if n == 1 {
        "1 problem".into()
    } else {
        format!("{n} problems")
    }
}

fn list(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|p| format!("  {p}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// `unknown X "name"`, with the nearest known name.
pub(super) fn unknown<'a>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    match nearest(name, known) {
        Some(near) => format!("unknown {what} \"{name}\"; did you mean \"{near}\"?"),
        None => format!("unknown {what} \"{name}\""),
    }
}
