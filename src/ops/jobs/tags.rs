//! The deletion of tags.

use serde_json::Map;

use crate::settings::families::tags::TAGS;
use crate::settings::{Source, write};
use crate::store::Tx;
use crate::store::job::{MassCounts, TagDeletion};
use crate::version::ApiVersion;

/// Deletes tags, which go from all records. Those that are gone by then count as failed.
pub(super) fn delete(tx: &mut Tx, deletion: &TagDeletion) -> MassCounts {
    let mut counts = MassCounts {
        total: deletion.tags.len(),
        ..MassCounts::default()
    };
    let source = Source::Operation(ApiVersion::LATEST);
    for id in deletion.tags.iter() {
        let tag = TAGS.of(tx.state()).get(*id).cloned();
        let deleted =
            tag.is_some_and(|tag| write::delete(tx, &TAGS, &tag, &Map::new(), source).is_ok());
        if deleted {
            counts.done += 1;
        } else {
            counts.failed += 1;
        }
    }
    counts
}
