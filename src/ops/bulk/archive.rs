//! Reading zips that somebody has sent.
//!
//! Nothing is written to a disk and nothing is held but buffers: a file is inflated as it is read,
//! and no further than it may be.

use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;
use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

/// Files that a zip may have.
const MOST_FILES: usize = 100;
/// Bytes that a file may come to, and all of them together.
const MOST_BYTES: u64 = 256 << 20;
/// How many times larger than in the zip a file may be. Tables of records stay far below it, and
/// those of zeroes are ten times that.
const MOST_TIMES: u64 = 100;
/// Bytes up to which that does not matter.
const SMALL: u64 = 4 << 20;

/// Why a zip, or a file in it, is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveFault {
    /// It is no zip.
    #[error("it is no zip")]
    NoZip,
    /// What is in it cannot be read: it is encrypted, is compressed in a way of its own, leads out
    /// of the zip, has the name of another file, or is no table.
    #[error("what is in it is not supported")]
    Unsupported,
    /// It is larger than it may be, as it stands there or as it comes out.
    #[error("it is too large")]
    TooLarge,
    /// It does not come out as it was put in.
    #[error("it is damaged")]
    Damaged,
}

/// A file in a zip.
#[derive(Clone, Debug)]
pub struct PackedFile {
    /// Its name, without the folders before it.
    pub name: String,
    place: ZipArchiveEntryWayfinder,
    deflated: bool,
    most: u64,
}

/// A zip with tables.
pub struct Archive {
    zip: ZipSliceArchive<Bytes>,
    files: Vec<PackedFile>,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.files).finish()
    }
}

impl Archive {
    /// Looks at what is in a zip.
    ///
    /// # Errors
    /// [`ArchiveFault`]; a zip with a file that is not taken is not taken at all.
    pub fn open(bytes: Bytes) -> Result<Self, ArchiveFault> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let zip = ZipArchive::from_slice(bytes).map_err(|_| ArchiveFault::NoZip)?;
        let mut files: Vec<PackedFile> = Vec::new();
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        let mut entries = zip.entries();
        while let Some(entry) = entries.next_entry().map_err(|_| ArchiveFault::NoZip)? {
            if entry.is_dir() {
                continue;
            }
            let raw = entry.file_path();
            let path = raw.try_normalize().map_err(|_| ArchiveFault::Unsupported)?;
            // it leads somewhere else than it says
            if path.as_str().as_bytes() != raw.as_bytes() {
                return Err(ArchiveFault::Unsupported);
            }
            let name = path.as_str().rsplit('/').next().unwrap_or_default();
            // what macOS adds to every zip
            if path.as_str().starts_with("__MACOSX/") || name == ".DS_Store" {
                continue;
            }
            let deflated = match entry.compression_method() {
                CompressionMethod::STORE => false,
                CompressionMethod::DEFLATE => true,
                _ => return Err(ArchiveFault::Unsupported),
            };
            let is_table = name.len() > 4 && name.to_ascii_lowercase().ends_with(".csv");
            let again = files.iter().any(|known| known.name == name);
            if entry.flags().is_encrypted() || !is_table || again {
                return Err(ArchiveFault::Unsupported);
            }
            let here = entry.compressed_size_hint();
            let most = MOST_BYTES.min(here.saturating_mul(MOST_TIMES).max(SMALL));
            packed = packed.saturating_add(here);
            unpacked = unpacked.saturating_add(entry.uncompressed_size_hint());
            if entry.uncompressed_size_hint() > most || files.len() == MOST_FILES {
                return Err(ArchiveFault::TooLarge);
            }
            files.push(PackedFile {
                name: name.to_owned(),
                place: entry.wayfinder(),
                deflated,
                most,
            });
        }
        // files that lie over one another take less room than they say
        if packed > length || unpacked > MOST_BYTES {
            return Err(ArchiveFault::TooLarge);
        }
        if files.is_empty() {
            return Err(ArchiveFault::Unsupported);
        }
        Ok(Self { zip, files })
    }

    /// The files, in their order.
    #[must_use]
    pub fn files(&self) -> &[PackedFile] {
        &self.files
    }

    /// The content of a file, as it comes. What is wrong with it is an [`ArchiveFault`] within the
    /// error of the reader.
    ///
    /// # Errors
    /// [`ArchiveFault::Unsupported`] if there is none of that name, and `Damaged` if it is not
    /// where it should be.
    pub fn read(&self, name: &str) -> Result<Box<dyn Read + '_>, ArchiveFault> {
        let mut files = self.files.iter();
        let file = files.find(|file| file.name == name);
        let file = file.ok_or(ArchiveFault::Unsupported)?;
        let entry = self.zip.get_entry(file.place);
        let entry = entry.map_err(|_| ArchiveFault::Damaged)?;
        let data = entry.data();
        let left = file.most;
        Ok(if file.deflated {
            let inner = Bounded {
                inner: DeflateDecoder::new(data),
                left,
            };
            Box::new(Checked(entry.verifying_reader(inner)))
        } else {
            let inner = Bounded { inner: data, left };
            Box::new(Checked(entry.verifying_reader(inner)))
        })
    }
}

/// Gives no more than so many bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        let read_bytes = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self
            .left
            .checked_sub(read_bytes)
            .ok_or_else(|| io::Error::other(ArchiveFault::TooLarge))?;
        Ok(read)
    }
}

/// Says of every other error that the file is damaged.
struct Checked<R>(R);

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf).map_err(|error| {
            let fault = error.get_ref().and_then(|it| it.downcast_ref());
            io::Error::other(fault.copied().unwrap_or(ArchiveFault::Damaged))
        })
    }
}
