//! The body of a call, as its row wants it.

use serde_json::Value as Json;

use super::Call;
use crate::api::endpoint::BodyKind;
use crate::error::{ApiError, Code};

/// Media types whose body is read as JSON. Zoho's own samples send none, or what curl sends by
/// itself.
const JSON_TYPES: [&str; 5] = [
    "application/json",
    "text/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
];

impl Call<'_> {
    /// Reads the body of the request into the call.
    ///
    /// # Errors
    /// What is wrong with it, by the row.
    pub(crate) fn read_body(&mut self) -> Result<(), ApiError> {
        match self.endpoint.body.kind {
            BodyKind::None => {}
            BodyKind::Raw => self.check_media_type()?,
            BodyKind::Form => {
                self.endpoint.body.bytes(self.request, self.version)?;
                self.params.extend(self.request.form());
            }
            BodyKind::Multipart => {
                let form = self.endpoint.body.form(self.request, self.version)?;
                self.params.extend(form.params);
                self.parts = form.parts;
            }
            BodyKind::Json => {
                let body = self.endpoint.body.bytes(self.request, self.version)?;
                if self.endpoint.body.optional && body.trim_ascii().is_empty() {
                    return Ok(());
                }
                self.check_media_type()?;
                let no_object = || self.endpoint.body.no_object(body);
                // checked at once, which is quicker than text by text
                let text = std::str::from_utf8(body).ok();
                self.body = text
                    .and_then(|text| serde_json::from_str(text).ok())
                    .filter(Json::is_object)
                    .ok_or_else(no_object)?;
            }
        }
        Ok(())
    }

    fn check_media_type(&self) -> Result<(), ApiError> {
        let media = self.request.media_type().unwrap_or_default();
        let known = |json: &&str| json.eq_ignore_ascii_case(media);
        match media.is_empty() || JSON_TYPES.iter().any(known) {
            true => Ok(()),
            false => Err(Code::UNSUPPORTED_MEDIA_TYPE.into()),
        }
    }
}
