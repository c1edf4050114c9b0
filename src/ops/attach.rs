//! Attaching files and addresses to records.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;

use super::write::activity;
use crate::ids::Id;
use crate::schema::Module;
use crate::schema::dollar::dollar_no;
use crate::store::{Blob, Record, Tx};
use crate::value::file::opaque_id;
use crate::value::{RecordFile, StoredFile, Value};

/// The module whose records attachments are.
pub const ATTACHMENTS: &str = "Attachments";
/// The key under which an attachment holds its file.
pub const FILE: &str = "$file_id";
/// The key under which it holds its address.
pub const LINK: &str = "$link_url";
/// The key that says what it is.
const TYPE: &str = "$type";

/// What is attached.
#[derive(Clone, Debug)]
pub enum Attached {
    /// A file: its name, and its bytes.
    File(LeanString, Blob),
    /// An address: what it is called, and itself.
    Link(LeanString, LeanString),
}

impl Attached {
    fn name(&self) -> &LeanString {
        match self {
            Self::File(name, _) | Self::Link(name, _) => name,
        }
    }
}

/// Attaches something to a record. None where the org has no attachments.
pub fn attach(tx: &mut Tx, parent: &Module, record: Id, what: &Attached) -> Option<Id> {
    let schema = Arc::clone(&tx.state().schema);
    let module = schema.module(ATTACHMENTS)?;
    let id = tx.next_record_id(module);
    let (by, now) = (tx.user(), tx.now());
    let size = match what {
        Attached::File(_, blob) => i64::try_from(blob.size()).unwrap_or(i64::MAX),
        Attached::Link(..) => 0,
    };
    let mut values = Vec::new();
    for (field, value) in [
        ("Parent_Id", Value::Lookup(parent.no, record)),
        ("File_Name", Value::Text(what.name().clone())),
        ("Size", Value::Int(size)),
    ] {
        values.extend(module.field(field).map(|field| (field.no, value)));
    }
    let text = |text: &str| Value::Json(Arc::new(Json::from(text)));
    let keys = match what {
        Attached::File(name, blob) => {
            let mut file = RecordFile::new(StoredFile::new(name.clone(), blob.clone()), by, now);
            (file.id, file.file.file_id) = (id, opaque_id(id));
            [
                (TYPE, text("Attachment")),
                (FILE, Value::Files(Arc::new(vec![file]))),
            ]
        }
        Attached::Link(_, address) => [(TYPE, text("Link URL")), (LINK, text(address))],
    };
    for (key, value) in keys {
        values.extend(dollar_no(module, key).map(|no| (no, value)));
    }
    tx.put(module, Record::new(id, by, now, values));
    activity::note(tx, module, id);
    Some(id)
}

/// The file of an attachment; none for an address.
#[must_use]
pub fn file_of<'r>(module: &Module, attachment: &'r Record) -> Option<&'r StoredFile> {
    let value = attachment.stored(dollar_no(module, FILE)?)?;
    value.files().first().map(|held| &held.file)
}

/// The address of an attachment; none for a file.
#[must_use]
pub fn link_of<'r>(module: &Module, attachment: &'r Record) -> Option<&'r str> {
    match attachment.stored(dollar_no(module, LINK)?)? {
        Value::Json(json) => json.as_str(),
        _ => None,
    }
}
