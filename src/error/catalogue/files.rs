//! Files, and bodies of parts.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A body of parts that cannot be read, or has too many of them (documented for files).
    ATTACHMENT_HANDLING => "failure_in_attachment_handling", 400, "Problem in uploading attachment. kindly upload the file properly";
    /// A file larger than the operation takes (v8 description).
    FILE_TOO_LARGE => "FILE_SIZE_MORE_THAN_ALLOWED_SIZE", 413, "Please check if the size of the file is in the correct range";
    /// No room for further files. The code is on the lists of the SDKs and of v8; the message is
    /// that of the first API, and the status assumed.
    STORAGE_SPACE_EXCEEDED => "STORAGE_SPACE_EXCEEDED", 400, "Exceeded storage space limit";
}
