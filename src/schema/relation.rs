//! What the related lists of a module hold, by what is declared of them.
//!
//! One declaration ([`LinkSpec`]) says how the records of a list are found; from it follow the list
//! and its pages, both sides of it, linking and unlinking, counts, and what becomes of it when a
//! record goes.

use std::sync::Arc;

use lean_string::LeanString;

use super::field::{Field, LINK, Linked, Storage};
use super::link::{ActivityPart, LinkSpec};
use super::module::{Module, RelatedList};
use super::number::{FieldNo, ModuleNo};
use super::registry::Schema;
use super::spec::in_range;
use crate::version::ApiVersion;

/// The modules whose records the module of all activities shows.
pub const ACTIVITY_KINDS: [&str; 3] = ["Tasks", "Events", "Calls"];

/// What a related list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Records that lead to the parent themselves, or to which it leads.
    Children(Children),
    /// Records that others pair with the parent.
    Pairs(Pairs),
    /// Records of several modules.
    Group(Vec<Children>),
    /// Nothing that there is here.
    Nothing,
}

/// Records that lead to the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Children {
    /// Their module.
    pub module: ModuleNo,
    /// How they lead to it.
    pub by: LedBy,
    /// Which of them, where they are activities.
    pub part: Option<ActivityPart>,
}

/// What leads from a record to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedBy {
    /// A lookup.
    Lookup(FieldNo),
    /// A cell in one of its rows: the subform, or the multi-select lookup, and the cell.
    Row(FieldNo, FieldNo),
    /// The list of participants.
    Participant(FieldNo),
    /// A multi-select lookup of the parent itself leads to them.
    Parent(FieldNo),
}

/// Records of a linking module, each of which leads to a parent and to a related record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pairs {
    /// The linking module.
    pub through: ModuleNo,
    /// Its lookup of the parent.
    pub own: FieldNo,
    /// Its lookup of the related record.
    pub other: FieldNo,
    /// The module of related records.
    pub module: ModuleNo,
}

impl Relation {
    /// What a list of a module holds.
    #[must_use]
    pub fn of(schema: &Schema, module: &Module, list: &RelatedList) -> Self {
        let (Some(link), related) = (&list.spec.link, list.spec.module.as_deref()) else {
            return Self::Nothing;
        };
        if !link.group.is_empty() {
            let named = |name: &LeanString| {
                module
                    .related_lists
                    .iter()
                    .find(|l| l.spec.api_name == *name)
            };
            let lists = link.group.iter().filter_map(named);
            let relations = lists.map(|list| Self::of(schema, module, list));
            return Self::Group(relations.filter_map(Self::into_children).collect());
        }
        let Some(related) = related.and_then(|name| schema.module(name)) else {
            return Self::Nothing;
        };
        if let Some(through) = &link.through {
            let through = schema.module(through);
            let pairs = through.and_then(|through| Pairs::of(module, through, related));
            return pairs.map_or(Self::Nothing, Self::Pairs);
        }
        if let (true, Some(field)) = (related.fields.is_empty(), &link.field) {
            // a view of other modules
            let kinds = ACTIVITY_KINDS.iter().filter_map(|name| schema.module(name));
            let lists = kinds.filter_map(|kind| Children::by_lookup(kind, field, link.part));
            return Self::Group(lists.collect());
        }
        let children = Children::of(schema, link, related);
        children.map_or(Self::Nothing, Self::Children)
    }

    /// What the list of a module with an API name holds; a multi-select lookup is a list by its own
    /// name. Versions before the lists of each kind of activity have those, too; later ones lack
    /// that of all kinds.
    #[must_use]
    pub fn named(
        schema: &Schema,
        module: &Module,
        name: &str,
        version: ApiVersion,
    ) -> Option<Self> {
        let here = |list: &&RelatedList| {
            list.spec.api_name == name && in_range(None, list.spec.until, version)
        };
        if let Some(list) = module.related_lists.iter().find(here) {
            return Some(Self::of(schema, module, list));
        }
        let field = module.field(name)?;
        let Storage::Links(Linked::Record(target)) = field.kind else {
            return None;
        };
        Some(Self::Children(Children {
            module: target,
            by: LedBy::Parent(field.no),
            part: None,
        }))
    }

    fn into_children(self) -> Option<Children> {
        match self {
            Self::Children(children) => Some(children),
            Self::Pairs(_) | Self::Group(_) | Self::Nothing => None,
        }
    }

    /// The module of its records, where they are of one.
    #[must_use]
    pub const fn module(&self) -> Option<ModuleNo> {
        match self {
            Self::Children(children) => Some(children.module),
            Self::Pairs(pairs) => Some(pairs.module),
            Self::Group(_) | Self::Nothing => None,
        }
    }
}

