//! Tables of a bulk write: CSV, row by row.

use std::io::{self, Read};

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::archive::{Archive, ArchiveFault};
use super::decode::Decoded;
use super::fault::{MOST_COLUMNS, MOST_ROWS, TableFault};

/// Bytes that a row may have: a guard, far beyond what fields take.
const LONGEST_ROW: usize = 4 << 20;

/// The zip of a resource, and the encodings of its files, once all of them were read.
pub(super) type CheckedFiles = (Archive, Vec<&'static Encoding>);

/// A table, at its first row or further down.
pub(super) struct Table<'a> {
    rows: csv::Reader<Guard<Decoded<Box<dyn Read + 'a>>>>,
    head: StringRecord,
}

impl<'a> Table<'a> {
    /// Opens a file of a zip.
    ///
    /// # Errors
    /// [`TableFault`], without a look at the rows.
    pub(super) fn open(
        archive: &'a Archive,
        name: &str,
        encoding: &'static Encoding,
    ) -> Result<Self, TableFault> {
        let text = Decoded::new(archive.read(name)?, encoding);
        // rows may be shorter or longer than the head
        let mut rows = ReaderBuilder::new()
            .flexible(true)
            .from_reader(Guard::new(text));
        let head = rows.headers().map_err(fault)?.clone();
        if head.iter().all(|name| name.trim().is_empty()) {
            return Err(TableFault::Empty);
        }
        if head.len() > MOST_COLUMNS {
            return Err(TableFault::Columns);
        }
        Ok(Self { rows, head })
    }

    /// The names of the columns.
    pub(super) fn head(&self) -> &StringRecord {
        &self.head
    }

    /// Reads the next row; false behind the last one.
    ///
    /// # Errors
    /// [`TableFault`].
    pub(super) fn next(&mut self, row: &mut StringRecord) -> Result<bool, TableFault> {
        self.rows.read_record(row).map_err(fault)
    }

    /// Reads to the end, and gives the number of rows.
    ///
    /// # Errors
    /// [`TableFault`].
    fn count(mut self) -> Result<usize, TableFault> {
        let mut row = StringRecord::new();
        let mut count = 0;
        while self.next(&mut row)? {
            count += 1;
            if count > MOST_ROWS {
                return Err(TableFault::Rows);
            }
        }
        if count == 0 {
            return Err(TableFault::Empty);
        }
        Ok(count)
    }
}

/// What went wrong when a table was read.
fn fault(error: csv::Error) -> TableFault {
    match error.into_kind() {
        ErrorKind::Io(error) => {
            let inner = error.get_ref();
            let own = inner.and_then(|it| it.downcast_ref::<TableFault>());
            let packed = inner.and_then(|it| it.downcast_ref::<ArchiveFault>());
            own.copied()
                .or_else(|| packed.copied().map(TableFault::Archive))
                .unwrap_or(TableFault::Archive(ArchiveFault::Damaged))
        }
        ErrorKind::Utf8 { .. } => TableFault::Encoding,
        _ => TableFault::Quoting,
    }
}

/// The encoding of a name; none for a name of none.
pub(super) fn encoding_named(name: &str) -> Option<&'static Encoding> {
    Encoding::for_label(name.as_bytes())
}

/// Whether a name is that of an encoding.
#[must_use]
pub fn is_encoding(name: &str) -> bool {
    encoding_named(name).is_some()
}

/// Reads a file to its end. Gives its encoding, which is told by its first bytes, or by what fits,
/// where none is `named`: UTF-8, else that of Western Windows.
///
/// # Errors
/// [`TableFault`].
pub(super) fn check_whole(
    archive: &Archive,
    name: &str,
    named: Option<&'static Encoding>,
) -> Result<&'static Encoding, TableFault> {
    let encoding = match named {
        Some(named) => named,
        None => marked(archive, name)?.unwrap_or(UTF_8),
    };
    match Table::open(archive, name, encoding).and_then(Table::count) {
        Err(TableFault::Encoding) if named.is_none() && encoding == UTF_8 => {
            Table::open(archive, name, WINDOWS_1252).and_then(Table::count)?;
            Ok(WINDOWS_1252)
        }
        Err(fault) => Err(fault),
        Ok(_) => Ok(encoding),
    }
}

/// The names of a file's columns, without a look at its rows.
///
/// # Errors
/// [`TableFault`].
pub fn head(
    archive: &Archive,
    name: &str,
    named: Option<&str>,
) -> Result<StringRecord, TableFault> {
    let encoding = match named {
        Some(named) => encoding_named(named).ok_or(TableFault::Encoding)?,
        None => marked(archive, name)?.unwrap_or(UTF_8),
    };
    match Table::open(archive, name, encoding) {
        Err(TableFault::Encoding) if named.is_none() && encoding == UTF_8 => {
            Ok(Table::open(archive, name, WINDOWS_1252)?.head)
        }
        table => Ok(table?.head),
    }
}

/// The encoding of which a file has the byte order mark.
fn marked(archive: &Archive, name: &str) -> Result<Option<&'static Encoding>, TableFault> {
    let mut first = Vec::new();
    let mut bytes = archive.read(name)?.take(3);
    bytes
        .read_to_end(&mut first)
        .map_err(|error| fault(error.into()))?;
    Ok(Encoding::for_bom(&first).map(|(encoding, _)| encoding))
}

/// Sees to it that quotes are closed and rows come to an end, before a parser holds what it is given:
/// one that is not closed would make a single cell of all that follows.
struct Guard<R> {
    inner: R,
    quoted: bool,
    row: usize,
}

impl<R> Guard<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            quoted: false,
            row: 0,
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        if read == 0 && self.quoted && !buf.is_empty() {
            return Err(io::Error::other(TableFault::Quoting));
        }
        for byte in &buf[..read] {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' | b'\r' if !self.quoted => self.row = 0,
                _ => {}
            }
            self.row += 1;
            if self.row > LONGEST_ROW {
                let fault = if self.quoted {
                    TableFault::Quoting
                } else {
                    TableFault::TooLong
                };
                return Err(io::Error::other(fault));
            }
        }
        Ok(read)
    }
}
