//! Files that no record holds: those that were uploaded, and the photo of the org.

use std::sync::Arc;

use super::tree::{Tree, Visible};
use crate::value::StoredFile;
use crate::value::blob::BlobId;

impl Visible for Arc<StoredFile> {
    fn visible(&self) -> bool {
        true
    }
}

/// Files that no record holds.
///
/// An uploaded file stays, whether or not a field came to hold it: no page says when Zoho's file
/// system lets one go.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Those that were uploaded, by digests of the ids that clients see.
    uploaded: Tree<BlobId, Arc<StoredFile>>,
    /// The photo of the org.
    pub org_photo: Option<Arc<StoredFile>>,
}

impl Files {
    /// The uploaded file with an id.
    #[must_use]
    pub fn uploaded(&self, file_id: &str) -> Option<&Arc<StoredFile>> {
        self.uploaded.get(&BlobId::of(file_id.as_bytes()))
    }

    /// All that were uploaded, in an order that depends on them alone.
    pub fn uploads(&self) -> impl Iterator<Item = &Arc<StoredFile>> {
        self.uploaded.iter().map(|(_, file)| file)
    }

    /// Stores one that was uploaded.
    pub(super) fn put(&mut self, file: StoredFile) {
        let key = BlobId::of(file.file_id.as_bytes());
        self.uploaded.insert(key, Arc::new(file));
    }
}
