//! References of a sub-request to the answers of others: `@{1:$.data[0].details.id}`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use super::item::SubRequest;
use crate::error::{ApiError, Code};

/// What the references of a sub-request may bring into it, in bytes: as much as a body may have.
const LARGEST: usize = 10 << 20;
/// How a reference begins.
const OPEN: &str = "@{";

/// A step into a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// A reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// As it was written.
    pub(super) text: String,
    /// The sub-request whose answer is meant.
    pub(super) id: String,
    steps: Vec<Step>,
}

impl Reference {
    /// Reads what stands between the braces.
    fn parse(inner: &str) -> Option<Self> {
        let (id, path) = inner.split_once(':')?;
        let mut rest = path.trim().strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (key, left) = after.split_at(end);
                if key.is_empty() {
                    return None;
                }
                steps.push(Step::Key(key.to_owned()));
                rest = left;
                continue;
            }
            let (step, left) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = |mark| step.strip_prefix(mark)?.strip_suffix(mark);
            steps.push(match quoted('\'').or_else(|| quoted('"')) {
                Some(key) => Step::Key(key.to_owned()),
                None => Step::Index(step.parse().ok()?),
            });
            rest = left;
        }
        let id = id.trim();
        (!id.is_empty()).then(|| Self {
            text: format!("{OPEN}{inner}}}"),
            id: id.to_owned(),
            steps,
        })
    }

    /// What it leads to in a body.
    pub(super) fn find<'j>(&self, body: &'j Json) -> Option<&'j Json> {
        self.steps.iter().try_fold(body, |at, step| match step {
            Step::Key(key) => at.get(key),
            Step::Index(index) => at.get(index),
        })
    }
}

/// Where a text of a sub-request stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace<'a> {
    /// The key.
    pub(super) name: &'a str,
    /// The path to it.
    pub(super) path: &'a str,
}

impl TextPlace<'_> {
    /// The error of a reference that stands here.
    pub(super) fn refuse(self, reference: &str) -> ApiError {
        ApiError::new(Code::INVALID_REFERENCE)
            .with("reference", reference)
            .with("api_name", self.name)
            .at(self.path)
    }
}

/// A part of a text.
enum Piece<'t> {
    Plain(&'t str),
    Reference(Reference),
}

/// The parts of a text.
///
/// # Errors
/// `INVALID_REFERENCE` for a reference that cannot be read.
fn pieces<'t>(text: &'t str, place: TextPlace<'_>) -> Result<Vec<Piece<'t>>, ApiError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (plain, from) = rest.split_at(at);
        let inner = &from[OPEN.len()..];
        let (inner, after) = inner.split_once('}').ok_or_else(|| place.refuse(from))?;
        let reference = Reference::parse(inner);
        let written = || place.refuse(&format!("{OPEN}{inner}}}"));
        let reference = reference.ok_or_else(written)?;
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        pieces.push(Piece::Reference(reference));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    Ok(pieces)
}

