//! Files as records: a bulk write at work.

use std::cell::RefCell;
use std::sync::Arc;

use csv::StringRecord;
use lean_string::LeanString;
use rustc_hash::FxHashMap;

use super::archive::Archive;
use super::fault::TableFault;
use super::mapping::KnownParents;
use super::parents::parent;
use super::report;
use super::row::{ChildRows, RowWriter};
use super::table::{CheckedFiles, Table, check_whole, encoding_named};
use crate::error::Code;
use crate::ids::Id;
use crate::schema::Storage;
use crate::store::bulk::{
    BulkResource, BulkWrite, Imported, ResourceProgress, RowOutcome, WriteProgress,
};
use crate::store::job::{JobResult, JobWork};
use crate::store::timeline::TimelineSource;
use crate::store::{Job, OrgState, Store, Tx};

/// Rows that are written in one transaction: other writers wait for no more.
const CHUNK: usize = 500;

/// The state was replaced meanwhile, by one in which the job is not as it was left.
#[derive(Debug)]
struct Gone;

/// A bulk write that somebody works at.
struct Import<'a> {
    store: &'a Store,
    now: i64,
    id: Id,
    write: Arc<BulkWrite>,
    progress: WriteProgress,
    /// By resource, once all were checked.
    files: Arc<Vec<CheckedFiles>>,
}

/// Does a bulk write, chunk by chunk. It begins where it was left: in a state that was kept in the
/// middle of it, it goes on from there. It stops where the job is gone.
pub(crate) fn import(store: &Store, now: i64, id: Id) {
    let job = store.read().jobs.get(id).cloned();
    let Some(JobWork::BulkWrite(write, progress)) = job.as_ref().map(|job| &job.work) else {
        return;
    };
    let import = Import {
        store,
        now,
        id,
        write: Arc::clone(write),
        progress: progress.clone(),
        files: Arc::default(),
    };
    // nobody waits for a job that is gone
    let _stopped = import.run();
}

