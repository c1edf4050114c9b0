//! The authorities that programs are told to trust: those that they trusted before are among them.

use std::path::Path;
use std::process::Command;

use super::{outcome, run_of};
use crate::support::BINARY;

/// An authority that the system does not know.
fn corporate(folder: &Path) -> std::path::PathBuf {
    let printed = Command::new(BINARY)
        .args(["ca", "print", "--ca-dir"])
        .arg(folder.join("authority"))
        .output()
        .expect("the binary");
    let path = folder.join("corporate.pem");
    std::fs::write(&path, printed.stdout).expect("written");
    path
}

/// How many the command trusts where variables are set, and what is said.
fn trusted(variables: &[(&str, &Path)]) -> (usize, String) {
    let mut run = run_of(&[], &["sh", "-c", "cat \"$SSL_CERT_FILE\""]);
    for name in [
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "AWS_CA_BUNDLE",
    ] {
        run.env_remove(name);
    }
    run.envs(variables.iter().copied());
    let (status, printed, told) = outcome(&mut run);
    assert_eq!(status, Some(0), "{told}");
    (printed.matches("BEGIN CERTIFICATE").count(), told)
}

#[test]
fn nobody_is_trusted_less() {
    let folder = tempfile::tempdir().expect("a folder");
    let corporate = corporate(folder.path());
    let (usual, _) = trusted(&[]);
    assert!(usual > 0);
    for (name, path) in [
        ("SSL_CERT_FILE", corporate.as_path()),
        ("SSL_CERT_DIR", folder.path()),
        ("REQUESTS_CA_BUNDLE", folder.path()),
        ("AWS_CA_BUNDLE", &corporate),
    ] {
        let (number, told) = trusted(&[(name, path)]);
        assert_eq!(number, usual + 1, "{name}: {told}");
        assert!(!told.contains(name), "{told}");
    }
    let both = [
        ("SSL_CERT_FILE", corporate.as_path()),
        ("AWS_CA_BUNDLE", &corporate),
    ];
    assert_eq!(trusted(&both).0, usual + 1);
}

/// A folder that is no option of this run is not written to, either.
#[test]
fn an_option_counts_more_than_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    let (variable, option) = (folder.path().join("variable"), folder.path().join("option"));
    let mut ephemeral = run_of(&[], &["true"]);
    ephemeral.env("ZOHO_MOCK_CA_DIR", &variable);
    let mut kept = Command::new(BINARY);
    kept.args(["run", "--empty", "--ca-dir"])
        .arg(&option)
        .args(["--", "true"]);
    kept.env("ZOHO_MOCK_EPHEMERAL_CA", "true");
    let mut both = run_of(&["--ca-dir", "authority"], &["true"]);
    let mut neither = Command::new(BINARY);
    neither.args(["run", "--empty", "--", "true"]);
    neither
        .env("ZOHO_MOCK_EPHEMERAL_CA", "true")
        .env("ZOHO_MOCK_CA_DIR", &variable);
    for (run, code) in [
        (&mut ephemeral, 0),
        (&mut kept, 0),
        (&mut both, 2),
        (&mut neither, 2),
    ] {
        let (status, _, told) = outcome(run);
        assert_eq!(status, Some(code), "{told}");
        assert_eq!(told.contains("exclude each other"), code == 2, "{told}");
    }
    assert!(!variable.exists() && option.exists());
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let (usual, _) = trusted(&[]);
    for name in ["SSL_CERT_FILE", "AWS_CA_BUNDLE"] {
        let (number, told) = trusted(&[(name, Path::new("/nowhere.pem"))]);
        assert_eq!(number, usual, "{name}");
        let said = format!("{name} names no authorities at /nowhere.pem");
        assert!(told.contains(&said), "{told}");
    }
}
