//! Records: first what is called by which id, so that records may point to later ones, then the
//! records themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::bin::{self, Bin, BinScope};
use super::files::SeedFiles;
use super::flaws::{Flaw, Flaws};
use super::given::Taking;
use super::object::{Column, Object};
use super::stored::{self, FilesAt};
use super::{Loader, chunks, module_names, whole_id};
use crate::ids::Id;
use crate::ops::input::{Draft, Mode};
use crate::ops::linking;
use crate::ops::write::{self, RecordPlace};
use crate::schema::{Module, ModuleNo, Storage};
use crate::seed::format::{CHUNK, Found, Records, unreadable};
use crate::seed::once::KeyedOnce;
use crate::seed::problem::unknown;
use crate::settings::locking;
use crate::store::{Filling, OrgState, Record, Tx};
use crate::version::ApiVersion;

/// The records that a file holds of a module.
struct List<'a> {
    records: &'a Records,
    module: Arc<Module>,
    /// Their ids, one each.
    ids: Vec<Known>,
}

/// What is known of a record before it is read.
#[derive(Clone, Copy)]
enum Known {
    /// Its id, which others may point to.
    Id(Id),
    /// Nothing: in an export's recycle bin the id is read with the record, and nothing points to it.
    Nothing,
    /// That it cannot be taken, which has been told.
    Refused,
}

/// A record that was read.
struct Read {
    what: What,
    /// Who deleted it, and when.
    bin: Option<Bin>,
}

impl From<What> for Read {
    fn from(what: What) -> Self {
        Self { what, bin: None }
    }
}

enum What {
    /// Complete.
    Record(Arc<Record>),
    /// It changes more than its own module, or depends on more.
    Draft(Box<Draft>),
}

impl Loader<'_> {
    /// Reads all records.
    pub(super) fn records(&mut self, filling: &mut Filling) {
        let document = self.document;
        // what is there already may be of what is declared
        if self.base.is_none() && document.records.is_empty() && document.deleted.is_empty() {
            return;
        }
        let tx = filling.tx();
        let mut lists: Vec<List<'_>> = Vec::new();
        let mut taken: BTreeMap<ModuleNo, FxHashSet<Id>> = BTreeMap::new();
        for records in document.records.iter().chain(&document.deleted) {
            let schema = Arc::clone(&tx.state().schema);
            let module = schema.module(&records.module);
            let Some(module) = module.filter(|m| !m.fields.is_empty()) else {
                let mut reason = unknown("module", &records.module, module_names(&schema));
                if records.path == "$" {
                    reason.push_str("; a file of one module is called after it, such as Leads.csv");
                }
                self.problem_at(&records.file, records.path.clone(), reason);
                continue;
            };
            let ids = if records.stored && records.deleted {
                vec![Known::Nothing; records.len()]
            } else {
                self.ids(tx, module, records, taken.entry(module.no).or_default())
            };
            if !records.deleted {
                *self.counts.entry(records.module.clone()).or_default() += records.len();
            }
            lists.push(List {
                records,
                module: Arc::clone(module),
                ids,
            });
        }
        for (no, ids) in taken {
            let mut ids: Vec<Id> = ids.into_iter().collect();
            ids.sort_unstable();
            filling.announce(no, &ids);
        }
        let tx = filling.tx();
        let mut binned = Vec::new();
        for list in &lists {
            self.list(tx, list, &mut binned);
        }
        for (module, id, mut entry) in binned {
            if let Some(record) = tx.take(&module, id) {
                entry.name = entry.name.or_else(|| record.display_name(&module));
                bin::put(tx, &module, record, entry);
            }
        }
        linking::complete(tx);
        locking::mark_locked(tx);
    }

    /// The ids of a list's records.
    fn ids(
        &mut self,
        tx: &mut Tx,
        module: &Module,
        records: &Records,
        taken: &mut FxHashSet<Id>,
    ) -> Vec<Known> {
        let inner = if records.deleted { ".record.id" } else { ".id" };
        let mut ids = Vec::with_capacity(records.len());
        taken.reserve(records.len());
        for (index, given) in records.ids().enumerate() {
            let given = match given {
                Ok(given) => given,
                Err(reason) => {
                    ids.push(self.refused(records, index, "", reason));
                    continue;
                }
            };
            let found = if records.stored {
                let id = given.as_ref().and_then(whole_id);
                id.ok_or_else(|| "an id is needed, a string of up to 19 digits".to_owned())
            } else {
                self.identify(given.as_ref(), || {
                    loop {
                        let id = tx.next_record_id(module);
                        if !taken.contains(&id) {
                            break id;
                        }
                    }
                })
            };
            let known = |id: Id| tx.state().table(module).get(id).is_some();
            let reason = match found {
                Ok(id) if !known(id) && taken.insert(id) => {
                    ids.push(Known::Id(id));
                    continue;
                }
                Ok(id) => format!("another record of {} has the id {id}", records.module),
                Err(reason) => reason,
            };
            ids.push(self.refused(records, index, inner, reason));
        }
        ids
    }

    /// Tells why a record cannot be taken.
    fn refused(&mut self, records: &Records, index: usize, key: &str, reason: String) -> Known {
        self.record_problem(records, index, key, reason);
        Known::Refused
    }

    /// Reads the records of a list, several at once, and stores them in order.
    fn list(&mut self, tx: &mut Tx, list: &List<'_>, binned: &mut Vec<(Arc<Module>, Id, Bin)>) {
        let (records, module) = (list.records, &*list.module);
        let snapshot = tx.state().clone();
        let labels = std::mem::take(&mut self.labels);
        let source = Source {
            files: SeedFiles::new(self.document, &snapshot.blobs),
            state: &snapshot,
            labels: &labels,
            list,
            user: tx.user(),
            now: tx.now(),
        };
        let mut complete: Vec<Arc<Record>> = Vec::with_capacity(records.len());
        chunks::in_order(
            records.chunks(),
            |n| source.chunk(n),
            |n, chunk| {
                for (index, read) in (n * CHUNK..).zip(chunk) {
                    let stored = match read {
                        // told when the ids were looked for
                        None => Ok(()),
                        Some(Err(flaws)) => Err(flaws),
                        Some(Ok((id, read))) => {
                            let entry = match read.bin {
                                Some(entry) if !records.stored => {
                                    binned.push((Arc::clone(&list.module), id, entry));
                                    None
                                }
                                entry => entry,
                            };
                            match (read.what, entry) {
                                (What::Record(record), Some(entry)) => {
                                    bin::put(tx, module, record, entry);
                                    Ok(())
                                }
                                (What::Record(record), None) => {
                                    complete.push(record);
                                    Ok(())
                                }
                                (What::Draft(draft), _) => {
                                    write::insert_as(tx, module, id, *draft, place(index))
                                        .map_err(|errors| Flaws::described(&errors, index))
                                }
                            }
                        }
                    };
                    if let Err(flaws) = stored {
                        for (key, reason) in flaws {
                            self.record_problem(records, index, &key, reason);
                        }
                    }
                }
            },
        );
        drop(snapshot);
        self.labels = labels;
        complete.sort_by_key(|record| record.id);
        tx.put_all(module, complete);
    }

    fn record_problem(
        &mut self,
        records: &Records,
        index: usize,
        key: &str,
        reason: impl Into<String>,
    ) {
        let path = format!("{}{key}", records.path_of(index));
        self.problem_at(&records.file, path, reason);
    }
}

