//! The registry of modules and fields of an org.
//!
//! One source for everything that depends on metadata: validation, defaults, system fields,
//! search, sort, seeds and the `/settings` answers. It is built from the declarations embedded
//! in the binary ([`builtin`]), with the changes that a seed makes, for one org: with the org's
//! id prefix and features. It is a value and part of the org's state.

pub mod builtin;
pub mod data_type;
pub mod declared;
pub mod dollar;
pub mod spec;

use std::collections::BTreeMap;
use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashMap;

pub use data_type::{DataType, JsonType};
pub use declared::Declared;
pub use spec::{FieldSpec, ModuleSpec, PickValue, RelatedListSpec, ViewSpec};

use crate::ids::{Id, IdPrefix};
use crate::value::Value;
use crate::version::{ApiVersion, Versions};
use serde_json::Value as Json;
use spec::{DeclaredId, PickListSpec};

/// Number of a module within its schema.
pub type ModuleNo = u16;
/// Number of a field within its module.
pub type FieldNo = u16;

/// What a field's values are to the store, whatever Zoho calls the type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The record's id.
    Id,
    /// Text of any sort.
    Text,
    /// A picklist's stored value; values outside the list are stored too.
    Picklist,
    /// Several stored values.
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
    /// Anything else, kept as it came.
    Raw,
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
pub enum Body {
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
    /// Its number in the module.
    pub no: FieldNo,
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: FieldSpec,
    /// What its values are.
    pub kind: Kind,
    /// Where they are held.
    pub slot: Slot,
    /// Where its key stands.
    pub body: Body,
    /// Values of a picklist, in order.
    pub pick_list: Vec<PickValue>,
    /// What a record without a value of its own has: booleans and system fields are never empty.
    /// Not stored, so that a million records do not say the same.
    pub implicit: Value,
}

impl Field {
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

    /// The `length`; none for subforms.
    #[must_use]
    pub fn length(&self) -> Option<u32> {
        self.spec.length.or(self.spec.data_type.ui_and_length().1)
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
            None => match self.spec.data_type {
                DataType::Textarea => "sbw".contains(letter),
                DataType::Email | DataType::DateTime | DataType::Lookup => "sfobw".contains(letter),
                DataType::Subform | DataType::FileUpload | DataType::ImageUpload => letter == 'w',
                _ => true,
            },
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
                    && (matches!(self.kind, Kind::Tags | Kind::Rows(_))
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

    /// The stored value that a picklist's displayed or stored value stands for.
    #[must_use]
    pub fn stored_value<'a>(&'a self, text: &'a str) -> &'a str {
        let listed = self
            .pick_list
            .iter()
            .find(|v| v.actual_value == text || v.display_value == text);
        listed.map_or(text, |value| &value.actual_value)
    }

    /// Whether the field holds text that `word` searches and criteria compare as text.
    #[must_use]
    pub fn is_textual(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Picklist | Kind::MultiPicklist)
    }
}

/// Whether a range given by two optional ends holds a version.
#[must_use]
pub fn in_range(since: Option<ApiVersion>, until: Option<ApiVersion>, version: ApiVersion) -> bool {
    Versions::between(
        since.unwrap_or(ApiVersion::V2),
        until.unwrap_or(ApiVersion::LATEST),
    )
    .contains(version)
}

/// A related list with its id.
#[derive(Clone, Debug)]
pub struct RelatedList {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: RelatedListSpec,
}

/// A custom view with its id.
#[derive(Clone, Debug)]
pub struct View {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: ViewSpec,
}

/// A section of a layout with its id.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: spec::SectionSpec,
    /// Its fields, in order of display.
    pub fields: Vec<FieldNo>,
}

/// The layout of a module.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: spec::LayoutSpec,
    /// Its sections.
    pub sections: Vec<Section>,
}

impl Layout {
    /// The name (`Standard`).
    #[must_use]
    pub fn name(&self) -> &str {
        self.spec.name.as_deref().unwrap_or("Standard")
    }

    /// The API name (`Standard__s`).
    #[must_use]
    pub fn api_name(&self) -> &str {
        self.spec.api_name.as_deref().unwrap_or("Standard__s")
    }
}

/// A module of an org.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its number in the schema.
    pub no: ModuleNo,
    /// Its id.
    pub id: Id,
    /// What was declared (without fields, related lists and views, which stand below).
    pub spec: ModuleSpec,
    /// Fields, in the order of the declaration.
    pub fields: Vec<Field>,
    /// Related lists, by sequence.
    pub related_lists: Vec<RelatedList>,
    /// Custom views.
    pub views: Vec<View>,
    /// The layout, if the module has one.
    pub layout: Option<Layout>,
    /// The field whose value stands for the record in lookups.
    pub display: Option<FieldNo>,
    /// Fields that a write must look at even if the record does not name them: mandatory ones,
    /// and those with a default.
    pub expected: Vec<FieldNo>,
    /// Fields whose values no two records share.
    pub unique: Vec<FieldNo>,
    /// Fields that the service numbers.
    pub numbered: Vec<FieldNo>,
    line_items: Option<FieldNo>,
    by_name: FxHashMap<EcoString, FieldNo>,
}

