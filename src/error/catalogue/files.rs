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
    /// A file larger than the file system takes (v8 description).
    UPLOAD_TOO_LARGE => "FILE_SIZE_MORE_THAN_ALLOWED_SIZE", 415, "Please check if the size of the file is in the correct range";
    /// More files than an upload takes (v8 description), or than an attachment is (assumed).
    TOO_MANY_FILES => "INVALID_REQUEST", 400, "unable to process your request. please verify whether you have entered proper method name, parameter and parameter values.";
    /// A file that is refused for what is in it; nothing is, here, but by a rule of faults.
    VIRUS_DETECTED => "VIRUS_DETECTED", 400, "Unable to process your request. Virus has been detected.";
    /// An address that is none.
    ATTACHMENT_URL_INCORRECT => "INVALID_URL_PATTERN", 400, "the given attachment URL is incorrect";
    /// An address that the record has attached already. The message is on the lists of the SDKs; the
    /// code is the one of that list that fits.
    ATTACHMENT_LINK_EXISTS => "INVALID_DATA", 400, "Attachment link already exists";
    /// A linked attachment has no bytes.
    DOWNLOAD_NOT_ALLOWED => "DOWNLOAD_NOT_ALLOWED", 400, "As it is a linked attachment, you can not download it";
    /// An attachment to delete that the record does not have.
    ATTACHMENT_NOT_DELETED => "INVALID_DATA", 400, "record not deleted";
    /// A photo without a file (page on the photo of the org).
    NO_FILE => "INVALID_DATA", 400, "the request does not contain any file";
    /// A photo of several files (the page on the photo of the org has the case; the words are
    /// assumed).
    SEVERAL_FILES => "INVALID_DATA", 400, "the request contains more than one file";
    /// A photo that is no image.
    INVALID_FILE_TYPE => "INVALID_DATA", 415, "invalid file type";
    /// A photo of more bytes than there may be (v8 description).
    PHOTO_TOO_LARGE => "FILE_SIZE_EXCEEDS", 413, "File exceeded its maximum limit";
    /// A photo of more points than there may be (v8 description).
    PHOTO_RESOLUTION => "FILE_RESOLUTION_EXCEEDS", 415, "File exceeded its maximum limit";
    /// A file for a field of images that is none (lists of the SDKs).
    IMAGE_FORMAT_INVALID => "INVALID_DATA", 400, "The image format is invalid.";
    /// More images than a field takes (lists of the SDKs).
    TOO_MANY_IMAGES => "LIMIT_EXCEEDED", 400, "Record insertion limit for Image upload field has been exceeded.";
    /// A file of a field that the record does not hold.
    FIELD_FILE_UNKNOWN => "INVALID_DATA", 400, "the id given seems to be invalid";
}
