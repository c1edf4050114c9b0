//! From declarations to modules.
//!
//! A module is built from what is declared of it alone; then it is linked: lookups of other modules
//! are mirrored as related lists of their target. So an edit builds one module anew and links it
//! and those that it points to.

use std::sync::Arc;

use lean_string::LeanString;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::builtin::{self, PickLists};
use super::data_type::{DataType, JsonType, ValueClass};
use super::declared::Declared;
use super::features::Features;
use super::field::{Field, Linked, Presence, Slot, Storage};
use super::layout::{Layout, Section};
use super::link::LinkSpec;
use super::module::{GRAVE, Module, RelatedList, View};
use super::number::{FieldNo, ModuleNo};
use super::registry::{ModulePlace, Schema};
use super::spec::{
    DeclaredId, FieldSpec, LayoutSpec, LookupSpec, ModuleSpec, PickListSpec, PickValue,
    RelatedListSpec, SectionSpec, ViewSpec,
};
use crate::ids::{Id, IdPrefix, unique};
use crate::value::Value;
use crate::version::ApiVersion;

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
        if declared.is_empty() {
            return Ok(Self::standard(prefix, features));
        }
        let shared = builtin::shared_pick_lists().map_err(|e| ("picklists".into(), e))?;
        let mut schema = Self::build(declared.modules()?, shared, prefix, features);
        schema.declared = Arc::new(declared);
        Ok(schema)
    }

    /// Builds the schema of an org from declarations.
    #[must_use]
    pub fn build(
        mut specs: Vec<ModuleSpec>,
        shared: &PickLists,
        prefix: IdPrefix,
        features: &Features,
    ) -> Self {
        specs.retain(|spec| features.has(spec.when.as_ref()));
        let names: FxHashMap<LeanString, ModuleNo> = specs
            .iter()
            .zip(0..)
            .map(|(spec, no)| (spec.api_name.clone(), no))
            .collect();
        let modules = specs.into_iter().zip(0..).map(|(spec, module)| {
            let builder = ModuleBuilder {
                names: &names,
                shared,
                prefix,
                features,
                module,
            };
            Arc::new(builder.module(spec))
        });
        let mut modules: Vec<Arc<Module>> = modules.collect();
        for no in 0..modules.len() {
            link(&mut modules, no, prefix);
        }
        Self {
            modules: modules.into_iter().map(ModulePlace::Built).collect(),
            by_name: Arc::new(names),
            declared: Arc::new(Declared::default()),
            prefix,
            features: Arc::new(features.clone()),
        }
    }
}

/// A lookup of a module that its target shows as a related list. Those of deleted fields are not
/// shown, but keep their numbers.
pub(super) struct Mirror<'a> {
    pub(super) lookup: &'a LookupSpec,
    field: Option<&'a Field>,
}

/// The lookups that a module's targets mirror: custom ones that name a related list.
pub(super) fn mirrors(module: &Module) -> Vec<Mirror<'_>> {
    let custom = module.spec.generated_type.as_deref() == Some("custom");
    let fields = module.fields.iter().filter_map(|field| {
        let lookup = field.spec.lookup.as_deref()?;
        let mirrored = (field.spec.custom_field || custom) && lookup.relation.is_some();
        mirrored.then_some((field.no, lookup, Some(field)))
    });
    let graves = module.graves.iter().filter_map(|(no, lookup)| {
        let lookup = lookup.as_deref()?;
        lookup.relation.as_ref()?;
        Some((*no, lookup, None))
    });
    let mut all: Vec<_> = fields.chain(graves).collect();
    all.sort_by_key(|(no, ..)| *no);
    let all = all.into_iter();
    all.map(|(_, lookup, field)| Mirror { lookup, field })
        .collect()
}

