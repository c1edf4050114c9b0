//! Why a file of a bulk write is not read.

use super::archive::ArchiveFault;
use crate::error::{ApiError, Code};

/// Rows that a file may have, besides its head (page on uploads).
pub const MOST_ROWS: usize = 25_000;
/// Columns that a file may have (page on the limits of bulk writes).
pub const MOST_COLUMNS: usize = 200;

/// Why a table is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableFault {
    /// Something is wrong with the zip.
    #[error(transparent)]
    Archive(#[from] ArchiveFault),
    /// Bytes that are none of the encoding.
    #[error("it is not of the encoding")]
    Encoding,
    /// A quote that is not closed.
    #[error("a quote is not closed")]
    Quoting,
    /// There is no head, or no row below it.
    #[error("it is empty")]
    Empty,
    /// Too many columns.
    #[error("it has too many columns")]
    Columns,
    /// Too many rows.
    #[error("it has too many rows")]
    Rows,
    /// A row that is longer than any field could take.
    #[error("a row is too long")]
    TooLong,
}

impl TableFault {
    /// The row of the catalogue.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Archive(ArchiveFault::NoZip) => Code::BULK_NO_ZIP,
            Self::Archive(ArchiveFault::TooLarge) | Self::TooLong => Code::BULK_FILE_SIZE,
            Self::Archive(ArchiveFault::Unsupported | ArchiveFault::Damaged) | Self::Empty => {
                Code::BULK_FILE
            }
            Self::Encoding | Self::Quoting => Code::BULK_FORMAT,
            Self::Columns => Code::BULK_COLUMNS,
            Self::Rows => Code::BULK_ROWS,
        }
    }
}

impl From<TableFault> for ApiError {
    fn from(fault: TableFault) -> Self {
        let error = Self::new(fault.code());
        let most = match fault {
            TableFault::Columns => MOST_COLUMNS,
            TableFault::Rows => MOST_ROWS,
            _ => return error,
        };
        error.filled(&[&most.to_string()]).with("max_limit", most)
    }
}
