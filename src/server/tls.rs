//! The server's side of TLS: the authority, when it is needed, and handshakes.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_http::Protocol;
use actix_rt::net::TcpStream;
use rustls::{AlertDescription, ServerConfig};
use tokio::sync::OnceCell;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::authority::{self, Authority, AuthorityError, AuthoritySource, LeafError};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// There is no authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// There is no key.
    #[error(transparent)]
    Key(#[from] LeafError),
}

/// TLS with certificates of an authority.
#[derive(Debug)]
pub struct Tls {
    source: AuthoritySource,
    signed: OnceCell<Signed>,
}

/// What there is once the authority is there.
#[derive(Clone, Debug)]
struct Signed {
    authority: Arc<Authority>,
    config: Arc<ServerConfig>,
}

impl Signed {
    fn by(source: &AuthoritySource) -> Result<Self, TlsError> {
        let authority = Arc::new(source.open()?);
        let config = authority::server_config(Arc::clone(&authority))?;
        Ok(Self { authority, config })
    }
}

impl Tls {
    /// TLS whose authority is looked for when the first client needs it: to read it, or to make it, is
    /// no part of a start then.
    #[must_use]
    pub fn later(source: AuthoritySource) -> Self {
        Self {
            source,
            signed: OnceCell::new(),
        }
    }

    /// TLS whose authority is there.
    ///
    /// # Errors
    /// If it can neither be read nor made.
    pub fn open(source: AuthoritySource) -> Result<Self, TlsError> {
        let signed = Signed::by(&source)?;
        Ok(Self {
            source,
            signed: OnceCell::new_with(Some(signed)),
        })
    }

    /// The authority, if it is there by now.
    #[must_use]
    pub fn authority(&self) -> Option<&Arc<Authority>> {
        self.signed.get().map(|signed| &signed.authority)
    }

    /// The certificate of the authority, which is opened if it is not there yet.
    ///
    /// # Errors
    /// If it can neither be read nor made.
    pub(super) fn certificate(&self) -> Result<String, TlsError> {
        if self.signed.get().is_none() {
            // another thread may be faster, and that one counts then
            let _ = self.signed.set(Signed::by(&self.source)?);
        }
        let authority = self.authority();
        Ok(authority.map_or_else(String::new, |authority| authority.pem().to_owned()))
    }

    async fn config(&self) -> Option<&Arc<ServerConfig>> {
        let open = || async {
            let source = self.source.clone();
            // another process may hold the lock
            let signed = tokio::task::spawn_blocking(move || Signed::by(&source)).await;
            signed.map_err(io::Error::other)?.map_err(io::Error::other)
        };
        let signed = self.signed.get_or_try_init(open).await;
        let signed = signed.inspect_err(|error| tracing::error!("TLS cannot be spoken: {error}"));
        signed.ok().map(|signed| &signed.config)
    }

    /// Shakes hands. Gives the stream, and what is spoken on it; none if that did not succeed.
    pub(super) async fn accept(&self, io: TcpStream) -> Option<(TlsStream<TcpStream>, Protocol)> {
        let acceptor = TlsAcceptor::from(Arc::clone(self.config().await?));
        let stream = match tokio::time::timeout(HANDSHAKE, acceptor.accept(io)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                tracing::warn!("a handshake of TLS has failed: {}", reason(&error));
                return None;
            }
            Err(_) => {
                let seconds = HANDSHAKE.as_secs();
                tracing::warn!("a handshake of TLS did not end within {seconds} seconds");
                return None;
            }
        };
        let protocol = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Protocol::Http2,
            _ => Protocol::Http1,
        };
        Some((stream, protocol))
    }
}

/// Why a handshake has failed, and what is to be done about it where that can be told.
fn reason(error: &io::Error) -> String {
    use AlertDescription::{BadCertificate, CertificateUnknown, UnknownCA};
    let inner = error.get_ref();
    let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::AlertReceived(UnknownCA | BadCertificate | CertificateUnknown)) => {
            "the client does not trust the certificate; give it the one of `zoho-crm-mock ca path`"
                .to_owned()
        }
        _ => error.to_string(),
    }
}
