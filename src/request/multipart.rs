//! Bodies of parts, `multipart/form-data`: forms with files.
//!
//! A body is in memory here, so that its parts are slices of it: nothing of a file is copied, however
//! large it is. A part ends where its boundary stands at the beginning of a line, with nothing behind
//! it but blanks, or the dashes that end the body (RFC 2046).

use std::sync::OnceLock;

use bytes::Bytes;
use memchr::memmem::Finder;
use percent_encoding::percent_decode;

use super::media_type;
use crate::value::blob::BlobId;

/// Headers that a part may have.
const MOST_HEADERS: usize = 32;
/// Bytes that the headers of a part may have.
const MOST_HEADER_BYTES: usize = 8 << 10;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormPart {
    /// The name of the field; empty if the part has none.
    pub name: String,
    /// The name of the file; none for a part that is no file.
    pub file_name: Option<String>,
    /// The media type as sent, with its parameters.
    pub media_type: Option<String>,
    /// The content. The parts of a body share one buffer, which lives as long as any of them.
    pub bytes: Bytes,
    digest: OnceLock<BlobId>,
}

impl FormPart {
    /// The id of its content. It is worked out once, since that reads all of it.
    #[must_use]
    pub fn digest(&self) -> BlobId {
        *self.digest.get_or_init(|| BlobId::of(&self.bytes))
    }
}

/// How much of a form is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormLimits {
    /// Parts.
    pub parts: usize,
    /// Bytes of one part.
    pub part_bytes: usize,
}

impl FormLimits {
    /// None but those of the body.
    pub const NONE: Self = Self {
        parts: usize::MAX,
        part_bytes: usize::MAX,
    };
}

/// Why a form is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The media type is another one.
    #[error("the body is no multipart/form-data")]
    OtherMedia,
    /// It does not keep to the form: no boundary, a part without an end, headers that are none.
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// More parts than are taken.
    #[error("more than {0} parts")]
    TooManyParts(usize),
    /// A part is longer than is taken.
    #[error("a part of more than {0} bytes")]
    PartTooLarge(usize),
}

/// Whether a `Content-Type` is that of a body of parts.
#[must_use]
pub fn is_multipart(content_type: &str) -> bool {
    media_type(content_type).eq_ignore_ascii_case("multipart/form-data")
}

/// Reads a body whose `Content-Type` is `content_type`. The bytes are copied once, all together.
///
/// # Errors
/// Those of [`read_shared`].
pub fn read(
    content_type: &str,
    body: &[u8],
    limits: FormLimits,
) -> Result<Vec<FormPart>, FormError> {
    if !is_multipart(content_type) {
        return Err(FormError::OtherMedia);
    }
    read_shared(content_type, &Bytes::copy_from_slice(body), limits)
}

/// Reads a body whose `Content-Type` is `content_type`. The parts are slices of it.
///
/// # Errors
/// [`FormError`]; there are no parts then, not even those that could be read.
pub fn read_shared(
    content_type: &str,
    body: &Bytes,
    limits: FormLimits,
) -> Result<Vec<FormPart>, FormError> {
    if !is_multipart(content_type) {
        return Err(FormError::OtherMedia);
    }
    let boundary = parameters(content_type.as_bytes())
        .into_iter()
        .find(|(name, value)| name == "boundary" && !value.is_empty());
    let (_, boundary) = boundary.ok_or_else(|| malformed("there is no boundary"))?;
    let delimiter = [b"\r\n--", boundary.as_slice()].concat();
    let delimiters = Delimiters {
        body,
        finder: Finder::new(&delimiter),
    };
    let mut parts = Vec::new();
    let mut next = delimiters
        .first()
        .ok_or_else(|| malformed("it has no part"))?
        .next;
    while let Some(start) = next {
        if parts.len() == limits.parts {
            return Err(FormError::TooManyParts(limits.parts));
        }
        let (headers, length) = headers_of(body.get(start..).unwrap_or_default())?;
        let start = start.saturating_add(length);
        let end = delimiters.from(start);
        let end = end.ok_or_else(|| malformed("a part has no end"))?;
        let bytes = body.slice(start..end.at);
        if bytes.len() > limits.part_bytes {
            return Err(FormError::PartTooLarge(limits.part_bytes));
        }
        parts.push(FormPart { bytes, ..headers });
        next = end.next;
    }
    Ok(parts)
}

fn malformed(why: &str) -> FormError {
    FormError::Malformed(why.to_owned())
}

/// The lines between the parts of a body.
struct Delimiters<'a> {
    body: &'a [u8],
    /// The boundary with what stands before it: a line end, and two dashes.
    finder: Finder<'a>,
}

