//! Files that a command is given: whom it may trust, and how its runtime finds the server.
//!
//! They lie in a folder of their own that nobody else may open, and go with it.

use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;

use super::trust_store;
use crate::cli::roots;
use crate::hosts;

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
    /// Writes them for a server at an address, and authorities.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn write(
        authorities: &[CertificateDer<'_>],
        server: SocketAddr,
    ) -> anyhow::Result<Self> {
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
        let written = files.write_all(authorities, server);
        written.with_context(|| format!("cannot write into {}", files.folder().display()))?;
        Ok(files)
    }

    /// Where they are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn write_all(&self, authorities: &[CertificateDer<'_>], server: SocketAddr) -> io::Result<()> {
        write(&self.bundle, &roots::pem(authorities))?;
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
        let bundle = escaped(&self.bundle);
        let settings = format!("curl.cainfo=\"{bundle}\"\nopenssl.cafile=\"{bundle}\"\n");
        write(&self.php.join("zoho-crm-mock.ini"), settings.as_bytes())
    }
}

/// A path between quotation marks, for programs that take a backslash before one for no end.
pub(super) fn escaped(path: &Path) -> String {
    let path = path.to_string_lossy();
    path.replace('\\', "\\\\").replace('"', "\\\"")
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::File::create_new(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_open_them_and_they_go() {
        use std::os::unix::fs::PermissionsExt as _;
        let address = "127.0.0.1:4000".parse().expect("an address");
        let files = CommandFiles::write(&[], address).expect("written");
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
