//! What is generated for each module: worked out once, from the metadata and the hints.

use std::sync::Arc;

use lean_string::LeanString;
use rustc_hash::FxHashSet;

use super::chance::Stream;
use super::hints::{DateHint, Token, When};
use super::pairs::Pairing;
use super::template::{Part, Template};
use crate::ids::Id;
use crate::schema::{DataType, FieldNo, Module, ModuleNo, Storage};

/// A module, and how its records come about.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) module: Arc<Module>,
    /// How many records are to be generated.
    pub(super) count: u64,
    /// The records that the seed holds; read only where none are to be generated.
    pub(super) held: Vec<Id>,
    pub(super) columns: Vec<Column>,
    pub(super) links: Vec<LinkPlan>,
    /// Records pair others, no two of them twice.
    pub(super) pairs: Option<Pairing>,
    /// Higher than the ranks of the modules that it looks up, as far as they do not look back.
    pub(super) rank: u32,
    /// Days from creation to the due date.
    pub(super) due: (i64, i64),
    /// Records name a person.
    pub(super) has_person: bool,
    /// Records name a company.
    pub(super) has_company: bool,
    /// Something of a record depends on its due date.
    pub(super) needs_due: bool,
    /// Records have labels, since others may point to them.
    pub(super) labelled: bool,
    pub(super) streams: Streams,
}

/// What a record has besides its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams {
    pub(super) created: Stream,
    pub(super) due: Stream,
    pub(super) person: Stream,
    pub(super) company: Stream,
    pub(super) address: Stream,
}

impl Plan {
    /// How many records others may point to.
    pub(super) fn pool(&self) -> u64 {
        if self.count > 0 {
            self.count
        } else {
            self.held.len() as u64
        }
    }

    /// The column of a field.
    pub(super) fn column(&self, api_name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == api_name)
    }
}

/// A lookup of a module.
#[derive(Debug)]
pub(super) struct LinkPlan {
    pub(super) field: FieldNo,
    pub(super) name: LeanString,
    /// The modules it may lead to, all with records; several where each record names its own.
    pub(super) targets: Vec<ModuleNo>,
    /// Each record names the module.
    pub(super) open: bool,
    pub(super) mandatory: bool,
    /// No two records point to the same record.
    pub(super) unique: bool,
    pub(super) share: u32,
    pub(super) stream: Stream,
}

/// A field that is written.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: LeanString,
    pub(super) kind: Storage,
    pub(super) data_type: DataType,
    pub(super) mandatory: bool,
    /// Records have it, rows of subforms do not.
    pub(super) records_only: bool,
    /// Most characters or digits.
    pub(super) length: Option<u32>,
    /// Of a million records, so many have a value.
    pub(super) share: u32,
    pub(super) when: Option<When>,
    /// Another picklist of the record, its values, and whether they are wanted.
    pub(super) condition: Option<(usize, Vec<LeanString>, bool)>,
    pub(super) recipe: Recipe,
    pub(super) stream: Stream,
    /// Values that are taken, where no two records share one.
    pub(super) unique: Option<FxHashSet<String>>,
}

/// How a value comes about.
#[derive(Debug)]
pub(super) enum Recipe {
    Text(Vec<Template<Token>>),
    /// Values by due date: for records without one, with one that has passed, with one to come.
    Pick([Vec<LeanString>; 3]),
    Picks(Vec<LeanString>),
    Number {
        low: i64,
        high: i64,
        decimals: u32,
    },
    Truth(u32),
    Date(DateHint),
    Time(DateHint),
    Link(usize),
    User,
    Rows(ModuleNo),
    Json(Vec<Box<str>>),
    /// The value of a field behind a lookup.
    Copy(usize, LeanString),
    /// The probability of the value of another column.
    Probability(usize),
    /// What a mandatory field of a structured type holds; the module that it points to.
    Structure(Option<ModuleNo>),
    Created,
    Modified,
}

impl Column {
    /// Whether two records can be found to share a value: lists and structures are not compared.
    pub(super) fn is_compared(&self) -> bool {
        matches!(
            self.recipe,
            Recipe::Text(_)
                | Recipe::Pick(_)
                | Recipe::Truth(_)
                | Recipe::Number { .. }
                | Recipe::Date(_)
                | Recipe::Time(_)
                | Recipe::User
                | Recipe::Link(_)
        )
    }

    /// Whether the field holds one thing alone.
    pub(super) fn is_only(&self, test: fn(&Token) -> bool) -> bool {
        let Recipe::Text(templates) = &self.recipe else {
            return false;
        };
        matches!(
            templates.as_slice(),
            [Template(parts)] if matches!(parts.as_slice(), [Part::Slot(token)] if test(token))
        )
    }
}

/// The end of an address that has to be short.
pub(super) const SHORT_DOMAIN: &str = "@a.example";
