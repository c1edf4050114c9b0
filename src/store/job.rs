//! Jobs: work that a request has ordered and that is done later.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::ids::Id;
use crate::schema::ModuleNo;

/// What kinds of jobs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Changes to all records of a custom view.
    MassUpdate,
    /// Deletion of all records of a custom view.
    MassDelete,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::MassUpdate, Self::MassDelete];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MassUpdate => "mass_update",
            Self::MassDelete => "mass_delete",
        }
    }

    /// The kind with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// When a job is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Advance {
    /// Before the request that makes it is answered.
    #[default]
    AtOnce,
    /// When its status has been asked for so many times.
    Polls(u32),
    /// So many seconds later on the org's clock.
    After(i64),
}

/// How far a job is, in Zoho's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Nobody has looked at it yet.
    Scheduled,
    /// It is under way.
    Running,
    /// It is done.
    Completed,
}

impl JobStatus {
    /// Zoho's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
        }
    }
}

/// What a job came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobResult {
    /// Records that it was about.
    pub total: usize,
    /// Those that were changed.
    pub done: usize,
    /// Those that stayed as they were, since nothing about them was to change.
    pub unchanged: usize,
    /// Those that could not be changed.
    pub failed: usize,
}

/// A job of an org.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: Id,
    /// What it does.
    pub kind: JobKind,
    /// The module whose records it is about.
    pub module: ModuleNo,
    /// The custom view that names them.
    pub view: Id,
    /// Values that they get, and conditions besides the view's, as in the request.
    pub request: Arc<Map<String, Json>>,
    /// When it was ordered, in seconds since 1970.
    pub created: i64,
    /// When it is done.
    pub advance: Advance,
    /// How often its status was asked for.
    pub polls: u32,
    /// What it came to, once it is done.
    pub result: Option<JobResult>,
}

impl Job {
    /// How far it is.
    #[must_use]
    pub fn status(&self) -> JobStatus {
        match self.result {
            Some(_) => JobStatus::Completed,
            None if self.polls == 0 => JobStatus::Scheduled,
            None => JobStatus::Running,
        }
    }

    /// Whether it is to be done by now.
    #[must_use]
    pub fn is_due(&self, now: i64) -> bool {
        self.result.is_none()
            && match self.advance {
                Advance::AtOnce => true,
                Advance::Polls(polls) => self.polls >= polls,
                Advance::After(seconds) => now >= self.created.saturating_add(seconds),
            }
    }
}
