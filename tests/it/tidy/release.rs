//! What is released fits together: one version, one place for the account's name, and a crate that
//! holds what it is built of.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value as Json;

use super::root;
use super::source::sources;

/// Pages that show the repository's name to people.
const PAGES: &[&str] = &["README.md", "docs/docker-ci.md", "docs/releasing.md"];

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A key of the package in `Cargo.toml`.
fn package(key: &str) -> String {
    let cargo = read("Cargo.toml");
    let start = format!("{key} = \"");
    let line = cargo.lines().find_map(|line| line.strip_prefix(&start));
    let value = line.and_then(|rest| rest.split('"').next());
    value.expect("a key of the package").to_owned()
}

/// The account that the repository belongs to.
fn owner() -> String {
    let repository = package("repository");
    let path = repository.strip_prefix("https://github.com/");
    let owner = path.and_then(|path| path.strip_suffix("/zoho-crm-mock"));
    owner.expect("an address at GitHub").to_owned()
}

/// Files of the repository, by their paths in it.
fn tracked() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git");
    let text = String::from_utf8(output.stdout).expect("paths");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn versions_agree() {
    let version = package("version");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let locked = format!("name = \"zoho-crm-mock\"\nversion = \"{version}\"\n");
    for lock in ["Cargo.lock", "fuzz/Cargo.lock", "benches/sqlite/Cargo.lock"] {
        assert!(read(lock).contains(&locked), "{lock} has another version");
    }
    // these take it from Cargo.toml when they are packed
    let npm: Json = serde_json::from_str(&read("npm/zoho-crm-mock/package.json")).expect("JSON");
    let platforms = npm["optionalDependencies"].as_object().expect("platforms");
    for said in platforms.values().chain([&npm["version"]]) {
        assert_eq!(said, "0.0.0");
    }
    assert!(read("python/pyproject.toml").contains("\ndynamic = [\"version\"]\n"));
}

#[test]
fn releases_are_for_the_platforms_of_npm() {
    let npm: Json = serde_json::from_str(&read("npm/zoho-crm-mock/package.json")).expect("JSON");
    let platforms = npm["optionalDependencies"].as_object().expect("platforms");
    let workflow = read(".github/workflows/release.yml");
    let action = read("action/program.js");
    for name in platforms.keys() {
        let platform = name.rsplit('/').next().expect("a platform");
        assert!(workflow.contains(&format!("\"{platform}=")), "{platform}");
        assert!(action.contains(&format!("\"{platform}\":")), "{platform}");
    }
    let dist = read("dist-workspace.toml");
    let (_, targets) = dist.split_once("\ntargets = [").expect("targets");
    let (targets, _) = targets.split_once(']').expect("their end");
    let targets: Vec<&str> = targets.split('"').skip(1).step_by(2).collect();
    assert_eq!(targets.len(), platforms.len());
    for target in targets {
        let row = format!("- target: {target}\n");
        assert!(workflow.contains(&row), "{target} is not built");
        assert!(action.contains(target), "the Action does not know {target}");
    }
}

#[test]
fn archives_hold_the_manual_and_completions() {
    const FOLDER: &str = "target/pages";
    let folder = tempfile::tempdir().expect("a folder");
    let written = Command::new(root().join(".ci/pages"))
        .arg(env!("CARGO_BIN_EXE_zoho-crm-mock"))
        .arg(folder.path())
        .status();
    assert!(written.expect("a shell").success());
    let dist = read("dist-workspace.toml");
    let (_, included) = dist.split_once("\ninclude = [").expect("what is included");
    let (included, _) = included.split_once(']').expect("its end");
    let included: BTreeSet<&str> = included.split('"').skip(1).step_by(2).collect();
    let entries = std::fs::read_dir(folder.path()).expect("the folder");
    let entries = entries.map(|entry| {
        let entry = entry.expect("an entry");
        let files = std::fs::read_dir(entry.path()).expect("a folder");
        for file in files.flatten() {
            let length = file.metadata().expect("a file").len();
            assert!(length > 100, "{} is empty", file.path().display());
        }
        format!("{FOLDER}/{}", entry.file_name().display())
    });
    let entries: BTreeSet<String> = entries.collect();
    assert!(entries.iter().map(String::as_str).eq(included));
    // where dist looks for them
    let workflow = read(".github/workflows/release.yml");
    assert!(workflow.contains(&format!(".ci/pages target/debug/zoho-crm-mock {FOLDER}\n")));
    assert_eq!(workflow.matches(&format!("path: {FOLDER}\n")).count(), 2);
}

