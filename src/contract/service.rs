//! Whose contract it is.

/// The services that the contract speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// Zoho's REST API.
    Api,
    /// Zoho's accounts server.
    Accounts,
    /// The connector, which checks its own inputs, and whatever else.
    Other,
}

impl Service {
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with("/crm/") {
            Self::Api
        } else if path.starts_with("/oauth/") {
            Self::Accounts
        } else {
            Self::Other
        }
    }
}
