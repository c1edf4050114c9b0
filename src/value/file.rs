//! Files that records hold, and the ids by which clients name them.

use lean_string::{LeanString, ToLeanString as _};

use super::blob::Blob;
use crate::ids::Id;

/// A file: a name, and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The id that clients see (`$file_id`, `File_Id__s`); empty until there is one.
    pub file_id: LeanString,
    /// Its name.
    pub name: LeanString,
    /// Its length in bytes.
    pub size: u64,
    /// The bytes. A seed may tell of a file whose bytes nobody has.
    pub blob: Option<Blob>,
}

impl StoredFile {
    /// A file that has just come, without an id.
    #[must_use]
    pub fn new(name: impl Into<LeanString>, blob: Blob) -> Self {
        Self {
            file_id: LeanString::new(),
            name: name.into(),
            size: blob.size(),
            blob: Some(blob),
        }
    }

    /// The same file under the id that follows from that of something which is its own.
    #[must_use]
    pub fn identified(mut self, id: Id) -> Self {
        self.file_id = opaque_id(id);
        self
    }

    /// What stands behind the last dot of its name, in lower case; empty without a dot.
    #[must_use]
    pub fn extension(&self) -> String {
        let ending = self.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ending.to_lowercase()
    }
}

/// A file among the values of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordFile {
    /// Its id in the record; [`RecordFile::NEW`] until the record is saved.
    pub id: Id,
    /// The file.
    pub file: StoredFile,
    /// Who put it there.
    pub by: Id,
    /// When, in seconds since 1970.
    pub created_time: i64,
    /// What is said of an image.
    pub description: Option<LeanString>,
}

impl RecordFile {
    /// The id of a file that has none yet.
    pub const NEW: Id = Id(0);

    /// A file that a record is to hold from now on.
    #[must_use]
    pub fn new(file: StoredFile, by: Id, now: i64) -> Self {
        Self {
            id: Self::NEW,
            file,
            by,
            created_time: now,
            description: None,
        }
    }
}

/// The id under which clients know a file, made from a number that is its own: five letters and
/// digits, and a random UUID without its dashes (recorded 2025 and 2026). The same in every run.
#[must_use]
pub fn opaque_id(id: Id) -> LeanString {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mix = |n: u64| {
        let n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ n >> 31
    };
    let (first, second) = (mix(id.0), mix(!id.0));
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&first.to_be_bytes());
    bytes[8..].copy_from_slice(&second.to_be_bytes());
    let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
    let mut rest = mix(first ^ second.rotate_left(17));
    let mut head = String::with_capacity(5);
    for _ in 0..5 {
        head.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    format_args!("{head}{}", uuid.simple()).to_lean_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_files_look_like_zohos_and_never_change() {
        let id = opaque_id(Id(4_876_876_000_000_512_001));
        assert_eq!(id, opaque_id(Id(4_876_876_000_000_512_001)));
        assert_ne!(id, opaque_id(Id(4_876_876_000_000_512_002)));
        assert_eq!((id.len(), id.as_bytes()[17]), (37, b'4'), "{id}");
        let plain = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        assert!(id.bytes().all(plain), "{id}");
    }
}
