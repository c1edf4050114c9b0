//! Records: first what is called by which id, so that records may point to later ones, then the
//! records themselves.

use std::collections::BTreeMap;
use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashSet;
use serde_json::{Map, Value as Json};

use super::object::{Column, Object};
use super::stored::{self, Wrong};
use super::{Loader, chunks, module_names, whole_id};
use crate::error::{ApiError, Wording};
use crate::ids::Id;
use crate::ops::input::{Draft, Mode};
use crate::ops::write::{self, Place};
use crate::schema::{Kind, Module, ModuleNo};
use crate::seed::format::{CHUNK, Found, Records};
use crate::seed::unknown;
use crate::store::{Deleted, OrgState, Record, Tx};
use crate::version::ApiVersion;

/// Keys of a deleted record.
const DELETED_KEYS: [&str; 4] = ["record", "deleted_by", "deleted_time", "display_name"];

/// The records that a file holds of a module.
struct List<'a> {
    records: &'a Records,
    module: Arc<Module>,
    /// Their ids; 0 for those that cannot be read. Those of an export's recycle bin are not looked
    /// for: they stand for nothing.
    ids: Vec<Id>,
}

/// A record that was read.
struct Read {
    what: Result<What, Vec<Wrong>>,
    /// Who deleted it, and when.
    bin: Option<Bin>,
}

impl Read {
    fn wrong(wrong: Vec<Wrong>) -> Self {
        Self {
            what: Err(wrong),
            bin: None,
        }
    }
}

impl From<What> for Read {
    fn from(what: What) -> Self {
        Self {
            what: Ok(what),
            bin: None,
        }
    }
}

enum What {
    /// Complete.
    Record(Arc<Record>),
    /// It changes more than its own module, or depends on more.
    Draft(Box<Draft>),
}

struct Bin {
    by: Id,
    time: i64,
    name: Option<EcoString>,
}

