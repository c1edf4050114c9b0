//! What the photos of records and of the org have in common.

use super::call::Call;
use super::endpoint::BodySpec;
use super::files;
use crate::error::{ApiError, Code, Message};
use crate::request::multipart::FormPart;
use crate::response::Response;
use crate::value::StoredFile;
use crate::value::image::{Image, ImageKind};
use crate::value::write_string;

/// Bytes of a body with a photo: as many as one with another file may have (assumed).
const LARGEST_BODY: usize = 100 << 20;

/// A file. One that is too large is refused by its photo, which tells how large it may be; a part more
/// says that there are several.
pub(super) static BODY: BodySpec = BodySpec::multipart(4, usize::MAX)
    .part_bytes_by(|_| LARGEST_BODY, LARGEST_BODY)
    .refusing_parts(Code::PHOTO_TOO_LARGE, Code::SEVERAL_FILES);

/// The one file of a form.
///
/// # Errors
/// `INVALID_DATA` where there is none, or several.
pub(super) fn the_file<'c>(call: &'c Call<'_>) -> Result<&'c FormPart, ApiError> {
    let mut parts = files::files(call).filter(|part| !part.bytes.is_empty());
    let file = parts.next().ok_or(Code::NO_FILE)?;
    match parts.next() {
        Some(_) => Err(Code::SEVERAL_FILES.into()),
        None => Ok(file),
    }
}

/// The image that a file is.
///
/// # Errors
/// `INVALID_DATA` for one that is none, or of a kind that is not taken.
pub(super) fn image(part: &FormPart) -> Result<Image, ApiError> {
    Image::of(&part.bytes).ok_or_else(|| Code::INVALID_FILE_TYPE.into())
}

/// The bytes of a photo, under the media type of what they are.
pub(super) fn show(call: &Call<'_>, photo: &StoredFile) -> Response {
    let Some(blob) = &photo.blob else {
        return Response::no_content();
    };
    let kind = Image::of(&blob.bytes()).map_or(ImageKind::Png, |image| image.kind);
    // assumed: names of photos are not told, and Zoho's SDKs read a name in quotes
    let disposition = format!("attachment; filename=\"photo.{}\"", kind.ending());
    files::asked_part(call, Response::file(blob, kind.media_type(), disposition))
}

/// The answer to a change of a photo, whose keys are in an order of their own (recorded).
pub(super) fn done(call: &Call<'_>, message: Message) -> Response {
    let mut body = b"{\"message\":".to_vec();
    write_string(&mut body, message.text(call.wording));
    body.extend_from_slice(b",\"details\":{},\"status\":\"success\",\"code\":\"SUCCESS\"}");
    Response::bytes(200, body)
}
