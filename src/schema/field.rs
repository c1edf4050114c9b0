//! A field of a module, and how its values are held.

use std::sync::Arc;

use lean_string::LeanString;

use super::data_type::{DataType, JsonType};
use super::number::{FieldNo, ModuleNo};
use super::spec::{FieldSpec, PickValue, in_range};
use crate::ids::Id;
use crate::value::{Value, equals_folded, fold};
use crate::version::{ApiVersion, Versions};

/// What a field's values are to the store, whatever Zoho calls the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// The record's id.
    Id,
    /// Text of any sort.
    Text,
    /// A picklist's value, by the name that was written; values outside the list are stored too.
    Picklist,
    /// Several values of a list, by the names that were written.
    MultiPicklist,
    /// An integer.
    Integer,
    /// An integer that is a string on the wire.
    BigInt,
    /// A number with decimals.
    Double,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// A record of the module with this number; of any module where there is none.
    Lookup(Option<ModuleNo>),
    /// A user.
    User,
    /// Tags, by name.
    Tags,
    /// Rows, declared by the module with this number.
    Rows(Option<ModuleNo>),
    /// Rows that each point to one record, or to one user.
    Links(Linked),
    /// Files that were uploaded.
    Files,
    /// Anything else, kept as it came.
    Raw,
}

/// The number under which a row of a multi-select lookup holds what it points to.
pub const LINK: FieldNo = 0;

/// What the rows of a multi-select lookup point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// Records of the module with this number.
    Record(ModuleNo),
    /// Users.
    User,
}

/// Where a field's value is held in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The id.
    Id,
    /// The owner.
    Owner,
    /// Who created the record.
    CreatedBy,
    /// Who changed it last.
    ModifiedBy,
    /// When it was created.
    CreatedTime,
    /// When it was changed last.
    ModifiedTime,
    /// Made of salutation, first and last name.
    FullName,
    /// Whether a lead has been converted.
    Converted,
    /// Among the record's values.
    Stored,
}

/// Where a field's key stands when a whole record is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In every body.
    Always,
    /// Only when asked for.
    Never,
    /// In orgs of one era.
    Era(u16),
    /// In orgs of an era and of later ones.
    SinceEra(u16),
    /// From a version on.
    Since(ApiVersion),
}

/// A field of a module of an org.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its number in the module. It is never given to another field.
    pub no: FieldNo,
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: FieldSpec,
    /// What its values are.
    pub kind: Storage,
    /// Where they are held.
    pub slot: Slot,
    /// Where its key stands.
    pub body: Presence,
    /// Values of a picklist, in order.
    pub pick_list: Arc<[PickValue]>,
    /// What a record without a value of its own has: booleans and system fields are never empty.
    /// Not stored, so that a million records do not say the same.
    pub implicit: Value,
}

impl Field {
    /// Whether `version` knows the field in an org of an era: by its metadata, or since its records
    /// hold it (new fields reach the records of old versions, too).
    #[must_use]
    pub fn known_in(&self, era: u16, version: ApiVersion) -> bool {
        self.exists_in(version) || self.in_bodies(era, version)
    }

    /// Whether whole records of an org of an era hold the field under a version.
    #[must_use]
    pub fn in_bodies(&self, era: u16, version: ApiVersion) -> bool {
        let newest = !version.shows_classic_system_keys();
        let stands = match self.body {
            Presence::Always => true,
            Presence::Never => false,
            Presence::Era(year) => year == era || (year == 2026 && newest),
            Presence::SinceEra(year) => year <= era || newest,
            Presence::Since(from) => Versions::since(from).contains(version),
        };
        stands && !self.is_over(version)
    }

    /// Whether only older versions have the field.
    #[must_use]
    pub fn is_over(&self, version: ApiVersion) -> bool {
        !in_range(None, self.spec.until, version)
    }

    /// The API name.
    #[must_use]
    pub fn api_name(&self) -> &str {
        &self.spec.api_name
    }

    /// The `json_type`.
    #[must_use]
    pub fn json_type(&self) -> JsonType {
        self.spec
            .json_type
            .unwrap_or(self.spec.data_type.json_type())
    }

    /// The `data_type` under a version.
    #[must_use]
    pub fn data_type_in(&self, version: ApiVersion) -> DataType {
        match self.spec.earlier {
            Some(earlier) if Versions::until(earlier.until).contains(version) => earlier.data_type,
            _ => self.spec.data_type,
        }
    }

    /// The `json_type` under a version.
    #[must_use]
    pub fn json_type_in(&self, version: ApiVersion) -> JsonType {
        match self.spec.earlier {
            Some(earlier) if Versions::until(earlier.until).contains(version) => {
                earlier.data_type.json_type()
            }
            _ => self.json_type(),
        }
    }

    /// The `length`; none for subforms.
    #[must_use]
    pub fn length(&self) -> Option<u32> {
        self.spec.length.or(self.spec.data_type.ui_and_length().1)
    }

