//! Text of any encoding as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::fault::TableFault;

/// Bytes that are decoded at once.
const BUFFER: usize = 32 << 10;

/// Reads bytes of an encoding as UTF-8, without a byte order mark. Bytes that are none of the encoding
/// end it.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    /// Bytes that were read, and those of them that wait.
    raw: Box<[u8]>,
    from: usize,
    to: usize,
    ended: bool,
    /// Whether all was decoded: a decoder is not asked any more then.
    finished: bool,
    /// A letter that the reader's buffer had no room for.
    rest: Vec<u8>,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; BUFFER].into_boxed_slice(),
            from: 0,
            to: 0,
            ended: false,
            finished: false,
            rest: Vec::new(),
        }
    }

    /// Reads more bytes, if all were decoded.
    fn fill(&mut self) -> io::Result<()> {
        while self.from == self.to && !self.ended {
            self.from = 0;
            self.to = self.inner.read(&mut self.raw)?;
            self.ended = self.to == 0;
        }
        Ok(())
    }

    /// Decodes into a buffer that has room for a letter.
    fn decode(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            self.fill()?;
            let raw = &self.raw[self.from..self.to];
            let last = self.ended;
            let (result, read, written) = self
                .decoder
                .decode_to_utf8_without_replacement(raw, buf, last);
            self.from += read;
            self.finished = last && matches!(result, DecoderResult::InputEmpty);
            match result {
                DecoderResult::Malformed(..) => return Err(io::Error::other(TableFault::Encoding)),
                _ if written > 0 => return Ok(written),
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        Ok(0)
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        /// The longest letter.
        const LETTER: usize = 4;
        if buf.is_empty() {
            return Ok(0);
        }
        if self.rest.is_empty() && buf.len() >= LETTER {
            return self.decode(buf);
        }
        if self.rest.is_empty() {
            let mut letters = [0; 2 * LETTER];
            let written = self.decode(&mut letters)?;
            self.rest.extend_from_slice(&letters[..written]);
        }
        let taken = self.rest.len().min(buf.len());
        buf[..taken].copy_from_slice(&self.rest[..taken]);
        self.rest.drain(..taken);
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], label: &str) -> io::Result<String> {
        let encoding = Encoding::for_label(label.as_bytes()).expect("an encoding");
        let mut text = String::new();
        Decoded::new(bytes, encoding).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn every_encoding_becomes_utf_8() {
        for (bytes, label, text) in [
            (&b"a,b"[..], "utf-8", "a,b"),
            (b"\xef\xbb\xbfa", "utf-8", "a"),
            (b"M\xfcller", "windows-1252", "Müller"),
            (b"\xff\xfea\0\xfc\0", "utf-16le", "aü"),
            (b"\x93\xfa\x96\x7b", "shift_jis", "日本"),
            (b"", "utf-8", ""),
        ] {
            assert_eq!(decoded(bytes, label).expect(label), text, "{label}");
        }
        for (bytes, label) in [(&b"M\xfcller"[..], "utf-8"), (b"a\xe2\x82", "utf-8")] {
            assert!(decoded(bytes, label).is_err(), "{label}");
        }
    }

    #[test]
    fn small_buffers_get_whole_letters_in_parts() {
        let mut reader = Decoded::new("äöü".as_bytes(), encoding_rs::UTF_8);
        let mut all = Vec::new();
        let mut byte = [0];
        while reader.read(&mut byte).expect("text") == 1 {
            all.push(byte[0]);
        }
        assert_eq!(all, "äöü".as_bytes());
    }
}
