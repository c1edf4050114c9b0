//! The folder of an authority, and what may happen to its files.
//!
//! `ca-key.pem` holds certificate and key, and is what counts; `ca.pem` is a copy of the certificate for
//! those who trust it. Both come into being whole, under a lock, so that processes that begin at the
//! same time have the same authority. What somebody else has put there is never written over.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fs4::FileExt;

use super::root::{DAY, Root, RootCertificate};
use super::{AuthorityError, FileProblem};

/// Certificate and key.
const KEY_FILE: &str = "ca-key.pem";
/// The certificate, for those who trust it.
const CERTIFICATE_FILE: &str = "ca.pem";
/// What the process holds that writes.
const LOCK_FILE: &str = "ca.lock";

/// An authority that ends so soon is replaced.
const NEAR: i64 = 60 * DAY;

/// What is done about an authority that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// It goes on until its end is near.
    UntilNearEnd,
    /// It is replaced.
    Never,
}

/// A folder that is to hold an authority.
pub(super) struct Folder<'a>(pub(super) &'a Path);

impl Folder<'_> {
    fn key_file(&self) -> PathBuf {
        self.0.join(KEY_FILE)
    }

    /// Where the certificate is.
    pub(super) fn certificate_file(&self) -> PathBuf {
        self.0.join(CERTIFICATE_FILE)
    }

    /// The authority of the folder. It is made if there is none.
    ///
    /// # Errors
    /// If it cannot be read or made, or if something else is in its place.
    pub(super) fn open(&self, now: i64, keep: Keep) -> Result<Root, AuthorityError> {
        let there = self.read()?;
        let good = there.filter(|_| keep == Keep::UntilNearEnd);
        let good = good.filter(|root| root.certificate.ends > now && self.is_complete(root));
        if let Some(root) = good {
            if !is_near(&root, now) {
                return Ok(root);
            }
            // a folder that was given to be read only: its authority is good until its end
            return self.write(now, keep).or_else(|error| {
                tracing::warn!("the authority ends soon and is not replaced: {error}");
                Ok(root)
            });
        }
        self.write(now, keep)
    }

    /// The authority that is there; none if there is nothing.
    fn read(&self) -> Result<Option<Root>, AuthorityError> {
        let (path, certificate) = (self.key_file(), self.certificate_file());
        // asked first: another process that makes both writes it last
        let has_certificate = certificate.exists();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // a link that leads nowhere, to what is not mounted for example
                if fs::symlink_metadata(&path).is_ok() {
                    return Err(failed(&path, FileProblem::Read(error)));
                }
                if has_certificate {
                    return Err(failed(&certificate, FileProblem::NoKeyBeside));
                }
                return Ok(None);
            }
            Err(error) => return Err(failed(&path, FileProblem::Read(error))),
        };
        let root = Root::read(&text).map_err(|fault| failed(&path, FileProblem::Fault(fault)))?;
        is_private(&path).map_err(|problem| failed(&path, problem))?;
        Ok(Some(root))
    }

    /// Whether the certificate is there by itself, too.
    fn is_complete(&self, root: &Root) -> bool {
        let there = fs::read(self.certificate_file());
        there.is_ok_and(|there| there == root.certificate.pem().as_bytes())
    }

    /// Makes what is missing, unless another process has done so meanwhile.
    fn write(&self, now: i64, keep: Keep) -> Result<Root, AuthorityError> {
        make_folder(self.0)?;
        let _lock = self.lock()?;
        self.check_certificate()?;
        let good = self.read()?.filter(|_| keep == Keep::UntilNearEnd);
        let root = match good.filter(|root| !is_near(root, now)) {
            Some(root) => root,
            None => {
                let root = Root::make(now).map_err(AuthorityError::Make)?;
                written(&self.key_file(), &root.pem(), 0o600)?;
                root
            }
        };
        if !self.is_complete(&root) {
            written(&self.certificate_file(), &root.certificate.pem(), 0o644)?;
        }
        Ok(root)
    }

    /// Sees to it that nothing else is in the place of the certificate. That of an older authority may
    /// be: a process was killed between the two files.
    fn check_certificate(&self) -> Result<(), AuthorityError> {
        let path = self.certificate_file();
        match fs::read(&path) {
            Ok(there) => RootCertificate::read(&there)
                .map(drop)
                .map_err(|fault| failed(&path, FileProblem::Fault(fault))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(&path, FileProblem::Read(error))),
        }
    }

    /// Waits until no other process writes.
    fn lock(&self) -> Result<File, AuthorityError> {
        let path = self.0.join(LOCK_FILE);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path);
        let locked = file.and_then(|file| FileExt::lock(&file).map(|()| file));
        locked.map_err(|error| failed(&path, FileProblem::Write(error)))
    }
}

