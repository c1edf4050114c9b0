//! What seeds say, before any of it is looked at.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use super::records::Records;
use crate::schema::Declared;
use crate::settings::Family;
use crate::value::blob::{BlobId, Blobs};

/// An object of a seed with the place it came from.
#[derive(Clone, Debug)]
pub struct Located {
    /// The object.
    pub object: Map<String, Json>,
    /// Its file.
    pub file: Arc<str>,
    /// Its path in the file.
    pub path: String,
    /// It is taken as it stands: the file is an export.
    pub stored: bool,
}

/// Objects that belong to a module, with the place they came from.
#[derive(Clone, Debug)]
pub struct OfModule {
    /// The module's API name.
    pub module: String,
    /// The file.
    pub file: Arc<str>,
    /// The path of the list in the file.
    pub path: String,
    /// The objects.
    pub items: Vec<Located>,
}

/// Settings of a family, with the place they came from.
#[derive(Clone, Debug)]
pub struct OfFamily {
    /// The family.
    pub family: &'static Family,
    /// The API name of their module, in families that are kept by module.
    pub module: Option<String>,
    /// The file.
    pub file: Arc<str>,
    /// The path of the list in the file.
    pub path: String,
    /// The objects.
    pub items: Vec<Located>,
}

/// Everything that the given seeds say, one after another.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Keys of the org, later ones winning.
    pub org: Map<String, Json>,
    /// Where the org's keys came from, last.
    pub org_file: Option<Arc<str>>,
    /// Users.
    pub users: Vec<Located>,
    /// Settings of all families.
    pub settings: Vec<OfFamily>,
    /// Custom modules, and changes to standard ones.
    pub modules: Vec<Located>,
    /// Fields by module: custom ones, and changes to standard ones.
    pub fields: Vec<(String, Located)>,
    /// Clients and tokens.
    pub oauth: Vec<Located>,
    /// All custom views of some modules, in place of those they have.
    pub views: Vec<OfModule>,
    /// Records.
    pub records: Vec<Records>,
    /// What the recycle bin holds.
    pub deleted: Vec<Records>,
    /// What happened to records.
    pub timeline: Vec<Located>,
    /// Files as if they had been uploaded.
    pub files: Vec<Located>,
    /// The photo of the org, the last one winning.
    pub org_photo: Option<Located>,
    /// Bytes by their digest, which files of an export name.
    pub bytes: BTreeMap<BlobId, Bytes>,
    /// The folders of the files that were read from a disk: what a seed says of paths is about them.
    pub folders: BTreeMap<Arc<str>, PathBuf>,
    /// Where the bytes of an org that is built are kept.
    pub blobs: Blobs,
    /// An export is among the seeds: it names every role, profile and user that its org has.
    pub exported: bool,
}

impl Document {
    /// Adds what `modules` and `fields` say to what has been declared.
    pub fn declare(&self, declared: &mut Declared) {
        for module in &self.modules {
            if let Some(name) = module.object.get("api_name").and_then(Json::as_str) {
                declared.module(name, &module.object);
            }
        }
        // those of one module together, since each look for what is there goes over all
        for fields in self.fields.chunk_by(|(one, _), (next, _)| one == next) {
            if let Some((module, _)) = fields.first() {
                declared.add_fields(module, fields.iter().map(|(_, field)| &field.object));
            }
        }
    }
}
