//! Rules over several requests.

use super::rules::{
    CODE_TWICE, POLLING, READS_ONE_BY_ONE, REFRESH_TOO_OFTEN, RETRY, SUPERSEDED, WRITES_ONE_BY_ONE,
};
use super::{Asked, Found, Surface, Violation};
use crate::api::endpoint::{Items, Reads, Write};
use crate::request::{Method, Request};
use crate::schema::ModuleNo;
use crate::store::index::hash_text;
use crate::version::ApiVersion;

/// A second, in the unit of times here.
const SECOND: i64 = 1_000_000;
/// How old an access token is at least when the next one is reasonably asked for: three quarters
/// of its life.
const FRESH: i64 = 45 * 60 * SECOND;
/// How soon after a refusal for the time being a request comes too soon again.
const BACKOFF: i64 = SECOND;
/// Records that are read one by one before a list would have done.
const READS: u32 = 20;
/// Records that are inserted one by one before a batch would have done.
const WRITES: u32 = 10;
/// Times that a list is asked for before it is polled.
const POLLS: u32 = 5;
/// Tokens and codes that are remembered.
const LATEST: usize = 32;

/// What is remembered of an org's requests: a few numbers, whatever their number is.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Old versions that were told of.
    told: Vec<ApiVersion>,
    /// When the last access tokens were made, by the hash of their refresh token.
    refreshed: Latest<i64>,
    /// The latest grant codes, by their hash.
    codes: Latest<()>,
    /// The last request that could not be answered for the time being, and when.
    failed: Option<(u64, i64)>,
    reads: Run,
    writes: Run,
    /// The list that was asked for last, and how often in a row.
    polls: Option<(u64, u32)>,
}

