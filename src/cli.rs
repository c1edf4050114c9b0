//! The command line.

mod check;
mod env;
mod generate;
mod plane;
mod serve;
mod verify;
mod words;

use clap::builder::BoolishValueParser;
use clap::builder::styling::Styles;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::error::Wording;
use crate::runtime::auth::AuthMode;
use crate::runtime::jobs::JobSetting;
use crate::runtime::limits::{Edition, Rate};
use crate::seed::generate::{Locale, parse_wanted};
use crate::store::blob::BUDGET;
use crate::world::JOURNAL;
use words::word;

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
  zoho-crm-mock serve --empty --generate Leads=500  generated records
  zoho-crm-mock check fixtures/                     is the seed all right?";

const GENERATE_EXAMPLES: &str = "\
Examples:
  zoho-crm-mock generate --module Leads=1000 > leads.json
  zoho-crm-mock generate --module Accounts=50,Contacts=200,Deals=300 --output crm.json
  zoho-crm-mock generate --module Leads=1000 --locale de_DE --format csv > Leads.csv
  zoho-crm-mock generate --seed fixtures/ --module Rentals=500 --output rentals.json";

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
    /// Print the settings with which programs are pointed at a running server
    #[command(
        after_help = "Examples:\n  eval \"$(zoho-crm-mock env)\"\n  zoho-crm-mock env --url http://127.0.0.1:4000 --format dotenv > .env"
    )]
    Env(env::EnvArgs),
    /// Write generated records as a seed
    #[command(after_help = GENERATE_EXAMPLES)]
    Generate(GenerateArgs),
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

/// Threads that the server takes at most.
const MOST_WORKERS: usize = 512;

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
    /// Add generated records: module and number; may be given several times or separated by commas
    #[arg(
        long,
        env = "ZOHO_MOCK_GENERATE",
        value_name = "MODULE=N",
        value_delimiter = ',',
        value_parser = parse_wanted
    )]
    generate: Vec<(String, u64)>,
    /// No records: metadata and one user
    #[arg(long, env = "ZOHO_MOCK_EMPTY", conflicts_with = "seed", value_parser = BoolishValueParser::new())]
    empty: bool,
    /// One wording for all versions; else v2 speaks as documented and later versions as Zoho
    #[arg(long, env = "ZOHO_MOCK_WORDING", value_name = "WORDING", value_parser = word::<Wording>())]
    wording: Option<Wording>,
    /// Which access tokens are taken
    #[arg(
        long,
        env = "ZOHO_MOCK_AUTH",
        value_name = "MODE",
        value_parser = word::<AuthMode>(),
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
    #[arg(long, env = "ZOHO_MOCK_WORKERS", value_name = "N", value_parser = workers)]
    workers: Option<usize>,
    /// Write {pid, port, url} to this file once connections are accepted
    #[arg(long, env = "ZOHO_MOCK_READY_FILE", value_name = "PATH")]
    ready_file: Option<std::path::PathBuf>,
    /// Stop when the process that started this one ends
    #[arg(long, env = "ZOHO_MOCK_EXIT_WITH_PARENT", value_parser = BoolishValueParser::new())]
    exit_with_parent: bool,
    /// No control plane under /__admin
    #[arg(long, env = "ZOHO_MOCK_NO_ADMIN", value_parser = BoolishValueParser::new())]
    no_admin: bool,
    /// Refuse requests that break Zoho's contract, where Zoho would lose or refuse something
    #[arg(long, env = "ZOHO_MOCK_STRICT", value_parser = BoolishValueParser::new())]
    strict: bool,
    /// Requests that the journal of each org holds; 0 for none
    #[arg(long, env = "ZOHO_MOCK_JOURNAL", value_name = "N", default_value_t = JOURNAL)]
    journal: usize,
    /// Bytes that the files of all orgs may take together
    #[arg(long, env = "ZOHO_MOCK_MAX_FILE_BYTES", value_name = "N", default_value_t = BUDGET)]
    max_file_bytes: u64,
    /// API credits and calls at once of an edition of Zoho CRM
    #[arg(long, env = "ZOHO_MOCK_CREDITS", value_name = "EDITION", value_parser = word::<Edition>())]
    credits: Option<Edition>,
    /// Calls that each org takes, a second or in so many seconds (100/60)
    #[arg(long, env = "ZOHO_MOCK_RATE_LIMIT", value_name = "CALLS[/SECONDS]")]
    rate_limit: Option<Rate>,
    /// How jobs advance, all or a kind: at_once, polls=3, mass_update:after=PT10S
    #[arg(
        long,
        env = "ZOHO_MOCK_JOBS",
        value_name = "[KIND:]HOW",
        value_delimiter = ','
    )]
    jobs: Vec<JobSetting>,
}

/// Options of `generate`.
#[derive(Clone, Debug, Args)]
struct GenerateArgs {
    /// Module and number of records; may be given several times or separated by commas
    #[arg(
        long,
        value_name = "MODULE=N",
        value_delimiter = ',',
        value_parser = parse_wanted
    )]
    module: Vec<(String, u64)>,
    /// What chance depends on: another number, other records
    #[arg(long, value_name = "N", default_value_t = 0)]
    rng_seed: u64,
    /// Whose names, companies and places (en, de_DE, ja_JP …)
    #[arg(long, value_name = "CODE", default_value_t)]
    locale: Locale,
    /// Form of what is written
    #[arg(long, value_name = "FORM", default_value = "json")]
    format: Form,
    /// File to write, or for CSV the folder with a file for each module; standard output without
    #[arg(long, value_name = "PATH")]
    output: Option<std::path::PathBuf>,
    /// The time around which dates lie; without, 2026-11-16T09:00:00Z, so that the records are the
    /// same on every day
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Seed that the records are for, with its modules, fields, users and records, by name or
    /// path; may be given several times. Without, an org without records
    #[arg(long, value_name = "NAME|PATH", value_delimiter = ',')]
    seed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A seed: an object of modules, each with a list of records
    Json,
    /// A table for each module
    Csv,
}

/// A number of threads.
fn workers(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|n| (1..=MOST_WORKERS).contains(n));
    number.ok_or_else(|| format!("a number from 1 to {MOST_WORKERS}"))
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
        Some(Command::Env(args)) => env::env(&args),
        Some(Command::Generate(args)) => generate::generate(&args),
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
