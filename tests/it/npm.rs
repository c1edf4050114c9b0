//! The packages of npm, as somebody has them who installs them into an empty folder, with the
//! program that cargo has built.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::pages::{Block, Runner, blocks, pages_for, runner, sessions};
use crate::support::{BINARY, skip};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn run(command: &mut Command) -> Result<Output, String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(format!("{command:?} failed:\n{}", said(&output)))
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// A folder with the runners of tests and the tools; or why there is none.
pub(crate) fn tools() -> Result<PathBuf, String> {
    static TOOLS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    TOOLS.get_or_init(install_tools).clone()
}

fn install_tools() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    let complete = folder.join("complete");
    let lock = read("npm/tests/package-lock.json");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let newer = "process.exit(+(parseInt(process.versions.node) < 20))";
    run(Command::new("node").args(["-e", newer])).map_err(|e| format!("Node 20 is needed: {e}"))?;
    if !std::fs::read_to_string(&complete).is_ok_and(|installed| installed == lock) {
        for file in ["package.json", "package-lock.json"] {
            let text = read(&format!("npm/tests/{file}"));
            std::fs::write(folder.join(file), text).map_err(|e| e.to_string())?;
        }
        let options = "ci --silent --no-audit --no-fund --ignore-scripts";
        run(Command::new("npm")
            .args(options.split(' '))
            .current_dir(&folder))?;
        std::fs::write(&complete, lock).map_err(|e| e.to_string())?;
    }
    Ok(folder)
}

/// A folder in which the packages are installed from what `npm pack` has made of them, and which
/// was empty before; or why there is none.
fn installed() -> Result<PathBuf, String> {
    static INSTALLED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    INSTALLED.get_or_init(install).clone()
}

fn install() -> Result<PathBuf, String> {
    let folder = tools()?.join("app");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    }
    let packed = folder.join("packed");
    std::fs::create_dir_all(&packed).map_err(|e| e.to_string())?;
    let platform = "process.stdout.write(`${process.platform}-${process.arch}`)";
    let platform = said(&run(Command::new("node").args(["-e", platform]))?);
    // the symbols of a build for debugging are nine tenths of it
    let program = packed.join("program");
    let stripped = Command::new("strip")
        .arg("-o")
        .args([&program, Path::new(BINARY)])
        .status();
    if !stripped.is_ok_and(|status| status.success()) {
        std::fs::copy(BINARY, &program).map_err(|e| e.to_string())?;
    }
    let program = format!("{platform}={}", program.display());
    run(Command::new("node")
        .arg(root().join("npm/pack.mjs"))
        .args([packed.as_os_str(), program.as_ref()]))?;
    std::fs::write(folder.join("package.json"), "{\"private\": true}\n")
        .map_err(|e| e.to_string())?;
    // as the page says; nothing else is needed, so nobody is asked
    let page = read("docs/node.md");
    let command = page.lines().find_map(|line| {
        let command = line.strip_prefix("$ ")?;
        command.ends_with("/packed/*.tgz").then_some(command)
    });
    let command = command.ok_or("the page has no command")?;
    // in a folder of its own, and not beside a clone
    let command = command.replace("../zoho-crm-mock/", "./");
    run(Command::new("sh")
        .args(["-c", &command])
        .env("npm_config_offline", "true")
        .env("npm_config_audit", "false")
        .current_dir(&folder))?;
    Ok(folder)
}

/// A folder of `npm/tests/` beside the installed packages; or none, with a word about it.
fn suite(test: &str, name: &str) -> Option<PathBuf> {
    let folder = match installed() {
        Ok(folder) => folder.join(name),
        Err(why) => {
            skip(test, &why);
            return None;
        }
    };
    std::fs::create_dir_all(&folder).expect("a folder");
    let files = root().join("npm/tests").join(name);
    for file in std::fs::read_dir(files).into_iter().flatten().flatten() {
        std::fs::copy(file.path(), folder.join(file.file_name())).expect("copied");
    }
    Some(folder)
}

