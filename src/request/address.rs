//! The address by which a caller reached the server.
//!
//! A caller that was led here in place of Zoho, by a proxy or a hosts file, asks for one of Zoho's
//! hosts, and is answered with Zoho's own addresses of that data centre. For everybody else the server
//! is where it was called.

use super::Request;
use crate::hosts::{DataCentre, Environment, HostKind, ZohoHost};

impl Request<'_> {
    /// The host that was asked, with its port if one was named.
    #[must_use]
    pub fn host(&self) -> &str {
        let forwarded = self.forwarded("x-forwarded-host");
        let host = forwarded.or_else(|| self.headers.get("host"));
        host.unwrap_or("localhost")
    }

    /// What Zoho's host stands for that was asked; none for other hosts.
    #[must_use]
    pub fn zoho_host(&self) -> Option<ZohoHost> {
        ZohoHost::parse(without_port(self.host()))
    }

    /// The data centre that was asked, if it was one of Zoho's.
    #[must_use]
    pub fn data_centre(&self) -> Option<DataCentre> {
        self.zoho_host().map(|host| host.centre)
    }

    /// The address of the server as the caller knows it: that of the host that was asked.
    #[must_use]
    pub fn base_url(&self) -> String {
        let host = self.host();
        // one that is asked without TLS leads to itself with it
        if self.zoho_host().is_some() {
            return self.of_zoho(without_port(host));
        }
        let scheme = self.forwarded("x-forwarded-proto");
        let scheme = scheme.unwrap_or(if self.secure { "https" } else { "http" });
        format!("{scheme}://{host}{}", self.prefix)
    }

    /// The address of the API that goes with the host that was asked: `api_domain`.
    #[must_use]
    pub fn api_url(&self) -> String {
        let Some(asked) = self.zoho_host() else {
            return self.base_url();
        };
        // assumed: an accounts server names the API of production, whatever org has consented
        let environment = match asked.kind {
            HostKind::Api(environment) => environment,
            _ => Environment::Production,
        };
        self.of_zoho(&asked.centre.api_host(environment))
    }

    /// The address of the accounts server that goes with the host that was asked.
    #[must_use]
    pub fn accounts_url(&self) -> String {
        match self.data_centre() {
            Some(centre) => self.of_zoho(&centre.accounts_host()),
            None => self.base_url(),
        }
    }

    /// The address under which the results of jobs are.
    #[must_use]
    pub fn download_url(&self) -> String {
        match self.data_centre() {
            Some(centre) => self.of_zoho(&centre.download_host()),
            None => self.base_url(),
        }
    }

    fn of_zoho(&self, host: &str) -> String {
        format!("https://{host}{}", self.prefix)
    }

    /// What the proxy nearest to the caller says, if proxies are believed.
    fn forwarded(&self, name: &str) -> Option<&str> {
        let said = self.headers.get(name).filter(|_| self.behind_proxy)?;
        let first = said.split(',').next().unwrap_or_default().trim();
        Some(first).filter(|first| !first.is_empty())
    }
}

/// `host:port` or `[::1]:port` without the port.
#[must_use]
pub fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn with<T>(pairs: Pairs<'_>, ask: impl FnOnce(Request<'_>) -> T) -> T {
        let pairs = pairs.iter();
        let headers: Vec<(String, String)> = pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        ask(Request::new("GET", "/", "", &headers, None))
    }

    #[test]
    fn zoho_is_named_where_zoho_was_asked() {
        for (host, base, api, accounts) in [
            (
                "accounts.zoho.eu",
                "https://accounts.zoho.eu",
                "https://www.zohoapis.eu",
                "https://accounts.zoho.eu",
            ),
            (
                "WWW.zohoapis.com.au:443",
                "https://WWW.zohoapis.com.au",
                "https://www.zohoapis.com.au",
                "https://accounts.zoho.com.au",
            ),
            (
                "sandbox.zohoapis.ca",
                "https://sandbox.zohoapis.ca",
                "https://sandbox.zohoapis.ca",
                "https://accounts.zohocloud.ca",
            ),
            (
                "127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
            ),
            (
                "zoho:8080",
                "http://zoho:8080",
                "http://zoho:8080",
                "http://zoho:8080",
            ),
        ] {
            with(&[("host", host)], |request| {
                assert_eq!(request.base_url(), base, "{host}");
                assert_eq!(request.api_url(), api, "{host}");
                assert_eq!(request.accounts_url(), accounts, "{host}");
            });
        }
    }

    #[test]
    fn proxies_are_believed_when_asked() {
        let pairs = [
            ("host", "10.0.0.7:8080"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "crm.example.com, inner"),
        ];
        with(&pairs, |request| {
            assert_eq!(request.base_url(), "http://10.0.0.7:8080");
            let secure = Request {
                secure: true,
                ..request
            };
            assert_eq!(secure.base_url(), "https://10.0.0.7:8080");
            let behind_proxy = Request {
                behind_proxy: true,
                ..request
            };
            assert_eq!(behind_proxy.base_url(), "https://crm.example.com");
        });
    }
}