/// Gives a module the related lists that mirror lookups to it (`type` `custom_lookup`), in place of
/// those it has.
pub(super) fn link(modules: &mut [Arc<Module>], target: usize, prefix: IdPrefix) {
    let Some(module) = modules.get(target) else {
        return;
    };
    let (own, mut sequence) = module.own_lists;
    let mut lists: Vec<RelatedList> = module.related_lists.iter().take(own).cloned().collect();
    let mut next = own;
    for source in modules.iter() {
        for mirror in mirrors(source) {
            let relation = mirror.lookup.relation.as_ref();
            let Some(relation) = relation.filter(|_| mirror.lookup.module == module.spec.api_name)
            else {
                continue;
            };
            if lists.iter().any(|list| list.spec.api_name == *relation) {
                continue;
            }
            let id = declared_id(prefix, module.no, mirror.lookup.id, 8000 + next);
            next += usize::from(mirror.lookup.id.is_none());
            let Some(field) = mirror.field else { continue };
            sequence += 1;
            let name = Some(field.api_name().into());
            let (kind, link) = if field.kind == Storage::Links(Linked::Record(module.no)) {
                let rows = LinkSpec {
                    rows: name,
                    ..LinkSpec::default()
                };
                ("multiselectlookup", rows)
            } else {
                let lookup = LinkSpec {
                    field: name,
                    ..LinkSpec::default()
                };
                ("custom_lookup", lookup)
            };
            let label = mirror.lookup.label.as_ref();
            lists.push(RelatedList {
                id,
                spec: RelatedListSpec {
                    sequence_number: sequence,
                    api_name: relation.clone(),
                    display_label: label.unwrap_or(&source.spec.plural_label).clone(),
                    module: Some(source.spec.api_name.clone()),
                    kind: Some(kind.into()),
                    link: Some(link),
                    ..RelatedListSpec::default()
                },
            });
        }
    }
    if lists.len() > own || module.related_lists.len() > own {
        Arc::make_mut(&mut modules[target]).related_lists = lists;
    }
}

/// A declared id, or the `n`th of those set aside for a module.
fn declared_id(prefix: IdPrefix, module: ModuleNo, declared: Option<DeclaredId>, n: usize) -> Id {
    match declared {
        Some(DeclaredId::Whole(id)) => id,
        Some(DeclaredId::Tail(tail)) => prefix.id(tail),
        None => prefix.id(3_000_000 + u64::from(module) * 10_000 + n as u64),
    }
}

/// Puts one module together.
pub(super) struct ModuleBuilder<'a> {
    pub(super) names: &'a FxHashMap<LeanString, ModuleNo>,
    pub(super) shared: &'a PickLists,
    pub(super) prefix: IdPrefix,
    pub(super) features: &'a Features,
    pub(super) module: ModuleNo,
}