    /// The key under which a row of a multi-select lookup has what it points to: the linking module's
    /// field, which often has the name of this one.
    #[must_use]
    pub fn link_key(&self) -> &str {
        let lookup = self.spec.lookup.as_ref();
        let key = lookup.and_then(|lookup| lookup.connectedlookup_apiname.as_deref());
        key.unwrap_or(self.api_name())
    }

    /// Whether values are rows, each with an id, which only single records show.
    #[must_use]
    pub fn has_rows(&self) -> bool {
        matches!(self.kind, Storage::Rows(_) | Storage::Links(_))
    }

    /// Whether values are the participants of an event, the only list of its type.
    #[must_use]
    pub fn is_participants(&self) -> bool {
        self.spec.data_type == DataType::BigInt && self.json_type() == JsonType::JsonArray
    }

    /// The `decimal_place`.
    #[must_use]
    pub fn decimal_place(&self) -> Option<u32> {
        self.spec
            .decimal_place
            .or(self.spec.data_type.decimal_place())
    }

    /// Whether a flag letter of the declaration is set; see [`FieldSpec::flags`].
    #[must_use]
    pub fn flag(&self, letter: char) -> bool {
        match &self.spec.flags {
            Some(flags) => flags.contains(letter),
            // custom fields: all, except for what the type rules out
            None => self.spec.data_type.flags().contains(letter),
        }
    }

    /// What a profile may do with the field: `read_write`, `read_only` or `hidden`.
    #[must_use]
    pub fn permission(&self, profile: Id) -> &str {
        // few fields say anything of profiles
        let mut said = self.spec.profiles.iter();
        match said.find(|said| Id::parse(&said.id) == Ok(profile)) {
            Some(said) => &said.permission_type,
            None if self.spec.read_only => "read_only",
            None => "read_write",
        }
    }

    /// Whether a letter of `view_type` is set; see [`FieldSpec::view`].
    #[must_use]
    pub fn view(&self, letter: char) -> bool {
        self.spec.view.as_deref().unwrap_or("VCE-").contains(letter)
    }

    /// Whether a client's write may set the field. System fields and computed ones are ignored
    /// on write (long-standing behaviour; pages on insert).
    #[must_use]
    pub fn writable(&self) -> bool {
        match self.slot {
            Slot::Owner => true,
            Slot::Stored => {
                !self.spec.data_type.is_computed()
                    && (matches!(self.kind, Storage::Tags | Storage::Rows(_))
                        || (!self.spec.read_only && (self.view('C') || self.view('E'))))
            }
            Slot::Id
            | Slot::CreatedBy
            | Slot::ModifiedBy
            | Slot::CreatedTime
            | Slot::ModifiedTime
            | Slot::FullName
            | Slot::Converted => false,
        }
    }

    /// Whether the metadata of `version` lists the field.
    #[must_use]
    pub fn exists_in(&self, version: ApiVersion) -> bool {
        in_range(self.spec.since, self.spec.until, version)
    }

    /// The listed value with this display value, without regard to case.
    #[must_use]
    pub fn value_displayed(&self, text: &str) -> Option<&PickValue> {
        let folded = fold(text);
        let mut listed = self.pick_list.iter();
        listed.find(|value| equals_folded(&value.display_value, &folded))
    }

    /// The listed value with this display value or, if there is none, with this actual value.
    ///
    /// A record keeps the name that was written, and answers with it: stock records of captured
    /// orgs have the display value of `Lead_Source` and the actual value of `Stage`. So both
    /// names mean the same value to whoever looks for it.
    #[must_use]
    pub fn value_named(&self, text: &str) -> Option<&PickValue> {
        self.value_displayed(text).or_else(|| {
            let folded = fold(text);
            let mut listed = self.pick_list.iter();
            listed.find(|value| equals_folded(&value.actual_value, &folded))
        })
    }

    /// The texts, folded, that a picklist's value may have in records: both of its names.
    #[must_use]
    pub fn names_of(&self, text: &str) -> Vec<LeanString> {
        self.value_named(text)
            .map_or_else(|| vec![fold(text).into()], PickValue::names)
    }

    /// Whether the field holds text that `word` searches and criteria compare as text.
    #[must_use]
    pub fn is_textual(&self) -> bool {
        matches!(
            self.kind,
            Storage::Text | Storage::Picklist | Storage::MultiPicklist
        )
    }
}

/// The end of the id of a picklist's `n`th value, counted from 0: declared, or one of those set
/// aside for the field. It follows the org's prefix.
#[must_use]
pub fn value_tail(module: ModuleNo, field: FieldNo, n: usize, value: &PickValue) -> u64 {
    let aside = 10_000_000 + u64::from(module) * 200_000 + u64::from(field) * 500;
    value.id.unwrap_or(aside + n as u64)
}
