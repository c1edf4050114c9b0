//! What an org was asked: the journal, expectations of it, and the contract.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::expectation::{ContractGuard, ExpectationGuard, check_contract};
use super::org::MockOrg;
use super::refused::Refused;
use super::requests::{Expectation, Requests};
use crate::contract::report::Report;
use crate::control::{self, Question};
use crate::runtime::journal::Entry;
use crate::runtime::violation::{Severity, Violation};

impl MockOrg {
    /// What was asked of the org and answered, oldest first.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// let requests = crm.received_requests()?;
    /// assert_eq!((requests[0].operation, requests[0].status), ("records.count", 200));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the journal is off.
    pub fn received_requests(&self) -> Result<Vec<Arc<Entry>>, Refused> {
        Ok(control::journal(&self.org)?.entries())
    }

    /// Those of the requests so far that are meant: an operation by name, [`Requests`], or the JSON
    /// of `match` of `POST /__admin/requests/count`.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Requests};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// assert_eq!(crm.requests("records.count")?.len(), 1);
    /// assert!(crm.requests(Requests::any().status("4xx"))?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If no request can ever match, or the journal is off.
    pub fn requests(&self, which: impl Into<Requests>) -> Result<Vec<Arc<Entry>>, Refused> {
        let pattern = control::pattern(&which.into().0, &self.org)?;
        Ok(self.org.journal.matching(&pattern, 0))
    }

    /// Whether as many requests came so far as expected: [`Requests`] with a number, or the JSON that
    /// `POST /__admin/requests/verify` takes; at least one without a number.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Requests};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// crm.verify(Requests::of("records.count").module("Leads").count(1))?;
    /// crm.verify(Requests::of("records.insert").never())?;
    /// assert!(crm.verify("records.search").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If not: with the near misses, and how they differ. Also if no request can ever match, the
    /// numbers contradict each other, or the journal is off.
    pub fn verify(&self, expected: impl Into<Expectation>) -> Result<(), Refused> {
        let question = Question::read(&expected.into().0, &self.org)?;
        question.verify(&self.org.journal).into_result()?;
        Ok(())
    }

    /// Expects requests from now on: the test fails when what is returned is dropped and not as many
    /// came.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Requests};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let _once = crm.expect(Requests::of("records.count").count(1))?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify) but the first.
    pub fn expect(&self, expected: impl Into<Expectation>) -> Result<ExpectationGuard, Refused> {
        let question = Question::read(&expected.into().0, &self.org)?;
        Ok(ExpectationGuard::new(Arc::clone(&self.org), question))
    }

    /// Waits until so many requests came, or more, and gives them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start().await?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::Client::new().get(count);
    /// tokio::spawn(request.header("Authorization", "Zoho-oauthtoken any").send());
    /// let came = crm.wait_for("records.count", Duration::from_secs(10)).await?;
    /// assert_eq!(came.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the time is over: those of [`verify`](Self::verify). Also for a number that cannot be waited
    /// for: nothing comes to be fewer.
    pub async fn wait_for(
        &self,
        expected: impl Into<Expectation>,
        timeout: Duration,
    ) -> Result<Vec<Arc<Entry>>, Refused> {
        let question = self.waiting(&expected.into())?;
        let journal = &self.org.journal;
        // before looking, so that nothing is missed in between
        let mut changes = journal.watch();
        let waiter = journal.wait_for(&question.on, question.wanted());
        let reached = async {
            while !waiter.is_reached() {
                // the journal cannot have gone
                let _ = changes.changed().await;
                journal.look();
            }
        };
        // whether it was reached is asked below
        let _ = tokio::time::timeout(timeout, reached).await;
        if waiter.is_reached() {
            return Ok(journal.matching(&question.on, 0));
        }
        Ok(question.verify(journal).into_result()?)
    }

    /// Waits as [`wait_for`](Self::wait_for) does, for tests that are not async.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// std::thread::spawn(|| {
    ///     let request = reqwest::blocking::Client::new().get(count);
    ///     request.header("Authorization", "Zoho-oauthtoken any").send()
    /// });
    /// let came = crm.wait_for_blocking("records.count", Duration::from_secs(10))?;
    /// assert_eq!(came.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`wait_for`](Self::wait_for).
    pub fn wait_for_blocking(
        &self,
        expected: impl Into<Expectation>,
        timeout: Duration,
    ) -> Result<Vec<Arc<Entry>>, Refused> {
        const PAUSE: Duration = Duration::from_millis(2);
        let question = self.waiting(&expected.into())?;
        let journal = &self.org.journal;
        let asked = Instant::now();
        let mut changes = journal.watch();
        let waiter = journal.wait_for(&question.on, question.wanted());
        while !waiter.is_reached() && asked.elapsed() < timeout {
            std::thread::sleep(PAUSE);
            if changes.has_changed().unwrap_or(true) {
                changes.mark_unchanged();
                journal.look();
            }
        }
        if waiter.is_reached() {
            return Ok(journal.matching(&question.on, 0));
        }
        Ok(question.verify(journal).into_result()?)
    }

    /// A question that can be waited for; how long is said apart.
    fn waiting(&self, expected: &Expectation) -> Result<Question, Refused> {
        let question = Question::read(&expected.0, &self.org)?.waiting()?;
        match question.timeout_ms {
            None => Ok(question),
            Some(_) => Err(Refused::new("the time is given apart, not by timeout_ms")),
        }
    }

    /// Forgets what was asked so far.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// crm.clear_requests();
    /// assert!(crm.received_requests()?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clear_requests(&self) {
        self.org.journal.clear();
    }

    /// What is wrong with the requests so far by Zoho's contract, and what of the API they called.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// let report = crm.contract();
    /// assert_eq!((report.coverage.exercised, report.summary.error), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn contract(&self) -> Report {
        control::report(&self.org)
    }

    /// What is wrong with the requests so far by Zoho's contract.
    ///
    /// ```
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let lead = serde_json::json!({"data": [{"Last_Name": "Rao", "Compny": "Rao Boats"}]});
    /// let request = reqwest::blocking::Client::new().post(format!("{}/crm/v8/Leads", crm.url()));
    /// request.header("Authorization", "Zoho-oauthtoken any").json(&lead).send()?;
    /// assert_eq!(crm.violations()[0].rule, "record.unknown_field");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let found = self.org.journal.violations();
        found.into_iter().map(|found| found.violation).collect()
    }

    /// Whether the requests so far broke Zoho's contract by nothing of this severity or worse.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Severity};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// crm.verify_contract(Severity::Warning)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The violations, each with its request and what to do.
    pub fn verify_contract(&self, severity: Severity) -> Result<(), Refused> {
        check_contract(&self.org, severity).map_err(Refused::new)
    }

    /// Fails the test when what is returned is dropped and a request to the org broke Zoho's contract
    /// by something of this severity or worse. For all orgs of a server there is
    /// [`Builder::fail_on_violations`](super::Builder::fail_on_violations).
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Severity};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let _contract = crm.fail_on_violations(Severity::Warning);
    /// let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    /// let request = reqwest::blocking::Client::new().get(count);
    /// request.header("Authorization", "Zoho-oauthtoken any").send()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fail_on_violations(&self, severity: Severity) -> ContractGuard {
        ContractGuard::new(Arc::clone(&self.org), severity)
    }
}
