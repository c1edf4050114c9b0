//! Files: attachments, photos, fields that hold files.

use super::number::ApiVersion::{self, V2, V4, V5, V7, V8};

/// How records show the files of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// Keys of the first years, with addresses (`file_Name`, `attachment_Id`).
    Addresses,
    /// `File_Name__s`, `Size__s`, `id` and `File_Id__s`.
    Short,
    /// Also who put it there, and when.
    Owned,
}

impl ApiVersion {
    /// How records show the files of a field (type tables of the SDKs; v2 is recorded so in September
    /// 2026).
    #[must_use]
    pub fn file_form(self) -> FileForm {
        if self <= V4 {
            FileForm::Addresses
        } else if self == V5 {
            FileForm::Short
        } else {
            FileForm::Owned
        }
    }

    /// The keys by which a record names the uploaded file that a field is to hold, the usual one
    /// first (pages on insert; type tables of the SDKs).
    #[must_use]
    pub fn uploaded_file_keys(self, image: bool) -> &'static [&'static str] {
        match (self <= V4, image) {
            (true, true) if self > V2 => &["Encrypted_Id", "file_id"],
            (true, _) => &["file_id"],
            (false, _) => &["File_Id__s"],
        }
    }

    /// The keys by which a record names a file that its field holds.
    #[must_use]
    pub fn held_file_keys(self) -> &'static [&'static str] {
        if self <= V4 {
            &["attachment_id", "attachment_Id", "id"]
        } else {
            &["id"]
        }
    }

    /// Lists of attachments have tokens (SDK tables; v8 description).
    #[must_use]
    pub fn attachment_lists_have_tokens(self) -> bool {
        self >= V7
    }

    /// The `Size` of an attachment is a number (type tables of the SDKs).
    #[must_use]
    pub fn attachment_size_is_a_number(self) -> bool {
        self <= V4
    }

    /// The largest file that can be attached, in bytes (v8 description; pages of v2 to v7).
    #[must_use]
    pub fn largest_attachment(self) -> usize {
        if self >= V8 { 100 << 20 } else { 20 << 20 }
    }

    /// The largest photo of an org, in bytes (page of v2 to v7; v8 description).
    #[must_use]
    pub fn largest_org_photo(self) -> u64 {
        if self >= V8 { 5 << 20 } else { 1 << 20 }
    }

    /// What is said of a photo of the org that is too large tells of the size that it may have (v8
    /// description; the older pages have another code).
    #[must_use]
    pub fn large_org_photo_tells_the_limit(self) -> bool {
        self >= V8
    }
}
