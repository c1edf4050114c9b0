//! How the program is linked.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    // a static program for glibc is linked otherwise
    let is_static = target("FEATURE").split(',').any(|it| it == "crt-static");
    // A program that is loaded where it was linked to needs none of 50,000 relocations, which are a
    // tenth of a start, and one MB of the file.
    if target("OS") == "linux" && target("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
