//! The environment of a command: what its programs read of proxies, authorities and addresses.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::files::{CommandFiles, escaped};
use crate::hosts;

/// Hosts that are asked without the proxy.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Variables that name a file of all authorities, by the programs that read them: OpenSSL, and with it
/// Python, Ruby, Go and .NET; OpenSSL of Nix; requests; curl; Node, which adds them to its own; Deno;
/// httplib2; the AWS SDKs.
pub(super) const BUNDLES: [&str; 8] = [
    "SSL_CERT_FILE",
    "NIX_SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "HTTPLIB2_CA_CERTS",
    "AWS_CA_BUNDLE",
];

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Variables(BTreeMap<String, OsString>);

impl Variables {
    /// Sets one.
    pub(super) fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &OsString)> {
        self.0.iter()
    }

    /// Leads programs to a server by a proxy, and has them trust it. `outer` is the environment that
    /// they would have otherwise: what it says besides is kept.
    pub(super) fn lead(
        &mut self,
        server: std::net::SocketAddr,
        files: &CommandFiles,
        outer: impl Fn(&str) -> Option<OsString>,
    ) {
        let proxy = format!("http://{server}");
        for name in ["HTTPS_PROXY", "HTTP_PROXY"] {
            self.set(name, &proxy);
            self.set(&name.to_ascii_lowercase(), &proxy);
        }
        let direct = outer("NO_PROXY").or_else(|| outer("no_proxy"));
        let direct = no_proxy(&direct.unwrap_or_default().to_string_lossy());
        self.set("NO_PROXY", &direct);
        self.set("no_proxy", &direct);
        for name in BUNDLES {
            self.set(name, &files.bundle);
        }
        self.set("NODE_USE_ENV_PROXY", "1");
        self.set(
            "NODE_OPTIONS",
            after(
                outer("NODE_OPTIONS"),
                " ",
                &node_option("--require ", &files.node),
            ),
        );
        let options = [
            format!("-Dhttp.proxyHost={}", server.ip()),
            format!("-Dhttp.proxyPort={}", server.port()),
            format!("-Dhttps.proxyHost={}", server.ip()),
            format!("-Dhttps.proxyPort={}", server.port()),
            "-Dhttp.nonProxyHosts=localhost|127.*|[::1]".to_owned(),
            "-Djavax.net.ssl.trustStoreType=PKCS12".to_owned(),
            java_option("-Djavax.net.ssl.trustStore=", &files.trust_store),
        ];
        self.set(
            "JAVA_TOOL_OPTIONS",
            after(outer("JAVA_TOOL_OPTIONS"), " ", &options.join(" ")),
        );
        let python = before(&files.python, outer("PYTHONPATH"));
        self.set("PYTHONPATH", python);
        // nothing before the separator stands for the folder that PHP was built with
        let php = outer("PHP_INI_SCAN_DIR").unwrap_or_default();
        let php = [php.as_os_str(), files.php.as_os_str()].join(OsStr::new(SEPARATOR));
        self.set("PHP_INI_SCAN_DIR", php);
    }
}

/// What stands between paths of a list.
const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

/// The hosts that are asked without a proxy: those of this machine, and those of `outer` among which
/// none of Zoho's is.
fn no_proxy(outer: &str) -> String {
    let others = outer.split(',').map(str::trim);
    let others = others.filter(|host| !host.is_empty() && !LOCAL.contains(host));
    let others = others.filter(|host| {
        let name = host.trim_start_matches('*').trim_start_matches('.');
        let name = name.to_ascii_lowercase();
        let holds_zoho = |domain: &str| {
            let rest = domain.strip_suffix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        !name.is_empty() && !hosts::is_zoho(&name) && !hosts::domains().any(holds_zoho)
    });
    let all: Vec<&str> = LOCAL.into_iter().chain(others).collect();
    all.join(",")
}

/// A value with something added behind it.
fn after(outer: Option<OsString>, between: &str, more: &str) -> OsString {
    let mut value = outer.unwrap_or_default();
    if !value.is_empty() {
        value.push(between);
    }
    value.push(more);
    value
}

/// A list of paths with one added before it.
fn before(path: &Path, outer: Option<OsString>) -> OsString {
    let mut value = path.as_os_str().to_owned();
    if let Some(outer) = outer.filter(|outer| !outer.is_empty()) {
        value.push(SEPARATOR);
        value.push(outer);
    }
    value
}

/// An option with a path, as one word for Node, which knows escapes between quotation marks alone.
fn node_option(option: &str, path: &Path) -> String {
    let plain = path.to_string_lossy();
    if plain.contains([' ', '"']) {
        format!("{option}\"{}\"", escaped(path))
    } else {
        format!("{option}{plain}")
    }
}

/// An option with a path, as one word for Java, which knows no escapes, but quotation marks of two kinds,
/// also in the midst of a word.
fn java_option(option: &str, path: &Path) -> String {
    let path = path.to_string_lossy();
    if path.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')) {
        format!("{option}\"{}\"", path.replace('"', r#""'"'""#))
    } else {
        format!("{option}{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_others_are_asked_as_before() {
        for (outer, direct) in [
            ("", "localhost,127.0.0.1,::1"),
            (
                "localhost, .internal,10.0.0.0/8",
                "localhost,127.0.0.1,::1,.internal,10.0.0.0/8",
            ),
            ("*", "localhost,127.0.0.1,::1"),
            (
                ".zoho.com,www.zohoapis.eu,com,*.com.au,db",
                "localhost,127.0.0.1,::1,db",
            ),
        ] {
            assert_eq!(no_proxy(outer), direct, "{outer}");
        }
    }

    #[test]
    fn paths_are_one_word() {
        for (path, node, java) in [
            ("/tmp/a", "/tmp/a", "/tmp/a"),
            (r"C:\a", r"C:\a", r"C:\a"),
            (r"C:\a b", r#""C:\\a b""#, r#""C:\a b""#),
            (r#"/a"b"#, r#""/a\"b""#, r#""/a"'"'"b""#),
            ("/a'b", "/a'b", r#""/a'b""#),
        ] {
            assert_eq!(node_option("", Path::new(path)), node);
            assert_eq!(java_option("", Path::new(path)), java);
        }
    }

    #[test]
    fn what_was_set_stays() {
        let address = "127.0.0.1:4000".parse().expect("an address");
        let files = CommandFiles::write(&[], address).expect("written");
        let outer = |name: &str| match name {
            "NODE_OPTIONS" => Some("--max-old-space-size=512".into()),
            "JAVA_TOOL_OPTIONS" => Some("-Xmx1g".into()),
            "PYTHONPATH" => Some("/src".into()),
            _ => None,
        };
        let mut variables = Variables::default();
        variables.lead(address, &files, outer);
        for (name, begins) in [
            ("NODE_OPTIONS", "--max-old-space-size=512 --require"),
            ("JAVA_TOOL_OPTIONS", "-Xmx1g -Dhttp.proxyHost=127.0.0.1"),
            ("https_proxy", "http://127.0.0.1:4000"),
        ] {
            let value = variables.0[name].to_string_lossy();
            assert!(value.starts_with(begins), "{name}={value}");
        }
        let path = variables.0["PYTHONPATH"].to_string_lossy();
        assert!(path.ends_with(&format!("{SEPARATOR}/src")), "{path}");
    }
}
