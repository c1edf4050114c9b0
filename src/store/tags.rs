//! The tags of an org's modules.

use std::ops::Bound;
use std::sync::Arc;

use ecow::EcoString;

use super::tree::{Tree, Visible};
use crate::ids::Id;
use crate::schema::ModuleNo;
use crate::value::fold;

/// A tag of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// The id.
    pub id: Id,
    /// The name, in the spelling first used.
    pub name: EcoString,
    /// A colour, if one was given.
    pub colour: Option<EcoString>,
}

impl Visible for Arc<Tag> {
    fn visible(&self) -> bool {
        true
    }
}

/// Tags by module and name, without regard to case. Copies share what neither has changed.
#[derive(Clone, Debug, Default)]
pub struct Tags(Tree<(ModuleNo, EcoString), Arc<Tag>>);

impl Tags {
    /// The tag of a module with a name.
    #[must_use]
    pub fn get(&self, module: ModuleNo, name: &str) -> Option<&Arc<Tag>> {
        self.0.get(&(module, fold(name).into()))
    }

    /// The tags of a module, in the order of their names in lower case.
    pub fn of(&self, module: ModuleNo) -> impl Iterator<Item = &Arc<Tag>> {
        let from = (module, EcoString::new());
        let tags = self.0.range(Bound::Included(&from));
        let tags = tags.take_while(move |((no, _), _)| *no == module);
        tags.map(|(_, tag)| tag)
    }

    /// Stores a tag, in place of the one of its name, which is given back.
    pub(super) fn put(&mut self, module: ModuleNo, tag: Arc<Tag>) -> Option<Arc<Tag>> {
        let name = fold(&tag.name).into();
        self.0.insert((module, name), tag)
    }
}

impl PartialEq for Tags {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().eq(other.0.iter())
    }
}
