//! The command line.

mod check;
mod serve;
mod verify;

use clap::builder::styling::Styles;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::error::Wording;
use crate::runtime::auth::AuthMode;

/// How a run ended, as the shell sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// As asked.
    Success,
    /// `check` or `verify` has found something.
    Found,
    /// The command line, the port, a seed or a server was not usable.
    Usage,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
        })
    }
}

const EXAMPLES: &str = "\
Examples:
  zoho-crm-mock                                     the sample company, on port 8080
  zoho-crm-mock serve --port 0 --empty              an org without records, on a free port
  zoho-crm-mock serve --seed fixtures/              your own records
  zoho-crm-mock serve --now 2026-11-16T09:00:00Z    a clock that stands still
  zoho-crm-mock check fixtures/                     is the seed all right?";

#[derive(Debug, Parser)]
#[command(
    version,
    about = "A local, in-memory, stateful double of the Zoho CRM REST API, versions v2 to v8",
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    styles = Styles::plain()
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (what happens without a command, too)
    #[command(after_help = EXAMPLES)]
    Serve(ServeArgs),
    /// Check seeds without serving them: exit 0, or 1 with every problem
    #[command(
        after_help = "Examples:\n  zoho-crm-mock check fixtures/\n  zoho-crm-mock check Leads.csv org.yaml"
    )]
    Check {
        /// Folders and files, read together as one seed
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<String>,
    },
    /// Tell what a running server has seen that Zoho's contract forbids, and what of the API was
    /// called: exit 0, or 1 if there is something
    #[command(
        after_help = "Examples:\n  zoho-crm-mock verify\n  zoho-crm-mock verify --fail-on warning --format junit --output contract.xml\n  zoho-crm-mock verify --url http://127.0.0.1:9000 --fail-under 40"
    )]
    Verify(verify::VerifyArgs),
    /// Print completions for a shell
    #[command(
        after_help = "Example:\n  zoho-crm-mock completions bash > ~/.local/share/bash-completion/completions/zoho-crm-mock"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Options of `serve`.
#[derive(Clone, Debug, Args)]
struct ServeArgs {
    /// Address to listen on
    #[arg(long, env = "ZOHO_MOCK_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes a free one
    #[arg(long, env = "ZOHO_MOCK_PORT", default_value_t = 8080)]
    port: u16,
    /// Seed by name (default, documented, documented/get_record …) or path of a folder, JSON,
    /// YAML or CSV file; may be given several times (in the environment separated by commas)
    #[arg(
        long,
        env = "ZOHO_MOCK_SEED",
        value_name = "NAME|PATH",
        value_delimiter = ','
    )]
    seed: Vec<String>,
    /// No records: metadata and one user
    #[arg(long, env = "ZOHO_MOCK_EMPTY", conflicts_with = "seed")]
    empty: bool,
    /// One wording for all versions; else v2 speaks as documented and later versions as Zoho
    #[arg(long, env = "ZOHO_MOCK_WORDING", value_name = "WORDING")]
    wording: Option<Wording>,
    /// Which access tokens are taken
    #[arg(
        long,
        env = "ZOHO_MOCK_AUTH",
        value_name = "MODE",
        default_value = "any"
    )]
    auth: AuthMode,
    /// Stop the clock at this time
    #[arg(long, env = "ZOHO_MOCK_NOW", value_name = "RFC3339")]
    now: Option<String>,
    /// What ids and tokens depend on
    #[arg(
        long,
        env = "ZOHO_MOCK_RNG_SEED",
        value_name = "N",
        default_value_t = 0
    )]
    rng_seed: u64,
    /// Form of the log on standard error
    #[arg(
        long,
        env = "ZOHO_MOCK_LOG",
        value_name = "FORM",
        default_value = "text"
    )]
    log: LogForm,
    /// Threads that answer requests; one a core unless said otherwise
    #[arg(long, env = "ZOHO_MOCK_WORKERS", value_name = "N")]
    workers: Option<usize>,
    /// Write {pid, port, url} to this file once connections are accepted
    #[arg(long, env = "ZOHO_MOCK_READY_FILE", value_name = "PATH")]
    ready_file: Option<std::path::PathBuf>,
    /// Stop when the process that started this one ends
    #[arg(long, env = "ZOHO_MOCK_EXIT_WITH_PARENT")]
    exit_with_parent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// Lines for people
    Text,
    /// A JSON object a line
    Json,
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // --help and --version
            let _ = error.print();
            return Exit::Success;
        }
        Err(error) => {
            let text = error.render().to_string();
            complain(text.lines().next().unwrap_or_default());
            return Exit::Usage;
        }
    };
    match cli.command {
        None => serve::serve(&cli.serve),
        Some(Command::Serve(args)) => serve::serve(&args),
        Some(Command::Check { paths }) => check::check(&paths),
        Some(Command::Verify(args)) => verify::verify(&args),
        Some(Command::Completions { shell }) => {
            let mut command = Cli::command();
            let name = command.get_name().to_owned();
            clap_complete::generate(shell, &mut command, name, &mut std::io::stdout());
            Exit::Success
        }
    }
}

/// A sentence on standard error.
#[allow(clippy::print_stderr, reason = "this is where the command line speaks")]
fn complain(sentence: &str) {
    let sentence = sentence.strip_prefix("error: ").unwrap_or(sentence);
    eprintln!("zoho-crm-mock: {sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_of_serve_has_a_variable() {
        let command = Cli::command();
        let flags = command
            .get_arguments()
            .filter(|a| a.get_long().is_some_and(|l| l != "help" && l != "version"));
        for flag in flags {
            let long = flag.get_long().unwrap_or_default();
            let variable = format!("ZOHO_MOCK_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(
                flag.get_env().and_then(|e| e.to_str()),
                Some(variable.as_str()),
                "--{long}"
            );
        }
    }
}
