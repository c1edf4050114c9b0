//! Changes of the data, posted to the program under test.

use std::sync::Arc;

use super::org::MockOrg;
use super::refused::Refused;
use crate::runtime::outgoing::Address;
use crate::server::feed::Feed;

/// Changes are posted as long as this lives. What has not been taken by then is dropped.
#[derive(Debug)]
#[must_use = "nothing is posted as soon as this is dropped"]
pub struct ChangesGuard {
    _feed: Feed,
}

impl MockOrg {
    /// Posts every change of the org's data to an address, in the order in which they happen,
    /// whoever makes them: clients, other tests, this one. A stand-in for the webhooks of an org, and
    /// a way to wait until a program under test has written something.
    ///
    /// A body is what one call has changed: `{"org", "time", "by", "changes"}`, where a change is
    /// about a `record`, a `user`, a `setting` or `metadata`, such as `{"about": "record", "module":
    /// "Leads", "id": "5725767000000100001", "operation": "insert"}`. The operations are `insert`,
    /// `update`, `delete`, and `remove` for a record that left the recycle bin. A seed that is
    /// added, a reset and a restored snapshot are told as `{"org", "replaced": true}`.
    ///
    /// An answer of 2xx takes a body; after a status of 5xx or 429, or none, it is sent again, five
    /// times in all, and what comes later waits. At most a thousand bodies wait.
    ///
    /// ```
    /// use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    /// use serde_json::{Value, json};
    /// use zoho_crm_mock::MockServer;
    ///
    /// let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    /// let crm = MockServer::start_blocking()?;
    /// let _posted = crm.post_changes(&format!("http://{}/hook", listener.local_addr()?))?;
    /// crm.insert("Leads", &json!({"Last_Name": "Rao"}))?;
    ///
    /// let (mut stream, _) = listener.accept()?;
    /// let mut reader = BufReader::new(stream.try_clone()?);
    /// let (mut length, mut line) = (0, String::new());
    /// while reader.read_line(&mut line)? > 2 {
    ///     if let Some(value) = line.strip_prefix("content-length: ") {
    ///         length = value.trim().parse()?;
    ///     }
    ///     line.clear();
    /// }
    /// let mut body = vec![0; length];
    /// reader.read_exact(&mut body)?;
    /// stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
    /// let told: Value = serde_json::from_slice(&body)?;
    /// assert_eq!(told["changes"][0]["module"], "Leads");
    /// assert_eq!(told["changes"][0]["operation"], "insert");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the address is no `http` address.
    pub fn post_changes(&self, address: &str) -> Result<ChangesGuard, Refused> {
        let refused = |words: String| Refused::new(words);
        let address = Address::parse(address).map_err(|error| refused(error.to_string()))?;
        let feed = Feed::start(&self.outbox, Arc::clone(&self.org), address);
        let feed = feed.map_err(|error| refused(error.to_string()))?;
        Ok(ChangesGuard { _feed: feed })
    }
}
