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
    /// The API name of such a field that lists are sorted by, which later versions limit to the
    /// fields of the system.
    ListOrder,
    /// API names of such fields, separated by commas.
    Fields,
    /// A criteria over such fields.
    Criteria,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words, separated by commas.
    Words(&'static [&'static str]),
}

impl ParamKind {
    /// The words of a parameter that knows some words alone.
    #[must_use]
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Word(words) | Self::Words(words) => words,
            Self::Text
            | Self::Integer
            | Self::Boolean
            | Self::Id
            | Self::Ids
            | Self::DateTime
            | Self::Module
            | Self::Field
            | Self::ListOrder
            | Self::Fields
            | Self::Criteria => &[],
        }
    }
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
    /// It has an effect only on modules with one of these fields; on all if there are none.
    pub concerns: &'static [&'static str],
}

/// What several parameters of an operation mean together.
#[derive(Clone, Copy, Debug)]
pub enum Together {
    /// Of the two only one may be given.
    Exclude(Param, Param),
    /// The first of these that is given counts, the others are ignored.
    First(&'static [Param]),
    /// At least one of these has to be given.
    Any(&'static [Param]),
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
            concerns: &[],
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

    /// The same with an effect only on modules that have one of some fields.
    #[must_use]
    pub const fn concerning(self, fields: &'static [&'static str]) -> Self {
        Self {
            concerns: fields,
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

/// When an activity begins: of an event, and of a call.
pub(crate) const OF_ACTIVITIES: &[&str] = &["Start_DateTime", "Call_Start_Time"];

const TRUE_FALSE_BOTH: ParamKind = ParamKind::Word(&["true", "false", "both"]);

/// `approved`: whether records that wait for approval are found.
pub(crate) const APPROVED: Param = Param::new("approved").of(TRUE_FALSE_BOTH);
/// `converted`: whether converted leads are found.
pub(crate) const CONVERTED: Param = Param::new("converted")
    .of(TRUE_FALSE_BOTH)
    .concerning(&["Converted__s"]);
/// `criteria` of a search or a count.
pub(crate) const CRITERIA: Param = Param::new("criteria").of(ParamKind::Criteria);
/// `cvid`: a custom view.
pub(crate) const CVID: Param = Param::new("cvid").of(ParamKind::Id);
/// `email` of a search or a count.
pub(crate) const EMAIL: Param = Param::new("email");
/// `endDateTime`: activities that end until then.
pub(crate) const END_DATE_TIME: Param = Param::new("endDateTime")
    .of(ParamKind::DateTime)
    .concerning(OF_ACTIVITIES);
/// `fields`: what of a record is wanted.
pub(crate) const FIELDS: Param = Param::new("fields").of(ParamKind::Fields);
/// `ids`: some records, users or views.
pub(crate) const IDS: Param = Param::new("ids").of(ParamKind::Ids);
/// `include_child`: with the territories below `territory_id`.
pub(crate) const INCLUDE_CHILD: Param = Param::new("include_child").of(ParamKind::Boolean);
/// `module` of a setting.
pub(crate) const MODULE: Param = Param::new("module").of(ParamKind::Module).required();
/// `page`, counted from 1.
pub(crate) const PAGE: Param = Param::new("page").of(ParamKind::Integer);
/// `per_page`: records on a page.
pub(crate) const PER_PAGE: Param = Param::new("per_page").of(ParamKind::Integer);
/// `page_token` of the answer before.
pub(crate) const PAGE_TOKEN: Param = Param::new("page_token").since(ApiVersion::V3);
/// `phone` of a search or a count.
pub(crate) const PHONE: Param = Param::new("phone");
/// `sort_by`: the field that a list is sorted by.
pub(crate) const SORT_BY: Param = Param::new("sort_by").of(ParamKind::Field);
/// `sort_order`.
pub(crate) const SORT_ORDER: Param = Param::new("sort_order").of(ParamKind::Word(&["asc", "desc"]));
/// `startDateTime`: activities that begin from then on.
pub(crate) const START_DATE_TIME: Param = Param::new("startDateTime")
    .of(ParamKind::DateTime)
    .concerning(OF_ACTIVITIES);
/// `territory_id`.
pub(crate) const TERRITORY_ID: Param = Param::new("territory_id").of(ParamKind::Id);
/// `uid`: records of an owner.
pub(crate) const UID: Param = Param::new("uid").of(ParamKind::Id);
/// `wf_trigger`: whether workflows run.
pub(crate) const WF_TRIGGER: Param = Param::new("wf_trigger").of(ParamKind::Boolean);
/// `word` of a search or a count.
pub(crate) const WORD: Param = Param::new("word");

/// The parameters by which records are searched; of several the first of this order counts.
pub(crate) const SEARCHES: &[Param] = &[CRITERIA, EMAIL, PHONE, WORD];
