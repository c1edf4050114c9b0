//! The package for Python: its own tests, its types, its wheel, and the page about it.

mod page;
mod wheel;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::sdk::run;
use crate::support::{BINARY, skip};

/// The oldest Python that the pinned tools run with.
const OLDEST: &str = "import sys; sys.exit(sys.version_info < (3, 11))";
/// The plug-in's name, for a pytest that does not find it by the package's metadata.
const PLUGIN: &str = "zoho_crm_mock.pytest_plugin";

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// The folder that Cargo keeps for tests.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// A Python with pytest and what checks and builds the package; or why there is none.
fn tools() -> Result<PathBuf, String> {
    static TOOLS: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let lists = ["requirements.txt", "requirements_tools.txt"];
    TOOLS.get_or_init(|| environment("python", &lists)).clone()
}

/// A virtual environment with what stands in some lists, kept until these change.
fn environment(name: &str, lists: &[&str]) -> Result<PathBuf, String> {
    let environment = folder().join(name);
    let python = environment.join("bin/python");
    let lists: Vec<PathBuf> = lists
        .iter()
        .map(|list| package().join("tests").join(list))
        .collect();
    let mut wanted = String::new();
    for list in &lists {
        wanted += &std::fs::read_to_string(list).map_err(|e| e.to_string())?;
    }
    let complete = environment.join("complete");
    if std::fs::read_to_string(&complete).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-c", OLDEST]))
        .map_err(|e| format!("Python 3.11 is needed: {e}"))?;
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&environment))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps"]);
    for list in &lists {
        pip.arg("-r").arg(list);
    }
    run(&mut pip)?;
    std::fs::write(&complete, wanted).map_err(|e| e.to_string())?;
    Ok(python)
}

/// A command of Python that finds the package as it stands here, and the program of this build.
fn python(python: &Path) -> Command {
    let mut command = Command::new(python);
    command
        .env("ZOHO_MOCK_BIN", BINARY)
        .env("PYTHONPATH", package().join("src"))
        .env("PYTEST_PLUGINS", PLUGIN)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("PYTEST_ADDOPTS")
        .env_remove("ZOHO_MOCK_URL");
    command
}

/// Runs modules of Python in the package's folder, unless there is none.
fn succeeds(suite: &str, modules: &[&[&str]]) {
    let tools = match tools() {
        Ok(tools) => tools,
        Err(why) => return skip(suite, &why),
    };
    for module in modules {
        let outcome = run(python(&tools)
            .arg("-m")
            .args(*module)
            .current_dir(package()));
        assert!(outcome.is_ok(), "{}", outcome.expect_err("checked"));
    }
}

#[test]
fn the_package_passes_its_tests() {
    let pytest: &[&str] = &["pytest", "-q", "-n", "2", "-p", "no:cacheprovider"];
    succeeds("the_package_passes_its_tests", &[pytest]);
}

#[test]
fn the_package_is_typed_and_formatted() {
    let cache = folder().join("mypy");
    let cache = cache.to_string_lossy();
    succeeds(
        "the_package_is_typed_and_formatted",
        &[
            &["mypy", "--cache-dir", &cache],
            &["ruff", "check", "--no-cache", "--quiet", "."],
            &["ruff", "format", "--no-cache", "--check", "--quiet", "."],
        ],
    );
}

#[test]
fn the_examples_pass() {
    let tools = match tools() {
        Ok(tools) => tools,
        Err(why) => return skip("the_examples_pass", &why),
    };
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/python");
    let outcome = run(python(&tools)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .current_dir(examples));
    assert!(outcome.is_ok(), "{}", outcome.expect_err("checked"));
}
