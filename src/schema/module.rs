//! A module of an org: its fields, layouts, related lists and views.

use lean_string::LeanString;
use rustc_hash::FxHashMap;

use super::data_type::DataType;
use super::field::Field;
use super::layout::Layout;
use super::number::{FieldNo, ModuleNo};
use super::spec::{LookupSpec, ModuleSpec, RelatedListSpec, ViewSpec, in_range};
use crate::ids::Id;
use crate::version::ApiVersion;

/// A related list with its id.
#[derive(Clone, Debug)]
pub struct RelatedList {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: RelatedListSpec,
}

/// A custom view with its id.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: ViewSpec,
}

/// A module of an org.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its number in the schema.
    pub no: ModuleNo,
    /// Its id.
    pub id: Id,
    /// Unique in the process: whatever is worked out from a module and its org's settings holds as
    /// long as this is the same.
    pub stamp: u64,
    /// What was declared (without fields, related lists and views, which stand below).
    pub spec: ModuleSpec,
    /// Fields, in the order of the declaration. Those that were deleted are not among them, so a
    /// field's place is not its number.
    pub fields: Vec<Field>,
    /// Related lists, by sequence.
    pub related_lists: Vec<RelatedList>,
    /// Custom views.
    pub views: Vec<View>,
    /// Layouts, the standard one first; none in modules without forms.
    pub layouts: Vec<Layout>,
    /// The field whose value stands for the record in lookups.
    pub display: Option<FieldNo>,
    /// Fields that a write must look at even if the record does not name them: mandatory ones,
    /// and those with a default.
    pub expected: Vec<FieldNo>,
    /// Fields whose values no two records share.
    pub unique: Vec<FieldNo>,
    /// Fields that the service numbers.
    pub numbered: Vec<FieldNo>,
    /// For each field number, the place of the field in `fields`; [`GRAVE`] for a deleted one.
    pub(super) places: Vec<u16>,
    /// Lookups of deleted fields: their related lists keep their numbers, too.
    pub(super) graves: Vec<(FieldNo, Option<Box<LookupSpec>>)>,
    /// How many of the related lists are its own, and the last number in their sequence; the
    /// others mirror lookups of other modules.
    pub(super) own_lists: (usize, u32),
    pub(super) line_items: Option<FieldNo>,
    pub(super) by_name: FxHashMap<LeanString, FieldNo>,
}

/// Modules whose records are people or companies: a lookup into several modules leads to these, and to
/// custom ones (v7 page on appointments).
pub const CUSTOMERS: [&str; 3] = ["Leads", "Contacts", "Accounts"];

/// The place of a deleted field.
pub(super) const GRAVE: u16 = u16::MAX;

impl Module {
    /// The API name.
    #[must_use]
    pub fn api_name(&self) -> &str {
        &self.spec.api_name
    }

    /// The field with an API name.
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.by_name.get(api_name).map(|&no| self.field_at(no))
    }

    /// The field that a person means: by API name, else by label, else by either without regard to
    /// case.
    #[must_use]
    pub fn field_called(&self, name: &str) -> Option<&Field> {
        let by = |same: &dyn Fn(&str) -> bool| {
            self.fields.iter().find(|field| {
                same(&field.spec.field_label)
                    || field.spec.display_label.as_deref().is_some_and(same)
                    || same(field.api_name())
            })
        };
        self.field(name)
            .or_else(|| by(&|known| known == name))
            .or_else(|| by(&|known| known.eq_ignore_ascii_case(name)))
    }

    /// The field with a number that a field of this module has.
    #[must_use]
    pub fn field_at(&self, no: FieldNo) -> &Field {
        &self.fields[usize::from(self.places[usize::from(no)])]
    }

    /// The field under whose number a record holds a value; none for a number that no field has,
    /// or has no more.
    #[must_use]
    pub fn living(&self, no: FieldNo) -> Option<&Field> {
        let place = self.places.get(usize::from(no))?;
        self.fields.get(usize::from(*place))
    }

    /// Whether a number is that of a deleted field: values under it are shown to nobody, and are
    /// dropped when their record is written.
    #[must_use]
    pub fn is_grave(&self, no: FieldNo) -> bool {
        self.places.get(usize::from(no)) == Some(&GRAVE)
    }

    /// How many numbers fields have taken, deleted ones among them.
    #[must_use]
    pub fn numbers(&self) -> usize {
        self.places.len()
    }

    /// How many custom fields, deleted ones among them, came before a number.
    #[must_use]
    pub fn custom_before(&self, no: FieldNo) -> usize {
        let living = self.fields.iter();
        let living = living.filter(|field| field.no < no && field.spec.custom_field);
        living.count() + self.graves.iter().filter(|(grave, _)| *grave < no).count()
    }

    /// Whether one of its auto-numbers counts from a number of its own.
    #[must_use]
    pub fn counts(&self) -> bool {
        let mut numbered = self.numbered.iter();
        numbered.any(|no| self.field_at(*no).spec.auto_number.is_some())
    }

    /// The standard layout.
    #[must_use]
    pub fn standard_layout(&self) -> Option<&Layout> {
        self.layouts.first()
    }

    /// Whether the module holds records that clients reach under `version`.
    #[must_use]
    pub fn has_records(&self, version: ApiVersion) -> bool {
        self.spec.api_supported
            && !self.fields.is_empty()
            && in_range(self.spec.since, self.spec.until, version)
    }

    /// Label, plural label and `module_name` under `version`.
    #[must_use]
    pub fn labels(&self, version: ApiVersion) -> (&str, &str, &str) {
        let old = self
            .spec
            .v2
            .as_ref()
            .filter(|_| !version.events_are_meetings());
        let singular = old
            .and_then(|o| o.singular_label.as_deref())
            .unwrap_or(&self.spec.singular_label);
        let plural = old
            .and_then(|o| o.plural_label.as_deref())
            .unwrap_or(&self.spec.plural_label);
        let name = old
            .and_then(|o| o.module_name.as_deref())
            .or(self.spec.module_name.as_deref())
            .unwrap_or(&self.spec.api_name);
        (singular, plural, name)
    }

    /// The subform of line items, if the module has the v2 view of one (`Product_Details`).
    #[must_use]
    pub fn line_items(&self) -> Option<&Field> {
        self.line_items.map(|no| self.field_at(no))
    }

    /// The `generated_type`.
    #[must_use]
    pub fn generated_type(&self) -> &str {
        self.spec.generated_type.as_deref().unwrap_or("default")
    }

    /// Whether its records do nothing but link two others.
    #[must_use]
    pub fn is_linking(&self) -> bool {
        self.generated_type() == "linking"
    }

    /// Fields of a kind that `email=` (email fields) or `phone=` (phone fields, and fax) search.
    pub fn fields_of(&self, types: &'static [DataType]) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |f| {
            types.contains(&f.spec.data_type)
                || (types.contains(&DataType::Phone) && f.spec.ui_type == Some(35))
        })
    }
}
