//! A local, in-memory, stateful double of the Zoho CRM REST API, versions v2 to v8.
//!
//! Programs that talk to Zoho CRM are pointed at it in a test, unmodified, and find a CRM: what
//! they insert can be listed, searched, changed and deleted, and what they do wrong is answered
//! with Zoho's own errors.
//!
//! A Rust test starts a [`MockServer`], points its program at [`MockOrg::url`] and asks afterwards
//! what came of it:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use serde_json::json;
//! use zoho_crm_mock::{Fault, MockServer, Requests};
//!
//! let crm = MockServer::builder().empty().start().await?;
//! let _busy = crm.fault(Fault::error("TOO_MANY_REQUESTS").on("records.insert").times(1))?;
//! let _twice = crm.expect(Requests::of("records.insert").count(2))?;
//!
//! // the program under test: it tries again until it is let through
//! let leads = format!("{}/crm/v8/Leads", crm.url());
//! let body = json!({"data": [{"Last_Name": "Rao", "Company": "Rao Boats"}]});
//! while crm.count("Leads")? == 0 {
//!     let request = reqwest::Client::new().post(&leads).json(&body);
//!     request.header("Authorization", "Zoho-oauthtoken any").send().await?;
//! }
//!
//! assert_eq!(crm.records("Leads")?[0]["Company"], "Rao Boats");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `cli` (by default): the binary and its command line, with everything below.
//! - `admin`: the control plane over HTTP, `/__admin`, for programs in other languages.
//! - `connector`: the documented operations of a Zoho connector, `/operations` and `/core`.
//! - `tls` (by default): connections by TLS, for clients that have Zoho's hosts built in.
//!
//! A test that only wants [`MockServer`] takes `default-features = false`, and compiles two thirds of
//! the packages. What is not listed below is the inside of the server and changes without notice.
//!
//! How the crate is laid out is described in `ARCHITECTURE.md`.

#[cfg(feature = "admin")]
#[doc(hidden)]
pub mod admin;
#[doc(hidden)]
pub mod api;
#[cfg(feature = "tls")]
#[doc(hidden)]
pub mod authority;
#[doc(hidden)]
pub mod cases;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod contract;
#[doc(hidden)]
pub mod control;
#[doc(hidden)]
pub mod dispatch;
#[doc(hidden)]
pub mod error;
#[doc(hidden)]
pub mod hosts;
#[doc(hidden)]
pub mod ids;
#[doc(hidden)]
pub mod mock;
#[doc(hidden)]
pub mod ops;
#[doc(hidden)]
pub mod query;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod response;
#[doc(hidden)]
pub mod runtime;
#[doc(hidden)]
pub mod schema;
#[doc(hidden)]
pub mod seed;
#[doc(hidden)]
pub mod server;
#[doc(hidden)]
pub mod settings;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod value;
#[doc(hidden)]
pub mod version;
#[doc(hidden)]
pub mod words;
#[doc(hidden)]
pub mod world;

#[doc(inline)]
pub use contract::report::{Coverage, Entry as ReportedViolation, Outcomes, Report, Summary};
#[doc(inline)]
pub use error::Wording;
#[doc(inline)]
pub use ids::Id;
#[doc(inline)]
pub use mock::{
    Builder, ChangesGuard, ContractGuard, Expectation, ExpectationGuard, Fault, FaultGuard,
    MockOrg, MockServer, Notifications, RecordError, Refused, Requests, Snapshot, StartError,
};
#[doc(inline)]
pub use runtime::auth::{AuthMode, Credentials};
#[doc(inline)]
pub use runtime::callbacks::{Callback, CallbackOutcome};
#[doc(inline)]
pub use runtime::fault::Breakage;
#[doc(inline)]
pub use runtime::jobs::JobSetting;
#[doc(inline)]
pub use runtime::journal::{Body, Entry as ReceivedRequest};
#[doc(inline)]
pub use runtime::limits::{Edition, Limited, Rate};
#[doc(inline)]
pub use runtime::violation::{Severity, Violation};
#[doc(inline)]
pub use seed::generate::GenerateError;
#[doc(inline)]
pub use seed::{Problem, SeedError};
#[doc(inline)]
pub use store::job::{Advance, JobKind};
