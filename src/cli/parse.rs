//! How values of options are read, and what is said of those that are none.

use std::net::{Ipv6Addr, SocketAddr};
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

/// Reads what switches something on or off.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "t" | "yes" | "y" | "on" => Ok(true),
        "0" | "false" | "f" | "no" | "n" | "off" => Ok(false),
        _ => Err("true or false".to_owned()),
    }
}

/// Reads a secret, which nobody has where it is empty.
pub(super) fn secret(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("a token that is not empty".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads the address that a socket is to have, without its port.
pub(super) fn host(text: &str) -> Result<String, String> {
    let with_port = text.parse::<SocketAddr>().is_ok();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = text.parse::<Ipv6Addr>().is_ok() || text.starts_with('[');
    if with_port || is_number || text.contains('/') || (text.contains(':') && !is_address) {
        return Err(
            "an address such as 127.0.0.1, or a name; the port has an option of its own".into(),
        );
    }
    Ok(text.to_owned())
}

/// Reads the name of a host, or a pattern of such.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|c: char| c == '/' || c.is_whitespace()) {
        return Err("a name such as crm.test, *.test for all below it, or * for any".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads the origin of a web page, as browsers send it.
pub(super) fn origin(text: &str) -> Result<String, String> {
    // pages of files have none, which browsers send as a word
    let is_word = ["*", "null"].contains(&text);
    let host = text.split_once("://").map(|(_, host)| host);
    if is_word || host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
        return Ok(text.to_owned());
    }
    Err("an origin such as http://localhost:3000, without a path, or * for any".to_owned())
}

/// Reads the base address of a server.
pub(super) fn server_url(text: &str) -> Result<String, String> {
    const FORM: &str = "an address such as http://127.0.0.1:8080";
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err(format!("write http:// before it: http://{text}"));
    };
    if !scheme.eq_ignore_ascii_case("http") {
        return Err("commands talk to a server by http://, which it takes on every port".into());
    }
    let host = rest.split('/').next().unwrap_or_default();
    let parsed: http::Uri = text.parse().map_err(|_| FORM)?;
    // a port that is too large is none
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.ends_with(']'));
    if host.is_empty() || (has_port && parsed.port_u16().is_none()) {
        return Err(FORM.into());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_no_ports() {
        for host_of_all in [
            "127.0.0.1",
            "0.0.0.0",
            "::",
            "[::1]",
            "localhost",
            "fe80::1",
        ] {
            assert!(host(host_of_all).is_ok(), "{host_of_all}");
        }
        for other in [
            "8080",
            "",
            "127.0.0.1:80",
            "[::1]:80",
            "localhost:80",
            "http://x",
        ] {
            assert!(host(other).is_err(), "{other}");
        }
    }

    #[test]
    fn addresses_of_servers() {
        for right in [
            "http://crm",
            "HTTP://127.0.0.1:80/",
            "http://[::1]",
            "http://[::1]:80",
        ] {
            assert!(server_url(right).is_ok(), "{right}");
        }
        for wrong in ["http://x:99999", "http://x:", "http:///a", "http://a b"] {
            assert!(server_url(wrong).is_err(), "{wrong}");
        }
    }
}
