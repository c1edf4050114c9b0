//! The server in a Rust test: [`MockServer`].

mod builder;
mod changes;
mod edge;
mod expectation;
mod fault;
mod journal;
mod notifications;
mod org;
mod records;
mod refused;
mod requests;
mod server;
mod start;
mod start_error;
mod unmodified;

pub use builder::Builder;
pub use changes::ChangesGuard;
pub use expectation::{ContractGuard, ExpectationGuard};
pub use fault::{Fault, FaultGuard};
pub use notifications::Notifications;
pub use org::{MockOrg, Snapshot};
pub use records::RecordError;
pub use refused::Refused;
pub use requests::{Expectation, Requests};
pub use server::MockServer;
pub use start_error::StartError;
