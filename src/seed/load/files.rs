//! Files that a seed names: by a path beside it, in Base64, or by the digest of bytes that it brings
//! along.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use super::Loader;
use super::flaws::Flaw;
use super::object::instant;
use crate::ids::Id;
use crate::seed::format::{Document, Located};
use crate::seed::problem::unknown;
use crate::store::{Blob, Blobs, Tx};
use crate::value::blob::BlobId;
use crate::value::{RecordFile, StoredFile, Value};

/// The keys of a file in a seed.
pub(in crate::seed) mod keys {
    pub(in crate::seed) const ID: &str = "id";
    pub(in crate::seed) const FILE_ID: &str = "file_id";
    pub(in crate::seed) const NAME: &str = "name";
    pub(in crate::seed) const SIZE: &str = "size";
    pub(in crate::seed) const SHA256: &str = "sha256";
    pub(in crate::seed) const BY: &str = "by";
    pub(in crate::seed) const CREATED_TIME: &str = "created_time";
    pub(in crate::seed) const DESCRIPTION: &str = "description";
    /// Only of seeds that people write.
    pub(super) const PATH: &str = "path";
    pub(super) const BASE64: &str = "base64";
}

const KEYS: [&str; 10] = [
    keys::PATH,
    keys::BASE64,
    keys::NAME,
    keys::FILE_ID,
    keys::ID,
    keys::SIZE,
    keys::SHA256,
    keys::BY,
    keys::CREATED_TIME,
    keys::DESCRIPTION,
];

/// The folder beside an export that holds its files, each by its digest.
pub const FOLDER: &str = "files";

/// Whether a value says where the bytes of a file are.
pub(super) fn has_bytes(value: &Json) -> bool {
    let keys = [keys::PATH, keys::BASE64, keys::SHA256];
    keys.iter().any(|key| value.get(*key).is_some())
}

/// Where the bytes of the files of a seed come from. Shared by threads.
#[derive(Clone, Copy)]
pub(super) struct SeedFiles<'a> {
    document: &'a Document,
    blobs: &'a Blobs,
}

fn flaw(key: &str, reason: impl Into<String>) -> Flaw {
    (format!(".{key}"), reason.into())
}

fn text<'j>(object: &'j Map<String, Json>, key: &str) -> Result<Option<&'j str>, Flaw> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(flaw(key, "must be a text")),
    }
}

impl<'a> SeedFiles<'a> {
    /// Those of a document, whose bytes are kept in `blobs`.
    pub(super) fn new(document: &'a Document, blobs: &'a Blobs) -> Self {
        Self { document, blobs }
    }