impl Module {
    /// The API name.
    #[must_use]
    pub fn api_name(&self) -> &str {
        &self.spec.api_name
    }

    /// The field with an API name.
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.by_name
            .get(api_name)
            .map(|&no| &self.fields[usize::from(no)])
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

    /// The field with a number of this module.
    #[must_use]
    pub fn field_at(&self, no: FieldNo) -> &Field {
        &self.fields[usize::from(no)]
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

    /// Fields of a kind that `email=` (email fields) or `phone=` (phone fields, and fax) search.
    pub fn fields_of(&self, types: &'static [DataType]) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |f| {
            types.contains(&f.spec.data_type)
                || (types.contains(&DataType::Phone) && f.spec.ui_type == Some(35))
        })
    }
}

/// The modules of an org.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    modules: Vec<Arc<Module>>,
    by_name: FxHashMap<EcoString, ModuleNo>,
    declared: Arc<Declared>,
}

/// What an org's schema depends on besides the declarations.
#[derive(Clone, Debug)]
pub struct Features {
    /// Names that `when` of a field or list may ask for.
    pub on: Vec<EcoString>,
}

impl Features {
    fn has(&self, when: Option<&EcoString>) -> bool {
        when.is_none_or(|name| self.on.contains(name))
    }
}

impl Schema {
    /// The schema of an org with these declarations.
    ///
    /// # Errors
    /// With the module's name if a declaration does not fit the form of a module.
    pub fn of(
        declared: Declared,
        prefix: IdPrefix,
        features: &Features,
    ) -> Result<Self, (String, String)> {
        let shared = builtin::pick_lists().map_err(|e| ("picklists".into(), e.to_string()))?;
        let mut schema = Self::build(declared.modules()?, &shared, prefix, features);
        schema.declared = Arc::new(declared);
        Ok(schema)
    }

    /// What the seeds of the org declared.
    #[must_use]
    pub fn declared(&self) -> &Declared {
        &self.declared
    }

    /// The module that a person means: by API name, else by a label without regard to case.
    #[must_use]
    pub fn module_called(&self, name: &str) -> Option<&Arc<Module>> {
        let known = |module: &&Arc<Module>| {
            let spec = &module.spec;
            [&spec.api_name, &spec.plural_label, &spec.singular_label]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        self.module(name).or_else(|| self.modules().find(known))
    }

    /// Builds the schema of an org from declarations.
    #[must_use]
    pub fn build(
        mut specs: Vec<ModuleSpec>,
        shared: &BTreeMap<EcoString, Vec<PickValue>>,
        prefix: IdPrefix,
        features: &Features,
    ) -> Self {
        specs.retain(|spec| features.has(spec.when.as_ref()));
        add_lookup_lists(&mut specs);
        let names: FxHashMap<EcoString, ModuleNo> = specs
            .iter()
            .zip(0..)
            .map(|(spec, no)| (spec.api_name.clone(), no))
            .collect();
        let modules = specs
            .into_iter()
            .zip(0..)
            .map(|(spec, no)| {
                let builder = Builder {
                    names: &names,
                    shared,
                    prefix,
                    features,
                    module: no,
                };
                Arc::new(builder.module(spec))
            })
            .collect();
        Self {
            modules,
            by_name: names,
            declared: Arc::default(),
        }
    }

    /// The module with an API name (case matters, as for Zoho).
    #[must_use]
    pub fn module(&self, api_name: &str) -> Option<&Arc<Module>> {
        self.by_name
            .get(api_name)
            .map(|&no| &self.modules[usize::from(no)])
    }

    /// The module with a number of this schema.
    #[must_use]
    pub fn module_at(&self, no: ModuleNo) -> &Arc<Module> {
        &self.modules[usize::from(no)]
    }

    /// The same schema with other views of a module.
    #[must_use]
    pub fn with_views(&self, no: ModuleNo, views: Vec<View>) -> Self {
        let mut schema = self.clone();
        if let Some(module) = schema.modules.get_mut(usize::from(no)) {
            Arc::make_mut(module).views = views;
        }
        schema
    }

    /// Every module.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = &Arc<Module>> {
        self.modules.iter()
    }
}

