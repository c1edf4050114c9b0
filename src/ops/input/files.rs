//! Files of a field: those that were uploaded before, by the ids that the upload gave them.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use super::rows::deletes;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{DataType, Field};
use crate::store::OrgState;
use crate::value::file::opaque_id;
use crate::value::image::Image;
use crate::value::{RecordFile, StoredFile, Value};

/// Keys under which records have had the id of a file, in any version.
const FILE_IDS: [&str; 5] = [
    "File_Id__s",
    "file_id",
    "file_Id",
    "File_Id",
    "Encrypted_Id",
];
/// Keys under which they have had its name.
const NAMES: [&str; 3] = ["File_Name__s", "file_Name", "File_Name"];
/// Keys under which they have had its length in bytes.
const SIZES: [&str; 3] = ["Size__s", "original_Size_Byte", "Size"];
/// Keys under which they have had its own id.
const IDS: [&str; 2] = ["id", "attachment_Id"];
/// Keys under which they have had what is said of an image.
const DESCRIPTIONS: [&str; 2] = ["Description__s", "Description"];

/// The text under the first of some keys that has one.
fn text<'j>(item: &'j Map<String, Json>, keys: &[&str]) -> Option<&'j str> {
    let texts = keys.iter().filter_map(|key| item.get(*key)?.as_str());
    texts.into_iter().find(|text| !text.is_empty())
}

