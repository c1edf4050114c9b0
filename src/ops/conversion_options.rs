//! Which contacts, accounts and deals a lead could become a part of.
//!
//! Unique fields decide where the lead has a value in one; else the address and then the name of
//! contacts, and the name of accounts (pages on conversion options, Kaizen 137).

use std::sync::Arc;

use lean_string::LeanString;

use super::write::equals;
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query};
use crate::schema::{Field, FieldNo, Module, ModuleNo, Schema, Slot};
use crate::store::{OrgState, Record};
use crate::value::{Value, fold};

/// Records of a module that are told at most (v8 description).
const MOST: usize = 100;

/// What fits a lead in one module.
#[derive(Clone, Debug)]
pub struct Matches {
    /// The module.
    pub module: ModuleNo,
    /// The records, newest first.
    pub records: Vec<Arc<Record>>,
    /// The fields by which they fit, each with the value of the lead.
    pub fields: Vec<(FieldNo, LeanString)>,
    /// Whether these fields are unique.
    pub unique: bool,
}

/// What fits a lead.
#[derive(Clone, Debug, Default)]
pub struct ConversionOptions {
    /// Contacts.
    pub contacts: Option<Matches>,
    /// Accounts.
    pub accounts: Option<Matches>,
    /// Deals of these contacts and accounts (assumed).
    pub deals: Option<Matches>,
    /// The module that fits best.
    pub preference: Option<ModuleNo>,
    /// Modules of the three that have several layouts.
    pub with_layouts: Vec<ModuleNo>,
}

impl ConversionOptions {
    /// Whether there is nothing to choose.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.preference.is_none() && self.with_layouts.is_empty()
    }
}

/// What fits a lead.
#[must_use]
pub fn options(state: &OrgState, leads: &Module, lead: &Record) -> ConversionOptions {
    let schema = &state.schema;
    let finder = Finder { state, leads, lead };
    let module = |name: &str| schema.module(name);
    let contacts = module("Contacts").and_then(|module| finder.matches(module, &["Email"]));
    let contacts = contacts.or_else(|| finder.by_name(module("Contacts")?));
    let accounts = module("Accounts").and_then(|module| finder.matches(module, &["Account_Name"]));
    let deals = module("Deals").and_then(|module| {
        let around = [contacts.as_ref(), accounts.as_ref()];
        finder.around(module, &around.map(|matches| matches.cloned()))
    });
    // contacts go first, unless accounts alone fit by a unique field (page of v7)
    let unique = |matches: &Option<Matches>| matches.as_ref().is_some_and(|m| m.unique);
    let first = match unique(&accounts) && !unique(&contacts) {
        true => [&accounts, &contacts],
        false => [&contacts, &accounts],
    };
    let preference = first.into_iter().flatten().next().map(|m| m.module);
    let with_layouts = ["Contacts", "Accounts", "Deals"].into_iter();
    let with_layouts = with_layouts.filter_map(module);
    let with_layouts = with_layouts.filter(|module| module.layouts.len() > 1);
    ConversionOptions {
        with_layouts: with_layouts.map(|module| module.no).collect(),
        contacts,
        accounts,
        deals,
        preference,
    }
}

struct Finder<'a> {
    state: &'a OrgState,
    leads: &'a Module,
    lead: &'a Record,
}

impl Finder<'_> {
    fn schema(&self) -> &Schema {
        &self.state.schema
    }

    /// The value of the lead that a conversion would put into a field of a module.
    fn value(&self, module: &Module, field: &Field) -> Option<Value> {
        let mut fields = self.leads.fields.iter();
        let source = fields.find(|source| {
            let target = source.spec.convert_mapping.get(module.api_name());
            target.is_some_and(|target| target == field.api_name())
        })?;
        let value = self.lead.get(source, self.leads);
        (!value.is_null()).then_some(value)
    }

    fn matches(&self, module: &Arc<Module>, usual: &[&str]) -> Option<Matches> {
        let unique: Vec<&Field> = module
            .unique
            .iter()
            .map(|no| module.field_at(*no))
            .collect();
        let by = |fields: &[&Field], unique: bool| {
            let mut found = Vec::new();
            let mut named = Vec::new();
            for field in fields {
                let Some(value) = self.value(module, field) else {
                    continue;
                };
                let records = self.equal(module, field, &value);
                if records.is_empty() {
                    continue;
                }
                named.push((field.no, shown(&value)));
                add(&mut found, records);
            }
            (!found.is_empty()).then_some(Matches {
                module: module.no,
                records: found,
                fields: named,
                unique,
            })
        };
        by(&unique, true).or_else(|| {
            let usual: Vec<&Field> = usual.iter().filter_map(|name| module.field(name)).collect();
            by(&usual, false)
        })
    }

    /// The records with a value in a field, as long as they are the whole value.
    fn equal(&self, module: &Module, field: &Field, value: &Value) -> Vec<Arc<Record>> {
        let Some(expr) = equals(field, value) else {
            return Vec::new();
        };
        self.found(module, &expr, MOST)
    }

    fn found(&self, module: &Module, expr: &Expr, most: usize) -> Vec<Arc<Record>> {
        let query = Query {
            state: self.state,
            module,
            expr,
            converted: Converted::No,
            sort: None,
        };
        query.page(0, most).into_iter().cloned().collect()
    }

    /// Contacts of the lead's name.
    fn by_name(&self, contacts: &Arc<Module>) -> Option<Matches> {
        let field = contacts
            .fields
            .iter()
            .find(|field| field.slot == Slot::FullName)?;
        let name = self.lead.display_name(self.leads)?;
        let last = contacts.field("Last_Name")?;
        let last_name = self.lead.by_name("Last_Name", self.leads);
        let folded = fold(&name);
        let expr = equals(last, &last_name)?;
        let mut records = self.found(contacts, &expr, usize::MAX);
        records.retain(|record| {
            let other = record.display_name(contacts);
            other.is_some_and(|other| fold(&other) == folded)
        });
        records.truncate(MOST);
        (!records.is_empty()).then(|| Matches {
            module: contacts.no,
            records,
            fields: vec![(field.no, name)],
            unique: false,
        })
    }

    /// Deals of the contacts and accounts that fit.
    fn around(&self, deals: &Arc<Module>, matches: &[Option<Matches>]) -> Option<Matches> {
        let mut found = Vec::new();
        for matches in matches.iter().flatten() {
            let module = self.schema().module_at(matches.module);
            let link = match module.api_name() {
                "Contacts" => "Contact_Name",
                _ => "Account_Name",
            };
            let Some(link) = deals.field(link) else {
                continue;
            };
            for record in &matches.records {
                let target = Value::Lookup(matches.module, record.id);
                add(&mut found, self.equal(deals, link, &target));
            }
        }
        found.truncate(MOST);
        (!found.is_empty()).then_some(Matches {
            module: deals.no,
            records: found,
            fields: Vec::new(),
            unique: false,
        })
    }
}

/// Adds records that are not there yet.
fn add(found: &mut Vec<Arc<Record>>, more: Vec<Arc<Record>>) {
    for record in more {
        if !found.iter().any(|known| known.id == record.id) {
            found.push(record);
        }
    }
}

/// A value as a text.
fn shown(value: &Value) -> LeanString {
    match value {
        Value::Text(text) => text.clone(),
        other => match other.input_json() {
            serde_json::Value::String(text) => text.into(),
            json => json.to_string().into(),
        },
    }
}
