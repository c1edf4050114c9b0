//! `zoho-crm-mock cases`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::builder::Resettable;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::exit::{Exit, complain};
use super::parse::server_url;
use super::plane::AdminToken;
use super::serve::{ServeArgs, builder};
use crate::cases::{self, Answered, Asked, Case, Target, Unreachable};
use crate::dispatch::dispatch;
use crate::request::Request;
use crate::words::printable;
use crate::world::World;

/// What a case may write as it is, and an address may not.
const NO_URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'\\')
    .add(b'^');

/// How long an answer of a server may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes.
const LONGEST: u64 = 64 << 20;

/// Options of `cases`.
#[derive(Clone, Debug, Args)]
pub(super) struct CasesArgs {
    /// Files of cases: JSON lines
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Ask this server, in place of one for each case with the case's options. Where it has a
    /// control plane, each case gets an org of its own, with its seed and its time
    #[arg(long, value_name = "URL", value_parser = server_url)]
    url: Option<String>,
    /// The access token that requests bear
    #[arg(long, value_name = "TOKEN", default_value = "any")]
    token: String,
    #[command(flatten)]
    admin: AdminToken,
    /// Only the case with this id; may be given several times
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
}

/// How cases came out.
#[derive(Debug, Default)]
struct Tally {
    held: usize,
    differed: usize,
    contested: usize,
    skipped: usize,
}

/// What came of a case.
#[derive(Debug)]
enum CaseOutcome {
    /// It was asked; this differs.
    Asked(Vec<String>),
    /// A server that runs already cannot be brought where the case begins; holds what it says.
    Skipped(String),
}

