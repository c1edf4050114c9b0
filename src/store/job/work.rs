//! What jobs have to do.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json};

use super::JobKind;
use crate::ids::Id;
use crate::schema::{FieldNo, ModuleNo};
use crate::store::bin::{BinCondition, RecordAt};
use crate::store::bulk::{BulkRead, BulkWrite, WriteProgress};
use crate::version::ApiVersion;

/// What a job does: a variant for each kind. `ops::jobs` has a function for each.
#[derive(Clone, Debug)]
pub enum JobWork {
    /// Changes to all records of a custom view.
    MassUpdate(MassAction),
    /// Deletion of all records of a custom view.
    MassDelete(MassAction),
    /// Much that comes out of the recycle bin, or leaves it for good.
    RecycleBin(BinWork),
    /// Another owner for all records of a custom view, who is in the request.
    MassChangeOwner(MassAction),
    /// Deletion of tags.
    TagDeletion(TagDeletion),
    /// A merge.
    Merge(MergeWork),
    /// Conversions of leads.
    ConvertLeads(LeadConversions),
    /// Conversions of quotes or sales orders.
    ConvertInventory(InventoryConversions),
    /// The conversion of one lead.
    ConvertLead(LeadConversion),
    /// Scores of the records of a module.
    ScoringRules(ScoreWork),
    /// An export of records.
    BulkRead(Arc<BulkRead>),
    /// Records from files, with how far it is.
    BulkWrite(Arc<BulkWrite>, WriteProgress),
}

/// Which records are scored, and by what.
#[derive(Clone, Debug)]
pub struct ScoreWork {
    /// The module.
    pub module: ModuleNo,
    /// The rules.
    pub rules: Arc<[Id]>,
}

/// What is done to entries of the recycle bin.
#[derive(Clone, Debug)]
pub struct BinWork {
    /// They come back; else they go for good.
    pub restore: bool,
    /// Which ones.
    pub which: BinSelection,
}

/// Entries of the recycle bin.
#[derive(Clone, Debug)]
pub enum BinSelection {
    /// Those of these records.
    Records(Arc<[RecordAt]>),
    /// Those for which all conditions hold when the job is done; all if there are none.
    Meeting(Arc<[BinCondition]>),
}

/// What is done to all records of a custom view.
#[derive(Clone, Debug)]
pub struct MassAction {
    /// The module whose records it is about.
    pub module: ModuleNo,
    /// The custom view that names them.
    pub view: Id,
    /// Values that they get, and conditions besides the view's, as in the request.
    pub request: Arc<Map<String, Json>>,
}

/// Tags that are deleted.
#[derive(Clone, Debug)]
pub struct TagDeletion {
    /// The module that they belong to.
    pub module: ModuleNo,
    /// Their ids.
    pub tags: Arc<[Id]>,
}

impl JobWork {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> JobKind {
        match self {
            Self::MassUpdate(_) => JobKind::MassUpdate,
            Self::MassDelete(_) => JobKind::MassDelete,
            Self::RecycleBin(_) => JobKind::RecycleBin,
            Self::MassChangeOwner(_) => JobKind::MassChangeOwner,
            Self::TagDeletion(_) => JobKind::TagDeletion,
            Self::Merge(_) => JobKind::Merge,
            Self::ConvertLeads(_) | Self::ConvertInventory(_) => JobKind::MassConvert,
            Self::ConvertLead(_) => JobKind::Convert,
            Self::ScoringRules(_) => JobKind::ScoringRules,
            Self::BulkRead(_) => JobKind::BulkRead,
            Self::BulkWrite(..) => JobKind::BulkWrite,
        }
    }

    /// The module whose records it is about, if it is about those of one module.
    #[must_use]
    pub fn module(&self) -> Option<ModuleNo> {
        match self {
            Self::MassUpdate(action) | Self::MassDelete(action) | Self::MassChangeOwner(action) => {
                Some(action.module)
            }
            Self::TagDeletion(deletion) => Some(deletion.module),
            Self::RecycleBin(_) => None,
            Self::Merge(merge) => Some(merge.module),
            Self::ConvertLeads(conversions) => Some(conversions.module),
            Self::ConvertInventory(conversions) => Some(conversions.module),
            Self::ConvertLead(conversion) => Some(conversion.module),
            Self::ScoringRules(work) => Some(work.module),
            Self::BulkRead(read) => Some(read.module),
            Self::BulkWrite(write, _) => match write.resources.as_slice() {
                [only] => Some(only.module),
                _ => None,
            },
        }
    }

    /// The custom view whose records it is about, if it is a mass action.
    #[must_use]
    pub const fn view(&self) -> Option<Id> {
        match self {
            Self::MassUpdate(action) | Self::MassDelete(action) | Self::MassChangeOwner(action) => {
                Some(action.view)
            }
            Self::TagDeletion(_)
            | Self::RecycleBin(_)
            | Self::Merge(_)
            | Self::ConvertLeads(_)
            | Self::ConvertInventory(_)
            | Self::ConvertLead(_)
            | Self::ScoringRules(_)
            | Self::BulkRead(_)
            | Self::BulkWrite(..) => None,
        }
    }

    /// Whether it may take seconds: such a job is not done within one transaction, and writers wait
    /// for a part of it at most.
    #[must_use]
    pub const fn is_long(&self) -> bool {
        matches!(self, Self::BulkRead(_) | Self::BulkWrite(..))
    }
}

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
    pub files: Vec<LeanString>,
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
    pub tags: [Vec<LeanString>; 3],
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
