//! Modules that bodies name by an object, `{"api_name":…,"id":…}`.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{Module, Schema};

/// The errors of a key under which such an object stands.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct NamedBy {
    /// It has neither name nor id.
    pub(in crate::api) missing: Code,
    /// Its name and its id are those of two modules.
    pub(in crate::api) differ: Code,
}

/// The module that the object at `path` names, by its API name, its id or both.
///
/// # Errors
/// `INVALID_DATA` for what is no object, or names no module; those of `by`, with both places.
pub(in crate::api) fn named_module<'s>(
    schema: &'s Schema,
    spot: Spot,
    given: &Json,
    path: &str,
    by: NamedBy,
) -> Result<&'s Arc<Module>, ApiError> {
    let wrong_type = |expected: &str, path: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        spot.about(error, path)
    };
    let (at_name, at_id) = (format!("{path}.api_name"), format!("{path}.id"));
    let both = || vec![spot.place(&at_name), spot.place(&at_id)];
    let object = given.as_object();
    let object = object.ok_or_else(|| wrong_type("jsonobject", path))?;
    let said = |key: &str| object.get(key).filter(|said| !said.is_null());
    let name = match said("api_name") {
        None => None,
        Some(Json::String(name)) => {
            let module = schema.module(name);
            Some(module.ok_or_else(|| spot.about(Code::INVALID_DATA, &at_name))?)
        }
        Some(_) => return Err(wrong_type("string", &at_name)),
    };
    let id = match said("id") {
        None => None,
        Some(id @ (Json::String(_) | Json::Number(_))) => {
            let id = Id::from_json(id);
            let module = id.and_then(|id| schema.modules().find(|module| module.id == id));
            Some(module.ok_or_else(|| spot.about(Code::INVALID_DATA, &at_id))?)
        }
        Some(_) => return Err(wrong_type("string", &at_id)),
    };
    match (name, id) {
        (Some(name), Some(id)) if name.no != id.no => {
            Err(ApiError::new(by.differ).with("ambiguity_due_to", both()))
        }
        (Some(module), _) | (None, Some(module)) => Ok(module),
        (None, None) => Err(ApiError::new(by.missing).with("expected_fields", both())),
    }
}
