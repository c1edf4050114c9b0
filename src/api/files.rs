//! `/crm/{version}/files`: the file system, from which fields of records get their files.
//!
//! What operations with files have in common stands here, too.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::call::Call;
use super::endpoint::{BodySpec, Endpoint, FILE, Param, ParamKind};
use crate::error::{ApiError, Code, Message};
use crate::ops::attach;
use crate::request::multipart::FormPart;
use crate::response::Response;
use crate::store::OrgState;
use crate::value::StoredFile;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&UPLOAD, &GET];

/// Files that one upload takes.
const MOST_FILES: usize = 10;
/// Bytes that each may have.
const LARGEST: usize = 20 << 20;

/// The files, and one part more to say so where there are too many.
static UPLOAD_BODY: BodySpec = BodySpec::multipart(MOST_FILES + 1, LARGEST)
    .refusing_parts(Code::UPLOAD_TOO_LARGE, Code::TOO_MANY_FILES);

pub(crate) static UPLOAD: Endpoint = Endpoint::post("files.upload", "/crm/{v}/files")
    .scope("files.CREATE")
    .params(&[Param::new("type").of(ParamKind::Word(&["inline"]))])
    .body(&UPLOAD_BODY)
    .outcomes(&[200, 400])
    .does("Upload up to ten files", upload);

/// The id that the upload of a file gave.
const FILE_ID: Param = Param::new("id").required();

pub(crate) static GET: Endpoint = Endpoint::get("files.get", "/crm/{v}/files")
    .scope("files.READ")
    .params(&[FILE_ID])
    .outcomes(&[200, 204, 206, 400, 416])
    .does("The bytes of an uploaded file", get);

/// The files of a form.
pub(super) fn files<'c>(call: &'c Call<'_>) -> impl Iterator<Item = &'c FormPart> {
    let parts = call.parts.iter();
    parts.filter(|part| part.name == FILE && part.file_name.is_some())
}

/// Keeps the bytes of a part, outside of any transaction.
///
/// # Errors
/// `STORAGE_SPACE_EXCEEDED` if there is no room.
pub(super) fn keep(state: &OrgState, part: &FormPart) -> Result<StoredFile, ApiError> {
    let blob = state.blobs.put_known(part.digest(), part.bytes.clone())?;
    let name = part.file_name.as_deref().unwrap_or_default();
    // clients on Windows may send a path
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Ok(StoredFile::new(name, blob))
}

/// What Zoho calls a file that is sent, whatever it is.
const DOWNLOAD: &str = "application/x-download;charset=UTF-8";

/// The bytes of a file; nothing if nobody has them.
pub(super) fn download(call: &Call<'_>, file: &StoredFile) -> Response {
    match &file.blob {
        Some(blob) => {
            let whole = Response::file(blob, DOWNLOAD, disposition(&file.name));
            asked_part(call, whole)
        }
        None => Response::no_content(),
    }
}

/// The part of a file that a call asks for. That Zoho sends parts, and how it refuses those that are
/// not there, is assumed from the RFC. No answer has a validator, so that `If-Range` fits none.
pub(super) fn asked_part(call: &Call<'_>, whole: Response) -> Response {
    let headers = call.request.headers;
    match (headers.get("range"), headers.get("if-range")) {
        (Some(range), None) => whole.part(range),
        _ => whole,
    }
}

/// The name of a file as its header has it: Zoho's SDKs take what stands behind the last `'`.
fn disposition(name: &str) -> String {
    /// What RFC 8187 leaves as it is.
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'!')
        .remove(b'#')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b'-')
        .remove(b'.')
        .remove(b'^')
        .remove(b'_')
        .remove(b'`')
        .remove(b'|')
        .remove(b'~');
    let name = utf8_percent_encode(name, PLAIN);
    format!("attachment;filename*=UTF-8''{name}")
}

/// `POST /files`. All files are kept, or none.
fn upload(call: &Call<'_>) -> Result<Response, ApiError> {
    let parts: Vec<&FormPart> = files(call).collect();
    if parts.len() > MOST_FILES {
        return Err(Code::TOO_MANY_FILES.into());
    }
    if parts.is_empty() || parts.iter().any(|part| part.bytes.is_empty()) {
        return Err(Code::ATTACHMENT_HANDLING.into());
    }
    let state = call.read();
    let kept = parts.iter().map(|part| keep(&state, part));
    let kept: Vec<StoredFile> = kept.collect::<Result<_, _>>()?;
    let said = Message::FILE_UPLOADED.text(call.wording);
    let items = call.write(|tx| {
        let items = kept.into_iter().map(|file| {
            let id = tx.next_id();
            let file = file.identified(id);
            let item = json!({
                "code": "SUCCESS",
                "details": {"name": file.name.as_str(), "id": file.file_id.as_str()},
                "message": format!("{} {said}", file.name),
                "status": "success",
            });
            tx.put_upload(file);
            item
        });
        Ok(items.collect::<Vec<Json>>())
    })?;
    Ok(Response::json(200, json!({"data": items})))
}

/// `GET /files?id=…`: an uploaded file, or the one of an attachment.
fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let missing = || {
        let key = call.version.record_param_key();
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(key, FILE_ID.name)
    };
    let file_id = call.get(FILE_ID).ok_or_else(missing)?;
    let state = call.read();
    if let Some(file) = state.files.uploaded(file_id) {
        return Ok(download(call, file));
    }
    let attachments = state.schema.module(attach::ATTACHMENTS);
    let attached = attachments.and_then(|module| {
        let records = state.table(module).rows().iter();
        let mut files = records.filter_map(|(_, record)| attach::file_of(module, record));
        files.find(|file| file.file_id == file_id)
    });
    Ok(attached.map_or_else(Response::no_content, |file| download(call, file)))
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_of_files_in_headers() {
        for (name, header) in [
            ("a.pdf", "a.pdf"),
            ("Q4 report.pdf", "Q4%20report.pdf"),
            ("naïve €.txt", "na%C3%AFve%20%E2%82%AC.txt"),
            ("it's \"it\"\r\n.txt", "it%27s%20%22it%22%0D%0A.txt"),
        ] {
            let expected = format!("attachment;filename*=UTF-8''{header}");
            assert_eq!(disposition(name), expected);
        }
    }
}
