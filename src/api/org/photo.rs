//! `/crm/{version}/org/photo`: the photo of the organization.

use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::{files, photo};
use crate::error::{ApiError, Code, Message};
use crate::response::Response;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&UPLOAD, &GET, &DELETE];

const PATH: &str = "/crm/{v}/org/photo";

/// Points of a photo (page; v8 description).
const MOST_POINTS: u64 = 10_000_000;

pub(crate) static UPLOAD: Endpoint = Endpoint::post("org.upload_photo", PATH)
    .scope("org.CREATE")
    .body(&photo::BODY)
    .outcomes(&[200, 400])
    .does("Set the photo of the organization", upload);

pub(crate) static GET: Endpoint = Endpoint::get("org.get_photo", PATH)
    .since(ApiVersion::V5)
    .scope("org.READ")
    .outcomes(&[200, 204, 206, 416])
    .does("The photo of the organization", get);

pub(crate) static DELETE: Endpoint = Endpoint::delete("org.delete_photo", PATH)
    .since(ApiVersion::V5)
    .scope("org.DELETE")
    .outcomes(&[200])
    .does("Take the photo of the organization away", delete);

/// `POST /org/photo`.
fn upload(call: &Call<'_>) -> Result<Response, ApiError> {
    let part = photo::the_file(call)?;
    let most = call.version.largest_org_photo();
    if u64::try_from(part.bytes.len()).is_ok_and(|bytes| bytes > most) {
        return Err(if call.version.large_org_photo_tells_the_limit() {
            ApiError::new(Code::PHOTO_TOO_LARGE).with("size", most)
        } else {
            Code::UPLOAD_TOO_LARGE.into()
        });
    }
    let points = photo::image(part)?.points;
    if points.is_some_and(|points| points > MOST_POINTS) {
        return Err(ApiError::new(Code::PHOTO_RESOLUTION).with("resolution", MOST_POINTS));
    }
    let file = files::keep(&call.read(), part)?;
    call.write(|tx| {
        let id = tx.next_id();
        tx.set_org_photo(Some(file.identified(id)));
        Ok(())
    })?;
    Ok(photo::done(call, Message::PHOTO_UPLOADED))
}

/// `GET /org/photo`.
fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let photo = state.files.org_photo.as_ref();
    Ok(photo.map_or_else(Response::no_content, |photo| photo::show(call, photo)))
}

/// `DELETE /org/photo`.
fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    call.write(|tx| {
        tx.set_org_photo(None);
        Ok(())
    })?;
    Ok(photo::done(call, Message::PHOTO_DELETED))
}
