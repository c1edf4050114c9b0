//! Writing zips.

use std::io::{self, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

/// A zip in the making. What is written goes through the compressor at once, so that the zip itself
/// is all that is held.
pub(super) struct Pack(ZipArchiveWriter<Vec<u8>>);

impl Pack {
    pub(super) fn new() -> Self {
        Self(ZipArchiveWriter::new(Vec::new()))
    }

    /// Adds a file, which `write` writes.
    ///
    /// # Errors
    /// Those of `write`.
    pub(super) fn file<T>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> io::Result<T> {
        let file = self.0.new_file(name);
        let file = file.compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().map_err(io::Error::other)?;
        let encoder = DeflateEncoder::new(&mut entry, Compression::fast());
        let mut writer = config.wrap(encoder);
        let outcome = write(&mut writer)?;
        let (encoder, descriptor) = writer.finish().map_err(io::Error::other)?;
        encoder.finish()?;
        entry.finish(descriptor).map_err(io::Error::other)?;
        Ok(outcome)
    }

    /// The zip.
    ///
    /// # Errors
    /// None that writing to memory could have.
    pub(super) fn finish(self) -> io::Result<Bytes> {
        Ok(self.0.finish().map_err(io::Error::other)?.into())
    }
}
