//! A request, however it arrived: over a socket or from within the process.

mod address;
pub mod multipart;

use std::borrow::Cow;

pub use address::without_port;
use bytes::Bytes;
use multipart::FormLimits;

/// HTTP methods that Zoho's routes know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Reads the method's token.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        Some(match token {
            "GET" => Self::Get,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => return None,
        })
    }

    /// The method's token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Request headers, looked up by lower-case name.
pub trait Headers {
    /// The first value of a header, if it is text.
    fn get(&self, name: &str) -> Option<&str>;

    /// Every header that is text, in some order.
    fn each(&self, tell: &mut dyn FnMut(&str, &str));
}

impl Headers for Vec<(String, String)> {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    fn each(&self, tell: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self {
            tell(name, value);
        }
    }
}

/// A buffered request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `None` for a method that no route knows.
    pub method: Option<Method>,
    /// The method's token as sent.
    pub verb: &'a str,
    /// What stands before the path in addresses of this server: that of an org, or nothing.
    pub prefix: &'a str,
    /// The path as sent, still percent-encoded.
    pub path: &'a str,
    /// The query string as sent, without `?`.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a dyn Headers,
    /// The body, or why there is none.
    pub body: Result<&'a [u8], BodyFault>,
    /// The body, where parts of it can be kept without copying them.
    pub shared: Option<&'a Bytes>,
    /// Whether it came by a way that leads to the control plane, too.
    pub to_control: bool,
    /// Whether it came by TLS.
    pub secure: bool,
    /// Whether it came through a proxy that tells where the caller wanted to go.
    pub behind_proxy: bool,
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// It is larger than the server takes.
    TooLarge,
    /// It ended before its length, or its chunks cannot be read.
    Incomplete,
    /// It stopped coming.
    Stalled,
}

impl<'a> Request<'a> {
    /// A request as it comes over a wire. Without a body it had one that is too large.
    #[must_use]
    pub fn new(
        verb: &'a str,
        path: &'a str,
        query: &'a str,
        headers: &'a dyn Headers,
        body: Option<&'a [u8]>,
    ) -> Self {
        Self {
            method: Method::parse(verb),
            verb,
            prefix: "",
            path,
            query,
            headers,
            body: body.ok_or(BodyFault::TooLarge),
            shared: None,
            to_control: true,
            secure: false,
            behind_proxy: false,
        }
    }

    /// The parameters of a body that is a form, of either media type.
    #[must_use]
    pub fn form(&self) -> Params {
        let media = self.headers.get("content-type").unwrap_or_default();
        Params::of_body(media, self.body.unwrap_or_default())
    }

    /// Media type of the body, without parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.headers.get("content-type").map(media_type)
    }
}

/// The media type in a `Content-Type`, which has parameters behind it.
#[must_use]
pub fn media_type(content_type: &str) -> &str {
    let parts = content_type.split_once(';');
    parts.map_or(content_type, |(media, _)| media).trim()
}

/// Decodes a percent-encoded path segment; bytes that are no UTF-8 are replaced.
#[must_use]
pub fn decode(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return segment.into();
    }
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy()
}

/// The parameters of a query string or form body, decoded, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads `a=1&b=2`. Nothing in it is an error.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Reads a form of either media type. Of parts, as Zoho's SDK for Node sends them, those are
    /// parameters that have a name and are no files; a body of parts that cannot be read has none.
    #[must_use]
    pub fn of_body(media: &str, body: &[u8]) -> Self {
        if !multipart::is_multipart(media) {
            return Self::parse(body);
        }
        let parts = multipart::read(media, body, FormLimits::NONE).unwrap_or_default();
        let parts = parts.into_iter();
        let parts = parts.filter(|part| part.file_name.is_none() && !part.name.is_empty());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self(parts.map(|p| (p.name, text(&p.bytes))).collect())
    }

    /// These parameters.
    #[must_use]
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The first value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Gives the first parameter of a name another value; adds it if there is none.
    pub fn set(&mut self, name: &str, value: String) {
        match self.0.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends other parameters.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_either_kind() {
        let multipart = "--x1\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nrefresh_token\r\n\
            --x1\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain\r\n\r\n1\r\n2\r\n--x1--\r\n";
        for (media, body) in [
            ("multipart/form-data; boundary=x1", multipart),
            ("multipart/form-data; boundary=\"x1\"", multipart),
            (
                "application/x-www-form-urlencoded",
                "grant_type=refresh_token&a=1%0D%0A2",
            ),
        ] {
            let headers = vec![("content-type".to_owned(), media.to_owned())];
            let form = Request::new("POST", "/", "", &headers, Some(body.as_bytes())).form();
            let pairs: Vec<_> = form.iter().collect();
            assert_eq!(pairs, [("grant_type", "refresh_token"), ("a", "1\r\n2")]);
        }
        for odd in ["", "--x1", "--x1\r\n\r\n", "--x1--", "x"] {
            let form = Params::of_body("multipart/form-data; boundary=x1", odd.as_bytes());
            assert!(form.is_empty(), "{odd}");
        }
    }
}
