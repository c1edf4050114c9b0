//! Files: those of records, those that no record holds, and the bytes of all of them, once each.

use std::collections::BTreeMap;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::records::write_instant;
use super::{BLOBS, Writer};
use crate::seed::load::files::keys;
use crate::store::{Blob, OrgState, Record};
use crate::value::blob::BlobId;
use crate::value::{RecordFile, StoredFile, Value, write_string};

/// The bytes that files have named so far.
#[derive(Debug, Default)]
pub(super) struct HeldBlobs(BTreeMap<BlobId, Blob>);

impl HeldBlobs {
    /// Those of a record's files.
    pub(super) fn add(&mut self, record: &Record) {
        for (_, value) in record.values() {
            match value {
                Value::Rows(rows) => {
                    let cells = rows.iter().flat_map(|row| row.values.iter());
                    cells.for_each(|(_, value)| self.add_files(value.files()));
                }
                value => self.add_files(value.files()),
            }
        }
    }

    fn add_files(&mut self, files: &[RecordFile]) {
        files.iter().for_each(|held| self.add_file(&held.file));
    }

    fn add_file(&mut self, file: &StoredFile) {
        if let Some(blob) = &file.blob {
            self.0.entry(blob.id()).or_insert_with(|| blob.clone());
        }
    }
}

impl Writer<'_> {
    /// What no record holds, and all bytes.
    pub(super) fn files(&mut self, state: &OrgState) -> io::Result<()> {
        let files = &state.files;
        self.list("files", files.uploads(), |out, file| {
            out.push(b'{');
            write_members(out, file);
            out.push(b'}');
        })?;
        if let Some(photo) = &files.org_photo {
            self.key("org_photo");
            self.buffer.push(b'{');
            write_members(&mut self.buffer, photo);
            self.buffer.push(b'}');
        }
        let mut held = std::mem::take(&mut self.held);
        let uploads = files.uploads().chain(&files.org_photo);
        uploads.for_each(|file| held.add_file(file));
        self.modules(BLOBS, |writer| {
            for (id, blob) in &held.0 {
                writer.key(&id.to_string());
                let text = BASE64.encode(blob.bytes());
                write_string(&mut writer.buffer, &text);
                writer.out.write_all(&writer.buffer)?;
                writer.buffer.clear();
            }
            Ok(())
        })
    }
}

/// Appends the files of a field.
pub(super) fn write_all(out: &mut Vec<u8>, files: &[RecordFile]) {
    out.push(b'[');
    for (n, file) in files.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write_one(out, file);
    }
    out.push(b']');
}

/// Appends a file of a record.
pub(super) fn write_one(out: &mut Vec<u8>, held: &RecordFile) {
    out.push(b'{');
    write_members(out, &held.file);
    for (key, id) in [(keys::ID, held.id), (keys::BY, held.by)] {
        write_key(out, key);
        write_string(out, &id.to_string());
    }
    write_key(out, keys::CREATED_TIME);
    write_instant(out, held.created_time);
    if let Some(said) = &held.description {
        write_key(out, keys::DESCRIPTION);
        write_string(out, said);
    }
    out.push(b'}');
}

/// Appends what is said of a file, without braces.
fn write_members(out: &mut Vec<u8>, file: &StoredFile) {
    write_string(out, keys::FILE_ID);
    out.push(b':');
    write_string(out, &file.file_id);
    write_key(out, keys::NAME);
    write_string(out, &file.name);
    match &file.blob {
        Some(blob) => {
            write_key(out, keys::SHA256);
            write_string(out, &blob.id().to_string());
        }
        None => {
            write_key(out, keys::SIZE);
            out.extend_from_slice(file.size.to_string().as_bytes());
        }
    }
}

fn write_key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    write_string(out, key);
    out.push(b':');
}
