//! External ids: fields whose values name records in place of ids, as the header `X-EXTERNAL` says.
//!
//! A part of the header names a field of the module's own records (`Contacts.Ext`), or one of the
//! records that a lookup leads to: `Contacts.Account_Name.Ext`, in a subform
//! `Contacts.Stops.Deal.Ext`, and with `->` where each record names its module itself
//! (`Events.What_Id->Accounts.Ext`).

use lean_string::LeanString;

use super::field::{Field, Storage};
use super::module::Module;
use super::number::{FieldNo, ModuleNo};
use super::registry::Schema;

/// Cells of line items that go by two names, of which pages and clients use either.
const CELL_NAMES: [[&str; 2]; 2] = [["Product_Name", "product"], ["Price_Book_Name", "book"]];
/// The name of the line items in v2, which headers of later versions use, too.
const LINE_ITEMS: &str = "Product_Details";

/// What the header says of the records of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalIds {
    /// The field that names the records themselves.
    pub own: Option<FieldNo>,
    /// Lookups that name their records by such a field.
    pub lookups: Vec<ExternalLookup>,
}

/// A lookup in bodies that names its record by an external id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalLookup {
    /// The keys under which a record may have the list whose items hold the lookup; none if the
    /// record holds it.
    pub list: Vec<LeanString>,
    /// The keys under which the lookup may stand.
    pub keys: Vec<LeanString>,
    /// The module that it leads to.
    pub target: ModuleNo,
    /// The field of that module.
    pub field: FieldNo,
    /// Whether the header alone says which module that is.
    pub open: bool,
    /// Whether an id is written without an object around it.
    pub bare: bool,
}

impl ExternalIds {
    /// Reads the header of a call on the records of a module.
    ///
    /// # Errors
    /// The first part that leads to no field of text.
    pub fn parse<'h>(header: &'h str, schema: &Schema, module: &Module) -> Result<Self, &'h str> {
        let mut ids = Self::default();
        for part in header.split(',').map(str::trim) {
            let names: Vec<&str> = part.split('.').map(str::trim).collect();
            let Some((first, names)) = names.split_first() else {
                return Err(part);
            };
            if *first != module.api_name() {
                return Err(part);
            }
            match names {
                [own] => ids.own = Some(text_field(module, own).ok_or(part)?),
                [lookup, field] => {
                    let found = ExternalLookup::read(schema, Some(module), lookup, field);
                    ids.lookups.push(found.ok_or(part)?);
                }
                [list, lookup, field] => {
                    let list = list_field(module, list).ok_or(part)?;
                    let rows = match list.kind {
                        Storage::Rows(Some(no)) => Some(schema.module_at(no).as_ref()),
                        _ => None,
                    };
                    let found = ExternalLookup::read(schema, rows, lookup, field).ok_or(part)?;
                    let items = module.line_items().is_some_and(|items| items.no == list.no);
                    let old = items.then(|| LINE_ITEMS.into());
                    ids.lookups.push(ExternalLookup {
                        bare: rows.is_none(),
                        list: old.into_iter().chain([list.api_name().into()]).collect(),
                        ..found
                    });
                }
                _ => return Err(part),
            }
        }
        Ok(ids)
    }
}

impl ExternalLookup {
    /// A lookup of a module, which may be unknown where the header names the target.
    fn read(schema: &Schema, module: Option<&Module>, lookup: &str, field: &str) -> Option<Self> {
        let (name, named) = match lookup.split_once("->") {
            Some((name, target)) => (name.trim(), Some(schema.module(target.trim())?)),
            None => (lookup, None),
        };
        let names = CELL_NAMES.into_iter().find(|names| names.contains(&name));
        let keys: Vec<LeanString> = match names {
            Some(names) => names.into_iter().map(LeanString::from).collect(),
            None => vec![name.into()],
        };
        let known = module.and_then(|m| keys.iter().find_map(|key| m.field(key)));
        let target = match (named, known.map(|field| &field.kind)) {
            (Some(target), _) => target,
            (None, Some(Storage::Lookup(Some(no)))) => schema.module_at(*no),
            (None, _) => return None,
        };
        Some(Self {
            list: Vec::new(),
            keys,
            target: target.no,
            field: text_field(target, field)?,
            open: named.is_some(),
            bare: false,
        })
    }
}

/// A field whose values may name records.
fn text_field(module: &Module, name: &str) -> Option<FieldNo> {
    let field = module.field(name);
    let field = field.filter(|field| field.kind == Storage::Text);
    field.map(|field| field.no)
}

/// The field of a list whose items may hold lookups.
fn list_field<'m>(module: &'m Module, name: &str) -> Option<&'m Field> {
    match name {
        LINE_ITEMS => module.line_items().or_else(|| module.field(name)),
        _ => module.field(name),
    }
}