/// Replays cases, and tells those that came out otherwise.
pub(super) fn cases(args: &CasesArgs) -> Exit {
    match run(args) {
        Ok(tally) if tally.differed == 0 => Exit::Success,
        Ok(_) => Exit::Found,
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

#[allow(clippy::print_stdout, reason = "this is the command's result")]
fn run(args: &CasesArgs) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for case in wanted(args)? {
        let outcome = put(args, &case).with_context(|| format!("case {}", case.id))?;
        let found = match outcome {
            CaseOutcome::Asked(found) => found,
            CaseOutcome::Skipped(reason) => {
                tally.skipped += 1;
                println!("skipped {}: {}", case.id, printable(&reason));
                continue;
            }
        };
        match (&case.contested, found.is_empty()) {
            (None, true) => tally.held += 1,
            (Some(reason), false) => {
                tally.contested += 1;
                println!("contested {}: {}", case.id, printable(reason));
            }
            (Some(_), true) => {
                tally.differed += 1;
                println!("{} is contested, and holds: {}", case.id, case.title);
            }
            (None, false) => {
                tally.differed += 1;
                println!("differs {}: {}", case.id, printable(&case.title));
                for what in found {
                    println!("  {}", printable(&what));
                }
                let grade = case.evidence.as_str();
                println!("  source ({grade}): {}", printable(&case.source));
            }
        }
    }
    let Tally {
        held,
        differed,
        contested,
        skipped,
    } = &tally;
    let skipped = match skipped {
        0 => String::new(),
        n => format!(", {n} skipped"),
    };
    println!("{held} held, {differed} differed, {contested} contested{skipped}");
    Ok(tally)
}

/// The cases of the files that are asked for.
fn wanted(args: &CasesArgs) -> anyhow::Result<Vec<Case>> {
    let mut all = Vec::new();
    for path in &args.files {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        all.extend(cases::read(&text).with_context(|| shown.to_string())?);
    }
    if all.is_empty() {
        bail!("there is no case: files have one a line, as JSON");
    }
    for id in &args.only {
        if !all.iter().any(|case| case.id == *id) {
            bail!("there is no case {id}");
        }
    }
    if !args.only.is_empty() {
        all.retain(|case| args.only.contains(&case.id));
    }
    Ok(all)
}

/// Asks for a case.
fn put(args: &CasesArgs, case: &Case) -> anyhow::Result<CaseOutcome> {
    let options = options(case)?;
    let Some(url) = &args.url else {
        let mut started = builder(&options);
        if let Some(seed) = &case.seed {
            started = seeded(started, seed);
        }
        let mut within = Within(started.build_world()?);
        return Ok(CaseOutcome::Asked(case.replay(&mut within, &args.token)?));
    };
    let mut server = Elsewhere::new(url);
    let Some(mut org) = server.org(args.admin.token())? else {
        return Ok(CaseOutcome::Asked(case.replay(&mut server, &args.token)?));
    };
    let prepared = org.prepare(case.seed.as_ref(), options.now.as_deref());
    let outcome = match prepared {
        Ok(()) => case
            .replay(&mut org.at, &args.token)
            .map(CaseOutcome::Asked)?,
        Err(error) if error.is::<Unreachable>() => return Err(error),
        Err(error) => CaseOutcome::Skipped(format!("{error:#}")),
    };
    server.end(&org)?;
    Ok(outcome)
}

/// The options of `serve` that a case has. The environment does not change them.
fn options(case: &Case) -> anyhow::Result<ServeArgs> {
    #[derive(Parser)]
    #[command(no_binary_name = true)]
    struct Started {
        #[command(flatten)]
        serve: ServeArgs,
    }
    let command = Started::command().mut_args(|arg| arg.env(Resettable::Reset));
    let matches = command.try_get_matches_from(&case.options)?;
    Ok(Started::from_arg_matches(&matches)?.serve)
}

/// A server that starts with a case's seed: its name, or what a file would hold.
fn seeded(builder: crate::mock::Builder, seed: &Json) -> crate::mock::Builder {
    match seed {
        Json::String(name) => builder.seed(name),
        seed => builder.seed_json(seed),
    }
}

/// A server within this process.
struct Within(World);

impl Target for Within {
    fn ask(&mut self, asked: &Asked) -> Result<Answered, Unreachable> {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let body = Some(asked.body.as_slice());
        let request = Request::new(&asked.method, path, query, &asked.headers, body);
        let answer = dispatch(&self.0, &request);
        Ok(Answered {
            status: answer.status,
            body: answer.body.to_vec(),
        })
    }
}

/// A server behind an address.
struct Elsewhere {
    agent: ureq::Agent,
    base: String,
}

/// An org that was made for a case.
struct Lent {
    at: Elsewhere,
    id: String,
    admin_token: Option<String>,
}

impl Elsewhere {
    fn new(url: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .proxy(None)
            .build()
            .new_agent();
        Self {
            agent,
            base: url.trim_end_matches('/').to_owned(),
        }
    }

    /// An org of its own; none where the server has no control plane.
    fn org(&mut self, admin_token: Option<&str>) -> anyhow::Result<Option<Lent>> {
        let answer = self.control("POST", "/orgs", Some(&json!({})), admin_token)?;
        if answer.status == 404 {
            return Ok(None);
        }
        let made: Json = accepted(&answer)?;
        let (Some(url), Some(id)) = (made["url"].as_str(), made["id"].as_str()) else {
            bail!("{} makes no orgs", self.base);
        };
        Ok(Some(Lent {
            at: Self::new(url),
            id: id.to_owned(),
            admin_token: admin_token.map(str::to_owned),
        }))
    }

    fn end(&mut self, org: &Lent) -> anyhow::Result<()> {
        let path = format!("/orgs/{}", org.id);
        self.control("DELETE", &path, None, org.admin_token.as_deref())?;
        Ok(())
    }

    fn control(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Json>,
        token: Option<&str>,
    ) -> Result<Answered, Unreachable> {
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        if let Some(token) = token {
            headers.push(("Authorization".into(), format!("Bearer {token}")));
        }
        self.ask(&Asked {
            method: method.to_owned(),
            path: format!("/__admin{path}"),
            headers,
            body: body.map(Json::to_string).unwrap_or_default().into_bytes(),
        })
    }
}

impl Lent {
    /// Gives the org a case's seed and time.
    fn prepare(&mut self, seed: Option<&Json>, now: Option<&str>) -> anyhow::Result<()> {
        let token = self.admin_token.clone();
        let token = token.as_deref();
        if let Some(now) = now {
            let clock = json!({"now": now, "frozen": true});
            accepted(&self.at.control("PUT", "/clock", Some(&clock), token)?)?;
        }
        match seed {
            None => {}
            Some(Json::String(name)) => bail!("a running server cannot take the seed {name}"),
            Some(seed) => {
                accepted(&self.at.control("POST", "/seed", Some(seed), token)?)?;
            }
        }
        Ok(())
    }
}

/// The JSON of an answer that is none of an error.
fn accepted(answer: &Answered) -> anyhow::Result<Json> {
    let text = String::from_utf8_lossy(&answer.body);
    if !(200..300).contains(&answer.status) {
        bail!(
            "the control plane answers {}: {}",
            answer.status,
            text.trim()
        );
    }
    Ok(serde_json::from_str(&text)?)
}

impl Target for Elsewhere {
    fn ask(&mut self, asked: &Asked) -> Result<Answered, Unreachable> {
        let failed = |error: &dyn std::fmt::Display| {
            Unreachable(format!("{} does not answer: {error}", self.base))
        };
        let path = utf8_percent_encode(&asked.path, NO_URI);
        let mut request = http::Request::builder()
            .method(asked.method.as_str())
            .uri(format!("{}{path}", self.base));
        for (name, value) in &asked.headers {
            request = request.header(name, value);
        }
        let sent = if asked.body.is_empty() && asked.method != "POST" {
            let request = request.body(()).map_err(|error| failed(&error))?;
            self.agent.run(request)
        } else {
            let request = request.body(asked.body.as_slice());
            let request = request.map_err(|error| failed(&error))?;
            self.agent.run(request)
        };
        let mut answer = sent.map_err(|error| failed(&error))?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(LONGEST).read_to_vec();
        let body = body.map_err(|error| failed(&error))?;
        Ok(Answered { status, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(options: &[&str]) -> Case {
        let case = json!({"id": "1", "title": "t", "source": "s", "evidence": "docs",
            "options": options, "steps": []});
        serde_json::from_value(case).expect("a case")
    }

    #[test]
    fn options_are_those_of_serve() {
        let read = options(&case(&["--empty", "--now", "2026-05-14T09:30:00Z"])).expect("options");
        assert_eq!(read.now.as_deref(), Some("2026-05-14T09:30:00Z"));
        assert!(options(&case(&["--emty"])).is_err());
    }
}
