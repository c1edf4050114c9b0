//! How values of options are read, and what is said of those that are none.

use std::str::FromStr;

/// Reads the number of a port.
pub(super) fn port(text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("a number from 0 to {}", u16::MAX))
}

/// Reads a number of things.
pub(super) fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| "a whole number, 0 or more".to_owned())
}

/// Reads the base address of a server.
pub(super) fn server_url(text: &str) -> Result<String, String> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(format!("write http:// before it: http://{text}"));
    };
    if !scheme.eq_ignore_ascii_case("http") {
        return Err("commands talk to a server by http://, which it takes on every port".into());
    }
    let host = rest.split('/').next().unwrap_or_default();
    let parsed = text.parse::<http::Uri>();
    if host.is_empty() || parsed.is_err() {
        return Err("an address such as http://127.0.0.1:8080".into());
    }
    Ok(text.to_owned())
}
