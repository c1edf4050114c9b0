//! Converting a lead into a contact, an account and a deal.
//!
//! Where the value of a field goes is part of its declaration (`convert_mapping`). Existing records
//! are reused only if their ids are given: an account of the same name, or a contact with the same
//! address, is not linked (Zoho's page on conversion).

mod pairs;

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::children::pointing_to;
use super::input::Mode;
use super::merge::MOST_AT_ONCE;
use super::permit::{Deed, permit};
use super::relations::{self, ROLE};
use super::repoint::longest_list;
use super::write::{self, RecordPlace};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::dollar::dollar_no;
use crate::schema::relation::Pairs;
use crate::schema::{FieldNo, Module, ModuleNo, Schema};
pub use crate::store::job::{Conversion, ConversionTarget};
use crate::store::{OrgState, Record, Tx};
use crate::value::{Value, order, time};
use crate::version::ApiVersion;

/// Modules in which a conversion makes records, in the order in which it makes them.
pub const TARGETS: [&str; 3] = ["Accounts", "Contacts", "Deals"];

/// The records that a lead was converted into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvertedInto {
    /// The account, if there is one.
    pub account: Option<Id>,
    /// The contact.
    pub contact: Id,
    /// The deal, if one was asked for.
    pub deal: Option<Id>,
}

impl ConvertedInto {
    /// The record in a module of [`TARGETS`].
    #[must_use]
    pub fn of(&self, module: &str) -> Option<Id> {
        match module {
            "Accounts" => self.account,
            "Contacts" => Some(self.contact),
            _ => self.deal,
        }
    }
}

/// Converts a lead. On failure the transaction must be dropped, since some records may have been
/// written.
///
/// # Errors
/// `ID_ALREADY_CONVERTED`, and everything that is wrong with the records to be made.
pub fn convert(
    tx: &mut Tx,
    leads: &Module,
    lead: &Arc<Record>,
    wanted: &Conversion,
    version: ApiVersion,
) -> Result<ConvertedInto, Vec<ApiError>> {
    if lead.converted {
        return Err(vec![Code::ID_ALREADY_CONVERTED.into()]);
    }
    permit(tx, leads, lead, Deed::Convert).map_err(|error| vec![error])?;
    let schema = Arc::clone(&tx.state().schema);
    let mut conversion = LeadConversion {
        tx,
        schema: &schema,
        leads,
        lead,
        wanted,
        version,
    };
    let account = conversion.account()?;
    let contact = conversion.contact(account)?;
    let deal = conversion.deal(account, contact)?;
    let converted = ConvertedInto {
        account,
        contact,
        deal,
    };
    conversion.hand_over(&converted);
    pairs::hand_over(conversion.tx, leads, lead.id, contact);
    conversion.mark(&converted);
    Ok(converted)
}

/// A field by name, and its new value; `None` empties it.
type FieldValue = (&'static str, Option<Value>);

struct LeadConversion<'a> {
    tx: &'a mut Tx,
    schema: &'a Schema,
    leads: &'a Module,
    lead: &'a Arc<Record>,
    wanted: &'a Conversion,
    version: ApiVersion,
}

