//! Jobs: work that a request has ordered and that is done later.

mod work;

use std::ops::Bound;
use std::sync::Arc;

pub use work::{
    BinSelection, BinWork, Conversion, ConversionTarget, InventoryConversions, JobWork, KeptFiles,
    LeadConversion, LeadConversions, MassAction, MergeWork, MergedChild, ScoreWork, TagDeletion,
};

use super::bulk::{Exported, Imported, Upload};
use super::tree::{Tree, Visible};
use crate::ids::Id;

/// What kinds of jobs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Changes to all records of a custom view.
    MassUpdate,
    /// Deletion of all records of a custom view.
    MassDelete,
    /// Much that comes out of the recycle bin, or leaves it for good.
    RecycleBin,
    /// Another owner for all records of a custom view.
    MassChangeOwner,
    /// Deletion of tags.
    TagDeletion,
    /// A merge of records of which one has a great many others related to it.
    Merge,
    /// Conversions of several leads, quotes or sales orders.
    MassConvert,
    /// The conversion of a lead that has a great many records related to it.
    Convert,
    /// Scores of the records of a module.
    ScoringRules,
    /// An export of records.
    BulkRead,
    /// Records from files.
    BulkWrite,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::MassUpdate,
        Self::MassDelete,
        Self::RecycleBin,
        Self::MassChangeOwner,
        Self::TagDeletion,
        Self::Merge,
        Self::MassConvert,
        Self::Convert,
        Self::ScoringRules,
        Self::BulkRead,
        Self::BulkWrite,
    ];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MassUpdate => "mass_update",
            Self::MassDelete => "mass_delete",
            Self::RecycleBin => "recycle_bin",
            Self::MassChangeOwner => "mass_change_owner",
            Self::TagDeletion => "mass_delete_tags",
            Self::Merge => "merge",
            Self::MassConvert => "mass_convert",
            Self::Convert => "convert",
            Self::ScoringRules => "scoring_rules",
            Self::BulkRead => "bulk_read",
            Self::BulkWrite => "bulk_write",
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
    /// Nobody has looked at a bulk job yet.
    Added,
    /// A bulk read waits for its turn.
    Queued,
    /// A bulk job is under way.
    InProgress,
    /// A bulk read came to nothing.
    Failure,
    /// A bulk write came to nothing.
    Failed,
}

impl JobStatus {
    /// Every status, in the order in which they follow.
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Running,
        Self::Completed,
        Self::Added,
        Self::Queued,
        Self::InProgress,
        Self::Failure,
        Self::Failed,
    ];

    /// Zoho's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Added => "ADDED",
            Self::Queued => "QUEUED",
            Self::InProgress => "IN PROGRESS",
            Self::Failure => "FAILURE",
            Self::Failed => "FAILED",
        }
    }
}

/// What a job came to.
#[derive(Clone, Debug, PartialEq)]
pub enum JobResult {
    /// What a mass action came to.
    Mass(MassCounts),
    /// Whether the one thing that it was about was done.
    One(bool),
    /// What a bulk read came to; nothing if its query made no sense any more.
    BulkRead(Option<Exported>),
    /// What a bulk write came to.
    BulkWrite(Imported),
}

/// What became of the records of a mass action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MassCounts {
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
    pub work: JobWork,
    /// The user who ordered it, in whose name it is done.
    pub user: Id,
    /// When it was ordered, in seconds since 1970.
    pub created: i64,
    /// When it is done.
    pub advance: Advance,
    /// How often its status was asked for.
    pub polls: u32,
    /// What it came to, once it is done.
    pub result: Option<JobResult>,
}

impl Visible for Arc<Upload> {
    fn visible(&self) -> bool {
        true
    }
}

impl Visible for Arc<Job> {
    fn visible(&self) -> bool {
        true
    }
}

impl Job {
    /// How far it is.
    #[must_use]
    pub fn status(&self) -> JobStatus {
        match (&self.result, &self.work) {
            (Some(JobResult::BulkRead(None)), _) => JobStatus::Failure,
            (Some(JobResult::BulkWrite(Imported { failed: true, .. })), _) => JobStatus::Failed,
            (Some(_), _) => JobStatus::Completed,
            (None, JobWork::BulkRead(_)) => match self.polls {
                0 => JobStatus::Added,
                1 => JobStatus::Queued,
                _ => JobStatus::InProgress,
            },
            (None, JobWork::BulkWrite(_, progress))
                if self.polls == 0 && progress.resources.is_empty() =>
            {
                JobStatus::Added
            }
            (None, JobWork::BulkWrite(..)) => JobStatus::InProgress,
            (None, _) if self.polls == 0 => JobStatus::Scheduled,
            (None, _) => JobStatus::Running,
        }
    }

    /// What became of the records that it is about: of none, until it is done.
    #[must_use]
    pub fn counts(&self) -> MassCounts {
        match self.result {
            Some(JobResult::Mass(counts)) => counts,
            _ => MassCounts::default(),
        }
    }

