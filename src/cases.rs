//! Cases: exchanges with real Zoho, written down so that anybody can ask a server for them again.
//!
//! A file of cases is JSON lines. A case names its public source and how sure that is, the seed and
//! the options that the server starts with, and its steps: requests with what is expected of their
//! answers. [`Case::replay`] puts it to a [`Target`] and gives what came out otherwise.

mod compare;
mod format;
mod replay;

pub use format::{Case, CaseError, Evidence, Expected, Step, read};
pub use replay::{Answered, Asked, Target, Unreachable};
