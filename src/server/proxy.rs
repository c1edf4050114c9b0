//! What the server does as a proxy: clients are told by their environment to send everything through
//! it. What is Zoho's ends here; the rest goes nowhere, or to where it was allowed to go.

use std::net::IpAddr;
use std::time::Duration;

use actix_http::uri::{Authority, Scheme};
use actix_http::{HttpMessage as _, Method, Uri};
use actix_rt::net::TcpStream;

use super::stream::Connection;
use super::{Served, TextHeaders};
use crate::dispatch;
use crate::error::{ApiError, Code};
use crate::hosts;
use crate::request::Request;
use crate::response::Response;
use crate::runtime::visitors::{Visitors, covers};

/// How long another host may take until it takes a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The rules of the proxy.
#[derive(Clone, Debug, Default)]
pub struct Proxy {
    /// Hosts besides Zoho's to which clients are let through: a name, `*.name` for all below it, `*` for
    /// any.
    pub pass_through: Vec<String>,
}

/// Where a request to a proxy leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To this server.
    Here,
    /// To the host itself.
    Through,
    /// Nowhere.
    Nowhere,
}

impl Proxy {
    /// Where a request for a host leads. `ports` are those of this server, which is reached through
    /// itself by whoever sends everything to it.
    pub(super) fn way(&self, host: &str, port: u16, ports: &[u16], visitors: &Visitors) -> Way {
        let name = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let name = name.unwrap_or(host);
        let elsewhere = name.parse::<IpAddr>().is_ok_and(|it| !it.is_loopback());
        let own = ports.contains(&port) && !elsewhere && visitors.takes_host(host, true);
        if hosts::is_zoho(name) || own {
            Way::Here
        } else if self.pass_through.iter().any(|it| covers(it, name)) {
            Way::Through
        } else {
            Way::Nowhere
        }
    }
}

/// The answer to a request that names a host by itself, as requests to a proxy do, unless it is one for
/// this server.
pub(super) fn refused(
    request: &actix_http::Request,
    connection: &Connection,
    served: &Served,
) -> Option<Response> {
    let uri = request.uri();
    let proxy = served.edge.proxy.as_ref()?;
    let target = uri.authority()?;
    // the host of every request of HTTP/2 stands there
    if connection.is_multiplexed() {
        return None;
    }
    let by_connect = request.method() == Method::CONNECT;
    let usual = if uri.scheme() == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    let port = target.port_u16().unwrap_or(usual);
    let world = &served.world;
    let way = proxy.way(target.host(), port, &served.ports, &world.settings.visitors);
    if way == Way::Here && !by_connect && is_http(uri) {
        return None;
    }
    let path = match uri.scheme_str() {
        Some(scheme) => format!("{scheme}://{}{}", named(target), uri.path()),
        None => named(target).to_owned(),
    };
    let headers = TextHeaders::of(request.headers(), uri);
    let query = uri.query().unwrap_or_default();
    let request = Request::new(request.method().as_str(), &path, query, &headers, Some(&[]));
    Some(dispatch::refuse_proxied(
        world,
        &request,
        &refusal(uri, target, way, by_connect),
    ))
}

/// Whether a target is one of HTTP, as far as it says so.
fn is_http(uri: &Uri) -> bool {
    uri.scheme()
        .is_none_or(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme))
}

/// Host and port. What stands before them are a name and a password, which nobody is told.
fn named(target: &Authority) -> &str {
    let text = target.as_str();
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

/// Why a request for a host is answered here, and not by it.
fn refusal(uri: &Uri, target: &Authority, way: Way, by_connect: bool) -> ApiError {
    let host = target.host();
    let (code, reason) = if !is_http(uri) {
        let reason = "requests to a proxy are for http, and CONNECT for https";
        (Code::MALFORMED_REQUEST, reason.to_owned())
    } else if way == Way::Nowhere {
        let reason = format!(
            "{host} is no host of Zoho's, and this server leads to no other: let the client reach it \
             without a proxy (NO_PROXY={host}), or start the server with --pass-through {host}"
        );
        (Code::HOST_NOT_ZOHO, reason)
    } else if by_connect {
        let reason = "CONNECT is taken as the first request of a connection, for a host and a port";
        (Code::MALFORMED_REQUEST, reason.to_owned())
    } else {
        let reason = format!("{host} is passed through by CONNECT alone, as for https");
        (Code::HOST_NOT_ZOHO, reason)
    };
    ApiError::new(code)
        .with("host", named(target))
        .saying(reason)
}

/// A connection to another host.
///
/// # Errors
/// If there is none to be had.
pub(super) async fn reach(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let name = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let name = name.unwrap_or(host);
    let reached = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect((name, port))).await?;
    let stream = reached?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
