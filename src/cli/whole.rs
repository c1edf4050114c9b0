//! Files that are either not there or complete, even if the process is killed while it writes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file that gets its name when it is complete. A pipe, a terminal or another thing that is no
/// file is written as it is.
#[derive(Debug)]
pub(super) struct WholeFile {
    out: BufWriter<File>,
    path: PathBuf,
    place: Unfinished,
}

/// Where a file is until it is complete.
#[derive(Debug)]
enum Unfinished {
    /// Where it will be: it is no file.
    Final,
    /// Nowhere: it has no name, and goes with the process.
    #[cfg(target_os = "linux")]
    Nameless,
    /// Beside its place.
    Beside(PathBuf),
}

impl WholeFile {
    /// Begins a file. What a link leads to is written, and the link stays.
    ///
    /// # Errors
    /// If there is no such folder, or it cannot be written to.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (file, place) = if is_special(&path)? {
            (
                OpenOptions::new().write(true).open(&path)?,
                Unfinished::Final,
            )
        } else {
            begin(&path)?
        };
        Ok(Self {
            out: BufWriter::new(file),
            path,
            place,
        })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// If not all of it can be written, or it cannot have the name. Then nothing is left of it.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        match &self.place {
            Unfinished::Final => Ok(()),
            #[cfg(target_os = "linux")]
            Unfinished::Nameless => {
                let beside = beside(&self.path);
                nameless::link(self.out.get_ref(), &beside)?;
                let renamed = fs::rename(&beside, &self.path);
                if renamed.is_err() {
                    // the reason counts that comes first
                    let _ = fs::remove_file(&beside);
                }
                renamed
            }
            // `drop` takes it away if this fails
            Unfinished::Beside(beside) => fs::rename(beside, &self.path),
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Unfinished::Beside(beside) = &self.place {
            // one that was renamed is there no more
            let _ = fs::remove_file(beside);
        }
    }
}

/// Whether a path leads to a pipe, a terminal or another thing that is no file and stays what it is.
///
/// # Errors
/// If it is a folder, or cannot be looked at.
pub(super) fn is_special(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(found) => Ok(!found.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A file in the folder of a path.
fn begin(path: &Path) -> io::Result<(File, Unfinished)> {
    #[cfg(target_os = "linux")]
    if let Ok(file) = nameless::create(path) {
        return Ok((file, Unfinished::Nameless));
    }
    let beside = beside(path);
    // nobody can have put a link there
    let file = File::create_new(&beside)?;
    Ok((file, Unfinished::Beside(beside)))
}

/// A name in the same folder that nobody knows beforehand.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{:016x}.tmp", rand::random::<u64>()));
    path.with_file_name(name)
}

/// Files without a name, which Linux has on most of its file systems.
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    /// A file in the folder of a path.
    pub(super) fn create(path: &Path) -> io::Result<File> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        Ok(open(folder, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// Gives it a name.
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        let here = format!("/proc/self/fd/{}", file.as_raw_fd());
        Ok(linkat(CWD, here, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_file_is_there_when_it_is_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crm.json");
        for text in ["one", "another"] {
            let before = fs::read_to_string(&path).ok();
            let mut file = WholeFile::create(&path).expect("begun");
            file.write_all(text.as_bytes()).expect("written");
            file.flush().expect("written");
            assert_eq!(fs::read_to_string(&path).ok(), before);
            file.finish().expect("finished");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
            assert_eq!(names(folder.path()), ["crm.json"]);
        }
    }

    #[test]
    fn one_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("crm.json");
        let mut file = WholeFile::create(&path).expect("begun");
        file.write_all(b"half").expect("written");
        drop(file);
        let (file, beside) = (
            File::create(folder.path().join("x")),
            folder.path().join("x"),
        );
        drop(WholeFile {
            out: BufWriter::new(file.expect("made")),
            path,
            place: Unfinished::Beside(beside),
        });
        assert!(names(folder.path()).is_empty());
        assert!(WholeFile::create(&folder.path().join("none/x")).is_err());
        assert!(WholeFile::create(folder.path()).is_err());
    }
}
