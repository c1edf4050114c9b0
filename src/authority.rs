//! The local certificate authority, by which clients take this server for Zoho.
//!
//! It signs for Zoho's domains and for this machine, and its certificate says so in a way that every
//! verifier must heed: whoever trusts it has trusted nobody for any other name. Its key stays in the
//! user's own folder, or in memory.

mod folder;
mod leaf;
mod root;

use std::path::{Path, PathBuf};

use rcgen::{Issuer, KeyPair};

use crate::runtime::clock::Clock;
use folder::{Folder, Keep};
pub use leaf::{LeafError, server_config};
pub use root::RootFault;
use root::{Root, RootCertificate};

/// Why there is no authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A file cannot be used.
    #[error("{}", folder::advice(path, problem))]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// There is no randomness to be had.
    #[error("cannot make a certificate: {0}")]
    Make(rcgen::Error),
}

/// What is wrong with a file of an authority.
#[derive(Debug)]
pub enum FileProblem {
    /// It cannot be read.
    Read(std::io::Error),
    /// It cannot be written.
    Write(std::io::Error),
    /// There is a certificate, and no key.
    NoKeyBeside,
    /// Others can read the key.
    Open,
    /// It is something else.
    Fault(RootFault),
}

/// Where an authority is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthoritySource {
    /// In a folder; it is made if there is none.
    Folder(PathBuf),
    /// Nowhere: it is made, and goes with the process.
    Ephemeral,
}

impl AuthoritySource {
    /// The authority.
    ///
    /// # Errors
    /// If it can neither be read nor made.
    pub fn open(&self) -> Result<Authority, AuthorityError> {
        match self {
            Self::Folder(folder) => Authority::open(folder),
            Self::Ephemeral => Authority::ephemeral(),
        }
    }
}

/// An authority that signs for Zoho's hosts.
pub struct Authority {
    certificate: RootCertificate,
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    path: Option<PathBuf>,
}

impl Authority {
    /// The authority of a folder. If there is none it is made, with its folder; if its end is near
    /// another one takes its place. Processes that do so at the same time end with the same one.
    ///
    /// # Errors
    /// If files cannot be read or written, or are something else. Then they stay as they are.
    pub fn open(folder: &Path) -> Result<Self, AuthorityError> {
        Self::of_folder(folder, Keep::UntilNearEnd)
    }

    /// Makes another authority in the place of that of a folder. Whoever has trusted the old one does
    /// not trust it.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn renew(folder: &Path) -> Result<Self, AuthorityError> {
        Self::of_folder(folder, Keep::Never)
    }

    fn of_folder(folder: &Path, keep: Keep) -> Result<Self, AuthorityError> {
        let folder = Folder(folder);
        let root = folder.open(Clock::real().now(), keep)?;
        Ok(Self::new(root, Some(folder.certificate_file())))
    }

    /// An authority that is kept nowhere.
    ///
    /// # Errors
    /// If there is no randomness to be had.
    pub fn ephemeral() -> Result<Self, AuthorityError> {
        let root = Root::make(Clock::real().now()).map_err(AuthorityError::Make)?;
        Ok(Self::new(root, None))
    }

    fn new(root: Root, path: Option<PathBuf>) -> Self {
        let pem = root.certificate.pem();
        let (certificate, issuer) = root.issuer();
        Self {
            certificate,
            issuer,
            pem,
            path,
        }
    }

    /// Its certificate as text, for those who are to trust it.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The file that holds [`pem`](Self::pem), if it is kept.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Its certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.certificate.der
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Authority");
        shown.field("path", &self.path).finish_non_exhaustive()
    }
}