fn is_near(root: &Root, now: i64) -> bool {
    root.certificate.ends.saturating_sub(now) < NEAR
}

fn failed(path: &Path, problem: FileProblem) -> AuthorityError {
    AuthorityError::File {
        path: path.to_owned(),
        problem,
    }
}

/// Makes a folder that is its owner's alone. One that is there stays as it is.
fn make_folder(path: &Path) -> Result<(), AuthorityError> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    let made = folder.create(path);
    made.map_err(|error| failed(path, FileProblem::Write(error)))
}

/// Whether others cannot read or replace a key.
#[cfg(unix)]
fn is_private(path: &Path) -> Result<(), FileProblem> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(FileProblem::Read)?.permissions();
    if mode.mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(FileProblem::Open)
    }
}

/// Files of other systems have the rights of their folder, which is the user's.
#[cfg(not(unix))]
fn is_private(_: &Path) -> Result<(), FileProblem> {
    Ok(())
}

/// Writes a file that is there whole or not at all.
fn written(path: &Path, text: &str, mode: u32) -> Result<(), AuthorityError> {
    let write = || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new();
        let rights = rights(mode);
        if let Some(rights) = rights.clone() {
            file.permissions(rights);
        }
        let mut file = file.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        if let Some(rights) = rights {
            // whatever the mask of the process takes away
            file.as_file().set_permissions(rights)?;
        }
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    };
    let written = write();
    written.map_err(|error| failed(path, FileProblem::Write(error)))?;
    Ok(())
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have none")]
fn rights(mode: u32) -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn rights(_: u32) -> Option<Permissions> {
    None
}

/// What is wrong with a file of an authority, as its error says it.
pub(super) fn advice(path: &Path, problem: &FileProblem) -> String {
    let path = path.display();
    match problem {
        FileProblem::Read(error) => format!(
            "cannot read {path}: {error}; it is left as it is: name another folder for the authority \
             with --ca-dir"
        ),
        FileProblem::Write(error) => format!(
            "cannot write {path}: {error}; name a folder for the authority with --ca-dir, or take \
             one that is not kept with --ephemeral-ca"
        ),
        FileProblem::NoKeyBeside => format!(
            "{path} is there without {KEY_FILE}, which belongs to it: bring the key back, or move \
             the certificate away, so that a new authority is made"
        ),
        FileProblem::Open => {
            format!("{path} can be read or written by others: chmod 600 {path}")
        }
        FileProblem::Fault(fault) => format!(
            "{path} is left as it is: {fault}; move it away, so that a new authority is made, or \
             name another folder with --ca-dir"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn open(folder: &Path, now: i64) -> Root {
        let root = Folder(folder).open(now, Keep::UntilNearEnd);
        root.expect("an authority")
    }

    #[test]
    fn it_is_replaced_when_its_end_is_near() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = open(folder.path(), NOW);
        let ends = first.certificate.ends;
        assert!(ends - NOW > 2 * 365 * DAY);
        let same = open(folder.path(), ends - NEAR);
        assert_eq!(same.certificate.der, first.certificate.der);
        for late in [ends - NEAR + 1, ends, ends + 100 * DAY] {
            let folder = tempfile::tempdir().expect("a folder");
            let first = open(folder.path(), NOW);
            let late = late - ends + first.certificate.ends;
            let second = open(folder.path(), late);
            assert_ne!(second.certificate.der, first.certificate.der);
            assert!(second.certificate.ends > late + NEAR);
            let kept = fs::read_to_string(folder.path().join(CERTIFICATE_FILE));
            assert_eq!(kept.expect("a certificate"), second.certificate.pem());
            let again = open(folder.path(), late);
            assert_eq!(again.certificate.der, second.certificate.der);
        }
    }

    #[test]
    fn where_nothing_can_be_written_it_is_good_until_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = open(folder.path(), NOW);
        let lock = folder.path().join(LOCK_FILE);
        fs::remove_file(&lock).expect("removed");
        fs::create_dir(&lock).expect("a folder in its place");
        let ends = first.certificate.ends;
        let same = open(folder.path(), ends - 1);
        assert_eq!(same.certificate.der, first.certificate.der);
        let ended = Folder(folder.path()).open(ends, Keep::UntilNearEnd);
        assert!(ended.is_err(), "it is of no use any more");
        let renewed = Folder(folder.path()).open(NOW, Keep::Never);
        assert!(renewed.is_err(), "it cannot be replaced");
    }
}
