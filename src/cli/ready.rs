//! The ready file: it is there, and whole, as long as the server takes connections.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::whole::{WholeFile, is_special};

/// The file that tells where the server is.
#[derive(Debug)]
pub(super) struct ReadyFile {
    path: PathBuf,
    /// It is a pipe, a terminal or another thing that stays when the server ends.
    special: bool,
}

impl ReadyFile {
    /// Takes away what another server has left there.
    ///
    /// # Errors
    /// If it cannot be taken away, or is a folder.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        // what a link leads to is written, and the link stays
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let special = is_special(&path)?;
        // better now than when the server listens
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        folder.map_or(Ok(()), |it| fs::metadata(it).map(drop))?;
        if !special && path.exists() {
            fs::remove_file(&path)?;
        }
        Ok(Self { path, special })
    }

    /// Writes the file. One that is read meanwhile is either not there or complete.
    ///
    /// # Errors
    /// If it cannot be written. Of a pipe nobody is told so: it takes nothing until somebody reads
    /// it, and neither serving nor stopping waits for that.
    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        if !self.special {
            return written(&self.path, text);
        }
        let (path, text) = (self.path.clone(), text.to_owned());
        std::thread::Builder::new()
            .name("ready-file".into())
            .spawn(move || {
                if let Err(error) = written(&path, &text) {
                    tracing::warn!("cannot write the ready file: {error}");
                }
            })
            .map(drop)
    }

    /// Takes the file away again, as nobody listens any more.
    pub(super) fn remove(&self) {
        if !self.special {
            // there is nobody left to tell
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn written(path: &Path, text: &str) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_file_goes_and_a_new_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ready.json");
        fs::write(&path, "old").expect("written");
        let ready = ReadyFile::new(&path).expect("a place");
        assert!(!path.exists(), "a stale file would be taken for a new one");
        ready.write("new\n").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new\n");
        ready.remove();
        let left = fs::read_dir(folder.path()).expect("read").count();
        assert_eq!(left, 0);
        assert!(
            ReadyFile::new(folder.path()).is_err(),
            "a folder is no file"
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_written_into_and_stays() {
        use std::os::unix::fs::FileTypeExt as _;
        let ready = ReadyFile::new(Path::new("/dev/null")).expect("a place");
        ready.write("ready\n").expect("written");
        ready.remove();
        let kind = fs::metadata("/dev/null").expect("still there").file_type();
        assert!(kind.is_char_device());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_a_file_and_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        let ready = ReadyFile::new(&link).expect("a place");
        ready.write("new").expect("written");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&file).expect("read"), "new");
    }
}
