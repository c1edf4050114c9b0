//! Who may talk to the server: the names that it answers to, and the web pages that may drive it.
//!
//! A server on the loopback interface is open to every program of its machine, which is its purpose.
//! It must not be open to every page that a browser on that machine shows. Pages reach it in two
//! ways: by a name of theirs that leads to 127.0.0.1 (then `Host` is that name), and by requests to
//! another origin (then the browser says so in `Origin` and `Sec-Fetch-Site`).

use std::net::{IpAddr, Ipv6Addr};

use crate::hosts;
use crate::request::{Headers, without_port};

/// What a visitor must have, besides being on the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitors {
    /// Names besides addresses, `localhost` and `*.localhost`: a name, `*.name` for all below it,
    /// `*` for any.
    pub hosts: Vec<String>,
    /// Origins of pages that may use the control plane and read answers (`http://localhost:3000`);
    /// `*` for any.
    pub origins: Vec<String>,
    /// What calls of the control plane bear as a token, if they have to.
    pub admin_token: Option<String>,
}

impl Visitors {
    /// Whether the server answers to a `Host` header: to addresses and to names of its own, and to
    /// Zoho's where Zoho's API is served.
    #[must_use]
    pub fn takes_host(&self, host: &str, to_control: bool) -> bool {
        let name = without_port(host);
        if is_address(name) {
            return true;
        }
        // a client that was led here by a proxy or by a hosts file calls the server so, and no page
        // can make such a name its own
        if !to_control && hosts::is_zoho(name) {
            return true;
        }
        let name = name.strip_suffix('.').unwrap_or(name);
        let local = name
            .rsplit('.')
            .next()
            .is_some_and(|last| last.eq_ignore_ascii_case("localhost"));
        local || self.hosts.iter().any(|allowed| covers(allowed, name))
    }

    /// Whether pages of an origin may use the control plane and read answers.
    #[must_use]
    pub fn takes_origin(&self, origin: &str) -> bool {
        let mut origins = self.origins.iter();
        origins.any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    }

    /// Whether a call of the control plane comes from a page of another origin, one that was not
    /// allowed.
    #[must_use]
    pub fn is_foreign(&self, headers: &dyn Headers) -> bool {
        match headers.get("origin") {
            Some(origin) => !is_own(origin, headers.get("host")) && !self.takes_origin(origin),
            // simple requests for pictures and the like have no origin
            None => {
                headers.get("sec-fetch-site") == Some("cross-site")
                    && !self.origins.iter().any(|allowed| allowed == "*")
            }
        }
    }

    /// Whether a call of the control plane bears the token, where there is one.
    #[must_use]
    pub fn takes_admin(&self, headers: &dyn Headers) -> bool {
        let Some(token) = &self.admin_token else {
            return true;
        };
        let given = headers.get("authorization").and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then_some(token.trim())
        });
        given.is_some_and(|given| same(given.as_bytes(), token.as_bytes()))
    }
}

/// Whether an origin is that of the server itself, by the name that the browser uses.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let own = origin.split_once("://").map(|(_, host)| host);
    own.is_some() && own == host
}

/// Compares in a time that tells nothing of where two secrets differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differ == 0
}

fn is_address(name: &str) -> bool {
    let zone = name.split('%').next().unwrap_or(name);
    name.parse::<IpAddr>().is_ok() || zone.parse::<Ipv6Addr>().is_ok()
}

/// Whether `name`, `*.name` or `*` stands for a name.
#[must_use]
pub fn covers(allowed: &str, name: &str) -> bool {
    match allowed.strip_prefix('*') {
        Some("") => true,
        Some(end) if end.starts_with('.') => {
            let at = name.len().checked_sub(end.len());
            let tail = at.and_then(|at| name.get(at..));
            at != Some(0) && tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        }
        _ => without_port(allowed).eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_not_taken() {
        let visitors = Visitors {
            hosts: vec!["crm".into(), "*.test.example".into()],
            ..Visitors::default()
        };
        for (host, taken) in [
            ("127.0.0.1:8080", true),
            ("127.0.0.1", true),
            ("192.168.1.7:8080", true),
            ("[::1]:8080", true),
            ("[fe80::1%eth0]:8080", true),
            ("localhost", true),
            ("LOCALHOST:8080", true),
            ("crm.localhost:8080", true),
            ("localhost.", true),
            ("crm:8080", true),
            ("CRM", true),
            ("a.test.example", true),
            ("a.b.test.example:1", true),
            ("test.example", false),
            ("atest.example", false),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("notlocalhost", false),
            ("127.0.0.1.evil.example", false),
            ("127.1", false),
            ("2130706433", false),
            ("", false),
            ("crm.evil.example", false),
            ("www.zohoapis.com", false),
        ] {
            assert_eq!(visitors.takes_host(host, true), taken, "{host}");
        }
        for (host, taken) in [
            ("www.zohoapis.com", true),
            ("www.zohoapis.com.au:443", true),
            ("accounts.zoho.eu", true),
            ("zohoapis.in", true),
            ("evilzohoapis.com", false),
            ("zohoapis.com.evil.example", false),
            ("zohoapis.example", false),
        ] {
            assert_eq!(visitors.takes_host(host, false), taken, "{host}");
        }
        let any = Visitors {
            hosts: vec!["*".into()],
            ..Visitors::default()
        };
        assert!(any.takes_host("evil.example", true));
    }

    #[test]
    fn pages_of_others_are_foreign() {
        let visitors = Visitors {
            origins: vec!["http://localhost:3000".into()],
            ..Visitors::default()
        };
        let headers = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        for (given, foreign) in [
            (headers(&[("host", "127.0.0.1:8080")]), false),
            (
                headers(&[
                    ("host", "127.0.0.1:8080"),
                    ("origin", "http://127.0.0.1:8080"),
                ]),
                false,
            ),
            (
                headers(&[
                    ("host", "127.0.0.1:8080"),
                    ("origin", "http://localhost:3000"),
                ]),
                false,
            ),
            (
                headers(&[
                    ("host", "127.0.0.1:8080"),
                    ("origin", "http://127.0.0.1:81"),
                ]),
                true,
            ),
            (
                headers(&[
                    ("host", "127.0.0.1:8080"),
                    ("origin", "http://evil.example"),
                ]),
                true,
            ),
            (
                headers(&[("host", "127.0.0.1:8080"), ("origin", "null")]),
                true,
            ),
            (headers(&[("origin", "null")]), true),
            (headers(&[("sec-fetch-site", "cross-site")]), true),
            (headers(&[("sec-fetch-site", "same-origin")]), false),
            (headers(&[("sec-fetch-site", "none")]), false),
        ] {
            assert_eq!(visitors.is_foreign(&given), foreign, "{given:?}");
        }
    }

    #[test]
    fn a_token_is_asked_for_where_there_is_one() {
        let visitors = Visitors {
            admin_token: Some("s3cret".into()),
            ..Visitors::default()
        };
        let bearing = |value: &str| vec![("authorization".to_owned(), value.to_owned())];
        assert!(visitors.takes_admin(&bearing("Bearer s3cret")));
        assert!(visitors.takes_admin(&bearing("bearer s3cret")));
        for wrong in [
            "Bearer s3cre",
            "Bearer s3crets",
            "Basic s3cret",
            "s3cret",
            "",
        ] {
            assert!(!visitors.takes_admin(&bearing(wrong)), "{wrong}");
        }
        assert!(!visitors.takes_admin(&Vec::<(String, String)>::new()));
        assert!(Visitors::default().takes_admin(&Vec::<(String, String)>::new()));
    }
}
