//! Bodies of parts, `multipart/form-data`: forms with files.
//!
//! Where a part begins and ends is `multer`'s business. It reads a stream that may have to be waited
//! for; a body is in memory here, so that reading it never waits, and [`read`] is a plain function.
//! The parameters of `Content-Disposition` are read here, since `multer` knows no `filename*` and
//! finds a `name=` within the name of a file.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt as _, future, stream};
use multer::{Constraints, Multipart, SizeLimit};
use percent_encoding::percent_decode;

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

impl From<multer::Error> for FormError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::NoMultipart => Self::OtherMedia,
            multer::Error::FieldSizeExceeded { limit, .. } => {
                Self::PartTooLarge(usize::try_from(limit).unwrap_or(usize::MAX))
            }
            other => Self::Malformed(other.to_string()),
        }
    }
}

/// Whether a `Content-Type` is that of a body of parts.
#[must_use]
pub fn is_multipart(content_type: &str) -> bool {
    let media = content_type.split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("multipart/form-data")
}

/// Reads a body whose `Content-Type` is `content_type`. The bytes are copied once, all together.
///
/// # Errors
/// [`FormError`]; there are no parts then, not even those that could be read.
pub fn read(
    content_type: &str,
    body: &[u8],
    limits: FormLimits,
) -> Result<Vec<FormPart>, FormError> {
    if !is_multipart(content_type) {
        return Err(FormError::OtherMedia);
    }
    let boundary = multer::parse_boundary(content_type)?;
    let whole = future::ready(Ok::<_, Infallible>(Bytes::copy_from_slice(body)));
    let most = u64::try_from(limits.part_bytes).unwrap_or(u64::MAX);
    let sizes = SizeLimit::new().per_field(most);
    let constraints = Constraints::new().size_limit(sizes);
    let form = Multipart::with_constraints(stream::once(whole), boundary, constraints);
    let waits = || FormError::Malformed("it has no end".to_owned());
    read_all(form, limits.parts)
        .now_or_never()
        .ok_or_else(waits)?
}

async fn read_all(mut form: Multipart<'_>, most_parts: usize) -> Result<Vec<FormPart>, FormError> {
    let mut parts = Vec::new();
    while let Some(mut field) = form.next_field().await? {
        if parts.len() == most_parts {
            return Err(FormError::TooManyParts(most_parts));
        }
        let header = |name: &str| field.headers().get(name).map(|value| value.as_bytes());
        let disposition = parameters(header("content-disposition").unwrap_or_default());
        let named = |name: &str| {
            let found = disposition.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_slice())
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let name = named("name").map(readable).unwrap_or_default();
        let file_name = named("filename*")
            .and_then(extended)
            .or_else(|| named("filename").map(readable));
        let media_type = header("content-type").map(text);
        // a body in memory comes as one chunk, which is a slice of it
        let mut bytes = field.chunk().await?.unwrap_or_default();
        while let Some(more) = field.chunk().await? {
            bytes = [bytes, more].concat().into();
        }
        parts.push(FormPart {
            name,
            file_name,
            media_type,
            bytes,
        });
    }
    Ok(parts)
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
