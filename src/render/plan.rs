//! How records of a module are written.

use jiff::tz::TimeZone;

use crate::ids::Id;
use crate::schema::FieldNo;
use crate::store::names::NamedModules;
use crate::version::ApiVersion;

/// What of a record is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// An item of a list.
    Item,
    /// A record by itself: rows of subforms come along.
    Single,
}

/// How records of one module are written for one kind of request.
#[derive(Debug)]
pub struct Plan {
    pub(super) id: u64,
    pub(super) parts: Vec<Part>,
    pub(super) tz: TimeZone,
    pub(super) owner_email: bool,
    pub(super) version: ApiVersion,
    /// Whose names the texts show.
    pub(super) shown: NamedModules,
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
}
