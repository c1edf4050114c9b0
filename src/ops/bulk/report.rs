//! What became of the rows of a bulk write, as files.

use std::io;

use bytes::Bytes;
use csv::StringRecord;
use lean_string::LeanString;

use super::pack::Pack;
use super::table::{CheckedFiles, Table};
use crate::error::Code;
use crate::schema::Schema;
use crate::store::bulk::{BulkResource, BulkWrite, WriteProgress};

/// Columns of the file that are shown, the first that are mapped (page on the result of bulk writes).
const SHOWN: usize = 3;

/// A bulk write that has come to its end.
pub(super) struct Reported<'a> {
    pub(super) schema: &'a Schema,
    pub(super) write: &'a BulkWrite,
    pub(super) progress: &'a WriteProgress,
    pub(super) files: &'a [CheckedFiles],
}

/// The zip with the report: for each file one, whose name begins with that of the module.
///
/// # Errors
/// None that writing to memory could have.
pub(super) fn report(of: &Reported<'_>) -> io::Result<Bytes> {
    let mut pack = Pack::new();
    let resources = of.write.resources.iter().zip(&of.progress.resources);
    for ((resource, done), (archive, encodings)) in resources.zip(of.files) {
        let mut outcomes = done.rows();
        let module = of.schema.module_at(resource.module).api_name();
        for (file, encoding) in resource.files.iter().zip(encodings) {
            let mut table = Table::open(archive, file, encoding).map_err(io::Error::other)?;
            let shown = shown(resource);
            pack.file(&format!("{module}-{file}"), |out| {
                let mut out = csv::Writer::from_writer(out);
                for column in &shown {
                    out.write_field(table.head().get(*column).unwrap_or_default())?;
                }
                out.write_record(["STATUS", "RECORD_ID", "ERRORS"])?;
                let mut row = StringRecord::new();
                while table.next(&mut row).map_err(io::Error::other)? {
                    let Some(outcome) = outcomes.next() else {
                        break;
                    };
                    for column in &shown {
                        out.write_field(row.get(*column).unwrap_or_default())?;
                    }
                    let record = outcome.record.map(|id| id.to_string()).unwrap_or_default();
                    let status = outcome.status.as_str();
                    out.write_record([status, &record, &outcome.errors])?;
                }
                out.flush()
            })?;
        }
    }
    pack.finish()
}

/// The columns that are shown, in the order of the mappings.
fn shown(resource: &BulkResource) -> Vec<usize> {
    let mut shown = Vec::with_capacity(SHOWN);
    for index in resource.mappings.iter().filter_map(|mapping| mapping.index) {
        if shown.len() < SHOWN && !shown.contains(&index) {
            shown.push(index);
        }
    }
    shown
}

/// The errors of a row in one cell: `MANDATORY_NOT_FOUND-Company,Last_Name:DUPLICATE_DATA-Email` (page
/// on the result of bulk writes).
pub(super) fn errors(errors: &[(Code, LeanString)]) -> LeanString {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (code, column) in errors {
        let code = code.code();
        let column = column.as_str();
        match groups.iter_mut().find(|(known, _)| *known == code) {
            Some((_, columns)) => columns.push(column),
            None => groups.push((code, vec![column])),
        }
    }
    let groups = groups.into_iter().map(|(code, columns)| {
        let columns = columns.join(",");
        if columns.is_empty() {
            code.to_owned()
        } else {
            format!("{code}-{columns}")
        }
    });
    groups.collect::<Vec<_>>().join(":").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stand_by_their_codes() {
        let row = |code, column: &str| (code, LeanString::from(column));
        let all = [
            row(Code::MANDATORY_NOT_FOUND, "Company"),
            row(Code::DUPLICATE_DATA, "Email"),
            row(Code::MANDATORY_NOT_FOUND, "Last_Name"),
        ];
        assert_eq!(
            errors(&all),
            "MANDATORY_NOT_FOUND-Company,Last_Name:DUPLICATE_DATA-Email"
        );
        assert_eq!(errors(&[row(Code::CONVERTED_RECORD, "")]), "INVALID_DATA");
    }
}
