//! The certificate of the authority that signs for the server, for the control plane to show.

use std::fmt;
use std::sync::OnceLock;

/// Gives the certificate as PEM, or says why there is none.
type CertificateSource = Box<dyn Fn() -> Result<String, String> + Send + Sync>;

/// Where the certificate comes from. The edge says so, if it speaks TLS.
#[derive(Default)]
pub struct Trust(OnceLock<CertificateSource>);

impl Trust {
    /// Says where it comes from; the first word counts.
    pub fn is_from(&self, source: impl Fn() -> Result<String, String> + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(source));
    }

    /// The certificate as PEM; none if nobody speaks TLS.
    ///
    /// # Errors
    /// Why the authority can neither be read nor made.
    pub fn certificate(&self) -> Result<Option<String>, String> {
        self.0.get().map(|source| source()).transpose()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Trust")
            .field(&self.0.get().is_some())
            .finish()
    }
}
