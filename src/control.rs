//! What a test does to an org, whichever way it asks: over HTTP ([`crate::admin`]) or by methods
//! ([`crate::mock`]). Both faces come through here, so that they take and refuse the same.

mod change;
mod contract;
mod fault;
pub mod notification;
mod question;

use serde_json::{Value as Json, json};

pub use change::published_json;
pub use contract::{report, report_of};
pub use fault::{AddedFault, add_fault};
pub use question::{Question, TIMEOUT_MS, Verdict};

use crate::api;
use crate::runtime::journal::Journal;
use crate::runtime::pattern::{Names, Pattern};
use crate::world::{Org, World};

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ControlRefusal {
    /// There is nothing of this name.
    #[error("there is no {what} \"{name}\"")]
    Unknown {
        /// What it would be.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// It can be read and makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The server was started without what it needs.
    #[error("{0}")]
    Conflict(String),
    /// There are not as many requests as expected.
    #[error("{message}")]
    NotVerified {
        /// What was expected, and what was found.
        message: String,
        /// `expected`, `found`, the requests that match, and the near misses.
        details: Json,
    },
}

impl ControlRefusal {
    /// Particulars for programs, such as the name that is unknown; an empty object without any.
    #[must_use]
    pub fn details(&self) -> Json {
        match self {
            Self::Unknown { what, name } => json!({*what: name}),
            Self::Invalid(_) | Self::Conflict(_) => json!({}),
            Self::NotVerified { details, .. } => details.clone(),
        }
    }
}

/// The names that patterns about the requests of some orgs may use.
fn names<'o>(orgs: impl IntoIterator<Item = &'o Org>) -> Names {
    let mut modules = Vec::new();
    for org in orgs {
        let state = org.read();
        let known = state.schema.modules().map(|m| m.api_name().to_owned());
        modules.extend(known);
    }
    modules.sort_unstable();
    modules.dedup();
    Names {
        operations: api::endpoints().map(|row| row.id).collect(),
        modules,
    }
}

/// The journal of an org, for a question that needs its entries.
///
/// # Errors
/// [`ControlRefusal::Conflict`] if it keeps none: it would answer that there were no requests.
pub fn journal(org: &Org) -> Result<&Journal, ControlRefusal> {
    if org.journal.keeps() {
        Ok(&org.journal)
    } else {
        Err(ControlRefusal::Conflict(
            "the journal is off (--journal 0)".into(),
        ))
    }
}

/// Checks that requests to an org can fit a pattern.
///
/// # Errors
/// [`ControlRefusal::Invalid`] with the nearest name, [`ControlRefusal::Conflict`] if the journal is off.
pub fn check_pattern(pattern: &Pattern, org: &Org) -> Result<(), ControlRefusal> {
    pattern
        .check(&names([org]))
        .map_err(ControlRefusal::Invalid)?;
    journal(org).map(|_| ())
}

/// Reads a pattern that requests to an org are compared with.
///
/// # Errors
/// Those of [`check_pattern`], and [`ControlRefusal::Invalid`] for what is no pattern.
pub fn pattern(json: &Json, org: &Org) -> Result<Pattern, ControlRefusal> {
    let pattern = Pattern::read(json).map_err(ControlRefusal::Invalid)?;
    check_pattern(&pattern, org)?;
    Ok(pattern)
}

/// The names that [`check_name`] takes, as a regular expression of JSON schemas.
pub const NAME: &str = r"^[^/\x00-\x1f\x7f-\x9f]*[^/.\s\x00-\x1f\x7f-\x9f][^/\x00-\x1f\x7f-\x9f]*$";

/// Checks a name that is given to an org or a snapshot: it stands in paths and in lines of text.
///
/// # Errors
/// [`ControlRefusal::Invalid`].
pub fn check_name(name: &str) -> Result<(), ControlRefusal> {
    // one of dots alone would be a place in a path
    let blank = name.chars().all(|c| c.is_whitespace() || c == '.');
    if blank || name.contains('/') || name.contains(char::is_control) {
        let told = "a name has letters, and no slash and no control characters";
        return Err(ControlRefusal::Invalid(told.to_owned()));
    }
    Ok(())
}

/// How many characters a label may have.
pub const LONGEST_LABEL: usize = 1_000;

/// Checks a label that is given to an org: any text, but no book.
///
/// # Errors
/// [`ControlRefusal::Invalid`].
pub fn check_label(label: &str) -> Result<(), ControlRefusal> {
    match label.chars().count() {
        0..=LONGEST_LABEL => Ok(()),
        n => Err(ControlRefusal::Invalid(format!(
            "a label has at most {LONGEST_LABEL} characters, not {n}"
        ))),
    }
}

/// The org that is called so.
///
/// # Errors
/// [`ControlRefusal::Unknown`].
pub fn org(world: &World, name: &str) -> Result<std::sync::Arc<Org>, ControlRefusal> {
    world.org(name).ok_or_else(|| ControlRefusal::Unknown {
        what: "org",
        name: name.to_owned(),
    })
}