/// A custom lookup shows its module as a related list of the target (`type` `custom_lookup`).
fn add_lookup_lists(specs: &mut [ModuleSpec]) {
    let mut lists: Vec<(EcoString, RelatedListSpec)> = Vec::new();
    for spec in specs.iter() {
        for field in spec
            .fields
            .iter()
            .filter(|field| field.custom_field || spec.generated_type.as_deref() == Some("custom"))
        {
            let Some(lookup) = &field.lookup else {
                continue;
            };
            let Some(relation) = &lookup.relation else {
                continue;
            };
            let list = RelatedListSpec {
                api_name: relation.clone(),
                display_label: lookup
                    .label
                    .clone()
                    .unwrap_or_else(|| spec.plural_label.clone()),
                module: Some(spec.api_name.clone()),
                kind: Some("custom_lookup".into()),
                link: Some(serde_json::json!({"field": field.api_name.as_str()})),
                ..RelatedListSpec::default()
            };
            lists.push((lookup.module.clone(), list));
        }
    }
    for (target, mut list) in lists {
        let Some(spec) = specs.iter_mut().find(|spec| spec.api_name == target) else {
            continue;
        };
        if !spec
            .related_lists
            .iter()
            .any(|known| known.api_name == list.api_name)
        {
            let last = spec
                .related_lists
                .iter()
                .map(|known| known.sequence_number)
                .max();
            list.sequence_number = last.unwrap_or_default() + 1;
            spec.related_lists.push(list);
        }
    }
}

/// Puts one module together.
struct Builder<'a> {
    names: &'a FxHashMap<EcoString, ModuleNo>,
    shared: &'a BTreeMap<EcoString, Vec<PickValue>>,
    prefix: IdPrefix,
    features: &'a Features,
    module: ModuleNo,
}

