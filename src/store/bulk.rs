//! What bulk reads and bulk writes are to do, and how far they have come.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use crate::error::Code;
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::value::blob::Blob;
use crate::version::ApiVersion;

/// Whom a job tells of its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobCallback {
    /// The address, as given.
    pub url: String,
    /// The method, as given.
    pub method: String,
}

/// Who ordered a job of the bulk interfaces, and how.
#[derive(Clone, Debug)]
pub struct BulkOrder {
    /// The user.
    pub by: Id,
    /// The version under which it was ordered, and in whose form its end is told.
    pub version: ApiVersion,
    /// Whom it tells of its end.
    pub callback: Option<JobCallback>,
    /// The address of the server, as the client knows it.
    pub base: String,
    /// What stands before paths in it.
    pub prefix: String,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// A table, a record a line.
    Csv,
    /// A calendar.
    Ics,
}

impl ExportForm {
    /// The `file_type`, which is what the file's name ends with as well.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ics => "ics",
        }
    }

    /// Records of a page.
    #[must_use]
    pub const fn per_page(self) -> usize {
        match self {
            Self::Csv => 200_000,
            Self::Ics => 20_000,
        }
    }
}

/// A bulk read.
#[derive(Clone, Debug)]
pub struct BulkRead {
    /// Who ordered it.
    pub order: BulkOrder,
    /// The module whose records are exported.
    pub module: ModuleNo,
    /// The query, as in the request.
    pub query: Map<String, Json>,
    /// The form of the file.
    pub form: ExportForm,
    /// The number of the page.
    pub page: usize,
    /// The last record before the page; none where its number says where it begins.
    pub after: Option<Id>,
}

/// What a bulk read came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    /// The zip with the file.
    pub file: Blob,
    /// How many records are in it.
    pub count: usize,
    /// The last of them.
    pub last: Option<Id>,
    /// Whether there are more.
    pub more: bool,
}

/// What a bulk write does with the rows of its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkOperation {
    /// Each is a new record.
    Insert,
    /// Each changes a record.
    Update,
    /// Each changes a record, or is a new one if there is none.
    Upsert,
}

impl BulkOperation {
    /// Every operation.
    pub const ALL: [Self; 3] = [Self::Insert, Self::Update, Self::Upsert];

    /// Zoho's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
        }
    }

    /// The operation with a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

/// A column of a file, and the field that takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldMapping {
    /// The field.
    pub api_name: LeanString,
    /// The number of the column; none for a field that has the same value in all rows.
    pub index: Option<usize>,
    /// How the column writes dates.
    pub format: Option<String>,
    /// The field of the lookup's module that the column names its records by.
    pub find_by: Option<LeanString>,
    /// The module of a lookup that leads to records of several.
    pub module: Option<LeanString>,
    /// The column in the file of the parents that has the same value.
    pub parent_column: Option<usize>,
    /// What stands for an empty cell, or for all where no column is named, as in the request.
    pub default: Option<Json>,
}

/// Files whose rows are written into one module.
#[derive(Clone, Debug)]
pub struct BulkResource {
    /// The module.
    pub module: ModuleNo,
    /// The id of the upload, as in the request.
    pub file_id: String,
    /// The zip.
    pub archive: Blob,
    /// The files in it, by name.
    pub files: Vec<String>,
    /// Whether the request named them.
    pub files_named: bool,
    /// The field by which records are found that are changed.
    pub find_by: Option<LeanString>,
    /// Whether empty cells leave fields as they are.
    pub ignore_empty: bool,
    /// What `ignore_empty` was in the resource itself.
    pub own_ignore_empty: Option<bool>,
    /// The columns.
    pub mappings: Vec<FieldMapping>,
}

/// A bulk write.
#[derive(Clone, Debug)]
pub struct BulkWrite {
    /// Who ordered it.
    pub order: BulkOrder,
    /// What is done with the rows.
    pub operation: BulkOperation,
    /// The encoding of the files, as in the request.
    pub encoding: Option<String>,
    /// Whether empty cells leave fields as they are.
    pub ignore_empty: Option<bool>,
    /// The resources, parents before their children.
    pub resources: Vec<BulkResource>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// It is a new record.
    Added,
    /// It has changed a record.
    Updated,
    /// It was refused.
    Skipped,
}

impl RowStatus {
    /// Zoho's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Updated => "UPDATED",
            Self::Skipped => "SKIPPED",
        }
    }
}

/// A row that was worked off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOutcome {
    /// What became of it.
    pub status: RowStatus,
    /// The record.
    pub record: Option<Id>,
    /// What was wrong, in the words of the result's column.
    pub errors: LeanString,
}

/// How many rows had which end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// New records.
    pub added: usize,
    /// Changed records.
    pub updated: usize,
    /// Refused rows.
    pub skipped: usize,
}

impl RowCounts {
    /// All rows.
    #[must_use]
    pub const fn total(self) -> usize {
        self.added + self.updated + self.skipped
    }

    /// Counts a row.
    pub fn count(&mut self, status: RowStatus) {
        match status {
            RowStatus::Added => self.added += 1,
            RowStatus::Updated => self.updated += 1,
            RowStatus::Skipped => self.skipped += 1,
        }
    }
}

/// How far a bulk write is with a resource.
#[derive(Clone, Debug, Default)]
pub struct ResourceProgress {
    /// The rows so far, by what became of them.
    pub counts: RowCounts,
    /// What became of them, chunk by chunk, in the order of the files.
    pub outcomes: Vec<Arc<[RowOutcome]>>,
    /// Why nothing of it was written.
    pub failed: Option<Code>,
    /// Whether all of its rows were worked off.
    pub done: bool,
}

impl ResourceProgress {
    /// What became of the rows, in their order.
    pub fn rows(&self) -> impl Iterator<Item = &RowOutcome> {
        self.outcomes.iter().flat_map(|chunk| chunk.iter())
    }
}

/// How far a bulk write is.
#[derive(Clone, Debug, Default)]
pub struct WriteProgress {
    /// Each resource. Empty as long as nobody has looked at the job.
    pub resources: Vec<ResourceProgress>,
}

impl WriteProgress {
    /// The rows that were worked off.
    #[must_use]
    pub fn rows(&self) -> usize {
        let counts = self.resources.iter().map(|it| it.counts.total());
        counts.sum()
    }
}

/// What a bulk write came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Whether nothing was written, since something is wrong with the files.
    pub failed: bool,
    /// The zip with what became of the rows; none if nothing was written, or if there was no room
    /// for it.
    pub report: Option<Blob>,
}

/// A file that was uploaded for a bulk write.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// Its id.
    pub id: Id,
    /// When it came, in seconds since 1970.
    pub created: i64,
    /// The zip.
    pub file: Blob,
}
