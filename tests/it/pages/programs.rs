//! Programs of pages are files that tests run.

/// Tests as a project of one's own has them; these are run here.
#[path = "../../../examples/rust/leads.rs"]
mod leads;
#[path = "../../../examples/rust/readme.rs"]
mod readme;

use std::process::Command;

use super::{Block, OWN, blocks, docs, files, read, root};
use crate::support::{BINARY, skip};

/// The pages whose every block is run.
fn pages() -> Vec<String> {
    let readme = std::iter::once("README.md".to_owned());
    let docs = docs().into_iter();
    readme
        .chain(docs.filter(|page| !OWN.contains(&page.as_str())))
        .collect()
}

/// Whether a test runs the text of a block: as a command, a file that commands find, or an example.
fn is_run(block: &Block, examples: &[String]) -> bool {
    match block.language.as_str() {
        "console" => true,
        "rust" => examples.iter().any(|example| example.contains(&block.text)),
        // the steps of a job, whose names and inputs a test of the release compares
        "yaml" => block.text.contains("uses: "),
        // a test types it into that shell
        "bash" | "fish" | "zsh" => block.text.contains("zoho-crm-mock completions "),
        _ => block.file().is_some(),
    }
}

#[test]
fn every_block_is_run() {
    let examples: Vec<String> = files(&root().join("examples"))
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    for page in pages() {
        for block in blocks(&read(&page)) {
            let (language, line) = (&block.language, block.line);
            assert!(
                is_run(&block, &examples),
                "{page}:{line}: nobody runs this block ({language})"
            );
        }
    }
}

/// The packages that the page about Rust names are those that its programs are built with here.
#[test]
fn packages_of_the_page_are_those_of_the_examples() {
    let page = blocks(&read("docs/rust.md"));
    let named = page.iter().find(|block| block.file() == Some("Cargo.toml"));
    let named = &named.expect("a list of packages").text;
    let cargo = read("Cargo.toml");
    let version = |text: &str, package: &str| {
        let start = format!("{package} = ");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(&start));
        let versions: Vec<_> = lines
            .by_ref()
            .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
            .collect();
        versions.last().cloned()
    };
    for package in ["reqwest", "serde_json", "tokio"] {
        let here = version(&cargo, package);
        assert!(
            here.is_some() && version(named, package) == here,
            "{package}"
        );
    }
}

fn succeeds(command: &mut Command) {
    let output = command
        .env("ZOHO_MOCK_BIN", BINARY)
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_rust_examples_run() {
    // beside the folder of this test's own binary, unless examples were not asked for
    let own = std::env::current_exe().expect("this binary");
    let folder = own
        .ancestors()
        .nth(2)
        .expect("the profile's folder")
        .join("examples");
    for name in ["seed_a_fixture", "control"] {
        let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        if program.is_file() {
            succeeds(&mut Command::new(program));
        } else {
            skip("the_rust_examples_run", &format!("{name} was not built"));
        }
    }
}