impl Loader<'_> {
    /// Reads all records.
    pub(super) fn records(&mut self, tx: &mut Tx) {
        let document = self.document;
        let mut lists: Vec<List<'_>> = Vec::new();
        let mut taken: BTreeMap<ModuleNo, FxHashSet<Id>> = BTreeMap::new();
        for records in document.records.iter().chain(&document.deleted) {
            let schema = Arc::clone(&tx.state().schema);
            let module = schema.module(&records.module);
            let Some(module) = module.filter(|m| !m.fields.is_empty()) else {
                let reason = unknown("module", &records.module, module_names(&schema));
                self.problem_at(&records.file, records.path.clone(), reason);
                continue;
            };
            let ids = if records.stored && records.deleted {
                vec![Id(0); records.len()]
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
            let module = Arc::clone(tx.state().schema.module_at(no));
            let mut ids: Vec<Id> = ids.into_iter().collect();
            ids.sort_unstable();
            tx.announce(&module, &ids);
        }
        let mut bin = Vec::new();
        for list in &lists {
            self.list(tx, list, &mut bin);
        }
        for (module, id, mut entry) in bin {
            if let Some(record) = tx.take(&module, id) {
                entry.name = entry.name.or_else(|| record.display_name(&module));
                put_deleted(tx, &module, record, entry);
            }
        }
    }

    /// The ids of a list's records.
    fn ids(
        &mut self,
        tx: &mut Tx,
        module: &Module,
        records: &Records,
        taken: &mut FxHashSet<Id>,
    ) -> Vec<Id> {
        let inner = if records.deleted { ".record.id" } else { ".id" };
        let mut ids = Vec::with_capacity(records.len());
        taken.reserve(records.len());
        for (index, given) in records.ids().enumerate() {
            let given = match given {
                Ok(given) => given,
                Err(reason) => {
                    self.record_problem(records, index, "", reason);
                    ids.push(Id(0));
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
                    ids.push(id);
                    continue;
                }
                Ok(id) => format!("another record of {} has the id {id}", records.module),
                Err(reason) => reason,
            };
            self.record_problem(records, index, inner, reason);
            ids.push(Id(0));
        }
        ids
    }

    /// Reads the records of a list, several at once, and stores them in order.
    fn list(&mut self, tx: &mut Tx, list: &List<'_>, bin: &mut Vec<(Arc<Module>, Id, Bin)>) {
        let (records, module) = (list.records, &*list.module);
        let snapshot = tx.state().clone();
        let labels = std::mem::take(&mut self.labels);
        let source = Source {
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
                    let place = place(index);
                    let id = list.ids.get(index).copied().unwrap_or(Id(0));
                    let wrong = match (read.what, read.bin) {
                        (Ok(What::Record(record)), Some(entry)) if records.stored => {
                            put_deleted(tx, module, record, entry);
                            continue;
                        }
                        (Ok(what), entry) => {
                            bin.extend(entry.map(|entry| (Arc::clone(&list.module), id, entry)));
                            match what {
                                What::Record(record) => {
                                    complete.push(record);
                                    continue;
                                }
                                What::Draft(draft) => {
                                    match write::insert_as(tx, module, id, *draft, place) {
                                        Ok(()) => continue,
                                        Err(errors) => source.described(&errors, index),
                                    }
                                }
                            }
                        }
                        (Err(wrong), _) => wrong,
                    };
                    for (key, reason) in wrong {
                        self.record_problem(records, index, &key, reason);
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

fn put_deleted(tx: &mut Tx, module: &Module, record: Arc<Record>, entry: Bin) {
    tx.put_deleted(
        module,
        Deleted {
            record,
            display_name: entry.name,
            deleted_by: entry.by,
            deleted_time: entry.time,
        },
    );
}

fn place(index: usize) -> Place {
    Place {
        version: ApiVersion::LATEST,
        index,
        key: None,
        mode: Mode::Seed,
    }
}

/// What records are read with. Shared by threads.
struct Source<'a> {
    state: &'a OrgState,
    labels: &'a BTreeMap<String, Id>,
    list: &'a List<'a>,
    user: Id,
    now: i64,
}

impl Source<'_> {
    fn chunk(&self, n: usize) -> Vec<Read> {
        let (records, module) = (self.list.records, &*self.list.module);
        let columns = records.columns().iter();
        let columns: Vec<Column<'_>> = columns.map(|name| Column::of(name, module)).collect();
        let ids = self.list.ids.iter().skip(n * CHUNK);
        let found = records.chunk(n).zip(ids);
        let read = (n * CHUNK..).zip(found).map(|(index, (found, id))| {
            if *id == Id(0) && !self.in_bin_of_export() {
                // told when the ids were looked for
                return Read::wrong(Vec::new());
            }
            let read = match found {
                Ok(Found::Json(text)) if records.deleted => self.deleted(index, *id, text),
                Ok(Found::Json(text)) => {
                    let object = Object::parse(text, module);
                    object.map_or(Err(Vec::new()), |object| self.record(index, *id, object))
                }
                Ok(Found::Row(row)) => {
                    let object = Object::of_cells(&columns, row.iter(), module);
                    self.record(index, *id, object)
                }
                Err(reason) => Err(vec![(String::new(), reason)]),
            };
            read.unwrap_or_else(Read::wrong)
        });
        read.collect()
    }

    fn in_bin_of_export(&self) -> bool {
        self.list.records.stored && self.list.records.deleted
    }

    /// A record of the recycle bin.
    fn deleted(&self, index: usize, id: Id, text: &str) -> Result<Read, Vec<Wrong>> {
        let records = self.list.records;
        let Ok(mut object) = serde_json::from_str::<Map<String, Json>>(text) else {
            return Err(vec![(String::new(), "a record must be an object".into())]);
        };
        let mut wrong = Vec::new();
        for key in object.keys() {
            if !DELETED_KEYS.contains(&key.as_str()) {
                wrong.push((format!(".{key}"), unknown("key", key, DELETED_KEYS)));
            }
        }
        let mut bad = |key: &str, reason: &str| wrong.push((format!(".{key}"), reason.to_owned()));
        let by = match object.get("deleted_by") {
            None => Some(self.user),
            Some(Json::String(label)) if label.starts_with('#') => self.labels.get(label).copied(),
            Some(by) => Id::from_json(by),
        };
        if by.is_none() {
            bad("deleted_by", "no such user");
        }
        let time = object.get("deleted_time");
        let time = time.map_or(Some(self.now), stored::instant);
        if time.is_none() {
            bad("deleted_time", "must be a date-time with an offset");
        }
        let name = match object.get("display_name") {
            None | Some(Json::Null) => None,
            Some(Json::String(name)) => Some(EcoString::from(name)),
            Some(_) => {
                bad("display_name", "must be a text");
                None
            }
        };
        let Some(Json::Object(object)) = object.shift_remove("record") else {
            bad("record", "must be an object");
            return Err(wrong);
        };
        let id = match object.get("id").and_then(whole_id) {
            Some(id) if records.stored => id,
            None if records.stored => {
                bad("record.id", "an id is needed, a string of up to 19 digits");
                id
            }
            _ => id,
        };
        match self.record(index, id, Object::of(object, &self.list.module)) {
            Ok(mut read) if wrong.is_empty() => {
                read.bin = Some(Bin {
                    by: by.unwrap_or(self.user),
                    time: time.unwrap_or(self.now),
                    name,
                });
                Ok(read)
            }
            Ok(_) => Err(wrong),
            Err(more) => {
                let more = more.into_iter();
                wrong.extend(more.map(|(key, reason)| (format!(".record{key}"), reason)));
                Err(wrong)
            }
        }
    }

    fn record(&self, index: usize, id: Id, mut object: Object) -> Result<Read, Vec<Wrong>> {
        let module = &*self.list.module;
        if self.list.records.stored {
            let blank = Record::new(id, self.user, self.now, Vec::new());
            let record = stored::record(&self.state.schema, module, blank, &object)?;
            return Ok(What::Record(Arc::new(record)).into());
        }
        let mut wrong = self.unknown_keys(&object);
        wrong.extend(self.resolve_labels(&mut object));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let place = place(index);
        let draft = write::read_new(self.state, module, &object.given(), place, self.now)
            .map_err(|errors| self.described(&errors, index))?;
        let what = write::complete(module, id, draft, place.mode, self.user, self.now);
        Ok(match what {
            Ok(record) => What::Record(Arc::new(record)).into(),
            Err(draft) => What::Draft(draft).into(),
        })
    }

    fn unknown_keys(&self, object: &Object) -> Vec<Wrong> {
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

    fn resolve_labels(&self, object: &mut Object) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (no, value) in &mut object.fields {
            let field = self.list.module.field_at(*no);
            if matches!(
                field.kind,
                Kind::Lookup(_) | Kind::User | Kind::Rows(_) | Kind::Raw
            ) && let Err(label) = self.resolve(value, !matches!(field.kind, Kind::Raw))
            {
                let reason = unknown("label", &label, self.labels.keys().map(String::as_str));
                wrong.push((format!(".{}", field.api_name()), reason));
            }
        }
        wrong
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

    fn described(&self, errors: &[ApiError], index: usize) -> Vec<Wrong> {
        errors.iter().map(|error| describe(error, index)).collect()
    }
}

/// An API error as a place within a record and a sentence.
fn describe(error: &ApiError, index: usize) -> (String, String) {
    let path = error
        .details
        .get("json_path")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let key = path
        .strip_prefix(&format!("$.data[{index}]"))
        .unwrap_or_default()
        .to_owned();
    let facts: BTreeMap<&String, &Json> = error
        .details
        .iter()
        .filter(|(k, _)| !matches!(k.as_str(), "json_path" | "api_name"))
        .collect();
    let facts: Vec<String> = facts.iter().map(|(k, v)| format!("{k} {v}")).collect();
    let message = error.kind.message(Wording::Zoho);
    let reason = format!("{} {message}", error.kind.code());
    (
        key,
        if facts.is_empty() {
            reason
        } else {
            format!("{reason} ({})", facts.join(", "))
        },
    )
}
