//! What a server in a Rust test takes besides plain HTTP/1.

#[cfg(feature = "tls")]
use crate::authority::AuthoritySource;
use crate::server::Proxy;

/// How clients reach the server that believe they talk to Zoho.
#[derive(Clone, Debug, Default)]
pub(super) struct EdgeSettings {
    /// The rules of the proxy, if it is one.
    pub(super) proxy: Option<Proxy>,
    /// Where the authority is to be found, if TLS is spoken.
    #[cfg(feature = "tls")]
    pub(super) authority: Option<AuthoritySource>,
}
