//! `zoho-crm-mock ca`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;

use super::edge::CaFolder;
use super::exit::{Exit, complain};
use super::roots;
use crate::authority::Authority;

/// What is done with the authority.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum CaCommand {
    /// Print the path of the certificate that clients are to trust; the authority is made if there is none
    Path(CaFolder),
    /// Print the certificate that clients are to trust; the authority is made if there is none
    Print(CaFolder),
    /// Make another authority in its place, and print the path of its certificate. Those who have
    /// trusted the old one must be told
    Renew(CaFolder),
    /// Print the certificates that the system trusts: what `run` asks another process for
    #[command(hide = true)]
    System,
}

/// Runs the command.
pub(super) fn ca(command: &CaCommand) -> Exit {
    match printed(command) {
        Ok(text) => {
            let mut out = std::io::stdout();
            // nobody may be reading
            let _ = out.write_all(&text).and_then(|()| out.flush());
            Exit::Success
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

fn printed(command: &CaCommand) -> anyhow::Result<Vec<u8>> {
    let path_of = |authority: &Authority| {
        let path = authority.path().map(PathBuf::from).unwrap_or_default();
        format!("{}\n", path.display()).into_bytes()
    };
    Ok(match command {
        CaCommand::Path(folder) => path_of(&Authority::open(&folder.path()?)?),
        CaCommand::Print(folder) => Authority::open(&folder.path()?)?.pem().into(),
        CaCommand::Renew(folder) => path_of(&Authority::renew(&folder.path()?)?),
        CaCommand::System => roots::pem(&roots::from_here()),
    })
}