/// Values by the hash of a text, of the latest texts alone.
#[derive(Clone, Debug)]
struct Latest<T>(Vec<(u64, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Latest<T> {
    /// Sets the value of a text; gives the one before.
    fn replace(&mut self, text: &str, value: T) -> Option<T> {
        let hash = hash_text(text);
        let known = self.0.iter().position(|(known, _)| *known == hash);
        let before = known.map(|at| self.0.remove(at).1);
        if self.0.len() == LATEST {
            self.0.remove(0);
        }
        self.0.push((hash, value));
        before
    }
}

/// Consecutive requests of one sort to one module.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    module: Option<ModuleNo>,
    length: u32,
}

impl Run {
    /// Counts a request to a module; one to another, or of another sort (`None`), begins anew.
    /// True when the run has just reached `most`.
    fn count(&mut self, module: Option<ModuleNo>, most: u32) -> bool {
        if module.is_none() || module != self.module {
            self.module = module;
            self.length = 0;
        }
        if module.is_some() {
            self.length = self.length.saturating_add(1);
        }
        self.length == most
    }
}

impl History {
    /// Takes note of a request that was answered with `status` at `at` (microseconds of a clock
    /// that does not go back), and says what it shows together with earlier ones. A rule that
    /// many requests break is told of once, where they begin to.
    pub fn note(&mut self, asked: &Asked<'_>, status: u16, at: i64) -> Vec<Violation> {
        let mut found = Found::default();
        match Surface::of(asked.request.path) {
            Surface::Api => {
                self.version(asked.version, &mut found);
                self.retry(asked, status, at, &mut found);
                self.one_by_one(asked, &mut found);
                self.poll(asked, status, &mut found);
            }
            Surface::Accounts => self.accounts(asked, status, at, &mut found),
            Surface::Other => {}
        }
        found.finish()
    }

    /// Tells of an old version once.
    fn version(&mut self, version: ApiVersion, found: &mut Found) {
        if version.is_superseded() && !self.told.contains(&version) {
            self.told.push(version);
            found.add(&SUPERSEDED, "$.path.v", format!("{version} is in use"));
        }
    }

    /// The same request again, right after it was told to come later.
    fn retry(&mut self, asked: &Asked<'_>, status: u16, at: i64, found: &mut Found) {
        let fault = status == 429 || status >= 500;
        if self.failed.is_none() && !fault {
            return;
        }
        let request = hash(asked.request);
        if let Some((same, before)) = self.failed.take()
            && same == request
            && (0..BACKOFF).contains(&(at - before))
        {
            let message = format!("sent again within {} s", BACKOFF / 1_000_000);
            found.add(&RETRY, "$", message);
        }
        if fault {
            self.failed = Some((request, at));
        }
    }

    fn one_by_one(&mut self, asked: &Asked<'_>, found: &mut Found) {
        let module = || asked.module();
        let reads = asked.endpoint.map_or(Reads::Other, |row| row.reads);
        let read = (reads == Reads::Record).then(module).flatten();
        if self.reads.count(read.map(|module| module.no), READS) {
            let name = read.map_or("", |module| module.api_name());
            let message = format!("{READS} records of {name} in a row, each in a call of its own");
            found.add(&READS_ONE_BY_ONE, "$.path.id", message);
        }
        let single = || {
            let items = asked.body.get("data").and_then(|data| data.as_array());
            items.is_some_and(|items| items.len() == 1)
        };
        let items = asked.endpoint.map_or(Items::Own, |row| row.body.items);
        let written = (items == Items::Records(Write::Insert) && single())
            .then(module)
            .flatten();
        if self.writes.count(written.map(|module| module.no), WRITES) {
            let name = written.map_or("", |module| module.api_name());
            let message = format!("{WRITES} records of {name} in a row, each in a call of its own");
            found.add(&WRITES_ONE_BY_ONE, "$.body.data", message);
        }
    }

    /// The same list again and again, with nothing in between.
    fn poll(&mut self, asked: &Asked<'_>, status: u16, found: &mut Found) {
        let list = asked
            .endpoint
            .is_some_and(|row| row.reads == Reads::Records);
        let conditional = || asked.request.headers.get("if-modified-since").is_some();
        if !list || status >= 400 || conditional() {
            self.polls = None;
            return;
        }
        let request = hash(asked.request);
        let times = match self.polls {
            Some((same, times)) if same == request => times.saturating_add(1),
            _ => 1,
        };
        self.polls = Some((request, times));
        if times == POLLS {
            let message = format!("the same list is asked for the {POLLS}th time in a row");
            found.add(&POLLING, "$.headers.if-modified-since", message);
        }
    }

    fn accounts(&mut self, asked: &Asked<'_>, status: u16, at: i64, found: &mut Found) {
        let param = |name| asked.params.get(name).unwrap_or_default();
        match param("grant_type") {
            "refresh_token" if status == 200 => {
                if let Some(before) = self.refreshed.replace(param("refresh_token"), at)
                    && (0..FRESH).contains(&(at - before))
                {
                    let seconds = (at - before) / SECOND;
                    let message = format!("the last access token is {seconds} s old");
                    found.add(&REFRESH_TOO_OFTEN, "$.body.grant_type", message);
                }
            }
            "authorization_code" if self.codes.replace(param("code"), ()).is_some() => {
                found.add(&CODE_TWICE, "$.body.code", "the code was used before");
            }
            _ => {}
        }
    }
}

/// What tells requests apart: method, path, query and body.
fn hash(request: &Request<'_>) -> u64 {
    let body = String::from_utf8_lossy(request.body.unwrap_or_default());
    let method = request.method.map_or("", Method::as_str);
    [method, request.path, request.query, &body]
        .iter()
        .fold(0, |hash: u64, part| hash.rotate_left(17) ^ hash_text(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_alone() {
        let mut latest = Latest::default();
        for n in 0..100 {
            assert_eq!(latest.replace(&n.to_string(), n), None);
        }
        assert_eq!(latest.0.len(), LATEST);
        assert_eq!(latest.replace("99", 1), Some(99));
        assert_eq!(latest.replace("0", 1), None);
    }

    #[test]
    fn a_run_is_told_of_once_and_ends_with_another_module() {
        let mut run = Run::default();
        let told = (0..10).filter(|_| run.count(Some(1), 3)).count();
        assert_eq!((told, run.length), (1, 10));
        assert!(!run.count(Some(2), 3));
        assert!(!run.count(None, 3));
        assert_eq!(run.length, 0);
    }
}