fn place(index: usize) -> RecordPlace {
    RecordPlace {
        version: ApiVersion::LATEST,
        index,
        key: None,
        mode: Mode::Seed,
    }
}

/// What records are read with. Shared by threads.
struct Source<'a> {
    files: SeedFiles<'a>,
    state: &'a OrgState,
    labels: &'a BTreeMap<String, Id>,
    list: &'a List<'a>,
    user: Id,
    now: i64,
}

impl Source<'_> {
    /// The records of a chunk with their ids; none for those that were refused before.
    fn chunk(&self, n: usize) -> Vec<Option<Result<(Id, Read), Flaws>>> {
        let (records, module) = (self.list.records, &*self.list.module);
        let columns = records.columns().iter();
        let columns: Vec<Column<'_>> = columns.map(|name| Column::of(name, module)).collect();
        let known = self.list.ids.iter().skip(n * CHUNK);
        let found = records.chunk(n).zip(known);
        let read = (n * CHUNK..).zip(found).map(|(index, (found, known))| {
            let id = match *known {
                Known::Id(id) => Some(id),
                Known::Nothing => None,
                Known::Refused => return None,
            };
            Some(self.read(index, id, found, &columns))
        });
        read.collect()
    }

    /// Reads a record; `id` is its id, unless it is told with the record alone.
    fn read(
        &self,
        index: usize,
        id: Option<Id>,
        found: Result<Found<'_>, String>,
        columns: &[Column<'_>],
    ) -> Result<(Id, Read), Flaws> {
        let (records, module) = (self.list.records, &*self.list.module);
        let object = match found.map_err(Flaws::whole)? {
            Found::Json(text) if records.deleted => return self.deleted(index, id, text),
            Found::Json(text) => Object::parse(text, module).map_err(Flaws::whole)?,
            Found::Row(row) => Object::of_cells(columns, row.iter(), module)?,
        };
        let id = id.ok_or_else(|| Flaws::whole("an id is needed"))?;
        Ok((id, self.record(index, id, object)?))
    }

    /// A record of the recycle bin.
    fn deleted(&self, index: usize, id: Option<Id>, text: &str) -> Result<(Id, Read), Flaws> {
        let entry: KeyedOnce<&RawValue> =
            serde_json::from_str(text).map_err(|error| Flaws::whole(unreadable(&error)))?;
        let mut flaws: Vec<Flaw> = Vec::new();
        let scope = BinScope {
            schema: &self.state.schema,
            labels: self.labels,
            user: self.user,
            now: self.now,
        };
        let entry_of = scope.read(&entry, &mut flaws);
        let object = match entry.get("record") {
            Some(record) => Object::parse(record.get(), &self.list.module),
            None => Err("must be an object".into()),
        };
        let read = match object {
            Err(reason) => {
                flaws.push((".record".into(), reason));
                None
            }
            // the ids of an export's recycle bin are told here alone
            Ok(object) => match id.or_else(|| object.id(&self.list.module)) {
                None => {
                    let reason = "an id is needed, a string of up to 19 digits";
                    flaws.push((".record.id".into(), reason.into()));
                    None
                }
                Some(id) => match self.record(index, id, object) {
                    Ok(read) => Some((id, read)),
                    Err(more) => {
                        let more = more.into_iter();
                        flaws.extend(more.map(|(key, reason)| (format!(".record{key}"), reason)));
                        None
                    }
                },
            },
        };
        Flaws::check(flaws)?;
        let (id, mut read) = read.ok_or_else(|| Flaws::whole("there is no record"))?;
        read.bin = Some(entry_of);
        Ok((id, read))
    }

    fn record(&self, index: usize, id: Id, mut object: Object) -> Result<Read, Flaws> {
        let module = &*self.list.module;
        if self.list.records.stored {
            let blank = Record::new(id, self.user, self.now, Vec::new());
            let files = FilesAt {
                files: self.files,
                at: &self.list.records.file,
                by: self.user,
            };
            let record = stored::record(&self.state.schema, module, blank, &object, files)?;
            return Ok(What::Record(Arc::new(record)).into());
        }
        let mut flaws = self.unknown_keys(&object);
        flaws.extend(self.resolve_labels(&mut object));
        let taking = Taking {
            files: self.files,
            state: self.state,
            module,
            at: &self.list.records.file,
            by: self.user,
            now: self.now,
        };
        let files = taking.out_of(&mut object, &mut flaws);
        Flaws::check(flaws)?;
        let place = place(index);
        let mut draft = write::read_new(self.state, module, &object.given(), place, self.now)
            .map_err(|errors| Flaws::described(&errors, index))?;
        files.into_draft(module, &mut draft);
        let what = write::complete(module, id, draft, place.mode, self.user, self.now);
        Ok(match what {
            Ok(record) => What::Record(Arc::new(record)).into(),
            Err(draft) => What::Draft(draft).into(),
        })
    }

    fn unknown_keys(&self, object: &Object) -> Vec<Flaw> {
        let known = |key: &str| {
            let fields = &self.list.module.fields;
            unknown("field", key, fields.iter().map(|f| f.api_name()))
        };
        let others = object.others.iter().map(|(key, _)| key.as_str());
        let strange = others.filter(|key| {
            let special = ["id", "se_module", "Product_Details", "Outbound_Call_Status"];
            !key.starts_with('$') && !special.contains(key)
        });
        strange.map(|key| (format!(".{key}"), known(key))).collect()
    }

    fn resolve_labels(&self, object: &mut Object) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (no, value) in &mut object.fields {
            let field = self.list.module.field_at(*no);
            if matches!(
                field.kind,
                Storage::Lookup(_)
                    | Storage::User
                    | Storage::Rows(_)
                    | Storage::Links(_)
                    | Storage::Raw
            ) && let Err(label) = self.resolve(value, !matches!(field.kind, Storage::Raw))
            {
                let reason = unknown("label", &label, self.labels.keys().map(String::as_str));
                flaws.push((format!(".{}", field.api_name()), reason));
            }
        }
        flaws
    }

    /// Puts ids in place of labels. Gives back the label that nothing has.
    fn resolve(&self, value: &mut Json, strict: bool) -> Result<(), String> {
        match value {
            Json::String(text) if text.starts_with('#') => match self.labels.get(text.as_str()) {
                Some(id) => *value = id.json(),
                None if strict => return Err(text.clone()),
                None => {}
            },
            // in rows and objects a text may begin with # for other reasons
            Json::Array(items) => items
                .iter_mut()
                .try_for_each(|item| self.resolve(item, false))?,
            Json::Object(object) => object
                .values_mut()
                .try_for_each(|inner| self.resolve(inner, false))?,
            _ => {}
        }
        Ok(())
    }
}
