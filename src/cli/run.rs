//! The command line of the process: its commands, and what runs them.

use clap::builder::styling::Styles;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::exit::Exit;
use super::{
    ca, cases, check, command, completions, env, export, generate, health, man, mistakes, serve,
    verify,
};

const EXAMPLES: &str = "\
Examples:
  zoho-crm-mock                                     the sample company, on port 8080
  zoho-crm-mock serve --port 0 --empty              an org without records, on a free port
  zoho-crm-mock serve --seed fixtures/              your own records
  zoho-crm-mock serve --now 2026-11-16T09:00:00Z    a clock that stands still
  zoho-crm-mock serve --empty --generate Leads=500  generated records
  zoho-crm-mock run -- npm test                     tests that find it in the place of Zoho
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
    serve: serve::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API (what happens without a command, too)
    #[command(after_help = EXAMPLES)]
    Serve(Box<serve::ServeArgs>),
    /// Check seeds without serving them: exit 0, or 1 with every problem
    #[command(
        after_help = "Examples:\n  zoho-crm-mock check fixtures/\n  zoho-crm-mock check Leads.csv org.yaml"
    )]
    Check {
        /// Folders and files, read together as one seed
        #[arg(required = true, value_name = "PATH", add = completions::seeds())]
        paths: Vec<String>,
    },
    /// Replay exchanges with real Zoho and tell what comes out otherwise: exit 0, or 1 if something does
    #[command(
        after_help = "Examples:\n  zoho-crm-mock cases recorded.jsonl\n  zoho-crm-mock cases recorded.jsonl --only G01 --url http://127.0.0.1:8080"
    )]
    Cases(cases::CasesArgs),
    /// Print the settings with which programs are pointed at a running server
    #[command(
        after_help = "Examples:\n  eval \"$(zoho-crm-mock env)\"\n  zoho-crm-mock env --url http://127.0.0.1:4000 --format dotenv > .env"
    )]
    Env(env::EnvArgs),
    /// The authority that signs for Zoho's hosts, for clients that are to trust it
    #[command(
        subcommand,
        after_help = "Examples:\n  export SSL_CERT_FILE=\"$(zoho-crm-mock ca path)\"\n  zoho-crm-mock ca print --ca-dir certificates > ca.pem"
    )]
    Ca(ca::CaCommand),
    /// Run a command for which this server takes the place of Zoho, whatever hosts its programs have
    /// built in: exit as it does, or 1 if the contract was broken
    #[command(
        after_help = "Examples:\n  zoho-crm-mock run -- npm test\n  zoho-crm-mock run --empty --fail-on error --report contract.xml -- pytest"
    )]
    Run(Box<command::RunArgs>),
    /// Write what an org of a running server holds as a seed, with its files
    #[command(
        after_help = "Examples:\n  zoho-crm-mock export fixtures/crm\n  zoho-crm-mock export --url http://127.0.0.1:4000 --org org1 fixtures/crm"
    )]
    Export(export::ExportArgs),
    /// Write generated records as a seed
    #[command(after_help = GENERATE_EXAMPLES)]
    Generate(generate::GenerateArgs),
    /// Tell what a running server has seen that Zoho's contract forbids, and what of the API was
    /// called: exit 0, or 1 if there is something
    #[command(
        after_help = "Examples:\n  zoho-crm-mock verify\n  zoho-crm-mock verify --fail-on warning --format junit --output contract.xml\n  zoho-crm-mock verify --url http://127.0.0.1:9000 --fail-under 40"
    )]
    Verify(verify::VerifyArgs),
    /// Tell whether a server takes requests: exit 0, or 1 if it does not
    #[command(
        after_help = "Examples:\n  zoho-crm-mock health\n  zoho-crm-mock health --url http://127.0.0.1:4000"
    )]
    Health(health::HealthArgs),
    /// Wait until a server takes requests: exit 0, or 1 if it does not in time
    #[command(
        after_help = "Examples:\n  zoho-crm-mock & zoho-crm-mock wait\n  zoho-crm-mock wait --url http://127.0.0.1:4000 --timeout 10"
    )]
    Wait(health::WaitArgs),
    /// Print completions for a shell, which asks this program while somebody types
    #[command(
        after_help = "Examples:\n  source <(zoho-crm-mock completions bash)\n  source <(zoho-crm-mock completions zsh)\n  zoho-crm-mock completions fish | source"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the page of the manual, or write those of all commands
    #[command(
        after_help = "Examples:\n  zoho-crm-mock man | man -l -\n  zoho-crm-mock man --dir ~/.local/share/man/man1"
    )]
    Man(man::ManArgs),
}

/// The command line, for what is written from it.
#[must_use]
pub fn command_line() -> clap::Command {
    Cli::command()
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> Exit {
    if let Some(exit) = completions::answer(Cli::command) {
        return exit;
    }
    let mut command = mistakes::without_empty_variables(Cli::command());
    let read = command.try_get_matches_from_mut(std::env::args_os());
    let read = read.and_then(|mut matches| {
        let cli = Cli::from_arg_matches_mut(&mut matches);
        cli.map_err(|error| error.format(&mut command))
    });
    let cli = match read {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // --help and --version
            let _ = error.print();
            return Exit::Success;
        }
        Err(error) => {
            mistakes::tell(&command, error);
            return Exit::Usage;
        }
    };
    mistakes::warn_of_variables(&command);
    match cli.command {
        None => serve::serve(&cli.serve),
        Some(Command::Serve(args)) => serve::serve(&args),
        Some(Command::Check { paths }) => check::check(&paths),
        Some(Command::Ca(command)) => ca::ca(&command),
        Some(Command::Cases(args)) => cases::cases(&args),
        Some(Command::Env(args)) => env::env(&args),
        Some(Command::Run(args)) => command::command(&args),
        Some(Command::Export(args)) => export::export(&args),
        Some(Command::Generate(args)) => generate::generate(&args),
        Some(Command::Verify(args)) => verify::verify(&args),
        Some(Command::Health(args)) => health::health(&args),
        Some(Command::Wait(args)) => health::wait(&args),
        Some(Command::Completions { shell }) => completions::print(shell),
        Some(Command::Man(args)) => man::man(&args, Cli::command()),
    }
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
