//! Scenarios: requests and the answers that Zoho gives, as text. Each file is a test.
//!
//! `cargo test --test scenarios records/insert` runs the files whose names contain that. With
//! `UPDATE_EXPECT=1` the answers that are not as expected are written into the files. The form of
//! the files is described in `README.md` beside this one.

mod case;
mod coverage;
mod described;
mod expectation;
mod forgiven;
mod form;
mod pretty;
mod rewrite;
mod run;
mod seeded;
mod tests;
mod zip;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use case::Case;
use forgiven::Forgiven;

fn main() -> ExitCode {
    let mut trials: Vec<Trial> = files()
        .into_iter()
        .map(|file| Trial::test(name(&file), move || check(&file)))
        .collect();
    trials.extend(coverage::trials());
    trials.extend(tests::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// Runs the cases of a file under every version that they name, and tells all failures at once.
fn check(file: &Path) -> Result<(), Failed> {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    if update {
        let text = std::fs::read_to_string(file)?;
        let rewritten = rewrite::rewrite(&text, &name(file))?;
        if rewritten != text {
            std::fs::write(file, rewritten)?;
        }
    }
    let cases = case::parse(&std::fs::read_to_string(file)?, &name(file));
    let mut forgiven = Forgiven::default();
    let mut failures = Vec::new();
    let mut runs = 0;
    for case in &cases {
        for version in &case.versions {
            runs += 1;
            let ran = run::run(case, *version, &mut |request, state, status| {
                forgiven.look(request, state, status);
            });
            if let Err(why) = ran {
                failures.push(format!("{} {why}", case.under(*version)));
            }
        }
    }
    if !failures.is_empty() {
        let failed = failures.len();
        return Err(format!("{failed} of {runs} failed\n\n{}", failures.join("\n\n")).into());
    }
    forgiven.compare(&name(file), update)
}

/// The folder of the scenarios.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// Every file of scenarios.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the scenarios").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "scn") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a file is called in reports and on the command line: `records/insert`.
fn name(file: &Path) -> String {
    let below = file.strip_prefix(root()).unwrap_or(file).with_extension("");
    let segments: Vec<_> = below
        .iter()
        .map(|segment| segment.to_string_lossy())
        .collect();
    segments.join("/")
}

/// The cases of every file.
fn all_cases() -> Vec<Case> {
    let cases = files().into_iter().flat_map(|file| {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        case::parse(&text, &name(&file))
    });
    cases.collect()
}