#[test]
fn the_account_stands_in_one_file() {
    let owner = owner();
    let account = format!("{owner}/");
    let exempt = |path: &String| {
        let this = path == "tests/it/tidy/release.rs";
        path == "Cargo.toml" || this || PAGES.contains(&path.as_str())
    };
    let mut elsewhere = Vec::new();
    for path in tracked().into_iter().filter(|path| !exempt(path)) {
        // what was deleted is still listed, and what is no text names nobody
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        let named = format!("{account}zoho-crm-mock");
        if text.contains(&named) || text.contains(&format!("{account}homebrew-tap")) {
            elsewhere.push(path);
        }
    }
    assert!(elsewhere.is_empty(), "{owner} stands in {elsewhere:?}");
}

#[test]
fn pages_name_the_repository_of_the_crate() {
    let name = format!("{}/zoho-crm-mock", owner());
    let version = package("version");
    for page in PAGES {
        let text = read(page);
        let mut right = String::new();
        for line in text.split_inclusive('\n') {
            match line.split_once("uses: ") {
                Some((indent, used)) if used.contains("/zoho-crm-mock@") => {
                    right.push_str(&format!("{indent}uses: {name}@v{version}\n"));
                }
                _ => right.push_str(line),
            }
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() && right != text {
            std::fs::write(root().join(page), &right).expect("written");
        }
        assert!(
            text == right,
            "{page} uses another repository than {name}@v{version}; UPDATE_EXPECT=1 rewrites it"
        );
    }
}

/// What `.ci/tag` complains of, before and after the changelog has a section for the release.
#[test]
fn a_tag_must_fit_what_is_released() {
    let version = package("version");
    let repository = format!("{}/zoho-crm-mock", owner());
    let said = |tag: &str, repository: &str| {
        let output = Command::new(root().join(".ci/tag"))
            .args([tag, repository])
            .output()
            .expect("a shell");
        String::from_utf8(output.stderr).expect("a text")
    };
    let tag = format!("v{version}");
    let right = said(&tag, &repository);
    assert!(!right.contains("Cargo.toml"), "{right}");
    for (tag, repository, word) in [
        ("v999.0.0", repository.as_str(), "v999.0.0: the version in"),
        (&tag, "somebody/else", "somebody/else: the repository in"),
    ] {
        let wrong = said(tag, repository);
        assert!(wrong.contains(word), "{wrong}");
    }
    let section = format!("\n## {version} - ");
    assert_eq!(
        right.is_empty(),
        read("CHANGELOG.md").contains(&section),
        "{right}"
    );
}

#[test]
fn the_crate_holds_what_it_is_built_of() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("warning"), "{said}");
    let text = String::from_utf8(output.stdout).expect("paths");
    let packed: BTreeSet<&str> = text.lines().collect();
    for source in sources() {
        let path = format!("src/{}", source.path);
        assert!(packed.contains(path.as_str()), "{path} is left out");
    }
    let built_in = [
        "build.rs",
        "linker/",
        "seed-data/",
        "src/",
        "examples/",
        "tests/scenarios/",
    ];
    for path in tracked() {
        let needed = built_in.iter().any(|folder| path.starts_with(folder));
        if needed && root().join(&path).is_file() {
            assert!(packed.contains(path.as_str()), "{path} is left out");
        }
    }
    for path in ["README.md", "LICENSE-APACHE", "LICENSE-MIT", "Cargo.lock"] {
        assert!(packed.contains(path), "{path} is left out");
    }
    let stray = |path: &&&str| path.ends_with(".log") || path.starts_with("target");
    let stray: Vec<_> = packed.iter().filter(stray).collect();
    assert!(stray.is_empty(), "{stray:?}");
}

/// `build.rs` makes a script for the linker of them, in which other letters would mean something.
#[test]
fn the_functions_that_are_put_together_have_names() {
    let order = read("linker/order.txt");
    let mut seen = BTreeSet::new();
    for name in order.lines() {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$*".contains(&byte);
        assert!(!name.is_empty() && name.bytes().all(is_name), "{name}");
        // one that many have in common would take the whole program
        assert!(!name.starts_with('*'), "{name}");
        assert!(seen.insert(name), "{name} is there twice");
    }
    assert!(seen.len() > 1000, "{} functions", seen.len());
}
