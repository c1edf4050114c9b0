//! Files for bulk writes, which the host of contents takes. Some of its errors have forms of their
//! own (type tables of the SDKs).

use serde_json::json;

use crate::api::body::BodySpec;
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::org::zgid;
use crate::error::{ApiError, Code, Message};
use crate::ops::bulk::{Archive, ArchiveFault, TableFault, head};
use crate::response::Response;
use crate::store::OrgState;
use crate::store::bulk::Upload;
use crate::value::time::format_datetime;

/// Bytes that a zip may have (page on uploads).
const MOST_BYTES: usize = 25 << 20;
/// The same for the body: a little more, so that the answer can say what is too large.
const MOST_BODY: usize = MOST_BYTES + (1 << 20);

pub(in crate::api) const ENDPOINTS: &[&Endpoint] = &[&UPLOAD];

pub(crate) static UPLOAD: Endpoint = Endpoint::post("bulk_write.upload", "/crm/{v}/upload")
    .scope("bulk.CREATE")
    .body(&BodySpec::multipart(1, MOST_BODY))
    .outcomes(&[200, 400, 403])
    .does("Upload a zip with the files of a bulk write", upload);

fn upload(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    if !is_of_bulk_write(call, &state) {
        return Ok(Response::json(
            403,
            json!({
                "x-error": "check if headers [feature:X-CRM-ORG] are present and valid",
                "info": "Forbidden",
                "x-info": "Link not valid",
                "http_status": "403",
            }),
        ));
    }
    let file = call.parts.iter().find(|part| part.name == "file");
    let Some(file) = file.filter(|file| !file.bytes.is_empty()) else {
        let body = json!({"ERROR_CODE": 400, "ERROR_MESSAGE": "Bad Request"});
        return Ok(Response::json(400, body));
    };
    if file.bytes.len() > MOST_BYTES {
        return Err(Code::BULK_FILE_SIZE.into());
    }
    let archive = Archive::open(file.bytes.clone()).map_err(|fault| match fault {
        ArchiveFault::Damaged => ApiError::from(Code::BULK_NO_ZIP),
        fault => TableFault::from(fault).into(),
    })?;
    for file in archive.files() {
        match head(&archive, &file.name, None) {
            // what the encoding is, is said with the job
            Ok(_) | Err(TableFault::Encoding) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    // the bytes of the request, which live as long as any part of it
    let blob = state.blobs.put(file.bytes.clone())?;
    let id = call.write(|tx| {
        let id = tx.next_id();
        tx.put_bulk_upload(Upload {
            id,
            created: tx.now(),
            file: blob,
        });
        Ok(id)
    })?;
    let body = json!({
        "status": "success",
        "code": "FILE_UPLOAD_SUCCESS",
        "message": Message::BULK_FILE_UPLOADED.text(call.wording),
        "details": {
            "file_id": id.json(),
            "created_time": format_datetime(call.now, &state.time_zone),
        },
    });
    Ok(Response::json(200, body))
}

/// Whether the headers say that it is a file for a bulk write of the org.
fn is_of_bulk_write(call: &Call<'_>, state: &OrgState) -> bool {
    let header = |name: &str| call.request.headers.get(name).map(str::trim);
    header("feature") == Some("bulk-write") && header("x-crm-org") == Some(&zgid(state))
}