/// A tool, as a user's terminal runs it who has no settings of ours.
fn tool(folder: &Path, words: &[&str]) -> Output {
    let (name, arguments) = words.split_first().expect("a tool");
    let tools = tools().expect("installed before").join("node_modules/.bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&path)));
    Command::new(name)
        .args(arguments)
        .current_dir(folder)
        .env("PATH", path.expect("a path"))
        .env("NO_COLOR", "1")
        .env_remove("FORCE_COLOR")
        // the example of the others, and the clients of this test, may have set them
        .env_remove("ZOHO_MOCK_BIN")
        .env_remove("ZOHO_MOCK_URL")
        .output()
        .unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn succeeds(folder: &Path, words: &[&str]) -> String {
    let output = tool(folder, words);
    let said = said(&output);
    assert!(output.status.success(), "{words:?}\n{said}");
    said
}

/// It fails, and says each of these parts.
fn fails(folder: &Path, words: &[&str], parts: &[&str]) {
    let output = tool(folder, words);
    let said = said(&output);
    assert!(!output.status.success(), "{words:?}\n{said}");
    for part in parts {
        assert!(said.contains(part), "{part} is missing:\n{said}");
    }
}

const CONTRACT: &str =
    "error record.unknown_field: Leads has no field \"Compny\"; did you mean \"Company\"?";

#[test]
fn the_package_starts_servers_and_makes_orgs() {
    let Some(folder) = suite("the_package_starts_servers_and_makes_orgs", "wrapper") else {
        return;
    };
    succeeds(&folder, &["node", "--test", "wrapper.test.mjs"]);
}

#[test]
fn vitest_gives_each_test_an_org() {
    let Some(folder) = suite("vitest_gives_each_test_an_org", "vitest") else {
        return;
    };
    let first = folder.join("first.test.ts");
    std::fs::copy(first, folder.join("second.test.ts")).expect("copied");
    for pool in ["forks", "threads"] {
        let said = succeeds(&folder, &["vitest", "run", "--pool", pool]);
        assert!(said.contains("14 passed"), "{said}");
    }
    let broken = suite("vitest_gives_each_test_an_org", "vitest-broken").expect("installed");
    let parts = [
        CONTRACT,
        "What Zoho CRM was asked in \"is told what was asked\":\n  POST /crm/v8/Leads 201",
        "2 failed",
    ];
    fails(&broken, &["vitest", "run"], &parts);
}

#[test]
fn jest_gives_each_test_an_org() {
    let Some(folder) = suite("jest_gives_each_test_an_org", "jest") else {
        return;
    };
    let first = folder.join("first.test.js");
    std::fs::copy(first, folder.join("second.test.js")).expect("copied");
    let said = succeeds(&folder, &["jest", "--ci"]);
    assert!(said.contains("10 passed"), "{said}");
    let broken = suite("jest_gives_each_test_an_org", "jest-broken").expect("installed");
    fails(&broken, &["jest", "--ci"], &[CONTRACT, "1 failed"]);
}

#[test]
fn the_package_is_well_formed() {
    let Some(folder) = suite("the_package_is_well_formed", "types") else {
        return;
    };
    let version = env!("CARGO_PKG_VERSION");
    let archive = format!("../packed/zoho-crm-mock-{version}.tgz");
    succeeds(&folder, &["publint", "run", "--strict", &archive]);
    // Vitest itself is there for modules alone
    let attw = ["attw", "--no-emoji", "--no-color", "--profile"];
    for (profile, entries) in [
        (
            "node16",
            ["--exclude-entrypoints", "vitest", "vitest/setup"],
        ),
        (
            "esm-only",
            ["--include-entrypoints", "vitest", "vitest/setup"],
        ),
    ] {
        let words = [&attw[..], &[profile, &archive], &entries[..]].concat();
        succeeds(&folder, &words);
    }
    succeeds(&folder, &["tsc", "--project", "tsconfig.json"]);
}

/// Runs what a page says of Node: its files and commands, each part in a folder of its own.
fn page(test: &str, path: &str) {
    let mut ran = 0;
    for (n, part) in read(path).split("\n## ").enumerate() {
        let part: Vec<Block> = blocks(part);
        if !part.iter().any(|block| is_node(&block.language)) {
            continue;
        }
        let name = format!("{path}-{n}").replace('/', "-");
        let Some(folder) = suite(test, &name) else {
            return;
        };
        for block in part {
            block.write(&folder);
            if block.language == "console" {
                ran += console(path, &folder, &block);
            }
        }
    }
    assert!(ran > 0, "{path}: nothing was run");
}

/// Whether a block is a file of JavaScript or TypeScript, or a word to a terminal about such.
fn is_node(language: &str) -> bool {
    language == "console" || language.starts_with("ts ") || language.starts_with("js ")
}

/// Runs the commands of a block that are about Node; what they print holds what the page says.
fn console(path: &str, folder: &Path, block: &Block) -> usize {
    let mut ran = 0;
    for session in sessions(block) {
        let words = session.words();
        if runner(&words) != Runner::Node {
            continue;
        }
        let output = tool(folder, &words);
        let said = said(&output);
        let place = format!("{path}:{}", session.line);
        let mut rest = said.as_str();
        for line in session.printed.lines() {
            let at = rest.find(line.trim());
            let at = at.unwrap_or_else(|| panic!("{place}\n{line}\nis not in\n{said}"));
            rest = rest.get(at..).unwrap_or_default();
        }
        let expected = !session.printed.contains("Error: ");
        assert_eq!(output.status.success(), expected, "{place}\n{said}");
        ran += 1;
    }
    ran
}

#[test]
fn pages_about_node_are_true() {
    for path in pages_for(Runner::Node) {
        page("pages_about_node_are_true", &path);
    }
}

#[test]
fn types_have_every_option() {
    let help = Command::new(BINARY).args(["serve", "-h"]).output();
    let help = said(&help.expect("the binary"));
    let types = read("npm/zoho-crm-mock/index.d.ts");
    // examples have options, too
    let listed = help
        .lines()
        .filter(|line| line.trim_start().starts_with('-'));
    let flags = listed.filter_map(|line| {
        let word = line.trim_start().split([' ', ',']);
        word.into_iter()
            .find_map(|word| word.strip_prefix("--").filter(|flag| !flag.is_empty()))
    });
    // those that the package sets itself, and what is no option of a server
    let own = ["exit-with-parent", "no-admin", "help", "version"];
    let mut seen = 0;
    for flag in flags.filter(|flag| !own.contains(flag)) {
        let mut name = String::new();
        for (n, word) in flag.split('-').enumerate() {
            let (first, rest) = word.split_at(usize::from(n > 0));
            name += &(first.to_uppercase() + rest);
        }
        assert!(types.contains(&format!("  {name}?: ")), "--{flag}: {name}");
        seen += 1;
    }
    assert!(seen > 15, "{help}");
}
