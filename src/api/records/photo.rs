//! `/crm/{version}/{module}/{id}/photo`: the photo of a record.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common::of_path;
use super::external::{external_ids, path_record};
use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::{files, photo};
use crate::error::{ApiError, Code, Message};
use crate::ops::permit::{Deed, permit};
use crate::ops::photo as photos;
use crate::response::Response;
use crate::schema::{DataType, Field, Module};
use crate::store::{OrgState, Record, Tx};
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&UPLOAD, &GET, &DELETE];

const PATH: &str = "/crm/{v}/{module}/{id}/photo";

/// What the upload does not set off; nothing is set off here.
const RESTRICT_TRIGGERS: Param = Param::new("restrict_triggers")
    .of(ParamKind::Words(&[
        "workflow",
        "approval",
        "blueprint",
        "pathfinder",
        "orchestration",
    ]))
    .since(ApiVersion::V4);

/// Bytes of a photo (v8 description).
const LARGEST: u64 = 10 << 20;
/// Points of a photo: those of the org may have as many (page on the photo of the org; assumed).
const MOST_POINTS: u64 = 10_000_000;

pub(crate) static UPLOAD: Endpoint = Endpoint::post("records.upload_photo", PATH)
    .scope("modules.{module}.CREATE")
    .params(&[RESTRICT_TRIGGERS])
    .body(&photo::BODY)
    .outcomes(&[200, 400])
    .does("Set the photo of a record", upload);

pub(crate) static GET: Endpoint = Endpoint::get("records.get_photo", PATH)
    .scope("modules.{module}.READ")
    .outcomes(&[200, 204, 206, 400, 416])
    .does("The photo of a record", get);

pub(crate) static DELETE: Endpoint = Endpoint::delete("records.delete_photo", PATH)
    .scope("modules.{module}.DELETE")
    .composite_freely()
    .outcomes(&[200, 400])
    .does("Take the photo of a record away", delete);

/// A record that may have a photo.
struct Pictured {
    module: Arc<Module>,
    record: Arc<Record>,
}

impl Pictured {
    /// The record that the path names.
    ///
    /// # Errors
    /// `INVALID_MODULE`, also for a module whose records have no photo; `INVALID_DATA` for a record
    /// that is not there.
    fn of(call: &Call<'_>, state: &OrgState) -> Result<Self, ApiError> {
        let module = call.module(state)?;
        field(module, call.version).ok_or(Code::MODULE_NOT_SUPPORTED_FOR_API)?;
        let ids = external_ids(call, state, module)?;
        let record = path_record(call, state, module, &ids)?;
        Ok(Self {
            module: Arc::clone(module),
            record: record.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 1))?,
        })
    }

    /// Whether the caller may change the photo.
    ///
    /// # Errors
    /// Those of an update of the field.
    fn permit(&self, call: &Call<'_>, tx: &Tx, field: &Field) -> Result<(), ApiError> {
        let record = tx.state().table(&self.module).get(self.record.id);
        let record = record.ok_or_else(|| call.path_error(Code::UNKNOWN_ID, 1))?;
        let changes = Map::from_iter([(field.api_name().to_owned(), Json::Null)]);
        let allowed = permit(tx, &self.module, record, Deed::Update(&changes));
        allowed.map_err(|error| of_path(call, error))
    }

    fn field<'m>(&'m self, call: &Call<'_>) -> Result<&'m Field, ApiError> {
        let field = field(&self.module, call.version);
        field.ok_or_else(|| Code::MODULE_NOT_SUPPORTED_FOR_API.into())
    }
}

/// The field that holds the photos of a module's records.
fn field(module: &Module, version: ApiVersion) -> Option<&Field> {
    let mut fields = module.fields.iter();
    fields.find(|f| f.spec.data_type == DataType::ProfileImage && f.exists_in(version))
}

/// `POST …/photo`.
fn upload(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let pictured = Pictured::of(call, &state)?;
    let part = photo::the_file(call)?;
    if u64::try_from(part.bytes.len()).is_ok_and(|bytes| bytes > LARGEST) {
        return Err(ApiError::new(Code::PHOTO_TOO_LARGE).with("size", LARGEST));
    }
    let points = photo::image(part)?.points;
    if let Some(points) = points.filter(|points| *points > MOST_POINTS) {
        return Err(ApiError::new(Code::PHOTO_RESOLUTION).with("resolution", points));
    }
    let file = files::keep(&state, part)?;
    let field = pictured.field(call)?;
    call.write(|tx| {
        pictured.permit(call, tx, field)?;
        photos::set(
            tx,
            &pictured.module,
            pictured.record.id,
            field.no,
            Some(file.clone()),
        )
    })?;
    Ok(photo::done(call, Message::PHOTO_UPLOADED))
}

/// `GET …/photo`.
fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let pictured = Pictured::of(call, &state)?;
    let held = pictured.record.stored(pictured.field(call)?.no);
    let held = held.and_then(|value| value.files().first());
    Ok(held.map_or_else(Response::no_content, |held| photo::show(call, &held.file)))
}

/// `DELETE …/photo`. A record without one is as it should be (assumed).
fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let pictured = Pictured::of(call, &state)?;
    let field = pictured.field(call)?;
    call.write(|tx| {
        pictured.permit(call, tx, field)?;
        photos::set(tx, &pictured.module, pictured.record.id, field.no, None)
    })?;
    Ok(photo::done(call, Message::PHOTO_DELETED))
}
