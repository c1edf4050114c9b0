//! The parameters that operations have: data for the contract and for documentation.
//!
//! Handlers read parameters by name; a test sees to it that what they read stands here. Sources
//! are the type tables of the SDKs, by version, and the v8 description.

use crate::version::{ApiVersion, Versions};

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Any text.
    Text,
    /// A whole number from 1 on.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An id.
    Id,
    /// Ids, separated by commas.
    Ids,
    /// A date-time in ISO 8601, with an offset.
    DateTime,
    /// The API name of a module.
    Module,
    /// The API name of a field of the module in the path.
    Field,
    /// API names of such fields, separated by commas.
    Fields,
    /// A criteria over such fields.
    Criteria,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words, separated by commas.
    Words(&'static [&'static str]),
}

/// A parameter of the query, or of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ParamKind,
    /// The versions that have it.
    pub versions: Versions,
    /// The versions that refuse a call without it.
    pub required: Versions,
}

impl Param {
    /// A parameter of every version that none of them requires, and that holds any text.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            kind: ParamKind::Text,
            versions: Versions::ALL,
            required: Versions::NONE,
        }
    }

    /// The same with values of a kind.
    #[must_use]
    pub const fn of(self, kind: ParamKind) -> Self {
        Self { kind, ..self }
    }

    /// The same from a version on.
    #[must_use]
    pub const fn since(self, version: ApiVersion) -> Self {
        Self {
            versions: Versions::since(version),
            ..self
        }
    }

    /// The same, required from a version on.
    #[must_use]
    pub const fn required_since(self, version: ApiVersion) -> Self {
        Self {
            required: Versions::since(version),
            ..self
        }
    }

    /// The same, required by every version.
    #[must_use]
    pub const fn required(self) -> Self {
        self.required_since(ApiVersion::V2)
    }
}

const TRUE_FALSE_BOTH: ParamKind = ParamKind::Word(&["true", "false", "both"]);

/// `approved`: whether records that wait for approval are found.
pub(super) const APPROVED: Param = Param::new("approved").of(TRUE_FALSE_BOTH);
/// `converted`: whether converted leads are found.
pub(super) const CONVERTED: Param = Param::new("converted").of(TRUE_FALSE_BOTH);
/// `criteria` of a search or a count.
pub(super) const CRITERIA: Param = Param::new("criteria").of(ParamKind::Criteria);
/// `cvid`: a custom view.
pub(super) const CVID: Param = Param::new("cvid").of(ParamKind::Id);
/// `email` of a search or a count.
pub(super) const EMAIL: Param = Param::new("email");
/// `endDateTime`: activities that end until then.
pub(super) const END_DATE_TIME: Param = Param::new("endDateTime").of(ParamKind::DateTime);
/// `fields`: what of a record is wanted.
pub(super) const FIELDS: Param = Param::new("fields").of(ParamKind::Fields);
/// `ids`: some records, users or views.
pub(super) const IDS: Param = Param::new("ids").of(ParamKind::Ids);
/// `include_child`: with the territories below `territory_id`.
pub(super) const INCLUDE_CHILD: Param = Param::new("include_child").of(ParamKind::Boolean);
/// `module` of a setting.
pub(super) const MODULE: Param = Param::new("module").of(ParamKind::Module).required();
/// `page`, counted from 1.
pub(super) const PAGE: Param = Param::new("page").of(ParamKind::Integer);
/// `per_page`: records on a page.
pub(super) const PER_PAGE: Param = Param::new("per_page").of(ParamKind::Integer);
/// `phone` of a search or a count.
pub(super) const PHONE: Param = Param::new("phone");
/// `sort_by`: the field that a list is sorted by.
pub(super) const SORT_BY: Param = Param::new("sort_by").of(ParamKind::Field);
/// `sort_order`.
pub(super) const SORT_ORDER: Param = Param::new("sort_order").of(ParamKind::Word(&["asc", "desc"]));
/// `startDateTime`: activities that begin from then on.
pub(super) const START_DATE_TIME: Param = Param::new("startDateTime").of(ParamKind::DateTime);
/// `territory_id`.
pub(super) const TERRITORY_ID: Param = Param::new("territory_id").of(ParamKind::Id);
/// `uid`: records of an owner.
pub(super) const UID: Param = Param::new("uid").of(ParamKind::Id);
/// `wf_trigger`: whether workflows run.
pub(super) const WF_TRIGGER: Param = Param::new("wf_trigger").of(ParamKind::Boolean);
/// `word` of a search or a count.
pub(super) const WORD: Param = Param::new("word");
