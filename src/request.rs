//! A request, however it arrived: over a socket or from within the process.

use std::borrow::Cow;

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
}

impl Headers for Vec<(String, String)> {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// A buffered request.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// `None` for a method that no route knows.
    pub method: Option<Method>,
    /// The path as sent, still percent-encoded.
    pub path: &'a str,
    /// The query string as sent, without `?`.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a dyn Headers,
    /// The body; `None` if it was larger than the server takes.
    pub body: Option<&'a [u8]>,
}

impl Request<'_> {
    /// The address by which the caller reached the server, from the `Host` header.
    #[must_use]
    pub fn base_url(&self) -> String {
        let scheme = self.headers.get("x-forwarded-proto").unwrap_or("http");
        format!(
            "{scheme}://{}",
            self.headers.get("host").unwrap_or("localhost")
        )
    }

    /// Media type of the body in lower case, without parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let value = self.headers.get("content-type")?;
        Some(
            value
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase(),
        )
    }
}

/// Decodes a percent-encoded path segment; bytes that are no UTF-8 are replaced.
#[must_use]
pub fn decode(segment: &str) -> Cow<'_, str> {
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

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// Appends other parameters.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}
