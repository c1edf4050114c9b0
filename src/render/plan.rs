//! How records of a module are written.

use jiff::tz::TimeZone;

use crate::ids::Id;
use crate::schema::FieldNo;
use crate::store::names::NamedModules;
use crate::version::ApiVersion;

/// The byte in place of a value that is not the record's. No JSON holds it.
pub const GAP: u8 = 0;

/// What of a record is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// An item of a list.
    Item,
    /// A record by itself: rows of subforms come along.
    Single,
}

/// The form in which records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RecordForm {
    /// That of the version of the API.
    #[default]
    Api,
    /// That of the connector's samples: times without a colon in the offset, tags by their names.
    Connector,
}

/// What of records is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Rendering<'a> {
    /// How much of each.
    pub detail: Detail,
    /// The value of the parameter `fields`; none for whole records.
    pub fields: Option<&'a str>,
    /// Names of values that are not the record's, with commas between them: [`GAP`] stands where they
    /// belong.
    pub gaps: Option<&'a str>,
    /// The form.
    pub form: RecordForm,
}

/// How records of one module are written for one kind of request.
#[derive(Debug)]
pub struct Plan {
    pub(super) id: u64,
    pub(super) parts: Vec<Part>,
    pub(super) tz: TimeZone,
    pub(super) owner_email: bool,
    pub(super) version: ApiVersion,
    pub(super) form: RecordForm,
    /// Whose names the texts show.
    pub(super) shown: NamedModules,
    /// The caller does not see everything of the module: what is shown depends on him.
    pub(super) personal: bool,
}

impl Plan {
    /// The places among those asked for of the values that are not the record's, as their gaps
    /// follow each other in a text.
    pub fn gaps(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().filter_map(|part| match part {
            Part::Gap(n) => Some(*n),
            _ => None,
        })
    }
}

/// A piece of a record's text.
#[derive(Debug)]
pub(super) enum Part {
    /// Bytes that are the same for every record: braces, commas, keys, constant values.
    Text(Vec<u8>),
    /// The value of a field.
    Field(FieldNo),
    /// The first letters of a field's rich text.
    Beginning(FieldNo),
    /// A `$` key: what the record says, else the constant.
    Dollar(FieldNo, Vec<u8>),
    /// Whether the record is in a blueprint, unless it says so itself.
    ProcessFlow(FieldNo),
    /// The module of `What_Id`.
    SeModule(FieldNo),
    /// The layout: the field in which a record names its own, what to write for each layout of the
    /// module, the standard one first.
    Layout(Option<FieldNo>, Vec<(Id, Vec<u8>)>),
    /// Whether a lead has been converted.
    Converted,
    /// For each subform, whether rows were left out.
    HasMore,
    /// Line items in the form of v2.
    ProductDetails(FieldNo),
    /// Participants of an event.
    Participants(FieldNo),
    /// The files of a note, and the `$` key that they stand under.
    Attachments(FieldNo),
    /// What the caller may do with the record: `$sharing_permission`, and `$editable`. The constants
    /// are what a record says that keeps nothing from anybody.
    Sharing(FieldNo, Vec<u8>),
    /// See `Sharing`.
    Editable(FieldNo, Vec<u8>),
    /// Whether a lock holds up the caller: the field that says that there is one.
    LockedForMe(FieldNo, Option<FieldNo>),
    /// Whether the record is approved.
    Approved(FieldNo),
    /// What the caller may do in its approval.
    Approval(FieldNo, Vec<u8>),
    /// Territories: all, or the one of a deal.
    Territories(FieldNo),
    /// A value that does not come from the record, by its place among those asked for: [`GAP`]
    /// stands where it belongs.
    Gap(usize),
}
