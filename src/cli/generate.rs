//! `zoho-crm-mock generate`.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::completions;
use super::exit::{Exit, complain};
use super::parse::number;
use super::whole::WholeFile;
use crate::seed::generate::{
    GenerateError, Generator, GeneratorSettings, Locale, REFERENCE, Wanted, parse_wanted,
};
use crate::seed::{Document, Options, SeedError};
use crate::value::time;

/// From so many records on it takes long enough to show how far it is.
const LONG: u64 = 200_000;

/// Options of `generate`.
#[derive(Clone, Debug, Args)]
pub(super) struct GenerateArgs {
    /// Module and number of records; may be given several times or separated by commas
    #[arg(
        long,
        value_name = "MODULE=N",
        value_delimiter = ',',
        value_parser = parse_wanted,
        add = completions::modules()
    )]
    module: Vec<(String, u64)>,
    /// What chance depends on: another number, other records
    #[arg(long, value_name = "N", value_parser = number::<u64>, default_value_t = 0)]
    rng_seed: u64,
    /// Whose names, companies and places (en, de_DE, ja_JP …)
    #[arg(long, value_name = "CODE", default_value_t, add = completions::candidates(locales))]
    locale: Locale,
    /// Form of what is written
    #[arg(long, value_name = "FORM", default_value = "json")]
    format: SeedForm,
    /// File to write, or for CSV the folder with a file for each module; standard output without
    #[arg(long, value_name = "PATH")]
    output: Option<std::path::PathBuf>,
    /// The time around which dates lie; without, 2026-11-16T09:00:00Z, so that the records are the
    /// same on every day
    #[arg(long, value_name = "RFC3339")]
    now: Option<String>,
    /// Seed that the records are for, with its modules, fields, users and records, by name or
    /// path; may be given several times. Without, an org without records
    #[arg(long, value_name = "NAME|PATH", value_delimiter = ',', add = completions::seeds())]
    seed: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SeedForm {
    /// A seed: an object of modules, each with a list of records
    Json,
    /// A table for each module
    Csv,
}

/// What names and places are known for.
fn locales() -> Vec<Locale> {
    Locale::all().collect()
}

/// Writes generated records.
pub(super) fn generate(args: &GenerateArgs) -> Exit {
    match run(args) {
        Ok(()) => Exit::Success,
        // who reads no more has what it wanted
        Err(error) if is_closed(&error) => Exit::Success,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

fn is_closed(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn run(args: &GenerateArgs) -> anyhow::Result<()> {
    if args.module.is_empty() {
        anyhow::bail!("nothing to generate: name a module, such as --module Leads=1000");
    }
    let several = args.module.len() > 1;
    if args.format == SeedForm::Csv && args.output.is_none() && several {
        anyhow::bail!("CSV of several modules goes into a folder: name one with --output");
    }
    if let (SeedForm::Csv, Some(path)) = (args.format, &args.output) {
        let named = path
            .extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        if path.is_file() || (named && !path.is_dir()) {
            anyhow::bail!(
                "CSV goes into a folder, a file for each module: {} is none",
                path.display()
            );
        }
    }
    let generator = prepare(args)?;
    tell_size(&generator);
    let bar = bar(generator.records());
    let mut done = |records| bar.inc(records);
    match (args.format, &args.output) {
        (SeedForm::Json, None) => generator.write_json(&mut stdout(), &mut done)?,
        (SeedForm::Json, Some(path)) => {
            let mut file = create(path)?;
            let written = generator.write_json(&mut file, &mut done);
            finish(written, file, path)?;
        }
        (SeedForm::Csv, None) => {
            for module in generator.modules() {
                generator.write_csv(module, &mut stdout(), &mut done)?;
            }
        }
        (SeedForm::Csv, Some(folder)) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            for module in generator.modules() {
                let path = folder.join(format!("{module}.csv"));
                let mut file = create(&path)?;
                let written = generator.write_csv(module, &mut file, &mut done);
                finish(written, file, &path)?;
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn prepare(args: &GenerateArgs) -> anyhow::Result<Generator> {
    let now = match &args.now {
        None => REFERENCE,
        Some(text) => time::parse_datetime(text).with_context(|| {
            format!("\"{text}\" is no RFC 3339 date-time, such as 2026-11-16T09:00:00Z")
        })?,
    };
    let mut document = Document::default();
    let mut problems = Vec::new();
    for seed in &args.seed {
        document.add(seed, &mut problems);
    }
    if !problems.is_empty() {
        return Err(SeedError(problems).into());
    }
    let mut wanted = Wanted::default();
    for (module, count) in &args.module {
        wanted.add(module, *count);
    }
    let settings = GeneratorSettings {
        rng_seed: args.rng_seed,
        locale: args.locale,
        now,
    };
    // ids of an org without a prefix are those that a server gives it by default
    let options = Options { now, rng_seed: 0 };
    Generator::new(&document, options, &wanted, settings)
        .map_err(|error| anyhow::anyhow!(explain(&error, "--module")))
}

/// The error, with the option to add where that helps.
pub(super) fn explain(error: &GenerateError, option: &str) -> String {
    let add = error.to_add();
    if add.is_empty() {
        return error.to_string();
    }
    let options: Vec<String> = add
        .iter()
        .map(|name| format!("{option} {name}=N"))
        .collect();
    format!("{error}: add {}", options.join(" "))
}

fn stdout() -> impl Write {
    io::stdout().lock()
}

fn create(path: &Path) -> anyhow::Result<WholeFile> {
    WholeFile::create(path).with_context(|| format!("cannot write {}", path.display()))
}

fn finish(written: io::Result<()>, file: WholeFile, path: &Path) -> anyhow::Result<()> {
    written
        .and_then(|()| file.finish())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Says what very many records will take before they take it.
#[allow(clippy::print_stderr, reason = "it is not the command's result")]
fn tell_size(generator: &Generator) {
    let records = generator.records();
    if let Some(bytes) = generator.large() {
        let gigabytes = bytes.div_ceil(1 << 30);
        eprintln!("zoho-crm-mock: {records} records take about {gigabytes} GB");
    }
}

/// Shows on a terminal how far it is.
fn bar(records: u64) -> ProgressBar {
    if records < LONG {
        return ProgressBar::hidden();
    }
    // hidden where standard error is no terminal
    let bar = ProgressBar::with_draw_target(Some(records), ProgressDrawTarget::stderr());
    let style =
        ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} records, {eta}");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
