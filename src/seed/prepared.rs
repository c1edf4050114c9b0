//! The default seed, prepared: an export of what comes of it, in which each module's records stand by
//! themselves, and are read when somebody asks for them first.
//!
//! Most orgs of tests are this one, and use few of its modules. A test makes the files of
//! `seed-data/prepared` from those of `seed-data/default`, and compares what comes of both.

use std::fmt;
use std::sync::Arc;

use serde_json::Value as Json;

use super::format::Document;
use super::load::stored::StoredReader;
use super::load::{self, Options};
use super::problem::SeedError;
use crate::schema::{ModuleNo, Schema};
use crate::store::{OrgState, Record, RecordSource, Tables};
use crate::value::blob::Blobs;
use crate::value::time;

/// The seed that is prepared.
pub const NAME: &str = "default";

/// All but the records. Times that are those of loading are null.
const ORG: &str = include_str!("../../seed-data/prepared/org.json");

/// The records of a module, one a line.
struct Lines {
    module: &'static str,
    text: &'static str,
    count: usize,
}

macro_rules! records {
    ($($module:literal),* $(,)?) => {
        const RECORDS: &[Lines] = &[$(Lines {
            module: $module,
            text: include_str!(concat!("../../seed-data/prepared/records/", $module, ".jsonl")),
            count: lines(include_bytes!(concat!("../../seed-data/prepared/records/", $module, ".jsonl"))),
        }),*];
    };
}

records![
    "Accounts",
    "Calls",
    "Campaigns",
    "Cases",
    "Contacts",
    "Deals",
    "Events",
    "Invoices",
    "Leads",
    "Notes",
    "Price_Books",
    "Products",
    "Purchase_Orders",
    "Quotes",
    "Sales_Orders",
    "Solutions",
    "Tasks",
    "Vendors",
];

const fn lines(mut text: &[u8]) -> usize {
    let mut count = 0;
    while let [first, rest @ ..] = text {
        count += (*first == b'\n') as usize;
        text = rest;
    }
    count
}

/// The org that the default seed makes at a time, whose files are kept in `blobs`.
///
/// # Errors
/// None in a released binary: that the seed can be loaded is tested.
pub fn build(options: Options, blobs: Blobs) -> Result<OrgState, SeedError> {
    let mut document = Document {
        blobs,
        ..Document::default()
    };
    let mut problems = Vec::new();
    document.add_file("org.json", &NAME.into(), ORG.into(), &mut problems);
    if !problems.is_empty() {
        return Err(SeedError(problems));
    }
    let now = time::format_datetime(options.now, &jiff::tz::TimeZone::UTC);
    let settings = document.settings.iter_mut();
    let settings = settings.flat_map(|list| &mut list.items);
    for object in settings.chain(&mut document.users) {
        for key in ["created_time", "modified_time", "Modified_Time"] {
            if let Some(time @ Json::Null) = object.object.get_mut(key) {
                *time = now.as_str().into();
            }
        }
    }
    let mut state = load::build(&document, options)?;
    let schema = Arc::clone(&state.schema);
    let modules = schema.modules().len();
    state.tables = Tables::of(Box::new(Prepared { schema }), modules);
    Ok(state)
}

/// The records of the seed, as an org with a schema takes them in.
struct Prepared {
    /// As it was at first: it tells the numbers of fields, which stay.
    schema: Arc<Schema>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}

impl RecordSource for Prepared {
    fn count(&self) -> usize {
        RECORDS.iter().map(|lines| lines.count).sum()
    }

    fn records(&self, module: ModuleNo) -> Vec<Arc<Record>> {
        let named = |lines: &&Lines| self.schema.number_of(lines.module) == Some(module);
        let Some(lines) = RECORDS.iter().find(named) else {
            return Vec::new();
        };
        let reader = StoredReader::new(&self.schema, module);
        // that all can be read is tested
        let records = lines.text.lines().filter_map(|line| reader.read(line));
        records.map(Arc::new).collect()
    }
}
