//! Layouts of a module: the standard one, and further ones.

use super::number::FieldNo;
use super::spec::{LayoutSpec, SectionSpec};
use crate::ids::Id;

/// A section of a layout with its id.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: SectionSpec,
    /// Its fields, in order of display.
    pub fields: Vec<FieldNo>,
}

/// A layout of a module.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Its id.
    pub id: Id,
    /// What was declared.
    pub spec: LayoutSpec,
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

    /// Whether a field stands in one of its sections.
    #[must_use]
    pub fn holds(&self, field: FieldNo) -> bool {
        let mut sections = self.sections.iter();
        sections.any(|section| section.fields.contains(&field))
    }
}
