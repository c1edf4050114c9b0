//! Options about how clients reach the server that believe they talk to Zoho.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap::builder::BoolishValueParser;
use etcetera::BaseStrategy as _;

use super::parse::port;
use crate::authority::AuthoritySource;
use crate::server::tls::Tls;
use crate::server::{Edge, Proxy};

/// The folder of the program among the user's data.
const OWN_FOLDER: &str = "zoho-crm-mock";

/// Options of `serve` about TLS and the proxy.
#[derive(Clone, Debug, Args)]
pub(super) struct EdgeArgs {
    /// A second port, which takes the same as the first: plain HTTP, TLS and requests to a proxy; 0
    /// takes a free one
    #[arg(long, env = "ZOHO_MOCK_TLS_PORT", value_name = "PORT", value_parser = port)]
    pub(super) tls_port: Option<u16>,
    #[command(flatten)]
    pub(super) folder: CaFolder,
    /// Sign with an authority that is not kept, and is another one at each start
    #[arg(
        long,
        env = "ZOHO_MOCK_EPHEMERAL_CA",
        conflicts_with = "ca_dir",
        value_parser = BoolishValueParser::new()
    )]
    pub(super) ephemeral_ca: bool,
    /// A host besides Zoho's to which the proxy lets clients through: NAME, *.NAME, or * for any; may be
    /// given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_PASS_THROUGH",
        value_name = "HOST",
        value_delimiter = ','
    )]
    pub(super) pass_through: Vec<String>,
}

impl EdgeArgs {
    /// What the server takes besides plain HTTP/1. An authority that somebody has asked for must be
    /// there when the server starts. Otherwise it is looked for when the first client of TLS comes: most
    /// servers never need one.
    ///
    /// # Errors
    /// If there is no authority where one was asked for.
    pub(super) fn edge(&self) -> anyhow::Result<Edge> {
        let asked = self.ephemeral_ca || self.tls_port.is_some() || self.folder.ca_dir.is_some();
        let source = self.authority();
        let tls = if asked {
            Tls::open(source?)?
        } else {
            Tls::later(source.unwrap_or(AuthoritySource::Ephemeral))
        };
        Ok(self.edge_of(tls))
    }

    /// The same with the authority there, and what clients are to trust.
    ///
    /// # Errors
    /// If there is no authority.
    pub(super) fn opened(&self) -> anyhow::Result<(Edge, Vec<u8>)> {
        let tls = Tls::open(self.authority()?)?;
        let trusted = tls.authority().map(|authority| authority.der().to_vec());
        Ok((self.edge_of(tls), trusted.unwrap_or_default()))
    }

    fn edge_of(&self, tls: Tls) -> Edge {
        let proxy = Proxy {
            pass_through: self.pass_through.clone(),
        };
        Edge {
            proxy: Some(proxy),
            tls: Some(tls),
        }
    }

    /// Where the authority is to be found.
    ///
    /// # Errors
    /// If no folder is named and the user has none.
    pub(super) fn authority(&self) -> anyhow::Result<AuthoritySource> {
        if self.ephemeral_ca {
            return Ok(AuthoritySource::Ephemeral);
        }
        Ok(AuthoritySource::Folder(self.folder.path()?))
    }
}

/// The folder of the authority.
#[derive(Clone, Debug, Args)]
pub(super) struct CaFolder {
    /// Folder of the authority that signs for Zoho's hosts; without it a folder in the user's data. It
    /// is made if it is not there
    #[arg(long, env = "ZOHO_MOCK_CA_DIR", value_name = "FOLDER")]
    pub(super) ca_dir: Option<PathBuf>,
}

impl CaFolder {
    /// The folder.
    ///
    /// # Errors
    /// If none is named and the user has none.
    pub(super) fn path(&self) -> anyhow::Result<PathBuf> {
        if let Some(folder) = &self.ca_dir {
            return Ok(folder.clone());
        }
        let user = etcetera::base_strategy::choose_native_strategy().context(
            "the user has no home folder to keep an authority in: name a folder with --ca-dir",
        )?;
        Ok(user.data_dir().join(OWN_FOLDER))
    }
}