impl Builder<'_> {
    /// A declared id, or the `n`th of those set aside for this module.
    fn id(&self, declared: Option<DeclaredId>, n: usize) -> Id {
        match declared {
            Some(DeclaredId::Whole(id)) => id,
            Some(DeclaredId::Tail(tail)) => self.prefix.id(tail),
            None => self
                .prefix
                .id(3_000_000 + u64::from(self.module) * 10_000 + n as u64),
        }
    }

    fn module(&self, mut spec: ModuleSpec) -> Module {
        let field_specs = std::mem::take(&mut spec.fields);
        let mut fields: Vec<Field> = Vec::with_capacity(field_specs.len());
        for field in field_specs {
            if !field.hidden && self.features.has(field.when.as_ref()) {
                let field = self.field(field, fields.len());
                fields.push(field);
            }
        }
        let by_name: FxHashMap<EcoString, FieldNo> = fields
            .iter()
            .map(|f| (f.spec.api_name.clone(), f.no))
            .collect();
        let related_lists = std::mem::take(&mut spec.related_lists)
            .into_iter()
            .filter(|list| self.features.has(list.when.as_ref()))
            .enumerate()
            .map(|(n, spec)| RelatedList {
                id: self.id(spec.id, 8000 + n),
                spec,
            })
            .collect();
        let views = std::mem::take(&mut spec.custom_views)
            .into_iter()
            .filter(|view| self.features.has(view.when.as_ref()))
            .enumerate()
            .map(|(n, spec)| View {
                id: self.id(spec.id, 9000 + n),
                spec,
            })
            .collect();
        let layout = spec
            .layout
            .clone()
            .map(|layout| self.layout(layout, &fields));
        let rows = |f: &&Field| matches!(f.kind, Kind::Rows(_)) && f.exists_in(ApiVersion::LATEST);
        let line_items = by_name
            .contains_key("Product_Details")
            .then(|| fields.iter().find(rows).map(|f| f.no))
            .flatten();
        let display = spec
            .display_field
            .as_ref()
            .and_then(|name| by_name.get(name))
            .copied();
        let those = |test: &dyn Fn(&Field) -> bool| {
            let found = fields.iter().filter(|field| test(field));
            found.map(|field| field.no).collect::<Vec<FieldNo>>()
        };
        let expected = those(&|f| {
            f.spec.system_mandatory || (f.spec.default.is_some() && f.implicit.is_null())
        });
        let unique = those(&|f| f.spec.unique && !f.spec.data_type.is_computed());
        let numbered = those(&|f| f.spec.data_type == DataType::AutoNumber);
        Module {
            no: self.module,
            id: self.id(spec.id, 0),
            spec,
            expected,
            unique,
            numbered,
            fields,
            related_lists,
            views,
            layout,
            display,
            line_items,
            by_name,
        }
    }

    fn layout(&self, spec: spec::LayoutSpec, fields: &[Field]) -> Layout {
        let sections = spec
            .sections
            .iter()
            .filter(|section| self.features.has(section.when.as_ref()))
            .enumerate()
            .map(|(n, section)| {
                let mut members: Vec<&Field> = fields
                    .iter()
                    .filter(|f| f.spec.section.as_ref() == Some(&section.key))
                    .collect();
                members.sort_by_key(|f| f.spec.sequence.unwrap_or(u32::MAX));
                Section {
                    id: self.id(section.id, 7000 + n),
                    spec: section.clone(),
                    fields: members.iter().map(|f| f.no).collect(),
                }
            })
            .collect();
        Layout {
            id: self.id(spec.id, 6999),
            spec,
            sections,
        }
    }

    fn field(&self, spec: FieldSpec, index: usize) -> Field {
        let pick_list = match &spec.pick_list {
            Some(PickListSpec::Values(values)) => {
                values.iter().cloned().map(PickValue::from).collect()
            }
            Some(PickListSpec::Shared(name)) => self.shared.get(name).cloned().unwrap_or_default(),
            None => Vec::new(),
        };
        let body = match spec.body.as_deref() {
            None => Body::Always,
            Some("-") => Body::Never,
            Some(text) => {
                let (era, body): (_, fn(u16) -> Body) = match text.strip_suffix('+') {
                    Some(era) => (era, Body::SinceEra),
                    None => (text, Body::Era),
                };
                let version = ApiVersion::parse(text).map(Body::Since);
                version.unwrap_or_else(|| era.parse().map_or(Body::Always, body))
            }
        };
        let kind = self.kind(&spec);
        let implicit = match (&kind, &spec.default) {
            (Kind::Boolean, Some(Json::Bool(default))) => Value::Bool(*default),
            // an unticked box is false, not empty
            (Kind::Boolean, None) if spec.data_type == DataType::Boolean => Value::Bool(false),
            (Kind::Text | Kind::Picklist, Some(Json::String(text))) if spec.read_only => {
                Value::Text(text.into())
            }
            (Kind::Integer, Some(Json::Number(number))) if spec.read_only => {
                number.as_i64().map_or(Value::Null, Value::Int)
            }
            _ => Value::Null,
        };
        Field {
            no: FieldNo::try_from(index).unwrap_or(FieldNo::MAX),
            id: self.id(spec.id, 1 + index * 2),
            kind,
            implicit,
            slot: slot(&spec),
            body,
            pick_list,
            spec,
        }
    }

    fn kind(&self, spec: &FieldSpec) -> Kind {
        if spec.api_name == "id" {
            return Kind::Id;
        }
        if spec.api_name == "Tag" {
            return Kind::Tags;
        }
        let json = spec.json_type.unwrap_or(spec.data_type.json_type());
        match spec.data_type {
            DataType::Formula | DataType::RollupSummary => match spec
                .formula
                .as_ref()
                .and_then(|f| f.get("return_type")?.as_str())
            {
                Some("integer") => Kind::Integer,
                Some("text" | "string") => Kind::Text,
                Some("boolean") => Kind::Boolean,
                Some("date") => Kind::Date,
                Some("datetime") => Kind::DateTime,
                _ => Kind::Double,
            },
            DataType::MultiSelectPicklist => Kind::MultiPicklist,
            DataType::Picklist => Kind::Picklist,
            DataType::Lookup => {
                let target = spec.lookup.as_ref().map(|l| &l.module);
                Kind::Lookup(target.and_then(|name| self.names.get(name)).copied())
            }
            DataType::OwnerLookup | DataType::UserLookup => Kind::User,
            DataType::Subform => Kind::Rows(
                spec.subform
                    .as_ref()
                    .and_then(|name| self.names.get(name))
                    .copied(),
            ),
            _ if json == JsonType::JsonArray || json == JsonType::JsonObject => Kind::Raw,
            DataType::Integer => Kind::Integer,
            DataType::BigInt => Kind::BigInt,
            DataType::Double | DataType::Percent | DataType::Currency => Kind::Double,
            DataType::Boolean => Kind::Boolean,
            DataType::Date => Kind::Date,
            DataType::DateTime => Kind::DateTime,
            _ => Kind::Text,
        }
    }
}

fn slot(spec: &FieldSpec) -> Slot {
    match spec.api_name.as_str() {
        "id" => Slot::Id,
        "Owner" => Slot::Owner,
        "Created_By" => Slot::CreatedBy,
        "Modified_By" => Slot::ModifiedBy,
        "Created_Time" => Slot::CreatedTime,
        "Modified_Time" => Slot::ModifiedTime,
        "Full_Name" => Slot::FullName,
        "Converted__s" => Slot::Converted,
        _ => Slot::Stored,
    }
}
