//! From what seeds say to an org: everything checked, all or nothing.
//!
//! An org is built, or what seeds say is added to one that lives: both take the same way. First
//! come settings, modules and fields, since all else depends on them, then users and what belongs
//! to modules, and the records at last.

mod bin;
mod chunks;
mod declarations;
pub(in crate::seed) mod files;
mod flaws;
mod given;
mod labels;
mod object;
mod options;
pub(in crate::seed) mod org;
mod records;
mod settings;
pub(in crate::seed) mod stored;
mod timeline;
mod tokens;
mod users;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::format::{Document, Located};
use super::problem::{Problem, SeedError};
use crate::ids::Id;
use crate::schema::Schema;
use crate::store::{Filling, Framework, Jobs, Names, OrgState, Tree};
use labels::Labelled;
pub use options::Options;
pub use tokens::{adopt, tokens};

/// What came of seeds.
#[derive(Clone, Debug)]
pub struct Added {
    /// The org with all that they say.
    pub state: OrgState,
    /// How many records they brought, by the API name of the module.
    pub records: BTreeMap<String, usize>,
    /// The ids that their labels (`#name`) stand for.
    pub labels: BTreeMap<String, Id>,
}

/// Tails of ids from here on are given to records.
const FIRST_TAIL: u64 = 5_000_001;

/// Builds an org from the seeds in a document.
///
/// # Errors
/// Every problem of the document; nothing is loaded then.
pub fn build(document: &Document, options: Options) -> Result<OrgState, SeedError> {
    build_labelled(document, options).map(|added| added.state)
}

/// Builds an org from the seeds in a document, and tells what their labels stand for.
///
/// # Errors
/// Every problem of the document; nothing is loaded then.
pub fn build_labelled(document: &Document, options: Options) -> Result<Added, SeedError> {
    Loader::new(document, options, None).load()
}

/// Adds the seeds in a document to an org. What they say of it, and what they declare, changes what
/// is there; users and records must be new. Clients and tokens are left to `tokens`.
///
/// # Errors
/// Every problem of the document; nothing is added then.
pub fn add(state: &OrgState, document: &Document, options: Options) -> Result<Added, SeedError> {
    Loader::new(document, options, Some(state)).load()
}

struct Loader<'a> {
    document: &'a Document,
    options: Options,
    /// The org that is added to.
    base: Option<&'a OrgState>,
    problems: Vec<Problem>,
    labels: BTreeMap<String, Id>,
    /// Settings whose labels are those of records.
    labelled: Vec<Labelled<'a>>,
    counts: BTreeMap<String, usize>,
}

impl<'a> Loader<'a> {
    fn new(document: &'a Document, options: Options, base: Option<&'a OrgState>) -> Self {
        Self {
            document,
            options,
            base,
            problems: Vec::new(),
            labels: BTreeMap::new(),
            labelled: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    fn load(mut self) -> Result<Added, SeedError> {
        match self.run() {
            Some(state) if self.problems.is_empty() => Ok(Added {
                state,
                records: self.counts,
                labels: self.labels,
            }),
            _ => {
                self.problems.dedup();
                Err(SeedError(self.problems))
            }
        }
    }

    fn run(&mut self) -> Option<OrgState> {
        tokens::check(self.document, &mut self.problems);
        let info = self.info();
        let mut schema = self.schema(&info)?;
        if self
            .base
            .is_some_and(|base| !Arc::ptr_eq(&base.info, &info))
        {
            schema = Arc::new(schema.restamped());
        }
        let modules = schema.modules().len();
        let state = match self.base {
            None => OrgState::new(
                Framework {
                    info,
                    schema,
                    users: Tree::default(),
                    settings: Arc::default(),
                    next_ids: Arc::default(),
                    next_numbers: Arc::default(),
                    blobs: self.document.blobs.clone(),
                    files: Arc::default(),
                    jobs: Jobs::default(),
                },
                FIRST_TAIL,
            ),
            Some(base) => {
                let mut state = base.clone();
                state.tables.grow(modules);
                state.info = info;
                state.schema = schema;
                state.names = Names::default();
                state
            }
        };
        let mut filling = Filling::new(state, self.options.now);
        let tx = filling.tx();
        self.next_tail(tx);
        self.settings_of_users(tx);
        self.users(tx);
        self.next_ids(tx);
        self.next_numbers(tx);
        self.settings(tx);
        self.views(tx);
        self.files(tx);
        self.records(&mut filling);
        self.labels_of_settings(filling.tx());
        self.timeline(filling.tx());
        match filling.into_state() {
            Ok(state) => Some(state),
            Err(unfilled) => {
                // those whose records are wrong have been told
                if self.problems.is_empty() {
                    self.problem_at("seed", "$".into(), unfilled.to_string());
                }
                None
            }
        }
    }

    fn problem_at(&mut self, file: &str, path: String, reason: impl Into<String>) {
        self.problems.push(Problem {
            file: file.to_owned(),
            path,
            reason: reason.into(),
        });
    }

    fn problem(&mut self, at: &Located, key: &str, reason: impl Into<String>) {
        let path = if key.is_empty() {
            at.path.clone()
        } else {
            format!("{}.{key}", at.path)
        };
        self.problem_at(&at.file, path, reason);
    }

    fn org_problem(&mut self, key: &str, reason: impl Into<String>) {
        let file = self.document.org_file.clone();
        let file = file.as_deref().unwrap_or("seed");
        self.problem_at(file, format!("$.org.{key}"), reason);
    }

    /// A declared id, a labelled one, or a new one.
    fn identify(&mut self, given: Option<&Json>, fresh: impl FnOnce() -> Id) -> Result<Id, String> {
        match given {
            None | Some(Json::Null) => Ok(fresh()),
            Some(Json::String(label)) if label.starts_with('#') => {
                if self.labels.contains_key(label) {
                    return Err(format!("the label {label} is used twice"));
                }
                let id = fresh();
                self.labels.insert(label.clone(), id);
                Ok(id)
            }
            Some(value) => whole_id(value).ok_or_else(|| {
                format!("an id is a string of up to 19 digits or a #label, not {value}")
            }),
        }
    }

    fn user_id(&self, value: &Json) -> Option<Id> {
        match value.as_str() {
            Some(label) if label.starts_with('#') => self.labels.get(label).copied(),
            _ => Id::from_json(value),
        }
    }
}

fn whole_id(value: &Json) -> Option<Id> {
    Id::from_json(value).filter(|id| id.0 > 0)
}

fn module_names(schema: &Schema) -> impl Iterator<Item = &str> {
    schema
        .modules()
        .filter(|m| !m.fields.is_empty())
        .map(|m| m.api_name())
}