impl Children {
    fn of(schema: &Schema, link: &LinkSpec, related: &Module) -> Option<Self> {
        if let Some(name) = &link.field {
            return Self::by_lookup(related, name, link.part);
        }
        let by = match (&link.rows, &link.participants) {
            (Some(name), _) => by_row(schema, related, name)?,
            (None, Some(name)) => LedBy::Participant(related.field(name)?.no),
            (None, None) => return None,
        };
        Some(Self {
            module: related.no,
            by,
            part: link.part,
        })
    }

    fn by_lookup(related: &Module, name: &str, part: Option<ActivityPart>) -> Option<Self> {
        let field = related.field(name)?;
        matches!(field.kind, Storage::Lookup(_)).then_some(Self {
            module: related.no,
            by: LedBy::Lookup(field.no),
            part,
        })
    }
}

/// By a cell of the line items of that name, or by a multi-select lookup of that name.
fn by_row(schema: &Schema, related: &Module, name: &str) -> Option<LedBy> {
    if let Some(field) = related.field(name)
        && matches!(field.kind, Storage::Links(_))
    {
        return Some(LedBy::Row(field.no, LINK));
    }
    let items = related.line_items()?;
    let Storage::Rows(Some(rows)) = items.kind else {
        return None;
    };
    let cell = schema.module_at(rows).field(name)?;
    Some(LedBy::Row(items.no, cell.no))
}

impl Pairs {
    /// The pairs of two modules that a linking module holds, as seen from the first.
    #[must_use]
    pub fn of(module: &Module, through: &Module, related: &Module) -> Option<Self> {
        let to = |target: &Module, taken: Option<FieldNo>| {
            let mut fields = through.fields.iter();
            let found = fields.find(|field| {
                field.kind == Storage::Lookup(Some(target.no)) && Some(field.no) != taken
            });
            found.map(|field| field.no)
        };
        let own = to(module, None)?;
        Some(Self {
            through: through.no,
            own,
            other: to(related, Some(own))?,
            module: related.no,
        })
    }
}

/// A multi-select lookup whose rows are records of a linking module, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkingLookup {
    /// The module that has the lookup.
    pub holder: ModuleNo,
    /// The lookup.
    pub field: FieldNo,
    /// The linking module.
    pub through: ModuleNo,
    /// Its lookup that leads back to the holder.
    pub own: FieldNo,
    /// Its lookup that leads to what is linked.
    pub other: FieldNo,
    /// The module of what is linked.
    pub target: ModuleNo,
}

impl LinkingLookup {
    fn of(schema: &Schema, holder: &Module, field: &Field) -> Option<Self> {
        let Storage::Links(Linked::Record(target)) = field.kind else {
            return None;
        };
        let lookup = field.spec.lookup.as_ref()?;
        let through = schema.module(lookup.linking_module.as_deref()?)?;
        let other = through.field(field.link_key())?;
        let mut fields = through.fields.iter();
        let own = fields
            .find(|field| field.kind == Storage::Lookup(Some(holder.no)) && field.no != other.no)?;
        (other.kind == Storage::Lookup(Some(target))).then_some(Self {
            holder: holder.no,
            field: field.no,
            through: through.no,
            own: own.no,
            other: other.no,
            target,
        })
    }
}

/// Whether records of a module are pairs of others.
fn is_linking(module: &Module) -> bool {
    module.generated_type() == "linking"
}

impl Schema {
    /// The multi-select lookups of a module that have a linking module.
    #[must_use]
    pub fn linking_lookups(&self, holder: &Module) -> Vec<LinkingLookup> {
        let links = holder.fields.iter();
        let links = links.filter(|field| matches!(field.kind, Storage::Links(_)));
        let found = links.filter_map(|field| LinkingLookup::of(self, holder, field));
        found.collect()
    }

    /// The multi-select lookup whose rows are the records of a module.
    #[must_use]
    pub fn linking_lookup_of(&self, through: &Module) -> Option<LinkingLookup> {
        if !is_linking(through) || through.spec.internal {
            return None;
        }
        let mut holders = through.fields.iter().filter_map(|field| match field.kind {
            Storage::Lookup(Some(holder)) => Some(self.module_at(holder)),
            _ => None,
        });
        holders.find_map(|holder| {
            let mut lookups = self.linking_lookups(holder).into_iter();
            lookups.find(|lookup| lookup.through == through.no)
        })
    }

    /// The linking modules whose records pair those of a module with others.
    pub fn linking_modules<'s>(
        &'s self,
        module: &Module,
    ) -> impl Iterator<Item = &'s Arc<Module>> + use<'s> {
        let no = module.no;
        self.modules().filter(move |linking| {
            let mut fields = linking.fields.iter();
            is_linking(linking) && fields.any(|field| field.kind == Storage::Lookup(Some(no)))
        })
    }
}
