//! The README and the pages of `docs/`: every command is run, every program is that of a test, and every
//! link leads somewhere.
//!
//! Blocks marked `console` hold commands, which begin with `$ `, and what they print. A block with a name
//! behind its language is a file that the commands of the page find. Who runs a command is told by its
//! first word: `shell` here, or the suites of Python and Node for theirs.

mod links;
mod options;
mod programs;
#[cfg(unix)]
mod shell;

use std::path::{Path, PathBuf};

use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::hosts::DataCentre;

/// Pages whose suites know more of them: one is run in containers, the other is written by its test.
const OWN: &[&str] = &["docs/docker-ci.md", "docs/fidelity.md"];

/// Pages outside of `docs/`.
const OTHERS: &[&str] = &[
    "README.md",
    "npm/zoho-crm-mock/README.md",
    "python/README.md",
    "seed-data/README.md",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The pages of `docs/`, whoever has written them.
fn docs() -> Vec<String> {
    let files = std::fs::read_dir(root().join("docs")).expect("docs");
    let names = files.flatten().map(|file| file.file_name());
    let mut pages: Vec<String> = names
        .map(|name| format!("docs/{}", name.to_string_lossy()))
        .collect();
    pages.sort();
    pages
}

/// The pages whose commands are run by their words.
fn pages() -> Vec<String> {
    let others = OTHERS.iter().map(|page| (*page).to_owned());
    let docs = docs().into_iter();
    others
        .chain(docs.filter(|page| !OWN.contains(&page.as_str())))
        .collect()
}

/// Who runs a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// A shell, with the program of this build.
    Shell,
    /// A Python that has the package.
    Python,
    /// A folder in which the packages of npm are installed.
    Node,
    /// It installs what other tests install, or is what runs this test.
    Nobody,
}

/// Who runs a command of these words.
pub(crate) fn runner(words: &[&str]) -> Runner {
    match words {
        ["pytest" | "python", ..] => Runner::Python,
        ["node", script, ..] if script.ends_with("pack.mjs") => Runner::Nobody,
        ["npx" | "node", ..] => Runner::Node,
        ["cargo", "run", ..] => Runner::Shell,
        ["cargo" | "cd" | "git" | "npm" | "pip", ..] => Runner::Nobody,
        _ => Runner::Shell,
    }
}

/// The pages that have commands for a runner.
pub(crate) fn pages_for(wanted: Runner) -> Vec<String> {
    let has = |page: &String| {
        let blocks = blocks(&read(page));
        let consoles = blocks.iter().filter(|block| block.language == "console");
        consoles.flat_map(sessions).any(|session| {
            let words: Vec<&str> = session.command.split_whitespace().collect();
            runner(&words) == wanted
        })
    };
    pages().into_iter().filter(has).collect()
}

/// A fenced block: its line, its language and its text.
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) language: String,
    pub(crate) text: String,
}

impl Block {
    /// The name of the file that it is.
    pub(crate) fn file(&self) -> Option<&str> {
        self.language.split_once(' ').map(|(_, name)| name)
    }

    /// Writes the file that it is, if it is one.
    pub(crate) fn write(&self, folder: &Path) {
        if let Some(name) = self.file() {
            let file = folder.join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, &self.text).expect("written");
        }
    }
}

/// The fenced blocks of a page.
pub(crate) fn blocks(document: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (n, line) in document.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => found.push(block),
            (Some(language), None) => {
                open = Some(Block {
                    line: n + 1,
                    language: language.to_owned(),
                    text: String::new(),
                });
            }
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    found
}

/// A command of a block and what it is to print.
pub(crate) struct Session {
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) printed: String,
}

impl Session {
    /// The words of a command without quotes.
    pub(crate) fn words(&self) -> Vec<&str> {
        self.command.split_whitespace().collect()
    }
}

pub(crate) fn sessions(block: &Block) -> Vec<Session> {
    let mut found: Vec<Session> = Vec::new();
    let mut lines = block.text.lines().zip(block.line + 1..);
    while let Some((text, line)) = lines.next() {
        if let Some(command) = text.strip_prefix("$ ") {
            let mut command = command.to_owned();
            while command.ends_with('\\') {
                command.pop();
                command.push_str(
                    lines
                        .next()
                        .expect("the rest of the command")
                        .0
                        .trim_start(),
                );
            }
            found.push(Session {
                line,
                command,
                printed: String::new(),
            });
        } else {
            let session = found.last_mut().expect("a command before its output");
            session.printed.push_str(text);
            session.printed.push('\n');
        }
    }
    found
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_readme_is_short() {
    const MOST: usize = 9_000;
    let length = read("README.md").len();
    assert!(length <= MOST, "{length} bytes");
}

#[test]
fn the_readme_counts_what_there_is() {
    let readme = read("README.md");
    let row = format!("| operations | {}, ", endpoints().count());
    assert!(readme.contains(&row), "{row}");
    assert_eq!(DataCentre::ALL.len(), 11);
    assert!(readme.contains("| data centres | all eleven, "));
}

#[test]
fn the_seed_format_names_every_feature() {
    let mut features: Vec<String> = Vec::new();
    for file in files(&root().join("seed-data/schema")) {
        let text = std::fs::read_to_string(file).expect("readable");
        for rest in text.split("\"when\"").skip(1) {
            features.extend(rest.split('"').nth(1).map(str::to_owned));
        }
    }
    let document = read("seed-data/README.md");
    assert!(!features.is_empty());
    for feature in features {
        assert!(document.contains(&format!("`{feature}`")), "{feature}");
    }
}
