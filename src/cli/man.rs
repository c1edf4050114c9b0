//! `zoho-crm-mock man`: pages of the manual, of the same text as the help.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::Resettable;
use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::exit::{Exit, complain};
use super::whole::WholeFile;

/// Options of `man`.
#[derive(Clone, Debug, Args)]
pub(super) struct ManArgs {
    /// Write a page for each command into this folder, which is made if it is not there; without it
    /// the page of the program is printed
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// Prints the page of a program, or writes those of all its commands.
pub(super) fn man(args: &ManArgs, command: Command) -> Exit {
    // a page about help would say how help is asked for
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let done = match &args.dir {
        Some(folder) => write(&command, folder),
        None => print(&command),
    };
    match done {
        Ok(()) => Exit::Success,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

fn print(command: &Command) -> anyhow::Result<()> {
    let page = ManPage::of(command)?;
    let mut out = io::stdout();
    // nobody may be reading
    let _ = out.write_all(&page.text).and_then(|()| out.flush());
    Ok(())
}

fn write(command: &Command, folder: &Path) -> anyhow::Result<()> {
    let cannot_write = |path: &Path| format!("cannot write {}", path.display());
    fs::create_dir_all(folder).with_context(|| cannot_write(folder))?;
    for command in with_commands(command) {
        let page = ManPage::of(command)?;
        let path = folder.join(&page.name);
        let written = WholeFile::create(&path).and_then(|mut file| {
            file.write_all(&page.text)?;
            file.finish()
        });
        written.with_context(|| cannot_write(&path))?;
    }
    Ok(())
}

/// A command and those below it, without those that are not shown.
fn with_commands(command: &Command) -> Box<dyn Iterator<Item = &Command> + '_> {
    let below = command.get_subcommands().filter(|it| !it.is_hide_set());
    Box::new(std::iter::once(command).chain(below.flat_map(with_commands)))
}

/// A page of the manual, for a command.
#[derive(Debug)]
struct ManPage {
    /// The name of its file, such as `zoho-crm-mock-serve.1`.
    name: String,
    /// What is in it, for roff.
    text: Vec<u8>,
}

impl ManPage {
    /// The page of a command.
    fn of(command: &Command) -> io::Result<Self> {
        let mut command = command.clone();
        // as the help has it, and not with every option in one line
        let usage = command.render_usage().to_string();
        let usage = usage.trim_start_matches("Usage:").trim().to_owned();
        let examples = command.get_after_help().map(ToString::to_string);
        let command = command.override_usage(usage);
        let program = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
        let man = Man::new(command.after_help(Resettable::Reset)).source(program);
        let mut text = Vec::new();
        man.render(&mut text)?;
        if let Some(examples) = examples {
            write_examples(&examples, &mut text)?;
        }
        Ok(Self {
            name: man.get_filename(),
            text,
        })
    }
}

/// Examples, a line each, as the help has them.
fn write_examples(help: &str, text: &mut Vec<u8>) -> io::Result<()> {
    let mut roff = Roff::default();
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    // without their heading, which is the section's
    for line in help.lines().skip(1) {
        roff.text([roman(line.trim_start())]);
    }
    roff.control("fi", []);
    roff.to_writer(text)
}
