//! The pages about the package: their files are written, their commands are run, and what these print
//! is compared.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{package, python, tools};
use crate::pages::{Runner, Session, blocks, pages_for, runner, sessions};
use crate::sdk;
use crate::support::skip;

/// Where packages of the Python with Zoho's SDKs are.
fn packages_of_the_sdk() -> Result<PathBuf, String> {
    let place = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let output = sdk::run(Command::new(sdk::python()?).args(["-c", place]))?;
    let path = String::from_utf8_lossy(&output.stdout);
    Ok(PathBuf::from(path.trim()))
}

/// A text without lengths of time: the numbers before `s` and ` ms`.
fn timeless(text: &str) -> String {
    let number = |word: &str| word.parse::<f64>().is_ok();
    let lines = text.trim_end().lines().map(|line| {
        let words: Vec<&str> = line.trim_end().split(' ').collect();
        let shown: Vec<&str> = words
            .iter()
            .enumerate()
            .map(|(at, word)| {
                let seconds = word.strip_suffix('s').is_some_and(number);
                let milliseconds = number(word) && words.get(at + 1) == Some(&"ms");
                if seconds || milliseconds { "…" } else { word }
            })
            .collect();
        shown.join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a command of a page prints.
fn printed(tools: &Path, packages: &Path, session: &Session, folder: &Path) -> Option<String> {
    let words = session.words();
    if runner(&words) != Runner::Python {
        return None;
    }
    let arguments = match words.as_slice() {
        ["pytest", rest @ ..] => [&["-m", "pytest", "-p", "no:cacheprovider"], rest].concat(),
        ["python", rest @ ..] => rest.to_vec(),
        other => panic!("line {}: cannot run {other:?}", session.line),
    };
    let path = [package().join("src"), packages.to_owned()];
    let path = std::env::join_paths(path).expect("paths");
    let output = python(tools)
        .args(arguments)
        .env("PYTHONPATH", path)
        .env("COLUMNS", "80")
        .current_dir(folder)
        .output()
        .expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&said).into_owned())
}

/// What a page says that is not so, and how many of its commands were run.
fn differences(page: &str, tools: &Path, packages: &Path) -> (Vec<String>, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(path).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut wrong, mut ran) = (Vec::new(), 0);
    for block in &blocks(&text) {
        block.write(folder.path());
        if block.language != "console" {
            continue;
        }
        for session in sessions(block) {
            let Some(printed) = printed(tools, packages, &session, folder.path()) else {
                continue;
            };
            ran += 1;
            if timeless(&printed) != timeless(&session.printed) {
                let line = session.line;
                wrong.push(format!("{page}:{line} really prints\n{printed}"));
            }
        }
    }
    (wrong, ran)
}

#[test]
fn the_pages_say_what_is_printed() {
    let found = tools().and_then(|tools| Ok((tools, packages_of_the_sdk()?)));
    let (tools, packages) = match found {
        Ok(found) => found,
        Err(why) => return skip("the_pages_say_what_is_printed", &why),
    };
    let mut ran = 0;
    for page in pages_for(Runner::Python) {
        let (wrong, more) = differences(&page, &tools, &packages);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        ran += more;
    }
    assert!(ran > 8, "only {ran} commands");
}