/// A file as a seed tells of it, in the form of any version. Its bytes are those of the uploaded file
/// with its id.
fn seeded(state: &OrgState, item: &Map<String, Json>) -> Option<RecordFile> {
    let id = IDS.iter().find_map(|key| Id::from_json(item.get(*key)?));
    let file_id = text(item, &FILE_IDS);
    let name = text(item, &NAMES);
    let size = SIZES.iter().find_map(|key| match item.get(*key)? {
        Json::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    let known = file_id.and_then(|file_id| state.files.uploaded(file_id));
    let mut file = match known {
        Some(file) => StoredFile::clone(file),
        None => StoredFile {
            file_id: file_id.map_or_else(|| id.map_or_else(LeanString::new, opaque_id), Into::into),
            name: LeanString::new(),
            size: 0,
            blob: None,
        },
    };
    file_id.or(name)?;
    file.name = name.map_or(file.name, Into::into);
    file.size = size.filter(|_| known.is_none()).unwrap_or(file.size);
    let mut held = RecordFile::new(file, state.current_user, 0);
    held.id = id.unwrap_or(RecordFile::NEW);
    held.description = text(item, &DESCRIPTIONS).map(Into::into);
    Some(held)
}

impl RecordReader<'_> {
    /// Reads the files of a field that holds `held`: items that name an uploaded file add it, items
    /// that name one of those that are held keep it or, with `_delete`, take it away, and those that
    /// are not named stay. An empty list takes all of them away, as for rows (assumed).
    pub(super) fn files(
        &self,
        field: &Field,
        value: &Json,
        held: &[RecordFile],
    ) -> Result<Value, Problem> {
        let items = match value {
            Json::Null => return Ok(Value::Null),
            Json::Array(items) => items,
            _ => return Err(Problem::Type("jsonarray")),
        };
        let image = field.spec.data_type == DataType::ImageUpload;
        let too_many = |count: usize| {
            let most = field.length().filter(|most| count > *most as usize)?;
            Some(if image {
                Problem::TooManyImages(most)
            } else {
                Problem::Length(most)
            })
        };
        let stays = |item: &&Json| !item.as_object().is_some_and(deletes);
        if let Some(problem) = too_many(items.iter().filter(stays).count()) {
            return Err(problem);
        }
        let mut files = if items.is_empty() {
            Vec::new()
        } else {
            held.to_vec()
        };
        let mut errors = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if let Err(error) = self.file(field, item, index, &mut files) {
                errors.push(error);
            }
        }
        if !errors.is_empty() {
            return Err(Problem::Inner(errors));
        }
        if let Some(problem) = too_many(files.len()) {
            return Err(problem);
        }
        Ok(if files.is_empty() {
            Value::Null
        } else {
            Value::Files(files.into())
        })
    }

    /// What an item says of the files of a field.
    fn file(
        &self,
        field: &Field,
        item: &Json,
        index: usize,
        files: &mut Vec<RecordFile>,
    ) -> Result<(), ApiError> {
        let name = self.wire_name(field);
        let about =
            |code: Code, key: &str| self.inner(code.into(), &format!("{name}[{index}]"), key);
        let of_type = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        let item = item.as_object().ok_or_else(|| self.error(of_type, name))?;
        if self.mode == Mode::Seed {
            let seeded = seeded(self.state, item);
            files.push(seeded.ok_or_else(|| about(Code::MANDATORY_NOT_FOUND, FILE_IDS[0]))?);
            return Ok(());
        }
        let image = field.spec.data_type == DataType::ImageUpload;
        let keys = self.version.uploaded_file_keys(image);
        let mut held_keys = self.version.held_file_keys().iter();
        let given = held_keys.find_map(|key| Some((*key, item.get(*key)?)));
        if let Some((key, id)) = given.filter(|(_, id)| !id.is_null()) {
            let found = Id::from_json(id).and_then(|id| files.iter().position(|f| f.id == id));
            let at = found.ok_or_else(|| about(Code::UNKNOWN_ID, key))?;
            if deletes(item) {
                files.remove(at);
            } else if let (true, Some(said)) = (image, text(item, &DESCRIPTIONS)) {
                files[at].description = Some(said.into());
            }
            return Ok(());
        }
        if deletes(item) {
            return Err(about(Code::MANDATORY_NOT_FOUND, "id"));
        }
        let mut keys_given = keys.iter().filter(|key| item.contains_key(**key));
        let key = keys_given.next().or(keys.first()).copied().unwrap_or("id");
        let file_id = item.get(key).filter(|value| !value.is_null());
        let file_id = file_id.ok_or_else(|| about(Code::MANDATORY_NOT_FOUND, key))?;
        let file_id = file_id.as_str().unwrap_or_default();
        if files.iter().any(|held| held.file.file_id == file_id) {
            return Ok(());
        }
        let uploaded = self.state.files.uploaded(file_id);
        let file = uploaded.ok_or_else(|| about(Code::INVALID_DATA, key))?;
        if image && !is_image(file) {
            return Err(about(Code::IMAGE_FORMAT_INVALID, key));
        }
        let mut file = RecordFile::new(StoredFile::clone(file), self.state.current_user, 0);
        file.description = text(item, &DESCRIPTIONS).map(Into::into);
        files.push(file);
        Ok(())
    }

    /// Reads the photo of a record: the id of an image that was uploaded (pages on uploading). The id
    /// of the one that it has leaves it as it is.
    pub(super) fn photo(&self, value: &Json, held: Option<&Value>) -> Result<Value, Problem> {
        if value.is_null() || value == "" {
            return Ok(Value::Null);
        }
        let file_id = value.as_str().ok_or(Problem::Type("text"))?;
        let kept = held.is_some_and(|held| match held {
            Value::Text(text) => text == file_id,
            other => other.files().iter().any(|f| f.file.file_id == file_id),
        });
        if kept {
            return Ok(held.cloned().unwrap_or(Value::Null));
        }
        let file = match self.state.files.uploaded(file_id) {
            Some(file) => StoredFile::clone(file),
            // a seed may tell of a photo that nobody has
            None if self.mode == Mode::Seed => return Ok(Value::Text(file_id.into())),
            None => return Err(Problem::UnknownFile),
        };
        if !is_image(&file) {
            return Err(Problem::UnknownFile);
        }
        let file = RecordFile::new(file, self.state.current_user, 0);
        Ok(Value::Files(Arc::new(vec![file])))
    }
}

fn is_image(file: &StoredFile) -> bool {
    let bytes = file.blob.as_ref().map(crate::value::blob::Blob::bytes);
    bytes.is_some_and(|bytes| Image::of(&bytes).is_some())
}
