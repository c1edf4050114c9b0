//! The wheel: built by maturin, installed where there is nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::{environment, folder, package, tools};
use crate::sdk::run;
use crate::support::{BINARY, skip};

/// A command in the place of Cargo, which has built the program already: it gives the messages of
/// such a build, and asks Cargo for all else.
fn built_already(folder: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let root = env!("CARGO_MANIFEST_DIR");
    let output = run(Command::new(&cargo)
        .args(["pkgid", "--offline"])
        .current_dir(root))?;
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let told = |error: std::io::Error| error.to_string();
    // maturin takes it away from where it is
    let program = folder.join("zoho-crm-mock");
    std::fs::copy(BINARY, &program).map_err(told)?;
    let artifact = json!({
        "reason": "compiler-artifact",
        "package_id": id,
        "manifest_path": format!("{root}/Cargo.toml"),
        "target": {
            "kind": ["bin"], "crate_types": ["bin"], "name": "zoho-crm-mock", "edition": "2024",
            "src_path": format!("{root}/src/main.rs"), "doc": true, "doctest": false, "test": true,
        },
        "profile": {
            "opt_level": "0", "debuginfo": 1, "debug_assertions": true, "overflow_checks": true,
            "test": false,
        },
        "features": [],
        "filenames": [&program],
        "executable": &program,
        "fresh": true,
    });
    let finished = json!({"reason": "build-finished", "success": true});
    let messages = folder.join("messages.json");
    std::fs::write(&messages, format!("{artifact}\n{finished}\n")).map_err(told)?;
    let script = format!(
        "#!/bin/sh\ncase \"$1\" in\n  rustc) cat '{}' ;;\n  *) exec '{cargo}' \"$@\" ;;\nesac\n",
        messages.display()
    );
    let path = folder.join("cargo");
    std::fs::write(&path, script).map_err(told)?;
    run(Command::new("chmod").arg("+x").arg(&path))?;
    Ok(path)
}

/// Builds the wheel as `pip install ./python` does, and gives its path.
fn wheel(python: &Path, folder: &Path) -> Result<PathBuf, String> {
    let cargo = built_already(folder)?;
    let scripts = python.parent().unwrap_or(folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = [folder.to_owned(), scripts.to_owned()]
        .into_iter()
        .chain(std::env::split_paths(&path));
    let path = std::env::join_paths(path).map_err(|e| e.to_string())?;
    run(Command::new(python)
        .args(["-m", "pip", "wheel", "--quiet", "--no-deps"])
        .args(["--no-build-isolation", "--wheel-dir"])
        .arg(folder)
        .arg(package())
        .env("CARGO", cargo)
        .env("PATH", path))?;
    let files = std::fs::read_dir(folder).map_err(|e| e.to_string())?;
    let mut wheels = files
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|it| it == "whl"));
    wheels.next().ok_or_else(|| "no wheel".to_owned())
}

/// Programs, types and the plug-in come out of the wheel alone, in a folder that holds the tests.
#[test]
fn the_wheel_is_all_that_is_needed() {
    let suite = "the_wheel_is_all_that_is_needed";
    let found = tools().and_then(|tools| Ok((tools, environment("wheel", &["requirements.txt"])?)));
    let (tools, python) = match found {
        Ok(found) => found,
        Err(why) => return skip(suite, &why),
    };
    let outside = tempfile::tempdir().expect("a folder");
    let wheel = wheel(&tools, outside.path()).expect("a wheel");
    let install = ["-m", "pip", "install", "--quiet", "--no-deps"];
    let installed = run(Command::new(&python)
        .args(install)
        .arg("--force-reinstall")
        .arg(wheel));
    installed.expect("installed");
    for file in ["conftest.py", "test_plugin.py", "test_server.py"] {
        let from = package().join("tests").join(file);
        std::fs::copy(from, outside.path().join(file)).expect("copied");
    }
    let asked = "hundred or one_report or environment or python_m or what_a_server";
    let outcome = run(Command::new(&python)
        .args(["-m", "pytest", "-q", "-p", "pytester", "-k", asked])
        .env_remove("ZOHO_MOCK_BIN")
        .env_remove("PYTHONPATH")
        .env_remove("ZOHO_MOCK_URL")
        .current_dir(outside.path()));
    assert!(outcome.is_ok(), "{}", outcome.expect_err("checked"));
    // as a program, too
    let output = run(Command::new(folder().join("wheel/bin/zoho-crm-mock")).arg("--version"));
    let said = output.expect("the program").stdout;
    assert!(String::from_utf8_lossy(&said).starts_with("zoho-crm-mock "));
}
