//! Expectations that fail a test when they are dropped unmet.

use std::fmt::Write as _;
use std::sync::Arc;

use super::refused::Refused;
use crate::control::{self, ControlRefusal, Question};
use crate::runtime::violation::Severity;
use crate::world::Org;

/// Requests that are expected from now on. When this is dropped, the test fails unless as many came
/// as [`MockOrg::expect`](super::MockOrg::expect) was told: it panics with what was expected and what
/// came, unless the thread is panicking already.
///
/// ```
/// use zoho_crm_mock::{MockServer, Requests};
///
/// let crm = MockServer::start_blocking()?;
/// let _counted = crm.expect(Requests::of("records.count").count(1))?;
/// let _nothing_else = crm.expect(Requests::of("records.insert").never())?;
///
/// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
/// let request = reqwest::blocking::Client::new().get(count);
/// request.header("Authorization", "Zoho-oauthtoken any").send()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```should_panic
/// let crm = zoho_crm_mock::MockServer::start_blocking().expect("a server");
/// let _counted = crm.expect("records.count").expect("an expectation");
/// // nobody counts
/// ```
#[must_use = "what is expected is checked when this is dropped"]
pub struct ExpectationGuard {
    org: Arc<Org>,
    question: Question,
    /// The last request before it.
    after: u64,
    done: bool,
}

impl ExpectationGuard {
    pub(super) fn new(org: Arc<Org>, question: Question) -> Self {
        let after = org.journal.last_id();
        Self {
            org,
            question,
            after,
            done: false,
        }
    }

    /// Checks it now, and never again.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// let counted = crm.expect("records.count")?;
    /// assert!(counted.verify().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If not as many requests came as expected: with what came.
    pub fn verify(mut self) -> Result<(), Refused> {
        self.done = true;
        self.check()
    }

    fn check(&self) -> Result<(), Refused> {
        let verdict = self.question.verify_since(&self.org.journal, self.after);
        let Err(refusal) = verdict.into_result() else {
            return Ok(());
        };
        let ControlRefusal::NotVerified { message, details } = refusal else {
            return Err(refusal.into());
        };
        let pattern = serde_json::to_string(&self.question.on).unwrap_or_default();
        let text = details["text"].as_str().unwrap_or_default();
        let nearest = text.strip_prefix(&message).unwrap_or_default();
        let mut words = format!("{message}\nof {pattern}{nearest}");
        let came = self.org.journal.entries_since(self.after);
        if came.is_empty() {
            words.push_str("\nno request came");
        } else {
            words.push_str("\nthese requests came:");
        }
        for entry in came {
            // a String takes every write
            let _ = write!(words, "\n  {entry}");
        }
        Err(Refused::new(words))
    }
}

impl Drop for ExpectationGuard {
    fn drop(&mut self) {
        if self.done || std::thread::panicking() {
            return;
        }
        if let Err(refused) = self.check() {
            panic!("{refused}");
        }
    }
}

impl std::fmt::Debug for ExpectationGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExpectationGuard")
            .field("question", &self.question)
            .finish_non_exhaustive()
    }
}

/// An org whose requests must not break Zoho's contract. When this is dropped, the test fails if one
/// did: it panics with the violations, unless the thread is panicking already.
///
/// It comes from [`MockOrg::fail_on_violations`](super::MockOrg::fail_on_violations).
///
/// ```should_panic
/// use zoho_crm_mock::{MockServer, Severity};
///
/// let crm = MockServer::start_blocking().expect("a server");
/// let _contract = crm.fail_on_violations(Severity::Error);
/// // v8 wants to be told the fields
/// let leads = format!("{}/crm/v8/Leads", crm.url());
/// let request = reqwest::blocking::Client::new().get(leads);
/// request.header("Authorization", "Zoho-oauthtoken any").send().expect("an answer");
/// ```
#[must_use = "the contract is checked when this is dropped"]
pub struct ContractGuard {
    org: Arc<Org>,
    severity: Severity,
}

impl ContractGuard {
    pub(super) fn new(org: Arc<Org>, severity: Severity) -> Self {
        Self { org, severity }
    }
}

impl Drop for ContractGuard {
    fn drop(&mut self) {
        fail_on_violations([Arc::clone(&self.org)], self.severity);
    }
}

impl std::fmt::Debug for ContractGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ContractGuard")
            .field("org", &self.org.id)
            .field("severity", &self.severity)
            .finish()
    }
}

/// Panics if requests to some orgs broke Zoho's contract, unless the thread is panicking already.
pub(super) fn fail_on_violations(orgs: impl IntoIterator<Item = Arc<Org>>, severity: Severity) {
    if std::thread::panicking() {
        return;
    }
    let broken: Vec<String> = orgs
        .into_iter()
        .filter_map(|org| check_contract(&org, severity).err())
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Whether the requests to an org broke the contract by nothing of a severity or worse.
///
/// # Errors
/// The violations, a line each.
pub(super) fn check_contract(org: &Org, severity: Severity) -> Result<(), String> {
    let report = control::report(org);
    let mut words = String::new();
    for entry in report.at_least(severity) {
        // a String takes every write
        let _ = write!(
            words,
            "\n  {}, {}: {} {} at {}: {}. {}",
            entry.source(),
            entry.request,
            entry.severity,
            entry.rule,
            entry.path,
            entry.message,
            entry.advice,
        );
    }
    if words.is_empty() {
        return Ok(());
    }
    Err(format!(
        "requests to the org {} broke Zoho's contract:{words}",
        org.title()
    ))
}
