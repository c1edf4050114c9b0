//! A server in a Rust test for clients that have Zoho's hosts built in.

use super::builder::Builder;
use super::server::MockServer;
use super::start_error::StartError;
#[cfg(feature = "tls")]
use crate::authority::AuthoritySource;
use crate::server::Edge;
#[cfg(feature = "tls")]
use crate::server::tls::Tls;

impl Builder {
    /// What the edge of the server is to do.
    pub(super) fn open_edge(&self) -> Result<Edge, StartError> {
        Ok(Edge {
            proxy: self.edge.proxy.clone(),
            #[cfg(feature = "tls")]
            tls: self.edge.authority.clone().map(Tls::open).transpose()?,
        })
    }

    /// TLS is spoken on the port of the server, too, with HTTP/1.1 and HTTP/2. Clients are shown
    /// certificates of an authority that is made for this server alone:
    /// [`ca_pem`](MockServer::ca_pem) is what they are to trust. It signs for Zoho's hosts and for
    /// this machine.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().tls().start_blocking()?;
    /// assert!(crm.ca_pem().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE-----")));
    /// # Ok::<(), zoho_crm_mock::StartError>(())
    /// ```
    #[cfg(feature = "tls")]
    pub fn tls(mut self) -> Self {
        self.edge
            .authority
            .get_or_insert(AuthoritySource::Ephemeral);
        self
    }

    /// TLS as by [`tls`](Self::tls), with the authority of a folder. It is made if there is none.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let first = MockServer::builder().ca_dir(folder.path()).start_blocking()?;
    /// let second = MockServer::builder().ca_dir(folder.path()).start_blocking()?;
    /// assert_eq!(first.ca_pem(), second.ca_pem());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "tls")]
    pub fn ca_dir(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.edge.authority = Some(AuthoritySource::Folder(folder.into()));
        self
    }

    /// The server is a proxy, too, whose address is [`proxy_url`](MockServer::proxy_url). What
    /// clients send through it to any of Zoho's hosts ends in this server; to others it leads
    /// nowhere: such requests are answered with 403, and stand in the journal.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Requests};
    ///
    /// let crm = MockServer::builder().proxy().start_blocking()?;
    /// let proxy = reqwest::Proxy::all(crm.proxy_url().expect("a proxy"))?;
    /// let client = reqwest::blocking::Client::builder().proxy(proxy).build()?;
    /// let ask = |url: &str| {
    ///     let request = client.get(url).header("Authorization", "Zoho-oauthtoken any");
    ///     request.send().map(|answer| answer.status())
    /// };
    /// assert_eq!(ask("http://www.zohoapis.eu/crm/v8/Leads?fields=Last_Name")?, 200);
    /// assert_eq!(ask("http://www.example.com/")?, 403);
    /// crm.verify(Requests::any().path("*www.example.com*").status(403).count(1))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn proxy(mut self) -> Self {
        self.edge.proxy.get_or_insert_default();
        self
    }

    /// A proxy as by [`proxy`](Self::proxy), which leads to a host besides Zoho's, too, for `https`:
    /// `*.name` for all below it, `*` for any.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().pass_through("*.example.com").start_blocking()?;
    /// assert!(crm.proxy_url().is_some());
    /// # Ok::<(), zoho_crm_mock::StartError>(())
    /// ```
    pub fn pass_through(mut self, host: impl Into<String>) -> Self {
        let proxy = self.edge.proxy.get_or_insert_default();
        proxy.pass_through.push(host.into());
        self
    }
}

impl MockServer {
    /// The address of the server as a proxy, as `HTTPS_PROXY` and the settings of clients take it;
    /// none unless it is one ([`Builder::proxy`]).
    #[must_use]
    pub fn proxy_url(&self) -> Option<&str> {
        self.edge.proxy.is_some().then(|| self.url())
    }

    /// The certificate that clients are to trust, as PEM; none unless TLS is spoken
    /// ([`Builder::tls`]).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        let authority = self.edge.tls.as_ref()?.authority()?;
        Some(authority.pem())
    }
}
