//! Files of a record, in the form of a version.

use super::plan::Plan;
use super::value::user_reference;
use crate::ids::Id;
use crate::schema::{DataType, Field};
use crate::store::OrgState;
use crate::value::image::Image;
use crate::value::{self, RecordFile, Value, order, time};
use crate::version::FileForm;

/// Where files stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FilesOf<'a> {
    /// In a record: the API name of its module, and its id.
    Record(&'a str, Id),
    /// In a row of a subform.
    Row,
}

impl Plan {
    /// Appends the files of a field: a list, or null where there are none.
    pub(super) fn write_files(
        &self,
        files: Option<&Value>,
        field: &Field,
        of: FilesOf<'_>,
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        let files = files.map_or(&[][..], Value::files);
        if files.is_empty() {
            return out.extend_from_slice(b"null");
        }
        let image = field.spec.data_type == DataType::ImageUpload;
        out.push(b'[');
        for (n, file) in files.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            match (self.version.file_form(), image) {
                (FileForm::Addresses, true) => old_image(file, n).write(out),
                (FileForm::Addresses, false) => addressed(file, of).write(out),
                (form, image) => {
                    let mut keys = short(file);
                    if image {
                        keys.add_image(file, n);
                    }
                    // rows show the short form in 2026, too (recorded)
                    if form == FileForm::Owned && of != FilesOf::Row {
                        keys.add_owner(file, state, self);
                    }
                    keys.write(out);
                }
            }
        }
        out.push(b']');
    }
}

/// The members of a file's object.
struct FileKeys(Vec<(&'static str, serde_json::Value)>);

impl FileKeys {
    fn add(&mut self, key: &'static str, value: impl Into<serde_json::Value>) {
        self.0.push((key, value.into()));
    }

    /// What images have besides.
    fn add_image(&mut self, file: &RecordFile, n: usize) {
        self.add("Preview_Id__s", file.file.file_id.as_str());
        self.add("Description__s", file.description.as_deref());
        self.add("Sequence_Number__s", n.saturating_add(1));
        self.add("State__s", "active");
    }

    fn add_owner(&mut self, file: &RecordFile, state: &OrgState, plan: &Plan) {
        let by = user_reference(state, file.by);
        let at = time::format_datetime(file.created_time, &plan.tz);
        for key in ["Owner__s", "Created_By__s", "Modified_By__s"] {
            self.add(key, by.clone());
        }
        for key in ["Created_Time__s", "Modified_Time__s"] {
            self.add(key, at.as_str());
        }
    }

    fn write(mut self, out: &mut Vec<u8>) {
        order::sort(&mut self.0, |(key, _)| key);
        for (n, (key, member)) in self.0.iter().enumerate() {
            out.push(if n == 0 { b'{' } else { b',' });
            value::write_string(out, key);
            out.push(b':');
            value::write_json(out, &order::sorted(member.clone()));
        }
        out.push(b'}');
    }
}

/// The four keys that v5 shows (recorded with a number for the size, September 2026).
fn short(file: &RecordFile) -> FileKeys {
    let mut keys = FileKeys(Vec::new());
    keys.add("File_Name__s", file.file.name.as_str());
    keys.add("Size__s", file.file.size);
    keys.add("id", file.id.json());
    keys.add("File_Id__s", file.file.file_id.as_str());
    keys
}

/// An image up to v4 (type tables of the SDKs).
fn old_image(file: &RecordFile, n: usize) -> FileKeys {
    let mut keys = FileKeys(Vec::new());
    keys.add("Description", file.description.as_deref());
    keys.add("Preview_Id", file.file.file_id.as_str());
    keys.add("Encrypted_Id", file.file.file_id.as_str());
    keys.add("File_Name", file.file.name.as_str());
    keys.add("State", "active");
    keys.add("Size", file.file.size);
    keys.add("Sequence_Number", n.saturating_add(1));
    keys.add("id", file.id.json());
    keys.add("File_Id", file.file.file_id.as_str());
    keys
}

/// A file up to v4, with the addresses of Zoho's own pages (keys of the SDKs' tables and of September
/// 2026; the addresses are assumed).
fn addressed(file: &RecordFile, of: FilesOf<'_>) -> FileKeys {
    let (name, file_id) = (file.file.name.as_str(), file.file.file_id.as_str());
    let (module, record) = match of {
        FilesOf::Record(module, record) => (module, record),
        FilesOf::Row => ("", Id(0)),
    };
    let asked = format!(
        "fileId={file_id}&module={module}&parentId={record}&creatorId={}&id={}&name={name}",
        file.by, file.id,
    );
    let image = file.file.blob.as_ref().map(|blob| blob.bytes());
    let image = image.is_some_and(|bytes| Image::of(&bytes).is_some());
    let mut keys = FileKeys(Vec::new());
    keys.add("extn", file.file.extension());
    keys.add("is_Preview_Available", image);
    keys.add(
        "download_Url",
        format!("/crm/specific/ViewAttachment?{asked}&downLoadMode=default"),
    );
    keys.add(
        "delete_Url",
        format!("/crm/deleteattachment.do?attachmentid={}", file.id),
    );
    keys.add("entity_Id", record.json());
    keys.add("mode", "");
    keys.add("original_Size_Byte", file.file.size.to_string());
    keys.add("preview_Url", format!("/crm/ViewImage?{asked}"));
    keys.add("file_Name", name);
    keys.add("file_Id", file_id);
    keys.add("attachment_Id", file.id.json());
    keys.add("file_Size", readable(file.file.size));
    keys.add("creator_Id", file.by.json());
    keys.add("link_Docs", 0);
    keys
}

/// A size for people: `115.42 KB` (seen live in 2026), `12 bytes`.
fn readable(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)];
    for (unit, size) in UNITS {
        if bytes >= size {
            let hundredths = bytes.saturating_mul(100).saturating_add(size / 2) / size;
            return format!("{}.{:02} {unit}", hundredths / 100, hundredths % 100);
        }
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn sizes_are_readable() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (118_190, "115.42 KB"),
            (1 << 20, "1.00 MB"),
            (3 << 30, "3.00 GB"),
        ] {
            assert_eq!(readable(bytes), text);
        }
    }
}
