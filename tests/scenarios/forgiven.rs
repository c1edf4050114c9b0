//! What Zoho forgives: requests of scenarios that are answered with success and still break a rule
//! of the contract whose severity is `error`.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use libtest_mimic::Failed;
use zoho_crm_mock::contract::{ParsedRequest, Severity, judge};
use zoho_crm_mock::request::{Method, Request};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::version::ApiVersion;

use crate::root;

/// What is forgiven in one file.
#[derive(Default)]
pub(crate) struct Forgiven(BTreeSet<String>);

impl Forgiven {
    /// Looks at a request, the state that it met and the status of its answer.
    pub(crate) fn look(&mut self, request: &Request<'_>, state: &OrgState, status: u16) {
        // the control plane is no part of Zoho's API, and an org's address no part of a path
        if request.path.starts_with("/__") {
            return;
        }
        // 202 and 207 are answers to records that are refused
        if !(200..300).contains(&status) || [202, 207].contains(&status) {
            return;
        }
        let parsed = ParsedRequest::read(request, &state.schema);
        for violation in judge(&parsed.judged(request, state, 0)) {
            if violation.severity != Severity::Error {
                continue;
            }
            let path = request.path.split('/').map(|segment| {
                let digits = segment.bytes().all(|b| b.is_ascii_digit());
                match segment {
                    _ if digits && !segment.is_empty() => "{id}",
                    _ if ApiVersion::parse(segment).is_some() => "{v}",
                    _ => segment,
                }
            });
            let path: Vec<&str> = path.collect();
            let method = request.method.map_or("", Method::as_str);
            let (rule, place) = (violation.rule, violation.path);
            self.0
                .insert(format!("{rule} {method} {} {place}", path.join("/")));
        }
    }

    /// Compares with the part of `forgiven.txt` that is about a file, or writes that part.
    ///
    /// # Errors
    /// A line more than there is a request that was taken for correct; one fewer is stale.
    pub(crate) fn compare(self, file: &str, update: bool) -> Result<(), Failed> {
        // files are tested at once, and share this one
        static LIST: Mutex<()> = Mutex::new(());
        let guard = LIST.lock().unwrap_or_else(PoisonError::into_inner);
        let mut parts = read();
        let known = parts.iter().find(|(name, _)| name == file);
        let known = known.map(|(_, lines)| lines.clone()).unwrap_or_default();
        if known == self.0 {
            return Ok(());
        }
        if update {
            parts.retain(|(name, _)| name != file);
            if !self.0.is_empty() {
                parts.push((file.to_owned(), self.0));
            }
            parts.sort();
            std::fs::write(path(), text(&parts))?;
            return Ok(());
        }
        drop(guard);
        let new: Vec<&String> = self.0.difference(&known).collect();
        let stale: Vec<&String> = known.difference(&self.0).collect();
        Err(format!(
            "what is forgiven here is not what forgiven.txt says; run with UPDATE_EXPECT=1 if that \
             is meant\nnew {new:#?}\nno longer {stale:#?}"
        )
        .into())
    }
}

/// The parts of `forgiven.txt`, by the names of their files.
pub(crate) type Parts = Vec<(String, BTreeSet<String>)>;

fn path() -> std::path::PathBuf {
    root().join("forgiven.txt")
}

/// Reads `forgiven.txt`: below a line `# file` what is forgiven in it.
pub(crate) fn read() -> Parts {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let mut parts = Parts::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(file) => parts.push((file.to_owned(), BTreeSet::new())),
            None => {
                if let Some((_, lines)) = parts.last_mut() {
                    lines.insert(line.to_owned());
                }
            }
        }
    }
    parts
}

fn text(parts: &Parts) -> String {
    let parts = parts.iter().map(|(file, lines)| {
        let lines = lines.iter().map(|line| format!("{line}\n"));
        format!("# {file}\n{}", lines.collect::<String>())
    });
    parts.collect::<Vec<_>>().join("\n")
}