    /// From when on it is to be done, in seconds since 1970; the end of time while it waits for
    /// something else.
    fn due(&self) -> i64 {
        match self.advance {
            Advance::AtOnce => i64::MIN,
            Advance::Polls(polls) if self.polls >= polls => i64::MIN,
            Advance::Polls(_) => i64::MAX,
            Advance::After(seconds) => self.created.saturating_add(seconds),
        }
    }
}

/// The jobs of an org. Those that are open stand apart from those that were ever made, in the order
/// in which they are due. Copies share what neither has changed.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    all: Tree<Id, Arc<Job>>,
    open: Tree<(i64, Id), ()>,
    uploads: Tree<Id, Arc<Upload>>,
}

impl Jobs {
    /// The job with an id.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&Arc<Job>> {
        self.all.get(&id)
    }

    /// All jobs, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Job>> {
        self.all.iter().map(|(_, job)| job)
    }

    /// The jobs that are not done.
    pub fn open(&self) -> impl Iterator<Item = &Arc<Job>> {
        self.open.iter().filter_map(|((_, id), ())| self.get(*id))
    }

    /// The jobs that are to be done by `now`, those that are due first before the others. Costs
    /// nothing for those that are not.
    pub fn due(&self, now: i64) -> impl Iterator<Item = Id> {
        let open = self.open.range(Bound::Unbounded);
        let due = open.take_while(move |((due, _), ())| *due <= now && *due < i64::MAX);
        due.map(|((_, id), ())| *id)
    }

    /// The file for a bulk write with an id.
    #[must_use]
    pub fn upload(&self, id: Id) -> Option<&Arc<Upload>> {
        self.uploads.get(&id)
    }

    /// Keeps a file for a bulk write, and forgets those that came more than a day before it (assumed:
    /// results are kept as long). Jobs hold what they were ordered with.
    pub(super) fn put_upload(&mut self, upload: Upload) {
        const DAY: i64 = 86_400;
        let old = self.uploads.iter();
        let old = old.filter(|(_, known)| upload.created.saturating_sub(known.created) > DAY);
        let old: Vec<Id> = old.map(|(id, _)| *id).collect();
        for id in old {
            self.uploads.remove(&id);
        }
        self.uploads.insert(upload.id, Arc::new(upload));
    }

    /// Stores a job, in place of the one with its id.
    pub(super) fn put(&mut self, job: Job) {
        let (id, due) = (job.id, job.due());
        let open = job.result.is_none();
        if let Some(old) = self.all.insert(id, Arc::new(job)) {
            self.open.remove(&(old.due(), id));
        }
        if open {
            self.open.insert((due, id), ());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u64, advance: Advance) -> Job {
        Job {
            id: Id(id),
            work: JobWork::MassDelete(MassAction {
                module: 1,
                view: Id(1),
                request: Arc::default(),
            }),
            user: Id(1),
            created: 100,
            advance,
            polls: 0,
            result: None,
        }
    }

    #[test]
    fn jobs_are_due_when_they_say() {
        let mut jobs = Jobs::default();
        for (id, advance) in [
            (1, Advance::After(50)),
            (2, Advance::Polls(2)),
            (3, Advance::After(10)),
            (4, Advance::AtOnce),
            (5, Advance::After(i64::MAX)),
        ] {
            jobs.put(job(id, advance));
        }
        let due = |jobs: &Jobs, now| jobs.due(now).map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(due(&jobs, 100), [4]);
        assert_eq!(due(&jobs, 110), [4, 3]);
        assert_eq!(due(&jobs, i64::MAX), [4, 3, 1]);
        let done = Job {
            result: Some(JobResult::Mass(MassCounts::default())),
            ..job(4, Advance::AtOnce)
        };
        jobs.put(done);
        let asked = Job {
            polls: 2,
            ..job(2, Advance::Polls(2))
        };
        jobs.put(asked);
        assert_eq!(due(&jobs, 150), [2, 3, 1]);
        assert_eq!((jobs.open().count(), jobs.iter().count()), (4, 5));
    }

    /// Neither what is due nor a copy that is changed depends on how many jobs were ever done.
    #[test]
    fn done_jobs_cost_nothing() {
        let mut jobs = Jobs::default();
        for id in 0..50_000 {
            jobs.put(Job {
                result: Some(JobResult::Mass(MassCounts::default())),
                ..job(id, Advance::AtOnce)
            });
        }
        jobs.put(job(50_000, Advance::After(1)));
        let started = std::time::Instant::now();
        for n in 0..1_000 {
            let mut copy = jobs.clone();
            copy.put(job(60_000 + n, Advance::Polls(1)));
            assert_eq!(copy.due(1_000).count(), 1);
        }
        // a walk or a copy of all would take minutes
        assert!(started.elapsed() < std::time::Duration::from_secs(5));
    }
}