impl Import<'_> {
    fn run(mut self) -> Result<(), Gone> {
        if !self.check()? {
            return self.end(Imported {
                failed: true,
                report: None,
            });
        }
        for resource in 0..self.write.resources.len() {
            self.write_resource(resource)?;
        }
        let state = self.store.read();
        let report = report::report(&report::Reported {
            schema: &state.schema,
            write: &self.write,
            progress: &self.progress,
            files: &self.files,
        });
        let report = report.ok().and_then(|report| state.blobs.put(report).ok());
        self.end(Imported {
            failed: false,
            report,
        })
    }

    /// Reads all files, before a row of any is written. False if one has a fault: the others are left
    /// out as well.
    fn check(&mut self) -> Result<bool, Gone> {
        let write = Arc::clone(&self.write);
        let named = write.encoding.as_deref();
        let read = write.resources.iter();
        let read: Vec<_> = read.map(|resource| read_files(resource, named)).collect();
        let faults = read.iter().map(|read| read.as_ref().err());
        let faults: Vec<Option<Code>> = faults.map(|it| it.map(|it| it.code())).collect();
        let sound = faults.iter().all(Option::is_none);
        self.files = Arc::new(read.into_iter().filter_map(Result::ok).collect());
        if self.progress.resources.is_empty() {
            let of = |failed| ResourceProgress {
                failed,
                ..ResourceProgress::default()
            };
            self.note(|progress| progress.resources = faults.into_iter().map(of).collect())?;
        }
        Ok(sound)
    }

    /// Writes what is left of a resource.
    fn write_resource(&mut self, n: usize) -> Result<(), Gone> {
        let Some(progress) = self.progress.resources.get(n).filter(|it| !it.done) else {
            return Ok(());
        };
        let write = Arc::clone(&self.write);
        let resource = &write.resources[n];
        let written = progress.clone();
        let mut behind = written.rows();
        let mut writer = RowWriter {
            write: &write,
            resource,
            head: StringRecord::new(),
            parents: self.parents(resource, n),
            children: self.children(&write, n),
            placed: RefCell::default(),
        };
        let files = Arc::clone(&self.files);
        let (archive, encodings) = &files[n];
        for (file, encoding) in resource.files.iter().zip(encodings) {
            let Ok(mut table) = Table::open(archive, file, encoding) else {
                continue;
            };
            writer.head = table.head().clone();
            loop {
                let mut rows = Vec::with_capacity(CHUNK);
                let mut row = StringRecord::new();
                while rows.len() < CHUNK && table.next(&mut row).is_ok_and(|more| more) {
                    match behind.next() {
                        Some(outcome) => writer.pass(&row, outcome),
                        None => rows.push(std::mem::take(&mut row)),
                    }
                }
                if rows.is_empty() {
                    break;
                }
                self.write_chunk(n, &writer, &rows)?;
            }
        }
        self.note(|progress| progress.resources[n].done = true)
    }

    fn write_chunk(
        &mut self,
        n: usize,
        writer: &RowWriter<'_>,
        rows: &[StringRecord],
    ) -> Result<(), Gone> {
        let job = (self.id, self.progress.rows());
        let mut progress = self.progress.clone();
        self.store.write(self.now, |tx| {
            let open = open_job(tx.state(), job)?;
            tx.act_as(open.user);
            let outcomes: Arc<[RowOutcome]> = tx.by_way_of(TimelineSource::BulkApi, |tx| {
                rows.iter().map(|row| writer.write(tx, row)).collect()
            });
            let resource = &mut progress.resources[n];
            for outcome in outcomes.iter() {
                resource.counts.count(outcome.status);
            }
            resource.outcomes.push(outcomes);
            put(tx, &open, &self.write, progress.clone(), None);
            Ok::<(), Gone>(())
        })?;
        self.progress = progress;
        Ok(())
    }

    /// Changes how far the job is, and nothing else.
    fn note(&mut self, change: impl FnOnce(&mut WriteProgress)) -> Result<(), Gone> {
        let job = (self.id, self.progress.rows());
        let mut progress = self.progress.clone();
        change(&mut progress);
        self.store.write(self.now, |tx| {
            let open = open_job(tx.state(), job)?;
            put(tx, &open, &self.write, progress.clone(), None);
            Ok::<(), Gone>(())
        })?;
        self.progress = progress;
        Ok(())
    }

    fn end(self, imported: Imported) -> Result<(), Gone> {
        let result = JobResult::BulkWrite(imported);
        let job = (self.id, self.progress.rows());
        self.store.write(self.now, |tx| {
            let open = open_job(tx.state(), job)?;
            put(tx, &open, &self.write, self.progress.clone(), Some(result));
            Ok(())
        })
    }

    /// For each mapping of a resource with a column of its parents, the records that they became.
    fn parents(&self, resource: &BulkResource, n: usize) -> Vec<Option<KnownParents>> {
        let state = self.store.read();
        let module = state.schema.module_at(resource.module);
        let known = resource.mappings.iter().map(|mapping| {
            let column = mapping.parent_column?;
            let field = module.field(&mapping.api_name)?;
            let Storage::Lookup(target) = field.kind else {
                return None;
            };
            let earlier = self.write.resources.get(..n)?;
            let above = earlier.iter().position(|it| Some(it.module) == target)?;
            Some(self.known_parents(above, column))
        });
        known.collect()
    }

    /// The rows that the records of a resource come with: those of a later resource that name them by
    /// a column of theirs.
    fn children<'w>(&self, write: &'w BulkWrite, n: usize) -> Option<ChildRows<'w>> {
        let state = self.store.read();
        let schema = &state.schema;
        let later = write.resources.iter().enumerate().skip(n + 1);
        let (c, resource) = later.into_iter().find(|(_, later)| {
            let above = parent(schema, schema.module_at(later.module));
            above.is_some_and(|above| above.module.no == write.resources[n].module)
        })?;
        let above = parent(schema, schema.module_at(resource.module))?;
        let mut mappings = resource.mappings.iter();
        let to_parent = mappings.position(|mapping| mapping.api_name == "Parent_Id")?;
        let mapping = &resource.mappings[to_parent];
        let (own, column) = (mapping.index?, mapping.parent_column?);
        let mut rows: FxHashMap<LeanString, Vec<StringRecord>> = FxHashMap::default();
        self.each_row(c, |row| {
            if let Some(cell) = row.get(own) {
                rows.entry(cell.into()).or_default().push(row.clone());
            }
        });
        let mut parents = self.parents(resource, c);
        // what they will be is not known yet, and not asked for
        let any = rows.keys().map(|cell| (cell.clone(), Id(0)));
        parents[to_parent] = Some(any.collect());
        Some(ChildRows {
            resource,
            field: above.field.api_name().into(),
            column,
            rows,
            parents,
        })
    }

    /// Shows `each` every row of a resource.
    fn each_row(&self, n: usize, mut each: impl FnMut(&StringRecord)) {
        let (archive, encodings) = &self.files[n];
        for (file, encoding) in self.write.resources[n].files.iter().zip(encodings) {
            let Ok(mut table) = Table::open(archive, file, encoding) else {
                continue;
            };
            let mut row = StringRecord::new();
            while table.next(&mut row).is_ok_and(|more| more) {
                each(&row);
            }
        }
    }

    /// The records of a resource by what stands in a column of its files.
    fn known_parents(&self, n: usize, column: usize) -> KnownParents {
        let mut known = KnownParents::default();
        let mut outcomes = self.progress.resources[n].rows();
        self.each_row(n, |row| {
            let record = outcomes.next().and_then(|outcome| outcome.record);
            if let (Some(cell), Some(record)) = (row.get(column), record) {
                known.insert(cell.into(), record);
            }
        });
        known
    }
}

/// Reads the files of a resource to their ends.
fn read_files(resource: &BulkResource, named: Option<&str>) -> Result<CheckedFiles, TableFault> {
    let named = match named {
        Some(name) => Some(encoding_named(name).ok_or(TableFault::Encoding)?),
        None => None,
    };
    let archive = Archive::open(resource.archive.bytes())?;
    let encodings = resource.files.iter();
    let encodings = encodings.map(|file| check_whole(&archive, file, named));
    let encodings = encodings.collect::<Result<_, _>>()?;
    Ok((archive, encodings))
}

/// The job, if it is still open and so many of its rows were worked off.
fn open_job(state: &OrgState, (id, rows): (Id, usize)) -> Result<Job, Gone> {
    let job = state.jobs.get(id).ok_or(Gone)?;
    match &job.work {
        JobWork::BulkWrite(_, progress) if job.result.is_none() && progress.rows() == rows => {
            Ok(Job::clone(job))
        }
        _ => Err(Gone),
    }
}

fn put(
    tx: &mut Tx,
    job: &Job,
    write: &Arc<BulkWrite>,
    progress: WriteProgress,
    result: Option<JobResult>,
) {
    tx.put_job(Job {
        work: JobWork::BulkWrite(Arc::clone(write), progress),
        result,
        ..job.clone()
    });
}
