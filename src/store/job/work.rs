//! What jobs that merge and convert records have to do.

use std::sync::Arc;

use ecow::EcoString;
use serde_json::{Map, Value as Json};

use crate::ids::Id;
use crate::schema::{FieldNo, ModuleNo};
use crate::version::ApiVersion;

/// A merge of one or two records into a third one of their module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeWork {
    /// The module.
    pub module: ModuleNo,
    /// The record that stays.
    pub master: Id,
    /// The records that go.
    pub children: Vec<MergedChild>,
    /// The files that fields keep of what records have in them. A field of the master that is not
    /// among them keeps all of its files.
    pub files: Vec<KeptFiles>,
}

/// A record that is merged into another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedChild {
    /// The record.
    pub id: Id,
    /// Fields whose values go over to the other one.
    pub fields: Vec<FieldNo>,
}

/// Files of one field of one record that outlive a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFiles {
    /// The record that has them.
    pub record: Id,
    /// The field.
    pub field: FieldNo,
    /// Their ids.
    pub files: Vec<EcoString>,
}

/// The contact or the account that a lead is converted into.
#[derive(Clone, Debug)]
pub enum ConversionTarget {
    /// A new record, with the values of the lead and these, which win.
    New(Option<Arc<Map<String, Json>>>),
    /// An existing record.
    Existing(Id),
}

/// The parameters of a conversion of a lead.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The account. Nothing is made for a new one if the lead has no company and no values are
    /// given.
    pub account: ConversionTarget,
    /// The contact.
    pub contact: ConversionTarget,
    /// The values of the deal, if one is to be made.
    pub deal: Option<Arc<Map<String, Json>>>,
    /// The owner of new records; the lead's owner if `None`.
    pub assign_to: Option<Id>,
    /// Whether an existing contact of another account is moved to this one (v8 page).
    pub overwrite: bool,
    /// Whether empty fields of existing records are filled from the lead (v6 and later; the effect
    /// is assumed from the name).
    pub add_to_existing_record: bool,
    /// Tags for the record of each module that a conversion makes records in, in that order.
    pub tags: [Vec<EcoString>; 3],
    /// The module whose record gets the attachments of the lead.
    pub attachments_to: &'static str,
}

/// The conversion of a lead, to be done later.
#[derive(Clone, Debug)]
pub struct LeadConversion {
    /// The module of leads.
    pub module: ModuleNo,
    /// The lead.
    pub lead: Id,
    /// What it is converted into.
    pub wanted: Conversion,
    /// The version under which it was ordered.
    pub version: ApiVersion,
}

/// Conversions of several leads.
#[derive(Clone, Debug)]
pub struct LeadConversions {
    /// The module of leads.
    pub module: ModuleNo,
    /// The leads.
    pub ids: Vec<Id>,
    /// What each is converted into. The tags in it are those of the lead at that time.
    pub wanted: Conversion,
    /// Modules of activities whose owner becomes that of what is made.
    pub related: Vec<ModuleNo>,
    /// For each module that a conversion makes records in, in that order, whether its record gets
    /// the tags of the lead.
    pub tags_to: [bool; 3],
    /// The version under which they were ordered.
    pub version: ApiVersion,
}

/// Conversions of several quotes or sales orders.
#[derive(Clone, Debug)]
pub struct InventoryConversions {
    /// The module of what is converted.
    pub module: ModuleNo,
    /// The records.
    pub ids: Vec<Id>,
    /// The module that they are converted into.
    pub target: ModuleNo,
    /// Whether what is made gets the tags.
    pub carry_over_tags: bool,
    /// The owner of what is made; each record's own if there is none.
    pub assign_to: Option<Id>,
    /// Modules of activities that go over to what is made.
    pub related: Vec<ModuleNo>,
}