/// What is done with a text.
type OnText<'f> = &'f mut dyn FnMut(&str, TextPlace<'_>) -> Result<Json, ApiError>;

/// Puts other values in the place of every text below a value.
fn each_text(value: &Json, place: TextPlace<'_>, on: OnText<'_>) -> Result<Json, ApiError> {
    match value {
        Json::String(text) => on(text, place),
        Json::Array(items) => {
            let mut made = Vec::with_capacity(items.len());
            for (n, item) in items.iter().enumerate() {
                let path = format!("{}[{n}]", place.path);
                let place = TextPlace {
                    name: place.name,
                    path: &path,
                };
                made.push(each_text(item, place, on)?);
            }
            Ok(Json::Array(made))
        }
        Json::Object(object) => {
            let mut made = Map::new();
            for (key, item) in object {
                let path = format!("{}.{key}", place.path);
                let place = TextPlace {
                    name: key,
                    path: &path,
                };
                made.insert(key.clone(), each_text(item, place, on)?);
            }
            Ok(Json::Object(made))
        }
        other => Ok(other.clone()),
    }
}

/// The same in all of a sub-request.
fn rewritten(sub: &SubRequest, on: OnText<'_>) -> Result<SubRequest, ApiError> {
    let mut part = |key: &str, value: &Json| {
        let path = format!("{}.{key}", sub.place);
        let place = TextPlace {
            name: key,
            path: &path,
        };
        each_text(value, place, on)
    };
    let uri = part("uri", &Json::from(sub.uri.as_str()))?;
    let uri = uri.as_str().unwrap_or_default().to_owned();
    let (headers, params) = (part("headers", &sub.headers)?, part("params", &sub.params)?);
    let body = part("body", &sub.body)?;
    Ok(SubRequest {
        uri,
        headers,
        params,
        body,
        ..sub.clone()
    })
}

/// Every reference of a sub-request, with the error that it has if it leads nowhere.
///
/// # Errors
/// `INVALID_REFERENCE` for one that cannot be read.
pub(super) fn references(sub: &SubRequest) -> Result<Vec<(Reference, ApiError)>, ApiError> {
    let mut found = Vec::new();
    rewritten(sub, &mut |text, place| {
        for piece in pieces(text, place)? {
            if let Piece::Reference(reference) = piece {
                let error = place.refuse(&reference.text);
                found.push((reference, error));
            }
        }
        Ok(text.into())
    })?;
    Ok(found)
}

/// A sub-request with the values that its references lead to. A text that is nothing but a
/// reference becomes the value itself, whatever its type.
///
/// # Errors
/// `INVALID_REFERENCE` for one that leads nowhere, or to no plain value within a text;
/// `BODY_SIZE_REACHED` for more than a body may have.
pub(super) fn filled<'j>(
    sub: &SubRequest,
    body_of: &dyn Fn(&Reference) -> Option<&'j Json>,
) -> Result<SubRequest, ApiError> {
    let uri = format!("{}.uri", sub.place);
    let mut room = LARGEST;
    rewritten(sub, &mut |text, place| {
        let pieces = pieces(text, place)?;
        let mut find = |reference: &Reference| {
            let found = body_of(reference).and_then(|body| reference.find(body));
            let found = found.ok_or_else(|| place.refuse(&reference.text))?;
            let left = room.checked_sub(found.to_string().len());
            room = left.ok_or(Code::BODY_SIZE_REACHED)?;
            Ok::<&Json, ApiError>(found)
        };
        let in_uri = place.path == uri;
        if let ([Piece::Reference(reference)], false) = (&pieces[..], in_uri) {
            return find(reference).cloned();
        }
        let mut made = String::new();
        for piece in &pieces {
            match piece {
                Piece::Plain(plain) => made.push_str(plain),
                Piece::Reference(reference) => {
                    let value = plain(find(reference)?);
                    let value = value.ok_or_else(|| place.refuse(&reference.text))?;
                    if in_uri {
                        made.push_str(&encoded(&value));
                    } else {
                        made.push_str(&value);
                    }
                }
            }
        }
        Ok(made.into())
    })
}

/// What stands in a path as it is.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A value as a part of an address.
fn encoded(value: &str) -> String {
    utf8_percent_encode(value, IN_PATH).to_string()
}

/// A value as a part of a text; none of those that hold others, and of nothing.
pub(super) fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_lead_into_a_body() {
        let body = json!({"data": [{"details": {"id": "7", "a.b": 1}}], "n": 2});
        for (inner, found) in [
            ("1:$.data[0].details.id", Some(json!("7"))),
            ("1: $.n", Some(json!(2))),
            ("a_1:$['data'][0][\"details\"]['a.b']", Some(json!(1))),
            ("1:$", Some(body.clone())),
            ("1:$.data[1]", None),
            ("1:$.n.m", None),
        ] {
            let reference = Reference::parse(inner).expect(inner);
            assert_eq!(reference.find(&body).cloned(), found, "{inner}");
        }
        for inner in [
            "", "1", "1:", "1:data", ":$.n", "1:$.", "1:$n", "1:$[x]", "1:$[0",
        ] {
            assert_eq!(Reference::parse(inner), None, "{inner}");
        }
    }
}
