//! Files that a command is given: whom it may trust, and how its runtime finds the server.
//!
//! They lie in a folder of their own that nobody else may open, and go with it.

use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use tempfile::TempDir;

use super::trust_store;
use crate::hosts;

/// Variables that name files of authorities which the user trusts besides those of the system.
const TRUSTED: [&str; 4] = [
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

/// The files.
#[derive(Debug)]
pub(super) struct CommandFiles {
    folder: TempDir,
    /// All authorities, as PEM.
    pub(super) bundle: PathBuf,
    /// All authorities, for Java.
    pub(super) trust_store: PathBuf,
    /// What Node loads first.
    pub(super) node: PathBuf,
    /// The folder from which Python loads its first module.
    pub(super) python: PathBuf,
    /// The folder of settings that PHP reads besides its own.
    pub(super) php: PathBuf,
}

impl CommandFiles {
    /// Writes them for a server at an address whose certificates an authority signs, which is given as
    /// DER.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn write(authority: &[u8], server: SocketAddr) -> anyhow::Result<Self> {
        let mut folder = tempfile::Builder::new();
        folder.prefix("zoho-crm-mock-");
        #[cfg(unix)]
        folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = folder
            .tempdir()
            .context("cannot make a folder for the command's files")?;
        let within = |name: &str| folder.path().join(name);
        let files = Self {
            bundle: within("authorities.pem"),
            trust_store: within("authorities.p12"),
            node: within("preload.cjs"),
            python: within("python"),
            php: within("php"),
            folder,
        };
        let written = files.write_all(authority, server);
        written.with_context(|| format!("cannot write into {}", files.folder().display()))?;
        Ok(files)
    }

    /// Where they are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn write_all(&self, authority: &[u8], server: SocketAddr) -> io::Result<()> {
        let authorities = authorities(authority);
        write(&self.bundle, &pem(&authorities))?;
        let ders = authorities.iter().map(AsRef::as_ref);
        write(&self.trust_store, &trust_store::write(ders))?;
        let script = |text: &str| {
            let domains: Vec<&str> = hosts::domains().collect();
            text.replace("{host}", &server.ip().to_string())
                .replace("{port}", &server.port().to_string())
                .replace("{domains}", &domains.join(" "))
        };
        write(&self.node, script(include_str!("preload.cjs")).as_bytes())?;
        fs::create_dir(&self.python)?;
        write(
            &self.python.join("sitecustomize.py"),
            script(include_str!("sitecustomize.py")).as_bytes(),
        )?;
        fs::create_dir(&self.php)?;
        let bundle = self.bundle.display();
        let settings = format!("curl.cainfo=\"{bundle}\"\nopenssl.cafile=\"{bundle}\"\n");
        write(&self.php.join("zoho-crm-mock.ini"), settings.as_bytes())
    }
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::File::create_new(path)?.write_all(bytes)
}

/// An authority, those of the system, and those that the user's own settings name, so that other hosts
/// are verified as without this.
fn authorities(own: &[u8]) -> Vec<CertificateDer<'static>> {
    let mut all = vec![CertificateDer::from(own.to_vec())];
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::debug!("authorities of the system: {error}");
    }
    all.extend(system.certs);
    for file in TRUSTED.iter().filter_map(std::env::var_os) {
        let found = CertificateDer::pem_file_iter(&file);
        // what the user's programs cannot read does not trouble them either
        all.extend(found.into_iter().flatten().flatten());
    }
    let mut seen = rustc_hash::FxHashSet::default();
    all.retain(|one| seen.insert(one.clone()));
    all
}

/// Certificates as PEM.
fn pem(certificates: &[CertificateDer<'_>]) -> Vec<u8> {
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

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_open_them_and_they_go() {
        use std::os::unix::fs::PermissionsExt as _;
        let address = "127.0.0.1:4000".parse().expect("an address");
        let files = CommandFiles::write(&[0x30, 0], address).expect("written");
        let folder = files.folder().to_owned();
        let mode = fs::metadata(&folder).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        for script in [&files.node, &files.python.join("sitecustomize.py")] {
            let text = fs::read_to_string(script).expect("there");
            assert!(
                text.contains("127.0.0.1") && text.contains("4000"),
                "{text}"
            );
            assert!(text.contains("zohoapis.com.au zoho.com.au"), "{text}");
        }
        drop(files);
        assert!(!folder.exists());
    }
}