impl ModuleBuilder<'_> {
    fn id(&self, declared: Option<DeclaredId>, n: usize) -> Id {
        declared_id(self.prefix, self.module, declared, n)
    }

    /// The module with a declaration, without the related lists that mirror lookups.
    pub(super) fn module(&self, mut spec: ModuleSpec) -> Module {
        let (fields, places, graves) = self.fields(std::mem::take(&mut spec.fields));
        let by_name: FxHashMap<LeanString, FieldNo> = fields
            .iter()
            .map(|f| (f.spec.api_name.clone(), f.no))
            .collect();
        let lists = std::mem::take(&mut spec.related_lists);
        let last = lists.iter().map(|list| list.sequence_number).max();
        let related_lists: Vec<RelatedList> = lists
            .into_iter()
            .filter(|list| self.features.has(list.when.as_ref()))
            .enumerate()
            .map(|(n, spec)| RelatedList {
                id: self.id(spec.id, 8000 + n),
                spec,
            })
            .collect();
        let views = self.views(std::mem::take(&mut spec.custom_views));
        let layouts = self.layouts(&spec, &fields);
        let rows =
            |f: &&Field| matches!(f.kind, Storage::Rows(_)) && f.exists_in(ApiVersion::LATEST);
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
        let unique_fields = those(&|f| {
            // the service takes an external field for a unique one (v7 page on upsert)
            (f.spec.unique || f.spec.external.is_some()) && !f.spec.data_type.is_computed()
        });
        let numbered = those(&|f| f.spec.data_type == DataType::AutoNumber);
        Module {
            no: self.module,
            id: self.id(spec.id, 0),
            stamp: unique(),
            spec,
            expected,
            unique: unique_fields,
            numbered,
            own_lists: (related_lists.len(), last.unwrap_or_default()),
            fields,
            places,
            graves,
            related_lists,
            views,
            layouts,
            display,
            line_items,
            by_name,
        }
    }

    /// Fields, the place of each number among them, and the lookups of deleted ones.
    #[allow(clippy::type_complexity, reason = "three parts of one module")]
    fn fields(
        &self,
        specs: Vec<FieldSpec>,
    ) -> (
        Vec<Field>,
        Vec<u16>,
        Vec<(FieldNo, Option<Box<LookupSpec>>)>,
    ) {
        let mut fields: Vec<Field> = Vec::with_capacity(specs.len());
        let (mut places, mut graves) = (Vec::with_capacity(specs.len()), Vec::new());
        for spec in specs {
            let no = FieldNo::try_from(places.len()).unwrap_or(FieldNo::MAX);
            if spec.grave.is_some() {
                places.push(GRAVE);
                graves.push((no, spec.lookup));
            } else if !spec.hidden && self.features.has(spec.when.as_ref()) {
                places.push(u16::try_from(fields.len()).unwrap_or(GRAVE));
                fields.push(self.field(spec, no));
            }
        }
        (fields, places, graves)
    }

    /// Views; one without an id gets the first that is set aside and that no other one has.
    pub(super) fn views(&self, specs: Vec<ViewSpec>) -> Vec<View> {
        let specs: Vec<ViewSpec> = specs
            .into_iter()
            .filter(|view| self.features.has(view.when.as_ref()))
            .collect();
        let declared = specs.iter().filter(|spec| spec.id.is_some());
        let mut taken: Vec<Id> = declared.map(|spec| self.id(spec.id, 0)).collect();
        let views = specs.into_iter().enumerate().map(|(n, spec)| {
            let mut id = self.id(spec.id, 9000 + n);
            if spec.id.is_none() {
                let free = (9000 + n..).map(|n| self.id(None, n));
                id = { free }.find(|id| !taken.contains(id)).unwrap_or(id);
                taken.push(id);
            }
            View { id, spec }
        });
        views.collect()
    }

    fn layouts(&self, spec: &ModuleSpec, fields: &[Field]) -> Vec<Layout> {
        let standard = spec.layout.iter().cloned();
        let further = spec.layouts.iter().cloned().map(|mut layout| {
            if layout.sections.is_empty()
                && let Some(standard) = &spec.layout
            {
                layout.sections.clone_from(&standard.sections);
            }
            layout
        });
        // sections of the first layout count from 7000, the layout itself is 6999; the others count
        // down from there, with room for ten sections each
        let numbered = standard.chain(further).enumerate();
        numbered
            .map(|(n, layout)| match n {
                0 => self.layout(layout, fields, 6999, 7000),
                n => self.layout(layout, fields, 6998 - n * 11, 6999 - n * 11),
            })
            .collect()
    }

    fn layout(&self, spec: LayoutSpec, fields: &[Field], own: usize, first: usize) -> Layout {
        let sections = spec
            .sections
            .iter()
            .filter(|section| self.features.has(section.when.as_ref()))
            .enumerate()
            .map(|(n, section)| Section {
                id: self.id(section.id, first + n),
                spec: section.clone(),
                fields: members(section, fields),
            })
            .collect();
        Layout {
            id: self.id(spec.id, own),
            spec,
            sections,
        }
    }

    fn field(&self, spec: FieldSpec, no: FieldNo) -> Field {
        let pick_list = match &spec.pick_list {
            Some(PickListSpec::Values(values)) => {
                values.iter().cloned().map(PickValue::from).collect()
            }
            Some(PickListSpec::Shared(name)) => self.shared.get(name).cloned().unwrap_or_default(),
            None => Arc::default(),
        };
        let kind = self.kind(&spec);
        let implicit = match (&kind, spec.default.as_deref()) {
            (Storage::Boolean, Some(Json::Bool(default))) => Value::Bool(*default),
            // an unticked box is false, not empty
            (Storage::Boolean, None) if spec.data_type == DataType::Boolean => Value::Bool(false),
            (Storage::Text | Storage::Picklist, Some(Json::String(text))) if spec.read_only => {
                Value::Text(text.into())
            }
            (Storage::Integer, Some(Json::Number(number))) if spec.read_only => {
                number.as_i64().map_or(Value::Null, Value::Int)
            }
            _ => Value::Null,
        };
        Field {
            no,
            id: self.id(spec.id, 1 + usize::from(no) * 2),
            kind,
            implicit,
            slot: slot(&spec),
            body: body(spec.body.as_deref()),
            pick_list,
            spec,
        }
    }

    fn kind(&self, spec: &FieldSpec) -> Storage {
        if spec.api_name == "id" {
            return Storage::Id;
        }
        if spec.api_name == "Tag" {
            return Storage::Tags;
        }
        let module = |name: Option<&LeanString>| name.and_then(|n| self.names.get(n)).copied();
        let json = spec.json_type.unwrap_or(spec.data_type.json_type());
        let kept = matches!(json, JsonType::JsonArray | JsonType::JsonObject);
        let plain = |kind: Storage| if kept { Storage::Raw } else { kind };
        match spec.data_type.class() {
            ValueClass::Computed => returned(spec),
            ValueClass::MultiPicklist => Storage::MultiPicklist,
            ValueClass::Picklist => Storage::Picklist,
            // territories are settings, not records
            ValueClass::Lookup
                if spec
                    .lookup
                    .as_ref()
                    .is_some_and(|l| l.module == "Territories") =>
            {
                Storage::Raw
            }
            ValueClass::Lookup => Storage::Lookup(module(spec.lookup.as_ref().map(|l| &l.module))),
            ValueClass::User => Storage::User,
            ValueClass::Rows => Storage::Rows(module(spec.subform.as_ref())),
            ValueClass::Links if spec.data_type == DataType::MultiUserLookup => {
                Storage::Links(Linked::User)
            }
            ValueClass::Links => module(spec.lookup.as_ref().map(|l| &l.module))
                .map_or(Storage::Raw, |no| Storage::Links(Linked::Record(no))),
            ValueClass::Files => Storage::Files,
            ValueClass::Raw => Storage::Raw,
            ValueClass::Integer => plain(Storage::Integer),
            ValueClass::BigInt => plain(Storage::BigInt),
            ValueClass::Double => plain(Storage::Double),
            ValueClass::Boolean => plain(Storage::Boolean),
            ValueClass::Date => plain(Storage::Date),
            ValueClass::DateTime => plain(Storage::DateTime),
            ValueClass::Text => plain(Storage::Text),
        }
    }
}

