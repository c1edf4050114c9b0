//! Bulk reads and bulk writes: records to files, and files to records.
//!
//! What a job is to do, and how far it is, stands in the state ([`crate::store::bulk`]). Here it is
//! checked against the metadata, and done. A bulk read looks at one snapshot, without a transaction.
//! A bulk write is a series of transactions, each of which writes some rows and says so in the job:
//! other writers wait for one of them at most, a snapshot that is taken in the middle holds whole
//! chunks of rows and a job that goes on behind them, and none of the rows is written twice.
//! Before the first of them all files are read once, so that one with a fault writes nothing.

mod archive;
mod calendar;
mod dates;
mod decode;
mod export;
mod fault;
mod import;
mod mapping;
mod pack;
mod parents;
mod report;
mod row;
mod table;

pub use archive::{Archive, ArchiveFault, PackedFile};
pub use export::{Export, ExportedFile, ExportedPage};
pub use fault::{MOST_COLUMNS, MOST_ROWS, TableFault};
pub(crate) use import::import;
pub use mapping::{check as check_mappings, mandatory};
pub use table::{head, is_encoding};
