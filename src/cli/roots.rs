//! Authorities that programs of this machine trust: those of the system, and those of the user.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

/// Variables that hide the authorities of the system: OpenSSL, and what looks for them as it does, reads
/// from there instead.
const HIDING: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// An authority of this program, those of the system, and those that variables of the user name, besides
/// `SSL_CERT_DIR`, each once.
pub(super) fn all(own: &[u8], variables: &[&str]) -> Vec<CertificateDer<'static>> {
    let mut all = vec![CertificateDer::from(own.to_vec())];
    all.extend(of_system().unwrap_or_else(|error| {
        tracing::warn!("the authorities of the system cannot be read: {error:#}");
        Vec::new()
    }));
    let names = variables.iter().chain(&["SSL_CERT_DIR"]);
    let named = names.filter_map(|name| Some((*name, std::env::var_os(name)?)));
    for (name, value) in named.filter(|(_, value)| !value.is_empty()) {
        all.extend(of_variable(name, &value));
    }
    let mut seen = rustc_hash::FxHashSet::default();
    all.retain(|one| seen.insert(one.clone()));
    all
}

/// Those of the system, whatever the user's variables say. What reads them listens to these, and a process
/// cannot take back its own while it runs: then another one of this program reads.
fn of_system() -> anyhow::Result<Vec<CertificateDer<'static>>> {
    if HIDING
        .into_iter()
        .all(|name| std::env::var_os(name).is_none())
    {
        return Ok(from_here());
    }
    let mut reads = Command::new(std::env::current_exe()?);
    reads.args(["ca", "system"]).stdin(Stdio::null());
    for name in HIDING {
        reads.env_remove(name);
    }
    let output = reads.output().context("no process reads them")?;
    ensure!(output.status.success(), "{}", output.status);
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&output.stdout).collect();
    Ok(read?)
}

/// Those of the system, or those that the variables name which hide them.
pub(super) fn from_here() -> Vec<CertificateDer<'static>> {
    let found = load_native_certs();
    for error in &found.errors {
        tracing::debug!("authorities of the system: {error}");
    }
    found.certs
}

/// Those in the file or the folders that a variable names.
fn of_variable(name: &str, value: &OsString) -> Vec<CertificateDer<'static>> {
    let whole = Path::new(value);
    if !whole.is_dir() && name != "SSL_CERT_DIR" {
        return told(name, whole, load_certs_from_paths(Some(whole), None));
    }
    let folders = std::env::split_paths(value).filter(|folder| !folder.as_os_str().is_empty());
    let read = |folder: &Path| told(name, folder, load_certs_from_paths(None, Some(folder)));
    folders.flat_map(|folder| read(&folder)).collect()
}

/// What was found. The user's programs would fail without it, and do not here: they are told.
fn told(name: &str, path: &Path, found: CertificateResult) -> Vec<CertificateDer<'static>> {
    if found.certs.is_empty() {
        let reason = found.errors.first().map(|error| format!(": {error}"));
        let reason = reason.unwrap_or_default();
        tracing::warn!("{name} names no authorities at {}{reason}", path.display());
    }
    found.certs
}

/// Certificates as PEM.
pub(super) fn pem(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
    const LINE: usize = 64;
    let mut text = Vec::new();
    for certificate in certificates {
        text.extend_from_slice(b"-----BEGIN CERTIFICATE-----\n");
        for line in STANDARD.encode(certificate).as_bytes().chunks(LINE) {
            text.extend_from_slice(line);
            text.push(b'\n');
        }
        text.extend_from_slice(b"-----END CERTIFICATE-----\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_come_back_from_pem() {
        let certificates: Vec<CertificateDer<'_>> = [vec![1; 100], vec![2; 48], vec![3]]
            .map(CertificateDer::from)
            .into();
        let text = pem(&certificates);
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        assert_eq!(read.expect("PEM"), certificates);
    }
}
