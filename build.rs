//! How the program is linked.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

/// The functions that a server runs; `.ci/order` writes it.
const ORDER: &str = "linker/order.txt";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={ORDER}");
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_LINKER"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let triple = env::var("TARGET").unwrap_or_default().to_uppercase();
    let triple = triple.replace(['-', '.'], "_");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_{triple}_LINKER");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") != "linux" {
        return;
    }
    // a static program for glibc is linked otherwise
    let is_static = target("FEATURE").split(',').any(|it| it == "crt-static");
    // A program that is loaded where it was linked to needs none of 50,000 relocations, which are a
    // tenth of a start, and one MB of the file.
    if target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    // Of 12 MB of functions a server runs three, and the kernel takes 64 KB into memory around each
    // place that is touched. Where they cannot be put together, the program is larger, and as good.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Ok(script) = script()
        && is_taken(&script)
    {
        println!("cargo::rustc-link-arg-bins={}", argument(&script));
    }
}

/// Writes what tells a linker to put the functions together that a server runs.
fn script() -> io::Result<PathBuf> {
    let mut script = String::from("SECTIONS\n{\n  .text.first :\n  {\n");
    for name in fs::read_to_string(ORDER)?.lines() {
        // as the compiler names the section of a function, by how often it is thought to run
        script += &format!("    *(.text.{name} .text.hot.{name} .text.unlikely.{name})\n");
    }
    script += "  }\n}\nINSERT BEFORE .text;\n";
    let path = out("order.ld")?;
    fs::write(&path, script)?;
    Ok(path)
}

fn argument(script: &Path) -> String {
    format!("-Wl,-T,{}", script.display())
}

/// Whether the linker of this build takes a script: not every one does.
fn is_taken(script: &Path) -> bool {
    let link = || -> io::Result<bool> {
        let source = out("probe.rs")?;
        fs::write(&source, "fn main() {}")?;
        let variable = |key: &str| env::var(key).map_err(io::Error::other);
        let mut rustc = Command::new(variable("RUSTC")?);
        rustc.args(["--edition", "2024", "--target", &variable("TARGET")?]);
        if let Ok(linker) = variable("RUSTC_LINKER") {
            rustc.args(["-C", &format!("linker={linker}")]);
        }
        let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
        rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
        rustc.args(["-C", &format!("link-arg={}", argument(script)), "-o"]);
        rustc.arg(out("probe")?).arg(source);
        let status = rustc.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok(status.success())
    };
    link().unwrap_or(false)
}

/// A file of the build.
fn out(name: &str) -> io::Result<PathBuf> {
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    Ok(Path::new(&folder).join(name))
}
