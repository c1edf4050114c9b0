//! From an org to a seed that says all of it.
//!
//! What is exported loads again to an equal org: the same ids, times, values and settings, and
//! the same next id. Clocks and tokens are not part of an org. The text is the same for equal orgs,
//! with a line a record; what is not set is left out.

mod files;
mod records;
mod settings;
mod timeline;

use std::io::{self, Write};

use serde_json::Value as Json;

use crate::store::OrgState;
use crate::value::{self, write_string};
use files::HeldBlobs;

pub use super::load::files::FOLDER;

/// The key of the bytes of all files, by their digests.
pub const BLOBS: &str = "blobs";

/// So many bytes are written at a time.
const BLOCK: usize = 1 << 16;

/// The seed of an org, as JSON.
#[must_use]
pub fn export(state: &OrgState) -> Vec<u8> {
    let mut out = Vec::new();
    // a Vec takes every write
    let _ = write(state, &mut out);
    out
}

/// Writes the seed of an org, as JSON. The bytes of its files are in it, in Base64.
///
/// # Errors
/// Those of `out`.
pub fn write(state: &OrgState, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = Writer {
        out,
        buffer: Vec::with_capacity(BLOCK * 2),
        first: true,
        held: HeldBlobs::default(),
    };
    writer.buffer.push(b'{');
    writer.key("export");
    writer.buffer.extend_from_slice(b"1");
    writer.settings(state)?;
    writer.records(state)?;
    writer.timeline(state)?;
    writer.files(state)?;
    writer.buffer.extend_from_slice(b"\n}\n");
    writer.out.write_all(&writer.buffer)
}

/// Writes one part after another.
struct Writer<'a> {
    out: &'a mut dyn Write,
    buffer: Vec<u8>,
    /// Nothing stands yet in the object or list that is open.
    first: bool,
    /// The bytes that files have named.
    held: HeldBlobs,
}

impl Writer<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.buffer.push(b',');
        }
        self.buffer.push(b'\n');
    }

    /// A key on a line of its own.
    fn key(&mut self, key: &str) {
        self.comma();
        write_string(&mut self.buffer, key);
        self.buffer.extend_from_slice(b": ");
    }

    fn open(&mut self, bracket: u8) {
        self.buffer.push(bracket);
        self.first = true;
    }

    fn close(&mut self, bracket: u8) {
        if !std::mem::take(&mut self.first) {
            self.buffer.push(b'\n');
        }
        self.buffer.push(bracket);
    }

    fn json(&mut self, value: &Json) {
        value::write_json(&mut self.buffer, value);
    }

    /// A list under a key, a line an item. Nothing is written where there is none.
    fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Vec<u8>, T),
    ) -> io::Result<()> {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return Ok(());
        }
        self.key(key);
        self.open(b'[');
        for item in items {
            self.comma();
            write(&mut self.buffer, item);
            if self.buffer.len() >= BLOCK {
                self.out.write_all(&self.buffer)?;
                self.buffer.clear();
            }
        }
        self.close(b']');
        Ok(())
    }

    /// An object of modules under a key. `write` says what belongs to them; nothing is written where
    /// that is nothing.
    fn modules(
        &mut self,
        key: &str,
        write: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        // a list that is written in blocks is no empty one
        let (start, first) = (self.buffer.len(), self.first);
        self.key(key);
        self.open(b'{');
        write(self)?;
        if self.first {
            self.buffer.truncate(start);
            self.first = first;
        } else {
            self.close(b'}');
        }
        Ok(())
    }
}