/// A line between parts.
struct DelimiterLine {
    /// Where what stands before it ends.
    at: usize,
    /// Where what follows it begins; none if it is the last.
    next: Option<usize>,
}

impl Delimiters<'_> {
    /// The first one. The body may begin with it, or with text that is of no part.
    fn first(&self) -> Option<DelimiterLine> {
        let needle = self.finder.needle();
        let opening = needle.get(2..).unwrap_or_default();
        if self.body.starts_with(opening)
            && let Some(line) = self.line(0, opening.len())
        {
            return Some(line);
        }
        self.from(0)
    }

    /// The first one at or behind a place.
    fn from(&self, mut place: usize) -> Option<DelimiterLine> {
        loop {
            let rest = self.body.get(place..)?;
            let at = place.checked_add(self.finder.find(rest)?)?;
            let behind = at.checked_add(self.finder.needle().len())?;
            if let Some(line) = self.line(at, behind) {
                return Some(line);
            }
            place = at.checked_add(1)?;
        }
    }

    /// The one that begins at `at`, if what follows the boundary makes it one.
    fn line(&self, at: usize, behind: usize) -> Option<DelimiterLine> {
        let rest = self.body.get(behind..)?;
        if rest.starts_with(b"--") {
            return Some(DelimiterLine { at, next: None });
        }
        let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
        let ends = rest.get(blanks..)?.starts_with(b"\r\n");
        let next = behind.checked_add(blanks)?.checked_add(2)?;
        ends.then_some(DelimiterLine {
            at,
            next: Some(next),
        })
    }
}

/// A part without content, as the headers at the beginning of `bytes` tell of it, and their length.
fn headers_of(bytes: &[u8]) -> Result<(FormPart, usize), FormError> {
    let bytes = bytes.get(..MOST_HEADER_BYTES).unwrap_or(bytes);
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let read = httparse::parse_headers(bytes, &mut headers);
    let Ok(httparse::Status::Complete((length, headers))) = read else {
        return Err(malformed("a part has no headers that can be read"));
    };
    let header = |name: &str| {
        let found = headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value)
    };
    let disposition = parameters(header("content-disposition").unwrap_or_default());
    let named = |name: &str| {
        let found = disposition.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_slice())
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let part = FormPart {
        name: named("name").map(readable).unwrap_or_default(),
        file_name: named("filename*")
            .and_then(extended)
            .or_else(|| named("filename").map(readable)),
        media_type: header("content-type").map(text),
        bytes: Bytes::new(),
        digest: OnceLock::new(),
    };
    Ok((part, length))
}

/// The parameters of `form-data; name="a"; filename="b"`: names in lower case, values without their
/// quotes.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = header.iter().copied().peekable();
    // what is disposed of comes first
    while rest.next_if(|byte| *byte != b';').is_some() {}
    while rest.next_if_eq(&b';').is_some() {
        let mut name = Vec::new();
        while let Some(byte) = rest.next_if(|byte| !matches!(byte, b'=' | b';')) {
            name.push(byte);
        }
        let mut value = Vec::new();
        if rest.next_if_eq(&b'=').is_some() {
            while rest.next_if(u8::is_ascii_whitespace).is_some() {}
            let quoted = rest.next_if_eq(&b'"').is_some();
            while let Some(byte) = rest.next_if(|byte| *byte != if quoted { b'"' } else { b';' }) {
                // a path of Windows has backslashes that escape nothing
                let escaped =
                    (quoted && byte == b'\\').then(|| rest.next_if(|b| matches!(b, b'"' | b'\\')));
                value.push(escaped.flatten().unwrap_or(byte));
            }
            if !quoted {
                value.truncate(value.trim_ascii_end().len());
            }
            // the closing quote, and what should not stand behind it
            while rest.next_if(|byte| *byte != b';').is_some() {}
        }
        let name = String::from_utf8_lossy(&name).trim().to_ascii_lowercase();
        found.push((name, value));
    }
    found
}

/// The name in a plain parameter. Browsers, curl and urllib3 write quotes and line breaks in it as
/// `%22`, `%0D` and `%0A`, and no other byte so.
fn readable(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if !text.contains('%') {
        return text.into_owned();
    }
    let text = text.replace("%22", "\"");
    let text = text.replace("%0D", "\r").replace("%0d", "\r");
    text.replace("%0A", "\n").replace("%0a", "\n")
}

/// The name in a parameter of RFC 8187, `UTF-8'en'na%C3%AFve.txt`; none if it cannot be read.
fn extended(value: &[u8]) -> Option<String> {
    let value = std::str::from_utf8(value).ok()?;
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_decode(encoded.as_bytes()).collect();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(bytes.into_iter().map(char::from).collect()),
        _ => None,
    }
}