/// The fields of a section, in order of display.
fn members(section: &SectionSpec, fields: &[Field]) -> Vec<FieldNo> {
    if let Some(names) = &section.fields {
        let named = names.iter().filter_map(|name| {
            let field = fields.iter().find(|f| f.spec.api_name == *name)?;
            Some(field.no)
        });
        return named.collect();
    }
    let mut members: Vec<&Field> = fields
        .iter()
        .filter(|f| f.spec.section.as_ref() == Some(&section.key))
        .collect();
    members.sort_by_key(|f| f.spec.sequence.unwrap_or(u32::MAX));
    members.iter().map(|f| f.no).collect()
}

/// What a formula or a roll-up returns.
fn returned(spec: &FieldSpec) -> Storage {
    let formula = spec.formula.as_ref();
    match formula.and_then(|f| f.get("return_type")?.as_str()) {
        Some("integer") => Storage::Integer,
        Some("text" | "string") => Storage::Text,
        Some("boolean") => Storage::Boolean,
        Some("date") => Storage::Date,
        Some("datetime") => Storage::DateTime,
        _ => Storage::Double,
    }
}

/// Where the key of a field stands; see [`FieldSpec::body`].
fn body(text: Option<&str>) -> Presence {
    match text {
        None => Presence::Always,
        Some("-") => Presence::Never,
        Some(text) => {
            let (era, body): (_, fn(u16) -> Presence) = match text.strip_suffix('+') {
                Some(era) => (era, Presence::SinceEra),
                None => (text, Presence::Era),
            };
            let version = ApiVersion::parse(text).map(Presence::Since);
            version.unwrap_or_else(|| era.parse().map_or(Presence::Always, body))
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
