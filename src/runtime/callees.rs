//! Whom the server calls back.
//!
//! A test wants to be called, and nobody else: an address that a client has registered may be that
//! of a real service, which is to hear nothing of made-up data. So only programs of this machine are
//! called unless a host is allowed by name.

use std::net::IpAddr;

use http::Uri;
use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::visitors::covers;

/// Nothing of ASCII is encoded, all else is.
const BEYOND_ASCII: &AsciiSet = &AsciiSet::EMPTY;

/// The hosts that may be called besides this machine: a name or address, `*.name` for all below it,
/// `*` for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callees(pub Vec<String>);

/// The scheme and the host of an absolute address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callee {
    /// It is to be called by `https`, else by `http`.
    pub secure: bool,
    /// The host, in lower case and without brackets.
    pub host: String,
}

impl Callee {
    /// Reads an address by `http` or `https`; none for any other text.
    #[must_use]
    pub fn of(url: &str) -> Option<Self> {
        let plain = utf8_percent_encode(url, BEYOND_ASCII).to_string();
        // clients send blanks in queries, which Zoho's own sample does
        let uri: Uri = plain.replace(' ', "%20").parse().ok()?;
        let scheme = uri.scheme_str()?;
        let secure = scheme.eq_ignore_ascii_case("https");
        if !secure && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
        let host = host.to_ascii_lowercase();
        (!host.is_empty()).then_some(Self { secure, host })
    }
}

impl Callees {
    /// Whether a host may be called.
    #[must_use]
    pub fn allow(&self, host: &str) -> bool {
        let local = match host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => host == "localhost" || host.ends_with(".localhost"),
        };
        local || self.0.iter().any(|allowed| covers(allowed, host))
    }

    /// Why a host is not called.
    #[must_use]
    pub fn refusal(host: &str) -> String {
        format!(
            "{host} is not called: only this machine is, and what --allow-callbacks {host} allows"
        )
    }

    /// Whether clients may register an address: Zoho takes `https` alone. A test listens on the
    /// loopback interface without a certificate, so `http` is taken for hosts that may be called.
    #[must_use]
    pub fn take(&self, url: &str) -> bool {
        Callee::of(url).is_some_and(|callee| callee.secure || self.allow(&callee.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_those_that_are_allowed() {
        let callees = Callees(vec!["app".into(), "*.test.example".into()]);
        for (url, called, taken) in [
            ("http://127.0.0.1:8080/hook?a=b c", true, true),
            ("http://127.9.9.9/", true, true),
            ("http://[::1]:9/", true, true),
            ("http://LOCALHOST/", true, true),
            ("http://a.localhost:1/", true, true),
            ("http://app:3000/hook", true, true),
            ("https://x.test.example/", true, true),
            ("http://test.example/", false, false),
            ("https://www.example.com/callback", false, true),
            ("http://www.example.com/callback", false, false),
            ("http://10.0.0.1/", false, false),
            ("http://127.0.0.1.example.com/", false, false),
        ] {
            let callee = Callee::of(url).expect(url);
            assert_eq!(callees.allow(&callee.host), called, "{url}");
            assert_eq!(callees.take(url), taken, "{url}");
        }
        for url in ["", "/hook", "ftp://localhost/", "https://", "localhost:80"] {
            assert_eq!(Callee::of(url), None, "{url}");
        }
    }
}
