//! Options about how clients reach the server that believe they talk to Zoho.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use etcetera::BaseStrategy as _;

use super::parse::{host_name, port, switch};
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
    authority: AuthorityArgs,
    /// A host besides Zoho's to which the proxy lets clients through: NAME, *.NAME, or * for any; may be
    /// given several times
    #[arg(
        long,
        env = "ZOHO_MOCK_PASS_THROUGH",
        value_name = "HOST",
        value_delimiter = ',',
        value_parser = host_name
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
        let asked = self.tls_port.is_some() || self.authority.is_asked();
        let source = self.authority.source();
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
        let tls = Tls::open(self.authority.source()?)?;
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
}

/// Which authority signs. Of two options that exclude each other the one on the command line counts, and
/// not the one that the environment holds.
#[derive(Clone, Debug)]
struct AuthorityArgs(AuthorityOptions);

/// The same as it is written.
#[derive(Clone, Debug, Args)]
struct AuthorityOptions {
    #[command(flatten)]
    folder: CaFolder,
    /// Sign with an authority that is not kept, and is another one at each start
    #[arg(long, env = "ZOHO_MOCK_EPHEMERAL_CA", value_parser = switch)]
    ephemeral_ca: bool,
}

impl AuthorityArgs {
    /// Whether one was asked for by an option.
    fn is_asked(&self) -> bool {
        self.0.ephemeral_ca || self.0.folder.ca_dir.is_some()
    }

    /// Where it is to be found.
    ///
    /// # Errors
    /// If both are asked for, or no folder is named and the user has none.
    fn source(&self) -> anyhow::Result<AuthoritySource> {
        if self.0.ephemeral_ca {
            let both = self.0.folder.ca_dir.is_some();
            anyhow::ensure!(!both, "--ca-dir and --ephemeral-ca exclude each other");
            return Ok(AuthoritySource::Ephemeral);
        }
        Ok(AuthoritySource::Folder(self.0.folder.path()?))
    }
}

impl Args for AuthorityArgs {
    fn augment_args(command: Command) -> Command {
        AuthorityOptions::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        AuthorityOptions::augment_args_for_update(command)
    }
}

impl FromArgMatches for AuthorityArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
        let typed = (is_typed("ca_dir"), is_typed("ephemeral_ca"));
        let mut options = AuthorityOptions::from_arg_matches(matches)?;
        match typed {
            (true, false) => options.ephemeral_ca = false,
            (false, true) => options.folder.ca_dir = None,
            _ => {}
        }
        Ok(Self(options))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_exclude_each_other_are_told() {
        let read = |words: &[&str]| {
            let command = AuthorityArgs::augment_args(Command::new("serve"));
            let words = ["serve"].iter().chain(words);
            let matches = command.try_get_matches_from(words)?;
            AuthorityArgs::from_arg_matches(&matches)
        };
        let both = read(&["--ca-dir", "d", "--ephemeral-ca"]).expect("read");
        assert!(both.is_asked() && both.source().is_err());
        assert!(read(&["--ca-dir", "d"]).expect("read").is_asked());
        assert!(read(&["--ephemeral-ca"]).expect("read").0.ephemeral_ca);
    }
}