    /// The file that an object of a seed's file tells of.
    ///
    /// # Errors
    /// What is wrong with it, by the key.
    pub(super) fn stored(&self, file: &str, json: &Json) -> Result<StoredFile, Flaw> {
        let object = json.as_object();
        let object = object.ok_or_else(|| (String::new(), "must be an object".to_owned()))?;
        if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(flaw(key, unknown("key", key, KEYS)));
        }
        let blob = self.blob(file, object)?;
        let path = text(object, keys::PATH)?.and_then(|path| Path::new(path).file_name());
        let path = path.map(|name| LeanString::from(name.to_string_lossy()));
        let name = text(object, keys::NAME)?.map(LeanString::from).or(path);
        let size = match object.get(keys::SIZE) {
            None | Some(Json::Null) => 0,
            Some(size) => size
                .as_u64()
                .ok_or_else(|| flaw(keys::SIZE, "must be a number of bytes"))?,
        };
        Ok(StoredFile {
            file_id: text(object, keys::FILE_ID)?.unwrap_or_default().into(),
            name: name.unwrap_or_else(|| "file".into()),
            size: blob.as_ref().map_or(size, Blob::size),
            blob,
        })
    }

    /// The same for a file of a record. `by` and `at` say who put it there and when, unless it says
    /// so itself.
    ///
    /// # Errors
    /// What is wrong with it, by the key.
    pub(super) fn of_record(
        &self,
        file: &str,
        json: &Json,
        by: Id,
        at: i64,
    ) -> Result<RecordFile, Flaw> {
        let mut held = RecordFile::new(self.stored(file, json)?, by, at);
        let id = |key: &str| match json.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(id) => Id::from_json(id)
                .map(Some)
                .ok_or_else(|| flaw(key, "must be an id")),
        };
        held.id = id(keys::ID)?.unwrap_or(RecordFile::NEW);
        held.by = id(keys::BY)?.unwrap_or(by);
        if let Some(time) = json.get(keys::CREATED_TIME) {
            let bad = || flaw(keys::CREATED_TIME, "must be a date-time with an offset");
            held.created_time = instant(time).ok_or_else(bad)?;
        }
        let description = json.get(keys::DESCRIPTION).and_then(Json::as_str);
        held.description = description.map(Into::into);
        Ok(held)
    }

    /// The files of a field.
    ///
    /// # Errors
    /// What is wrong with one of them, by its place.
    pub(super) fn of_field(&self, file: &str, json: &Json, by: Id, at: i64) -> Result<Value, Flaw> {
        let items = json.as_array();
        let items = items.ok_or_else(|| (String::new(), "must be a list of files".to_owned()))?;
        let files = items.iter().enumerate().map(|(n, item)| {
            let held = self.of_record(file, item, by, at);
            held.map_err(|(path, reason)| (format!("[{n}]{path}"), reason))
        });
        let files = files.collect::<Result<Vec<_>, _>>()?;
        Ok(Value::Files(Arc::new(files)))
    }

    /// The bytes that an object names; none where it names none.
    fn blob(&self, file: &str, object: &Map<String, Json>) -> Result<Option<Blob>, Flaw> {
        let given = [keys::PATH, keys::BASE64, keys::SHA256];
        let mut given = given.iter().filter(|key| object.contains_key(**key));
        let Some(key) = given.next() else {
            return Ok(None);
        };
        if let Some(second) = given.next() {
            return Err(flaw(second, format!("stands beside \"{key}\"")));
        }
        let text = text(object, key)?.unwrap_or_default();
        let bytes = match *key {
            keys::BASE64 => BASE64
                .decode(text)
                .map(Bytes::from)
                .map_err(|_| "must be Base64".to_owned()),
            keys::PATH => self.beside(file, Path::new(text)),
            _ => self.by_digest(file, text),
        };
        let bytes = bytes.map_err(|reason| flaw(key, reason))?;
        let blob = self.blobs.put(bytes);
        blob.map(Some).map_err(|spent| flaw(key, spent.to_string()))
    }

    /// The bytes with a digest: those that a seed brings along, or a file beside it.
    fn by_digest(&self, file: &str, digest: &str) -> Result<Bytes, String> {
        let id = BlobId::parse(digest).ok_or("must be a SHA-256")?;
        if let Some(bytes) = self.document.bytes.get(&id) {
            return Ok(bytes.clone());
        }
        let bytes = self.beside(file, &Path::new(FOLDER).join(id.to_string()))?;
        if BlobId::of(&bytes) == id {
            Ok(bytes)
        } else {
            Err("is not the SHA-256 of the file beside the seed".into())
        }
    }

    /// The bytes of a file beside the seed, or in a folder there: a seed may come from a stranger, and
    /// over HTTP it has no place at all.
    fn beside(&self, file: &str, path: &Path) -> Result<Bytes, String> {
        let Some(folder) = self.document.folders.get(file) else {
            return Err("a seed that is no file on a disk names no files: give \"base64\"".into());
        };
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(plain) {
            return Err("must be the path of a file beside the seed, or in a folder there".into());
        }
        let cannot = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
        let real = |path: &Path| -> Result<PathBuf, String> { path.canonicalize().map_err(cannot) };
        let (within, place) = (real(folder)?, real(&folder.join(path))?);
        if !place.starts_with(within) {
            return Err("is a link that leads out of the folder of the seed".into());
        }
        let length = place.metadata().map_err(cannot)?;
        if !length.is_file() {
            return Err(format!("{} is no file", path.display()));
        }
        let most = self.blobs.budget();
        if length.len() > most {
            return Err(format!(
                "is longer than the {most} bytes that files may take"
            ));
        }
        std::fs::read(place).map(Bytes::from).map_err(cannot)
    }
}

impl Loader<'_> {
    /// The files that no record holds.
    pub(super) fn files(&mut self, tx: &mut Tx) {
        let document = self.document;
        let blobs = tx.state().blobs.clone();
        let files = SeedFiles::new(document, &blobs);
        for at in &document.files {
            if let Some(file) = self.file(tx, files, at) {
                if tx.state().files.uploaded(&file.file_id).is_some() {
                    self.problem(at, keys::FILE_ID, "another file has it");
                } else {
                    tx.put_upload(file);
                }
            }
        }
        if let Some(at) = &document.org_photo
            && let Some(file) = self.file(tx, files, at)
        {
            tx.set_org_photo(Some(file));
        }
    }

    fn file(&mut self, tx: &mut Tx, files: SeedFiles<'_>, at: &Located) -> Option<StoredFile> {
        let object = Json::Object(at.object.clone());
        let file = match files.stored(&at.file, &object) {
            Ok(file) => file,
            Err((key, reason)) => {
                self.problem(at, key.trim_start_matches('.'), reason);
                return None;
            }
        };
        if file.blob.is_none() {
            self.problem(at, "", "needs \"path\" or \"base64\"");
            return None;
        }
        Some(if file.file_id.is_empty() {
            let id = tx.next_id();
            file.identified(id)
        } else {
            file
        })
    }
}