impl LeadConversion<'_> {
    fn place(&self, key: &'static str, mode: Mode) -> RecordPlace {
        RecordPlace {
            version: self.version,
            index: 0,
            key: Some(key),
            mode,
        }
    }

    fn module(&self, name: &'static str) -> Result<&Module, Vec<ApiError>> {
        let module = self.schema.module(name);
        module
            .map(AsRef::as_ref)
            .ok_or_else(|| vec![Code::INVALID_MODULE.into()])
    }

    /// Values of the lead that are mapped to fields of another module.
    fn mapped(&self, target: &str) -> Map<String, Json> {
        let mapped = self.leads.fields.iter().filter_map(|field| {
            let name = field.spec.convert_mapping.get(target)?;
            let value = self.lead.get(field, self.leads);
            (!value.is_null()).then(|| (name.to_string(), value.input_json()))
        });
        mapped.collect()
    }

    fn tags(&self, target: &str) -> &[LeanString] {
        let at = TARGETS.iter().position(|name| *name == target);
        at.map_or(&[], |at| &self.wanted.tags[at])
    }

    /// Inserts a record with values from the lead and its links (`json`) and from the client
    /// (`given`), which win.
    fn insert(
        &mut self,
        name: &'static str,
        mut json: Map<String, Json>,
        given: Option<&Map<String, Json>>,
    ) -> Result<Id, Vec<ApiError>> {
        let owner = self.wanted.assign_to.unwrap_or(self.lead.owner);
        json.insert("Owner".into(), json!({"id": owner.json()}));
        if !self.tags(name).is_empty() {
            json.insert("Tag".into(), tag_list(self.tags(name)));
        }
        json.extend(
            given
                .into_iter()
                .flatten()
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        let place = self.place(name, Mode::Insert);
        let schema = self.schema;
        let module = schema
            .module(name)
            .ok_or_else(|| vec![Code::INVALID_MODULE.into()])?;
        let id = write::insert(self.tx, module, &json, place)?;
        self.made(module, id);
        Ok(id)
    }

    /// What tells a record that a conversion made from one that a client made: it was active as it
    /// was made, and nobody looked for an owner (recorded v2, May 2026).
    fn made(&mut self, module: &Module, id: Id) {
        let Some(record) = self.tx.state().table(module).get(id).cloned() else {
            return;
        };
        let last = module.field("Last_Activity_Time").map(|field| field.no);
        let owner = dollar_no(module, "$zia_owner_assignment");
        let now = Value::DateTime(self.tx.now());
        let none = Value::Json(Arc::new(Json::Null));
        let values = last.map(|no| (no, now)).into_iter();
        let values = values.chain(owner.map(|no| (no, none)));
        let record = record.with_values(values.collect());
        self.tx.put(module, record);
    }

    /// Changes an existing record: adds tags, fills empty fields from the lead if asked to, and
    /// applies `changes`.
    fn add_to(
        &mut self,
        name: &'static str,
        id: Id,
        mut changes: Map<String, Json>,
    ) -> Result<(), Vec<ApiError>> {
        let module = self.module(name)?;
        let Some(record) = self.tx.state().table(module).get(id).cloned() else {
            return Err(vec![unknown_target(name, self.version)]);
        };
        if self.wanted.add_to_existing_record {
            for (field, value) in self.mapped(name) {
                if record.by_name(&field, module).is_null() {
                    changes.entry(field).or_insert(value);
                }
            }
        }
        if !self.tags(name).is_empty() {
            let mut all = match record.by_name("Tag", module) {
                Value::List(tags) => tags.to_vec(),
                _ => Vec::new(),
            };
            all.extend_from_slice(self.tags(name));
            changes.insert("Tag".into(), tag_list(&all));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let place = self.place(name, Mode::Update);
        let schema = self.schema;
        schema.module(name).map_or(Ok(()), |module| {
            write::update(self.tx, module, &record, &changes, place)
        })
    }

    fn account(&mut self) -> Result<Option<Id>, Vec<ApiError>> {
        match &self.wanted.account {
            ConversionTarget::Existing(id) => {
                let id = *id;
                self.add_to("Accounts", id, Map::new())?;
                Ok(Some(id))
            }
            ConversionTarget::New(given) => {
                let json = self.mapped("Accounts");
                // a lead without a company has no account (recorded v8)
                if !json.contains_key("Account_Name") && given.is_none() {
                    return Ok(None);
                }
                self.insert("Accounts", json, given.as_deref()).map(Some)
            }
        }
    }

    fn contact(&mut self, account: Option<Id>) -> Result<Id, Vec<ApiError>> {
        let link = account.map(|id| json!({"id": id.json()}));
        match &self.wanted.contact {
            ConversionTarget::Existing(id) => {
                let id = *id;
                let module = self.module("Contacts")?;
                let contact = self.tx.state().table(module).get(id);
                let present = contact.map(|c| c.by_name("Account_Name", module));
                let free = present.is_none_or(|present| present.is_null());
                let link = link.filter(|_| free || self.wanted.overwrite);
                let changes = link.map(|link| ("Account_Name".to_owned(), link));
                self.add_to("Contacts", id, changes.into_iter().collect())?;
                Ok(id)
            }
            ConversionTarget::New(given) => {
                let mut json = self.mapped("Contacts");
                json.extend(link.map(|link| ("Account_Name".to_owned(), link)));
                self.insert("Contacts", json, given.as_deref())
            }
        }
    }

    fn deal(&mut self, account: Option<Id>, contact: Id) -> Result<Option<Id>, Vec<ApiError>> {
        let Some(given) = self.wanted.deal.as_deref() else {
            return Ok(None);
        };
        let deals = self.module("Deals")?;
        // more is mandatory here than for a deal that is inserted (recorded v8)
        let errors: Vec<ApiError> = ["Deal_Name", "Closing_Date", "Stage", "Pipeline"]
            .into_iter()
            .filter(|name| {
                let field = deals.field(name);
                let known = field.is_some_and(|field| field.exists_in(self.version));
                known && given.get(*name).is_none_or(|v| v.is_null() || v == "")
            })
            .map(|name| {
                let error = ApiError::new(Code::MANDATORY_NOT_FOUND).with("api_name", name);
                self.located(error, &format!("Deals.{name}"))
            })
            .collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut json = self.mapped("Deals");
        json.extend(account.map(|id| ("Account_Name".to_owned(), json!({"id": id.json()}))));
        json.insert("Contact_Name".into(), json!({"id": contact.json()}));
        let id = self.insert("Deals", json, Some(given))?;
        self.give_role(given, contact, id)?;
        self.set_conversion_time("Deals", id);
        Ok(Some(id))
    }

    /// Relates the contact to the deal in the role that the client gives it.
    fn give_role(
        &mut self,
        given: &Map<String, Json>,
        contact: Id,
        deal: Id,
    ) -> Result<(), Vec<ApiError>> {
        if given.get(ROLE).is_none_or(Json::is_null) {
            return Ok(());
        }
        let (deals, contacts) = (self.module("Deals")?, self.module("Contacts")?);
        let mut linking = self.schema.linking_modules(deals);
        let list = linking.find_map(|through| {
            through.field(ROLE)?;
            Pairs::of(deals, through, contacts)
        });
        let (place, parent) = (self.place("Deals", Mode::Insert), (deals.no, deal));
        list.map_or(Ok(()), |list| {
            relations::link(self.tx, &list, parent, contact, given, place).map(drop)
        })
    }

    fn located(&self, error: ApiError, path: &str) -> ApiError {
        error.located(self.version, format_args!("$.data[0].{path}"))
    }

    /// Days from the lead's creation to now.
    fn conversion_time(&self) -> Value {
        Value::Int((self.tx.now() - self.lead.created_time).max(0) / 86_400)
    }

    fn set_conversion_time(&mut self, name: &str, id: Id) {
        let Some(module) = self.schema.module(name) else {
            return;
        };
        let record = self.tx.state().table(module).get(id).cloned();
        if let (Some(field), Some(record)) = (module.field("Lead_Conversion_Time"), record) {
            let time = self.conversion_time();
            let mut values = vec![(field.no, time.clone())];
            // the days before the deal are a part of the whole
            if let (Some(whole), Value::Int(before)) =
                (module.field("Overall_Sales_Duration"), time)
                && let Value::Int(days) = record.get(whole, module)
            {
                values.push((whole.no, Value::Int(days.saturating_add(before))));
            }
            self.tx.put(module, record.with_values(values));
        }
    }

    /// Moves notes, attachments and activities of the lead to the records it was converted into.
    fn hand_over(&mut self, converted: &ConvertedInto) {
        let lead = Value::Lookup(self.leads.no, self.lead.id);
        let to = |name: &str| {
            let module = self.schema.module(name)?;
            Some(Value::Lookup(module.no, converted.of(name)?))
        };
        let (contact, attachments) = (to("Contacts"), to(self.wanted.attachments_to));
        let attachments = attachments.or_else(|| contact.clone());
        let moves: [(&str, &str, &[FieldValue]); 5] = [
            ("Notes", "Parent_Id", &[("Parent_Id", contact.clone())]),
            ("Attachments", "Parent_Id", &[("Parent_Id", attachments)]),
            // activities are related to the person from now on
            (
                "Tasks",
                "What_Id",
                &[("What_Id", None), ("Who_Id", contact.clone())],
            ),
            (
                "Events",
                "What_Id",
                &[("What_Id", None), ("Who_Id", contact.clone())],
            ),
            (
                "Calls",
                "What_Id",
                &[("What_Id", None), ("Who_Id", contact)],
            ),
        ];
        for (name, link, changes) in moves {
            let Some(module) = self.schema.module(name) else {
                continue;
            };
            let Some(field) = module.field(link) else {
                continue;
            };
            for id in pointing_to(self.tx.state(), module, field, &lead) {
                let Some(record) = self.tx.state().table(module).get(id).cloned() else {
                    continue;
                };
                let values = changes.iter().filter_map(|(name, value)| {
                    Some((module.field(name)?.no, value.clone().unwrap_or(Value::Null)))
                });
                let record = record.with_values(values.collect());
                self.tx.put(module, record);
            }
        }
    }

    /// Marks the lead as converted: sets the flag, the fields of later versions and the
    /// `$converted_detail` of earlier ones.
    fn mark(&mut self, converted: &ConvertedInto) {
        let now = self.tx.now();
        let mut values: Vec<(FieldNo, Value)> = Vec::new();
        let mut set = |name: &str, value: Value| {
            values.extend(self.leads.field(name).map(|field| (field.no, value)));
        };
        set("Converted_Date_Time", Value::DateTime(now));
        set("Lead_Conversion_Time", self.conversion_time());
        // captured 2021: a converted lead was last active when it was changed
        set("Last_Activity_Time", Value::DateTime(now));
        for (name, target) in [
            ("Converted_Account", "Accounts"),
            ("Converted_Contact", "Contacts"),
            ("Converted_Deal", "Deals"),
        ] {
            if let (Some(module), Some(id)) = (self.schema.module(target), converted.of(target)) {
                set(name, Value::Lookup(module.no, id));
            }
        }
        let state = self.tx.state();
        let detail = order::sorted(json!({
            "contact": converted.contact.json(),
            "deal": converted.deal.map(Id::json),
            "account": converted.account.map(Id::json),
            "convert_date": time::format_datetime(now, &state.time_zone),
            "converted_by": state.current_user.json(),
        }));
        let no = dollar_no(self.leads, "$converted_detail");
        values.extend(no.map(|no| (no, Value::Json(Arc::new(detail)))));
        let mut lead = self.lead.with_values(values);
        lead.converted = true;
        lead.modified_time = now;
        lead.modified_by = state.current_user;
        self.tx.put(self.leads, lead);
    }
}

/// Whether the conversion of a lead moves so many records that it is done later. The number is that of
/// merges (assumed).
#[must_use]
pub fn is_long(state: &OrgState, leads: &Module, lead: Id) -> bool {
    longest_list(state, leads, lead) > MOST_AT_ONCE
}

/// Modules of activities.
pub const ACTIVITIES: [&str; 3] = ["Tasks", "Events", "Calls"];

/// The activities about a record, each with its module.
#[must_use]
pub fn activities_of(state: &OrgState, module: &Module, id: Id) -> Vec<(ModuleNo, Id)> {
    let target = Value::Lookup(module.no, id);
    let modules = ACTIVITIES.iter();
    let modules = modules.filter_map(|name| state.schema.module(name));
    let found = modules.flat_map(|activities| {
        let about = activities.field("What_Id");
        let ids = about.map(|about| pointing_to(state, activities, about, &target));
        ids.into_iter().flatten().map(|id| (activities.no, id))
    });
    found.collect()
}

/// The error of an account or contact that does not exist.
#[must_use]
pub fn unknown_target(name: &str, version: ApiVersion) -> ApiError {
    let error = ApiError::new(Code::UNKNOWN_ID);
    // without a path the name has to say which of the two it is
    let api_name = if version.has_json_path() { "id" } else { name };
    error.about(version, api_name, format_args!("$.data[0].{name}.id"))
}

fn tag_list(tags: &[LeanString]) -> Json {
    tags.iter()
        .map(|tag| json!({"name": tag.as_str()}))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::schema::{FieldSpec, builtin};

    /// Every mapped field exists in its module, or the conversion would lose its value.
    #[test]
    fn mappings_lead_somewhere() {
        let modules = builtin::modules(&std::collections::BTreeMap::default()).expect("modules");
        let module = |name: &str| {
            modules
                .iter()
                .find(|m| m.api_name == name)
                .expect("it is there")
        };
        let mapped = |field: &FieldSpec| field.convert_mapping.clone();
        for (target, name) in module("Leads").fields.iter().flat_map(mapped) {
            assert!(
                module(&target).fields.iter().any(|f| f.api_name == name),
                "{target}.{name}"
            );
        }
    }
}
