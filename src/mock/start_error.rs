//! Why a server did not start.

use crate::seed::SeedError;
use crate::seed::generate::GenerateError;

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something is wrong with a seed; nothing was loaded.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// The records to generate cannot be generated.
    #[error(transparent)]
    Generate(GenerateError),
    /// `now` is no date-time with an offset.
    #[error("\"{0}\" is no RFC 3339 date-time, such as 2026-11-16T09:00:00Z")]
    Now(String),
    /// The label is none.
    #[error("{0}")]
    Label(String),
    /// TLS is wanted, and there is no authority.
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Tls(#[from] crate::server::tls::TlsError),
    /// No socket, or no thread.
    #[error("cannot listen on {address}: {reason}")]
    Io {
        /// The address.
        address: String,
        /// What the system says.
        reason: std::io::Error,
    },
}
