//! Tags are given to records, and taken from them.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::permit::{Deed, permit};
use super::write::{RecordPlace, update_permitted};
use crate::error::{ApiError, Code};
use crate::schema::Module;
use crate::settings::tagging::{MOST_OF_RECORD, names_of, tag_field};
use crate::store::setting::COLOUR;
use crate::store::{Record, Tx};
use crate::value::{equals_folded, fold};

/// What is done with some tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// A record gets them besides those that it has.
    Add,
    /// A record gets them in place of those that it has.
    Replace,
    /// A record loses those of them that it has.
    Remove,
}

/// A tag that is given or taken.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedTag {
    /// Its name.
    pub name: LeanString,
    /// The colour that it gets if it is new.
    pub colour: Option<LeanString>,
}

/// Changes the tags of a record. A record whose tags stay as they are is not written.
///
/// # Errors
/// Those of an update, and `INVALID_DATA` for more tags than a record may have.
pub fn retag(
    tx: &mut Tx,
    module: &Module,
    record: &Arc<Record>,
    wanted: &[WantedTag],
    how: Tagging,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    let Some(field) = tag_field(module) else {
        return Err(vec![Code::MODULE_NOT_SUPPORTED_FOR_API.into()]);
    };
    permit(tx, module, record, Deed::Tags).map_err(|error| vec![place.of(error)])?;
    let held = names_of(record, field);
    let tags = after(held, wanted, how);
    if tags.len() > MOST_OF_RECORD {
        // that it is told of the record is assumed
        let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", MOST_OF_RECORD);
        let error = error.with("api_name", "tags").with("id", record.id.json());
        return Err(vec![error]);
    }
    if tags.iter().map(|tag| &tag.name).eq(held) {
        return Ok(());
    }
    let tags = tags
        .iter()
        .map(|tag| json!({"name": tag.name.as_str(), COLOUR: tag.colour.as_deref()}));
    let changes = Map::from_iter([(field.api_name().to_owned(), tags.collect::<Json>())]);
    update_permitted(tx, module, record, &changes, place)
}

/// The tags of a record after a change, none of them twice.
fn after(held: &[LeanString], wanted: &[WantedTag], how: Tagging) -> Vec<WantedTag> {
    let names = |tags: &[WantedTag], name: &str| {
        let folded = fold(name);
        tags.iter().any(|tag| equals_folded(&tag.name, &folded))
    };
    let mut tags: Vec<WantedTag> = match how {
        Tagging::Replace => Vec::new(),
        Tagging::Add | Tagging::Remove => held.iter().map(WantedTag::known).collect(),
    };
    match how {
        Tagging::Remove => tags.retain(|tag| !names(wanted, &tag.name)),
        Tagging::Add | Tagging::Replace => {
            for tag in wanted {
                if !names(&tags, &tag.name) {
                    tags.push(tag.clone());
                }
            }
        }
    }
    tags
}

impl WantedTag {
    /// A tag that there is.
    fn known(name: &LeanString) -> Self {
        Self {
            name: name.clone(),
            colour: None,
        }
    }
}
